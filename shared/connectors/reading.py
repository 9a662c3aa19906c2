"""A slice, read page by page: position → request, answer → records and the next position. Pure; no network, no clock.

A position is a JSON value:
    pass    which pass is being read                round   1 while catching up on what changed meanwhile
    at      the page rule's own position            groups  ids still to ask for, where a call takes several
    total   the platform's total, where only the first page tells it
    told    the platform's sums are known           spans   days still to ask for, where the window was too much
    began   what was proved before this list        again   how often the platform forgot the place in it
    refused how often the platform did not know a part of the question
    skipped how many passes it did not know
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.clock import parse
from shared.connectors.calendar import Window, as_days, halves
from shared.connectors.filling import fill
from shared.connectors.paging import say
from shared.connectors.proving import Sum, find_unfolded, ours_of, theirs_of
from shared.connectors.refusals import excerpt
from shared.connectors.reports import Report
from shared.connectors.slicing import Pass, Since
from shared.connectors.spec import Platform, Stream
from shared.connectors.wire import Answer, Json, Request, at
from shared.errors import Bug, Later, Problem
from shared.model import short

Position = dict[str, Any]
START: Position = {}
# Codes of refusals that have another way out; see `instead`.
TOO_MUCH, PLACE_EXPIRED, NOT_OFFERED = "too-much", "place-expired", "not-offered"
TOO_LARGE = "answer-too-large"  # how `http.py` calls what does not fit into memory: that is too much as well
ACCOUNT = frozenset({"account_id", "account_zone", "account_currency"})  # given to every row that has such a column
MOST_AGAIN = 5  # of one list, because the platform forgot the place in it
MOST_RECORDS = 10**12  # a total beyond this is no total
ONE_DAY = timedelta(days=1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST_NAME = 200  # characters by which a record is recognised; they are kept in the position


@dataclass(frozen=True, slots=True)
class Part:
    """What a slice reads: the values it was given, and the window in time (None: from the beginning, to now)."""

    values: Mapping[str, str]  # of the account: data centre, account_id, account_zone, account_currency
    given: Mapping[str, Json]  # from the parent row
    since: datetime | None
    until: datetime | None
    began: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What one answer gave. `records` are the platform's own; `position` None means the slice is read to its end."""

    records: list[Json]
    given: Mapping[str, Json]
    position: Position | None
    proof: tuple[str, int, int] | None = None  # pass, the platform's total, ours counted so far in this answer
    absent: bool = False  # the parent has nothing here (any more)
    narrowed: bool = False  # the platform told less than we wanted to know, because it refused a part or cut it off
    sums: Mapping[str, Sum] = field(default_factory=dict)  # of measures, by name
    wait: timedelta | None = None  # before the next call
    follow: Request | None = None  # ask this first, at once: its answer is what this page is about
    anew: bool = False  # the list begins once more: what was counted of it does not count
    version: str = ""  # of the platform, when another one answered than the one we asked


def request_for(platform: Platform, stream: Stream, part: Part, position: Position) -> Request:
    """The call for the page that begins at this position, without its credential."""
    which = passes(stream, part)[position.get("pass", 0)]
    known = {**part.values, **_given(stream, part, which, position), **_days(stream, part, position)}
    base = (stream.base or platform.base).format_map(part.values)
    asks = stream.totals if asks_totals(stream, position) else None
    request = Request(
        method=(asks.method if asks else "") or stream.method,
        url=base + ((asks.path if asks else "") or stream.path).format_map(_Segments(known)),
        query=fill(
            {**stream.query, **which.query, **_asked(stream, known, position)}
            if asks is None or asks.query is None
            else asks.query,
            known,
        ),
        json=fill(asks.body if asks and asks.body is not None else stream.body, known),
        form=fill(stream.form, known),
        headers={name: said for name, said in fill({**platform.headers, **stream.headers}, known).items() if said},
        base=base,
    )
    if asks is not None:
        return replace(request, json=None, form=None) if request.method == "GET" else request
    return stream.pages.aim(_windowed(request, stream, part, which, position), position.get("at", {}))


