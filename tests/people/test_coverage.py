"""Coverage: the calendar of streams and days, its holes, and how they fill."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.console.coverage.cells import Cell, Hole, filled, holes, of_slices
from shared.kit.calendar import as_moments
from shared.messages import SyncRequested
from shared.model import Connection, Debt, Slice, path, publication_path, to_doc
from shared.people.levels import Role
from shared.publishing.manifest import Stamp
from shared.states import Reason, RunState, SliceState
from tests.people.connected import browser_of, client, connected, part, run, stopped
from tests.people.house import Browser, House, heading
from tests.people.publishing import publish

TODAY = date(2026, 9, 1)  # as the clock of all tests has it
HERE = "/workspaces/bakery/coverage"
STREAM = "insights_ad_daily"


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def ads(house: House) -> Connection:
    return connected(house, client(house, "bakery", "Corner Bakery"), "ads", "meta_ads", title="Ads <b>", zone="UTC")


@pytest.fixture
def admin(house: House, ads: Connection) -> Browser:
    return browser_of(house, "bakery")


def told(house: House, states: dict[int, str], stream: str = STREAM, connection: str = "ads") -> None:
    """Published: so many days ago → state."""
    rows = [
        {
            "workspace_id": "bakery", "connection_id": connection, "platform": "meta_ads", "account_id": "1",
            "stream": stream, "source_table": f"meta_ads_{stream}", "date": back(ago), "state": state,
        }
        for ago, state in states.items()
    ]  # fmt: skip
    publish(house, "bakery", {"coverage_by_day": rows}, stamp=Stamp(as_of=house.clock.now() - timedelta(hours=1)))


def seen(browser: Browser, stream: str = STREAM, query: str = "") -> dict[date, str]:
    body = orjson.loads(browser.ask("GET", f"{HERE}.json{query}").get_data())
    (row,) = [each for each in body["streams"] if each["stream"] == stream]
    return {date.fromisoformat(each["day"]): each["state"] for each in row["days"]}


def days(first: int, last: int) -> tuple[datetime, datetime]:
    return as_moments((back(first), back(last)))


# -- what is in it -----------------------------------------------------------------------------------------


def test_each_day_is_what_is_published_of_it(house: House, ads: Connection, admin: Browser) -> None:
    told(house, {5: "proved", 4: "read", 3: "differs", 2: "missing", 1: "read"})
    found = seen(admin)
    assert [found[back(ago)] for ago in (6, 5, 4, 3, 2, 1)] == ["none", "proved", "read", "differs", "missing", "read"]
    assert found[TODAY] == "not_yet"
    assert len(found) == 28
    page = admin.open(HERE)
    assert heading(page) == "Coverage"
    assert "Ads &lt;b&gt;" in page.text
    assert 'title="Fri 28 Aug: read"' in page.text


def test_a_day_that_the_last_reading_should_have_told_and_did_not_is_missing(
    house: House, ads: Connection, admin: Browser
) -> None:
    told(house, {5: "proved", 4: "proved"})
    assert [seen(admin)[back(ago)] for ago in (4, 3, 1, 0)] == ["proved", "missing", "missing", "not_yet"]
    connected(house, "bakery", "ads", "meta_ads", zone="UTC", last_success_at=house.clock.now() - timedelta(days=3))
    assert [seen(admin)[back(ago)] for ago in (4, 3, 1, 0)] == ["proved", "not_yet", "not_yet", "not_yet"]


def test_what_waits_for_the_client_says_so_and_cannot_be_filled(house: House, ads: Connection, admin: Browser) -> None:
    stopped(house, "bakery", "ads", "meta_ads", zone="UTC")
    told(house, {6: "proved", 5: "missing", 4: "proved"})
    assert [seen(admin)[back(ago)] for ago in (5, 3, 0)] == ["missing", "waits", "waits"]
    page = admin.open(HERE)
    assert "It waits for the client" in page.text
    assert not [form for form in page.forms if form.action.endswith("/backfill")]


def test_a_stream_that_is_not_read_has_no_holes_after_its_last_day(
    house: House, ads: Connection, admin: Browser
) -> None:
    connected(house, "bakery", "ads", "meta_ads", zone="UTC", streams_without=[STREAM])
    told(house, {6: "proved", 5: "missing", 4: "proved"})
    assert [seen(admin)[back(ago)] for ago in (5, 3, 0)] == ["missing", "none", "none"]


def test_what_was_read_since_is_in_it_out_of_the_runs(house: House, ads: Connection, admin: Browser) -> None:
    told(house, {6: "proved", 5: "missing", 4: "missing", 3: "missing", 2: "missing", 1: "read"})
    over = run(house, ads, "over", RunState.PARTLY)
    part(house, over, STREAM, SliceState.LOADED, days(5, 5))
    part(house, over, STREAM, SliceState.FAILED, days(4, 4))
    going = run(house, ads, "going")
    part(house, going, STREAM, SliceState.WORKING, days(3, 3))
    part(house, going, "campaigns", SliceState.WORKING, days(2, 2))  # it is read whole, whatever the moments say
    assert [seen(admin)[back(ago)] for ago in (5, 4, 3, 2)] == ["read", "missing", "under_way", "missing"]


def test_what_ended_before_it_was_published_is_not_looked_at_again(house: House, ads: Connection) -> None:
    old = run(house, ads, "old", RunState.PARTLY)
    part(house, old, STREAM, SliceState.FAILED, days(2, 2))
    house.clock.forward(hours=2)
    told(house, {3: "proved", 2: "proved", 1: "proved"})
    assert seen(browser_of(house, "bakery"))[back(2)] == "proved"


def test_before_anything_is_published_the_runs_alone_tell(house: House, ads: Connection, admin: Browser) -> None:
    part(house, run(house, ads, "first", RunState.COMPLETED), STREAM, SliceState.LOADED, days(3, 1))
    assert [seen(admin)[back(ago)] for ago in (4, 3, 1)] == ["none", "read", "read"]
    assert "Nothing is published yet" in admin.open(HERE).text


def test_days_that_are_owed_say_why(house: House, ads: Connection, admin: Browser) -> None:
    told(house, {3: "proved", 2: "proved", 1: "proved"})
    first, last = days(2, 2)
    owed = Debt(
        "d", "bakery", "ads", "meta_ads", STREAM, "", since=first, until=last, sentence="It answered <503>."
    )  # fmt: skip
    house.engine.set(path("bakery", "debts", "d"), to_doc(owed))
    assert seen(admin)[back(2)] == "missing"
    assert "It answered &lt;503&gt;." in admin.open(HERE).text


def test_other_days_can_be_asked_for(house: House, ads: Connection, admin: Browser) -> None:
    told(house, {60: "read", 1: "read"})
    found = seen(admin, query="?days=91")
    assert (len(found), found[back(60)]) == (91, "read")
    found = seen(admin, query=f"?until={back(40)}")
    assert (max(found), found[back(60)]) == (back(40), "read")
    for odd in ("?until=2099-01-01", "?until=x&days=7", "?until=0001-01-01"):
        assert len(seen(admin, query=odd)) == 28


def test_looking_publishes_and_asking_by_itself_does_not(house: House, ads: Connection, admin: Browser) -> None:
    admin.ask("GET", f"{HERE}-now.json")
    assert house.engine.get(publication_path("bakery")) is None
    admin.open(HERE)
    doc = house.engine.get(publication_path("bakery"))
    assert doc is not None
    assert doc["wanted_at"] == house.clock.now()


def test_csv_has_a_line_for_each_day(house: House, ads: Connection, admin: Browser) -> None:
    connected(house, "bakery", "ads", "meta_ads", title="=1+1", zone="UTC")
    told(house, {2: "proved", 1: "missing"})
    rows = list(csv.DictReader(io.StringIO(admin.ask("GET", f"{HERE}.csv").get_data(as_text=True))))
    ours = {row["day"]: row["state"] for row in rows if row["stream"] == STREAM}
    assert (ours[str(back(2))], ours[str(back(1))]) == ("proved", "missing")
    assert {row["account"] for row in rows} == {"'=1+1"}


# -- holes -------------------------------------------------------------------------------------------------


def test_a_hole_is_a_button_that_says_what_it_costs_and_fills(house: House, ads: Connection, admin: Browser) -> None:
    told(house, {6: "proved", 5: "missing", 4: "missing", 3: "proved", 2: "proved", 1: "proved"})
    page = admin.open(HERE)
    assert page.text.count('class="hole"') == 1
    hole = page.text.partition('class="hole"')[2].partition("</details>")[0]
    assert "27 – 28 Aug 2026" in hole
    assert "call" in hole
    where = "/workspaces/bakery/connections/ads/backfill"
    page = admin.press(page, where)
    (request,) = [each for each in house.bus.published if isinstance(each, SyncRequested)]
    assert (request.reason, request.streams) == (Reason.BACKFILL, STREAM)
    assert (request.since[:10], request.until[:10]) == ("2026-08-27", "2026-08-29")
    assert page.url.startswith(f"{HERE}?asked=")
    assert "It begins in a moment" in page.text

    asks = page.text.partition('data-polls="')[2].partition('"')[0].replace("&amp;", "&")
    waiting = orjson.loads(admin.ask("GET", asks).get_data())
    assert (waiting["cells"], waiting["again"] > 0) == ({}, True)
    name = page.url.partition("asked=")[2]
    going = run(house, ads, name)
    one, two = (part(house, going, STREAM, SliceState.WORKING, days(ago, ago)) for ago in (5, 4))
    assert orjson.loads(admin.ask("GET", asks).get_data())["again"] == 0  # it has begun: another page

    page = admin.open(page.url)
    asks = page.text.partition('data-polls="')[2].partition('"')[0].replace("&amp;", "&")
    where = path("bakery", "slices", one.id)
    house.engine.transact(lambda tx: tx.update(where, {"state": SliceState.STAGED}))
    house.engine.transact(lambda tx: tx.update(where, {"state": SliceState.LOADED}))
    cells = orjson.loads(admin.ask("GET", asks).get_data())["cells"]
    assert cells == {
        f"d-ads-{STREAM}-{back(5)}": ["rd", "read"],
        f"d-ads-{STREAM}-{back(4)}": ["nw", "under way"],
    }
    assert all(f'id="{name}"' in page.text for name in cells)
    where = path("bakery", "slices", two.id)
    house.engine.transact(lambda tx: tx.update(where, {"state": SliceState.STAGED}))
    house.engine.transact(lambda tx: tx.update(where, {"state": SliceState.LOADED}))
    run(house, ads, name, RunState.COMPLETED)
    assert orjson.loads(admin.ask("GET", asks).get_data())["again"] == 0
    assert 'class="hole"' not in admin.open(HERE).text


def test_whoever_only_looks_sees_holes_and_no_button(house: House, ads: Connection) -> None:
    told(house, {3: "proved", 2: "missing", 1: "proved"})
    page = browser_of(house, "bakery", Role.VIEWER).open(HERE)
    assert 'class="cell ms"' in page.text
    assert [form.action for form in page.forms if form.method == "post"] == ["/sign-out"]


def test_pressed_twice_it_is_one_run(house: House, ads: Connection, admin: Browser) -> None:
    told(house, {3: "proved", 2: "missing", 1: "proved"})
    where = "/workspaces/bakery/connections/ads/backfill"
    form = admin.open(HERE).form(lambda each: each.action == where).fields
    assert len({admin.ask("POST", where, form).headers["Location"] for _ in range(2)}) == 1
    first, second = [each for each in house.bus.published if isinstance(each, SyncRequested)]
    assert first == second


# -- cells -------------------------------------------------------------------------------------------------


def slice_(state: SliceState, since: int, until: int, **more: Any) -> Slice:
    first, last = days(since, until)
    return Slice("s", "w", "c", "r", "meta_ads", "x", state=state, since=first, until=last, **more)


def test_of_a_day_that_many_parts_read_the_worst_holds() -> None:
    shown = [back(ago) for ago in (3, 2, 1)]
    parts = [
        slice_(SliceState.LOADED, 3, 1), slice_(SliceState.FAILED, 2, 2), slice_(SliceState.READY, 1, 1),
        slice_(SliceState.LOADED, 90, 80),
    ]  # fmt: skip
    found = of_slices(parts, shown)
    assert [found["c", "x", day] for day in shown] == [Cell.READ, Cell.MISSING, Cell.UNDER_WAY]
    assert len(found) == 3


def test_missing_days_after_one_another_are_one_hole() -> None:
    cells = {back(ago): Cell.MISSING for ago in (9, 8, 6, 2, 1)} | {back(7): Cell.READ}
    assert holes("c", "x", cells) == [
        Hole("c", "x", back(9), back(8)), Hole("c", "x", back(6), back(6)), Hole("c", "x", back(2), back(1)),
    ]  # fmt: skip


def test_a_day_between_two_that_are_known_is_missing() -> None:
    found = filled({back(3): Cell.READ, back(1): Cell.READ}, [back(3), back(2), back(1)], None, False, True)
    assert found[back(2)] is Cell.MISSING


def test_midnight_is_the_day_whatever_the_zone() -> None:
    first = datetime(2026, 8, 30, tzinfo=UTC)
    part_ = Slice("s", "w", "c", "r", "p", "x", state=SliceState.LOADED, since=first, until=first + timedelta(days=1))
    assert list(of_slices([part_], [date(2026, 8, 29), date(2026, 8, 30), date(2026, 8, 31)])) == [
        ("c", "x", date(2026, 8, 30))
    ]
