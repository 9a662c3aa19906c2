"""Refusals that have another way out: less at once, the same list anew, or a question without what is not known."""

from __future__ import annotations

from shared.errors import Bug, Code, Configure, NotOffered, Problem
from shared.reading.given import given_at
from shared.reading.leaving_out import past_sums, sums_of
from shared.reading.position import Position, SliceContext, asks_totals, dropping, parts_refused, spans_halved
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json

LESS = {Code.TOO_MUCH, Code.ANSWER_TOO_LARGE}  # refusals of so much at once
MOST_AGAIN = 5  # of one list, because the platform forgot the place in it


def instead(stream: Stream, context: SliceContext, position: Position, problem: Problem) -> Position | None:
    """Where to go on after an answer that can be had another way; None: it cannot.

    too-much: half as many records to the page, then half as many days. place-expired: this list once more, from its
    beginning. not-offered: the question without what the platform may not know. Sums that are refused: the rows.
    """
    begun: Position = {**dropping(position, "total", "last"), "at": {}}
    if problem.code == Code.PLACE_EXPIRED:
        again = position.get("again", 0) + 1
        return {**begun, "again": again} if again <= MOST_AGAIN else None
    if problem.code == Code.NOT_OFFERED and stream.narrow_query is not None:
        names = {*parts_refused(position), *(problem.names if isinstance(problem, NotOffered) else ())}
        asks: Position = {**begun, "refused": position.get("refused", 0) + 1}
        if names:
            asks["without"] = sorted(names)
        return asks if stream.narrow_query(_known(stream, context, asks), asks["refused"]) is not None else None
    if asks_totals(stream, position):
        # They are of the whole window: asked for in parts they would be sums of something else.
        refused = isinstance(problem, (Bug, Configure)) or problem.code in LESS
        return past_sums(position) if refused else None
    if problem.code not in LESS:
        return None
    smaller = stream.pages.smaller(position.get("at", {}))
    if smaller is not None:
        return {**position, "at": smaller}
    spans = spans_halved(stream, context, position)
    return None if spans is None else {**begun, "spans": spans}


def left_out(stream: Stream, context: SliceContext, before: Position, after: Position) -> tuple[str, ...]:
    """The names of what was asked for before, and is not after a refusal."""
    if asks_totals(stream, before) and not asks_totals(stream, after):
        return sums_of(stream)
    named = set(parts_refused(after)) - set(parts_refused(before))
    if named or stream.narrow_query is None or before.get("refused", 0) == after.get("refused", 0):
        return tuple(sorted(named))
    known = _known(stream, context, before)
    asked, left = (stream.narrow_query(known, position.get("refused", 0)) or {} for position in (before, after))
    kept = {name for said in left.values() for name in said.split(",")}
    return tuple(name for said in asked.values() for name in said.split(",") if name not in kept)


def _known(stream: Stream, context: SliceContext, position: Position) -> dict[str, Json]:
    return {**context.values, **given_at(stream, context, position), "without": parts_refused(position)}
