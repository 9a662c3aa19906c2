"""Stand-ins that are made of a declaration: what they page, filter, refuse and live through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.plain import plain
from infra.sandbox.plain_paging import AllAtOnce, ByCount, ByCursor, ByLink, Pages
from infra.sandbox.plain_world import PlainWorld, Records, email, made, moved, one_of, subject
from tests.sandbox.reading import Time

HOST = "https://api.films.example"
KEY = "films_demo_0123456789abcdef"
FILMS = Records("films", "/films", {"title": subject, "created_at": made}, edited="title")
SEATS = Records(
    "seats",
    "/films/<film_id>/seats",
    {"holder": email, "row": one_of("A", "B"), "updated_at": moved},
    edited="holder",
    count=25,
    parent="films",
    parent_id="film_id",
    changed="updated_at",
    since="changed_since",
)
KINDS: dict[str, Pages] = {
    "cursor": ByCursor("paging.next", "cursor", most=10),
    "link": ByLink("links.next", most=10),
    "count": ByCount("meta.total", most=10),
    "once": AllAtOnce(),
}


def films(pages: Pages, time: Time | None = None, **settings: Any) -> tuple[Box[PlainWorld], httpx2.Client]:
    platform = plain(
        "films", "Films", {"id": "f-1"}, "/account", (FILMS, SEATS), pages, api_key=KEY, per_second=3
    )  # fmt: skip
    time = time or Time()
    box = create(platform, clock=time.clock, monotonic=time.monotonic, **{"limits": False, **settings})
    headers = {"Authorization": f"Bearer {KEY}"}
    return box, httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi), base_url=HOST, headers=headers)


def all_of(client: httpx2.Client, path: str, kind: str, **query: str) -> list[Any]:
    """A list read to its end, as the documentation of this kind of paging says; no page holds more than ten."""
    found: list[Any] = []
    url, params = path, dict(query)
    while True:
        answer = client.get(url, params=params or None)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert len(body["data"]) <= 10 or kind == "once"
        found += body["data"]
        if kind == "cursor" and body["paging"]["next"]:
            params["cursor"] = body["paging"]["next"]
        elif kind == "link" and body["links"]["next"]:
            url, params = body["links"]["next"], {}
        elif kind == "count" and len(found) < body["meta"]["total"]:
            params["offset"] = str(len(found))
        else:
            return found


def by_id(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: str(row["id"]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_read_finds_the_truth_whatever_has_happened(kind: str) -> None:
    box, client = films(KINDS[kind])
    for _ in range(4):
        truth = box.truth()
        there = all_of(client, "/films", kind)
        assert by_id(there) == by_id(truth["films_films"].present)
        seats = [
            {"film_id": film["id"], **seat}
            for film in there
            for seat in all_of(client, f"/films/{film['id']}/seats", kind)
        ]
        assert by_id(seats) == by_id(truth["films_seats"].present)
        assert len(seats) > 40
        box.change()
    assert box.truth()["films_seats"].gone
    assert box.truth()["films_films"].gone


@pytest.mark.parametrize("kind", KINDS)
def test_what_changed_is_all_that_a_filter_by_time_shows(kind: str) -> None:
    time = Time()
    box, client = films(KINDS[kind], time)
    film = all_of(client, "/films", kind)[0]["id"]
    before = {seat["id"]: seat for seat in all_of(client, f"/films/{film}/seats", kind)}
    time.now += timedelta(hours=1)
    since = time.now.isoformat()
    box.change()
    found = all_of(client, f"/films/{film}/seats", kind, changed_since=since)
    after = all_of(client, f"/films/{film}/seats", kind)
    assert by_id(found) == by_id([seat for seat in after if before.get(seat["id"]) != seat])
    assert len(found) == 2, "one that came, and one that changed"


def test_what_is_asked_for_wrongly_is_refused_in_its_words() -> None:
    box, client = films(KINDS["cursor"])
    for path, status, code in (
        ("/films/nobody/seats", 404, "missing"),
        ("/films?limit=11", 400, "invalid"),
        ("/films?limit=0", 400, "invalid"),
        ("/films?cursor=made-up", 400, "invalid"),
        ("/nothing", 404, "missing"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path
    film = next(iter(box.world.by_name["films"]))["id"]
    refused = client.get(f"/films/{film}/seats?changed_since=yesterday")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid")
    assert client.get("/films", headers={"Authorization": "Bearer another"}).status_code == 401
    assert client.get("/account").json() == {"id": "f-1"}


def test_a_cursor_does_not_take_another_question() -> None:
    box, client = films(KINDS["cursor"])
    film = next(iter(box.world.by_name["films"]))["id"]
    onward = client.get(f"/films/{film}/seats?limit=5").json()["paging"]["next"]
    answer = client.get(f"/films/{film}/seats?cursor={onward}&changed_since=2026-01-01")
    assert answer.status_code == 400


def test_too_many_calls_are_told_how_long_to_wait() -> None:
    time = Time()
    _, client = films(KINDS["once"], time, limits=True)
    statuses = [client.get("/films").status_code for _ in range(3)]
    refused = client.get("/films")
    assert (statuses, refused.status_code, refused.headers["Retry-After"]) == ([200] * 3, 429, "1")


def test_the_same_seed_is_the_same_account() -> None:
    one, other, third = (films(KINDS["once"], seed=seed)[0] for seed in (3, 3, 4))
    for box in (one, other, third):
        box.change(2)
    assert one.truth() == other.truth() != third.truth()


def test_what_hangs_on_a_row_goes_with_it() -> None:
    box, _ = films(KINDS["once"])
    film = next(iter(box.world.by_name["films"]))
    box.world.remove(FILMS, film)
    assert not box.world.by_name["seats"].of(film["id"])
    assert len(box.truth()["films_seats"].gone) == 25