def _asked(stream: Stream, known: Mapping[str, Json], position: Position) -> Mapping[str, str]:
    """What else is asked, of these given values and after so many refusals."""
    return (stream.ask(known, position.get("refused", 0)) or {}) if stream.ask else {}


def asks_totals(stream: Stream, position: Position) -> bool:
    return stream.totals is not None and not position.get("told")


def read(
    platform: Platform, stream: Stream, part: Part, position: Position, request: Request, answer: Answer
) -> Reading:
    """Understand one answer. Raises a Problem; whoever calls decides what that means for the slice."""
    which = passes(stream, part)[position.get("pass", 0)]
    given = _given(stream, part, which, position)
    if request.bare and not 200 <= answer.status < 300:
        # Storage repeats the signed address in its refusals, so not a word of them is kept.
        raise Later("file-refused", f"{platform.title} did not hand out its file.", f"HTTP {answer.status}")
    if answer.status in stream.patient:
        raise Later("still-preparing", f"{platform.title} is still preparing this.", excerpt(answer), counts=False)
    if stream.per and _nothing_there(stream, answer):
        return Reading([], {}, _without(stream, part, position), absent=True)
    if answer.status in stream.skips:
        return _without_it(platform, stream, part, position, answer)
    if asks_totals(stream, position):
        if answer.status not in stream.nothing:
            _check(platform, answer)
        return Reading([], {}, {**position, "told": True}, sums=theirs_of(stream, answer))
    if isinstance(stream.pages, Report) and not stream.pages.fetching(request, position.get("at", {})):
        return _report_step(platform, stream, stream.pages, position, request, answer)
    if answer.status in stream.nothing:
        return Reading([], {}, _next_part(stream, part, position))
    _check(platform, answer)
    records = find_records(stream, answer, begins=not position.get("at"))
    check_days(stream, _days_asked(stream, part, position), records)
    cut = bool(stream.cut_at and records) and len(records) % stream.cut_at == 0
    if cut and _can_be_halved(stream, part, position):
        raise Later(TOO_MUCH, f"{platform.title} may have sent a part only; it is asked for less.", counts=False)
    turn = stream.pages.turn(request, position.get("at", {}), answer, records, lambda record: name_of(stream, record))
    kept, stop = _inside(stream, part, turn.records)
    theirs = _count(_told(stream, answer))
    if theirs is None:
        theirs = position.get("total")
    counted = stream.since is None or stream.since.parameter is not None
    proof = (_pass_name(which, position), theirs, len(turn.records)) if isinstance(theirs, int) and counted else None
    given = _of_rows(stream, given)
    sums, narrowed = ours_of(stream, turn.records), cut or bool(position.get("refused"))
    if turn.position is not None and not stop:
        total = {} if proof is None else {"total": theirs}
        return Reading(kept, given, {**position, "at": turn.position, **total}, proof, sums=sums, narrowed=narrowed)
    return Reading(kept, given, _next_part(stream, part, position), proof, sums=sums, narrowed=narrowed)


def _nothing_there(stream: Stream, answer: Answer) -> bool:
    """Does the answer say that the parent has nothing (any more)? An edge server's word does not count."""
    by_body = stream.lacks is not None and not 200 <= answer.status < 300 and stream.lacks(answer)
    return answer.is_json and (answer.status in stream.absent or by_body)


def _without_it(platform: Platform, stream: Stream, part: Part, position: Position, answer: Answer) -> Reading:
    """Go on after a question that the platform does not know. That it knows none of them cannot be right."""
    if asks_totals(stream, position):
        return Reading([], {}, {**position, "told": True}, narrowed=True)
    skipped: int = position.get("skipped", 0) + 1
    if skipped == len(passes(stream, part)):
        _check(platform, answer)
    following = _next_part(stream, part, {"pass": position.get("pass", 0), "told": position.get("told")})
    return Reading([], {}, following and {**following, "skipped": skipped}, narrowed=True)


