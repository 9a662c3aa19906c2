"""What the growth of a list means: who was seen to join and to leave, on the day that is told of it, or else on the day
on which it was seen. What a platform says of somebody today changes nothing that was seen before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401

pytestmark = pytest.mark.slow

Row = dict[str, Any]
GROWTH = ("date", "joined", "gone", "net")
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def at(day: str, hour: int = 6) -> str:
    """A moment of 2026, in UTC."""
    return f"2026-{day}T{hour:02}:00:00Z"


def readings(table: str, *rows: Row) -> tuple[Mapping[str, list[Row]], Mapping[str, list[Row]]]:
    """These as the history has them, and of each record the newest as the current row."""
    newest: dict[str, Row] = {}
    for row in rows:
        newest["/".join(str(row.get(name)) for name in ("list_id", "id", "contact_id", "profile_id"))] = row
    return {table: list(newest.values())}, {table: list(rows)}


NEW_YORK = {"constant_contact_account": [{"connection_id": "cc", "encoded_account_id": "e",
                                          "time_zone_id": "US/Eastern"}]}  # fmt: skip


def contact(name: str, read: str, permission: str | None, **more: Any) -> Row:
    """Constant Contact."""
    return {
        "connection_id": "cc", "contact_id": name, "email": f"{name}@example.com", "permission_to_send": permission,
        "created_at": "2026-02-10T12:00:00Z", "_synced_at": read, **more,
    }  # fmt: skip


def test_whoever_was_added_by_the_account_joined_too(engine: Engine) -> None:  # noqa: F811
    """Two people whom the account added on 10 February, without a date of opting in; one opts out on 2 March, at
    nine in the evening in New York. A third was never confirmed. That is one person more, and no minus one."""
    raw, history = readings(
        "constant_contact_contacts",
        contact("a", at("03-01"), "implicit"),
        contact("b", at("03-01"), "implicit"),
        contact("c", at("03-01"), "pending_confirmation"),
        contact("b", at("03-04"), "unsubscribed", opt_out_date=at("03-03", 2)),
    )
    growth = engine({**NEW_YORK, **raw}, history)("list_growth")
    assert told(growth, *GROWTH) == [(date(2026, 2, 10), 2, 0, 2), (date(2026, 3, 2), 0, 1, -1)]
    assert {row["known_since"] for row in growth} == {MARCH}


def test_each_change_has_the_day_that_its_account_had_at_that_moment(engine: Engine) -> None:  # noqa: F811
    """One joins on 10 February; opts out on 3 March at two in the morning in UTC, which is 2 March in New York."""
    raw, history = readings(
        "constant_contact_contacts",
        contact("b", at("03-01"), "implicit"),
        contact("b", at("03-04"), "unsubscribed", opt_out_date=at("03-03", 2)),
    )
    changes = engine({**NEW_YORK, **raw}, history)("list_changes")
    assert told(changes, "date", "kind", "contact_id", "events") == [
        (date(2026, 2, 10), "joined", "b", 1), (date(2026, 3, 2), "left", "b", 1)
    ]  # fmt: skip
    assert {(row["known_since"], row["account_id"]) for row in changes} == {(MARCH, "e")}


def test_a_zone_holds_until_another_was_seen(engine: Engine) -> None:  # noqa: F811
    """From New York to Vienna, seen on 10 March."""
    zones = [("03-01", "US/Eastern"), ("03-05", "US/Eastern"), ("03-10", "Europe/Vienna")]
    history = {
        "klaviyo_account": [
            {"connection_id": "kl", "id": "k", "timezone": zone, "_synced_at": at(day)} for day, zone in zones
        ]
    }
    seen = datetime(2026, 3, 10, 6, tzinfo=UTC)
    assert told(engine({}, history)("email_account_zones"), "since", "until", "time_zone") == [
        (datetime(1900, 1, 1, tzinfo=UTC), seen, "US/Eastern"),
        (seen, datetime(2200, 1, 1, tzinfo=UTC), "Europe/Vienna"),
    ]  # fmt: skip


def test_who_opts_in_again_has_joined_twice_and_left_once(engine: Engine) -> None:  # noqa: F811
    """Constant Contact then tells the second date alone. And who had opted out before the first reading did both."""
    raw, history = readings(
        "constant_contact_contacts",
        contact("a", at("03-01"), "explicit", opt_in_date=at("02-12", 15)),
        contact("z", at("03-01"), "unsubscribed", opt_in_date=at("02-12", 15), opt_out_date=at("02-20", 15)),
        contact("a", at("03-04"), "unsubscribed", opt_in_date=at("02-12", 15), opt_out_date=at("03-03", 15)),
        contact("a", at("03-06"), "explicit", opt_in_date=at("03-05", 15)),
        # On hold is still there; whoever is deleted has left on that day; who came back is seen by the reading alone.
        contact("b", at("03-01"), "implicit"),
        contact("b", at("03-07"), "temp_hold"),
        contact("b", at("03-09"), "temp_hold", deleted_at="2026-03-08"),
        contact("b", at("03-12"), "implicit"),
    )
    growth = engine({**NEW_YORK, **raw}, history)("list_growth")
    assert told(growth, *GROWTH) == [
        (date(2026, 2, 10), 1, 0, 1), (date(2026, 2, 12), 2, 0, 2), (date(2026, 2, 20), 0, 1, -1),
        (date(2026, 3, 3), 0, 1, -1), (date(2026, 3, 5), 1, 0, 1), (date(2026, 3, 8), 0, 1, -1),
        (date(2026, 3, 12), 1, 0, 1),
    ]  # fmt: skip
    assert sum(row["net"] for row in growth) == 2, "a and b can receive mail"


def octopus(name: str, read: str, status: str, changed: str, **more: Any) -> Row:
    return {
        "connection_id": "eo", "list_id": "l1", "id": name, "email_address": f"{name}@example.com", "status": status,
        "created_at": "2026-01-20T09:00:00Z", "last_updated_at": changed, "_synced_at": read, **more,
    }  # fmt: skip


def test_who_is_not_confirmed_yet_has_not_joined_and_a_tag_moves_nobody(engine: Engine) -> None:  # noqa: F811
    """b confirms on 5 February; c unsubscribes on 7 February, and gets a tag in March; d unsubscribed in January, of
    which the first reading tells; e never confirms. Today one and one are subscribed."""
    raw, history = readings(
        "emailoctopus_contacts",
        octopus("a", at("02-01"), "subscribed", at("01-20", 9)),
        octopus("b", at("02-01"), "pending", at("01-31", 9)),
        octopus("c", at("02-01"), "subscribed", at("01-20", 9)),
        octopus("d", at("02-01"), "unsubscribed", at("01-25", 9)),
        octopus("e", at("02-01"), "pending", at("01-31", 9)),
        octopus("b", at("02-06"), "subscribed", at("02-05", 9)),
        octopus("c", at("02-08"), "unsubscribed", at("02-07", 9)),
        octopus("c", at("03-10"), "unsubscribed", at("03-09", 9), tags=["spring"]),
        octopus("d", at("03-10"), "unsubscribed", at("03-09", 9), tags=["spring"]),
        octopus("e", at("03-10"), "unsubscribed", at("03-09", 9)),
    )
    growth = engine(raw, history)("list_growth")
    assert told(growth, *GROWTH) == [
        (date(2026, 1, 20), 3, 0, 3), (date(2026, 1, 25), 0, 1, -1), (date(2026, 2, 5), 1, 0, 1),
        (date(2026, 2, 7), 0, 1, -1),
    ]  # fmt: skip
    assert {row["known_since"] for row in growth} == {FEBRUARY}
    assert sum(row["net"] for row in growth) == 2


def test_a_status_that_moves_no_date_counts_when_it_was_seen(engine: Engine) -> None:  # noqa: F811
    """It was last changed in January, says EmailOctopus; on 1 February it was subscribed all the same."""
    raw, history = readings(
        "emailoctopus_contacts",
        octopus("a", at("02-01"), "subscribed", at("01-20", 9)),
        octopus("a", at("03-01"), "unsubscribed", at("01-20", 9)),
    )
    assert told(engine(raw, history)("list_growth"), *GROWTH) == [
        (date(2026, 1, 20), 1, 0, 1), (MARCH, 0, 1, -1)
    ]  # fmt: skip


BERLIN = {"klaviyo_account": [{"connection_id": "kl", "id": "K", "timezone": "Europe/Berlin"}]}


def member(name: str, read: str, joined: str | None, lst: str = "l1", gone: bool = False) -> Row:
    """Klaviyo. Who has gone is marked with the moment at which the run began that saw it."""
    row = {"connection_id": "kl", "list_id": lst, "profile_id": name, "joined_group_at": joined, "_synced_at": read}
    return {**row, "_deleted_at": read} if gone else row


def lists(**read: str) -> Row:
    """Klaviyo's lists, each with its last reading; one that was not read on 20 March has gone."""
    rows = [{"connection_id": "kl", "id": name, "_synced_at": moment} for name, moment in read.items()]
    return {"klaviyo_lists": [
        row if row["_synced_at"] >= at("03-20") else {**row, "_deleted_at": at("03-20")} for row in rows
    ]}  # fmt: skip


