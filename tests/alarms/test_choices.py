"""When a letter goes out: quiet hours and digests, in somebody's own zone, through both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.alarms import choices
from shared.alarms.choices import BadChoice, Choice
from tests.alarms.town import BY, Town

NIGHT = Choice("acme", quiet_from="20:00", quiet_until="08:00")
NOON = Choice("acme", quiet_from="12:00", quiet_until="13:00")
DIGEST = Choice("acme", digest_at="08:00")
TWO = Choice("acme", quiet_from="22:00", quiet_until="02:30")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "now", "due"),
    [
        (Choice("acme"), "2026-11-30 03:00", "2026-11-30 03:00"),
        (NIGHT, "2026-11-30 18:59", "2026-11-30 18:59"),  # Vienna is an hour ahead
        (NIGHT, "2026-11-30 19:00", "2026-12-01 07:00"),
        (NIGHT, "2026-12-01 06:59", "2026-12-01 07:00"),
        (NIGHT, "2026-12-01 07:00", "2026-12-01 07:00"),
        (NOON, "2026-11-30 11:30", "2026-11-30 12:00"),
        (NOON, "2026-11-30 12:00", "2026-11-30 12:00"),
        (DIGEST, "2026-11-30 06:59", "2026-11-30 07:00"),
        (DIGEST, "2026-11-30 07:00", "2026-12-01 07:00"),
        (DIGEST, "2026-03-28 12:00", "2026-03-29 06:00"),  # clocks go forward in the night
        (DIGEST, "2026-10-24 12:00", "2026-10-25 07:00"),  # and back
        (TWO, "2026-03-28 23:00", "2026-03-29 01:30"),  # half past two is not there on that night
        (TWO, "2026-10-24 22:00", "2026-10-25 00:30"),  # and twice there on this one
    ],
)
def test_when_it_is_due(choice: Choice, now: str, due: str) -> None:
    assert choice.due(at(now), "Europe/Vienna") == at(due)


def test_their_own_zone_goes_before_the_workspaces() -> None:
    mine = Choice("acme", "p-1", quiet_from="20:00", quiet_until="08:00", zone="America/New_York")
    assert mine.due(at("2026-11-30 19:00"), "Europe/Vienna") == at("2026-11-30 19:00")
    assert mine.due(at("2026-11-30 03:00"), "Europe/Vienna") == at("2026-11-30 13:00")


@pytest.mark.parametrize(
    "choice",
    [
        Choice("acme", quiet_from="8", quiet_until="09:00"),
        Choice("acme", quiet_from="20:00"),
        Choice("acme", digest_at="24:00"),
        Choice("acme", zone="Europe/Nowhere"),
        Choice("acme", without=["nothing-of-ours"]),
        Choice("acme", budget=5),
        Choice("acme", budget=-1, budget_currency="EUR"),
        Choice("acme", budget=float("nan"), budget_currency="EUR"),
    ],
)
def test_what_is_no_choice_is_refused(choice: Choice) -> None:
    town = Town()
    with pytest.raises(BadChoice):
        choices.keep(town.people, town.clock, BY, choice)
    assert town.people.find("alarm_choices") == []


def test_a_choice_is_kept_told_to_the_audit_and_taken_back() -> None:
    town = Town()
    mine = choices.keep(town.people, town.clock, BY, Choice("acme", "p-1", digest_at="08:00"))
    assert choices.of_workspace(town.people, "acme") == {"": Choice("acme"), "p-1": mine}
    for _ in range(2):
        choices.forget(town.people, town.clock, BY, "acme", "p-1")
    assert choices.of_workspace(town.people, "acme") == {"": Choice("acme")}
    acts = [entry["act"] for entry in town.people.find("audit_entries")]
    assert acts == ["alarms.chosen", "alarms.chosen"]
