"""What a stream is: one kind of record, how it is asked for, and what proves that all of it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shared.vocabulary.columns import Column
from shared.vocabulary.paging import Once, PageRule
from shared.vocabulary.slicing import Days, Parent, Pass, Since, SliceRule, Whole
from shared.vocabulary.wire import Answer, Json

Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Totals:
    """One call before the first page of a slice: the platform's own sums of what the slice reads.

    `measures`: name → (path in a record of that call, path in a record of ours). Both sides are added up and held
    against each other; the path "" counts records. Whatever is not given here is as in the stream's own call.
    """

    measures: Mapping[str, tuple[str, str]]
    method: str = ""
    path: str = ""
    query: Mapping[str, str] | None = None
    body: Json = None
    records: str = ""  # "": as in the stream
    unfold: Callable[[Json], list[Json]] | None = None  # like that of a stream; None: as in the stream
    # Measures that the platform rounds in every record: the sum may differ by what rounding can make.
    rounded: frozenset[str] = frozenset()
    instead: tuple[Mapping[str, str], ...] = ()  # other words for the same question, as of a pass


@dataclass(frozen=True, slots=True)
class Unknown:
    """A refusal for good, because the platform does not know what was asked: the name that it does not know, and those
    that it says it knows in that place, as far as it says so."""

    name: str = ""
    valid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record; it fills the table `{platform}_{name}`.

    `{names}` in path, query, body and headers come from the account, the parent row and the window of days. A column
    named `account_id`, `account_zone` or `account_currency`, or like one of the account's values, takes that value.
    """

    name: str
    title: str  # what a client reads on the connect page, in the plural: "Campaigns"
    path: str  # below the base address; {names} come from the account and the parent row
    records: str | None  # where the records are: "" the answer is a bare list, None the answer is one record
    columns: tuple[Column, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    pages: PageRule = Once()
    slices: SliceRule = Whole()
    per: Parent | None = None
    passes: tuple[Pass, ...] = (Pass(),)
    catch_up: bool = False  # after the last pass, read once more what changed since the slice began
    keep_missing: bool = False  # rows that a full reading no longer shows stay as they are (the platform forgets)
    gone: str = ""  # the column that says when a record was deleted, where the platform goes on showing it
    dated: str = ""  # the column that takes the account's day of reading, where the platform shows today's state only
    shape: Callable[[Json, Mapping[str, Json]], Iterable[Row]] | None = None  # record, given values → rows
    # Where the platform says how many records this call has in all: the proof. Or, read from the answer's JSON where a
    # number must not always be believed, that number; None: not told.
    total: str | Callable[[Json], int | None] | None = None
    counts_all: bool = False  # that number knows no window, or another: only all there is can be held against it
    absent: frozenset[int] = frozenset({404})  # of a child: statuses that say "its parent has nothing (any more)"
    lacks: Callable[[Answer], bool] | None = None  # of a child: refusals that say so in their body, whatever the status
    patient: frozenset[int] = frozenset()  # statuses that say "still being made, ask again"
    ignore: frozenset[str] = frozenset()  # paths of fields that are no data (links, heavy HTML, passwords)
    moved: frozenset[str] = frozenset()  # columns of fields that earlier releases kept in `_extra` (see `moved.py`)
    # Columns of the key that the platform leaves out where it has nothing to say: two rows without one are alike in it.
    may_lack: frozenset[str] = frozenset()
    may_be_empty: frozenset[str] = frozenset()  # columns of the key where an empty text says something (no match type)
    scope: str = ""  # the OAuth scope this stream needs
    optional: bool = False  # read only when a connection asks for it
    method: str = "GET"
    body: Json = None  # of a POST
    form: Mapping[str, str] | None = None  # of a POST that is no JSON but a form
    headers: Mapping[str, str] = field(default_factory=dict)  # besides the platform's
    # Records, where they are not simply a list: made of the answer's JSON. It raises when the shape is another one.
    unfold: Callable[[Json], list[Json]] | None = None
    shows_empty: str = ""  # where the platform leaves an empty list out: what then still stands in the answer
    allowance: str = ""  # one of the platform's `allowances`, when the stream has its own
    totals: Totals | None = None
    unproven: str = ""  # why nothing of the platform's can be held against what we read
    base: str = ""  # where its path hangs below another address than the platform's; a host of the platform
    # What else stands in the query (in the body, where there is one), made of the given values; and less of it each
    # time the platform refused a part of it (NOT_OFFERED), for one wrong name can spoil a whole question. The names
    # that it refused, where it says which, are given as `without`. None: nothing less can be asked.
    ask: Callable[[Mapping[str, Json], int], Mapping[str, Json] | None] | None = None
    needs: str = ""  # one of the account's values; an account where it is empty does not have this stream
    nothing: frozenset[int] = frozenset()  # statuses that say "there is nothing" (no content)
    # Answers that refuse one question of several, a pass or the sums, because the platform does not know it: it is
    # asked in other words, or left out and named in the run. That all passes are refused is the error it looks like.
    unknown: Callable[[Answer], Unknown | None] | None = None
    # A list of so many records, or of a multiple, may have been cut off without a word: fewer days are asked for; of
    # one day that is only noted.
    cut_at: int = 0
    # Of all records only those in the lowest place are rows, which is known at the end of the list. Made of a record
    # and of the account's values, what was chosen for the connection among them; None: never.
    best: Callable[[Json, Mapping[str, Json]], int | None] | None = None
    formerly: tuple[str, ...] = ()  # the names it had in earlier releases, under which connections still choose it

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    @property
    def full(self) -> bool:
        """A complete reading shows every row there is, so what it does not show has gone."""
        settles = self.per is not None and self.per.settles is not None
        return isinstance(self.slices, Whole) and not self.keep_missing and not settles

    @property
    def since(self) -> Since | None:
        return self.slices if isinstance(self.slices, Since) else None

    @property
    def days(self) -> Days | None:
        return self.slices if isinstance(self.slices, Days) else None

    @property
    def keeps_cursor(self) -> bool:
        """Whether it matters later how far a slice was read. Children read whole each time need no cursor each."""
        return self.since is not None or self.days is not None or self.per is None or self.per.settles is not None