def _told(stream: Stream, answer: Answer) -> Json:
    """How many records there are, as the platform says it; None where it does not."""
    if callable(stream.total):
        return stream.total(answer.json)
    return at(answer.json, stream.total) if stream.total else None


def _count(told: Json) -> int | None:
    """A total: a number, or the text of one (Google writes whole numbers as texts). Whatever is none proves nothing."""
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 19:
        told = int(told)
    return told if isinstance(told, int) and 0 <= told < MOST_RECORDS else None


def other_version(platform: Platform, answer: Answer) -> str:
    """The version of the platform that answered, when it is not the one we asked."""
    served = answer.headers.get(platform.version_header, "") if platform.version_header else ""
    return served if served != platform.version else ""


def _check(platform: Platform, answer: Answer) -> None:
    """Raises unless the platform gave data."""
    problem = platform.refuse(answer)
    if problem is not None:
        raise problem
    if not answer.is_json:
        raise Later("not-json", f"{platform.title} sent something that is no data.", excerpt(answer))


def _report_step(
    platform: Platform, stream: Stream, rule: Report, position: Position, request: Request, answer: Answer
) -> Reading:
    """A report is asked for, or asked after: no records yet."""
    here = position.get("at", {})
    known = "report" not in here and rule.known is not None and bool(rule.known(answer))
    gone = "report" in here and answer.is_json and answer.status in rule.gone  # an edge server knows of no report
    if not known and not gone:
        _check(platform, answer)
    turn = rule.turn(request, here, answer, [], lambda record: name_of(stream, record))
    return Reading([], {}, {**position, "at": turn.position}, wait=turn.wait, follow=turn.follow)


def instead(stream: Stream, part: Part, position: Position, problem: Problem) -> Position | None:
    """Where to go on after an answer that can be had another way; None: it cannot.

    too-much: half as many records to the page, then half as many days. place-expired: this list once more, from its
    beginning. not-offered: the question without what the platform may not know.
    """
    begun = {**{name: kept for name, kept in position.items() if name != "total"}, "at": {}}
    if problem.code == PLACE_EXPIRED:
        again: int = position.get("again", 0) + 1
        return {**begun, "again": again} if again <= MOST_AGAIN else None
    if problem.code == NOT_OFFERED and stream.ask is not None:
        refused: int = position.get("refused", 0) + 1
        which = passes(stream, part)[position.get("pass", 0)]
        less = stream.ask({**part.values, **_given(stream, part, which, position)}, refused)
        return {**begun, "refused": refused} if less is not None else None
    if problem.code not in {TOO_MUCH, TOO_LARGE} or asks_totals(stream, position):
        return None  # the sums are of the whole window: asked for in parts they would be sums of something else
    smaller = stream.pages.less(position.get("at", {}))
    if smaller is not None:
        return {**position, "at": smaller}
    if not _can_be_halved(stream, part, position):
        return None
    first, *rest = _spans(stream, part, position)
    parts = halves((date.fromisoformat(first[0]), date.fromisoformat(first[1]))) or []
    return {**begun, "spans": [*map(_texts, parts), *rest]}


def _can_be_halved(stream: Stream, part: Part, position: Position) -> bool:
    spans = _spans(stream, part, position)
    return bool(spans) and spans[0][0] != spans[0][1]


def _spans(stream: Stream, part: Part, position: Position) -> list[list[str]]:
    """The windows of days that are still to be asked for, the present one first; none where they cannot be cut."""
    if stream.days is None or stream.days.whole or part.since is None or part.until is None:
        return []
    return position.get("spans") or [_texts(as_days(part.since, part.until))]


def _texts(window: Window) -> list[str]:
    return [day.isoformat() for day in window]


