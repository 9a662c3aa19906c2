"""The records of an answer: where they are, how many there should be, which of them were asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from shared.clock import parse
from shared.errors import Bug, Later
from shared.kit.calendar import Window
from shared.model import stable_id
from shared.portions import Portions
from shared.reading.position import SliceContext
from shared.reading.totals import find_unfolded
from shared.vocabulary.platform import Platform
from shared.vocabulary.slicing import Since
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.stream import ONE, Stream
from shared.vocabulary.wire import Answer, Json, at

ACCOUNT = frozenset({"account_id", "account_zone", "account_currency"})  # given to every row that has such a column
MOST_RECORDS = 10**12  # a total beyond this is no total
ONE_DAY = timedelta(days=1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What a record is recognised by is kept in the position. Ids are, as they come; of anything else, a digest: it may be
# an address, or all that the record says.
PLAIN = re.compile(r"[\w./:=+\-\x1f]{1,200}", re.ASCII)


def find_records(stream: Stream, answer: Answer, begins: bool = False) -> list[Json]:
    """The records of an answer. That they are not where they belong is an error, never an empty page.

    `begins`: it is the first of a list. One that tells of records and shows none is no empty list that was left out.
    """
    if stream.unfold is not None:
        return find_unfolded(stream.unfold, answer)
    if stream.records is ONE:
        given = {stream.snapshot_column, *ACCOUNT, *(stream.parent.takes if stream.parent else ())}
        own = {column.path[0] for column in stream.columns} - given
        if not isinstance(answer.json, dict) or not own & answer.json.keys():
            raise Bug("records-missing", "The platform's answer has another shape than before.", excerpt(answer))
        return [answer.json]
    records = at(answer.json, stream.records_path)
    left_out = records is None and bool(stream.shows_empty) and at(answer.json, stream.shows_empty) is not None
    if left_out and not (begins and total_of(stream, answer)):
        return []
    if not isinstance(records, (list, Portions)):
        raise Bug("records-missing", f"The platform's answer no longer holds “{stream.records_path}”.", excerpt(answer))
    return cast("list[Json]", records)  # portions are gone through like a list


def check_nothing(platform: Platform, stream: Stream, answer: Answer) -> None:
    """An empty list beside an error is no list that is empty: something kept the platform from telling it."""
    said = answer.json if isinstance(answer.json, dict) else {}
    several = (
        stream.parent is not None and stream.parent.group > 1
    )  # there, errors tell of single ones of those asked for
    if said.get("error") or (said.get("errors") and not several):
        raise Later("error-beside-nothing", f"{platform.title} sent an error beside an empty list.", excerpt(answer))


def total_of(stream: Stream, answer: Answer) -> int | None:
    """How many records there are, as the platform says it; None where it does not."""
    if callable(stream.total):
        return _count(stream.total(answer.json))
    return _count(at(answer.json, stream.total)) if stream.total else None


def _count(told: Json) -> int | None:
    """A total: a number, or the text of one (Google writes whole numbers as texts). Whatever is none proves nothing."""
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 19:
        told = int(told)
    return told if isinstance(told, int) and 0 <= told < MOST_RECORDS else None


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


@dataclass(frozen=True, slots=True)
class Order:
    """How a list stands that is told newest first: the moment of its last record, and whether a newer one has come
    after an older one. Then nothing says any more what comes behind."""

    last: str = ""
    lost: bool = False

    def after(self, moment: datetime) -> Order:
        lost = self.lost or (bool(self.last) and moment > parse(self.last))
        return Order(moment.isoformat(), lost)


def inside(stream: Stream, context: SliceContext, records: list[Json], order: Order) -> tuple[list[Json], bool, Order]:
    """Where the platform cannot filter by time we do; newest first, the first older record ends the reading, unless
    the list turns out to be in another order: then it is read to its end."""
    rule = stream.since
    if rule is None or rule.parameter or rule.field is None or (context.since is None and context.until is None):
        return records, False, order
    kept, older = [], False
    for record in records:
        moment = _moment(record, rule)
        if rule.newest_first and moment is not None:
            order = order.after(moment)
        if context.since is not None and moment is not None and moment < context.since:
            older = True
        elif context.until is None or moment is None or moment < context.until:
            kept.append(record)
    return kept, older and rule.newest_first and not order.lost, order


def _moment(record: Json, rule: Since) -> datetime | None:
    try:
        return parse(str(at(record, rule.field or "")))
    except ValueError:
        return None


def name_of(stream: Stream, record: Json) -> str:
    """A short text by which a record is recognised when it comes again."""
    parts = [at(record, ".".join(column.path)) for column in stream.columns if column.key]
    known = [str(part) for part in parts if part is not None]
    name = "\x1f".join(known) if known else repr(record)
    return name if known and PLAIN.fullmatch(name) else stable_id(name)