def test_who_comes_again_was_there_before(engine: Engine) -> None:  # noqa: F811
    """a joined in January, was not there on 4 March and came again on the seventh, at midnight in Berlin; b left and
    came again on one evening, the ninth, which Klaviyo tells by the new moment alone."""
    raw, history = readings(
        "klaviyo_list_members",
        member("a", at("03-01"), at("01-10")),
        member("b", at("03-01"), at("01-11")),
        member("a", at("03-04"), at("01-10"), gone=True),
        member("a", at("03-07", 7), at("03-06", 23)),
        member("b", at("03-10", 7), at("03-09", 20)),
    )
    growth = engine({**BERLIN, **raw, **lists(l1=at("03-20", 7))}, history)("list_growth")
    assert told(growth, *GROWTH) == [
        (date(2026, 1, 10), 1, 0, 1), (date(2026, 1, 11), 1, 0, 1), (date(2026, 3, 4), 0, 1, -1),
        (date(2026, 3, 7), 1, 0, 1), (date(2026, 3, 9), 1, 1, 0),
    ]  # fmt: skip
    assert {row["known_since"] for row in growth} == {MARCH}


def test_who_seemed_to_have_left_comes_back_on_the_day_on_which_that_was_seen(engine: Engine) -> None:  # noqa: F811
    """The moment of joining is still the one of January; and of c no moment is told, who was first seen in March."""
    raw, history = readings(
        "klaviyo_list_members",
        member("a", at("02-01"), at("01-10")),
        member("a", at("03-04"), at("01-10"), gone=True),
        member("a", at("03-05", 7), at("01-10")),
        member("b", at("02-01"), None),
        member("c", at("03-06"), None),
    )
    growth = engine({**BERLIN, **raw, **lists(l1=at("03-20", 7))}, history)("list_growth")
    assert told(growth, *GROWTH) == [
        (None, 1, 0, 1), (date(2026, 1, 10), 1, 0, 1), (date(2026, 3, 4), 0, 1, -1), (date(2026, 3, 5), 1, 0, 1),
        (date(2026, 3, 6), 1, 0, 1),
    ]  # fmt: skip


