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
from shared.vocabulary.choosing import available_streams
from shared.vocabulary.platform import Platform
from tests.admin.conftest import Operator

MAILCHIMP = PLATFORMS["mailchimp"]
CONTACT = PLATFORMS["constant_contact"]
EDIT = ("connection", "edit", "demo")


def kept(operator: Operator) -> Connection:
    return from_doc(Connection, operator.stores.documents.get(where(operator)) or {})


def where(operator: Operator) -> str:
    return model.path("demo", "connections", operator.world.connection.id)


def of(operator: Operator, platform: Platform, **more: Any) -> str:
    """The operator's connection, as if it were one of another platform; its id."""
    doc = operator.stores.documents.get(where(operator)) or {}
    operator.stores.documents.set(where(operator), {**doc, "platform": platform.name, **more})
    return operator.world.connection.id


def read(operator: Operator, *words: str) -> set[str]:
    found = operator.ask(*EDIT, operator.world.connection.id, *words)
    names = {each["name"] for each in found["streams"] if each["read"]}
    connection = kept(operator)
    assert names == {stream.name for stream in available_streams(PLATFORMS[connection.platform], connection)}
    return names


def refused(operator: Operator, *words: str) -> str:
    before = operator.stores.documents.get(where(operator))
    code, _, complaint = operator.type(*EDIT, operator.world.connection.id, *words)
    assert code == 2
    assert operator.stores.documents.get(where(operator)) == before
    return complaint


def test_without_a_change_it_shows_what_is_read_and_what_could_be(operator: Operator) -> None:
    name = of(operator, CONTACT)
    before = operator.stores.documents.get(where(operator))
    streams = {each["name"]: each for each in operator.ask(*EDIT, name)["streams"]}
    assert list(streams) == [stream.name for stream in CONTACT.streams]
    assert (streams["opens"]["optional"], streams["opens"]["read"]) == (True, False)
    assert streams["opens"]["hangs_on"] == "campaign_activities"
    assert (streams["contacts"]["optional"], streams["contacts"]["read"]) == (False, True)
    lines = operator.type(*EDIT, name)[1].splitlines()
    assert any(line.startswith("opens ") and " off " in line and " optional " in line for line in lines)
    assert operator.stores.documents.get(where(operator)) == before


def test_an_optional_stream_is_switched_on_and_off_again(operator: Operator) -> None:
    of(operator, CONTACT)
    usual = read(operator)
    assert read(operator, "--with", "opens, clicks") == usual | {"opens", "clicks"}
    assert read(operator, "--without", "clicks", "--with", "sends") == usual | {"opens", "sends"}
    assert read(operator, "--without", "opens,sends") == usual
    assert kept(operator).streams_without == [], "they are not read by default: nothing is left to be said"
    assert read(operator, "--without", "contact_lists") == usual - {"contact_lists"}
    assert read(operator, "--with", "contact_lists") == usual
    read(operator, "--with", "opens", "--without", "contact_lists")
    assert read(operator, "--streams", "default") == usual
    assert (kept(operator).streams, kept(operator).streams_with, kept(operator).streams_without) == ([], [], [])


