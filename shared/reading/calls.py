"""The call for the page that begins at a position: what a declaration says, filled with what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from shared.reading.addresses import Segments
from shared.reading.given import given_at
from shared.reading.leaving_out import words_of
from shared.reading.position import Position, SliceContext, asks_totals, catching_up, days_asked, parts_refused, pass_at
from shared.reading.templates import fill
from shared.vocabulary.paging.rule import with_params
from shared.vocabulary.platform import Platform
from shared.vocabulary.slicing import Pass
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json, Request, at


def request_for(platform: Platform, stream: Stream, context: SliceContext, position: Position) -> Request:
    """The call for the page that begins at this position, without its credential."""
    which = pass_at(stream, context, position)
    known = {**context.values, **given_at(stream, context, position), **_days(stream, context, position)}
    base = (stream.base or platform.base).format_map(context.values)
    asks = stream.totals if asks_totals(stream, position) else None
    asked = _asked(stream, known, position)
    body = stream.body
    if asked and isinstance(body, Mapping):
        body, asked = {**body, **asked}, {}
    request = Request(
        method=(asks.method if asks else "") or stream.method,
        url=base + ((asks.path if asks else "") or stream.path).format_map(Segments(known)),
        query=fill(
            {
                **({**stream.query, **which.query, **asked} if asks is None or asks.query is None else asks.query),
                **words_of(stream, context, position),
            },
            known,
        ),
        json=fill(asks.body if asks and asks.body is not None else body, known),
        form=fill(stream.form, known),
        headers={name: said for name, said in fill({**platform.headers, **stream.headers}, known).items() if said},
        base=base,
    )
    if asks is not None:
        return replace(request, json=None, form=None) if request.method == "GET" else request
    return stream.pages.apply(_windowed(request, stream, context, which, position), position.get("at", {}))


def _asked(stream: Stream, known: Mapping[str, Json], position: Position) -> Mapping[str, Json]:
    """What else is asked, of these given values, after so many refusals, without what these named."""
    known = {**known, "without": parts_refused(position)}
    return (stream.narrow_query(known, position.get("refused", 0)) or {}) if stream.narrow_query else {}


def _days(stream: Stream, context: SliceContext, position: Position) -> dict[str, str]:
    rule, window = stream.days, days_asked(stream, context, position)
    if rule is None or window is None:
        return {}
    first, last = window
    return {"from": rule.write(first), "to": rule.write(last), "after": rule.write(last + timedelta(days=1))}


def _windowed(request: Request, stream: Stream, context: SliceContext, which: Pass, position: Position) -> Request:
    """The call, asking for what changed within the window only."""
    rule = stream.since
    if rule is None:
        return request
    since = context.began - rule.overlap if catching_up(stream, context, position) else context.since
    parameter = which.since or rule.parameter
    window = {}
    if rule.phrase is not None and parameter:
        phrase = rule.phrase(since, context.until)
        before = request.query.get(parameter) if request.json is None else at(request.json, parameter)
        return (
            with_params(request, "", **{parameter: rule.joined.join(filter(None, [before, phrase]))})
            if phrase
            else request
        )
    if parameter and since is not None:
        window[parameter] = rule.write(since)
    if rule.until_parameter and context.until is not None:
        window[rule.until_parameter] = rule.write(context.until)
    return with_params(request, "", **window) if window else request
