"""Compressed pages: small on the wire, and no way to find out by their length what stands in them."""

from __future__ import annotations

import gzip
import re
from datetime import date
from typing import Any

import pytest

from shared.console.figures.answers import SHEETS
from shared.console.packing import accepted
from shared.people.levels import Role
from shared.people.sessions import form_token, form_token_holds
from tests.people.house import Browser, House
from tests.people.plenty import plenty
from tests.people.test_figures import opened

HERE = "/workspaces/bakery"
MOST = 100_000  # bytes of a page on the wire


def packs(site: str) -> dict[str, Any]:
    return {"Accept-Encoding": "br, gzip", "Sec-Fetch-Site": site}


@pytest.fixture
def browser(house: House) -> Browser:
    return opened(house, Role.VIEWER, **plenty("bakery", date(2026, 9, 1), days=60, campaigns=3))


@pytest.mark.parametrize("path", [*SHEETS, "campaigns"])
def test_a_page_is_small_on_the_wire_and_the_same_as_it_was(browser: Browser, path: str) -> None:
    plain = browser.ask("GET", f"{HERE}/{path}")
    small = browser.ask("GET", f"{HERE}/{path}", None, **packs("none"))
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.headers["Vary"] == "Accept-Encoding, Accept-Language"
    assert len(small.get_data()) < MOST
    forms = re.compile(r'name="form" value="[0-9a-f]+"')
    unpacked = gzip.decompress(small.get_data()).decode()
    assert forms.sub("", unpacked) == forms.sub("", plain.get_data(as_text=True))


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_what_another_site_made_a_browser_ask_is_not_compressed(browser: Browser, site: str) -> None:
    answer = browser.ask("GET", f"{HERE}/ads?days=x", None, **packs(site))
    assert "Content-Encoding" not in answer.headers


def test_what_a_form_answers_is_not_compressed(house: House) -> None:
    browser = opened(house, Role.ADMIN)
    page = browser.open(f"{HERE}/people")
    form = page.form(lambda each: each.action.endswith("/invitations"))
    said = {**form.fields, "mail": "x@y.example", "role": "viewer"}
    answer = browser.ask("POST", form.action, said, **{"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_the_token_of_forms_is_another_one_in_each_page_and_holds_in_all_of_them(browser: Browser) -> None:
    found = {re.findall(r'name="form" value="(\w+)"', browser.open(f"{HERE}/ads").text)[0] for _ in range(3)}
    session = browser.cookies[browser.house.desk.cookies.session]
    assert len(found) == 3
    assert all(form_token_holds(session, each) for each in found)


@pytest.mark.parametrize("said", ["", "zz", "00" * 64, "ab" * 32, "ab" * 65, "é" * 128])
def test_no_other_token_holds(said: str) -> None:
    assert not form_token_holds("a session", said)
    assert not form_token_holds("a session", form_token("another"))
    assert not form_token_holds("", form_token(""))
    assert form_token_holds("a session", form_token("a session"))


@pytest.mark.parametrize(
    ("accepts", "yes"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("", False), ("br", False), ("xgzip", False)],
)
def test_only_who_can_unpack_gets_something_packed(accepts: str, yes: bool) -> None:
    assert accepted(accepts) is yes


def test_files_are_packed_for_whoever_asks(house: House) -> None:
    page = Browser(house).open("/sign-in").text
    address = re.findall(r'href="(/files/look-\w+\.css)"', page)[0]
    answer = Browser(house).ask("GET", address, None, **packs("same-origin"))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"--paper" in gzip.decompress(answer.get_data())
