"""Reports: asked for, asked after, fetched; and what happens when the platform is slow, forgets, or refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest

from shared.connectors.columns import columns
from shared.connectors.paging import Count, Cursor, Position, Report
from shared.connectors.proving import Sum, add_sums
from shared.connectors.reading import Part, Reading, instead, read, request_for
from shared.connectors.slicing import Days, Since
from shared.connectors.spec import Stream, Totals
from shared.connectors.wire import Answer, Request
from shared.errors import Bug, Later
from tests.connectors.test_reading import BEGAN, PLATFORM, said

DAYS = Days(8, timedelta(days=14), timedelta(days=90), "day")
FILE = "https://files.example.com/r1?signature=xyz"


def known(answer: Answer) -> str:
    return str(answer.json["detail"].rpartition(": ")[2]) if answer.status == 425 else ""


MADE = Report(
    "reportId", "/reports/{report}", "status", frozenset({"COMPLETED"}), frozenset({"FAILED"}), file="url", known=known,
    first=timedelta(seconds=10), longest=timedelta(seconds=40), patience=timedelta(minutes=5), tries=2,
)  # fmt: skip
STREAM = Stream(
    "daily", "Daily", "/reports", "", columns("day* date Day; id* text Id; cost money+ Cost; account_id* text Account"),
    method="POST", body={"from": "{from}", "to": "{to}", "columns": ["day", "{not_a_name}"]}, pages=MADE, slices=DAYS,
)  # fmt: skip
WHAT = Part(
    {"dc": "us1", "account_id": "A1"}, {}, datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 9, tzinfo=UTC), BEGAN
)


def turn(stream: Stream, position: Position, given: Answer) -> Reading:
    found = read(PLATFORM, stream, WHAT, position, request_for(PLATFORM, stream, WHAT, position), given)
    assert orjson.loads(orjson.dumps(found.position)) == found.position, "a position is JSON"
    return found


def after(stream: Stream, *answers: Answer) -> Reading:
    """Where a slice stands after these answers."""
    found = Reading([], {}, {})
    for each in answers:
        found = turn(stream, found.position or {}, each)
    return found


ASKED, PENDING, READY = (
    said({"reportId": "r1"}),
    said({"status": "PENDING"}),
    said({"status": "COMPLETED", "url": FILE}),
)


def test_a_report_is_asked_for_with_its_days() -> None:
    asks = request_for(PLATFORM, STREAM, WHAT, {})
    assert (asks.method, asks.url) == ("POST", "https://us1.example.com/v1/reports")
    assert asks.json == {"from": "2026-08-01", "to": "2026-08-08", "columns": ["day", "{not_a_name}"]}


def test_waiting_grows_and_is_not_done_here() -> None:
    step = after(STREAM, ASKED)
    assert (step.records, step.wait) == ([], timedelta(seconds=10))
    asks = request_for(PLATFORM, STREAM, WHAT, step.position or {})
    assert (asks.method, asks.url, asks.json) == ("GET", "https://us1.example.com/v1/reports/r1", None)
    waits = [after(STREAM, ASKED, *[PENDING] * count).wait for count in range(1, 6)]
    assert waits == sorted(waits, key=lambda wait: wait or timedelta())
    assert waits[-1] == timedelta(seconds=40)


def test_a_file_is_fetched_at_once_without_the_credential_and_its_address_is_not_kept() -> None:
    step = after(STREAM, ASKED, PENDING, READY)
    assert step.follow == Request("GET", FILE, bare=True)
    assert "signature" not in str(step.position)
    rows = read(PLATFORM, STREAM, WHAT, step.position or {}, step.follow, said([{"day": "2026-08-01", "id": "c"}]))
    assert (len(rows.records), rows.position) == (1, None)


def test_a_refused_file_is_asked_for_again_and_its_signature_is_in_no_word_of_it() -> None:
    step = after(STREAM, ASKED, READY)
    refused = Answer(403, {}, b"<Error><StringToSign>signature=xyz</StringToSign></Error>")
    assert step.follow is not None
    with pytest.raises(Later, match="file-refused") as problem:
        read(PLATFORM, STREAM, WHAT, step.position or {}, step.follow, refused)
    assert problem.value.counts
    assert "xyz" not in repr(problem.value)


def test_a_duplicate_is_taken_over() -> None:
    step = after(STREAM, said({"detail": "The Request is a duplicate of : r7"}, 425))
    assert request_for(PLATFORM, STREAM, WHAT, step.position or {}).url.endswith("/reports/r7")


WANTED = replace(STREAM, pages=replace(MADE, alike=lambda report: [report.get("from"), report.get("to")]))
TAKEN = said({"detail": "The Request is a duplicate of : r7"}, 425)
SAME = {"from": "2026-08-01", "to": "2026-08-08"}


def test_a_duplicate_is_taken_over_only_when_it_is_what_was_asked_for() -> None:
    step = after(WANTED, TAKEN, said({"status": "COMPLETED", "url": FILE, **SAME}))
    assert step.follow == Request("GET", FILE, bare=True)
    other = said({"status": "COMPLETED", "url": FILE, **SAME, "to": "2026-08-31"})
    step = after(WANTED, TAKEN, other)
    assert step.follow is None
    asks = request_for(PLATFORM, WANTED, WHAT, step.position or {})
    assert (asks.method, asks.json["to"]) == ("POST", "2026-08-08"), "ours is asked for once more"
    step = after(WANTED, TAKEN, other, ASKED, said({"status": "COMPLETED", "url": FILE}))
    assert step.follow is not None, "what we asked for ourselves need not say what it is"


def test_a_report_in_the_way_is_not_waited_for_for_ever() -> None:
    other = said({"status": "PENDING", **SAME, "to": "2026-08-31"})
    waits, step = timedelta(), Reading([], {}, {})
    while "tried" not in (step.position or {}).get("at", {}):
        step = turn(WANTED, step.position or {}, TAKEN)
        waits += step.wait or timedelta()
        step = turn(WANTED, step.position or {}, other)
        waits += step.wait or timedelta()
    assert timedelta(minutes=4) < waits < timedelta(minutes=12)


def test_a_file_too_large_for_memory_is_asked_for_by_fewer_days() -> None:
    ready = after(STREAM, ASKED, READY)
    step = instead(STREAM, WHAT, ready.position or {}, Bug("answer-too-large", "More than 96 MB."))
    assert step is not None
    halves = [request_for(PLATFORM, STREAM, WHAT, {**step, "spans": step["spans"][i:]}).json for i in (0, 1)]
    assert [(half["from"], half["to"]) for half in halves] == [
        ("2026-08-01", "2026-08-04"), ("2026-08-05", "2026-08-08")
    ]  # fmt: skip
    whole = replace(STREAM, slices=Since(None))
    assert instead(whole, WHAT, ready.position or {}, Bug("answer-too-large", "More than 96 MB.")) is None


@pytest.mark.parametrize("answer", [said({"status": "FAILED"}), said({"message": "no such report"}, 404)])
def test_what_failed_or_was_forgotten_is_made_anew_and_not_for_ever(answer: Answer) -> None:
    step = after(STREAM, ASKED, answer)
    assert request_for(PLATFORM, STREAM, WHAT, step.position or {}).method == "POST"
    with pytest.raises(Bug, match="report-not-made"):
        after(STREAM, ASKED, answer, ASKED, answer)


def test_patience_ends() -> None:
    step = after(STREAM, ASKED)
    waited = timedelta()
    while "report" in (step.position or {})["at"]:
        waited += step.wait or timedelta()
        step = turn(STREAM, step.position or {}, PENDING)
    assert (step.position or {})["at"] == {"tried": 1}
    assert timedelta(minutes=4) < waited <= timedelta(minutes=6)


@pytest.mark.parametrize("name", [None, "", "a/b", "../x", "r?x=1", {"id": 1}, "x" * 201])
def test_a_name_that_leads_elsewhere_is_refused(name: Any) -> None:
    with pytest.raises(Bug, match="report-missing"):
        turn(STREAM, {}, said({"reportId": name}))


def test_a_report_that_is_ready_but_nowhere_is_a_bug() -> None:
    with pytest.raises(Bug, match="file-missing"):
        after(STREAM, ASKED, said({"status": "COMPLETED"}))


def test_a_result_can_be_paged() -> None:
    pages = Cursor("paging.cursors.after", "after", 2, more="paging.next")
    stream = replace(STREAM, records="data", pages=replace(MADE, file="", result="/{report}/rows", pages=pages))
    step = after(stream, ASKED, READY)
    asks = request_for(PLATFORM, stream, WHAT, step.position or {})
    assert (asks.method, asks.url, asks.query) == ("GET", "https://us1.example.com/v1/r1/rows", {"limit": "2"})
    row = {"day": "2026-08-01", "id": "c"}
    more = said({"data": [row, row], "paging": {"cursors": {"after": "x"}, "next": "https://…"}})
    step = turn(stream, step.position or {}, more)
    assert request_for(PLATFORM, stream, WHAT, step.position or {}).query == {"limit": "2", "after": "x"}
    last = turn(stream, step.position or {}, said({"data": [row], "paging": {"cursors": {"after": "y"}}}))
    assert (len(last.records), last.position) == (1, None)


# -- another way --------------------------------------------------------------------------------------


TOO_MUCH, EXPIRED = Later("too-much", "Too much at once."), Later("place-expired", "The place was forgotten.")


def test_too_much_is_halved_first_by_page_then_by_days() -> None:
    stream = replace(STREAM, pages=Cursor("next", "after", 4), records="data")
    position: Position | None = {"pass": 0, "at": {"cursor": "x"}}
    sizes = []
    while position is not None and "spans" not in position:
        position = instead(stream, WHAT, position, TOO_MUCH)
        sizes.append((position or {}).get("at"))
    assert sizes == [{"cursor": "x", "size": 2}, {"cursor": "x", "size": 1}, {}]
    assert position is not None
    assert position["spans"] == [["2026-08-01", "2026-08-04"], ["2026-08-05", "2026-08-08"]]
    assert request_for(PLATFORM, stream, WHAT, position).json["to"] == "2026-08-04"
    seen = []
    while position is not None:
        body = request_for(PLATFORM, stream, WHAT, position).json
        seen.append((body["from"], body["to"]))
        step = instead(stream, WHAT, {**position, "at": {"size": 1}}, TOO_MUCH)
        if step is not None:
            position = step
            seen.pop()
            continue
        position = turn(stream, position, said({"data": []})).position
    assert [day for day, _ in seen] == [date(2026, 8, day).isoformat() for day in range(1, 9)]


def test_a_day_of_one_record_cannot_be_less() -> None:
    assert instead(STREAM, replace(WHAT, until=datetime(2026, 8, 2, tzinfo=UTC)), {}, TOO_MUCH) is None
    assert instead(replace(STREAM, slices=Since(None)), WHAT, {}, TOO_MUCH) is None
    assert instead(STREAM, WHAT, {}, Later("limited", "Slow down.")) is None


def test_a_forgotten_place_begins_the_list_anew_and_not_for_ever() -> None:
    position: Position | None = {"pass": 1, "at": {"cursor": "x"}, "told": True}
    for again in range(1, 6):
        position = instead(STREAM, WHAT, {**(position or {}), "at": {"cursor": "x"}}, EXPIRED)
        assert position == {"pass": 1, "at": {}, "told": True, "again": again}
    assert instead(STREAM, WHAT, position or {}, EXPIRED) is None


# -- bodies, phrases, totals --------------------------------------------------------------------------------


def test_a_place_goes_into_the_body_where_there_is_one() -> None:
    body = {"query": "{ things(first: $n) { id } }", "variables": {"query": "status:any"}}
    rule = Since(None, "variables.query", phrase=lambda since, until: f"at:>{since:%F}", joined=" ")
    pages = Cursor("data.page.end", "variables.after", 5, "variables.first", more="data.page.more")
    stream = replace(STREAM, body=body, slices=rule, pages=pages, records="data.rows")
    asks = request_for(PLATFORM, stream, WHAT, {"at": {"cursor": "c"}})
    assert asks.json["variables"] == {"query": "status:any at:>2026-08-01", "first": 5, "after": "c"}
    assert asks.json["query"] == body["query"]
    assert asks.query == {}
    assert body["variables"] == {"query": "status:any"}, "a declaration is never changed"
    end = turn(stream, {}, said({"data": {"rows": [], "page": {"end": "c", "more": False}}}))
    assert end.position is None
    with pytest.raises(Bug, match="paging-missing"):
        turn(stream, {}, said({"data": {"rows": [{"id": "1"}] * 5}}))
    by_row = replace(stream, pages=Count(9, "limit", "offset", where="body"))
    assert request_for(PLATFORM, by_row, WHAT, {}).json["offset"] == 0


def test_headers_are_filled_from_the_account() -> None:
    platform = replace(PLATFORM, headers={"x-account": "{account_id}"})
    stream = replace(STREAM, headers={"accept": "application/vnd.report+json"})
    asks = request_for(platform, stream, WHAT, {})
    assert asks.headers == {"x-account": "A1", "accept": "application/vnd.report+json"}


def test_an_empty_list_may_be_left_out_only_where_something_says_so() -> None:
    stream = replace(STREAM, pages=Cursor("next", "after", 4), records="results", shows_empty="fields")
    assert turn(stream, {}, said({"fields": "a,b"})).records == []
    with pytest.raises(Bug, match="records-missing"):
        turn(stream, {}, said({}))


def test_an_answer_can_be_unfolded() -> None:
    def unfold(body: Any) -> list[Any]:
        return [dict(zip(body["names"], row, strict=True)) for row in body["rows"]]

    stream = replace(STREAM, pages=Cursor("next", "after", 4), unfold=unfold)
    assert turn(stream, {}, said({"names": ["day", "id"], "rows": [["2026-08-01", "c"]]})).records == [
        {"day": "2026-08-01", "id": "c"}
    ]
    with pytest.raises(Bug, match="records-missing"):
        turn(stream, {}, said({"names": ["day", "id"]}))


def test_the_platforms_sums_are_asked_first_and_once() -> None:
    totals = Totals({"cost": ("sum.cost", "cost")}, body={"level": "account", "from": "{from}"}, path="/totals")
    stream = replace(STREAM, pages=Cursor("next", "after", 2), records="data", totals=totals)
    asks = request_for(PLATFORM, stream, WHAT, {})
    assert (asks.url, asks.json) == ("https://us1.example.com/v1/totals", {"level": "account", "from": "2026-08-01"})
    told = turn(stream, {}, said({"data": [{"sum": {"cost": "12.50"}}, {"sum": {"cost": 0.25}}]}))
    assert (told.records, told.sums) == ([], {"cost": Sum(Decimal("12.75"), Decimal())})
    page = turn(stream, told.position or {}, said({"data": [{"cost": "12.5"}, {"cost": None}], "next": "n"}))
    assert request_for(PLATFORM, stream, WHAT, page.position or {}).json["after"] == "n"
    last = turn(stream, page.position or {}, said({"data": [{"cost": 0.25}]}))
    assert last.position is None
    proof: dict[str, dict[str, Any]] = {}
    for step in (told, page, last):
        proof = add_sums(proof, step.sums)
    assert proof == {"cost": {"theirs": "12.75", "ours": "12.75", "sum": True}}
