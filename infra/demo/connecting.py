"""Connect an account as its owner would: open the link, read, press, consent; or paste a key."""

from __future__ import annotations

from infra.demo.browser import Browser, Form, Page


class NotConnected(Exception):
    """The pages ended somewhere else; the text says on which status."""


def connect(link: str, key: str = "") -> None:
    """`key`: for platforms that have one; the others ask for consent on their own page."""
    browser = Browser()
    try:
        asked = browser.open(link)
        pressed = browser.send(
            asked, asked.form(lambda form: form.fields.get("how") == ("key" if key else "oauth")), {}
        )
        ended = _paste(browser, pressed, key) if key else _consent(browser, pressed)
    except LookupError as reason:
        raise NotConnected(str(reason)) from None
    if ended.status != 200 or "/connected/" not in ended.url:
        raise NotConnected(f"the last page answered {ended.status}")


def _paste(browser: Browser, page: Page, key: str) -> Page:
    return browser.send(page, page.form(lambda form: "key" in form.fields), {"key": key})


def _consent(browser: Browser, page: Page) -> Page:
    return browser.send(page, page.form(_asks), {"decision": "allow"})


def _asks(form: Form) -> bool:
    return ("decision", "allow") in form.buttons
