"""What an answer means for the slice: its records, what they prove, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from shared.errors import Code, Later
from shared.parsing import check_whole
from shared.reading.best import best_of
from shared.reading.given import given_at, of_rows
from shared.reading.leaving_out import past_sums, without
from shared.reading.meanings import is_empty, not_known, parent_is_gone
from shared.reading.position import (
    Position,
    SliceContext,
    asks_totals,
    days_asked,
    list_name,
    next_list,
    spans_halved,
    without_gone,
)
from shared.reading.records import Order, check_days, check_nothing, find_records, inside, name_of, total_of
from shared.reading.totals import Sum, ours_of, theirs_of
from shared.vocabulary.paging import Report
from shared.vocabulary.paging.ends import begins
from shared.vocabulary.platform import Platform
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Json, Request


@dataclass(frozen=True, slots=True)
class Reading:
    """What one answer gave. `records` are the platform's own; `position` None means the slice is read to its end."""

    records: list[Json]
    given: Mapping[str, Json]
    position: Position | None
    proof: tuple[str, int, int] | None = None  # pass, the platform's total, ours counted so far in this answer
    absent: bool = False  # the parent has nothing here (any more)
    narrowed: bool = False  # the platform told less than we wanted to know, because it refused a part or cut it off
    left_out: tuple[str, ...] = ()  # the names of what it refused
    sums: Mapping[str, Sum] = field(default_factory=dict)  # of measures, by name
    wait: timedelta | None = None  # before the next call
    follow: Request | None = None  # ask this first, at once: its answer is what this page is about
    anew: bool = False  # the list begins once more: what was counted of it does not count
    unsorted: bool = False  # what was to come newest first does not: it is read to its end
    version: str = ""  # of the platform, when another one answered than the one we asked


def read(
    platform: Platform, stream: Stream, context: SliceContext, position: Position, request: Request, answer: Answer
) -> Reading:
    """Understand one answer. Raises a Problem; whoever calls decides what that means for the slice. Raises Rounded
    where the answer has to be read exactly."""
    if request.bare and answer.status != 200:
        # Storage repeats the signed address in its refusals, so not a word of them is kept.
        raise Later("file-refused", f"{platform.title} did not hand out its file.", f"HTTP {answer.status}")
    if parent_is_gone(stream, answer):
        return Reading([], {}, without_gone(stream, context, position), absent=True)
    said = not_known(stream, answer)
    step = None if said is None else without(stream, context, position, said)
    if step is not None:
        return Reading([], {}, step.position, narrowed=bool(step.names), left_out=step.names)
    if asks_totals(stream, position):
        if not is_empty(stream, answer):
            _check(platform, answer)
        return Reading([], {}, past_sums(position), sums=theirs_of(stream, answer))
    if isinstance(stream.pages, Report) and not stream.pages.fetching(request, position.get("at", {})):
        return _report_step(platform, stream, stream.pages, position, request, answer)
    if is_empty(stream, answer):
        return Reading([], {}, next_list(stream, context, position))
    _check(platform, answer)
    records = find_records(stream, answer, begins=begins(position.get("at", {})))
    if not records:
        check_nothing(platform, stream, answer)
    check_days(stream, days_asked(stream, context, position), records)
    cut = bool(stream.silent_limit and records) and len(records) % stream.silent_limit == 0
    if cut and spans_halved(stream, context, position) is not None:
        raise Later(Code.TOO_MUCH, f"{platform.title} may have sent a part only; it is asked for less.", counts=False)
    turn = stream.pages.next(request, position.get("at", {}), answer, records, lambda record: name_of(stream, record))
    before = Order(position.get("last", ""), bool(position.get("unsorted")))
    kept, stop, order = inside(stream, context, turn.records, before)
    proof = _counted(stream, context, position, answer, len(turn.records))
    given = of_rows(stream, given_at(stream, context, position))
    sums, narrowed = ours_of(stream, turn.records), cut or bool(position.get("refused"))
    on = turn.position is not None and not stop
    if stream.best is not None:
        best = best_of(stream.best, context.values, position.get("best"), kept)
        kept = [] if on else best[1]
    if on:
        here: Position = {**position, "at": turn.position or {}}
        if proof is not None:
            here["total"] = proof[1]
        if stream.best is not None:
            here["best"] = best
        if order != before:
            here["last"] = order.last
            if order.lost:
                here["unsorted"] = True
        following: Position | None = here
    else:
        following = next_list(stream, context, position)
    check_whole(following)
    return Reading(
        kept, given, following, proof, sums=sums, narrowed=narrowed,
        unsorted=order.lost and not before.lost,
    )  # fmt: skip


def _counted(
    stream: Stream, context: SliceContext, position: Position, answer: Answer, ours: int
) -> tuple[str, int, int] | None:
    """The platform's total beside ours. One that was told once holds for the whole list; where we leave records out
    ourselves, or the platform counts what was not asked for, it is no total of what we read."""
    theirs = total_of(stream, answer)
    if theirs is None:
        theirs = position.get("total")
    comparable = stream.since is None or (
        stream.since.parameter is not None and not (stream.counts_all and (context.since or context.until))
    )
    return (list_name(stream, context, position), theirs, ours) if isinstance(theirs, int) and comparable else None


def _report_step(
    platform: Platform, stream: Stream, rule: Report, position: Position, request: Request, answer: Answer
) -> Reading:
    """A report is asked for, or asked after: no records yet."""
    here = position.get("at", {})
    known = "report" not in here and rule.known is not None and bool(rule.known(answer))
    gone = "report" in here and answer.is_json and answer.status in rule.gone  # an edge server knows of no report
    if not known and not gone:
        _check(platform, answer)
    turn = rule.next(request, here, answer, [], lambda record: name_of(stream, record))
    following: Position = {**position, "at": turn.position or {}}
    return Reading([], {}, following, wait=turn.wait, follow=turn.follow)


def _check(platform: Platform, answer: Answer) -> None:
    """Raises unless the platform gave data."""
    problem = platform.refuse(answer)
    if problem is not None:
        raise problem
    if not answer.is_json:
        raise Later("not-json", f"{platform.title} sent something that is no data.", excerpt(answer))


def other_version(platform: Platform, answer: Answer) -> str:
    """The version of the platform that answered, when it is not the one we asked."""
    served = answer.headers.get(platform.version_header, "") if platform.version_header else ""
    return served if served != platform.version else ""
