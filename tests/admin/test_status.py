"""From documents to what a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.model import Connection, Debt, Run, Slice, to_doc
from shared.states import ConnectionState, Reason, RunState, SliceKind, SliceState
from shared.sync.reconciliation import Proof, proof_of, short_by
from shared.sync.status import Owed, connection_status, run_status

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
RUN = Run("r1", "demo", "c1", "mailchimp", Reason.OPERATOR, started_at=NOW - timedelta(minutes=2))
PART = Slice("s1", "demo", "c1", "r1", "mailchimp", "campaigns", state=SliceState.LOADED, page=2, rows=15, calls=2)
CONNECTION = Connection("c1", "demo", "mailchimp", "acct", "Corner Bakery")


def status(*parts: Slice, run: Run = RUN):  # type: ignore[no-untyped-def]
    return run_status(to_doc(run), [to_doc(part) for part in parts], NOW)


def test_a_run_waits_only_when_nothing_else_moves() -> None:
    later, latest = NOW + timedelta(minutes=1), NOW + timedelta(minutes=9)
    parked = replace(PART, state=SliceState.PARKED, not_before=later, waiting_for="Mailchimp asks us to slow down.")
    longer = replace(parked, id="s2", not_before=latest, waiting_for="Later still.")
    waiting = status(parked, longer)
    assert (waiting.state, waiting.waiting_until, waiting.waiting_for) == ("waiting", later, parked.waiting_for)
    assert status(parked, replace(PART, id="s3", state=SliceState.WORKING)).state == "in progress"
    assert status(replace(PART, state=SliceState.READY)).state == "in progress"


@pytest.mark.parametrize("state", [RunState.COMPLETED, RunState.PARTLY, RunState.FAILED])
def test_a_run_that_ended_is_what_it_ended_as(state: RunState) -> None:
    found = status(PART, run=replace(RUN, state=state, finished_at=NOW))
    assert (found.state, found.over, found.seconds) == (state, True, 120.0)


def test_rows_pages_and_slices_are_added_up_without_sweeps() -> None:
    sweep = replace(PART, id="s2", kind=SliceKind.SWEEP, page=0, rows=0, calls=0, to_load=1)
    found = status(PART, replace(PART, id="s3", stream="reports", rows=5, page=1, calls=1), sweep)
    assert (found.rows, found.pages, found.calls, found.slices, found.to_load) == (20, 3, 3, 3, 0)
    assert [stream.stream for stream in found.streams] == ["campaigns", "reports"]  # as the connector orders them


def test_failures_of_a_kind_are_told_once_with_whose_move_it_is() -> None:
    problem = {"code": "no-permission", "sentence": "The plan does not include this.", "move": "agency"}
    parts = [replace(PART, id=f"s{n}", state=SliceState.FAILED, problem=problem) for n in range(3)]
    closed = replace(RUN, state=RunState.FAILED, problems=[{"stream": "campaigns", **problem}])
    (trouble,) = status(*parts, run=closed).troubles
    assert (trouble.stream, trouble.move, trouble.slices) == ("campaigns", "agency", 3)
    assert status(*parts).streams[0].state == RunState.FAILED
    assert status(*parts, replace(PART, id="s9")).streams[0].state == "partly"


def proven(theirs: int, ours: int, state: SliceState = SliceState.LOADED) -> Slice:
    return replace(PART, state=state, proof={"#0": {"theirs": theirs, "ours": ours}})


def test_proof_is_equal_differs_or_is_not_given() -> None:
    assert proof_of([PART]) == Proof()
    assert str(proof_of([proven(5, 5), PART])) == "equal"
    assert str(proof_of([proven(5, 3)])) == "differs by -2"
    # One too many does not make up for one too few.
    crossed = proof_of([proven(5, 4), proven(5, 6)])
    assert (crossed.verdict, crossed.by) == ("differs", 0)
    # A slice that is still being read has nothing to prove yet.
    assert proof_of([proven(500, 100, SliceState.WORKING)]).verdict == "not given"


def test_only_too_few_count_as_short() -> None:
    assert short_by([proven(5, 4), proven(5, 6), proven(9, 0, SliceState.PARKED)]) == 1
    told = {"posts": {"theirs": "12", "ours": "9", "sum": True, "count": True}}  # of another call, but a count
    spent = {"spend": {"theirs": "12", "ours": "9", "sum": True}}
    assert short_by([replace(PART, state=SliceState.LOADED, proof={**told, **spent})]) == 3


def test_odd_fields_are_counted_over_slices() -> None:
    notes = {"unknown": {"new_field": 3}, "mismatched": {"opens": 1}, "absent": {"parents": 2}}
    (stream,) = status(replace(PART, notes=notes), replace(PART, id="s2", notes=notes)).streams
    assert stream.odd_fields == {"unknown new_field": 6, "mismatched opens": 2}
    assert stream.absent == 4


def test_a_connection_counts_down_to_its_end() -> None:
    ending = connection_status(to_doc(replace(CONNECTION, expires_at=NOW + timedelta(days=3, hours=1))), NOW)
    assert ending.days_left == 3
    assert "ends in 3 days" in ending.warning
    far = connection_status(to_doc(replace(CONNECTION, expires_at=NOW + timedelta(days=90))), NOW)
    assert (far.days_left, far.warning) == (90, "")
    assert connection_status(to_doc(CONNECTION), NOW).days_left is None


def test_a_revoked_connection_is_the_clients_move() -> None:
    problem = {"code": "not-authorised", "sentence": "Please connect again."}
    found = connection_status(to_doc(replace(CONNECTION, state=ConnectionState.RECONNECT, problem=problem)), NOW)
    assert (found.state, found.move, found.sentence) == (ConnectionState.RECONNECT, "client", "Please connect again.")


def test_what_is_owed_is_told_by_stream_since_the_oldest_and_why() -> None:
    debt = Debt("d", "demo", "c1", "klaviyo", "flow_actions", "a", sentence="It answered 503.", owed_since=NOW)
    older = replace(debt, partition="b", owed_since=NOW - timedelta(days=3), sentence="It did not answer in time.")
    other = replace(debt, stream="list_members")
    found = connection_status(to_doc(CONNECTION), NOW, (), [to_doc(each) for each in (debt, older, other)])
    assert found.owed == (
        Owed("flow_actions", 2, older.owed_since, "It did not answer in time."),
        Owed("list_members", 1, NOW, "It answered 503."),
    )
    assert connection_status(to_doc(CONNECTION), NOW).owed == ()
