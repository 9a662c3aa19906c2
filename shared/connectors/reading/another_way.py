"""Refusals that have another way out: less at once, the same list anew, or a question without what is not known."""

from __future__ import annotations

from shared.connectors.reading.given import given_at
from shared.connectors.reading.position import Part, Position, asks_totals, spans_halved, without
from shared.connectors.spec import Stream
from shared.errors import NotOffered, Problem

TOO_MUCH, PLACE_EXPIRED, NOT_OFFERED = "too-much", "place-expired", "not-offered"  # codes of such refusals
TOO_LARGE = "answer-too-large"  # how `http.py` calls what does not fit into memory: that is too much as well
MOST_AGAIN = 5  # of one list, because the platform forgot the place in it


def instead(stream: Stream, part: Part, position: Position, problem: Problem) -> Position | None:
    """Where to go on after an answer that can be had another way; None: it cannot.

    too-much: half as many records to the page, then half as many days. place-expired: this list once more, from its
    beginning. not-offered: the question without what the platform may not know.
    """
    begun = {**{name: kept for name, kept in position.items() if name not in {"total", "last"}}, "at": {}}
    if problem.code == PLACE_EXPIRED:
        again: int = position.get("again", 0) + 1
        return {**begun, "again": again} if again <= MOST_AGAIN else None
    if problem.code == NOT_OFFERED and stream.ask is not None:
        names = {*without(position), *(problem.names if isinstance(problem, NotOffered) else ())}
        asks = {**begun, "refused": position.get("refused", 0) + 1, **({"without": sorted(names)} if names else {})}
        given = {**part.values, **given_at(stream, part, position), "without": without(asks)}
        return asks if stream.ask(given, asks["refused"]) is not None else None
    if problem.code not in {TOO_MUCH, TOO_LARGE} or asks_totals(stream, position):
        return None  # the sums are of the whole window: asked for in parts they would be sums of something else
    smaller = stream.pages.less(position.get("at", {}))
    if smaller is not None:
        return {**position, "at": smaller}
    spans = spans_halved(stream, part, position)
    return None if spans is None else {**begun, "spans": spans}