def test_what_a_later_release_reads_by_default_is_read(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both where something was switched on and where something was switched off; not so with a list of its own."""
    of(operator, CONTACT)
    usual = read(operator, "--with", "opens", "--without", "contact_lists")
    grown = replace(
        CONTACT, streams=tuple(replace(s, optional=False) if s.name == "clicks" else s for s in CONTACT.streams)
    )
    monkeypatch.setitem(cast(Any, PLATFORMS), CONTACT.name, grown)
    assert read(operator) == usual | {"clicks"}
    of(operator, CONTACT, streams=["contacts"])
    assert "clicks" not in read(operator)


def test_a_list_of_its_own_is_kept_and_changed(operator: Operator) -> None:
    """Documents of before hold such a list; names in it may be of views."""
    name = of(operator, CONTACT, streams=["taggings", "contact_lists"])
    assert read(operator) == {"contacts", "contact_lists"}
    assert read(operator, "--with", "opens") == {
        "contacts", "contact_lists", "email_campaigns", "campaign_activities", "opens"
    }  # fmt: skip
    assert read(operator, "--without", "contacts") == read(operator) - {"contacts"}
    assert kept(operator).streams == ["taggings", "contact_lists"]
    assert "--streams default" in operator.type(*EDIT, name)[1]
    of(operator, MAILCHIMP, streams=["lists", "gone_since"], streams_with=[], streams_without=[])
    assert read(operator, "--without", "gone_since") == {"lists"}


def test_children_bring_their_parents_and_no_parent_goes_without_them(operator: Operator) -> None:
    of(operator, MAILCHIMP)
    usual = read(operator)
    said = refused(operator, "--without", "interest_categories")
    assert "interests cannot be read without interest_categories" in said
    together = said.rpartition("out: ")[2].strip()
    assert read(operator, "--without", together) == usual - {"interest_categories", "interests"}
    assert read(operator, "--with", "interests") == usual, "its parent comes with it"
    of(operator, MAILCHIMP, streams=["tags"], streams_without=[])
    assert read(operator, "--with", "lists") == {"lists", "tags"}
    assert read(operator, "--without", "tags") == {"lists"}, "it came with its child, and was asked for itself"
    of(operator, MAILCHIMP, streams=["lists"], streams_with=[], streams_without=[])
    assert "list_members" in refused(operator, "--with", "list_members", "--without", "lists")


def test_what_hangs_on_a_stream_that_was_left_out_does_not_bring_it_back(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(operator, MAILCHIMP)
    usual = read(operator, "--without", "automations,automation_emails")
    more = replace(MAILCHIMP.stream("automation_emails"), name="automation_queues")
    monkeypatch.setitem(cast(Any, PLATFORMS), "mailchimp", replace(MAILCHIMP, streams=(*MAILCHIMP.streams, more)))
    assert read(operator) == usual
    assert read(operator, "--with", "automation_queues") == usual | {"automations", "automation_queues"}


@pytest.mark.parametrize("option", ["--with", "--without"])
def test_a_name_that_there_is_not_is_refused_with_the_nearest_one(operator: Operator, option: str) -> None:
    of(operator, MAILCHIMP)
    said = refused(operator, option, "list_member")
    assert "Did you mean list_members?" in said
    assert ", ".join(stream.name for stream in MAILCHIMP.streams) in said
    assert "Did you mean" not in refused(operator, option, "zzz")


def test_what_cannot_be_meant_is_refused(operator: Operator) -> None:
    of(operator, MAILCHIMP)
    assert "with it or without it" in refused(operator, "--with", "tags", "--without", "tags")
    everything = ",".join(stream.name for stream in MAILCHIMP.streams)
    assert "nothing would be read" in refused(operator, "--without", everything)
    of(operator, MAILCHIMP, closing_at=operator.world.clock.now())
    assert "being ended" in refused(operator, "--with", "tags")


def test_nothing_else_of_the_document_is_changed(operator: Operator) -> None:
    of(operator, MAILCHIMP, tomorrow={"a": 1})
    before = operator.stores.documents.get(where(operator)) or {}
    read(operator, "--without", "tags")
    after = operator.stores.documents.get(where(operator)) or {}
    assert after == {**before, "streams_without": ["tags"]}


def test_a_stream_that_the_account_does_not_have_is_said_so(operator: Operator) -> None:
    instagram = PLATFORMS["instagram"]
    (name, *_) = [stream.name for stream in instagram.streams if stream.needs]
    id = of(operator, instagram, values={})
    assert name not in read(operator)
    line = next(each for each in operator.type(*EDIT, id)[1].splitlines() if each.startswith(f"{name} "))
    assert "not in this account" in line


def test_a_paused_connection_is_read_only_when_somebody_asks(operator: Operator) -> None:
    world, name = operator.world, operator.world.connection.id
    operator.ask(*EDIT, name, "--pause")
    world.machine.planner._all("round")
    world.machine.settle()
    assert world.runs() == []
    assert "It is paused" in operator.type(*EDIT, name)[1]
    world.sync("asked")
    assert [run["state"] for run in world.runs()] == ["completed"]
    operator.ask(*EDIT, name, "--resume")
    world.machine.bus.publish(Tick())
    world.machine.settle()
    assert [run["reason"] for run in world.runs()] == ["operator", "schedule"], "it begins at once"
    world.clock.forward(hours=8)
    world.machine.planner._all("next round")
    world.machine.settle()
    assert len(world.runs()) == 3


def test_a_rhythm_of_its_own_begins_at_once_or_with_the_first_of_its_days(operator: Operator) -> None:
    """It is a Tuesday, six in the morning UTC, and eight by the clock of the account."""
    world, name = operator.world, of(operator, PLATFORMS["emailoctopus"], zone="Europe/Vienna")
    found = operator.ask(*EDIT, name, "--schedule", "Every 6 hours")
    assert found["schedule"] == "every 6 hours"
    assert (kept(operator).schedule, kept(operator).rhythm) == ("daily", "every 6 hours")
    for text in ("round", "round two"):  # of the standard schedule, which it is not on any more
        world.machine.planner._all(text)
    world.machine.bus.publish(Tick())
    world.machine.settle()
    assert [run["reason"] for run in world.runs()] == ["schedule"]
    assert kept(operator).next_sync_at == datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert operator.ask("status")[0]["schedule"] == "every 6 hours"

    found = operator.ask(*EDIT, name, "--schedule", "thu,tue at 08:30")
    assert found["schedule"] == "tuesday, thursday at 08:30"
    assert kept(operator).next_sync_at == datetime(2026, 9, 1, 6, 30, tzinfo=UTC)
    before = kept(operator)
    operator.ask(*EDIT, name, "--schedule", "tuesday, thursday at 08:30")
    assert kept(operator) == before, "the same once more begins nothing anew"
    assert "tuesday, thursday at 08:30, next at 2026-09-01 06:30:00 UTC" in operator.type(*EDIT, name)[1]


@pytest.mark.parametrize("schedule", ["hourly", "daily", "manual", "standard"])
def test_a_schedule_takes_the_place_of_the_rhythm_before(operator: Operator, schedule: str) -> None:
    name = operator.world.connection.id
    operator.ask(*EDIT, name, "--schedule", "every 5 hours")
    operator.ask(*EDIT, name, "--schedule", schedule)
    assert (kept(operator).schedule, kept(operator).rhythm) == (schedule, "")
    by_itself = schedule in ("hourly", "daily")
    assert kept(operator).next_sync_at == (operator.world.clock.now() if by_itself else None)


def test_a_paused_one_forgets_its_rhythm_and_goes_on_as_all_do(operator: Operator) -> None:
    name = operator.world.connection.id
    operator.ask(*EDIT, name, "--schedule", "monday")
    operator.ask(*EDIT, name, "--resume")
    assert kept(operator).rhythm == "monday at 05:00", "it was not paused"
    operator.ask(*EDIT, name, "--pause")
    assert (kept(operator).schedule, kept(operator).rhythm, kept(operator).next_sync_at) == ("manual", "", None)
    operator.ask(*EDIT, name, "--resume")
    assert (kept(operator).schedule, kept(operator).next_sync_at) == ("standard", operator.world.clock.now())


def test_how_far_back_it_reads_is_changed(operator: Operator) -> None:
    name = operator.world.connection.id
    assert operator.ask(*EDIT, name, "--history", "400")["history_days"] == 400
    assert "400 days back" in operator.type(*EDIT, name)[1]
    assert operator.ask(*EDIT, name, "--history", "0")["history_days"] == 0
    assert kept(operator).schedule == "standard"


@pytest.mark.parametrize("schedule", ["every 0 hours", "fortnightly", "", "monday at 25:00"])
def test_a_schedule_that_nobody_keeps_is_refused_where_it_is_typed(operator: Operator, schedule: str) -> None:
    before = kept(operator)
    with pytest.raises(SystemExit) as ended:
        operator.type(*EDIT, operator.world.connection.id, "--schedule", schedule)
    assert ended.value.code == 2
    assert "every N hours" in operator.capsys.readouterr().err
    assert kept(operator) == before
