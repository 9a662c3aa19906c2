"""A plain browser: cookies, redirects, and forms filled in and sent as a person would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

MOST_STEPS = 10  # redirects in a row


@dataclass
class Form:
    """`fields` is what would be sent as the form stands; `boxes` are all that can be ticked, ticked or not, and
    `labels` what stands beside them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)  # of which one is chosen
    buttons: list[tuple[str, str]] = field(default_factory=list)  # name and value of each


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    text: str
    forms: tuple[Form, ...]
    onward: str  # where the page itself leads, after a moment

    def form(self, fits: Callable[[Form], bool]) -> Form:
        for form in self.forms:
            if fits(form):
                return form
        raise LookupError(f"no such form on {self.url.split('?')[0]} (HTTP {self.status})")


class Browser:
    """One person's browser, with its own cookies."""

    def __init__(self) -> None:
        self.client = httpx2.Client(follow_redirects=False, timeout=60, trust_env=False)

    def open(self, url: str) -> Page:
        """A page; of a connect link what its script does: what stands behind the `#` is sent on in its form."""
        page, token = self._go("GET", url), httpx2.URL(url).fragment
        if not token:
            return page
        return self.send(page, page.form(lambda form: "link" in form.fields), {"link": token})

    def send(self, page: Page, form: Form, more: Mapping[str, str]) -> Page:
        """Send a form with its own fields and these; then wherever the page leads."""
        said = {**form.fields, **more}
        target = urljoin(page.url, form.action) if form.action else page.url
        if form.method == "post":
            return self._go("POST", target, said)
        return self._go("GET", str(httpx2.URL(target).copy_merge_params(said)))

    def _go(self, method: str, url: str, form: Mapping[str, str] | None = None) -> Page:
        for _ in range(MOST_STEPS):
            # What a browser says of a form of the very site that it is sent to; the console answers no other.
            headers = {"Sec-Fetch-Site": "same-origin"} if method == "POST" else {}
            answer = self.client.request(method, url, data=dict(form) if form else None, headers=headers)
            if answer.has_redirect_location:
                method, url, form = "GET", urljoin(url, answer.headers["location"]), None
                continue
            page = read_page(url, answer.status_code, answer.text)
            if not page.onward:
                return page
            method, url, form = "GET", urljoin(url, page.onward), None
        raise LookupError("the pages lead on and on")


def read_page(url: str, status: int, text: str) -> Page:
    reader = _Reader()
    reader.feed(text)
    return Page(url, status, text, tuple(reader.forms), reader.onward)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.onward = ""
        self.labelled = ""  # the field whose label is being read
        self.chosen = ""  # the field whose options are being read
        self.written = ""  # the field whose text is being read
        self.unnamed: dict[str, str] | None = None  # an option that has no value but its text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))
        elif tag in ("input", "textarea") and self.forms and said.get("name") and "disabled" not in said:
            self._field(self.forms[-1], said)
            self.written = said["name"] if tag == "textarea" else ""
        elif tag == "select" and self.forms and said.get("name") and "disabled" not in said:
            self.chosen = said["name"]
        elif tag == "option" and self.chosen:
            self._option(self.forms[-1], said)
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append((said.get("name", ""), said.get("value", "")))
        elif tag == "label":
            self.labelled = said.get("for", "")
        elif tag == "meta" and said.get("http-equiv", "").lower() == "refresh":
            self.onward = said.get("content", "").partition("url=")[2]

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.labelled = ""
        elif tag == "select":
            self.chosen = ""
        elif tag == "textarea":
            self.written = ""
        elif tag == "option" and self.unnamed is not None:
            self._option(self.forms[-1], {**self.unnamed, "value": self.unnamed["text"].strip()})

    def handle_data(self, data: str) -> None:
        if self.written:
            self.forms[-1].fields[self.written] += data
        if self.unnamed is not None:
            self.unnamed["text"] += data
        if self.labelled and self.forms:
            labels = self.forms[-1].labels
            labels[self.labelled] = f"{labels.get(self.labelled, '')} {data}".strip()

    def _option(self, form: Form, said: Mapping[str, str]) -> None:
        """The first one is sent where none is chosen."""
        if "value" not in said:
            self.unnamed = {**said, "text": ""}
            return
        self.unnamed = None
        form.options.setdefault(self.chosen, []).append(said["value"])
        if "selected" in said or self.chosen not in form.fields:
            form.fields[self.chosen] = said["value"]

    def _field(self, form: Form, said: Mapping[str, str]) -> None:
        name, value = said["name"], said.get("value", "")
        if said.get("type") == "checkbox":
            form.boxes[name] = value
        elif said.get("type") == "radio":
            form.options.setdefault(name, []).append(value)
        if said.get("type") not in ("checkbox", "radio") or "checked" in said:
            form.fields[name] = value