def find_records(stream: Stream, answer: Answer, begins: bool = False) -> list[Json]:
    """The records of an answer. That they are not where they belong is an error, never an empty page.

    `begins`: it is the first of a list. One that tells of records and shows none is no empty list that was left out.
    """
    if stream.unfold is not None:
        return find_unfolded(stream.unfold, answer)
    if stream.records is None:
        given = {stream.dated, *ACCOUNT, *(stream.per.give if stream.per else ())}
        own = {column.path[0] for column in stream.columns} - given
        if not isinstance(answer.json, dict) or not own & answer.json.keys():
            raise Bug("records-missing", "The platform's answer has another shape than before.", excerpt(answer))
        return [answer.json]
    records = at(answer.json, stream.records)
    left_out = records is None and bool(stream.shows_empty) and at(answer.json, stream.shows_empty) is not None
    if left_out and not (begins and _count(_told(stream, answer))):
        return []
    if not isinstance(records, list):
        raise Bug("records-missing", f"The platform's answer no longer holds “{stream.records}”.", excerpt(answer))
    return records


def check_days(stream: Stream, window: Window | None, records: list[Json]) -> None:
    """Whoever is asked for some days and tells of others has understood another question: what is told of those may be
    a part of them only, and would take the place of what is known. A day more is let pass, for midnight is not the same
    everywhere."""
    rule = stream.days
    if rule is None or rule.whole or window is None:
        return
    path = next(".".join(column.path) for column in stream.columns if column.name == rule.column)
    first, last = ((day + step).isoformat() for day, step in zip(window, (-ONE_DAY, ONE_DAY), strict=True))
    for record in records:
        day = at(record, path)
        if isinstance(day, str) and DAY.match(day) and not first <= day[:10] <= last:
            detail = f"{day[:10]} is not within {window[0]} and {window[1]}"
            raise Bug("odd-day", "The platform told of days that it was not asked for.", detail)


def name_of(stream: Stream, record: Json) -> str:
    """A short text by which a record is recognised when it comes again."""
    parts = [at(record, ".".join(column.path)) for column in stream.columns if column.key]
    known = [str(part) for part in parts if part is not None]
    name = "\x1f".join(known) if known else repr(record)
    return name if len(name) <= LONGEST_NAME else short(name)


def passes(stream: Stream, part: Part) -> tuple[Pass, ...]:
    """The passes of this slice, catching up included."""
    return passes_of(stream, part.since is not None)


def passes_of(stream: Stream, incremental: bool) -> tuple[Pass, ...]:
    chosen = tuple(each for each in stream.passes if incremental or not each.only_incremental)
    return chosen * 2 if stream.catch_up else chosen


def _catching_up(stream: Stream, part: Part, position: Position) -> bool:
    return stream.catch_up and position.get("pass", 0) >= len(passes(stream, part)) // 2


def _pass_name(which: Pass, position: Position) -> str:
    """Each list has a total of its own: that of a pass, and of the days that it is asked for in parts."""
    days = [first for first, _ in position.get("spans", [])[:1]]
    return " ".join([*(f"{k}={v}" for k, v in which.query.items()), f"#{position.get('pass', 0)}", *days])


def _given(stream: Stream, part: Part, which: Pass, position: Position) -> dict[str, Json]:
    given = {**part.given, **which.give}
    if stream.dated:
        given[stream.dated] = part.began.astimezone(UTC).date().isoformat()
    if stream.days is not None and stream.days.whole and part.since is not None:
        given[stream.days.column] = part.since.astimezone(UTC).date().isoformat()
    if position.get("groups"):
        name = next(iter(part.given))
        given[name] = position["groups"][0]
    return given


def about_account(stream: Stream, values: Mapping[str, str]) -> dict[str, str]:
    """What rows say of their account: what a column is named after, and whatever a shape may want to know."""
    names = values.keys() if stream.shape else values.keys() & {column.name for column in stream.columns}
    return {name: values[name] for name in names}


def _of_rows(stream: Stream, given: dict[str, Json]) -> dict[str, Json]:
    """What rows are given. The ids of a group are not: each row belongs to one of them and must say to which."""
    if stream.per is None or stream.per.group == 1:
        return given
    together = next(iter(stream.per.give))
    return {name: value for name, value in given.items() if name != together}


class _Segments(dict[str, Json]):
    """Values as they may stand in a path."""

    def __getitem__(self, name: str) -> str:
        return _segment(super().__getitem__(name))


