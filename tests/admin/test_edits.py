"""`connection edit`: streams are switched on and off, and whatever a later release reads by default comes by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from shared import model
from shared.messages import Tick
from shared.model import Connection, from_doc
from shared.platforms import PLATFORMS
from shared.vocabulary.choosing import had
from shared.vocabulary.platform import Platform
from tests.admin.conftest import Operator

MAILCHIMP = PLATFORMS["mailchimp"]
CONTACT = PLATFORMS["constant_contact"]
EDIT = ("connection", "edit", "demo")


def kept(desk: Operator) -> Connection:
    return from_doc(Connection, desk.stores.documents.get(where(desk)) or {})


def where(desk: Operator) -> str:
    return model.path("demo", "connections", desk.world.connection.id)


def of(desk: Operator, platform: Platform, **more: Any) -> str:
    """The desk's connection, as if it were one of another platform; its id."""
    doc = desk.stores.documents.get(where(desk)) or {}
    desk.stores.documents.set(where(desk), {**doc, "platform": platform.name, **more})
    return desk.world.connection.id


def read(desk: Operator, *words: str) -> set[str]:
    found = desk.ask(*EDIT, desk.world.connection.id, *words)
    names = {each["name"] for each in found["streams"] if each["read"]}
    connection = kept(desk)
    assert names == {stream.name for stream in had(PLATFORMS[connection.platform], connection)}
    return names


def refused(desk: Operator, *words: str) -> str:
    before = desk.stores.documents.get(where(desk))
    code, _, complaint = desk.type(*EDIT, desk.world.connection.id, *words)
    assert code == 2
    assert desk.stores.documents.get(where(desk)) == before
    return complaint


def test_without_a_change_it_shows_what_is_read_and_what_could_be(desk: Operator) -> None:
    name = of(desk, CONTACT)
    before = desk.stores.documents.get(where(desk))
    streams = {each["name"]: each for each in desk.ask(*EDIT, name)["streams"]}
    assert list(streams) == [stream.name for stream in CONTACT.streams]
    assert (streams["opens"]["optional"], streams["opens"]["read"]) == (True, False)
    assert streams["opens"]["hangs_on"] == "campaign_activities"
    assert (streams["contacts"]["optional"], streams["contacts"]["read"]) == (False, True)
    lines = desk.type(*EDIT, name)[1].splitlines()
    assert any(line.startswith("opens ") and " off " in line and " optional " in line for line in lines)
    assert desk.stores.documents.get(where(desk)) == before


def test_an_optional_stream_is_switched_on_and_off_again(desk: Operator) -> None:
    of(desk, CONTACT)
    usual = read(desk)
    assert read(desk, "--with", "opens, clicks") == usual | {"opens", "clicks"}
    assert read(desk, "--without", "clicks", "--with", "sends") == usual | {"opens", "sends"}
    assert read(desk, "--without", "opens,sends") == usual
    assert kept(desk).streams_without == [], "they are not read by default: nothing is left to be said"
    assert read(desk, "--without", "contact_lists") == usual - {"contact_lists"}
    assert read(desk, "--with", "contact_lists") == usual
    read(desk, "--with", "opens", "--without", "contact_lists")
    assert read(desk, "--streams", "default") == usual
    assert (kept(desk).streams, kept(desk).streams_with, kept(desk).streams_without) == ([], [], [])


