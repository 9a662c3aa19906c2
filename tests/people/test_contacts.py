"""Pages of people: only for analysts, asked of look_up, noted, and a page of their own where there is no answer."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest

from shared.errors import Later, Problem
from shared.people.levels import Role
from tests.people.house import Browser, House

HERE = "/workspaces/bakery"
HOSTILE = '=cmd|"<script>alert(1)</script>@x.example'


@pytest.fixture
def browser(house: House) -> Browser:
    house.workspace("bakery", "Bakery")
    house.contacts("bakery", "ann@x.example", "anna@x.example", "ben@x.example", HOSTILE)
    person = house.person("analyst@a.example", google="7")
    house.role(person, "bakery", Role.ANALYST)
    return house.signed_in(person)


def reads(house: House) -> list[dict[str, Any]]:
    found = house.people.docs.of.get("audit_entries", {}).values()
    return [each for each in found if each["act"] in ("contacts.read", "record.read")]


def test_people_are_listed_and_each_look_is_noted(house: House, browser: Browser) -> None:
    page = browser.open(f"{HERE}/contacts")
    assert page.status == 200
    assert "4 people" in page.text
    assert "ann@x.example" in page.text
    assert "<script>alert" not in page.text
    assert [each["details"]["verb"] for each in reads(house)] == ["contacts"]


def test_one_person_is_shown_over_platforms_and_leads_to_the_record(house: House, browser: Browser) -> None:
    ann, *_ = house.contacts("bakery", "ann@x.example", "ben@x.example")
    page = browser.open(f"{HERE}/contacts/{ann}")
    assert page.status == 200
    assert "<h1>ann@x.example</h1>" in page.text
    assert "Mailchimp" in page.text
    link = next(part.partition('"')[0] for part in page.text.split('href="') if "/record?" in part)
    record = browser.open(link.replace("&amp;", "&"))
    assert record.status == 200
    assert "ann@x.example" in record.text
    assert "GET /members" in record.text
    assert [each["details"]["verb"] for each in reads(house)] == ["contact", "history", "record"]


def test_a_whole_address_leads_to_its_person_and_a_part_to_all_that_begin_so(house: House, browser: Browser) -> None:
    page = browser.press(browser.open(f"{HERE}/contacts"), f"{HERE}/contacts", begins=" BEN@x.example ")
    assert "<h1>ben@x.example</h1>" in page.text
    page = browser.press(browser.open(f"{HERE}/contacts"), f"{HERE}/contacts", begins="ann")
    assert "2 people" in page.text
    assert "ben@" not in page.text
    page = browser.press(browser.open(f"{HERE}/contacts"), f"{HERE}/contacts", begins="zoe")
    assert "Nobody fits" in page.text


def test_no_address_of_a_person_stands_in_the_address_of_a_page(house: House, browser: Browser) -> None:
    house.contacts("bakery", *(f"p{number:03}@x.example" for number in range(60)))
    page = browser.open(f"{HERE}/contacts")
    links = [part.partition('"')[0] for part in page.text.split('href="')[1:]]
    assert not [link for link in links if "@" in link or "%40" in link]
    (onward,) = [link for link in links if "after=" in link]
    following = browser.open(onward.replace("&amp;", "&")).text
    assert "p050@x.example" in following
    assert "p049@x.example" not in following


@pytest.mark.parametrize("asked", ["platform=none", "order=moon", "after=", "status=&list=", "since=2026-13-01"])
def test_what_cannot_be_asked_counts_as_not_said(browser: Browser, asked: str) -> None:
    assert browser.open(f"{HERE}/contacts?{asked}").status == 200


def test_files_have_the_rows_of_the_page_and_no_formula(browser: Browser, house: House) -> None:
    told = orjson.loads(browser.ask("GET", f"{HERE}/contacts.json").get_data())
    assert told["matching"] == 4
    rows = list(csv.DictReader(io.StringIO(browser.ask("GET", f"{HERE}/contacts.csv").get_data(as_text=True))))
    assert f"'{HOSTILE}" in [row["address"] for row in rows]
    ann = told["contacts"][1]["contact"]
    history = orjson.loads(browser.ask("GET", f"{HERE}/contacts/{ann}/all.json").get_data())
    assert history["address"] == "ann@x.example"
    assert history["history"][0]["kind"] == "open"
    (done,) = csv.DictReader(io.StringIO(browser.ask("GET", f"{HERE}/contacts/{ann}/all.csv").get_data(as_text=True)))
    assert done["kind"] == "open"
    assert "contacts_csv" in {each["route"] for each in reads(house)}


PATHS = ("contacts", "contacts.json", "contacts.csv", f"contacts/{'0' * 64}", f"contacts/{'0' * 64}/all.json", "record")


@pytest.mark.parametrize("path", PATHS)
def test_a_viewer_sees_no_person_and_nobody_is_asked(house: House, browser: Browser, path: str) -> None:
    viewer = house.person("viewer@a.example", google="8")
    house.role(viewer, "bakery", Role.VIEWER)
    assert house.signed_in(viewer).ask("GET", f"{HERE}/{path}").status_code == 404
    assert house.persons.asked == []
    assert reads(house) == []


@pytest.mark.parametrize(
    ("failure", "status", "heading"),
    [
        (Later("look-silent", "It cannot be looked up just now."), 503, "No answer just now"),
        (Problem("look-too-large", "BigQuery would read more than 4 GiB for this."), 409, "That has no answer"),
    ],
)
def test_no_answer_is_a_page_that_says_so(
    house: House, browser: Browser, failure: Problem, status: int, heading: str
) -> None:
    for ending in ("", ".json"):
        house.looks.fails.append(failure)
        answer = browser.ask("GET", f"{HERE}/contacts{ending}")
        text = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert failure.sentence in text
        assert (heading in text) == (not ending)
        assert answer.headers.get("Retry-After") == ("60" if status == 503 else None)


def test_when_no_turn_is_left_the_page_says_when_there_is_one(house: House, browser: Browser) -> None:
    for _ in range(300):
        house.looks.looker.turns.take(f"person:{house.sessions.find(next(iter(browser.cookies.values()))).person}")  # type: ignore[union-attr]
    answer = browser.ask("GET", f"{HERE}/contacts")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_a_browser_that_only_guesses_looks_at_nobody(house: House, browser: Browser) -> None:
    browser.headers["Sec-Purpose"] = "prefetch"
    assert browser.ask("GET", f"{HERE}/contacts").status_code == 503
    assert house.persons.asked == []
    assert reads(house) == []


@pytest.mark.parametrize("asked", ["page=other/raw/x.ndjson.gz&line=0", "page=&line=0", "page=a&line=x", "line=1"])
def test_no_record_of_elsewhere_is_shown(browser: Browser, asked: str) -> None:
    assert browser.open(f"{HERE}/record?{asked}").status == 404


def test_a_row_is_followed_home_by_what_stands_in_it(browser: Browser) -> None:
    assert "_page" in browser.open(f"{HERE}/record").text
    assert browser.ask("GET", f"{HERE}/record.json").status_code == 303
