"""Feeds by the API: what opens one is shown once and kept nowhere, and is felt at the feed's own door at once."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any
from zipfile import ZipFile

import pytest

from shared.keys.texts import read
from shared.spreadsheets.files import FILES
from tests.api.service import FEEDS, Answer, Service

OF = "/workspaces/acme/feeds"
NEW: dict[str, Any] = {
    "name": "Clicks by week",
    "question": {"metrics": ["clicks"], "dimensions": ["platform"], "aggregation": "weekly"},
}
NAME = "the-very-same"


def make(service: Service, key: str, name: str = NAME, **more: Any) -> Answer:
    return service.ask("POST", OF, key, {**NEW, **more}, Idempotency_Key=name)


def openings(service: Service) -> list[str]:
    """Keys that open a feed, as the function `feed` sees them."""
    return sorted(doc["key"] for doc in service.feeds.find("openings"))


def test_a_feed_is_made_and_its_key_is_shown_once(service: Service, key: str) -> None:
    answer = make(service, key, formats=["xlsx", "csv"], days=30)
    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
    told = answer.json
    assert told["address"] == f"{FEEDS}/webhook/v1/{told['id']}/data"
    assert read(told["secret"]).id == told["key"]  # type: ignore[union-attr]
    assert openings(service) == [told["key"]]
    again = make(service, key, formats=["xlsx", "csv"], days=30)
    assert (again.status, again.code) == (409, "given-before")
    listed = service.ask("GET", OF, key)
    (feed,) = listed.json["feeds"]
    assert (feed["name"], feed["state"], feed["formats"]) == ("Clicks by week", "open", ["csv", "xlsx"])
    assert feed["keys"] == {told["key"]: "active"}
    assert feed["question"].startswith("mart=ads_by_day&measures=clicks&dimensions=platform&grain=week")
    everything = str(service.people.docs.of) + str(service.feeds.docs.of) + listed.body.decode()
    assert told["secret"] not in everything
    assert service.acts().count("feed.made") == 1


def test_a_link_has_its_key_in_its_address_and_opens_numbers_only(service: Service, key: str) -> None:
    told = make(service, key, link=True).json
    assert told["address"] == f"{FEEDS}/webhook/v1/{told['id']}/data?format=csv&key={told['secret']}"
    names = {"mart": "dim_campaigns", "dimensions": ["name"]}
    answer = make(service, key, "another-name", link=True, question=names)
    assert (answer.status, answer.code) == (422, "not-by-link")
    assert len(service.people.find("feeds")) == 1


def test_a_feed_whose_sum_would_lie_is_refused_with_the_question_that_has_an_answer(service: Service, key: str) -> None:
    answer = make(service, key, question={"mart": "ads_by_day", "metrics": ["cost"]})
    assert (answer.status, answer.code) == (422, "several-currencies")
    assert "currency" in answer.json["error"]["details"]["question"]
    assert service.people.find("feeds") == []


def test_a_new_key_is_given_and_the_old_one_works_for_the_overlap(service: Service, key: str) -> None:
    first = make(service, key).json
    answer = service.ask("POST", f"{OF}/{first['id']}/rotate", key, {"overlap_days": 1}, Idempotency_Key="rotate-once")
    assert answer.status == 201
    second = answer.json
    assert second["secret"] != first["secret"]
    assert openings(service) == sorted([first["key"], second["key"]])
    again = service.ask("POST", f"{OF}/{first['id']}/rotate", key, {"overlap_days": 1}, Idempotency_Key="rotate-once")
    assert again.code == "given-before"
    assert second["secret"] not in str(service.people.docs.of)
    (feed,) = service.ask("GET", OF, key).json["feeds"]
    assert feed["keys"] == {first["key"]: "replaced", second["key"]: "active"}


def test_a_feed_that_is_revoked_opens_nothing_any_more(service: Service, key: str) -> None:
    made = make(service, key).json
    for _ in range(2):
        gone = service.ask("DELETE", f"{OF}/{made['id']}", key)
        assert (gone.status, gone.json["state"], gone.json["keys"]) == (200, "revoked", {made["key"]: "revoked"})
    assert openings(service) == []
    assert service.acts().count("feed.revoked") == 1
    answer = service.ask("POST", f"{OF}/{made['id']}/rotate", key, {})
    assert (answer.status, answer.code) == (422, "feed-over")


def test_nobody_makes_a_feed_of_what_they_may_not_read(service: Service, key: str) -> None:
    made = make(service, key).json
    writer = service.key("acme", "feeds:write")
    for answer in (make(service, writer), service.ask("POST", f"{OF}/{made['id']}/rotate", writer, {})):
        assert (answer.status, answer.json["error"]["details"]) == (403, {"scope": "data:read"})
    assert service.ask("GET", OF, writer).status == 200
    reader = service.key("acme", "data:read")
    for method, where, body in (("GET", OF, None), ("POST", OF, NEW), ("DELETE", f"{OF}/{made['id']}", None)):
        assert service.ask(method, where, reader, body).status == 403
    assert openings(service) == [made["key"]]


def test_whoever_made_the_key_stands_for_its_feeds(service: Service, key: str) -> None:
    made = make(service, key).json
    assert service.people.get(f"feeds/{made['id']}")["maker"] == "operator"
    token = service.ask("POST", "/auth/token", key, {}).json["access_token"]
    by_token = make(service, token, "with-a-token").json
    assert service.people.get(f"feeds/{by_token['id']}")["maker"] == "operator"


@pytest.mark.parametrize(
    "more", [{"formats": ["pdf"]}, {"days": 0}, {"days": 400}, {"name": ""}, {"question": {"x": 1}}]
)
def test_what_is_no_feed_is_not_understood(service: Service, key: str, more: dict[str, Any]) -> None:
    assert make(service, key, **more).status == 400
    assert service.people.find("feeds") == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_reads_the_feed_and_does_not_hold_its_key(service: Service, key: str, name: str) -> None:
    made = make(service, key).json
    answer = service.ask("GET", f"{OF}/{made['id']}/files/{name}", key)
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="acme-{made["id"]}-{name}"'
    assert answer.headers["Content-Type"] == FILES[name].kind
    content = _unpacked(answer.body) if name.endswith(".xlsx") else answer.body.decode()
    assert made["id"] in content
    assert made["secret"] not in content
    assert made["secret"][-36:] not in content


def _unpacked(data: bytes) -> str:
    """Every part of a workbook, with the package in it that holds the query."""
    with ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    said = parts.pop("customXml/item1.xml").decode("utf-16")
    query = b64decode(said.partition(">")[2].partition(">")[2].partition("<")[0])
    length = int.from_bytes(query[4:8], "little")
    with ZipFile(io.BytesIO(query[8 : 8 + length])) as archive:
        parts |= {name: archive.read(name) for name in archive.namelist()}
    return "".join(part.decode() for part in parts.values())


def test_what_no_spreadsheet_reads_is_refused_and_an_unknown_file_named(service: Service, key: str) -> None:
    made = make(service, key, formats=["json"]).json
    answer = service.ask("GET", f"{OF}/{made['id']}/files/workbook.xlsx", key)
    assert (answer.status, answer.code) == (422, "no-csv")
    answer = service.ask("GET", f"{OF}/{made['id']}/files/workbook.xlsm", key)
    assert (answer.status, answer.code) == (404, "not-there")
    assert "workbook.xlsx" in answer.json["error"]["details"]["known"]


def test_a_link_comes_with_the_formula_that_reads_it(service: Service, key: str) -> None:
    told = make(service, key, link=True).json
    assert told["formula"] == f'=IMPORTDATA("{told["address"]}&safe=1")'
    assert make(service, key, "without-csv", link=True, formats=["json"]).json["formula"] == ""
    assert make(service, key, "by-header").json["formula"] == ""
