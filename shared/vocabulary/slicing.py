"""Slice rules: which part of a stream one run reads, and how the cursor moves afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from shared.vocabulary.wire import Json


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything, each time. A complete reading marks the rows that are no longer there."""


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the cursor: inclusive, and `overlap` earlier, because no platform states its bounds well.

    `look_back`: always read at least that far back, because counters of recent things still move. None says:
    rows change only together with the time that we ask by.
    `parameter` None: the platform cannot filter, so the reading stops at (`newest_first`) or skips older records.
    Of a stream with a body it is a dotted path into the body (`variables.query`), otherwise a name of the query.

    `phrase`: where both ends are said in one text, that text ("" when neither end is known). What `parameter` held
    already goes before it, joined by `joined`.
    """

    look_back: timedelta | None
    parameter: str | None = None
    until_parameter: str | None = None
    field: str | None = None  # where a record says when it changed; needed when `parameter` is None
    newest_first: bool = False
    overlap: timedelta = timedelta(minutes=5)  # also covers clocks that differ and lists that lag behind
    write: Callable[[datetime], str] = lambda moment: moment.astimezone(UTC).isoformat(timespec="seconds")
    phrase: Callable[[datetime | None, datetime | None], str] | None = None
    joined: str = ","


@dataclass(frozen=True, slots=True)
class Days:
    """One slice per window of `size` days, in the account's zone. The first window of each begins on the same days
    of the calendar in every run, so each window is known again.

    `{from}` and `{to}`, its first and its last day, can stand in the query and in the body, as `write` writes them;
    so can `{after}`, the day behind the last, where the platform leaves the end of a window out.

    `look_back`, required: yesterday's numbers change. A window is read anew by each run until it was once read later
    than that after its end. `history`: how far back the platform can tell. `column`: the DATE column that says to
    which day a row belongs; a row that a later reading of its day no longer shows has gone. `today`: whether the day
    that is not over yet is read, too. `ahead`: how far into the future things are planned that are read, too.

    `whole`: its rows are sums of a window and name no day, so each takes the first day of its window. No window is
    then begun later or ended earlier than always, whatever part of the past is asked for.
    """

    size: int
    look_back: timedelta
    history: timedelta
    column: str
    today: bool = True
    write: Callable[[date], str] = date.isoformat
    whole: bool = False
    ahead: timedelta = timedelta(0)


SliceRule = Whole | Since | Days


@dataclass(frozen=True, slots=True)
class Pass:
    """One reading of a slice. A slice reads its passes one after the other (statuses, for example).

    `query` is put into the request, `give` into every row; `since` replaces the rule's parameter in this pass.
    `instead`: other words for the same question, tried one after the other where the platform does not know the first
    (what a stream's `answers` say: `On(…, SKIP)`).
    """

    query: Mapping[str, str] = field(default_factory=dict)
    give: Mapping[str, Json] = field(default_factory=dict)
    since: str | None = None
    only_incremental: bool = False
    instead: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Parent:
    """One slice per row of another stream (`group` rows share a slice where the platform takes several ids).

    `takes` names what is taken from the parent row: {name here: path there}. The names can stand in the path of the
    call as `{name}` and fill the column of that name. `when` leaves out rows that can have no children.

    `settles`: children of a row stop moving this long after the moment in that field. Once they have been read
    later than that, they are not read again; until then, and when the row has no such moment, each run reads them.
    """

    stream: str
    takes: Mapping[str, str]
    when: Callable[[Json], bool] | None = None
    group: int = 1
    settles: tuple[str, timedelta] | None = None