def test_what_a_later_release_reads_by_default_is_read(desk: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both where something was switched on and where something was switched off; not so with a list of its own."""
    of(desk, CONTACT)
    usual = read(desk, "--with", "opens", "--without", "contact_lists")
    grown = replace(
        CONTACT, streams=tuple(replace(s, optional=False) if s.name == "clicks" else s for s in CONTACT.streams)
    )
    monkeypatch.setitem(cast(Any, PLATFORMS), CONTACT.name, grown)
    assert read(desk) == usual | {"clicks"}
    of(desk, CONTACT, streams=["contacts"])
    assert "clicks" not in read(desk)


def test_a_list_of_its_own_is_kept_and_changed(desk: Operator) -> None:
    """Documents of before hold such a list; names in it may be of views."""
    name = of(desk, CONTACT, streams=["taggings", "contact_lists"])
    assert read(desk) == {"contacts", "contact_lists"}
    assert read(desk, "--with", "opens") == {
        "contacts", "contact_lists", "email_campaigns", "campaign_activities", "opens"
    }  # fmt: skip
    assert read(desk, "--without", "contacts") == read(desk) - {"contacts"}
    assert kept(desk).streams == ["taggings", "contact_lists"]
    assert "--streams default" in desk.type(*EDIT, name)[1]
    of(desk, MAILCHIMP, streams=["lists", "gone_since"], streams_with=[], streams_without=[])
    assert read(desk, "--without", "gone_since") == {"lists"}


def test_children_bring_their_parents_and_no_parent_goes_without_them(desk: Operator) -> None:
    of(desk, MAILCHIMP)
    usual = read(desk)
    said = refused(desk, "--without", "interest_categories")
    assert "interests cannot be read without interest_categories" in said
    together = said.rpartition("--without ")[2].strip()
    assert read(desk, "--without", together) == usual - {"interest_categories", "interests"}
    assert read(desk, "--with", "interests") == usual, "its parent comes with it"
    of(desk, MAILCHIMP, streams=["tags"], streams_without=[])
    assert read(desk, "--with", "lists") == {"lists", "tags"}
    assert read(desk, "--without", "tags") == {"lists"}, "it came with its child, and was asked for itself"
    of(desk, MAILCHIMP, streams=["lists"], streams_with=[], streams_without=[])
    assert "list_members" in refused(desk, "--with", "list_members", "--without", "lists")


def test_what_hangs_on_a_stream_that_was_left_out_does_not_bring_it_back(
    desk: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(desk, MAILCHIMP)
    usual = read(desk, "--without", "automations,automation_emails")
    more = replace(MAILCHIMP.stream("automation_emails"), name="automation_queues")
    monkeypatch.setitem(cast(Any, PLATFORMS), "mailchimp", replace(MAILCHIMP, streams=(*MAILCHIMP.streams, more)))
    assert read(desk) == usual
    assert read(desk, "--with", "automation_queues") == usual | {"automations", "automation_queues"}


@pytest.mark.parametrize("option", ["--with", "--without"])
def test_a_name_that_there_is_not_is_refused_with_the_nearest_one(desk: Operator, option: str) -> None:
    of(desk, MAILCHIMP)
    said = refused(desk, option, "list_member")
    assert "Did you mean list_members?" in said
    assert ", ".join(stream.name for stream in MAILCHIMP.streams) in said
    assert "Did you mean" not in refused(desk, option, "zzz")


def test_what_cannot_be_meant_is_refused(desk: Operator) -> None:
    of(desk, MAILCHIMP)
    assert "with it or without it" in refused(desk, "--with", "tags", "--without", "tags")
    everything = ",".join(stream.name for stream in MAILCHIMP.streams)
    assert "nothing would be read" in refused(desk, "--without", everything)
    of(desk, MAILCHIMP, closing_at=desk.world.clock.now())
    assert "being ended" in refused(desk, "--with", "tags")


def test_nothing_else_of_the_document_is_changed(desk: Operator) -> None:
    of(desk, MAILCHIMP, tomorrow={"a": 1})
    before = desk.stores.documents.get(where(desk)) or {}
    read(desk, "--without", "tags")
    after = desk.stores.documents.get(where(desk)) or {}
    assert after == {**before, "streams_without": ["tags"]}


def test_a_stream_that_the_account_does_not_have_is_said_so(desk: Operator) -> None:
    instagram = PLATFORMS["instagram"]
    (name, *_) = [stream.name for stream in instagram.streams if stream.needs]
    id = of(desk, instagram, values={})
    assert name not in read(desk)
    line = next(each for each in desk.type(*EDIT, id)[1].splitlines() if each.startswith(f"{name} "))
    assert "not in this account" in line


def test_a_paused_connection_is_read_only_when_somebody_asks(desk: Operator) -> None:
    world, name = desk.world, desk.world.connection.id
    desk.ask(*EDIT, name, "--pause")
    world.machine.planner._all("round")
    world.machine.settle()
    assert world.runs() == []
    assert "It is paused" in desk.type(*EDIT, name)[1]
    world.sync("asked")
    assert [run["state"] for run in world.runs()] == ["completed"]
    desk.ask(*EDIT, name, "--resume")
    world.machine.bus.publish(Tick())
    world.machine.settle()
    assert [run["reason"] for run in world.runs()] == ["operator", "schedule"], "it begins at once"
    world.clock.forward(hours=8)
    world.machine.planner._all("next round")
    world.machine.settle()
    assert len(world.runs()) == 3


def test_a_rhythm_of_its_own_begins_at_once_or_with_the_first_of_its_days(desk: Operator) -> None:
    """It is a Tuesday, six in the morning UTC, and eight by the clock of the account."""
    world, name = desk.world, of(desk, PLATFORMS["emailoctopus"], zone="Europe/Vienna")
    found = desk.ask(*EDIT, name, "--schedule", "Every 6 hours")
    assert found["schedule"] == "every 6 hours"
    assert (kept(desk).schedule, kept(desk).rhythm) == ("daily", "every 6 hours")
    for text in ("round", "round two"):  # of the standard schedule, which it is not on any more
        world.machine.planner._all(text)
    world.machine.bus.publish(Tick())
    world.machine.settle()
    assert [run["reason"] for run in world.runs()] == ["schedule"]
    assert kept(desk).next_sync_at == datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert desk.ask("status")[0]["schedule"] == "every 6 hours"

    found = desk.ask(*EDIT, name, "--schedule", "thu,tue at 08:30")
    assert found["schedule"] == "tuesday, thursday at 08:30"
    assert kept(desk).next_sync_at == datetime(2026, 9, 1, 6, 30, tzinfo=UTC)
    before = kept(desk)
    desk.ask(*EDIT, name, "--schedule", "tuesday, thursday at 08:30")
    assert kept(desk) == before, "the same once more begins nothing anew"
    assert "tuesday, thursday at 08:30, next at 2026-09-01 06:30:00 UTC" in desk.type(*EDIT, name)[1]


@pytest.mark.parametrize("schedule", ["hourly", "daily", "manual", "standard"])
def test_a_schedule_takes_the_place_of_the_rhythm_before(desk: Operator, schedule: str) -> None:
    name = desk.world.connection.id
    desk.ask(*EDIT, name, "--schedule", "every 5 hours")
    desk.ask(*EDIT, name, "--schedule", schedule)
    assert (kept(desk).schedule, kept(desk).rhythm) == (schedule, "")
    by_itself = schedule in ("hourly", "daily")
    assert kept(desk).next_sync_at == (desk.world.clock.now() if by_itself else None)


def test_a_paused_one_forgets_its_rhythm_and_goes_on_as_all_do(desk: Operator) -> None:
    name = desk.world.connection.id
    desk.ask(*EDIT, name, "--schedule", "monday")
    desk.ask(*EDIT, name, "--resume")
    assert kept(desk).rhythm == "monday at 05:00", "it was not paused"
    desk.ask(*EDIT, name, "--pause")
    assert (kept(desk).schedule, kept(desk).rhythm, kept(desk).next_sync_at) == ("manual", "", None)
    desk.ask(*EDIT, name, "--resume")
    assert (kept(desk).schedule, kept(desk).next_sync_at) == ("standard", desk.world.clock.now())


def test_how_far_back_it_reads_is_changed(desk: Operator) -> None:
    name = desk.world.connection.id
    assert desk.ask(*EDIT, name, "--history", "400")["history_days"] == 400
    assert "400 days back" in desk.type(*EDIT, name)[1]
    assert desk.ask(*EDIT, name, "--history", "0")["history_days"] == 0
    assert kept(desk).schedule == "standard"


@pytest.mark.parametrize("schedule", ["every 0 hours", "fortnightly", "", "monday at 25:00"])
def test_a_schedule_that_nobody_keeps_is_refused_where_it_is_typed(desk: Operator, schedule: str) -> None:
    before = kept(desk)
    with pytest.raises(SystemExit) as ended:
        desk.type(*EDIT, desk.world.connection.id, "--schedule", schedule)
    assert ended.value.code == 2
    assert "every N hours" in desk.capsys.readouterr().err
    assert kept(desk) == before