def test_a_list_that_is_deleted_takes_nobody_away(engine: Engine) -> None:  # noqa: F811
    """Three were on it when it was deleted, after one had left; the other list, read on the same day, lost one."""
    raw, history = readings(
        "klaviyo_list_members",
        *(member(name, at("03-01"), at("01-10"), "old") for name in "abcd"),
        *(member(name, at("03-02"), at("01-10"), "new") for name in "ab"),
        member("d", at("03-10"), at("01-10"), "old", gone=True),
        *(member(name, at("03-20"), at("01-10"), "old", gone=True) for name in "abc"),
        member("a", at("03-20"), at("01-10"), "new", gone=True),
    )
    ask = engine({**BERLIN, **raw, **lists(old=at("03-19", 7), new=at("03-20", 7))}, history)
    assert told(ask("list_growth"), "list_id", *GROWTH, "known_since") == [
        ("new", date(2026, 1, 10), 2, 0, 2, date(2026, 3, 2)), ("new", date(2026, 3, 20), 0, 1, -1, date(2026, 3, 2)),
        ("old", date(2026, 1, 10), 4, 0, 4, MARCH), ("old", date(2026, 3, 10), 0, 1, -1, MARCH),
    ]  # fmt: skip
    seen = [row for row in ask("fact_email_engagement") if row["kind"] == "left"]
    assert {row["hour"] for row in seen} == {None}, "when in the day they left is not known"


def test_numbers_that_are_told_by_day_are_known_by_themselves(engine: Engine) -> None:  # noqa: F811
    activity = [{"connection_id": "mc", "list_id": "l1", "day": "2026-03-01", "subs": 5, "other_adds": 1, "unsubs": 2}]
    growth = engine({"mailchimp_list_activity": activity})("list_growth")
    assert told(growth, *GROWTH, "known_since") == [(MARCH, 6, 2, 4, None)]
