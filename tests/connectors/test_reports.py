"""Reports: asked for, asked after, fetched; and what happens when the platform is slow, forgets, or refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Bug, Later
from shared.reading import Reading, instead, read, request_for
from shared.vocabulary.paging import Cursor, Report
from shared.vocabulary.slicing import Since
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Request
from tests.connectors.example_platform import DAILY, EIGHT_DAYS, PLATFORM, said, turn

FILE = "https://files.example.com/r1?signature=xyz"


def known(answer: Answer) -> str:
    return str(answer.json["detail"].rpartition(": ")[2]) if answer.status == 425 else ""


MADE = Report(
    "reportId", "/reports/{report}", "status", frozenset({"COMPLETED"}), frozenset({"FAILED"}), file="url", known=known,
    first=timedelta(seconds=10), longest=timedelta(seconds=40), patience=timedelta(minutes=5), tries=2,
)  # fmt: skip
STREAM = replace(DAILY, pages=MADE)


def after(stream: Stream, *answers: Answer) -> Reading:
    """Where a slice stands after these answers."""
    found = Reading([], {}, {})
    for each in answers:
        found = turn(stream, EIGHT_DAYS, found.position or {}, each)
    return found


ASKED, PENDING, READY = (
    said({"reportId": "r1"}),
    said({"status": "PENDING"}),
    said({"status": "COMPLETED", "url": FILE}),
)


def test_a_report_is_asked_for_with_its_days() -> None:
    asks = request_for(PLATFORM, STREAM, EIGHT_DAYS, {})
    assert (asks.method, asks.url) == ("POST", "https://us1.example.com/v1/reports")
    assert asks.json == {"from": "2026-08-01", "to": "2026-08-08", "columns": ["day", "{not_a_name}"]}


def test_waiting_grows_and_is_not_done_here() -> None:
    step = after(STREAM, ASKED)
    assert (step.records, step.wait) == ([], timedelta(seconds=10))
    asks = request_for(PLATFORM, STREAM, EIGHT_DAYS, step.position or {})
    assert (asks.method, asks.url, asks.json) == ("GET", "https://us1.example.com/v1/reports/r1", None)
    waits = [after(STREAM, ASKED, *[PENDING] * count).wait for count in range(1, 6)]
    assert waits == sorted(waits, key=lambda wait: wait or timedelta())
    assert waits[-1] == timedelta(seconds=40)


def test_a_file_is_fetched_at_once_without_the_credential_and_its_address_is_not_kept() -> None:
    step = after(STREAM, ASKED, PENDING, READY)
    assert step.follow == Request("GET", FILE, bare=True)
    assert "signature" not in str(step.position)
    rows = read(
        PLATFORM, STREAM, EIGHT_DAYS, step.position or {}, step.follow, said([{"day": "2026-08-01", "id": "c"}])
    )
    assert (len(rows.records), rows.position) == (1, None)


def test_a_refused_file_is_asked_for_again_and_its_signature_is_in_no_word_of_it() -> None:
    step = after(STREAM, ASKED, READY)
    refused = Answer(403, {}, b"<Error><StringToSign>signature=xyz</StringToSign></Error>")
    assert step.follow is not None
    with pytest.raises(Later, match="file-refused") as problem:
        read(PLATFORM, STREAM, EIGHT_DAYS, step.position or {}, step.follow, refused)
    assert problem.value.counts
    assert "xyz" not in repr(problem.value)


def test_a_duplicate_is_taken_over() -> None:
    step = after(STREAM, said({"detail": "The Request is a duplicate of : r7"}, 425))
    assert request_for(PLATFORM, STREAM, EIGHT_DAYS, step.position or {}).url.endswith("/reports/r7")


WANTED = replace(STREAM, pages=replace(MADE, alike=lambda report: [report.get("from"), report.get("to")]))
TAKEN = said({"detail": "The Request is a duplicate of : r7"}, 425)
SAME = {"from": "2026-08-01", "to": "2026-08-08"}


def test_a_duplicate_is_taken_over_only_when_it_is_what_was_asked_for() -> None:
    step = after(WANTED, TAKEN, said({"status": "COMPLETED", "url": FILE, **SAME}))
    assert step.follow == Request("GET", FILE, bare=True)
    other = said({"status": "COMPLETED", "url": FILE, **SAME, "to": "2026-08-31"})
    step = after(WANTED, TAKEN, other)
    assert step.follow is None
    asks = request_for(PLATFORM, WANTED, EIGHT_DAYS, step.position or {})
    assert (asks.method, asks.json["to"]) == ("POST", "2026-08-08"), "ours is asked for once more"
    step = after(WANTED, TAKEN, other, ASKED, said({"status": "COMPLETED", "url": FILE}))
    assert step.follow is not None, "what we asked for ourselves need not say what it is"


def test_a_report_in_the_way_is_not_waited_for_for_ever() -> None:
    other = said({"status": "PENDING", **SAME, "to": "2026-08-31"})
    waits, step = timedelta(), Reading([], {}, {})
    while "tried" not in (step.position or {}).get("at", {}):
        step = turn(WANTED, EIGHT_DAYS, step.position or {}, TAKEN)
        waits += step.wait or timedelta()
        step = turn(WANTED, EIGHT_DAYS, step.position or {}, other)
        waits += step.wait or timedelta()
    assert timedelta(minutes=4) < waits < timedelta(minutes=12)


def test_a_file_too_large_for_memory_is_asked_for_by_fewer_days() -> None:
    ready = after(STREAM, ASKED, READY)
    step = instead(STREAM, EIGHT_DAYS, ready.position or {}, Bug("answer-too-large", "More than 96 MB."))
    assert step is not None
    halves = [request_for(PLATFORM, STREAM, EIGHT_DAYS, {**step, "spans": step["spans"][i:]}).json for i in (0, 1)]
    assert [(half["from"], half["to"]) for half in halves] == [
        ("2026-08-01", "2026-08-04"), ("2026-08-05", "2026-08-08")
    ]  # fmt: skip
    whole = replace(STREAM, slices=Since(None))
    assert instead(whole, EIGHT_DAYS, ready.position or {}, Bug("answer-too-large", "More than 96 MB.")) is None


@pytest.mark.parametrize("answer", [said({"status": "FAILED"}), said({"message": "no such report"}, 404)])
def test_what_failed_or_was_forgotten_is_made_anew_and_not_for_ever(answer: Answer) -> None:
    step = after(STREAM, ASKED, answer)
    assert request_for(PLATFORM, STREAM, EIGHT_DAYS, step.position or {}).method == "POST"
    with pytest.raises(Bug, match="report-not-made"):
        after(STREAM, ASKED, answer, ASKED, answer)


def test_patience_ends() -> None:
    step = after(STREAM, ASKED)
    waited = timedelta()
    while "report" in (step.position or {})["at"]:
        waited += step.wait or timedelta()
        step = turn(STREAM, EIGHT_DAYS, step.position or {}, PENDING)
    assert (step.position or {})["at"] == {"tried": 1}
    assert timedelta(minutes=4) < waited <= timedelta(minutes=6)


@pytest.mark.parametrize("name", [None, "", "a/b", "../x", "r?x=1", {"id": 1}, "x" * 201])
def test_a_name_that_leads_elsewhere_is_refused(name: Any) -> None:
    with pytest.raises(Bug, match="report-missing"):
        turn(STREAM, EIGHT_DAYS, {}, said({"reportId": name}))


def test_a_report_that_is_ready_but_nowhere_is_a_bug() -> None:
    with pytest.raises(Bug, match="file-missing"):
        after(STREAM, ASKED, said({"status": "COMPLETED"}))


def test_a_result_can_be_paged() -> None:
    pages = Cursor("paging.cursors.after", "after", 2, more="paging.next")
    stream = replace(STREAM, records="data", pages=replace(MADE, file="", result="/{report}/rows", pages=pages))
    step = after(stream, ASKED, READY)
    asks = request_for(PLATFORM, stream, EIGHT_DAYS, step.position or {})
    assert (asks.method, asks.url, asks.query) == ("GET", "https://us1.example.com/v1/r1/rows", {"limit": "2"})
    row = {"day": "2026-08-01", "id": "c"}
    more = said({"data": [row, row], "paging": {"cursors": {"after": "x"}, "next": "https://…"}})
    step = turn(stream, EIGHT_DAYS, step.position or {}, more)
    assert request_for(PLATFORM, stream, EIGHT_DAYS, step.position or {}).query == {"limit": "2", "after": "x"}
    last = turn(stream, EIGHT_DAYS, step.position or {}, said({"data": [row], "paging": {"cursors": {"after": "y"}}}))
    assert (len(last.records), last.position) == (1, None)