def _segment(value: Json) -> str:
    """A value that goes into a path. It must not be able to lead anywhere else."""
    text = str(value)
    if not text or any(character in text for character in "/?#\\%") or text in {".", ".."} or not text.isprintable():
        raise Bug("odd-id", "The platform gave an id that cannot stand in an address.", text[:60])
    return text


def _windowed(request: Request, stream: Stream, part: Part, which: Pass, position: Position) -> Request:
    """The call, asking for what changed within the window only."""
    rule = stream.since
    if rule is None:
        return request
    since = part.began - rule.overlap if _catching_up(stream, part, position) else part.since
    parameter = which.since or rule.parameter
    window = {}
    if rule.phrase is not None and parameter:
        phrase = rule.phrase(since, part.until)
        before = request.query.get(parameter) if request.json is None else at(request.json, parameter)
        return say(request, "", **{parameter: rule.joined.join(filter(None, [before, phrase]))}) if phrase else request
    if parameter and since is not None:
        window[parameter] = rule.write(since)
    if rule.until_parameter and part.until is not None:
        window[rule.until_parameter] = rule.write(part.until)
    return say(request, "", **window) if window else request


def _days_asked(stream: Stream, part: Part, position: Position) -> Window | None:
    """The first and the last day that are asked for now."""
    if stream.days is None or part.since is None or part.until is None:
        return None
    if position.get("spans"):
        first, last = map(date.fromisoformat, position["spans"][0])
        return first, last
    return as_days(part.since, part.until)


def _days(stream: Stream, part: Part, position: Position) -> dict[str, str]:
    rule, window = stream.days, _days_asked(stream, part, position)
    if rule is None or window is None:
        return {}
    first, last = window
    return {"from": rule.write(first), "to": rule.write(last), "after": rule.write(last + timedelta(days=1))}


def _inside(stream: Stream, part: Part, records: list[Json]) -> tuple[list[Json], bool]:
    """Where the platform cannot filter by time we do; newest first, the first older record ends the reading."""
    rule = stream.since
    if rule is None or rule.parameter or rule.field is None or (part.since is None and part.until is None):
        return records, False
    kept, older = [], False
    for record in records:
        moment = _moment(record, rule)
        if part.since is not None and moment is not None and moment < part.since:
            older = True
        elif part.until is None or moment is None or moment < part.until:
            kept.append(record)
    return kept, older and rule.newest_first


def _moment(record: Json, rule: Since) -> datetime | None:
    try:
        return parse(str(at(record, rule.field or "")))
    except ValueError:
        return None


def _without(stream: Stream, part: Part, position: Position) -> Position | None:
    """After a refusal for several ids at once: ask for each half, until the one that is gone stands alone."""
    name = next(iter(part.given), "")
    groups = position.get("groups") or [str(part.given.get(name, ""))]
    ids = groups[0].split(",")
    if stream.per and stream.per.group > 1 and len(ids) > 1:
        half = len(ids) // 2
        return {**position, "at": {}, "groups": [",".join(ids[:half]), ",".join(ids[half:]), *groups[1:]]}
    return _next_part(stream, part, position)


def _next_part(stream: Stream, part: Part, position: Position) -> Position | None:
    """After the last page of one reading: the next group or days, then the next pass, then the end."""
    told = {name: position[name] for name in ("told", "skipped") if position.get(name)}
    for kind in ("groups", "spans"):
        rest = position.get(kind, [])[1:]
        if rest:
            return {"pass": position.get("pass", 0), "at": {}, kind: rest, **told}
    following = position.get("pass", 0) + 1
    return {"pass": following, **told} if following < len(passes(stream, part)) else None


def check_values(platform: Platform, values: Mapping[str, str]) -> None:
    """Values that become part of an address must match the platform's own strict pattern."""

    for name, pattern in platform.values.items():
        if not re.fullmatch(pattern, values.get(name, "")):
            raise Bug("odd-address", f"The {name} of this {platform.title} account is not of a known form.")


__all__ = ["START", "Part", "Problem", "Reading", "check_values", "find_records", "passes", "read", "request_for"]
