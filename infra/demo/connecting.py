"""Connect an account as its owner would: open the link, read, press, answer, consent or paste a key, and choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from infra.demo.browser import Browser, Form, Page
from shared.oauth.form_fields import PREFIX


class NotConnected(Exception):
    """The pages ended somewhere else; the text says on which status."""


def connect(link: str, key: str = "", answers: Mapping[str, str] | None = None, picks: Sequence[str] = ()) -> None:
    """`key`: for platforms that have one; the others ask for consent on their own page. `answers`: what else a person
    is asked for, by name. `picks`: of several accounts those with one of these ids; by default all that can be."""
    browser = Browser()
    try:
        asked = browser.open(link)
        page = browser.send(asked, asked.form(lambda form: form.fields.get("how") == ("key" if key else "oauth")), {})
        page = _paste(browser, page, key, answers or {}) if key else _consent(browser, page, answers or {})
        if "/choose/" in page.url:
            page = _choose(browser, page, picks)
    except LookupError as reason:
        raise NotConnected(str(reason)) from None
    if page.status != 200 or "/connected/" not in page.url:
        raise NotConnected(f"the last page answered {page.status}")


def _choose(browser: Browser, page: Page, picks: Sequence[str]) -> Page:
    form = page.form(lambda form: bool(form.boxes))
    ticked = {
        name: value
        for name, value in form.boxes.items()
        if not picks or any(pick in form.labels.get(name, "").split() for pick in picks)
    }
    left = {name: value for name, value in form.fields.items() if name not in form.boxes}
    return browser.send(page, replace(form, fields=left), ticked)


def _paste(browser: Browser, page: Page, key: str, answers: Mapping[str, str]) -> Page:
    form = page.form(lambda form: "key" in form.fields)
    return browser.send(page, form, {"key": key, **_answered(form, answers)})


def _consent(browser: Browser, page: Page, answers: Mapping[str, str]) -> Page:
    """The platform's own page comes at once, or after ours that asks what is needed to find it."""
    for form in page.forms:
        if form.fields.get("asked"):
            page = browser.send(page, form, _answered(form, answers))
    return browser.send(page, page.form(_asks_consent), {"decision": "allow"})


def _answered(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    """What the form asks for: as it was told, otherwise the first of what can be chosen."""
    said = {}
    for name in (name for name in (*form.fields, *form.options) if name.startswith(PREFIX)):
        known = answers.get(name.removeprefix(PREFIX), "")
        said[name] = known or next(iter(form.options.get(name, [])), "")
    return said


def _asks_consent(form: Form) -> bool:
    return ("decision", "allow") in form.buttons
