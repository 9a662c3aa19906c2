"""What a run reads, as a pure function of the connection, the cursors and the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Configure
from shared.model import Connection, Cursor, Run, cursor_id
from shared.platforms import PLATFORMS, platform
from shared.states import Reason, SliceKind, SliceState
from shared.sync.slices_of_run import asked_again, child_slices, first_slices, new_slices, sweep_slice, window
from shared.vocabulary.choosing import available_streams, selected_streams, sweepable, tells_gone, unknown_streams
from shared.vocabulary.columns import columns
from shared.vocabulary.slicing import Parent, Since
from shared.vocabulary.stream import Stream

NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)
MAILCHIMP, CONSTANT_CONTACT, EMAILOCTOPUS = (
    platform(name) for name in ("mailchimp", "constant_contact", "emailoctopus")
)


def connection(name: str, *streams: str) -> Connection:
    return Connection("con", "acme", name, "A1", "Demo", streams=list(streams))


def run(**more: Any) -> Run:
    return Run(**{"id": "run", "workspace": "acme", "connection": "con", "platform": "any", "reason": Reason.SCHEDULE,
                  "started_at": NOW, **more})  # fmt: skip


def mark(stream: str, partition: str, until: datetime) -> dict[str, Cursor]:
    name = cursor_id("con", stream, partition)
    return {name: Cursor(name, "acme", "con", stream, partition, until, "before")}


def test_a_platform_is_found_by_its_name() -> None:
    assert platform("mailchimp").title == "Mailchimp"
    assert set(PLATFORMS) >= {"mailchimp", "constant_contact", "emailoctopus"}
    assert all(name == each.name for name, each in PLATFORMS.items())
    with pytest.raises(Configure, match="unknown-platform"):
        platform("myspace")


def test_chosen_streams_bring_their_parents_and_views_their_stream() -> None:
    assert [s.name for s in selected_streams(MAILCHIMP, ["interests"])] == ["lists", "interest_categories", "interests"]
    assert [s.name for s in selected_streams(CONSTANT_CONTACT, ["taggings"])] == ["contacts"]
    assert [s.name for s in selected_streams(CONSTANT_CONTACT, ["opens"])] == [
        "email_campaigns",
        "campaign_activities",
        "opens",
    ]
    plain = {s.name for s in selected_streams(CONSTANT_CONTACT, [])}
    assert "bounces" in plain
    assert "opens" not in plain  # read only when asked for
    assert unknown_streams(MAILCHIMP, ["lists", "nope"]) == ["nope"]
    assert unknown_streams(CONSTANT_CONTACT, ["taggings"]) == []


def test_a_run_begins_with_what_hangs_on_nothing() -> None:
    parts = first_slices(EMAILOCTOPUS, connection("emailoctopus"), run(), {})
    assert [part.stream for part in parts] == ["lists", "campaigns"]
    again = first_slices(EMAILOCTOPUS, connection("emailoctopus"), run(), {})
    assert [part.id for part in parts] == [part.id for part in again]
    assert all(part.created_at == NOW for part in parts)


def test_children_have_a_slice_for_each_parent_and_a_cursor_each() -> None:
    audiences = [{"id": "L1"}, {"id": "L2"}, {"id": "L1"}, {"id": None}]
    cursors = mark("list_members", "L2", NOW - timedelta(days=1))
    parts = child_slices(
        MAILCHIMP, MAILCHIMP.stream("lists"), connection("mailchimp", "list_members"), run(), audiences, {}, cursors
    )
    assert [(part.stream, part.given, part.since) for part in parts] == [
        ("list_members", {"list_id": "L1"}, None),
        ("list_members", {"list_id": "L2"}, NOW - timedelta(days=1, minutes=5)),
    ]


def test_grandchildren_know_what_their_parents_were_given() -> None:
    parts = child_slices(
        CONSTANT_CONTACT,
        CONSTANT_CONTACT.stream("campaign_activities"),
        connection("constant_contact", "bounces"),
        run(),
        [{"campaign_activity_id": "A1", "role": "primary_email"}, {"campaign_activity_id": "A2", "role": "permalink"}],
        {"campaign_id": "C1", "campaign_status": "Done"},
        {},
    )
    assert [part.given for part in parts] == [{"campaign_activity_id": "A1"}]


def test_ids_share_a_call_up_to_what_the_platform_takes() -> None:
    rows = [{"campaign_id": f"C{i}", "current_status": "Done"} for i in range(310)]
    parts = child_slices(
        CONSTANT_CONTACT, CONSTANT_CONTACT.stream("email_campaigns"), connection("constant_contact", "campaign_stats"),
        run(), [*rows, rows[0]], {}, {},
    )  # fmt: skip
    together = [part.given["campaign_id"].split(",") for part in parts]
    assert [len(ids) for ids in together] == [150, 150, 10]
    assert sorted(one for ids in together for one in ids) == sorted(row["campaign_id"] for row in rows)


def test_campaigns_without_a_moment_never_settle() -> None:
    sending = {"id": "C1", "status": "sending", "sent_at": None}
    cursors = mark("campaign_summary", "C1", NOW)
    for row in (sending, {**sending, "sent_at": "soon"}, {"id": "C1", "status": "sending"}):
        parts = child_slices(
            EMAILOCTOPUS, EMAILOCTOPUS.stream("campaigns"), connection("emailoctopus", "campaign_summary"), run(),
            [row], {}, cursors,
        )  # fmt: skip
        assert len(parts) == 1


@settings(max_examples=80, deadline=None)
@given(
    ago=st.timedeltas(timedelta(0), timedelta(days=800)),
    look_back=st.none() | st.timedeltas(timedelta(0), timedelta(days=200)),
    overlap=st.timedeltas(timedelta(0), timedelta(hours=2)),
)
def test_a_window_begins_before_the_cursor_and_before_the_look_back(
    ago: timedelta, look_back: timedelta | None, overlap: timedelta
) -> None:
    stream = replace(MAILCHIMP.stream("reports"), slices=Since(look_back, "since", overlap=overlap))
    cursor = next(iter(mark("reports", "", NOW - ago).values()))
    since, until = window(stream, run(), cursor)
    assert since is not None
    assert until is None
    assert since <= cursor.until - overlap
    assert look_back is None or since <= NOW - look_back
    assert since in {cursor.until - overlap, NOW - (look_back or timedelta(0))}


def test_a_backfill_reads_its_window_and_a_whole_stream_has_none() -> None:
    backfill = run(since=NOW - timedelta(days=30), until=NOW)
    cursor = next(iter(mark("reports", "", NOW).values()))
    assert window(MAILCHIMP.stream("reports"), backfill, cursor) == (NOW - timedelta(days=30), NOW)
    assert window(MAILCHIMP.stream("lists"), backfill, cursor) == (None, None)


def test_only_what_was_seen_whole_is_swept() -> None:
    def swept(which: Any) -> set[str]:
        return {stream.name for stream in which.streams if sweepable(which, stream)}

    assert swept(EMAILOCTOPUS) == {"lists", "list_tags", "campaigns", "campaign_silent_contacts"}
    assert {"lists", "segments", "interests", "campaigns"} <= swept(MAILCHIMP)
    # Mailchimp forgets days after half a year; reports and members are read by change; their children with them.
    assert not {"list_activity", "reports", "list_members", "list_member_tags", "click_details"} & swept(MAILCHIMP)
    assert not {"contact_counts", "campaign_stats", "bounces", "contacts"} & swept(CONSTANT_CONTACT)
    assert sweep_slice(run(), "lists").kind == SliceKind.SWEEP


def test_of_whom_nobody_says_that_they_were_deleted() -> None:
    """Constant Contact goes on showing them, with the day; the members of a list of Klaviyo are read whole."""
    people = {
        (platform.name, name): tells_gone(platform, platform.stream(name))
        for platform, *names in (
            (MAILCHIMP, "list_members", "lists"), (EMAILOCTOPUS, "contacts"), (CONSTANT_CONTACT, "contacts"),
            (PLATFORMS["klaviyo"], "profiles", "list_members"), (PLATFORMS["shopify"], "customers"),
            (PLATFORMS["google_ads"], "campaign_daily"),
        )
        for name in names
    }  # fmt: skip
    assert {place for place, tells in people.items() if not tells} == {
        ("mailchimp", "list_members"), ("emailoctopus", "contacts"), ("klaviyo", "profiles"), ("shopify", "customers"),
    }  # fmt: skip
    named = [s for platform in PLATFORMS.values() for s in platform.streams if s.gone]
    assert named
    assert all(s.gone in {column.name for column in s.columns if column.kind in ("date", "time")} for s in named)


def test_cursors_are_kept_where_they_are_asked_for_later() -> None:
    kept = {stream.name for stream in MAILCHIMP.streams if stream.keeps_cursor}
    assert {"lists", "list_members", "email_activity", "reports"} <= kept
    assert not {"segments", "click_details", "sent_to"} & kept
    assert EMAILOCTOPUS.stream("campaign_links").keeps_cursor


def test_a_failed_slice_goes_on_where_it_stood() -> None:
    (part,) = new_slices(MAILCHIMP, MAILCHIMP.stream("lists"), connection("mailchimp"), run(), {}, {})
    failed = replace(part, state=SliceState.FAILED, position='{"at":{}}', attempts=5, problem={"code": "x"}, page=3)
    again = asked_again(failed)
    assert (again.state, again.attempts, again.problem, again.position, again.page) == (
        "ready", 0, None, '{"at":{}}', 3
    )  # fmt: skip
    with pytest.raises(ValueError):
        new_slices(MAILCHIMP, MAILCHIMP.stream("lists"), connection("mailchimp"), run(started_at=None), {}, {})


def test_streams_that_an_account_lacks_are_not_planned_and_hold_nobody_up() -> None:
    films = Stream(
        "films",
        "Films",
        path="/films",
        records="data",
        columns=columns("id* text Key"),
        needs="cinema",
    )
    child = Stream(
        "seats",
        "Seats",
        path="/films/{id}",
        records="data",
        columns=columns("id* text Key"),
        parent=Parent("films", {"id": "id"}),
        needs="cinema",
    )
    books = Stream(
        "books",
        "Books",
        path="/books",
        records="data",
        columns=columns("id* text Key"),
    )
    house = replace(EMAILOCTOPUS, streams=(films, child, books))
    for values, names in (
        ({"cinema": "c1"}, {"films", "seats", "books"}),
        ({"cinema": ""}, {"books"}),
        ({}, {"books"}),
    ):
        account = replace(connection(house.name), values=values)
        assert {stream.name for stream in available_streams(house, account, [])} == names
        assert {part.stream for part in first_slices(house, account, run(), {})} == names - {"seats"}
        planned = child_slices(house, films, account, run(), [{"id": "1"}], {}, {})
        assert {part.stream for part in planned} == names & {"seats"}
