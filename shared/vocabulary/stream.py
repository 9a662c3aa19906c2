"""What a stream is: one kind of record, how it is asked for, and what proves that all of it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Literal

from shared.vocabulary.columns import Column
from shared.vocabulary.meanings import GONE, Means, On
from shared.vocabulary.paging import Once, PageRule
from shared.vocabulary.slicing import Days, Parent, Pass, Since, SliceRule, Whole
from shared.vocabulary.wire import Json

Row = dict[str, Json]
# A record, and what the account, the parent row and the pass give → its rows.
Shape = Callable[[Json, Mapping[str, Json]], Iterable[Row]]


class Records(Enum):
    """Where records are that stand at no path of the answer."""

    ONE = "the answer is one record"
    BARE_LIST = "the answer is a list of records"


ONE, BARE_LIST = Records.ONE, Records.BARE_LIST


@dataclass(frozen=True, slots=True)
class Totals:
    """One call before the first page of a slice: the platform's own sums of what the slice reads.

    `measures`: name → (path in a record of that call, path in a record of ours). Both sides are added up and held
    against each other; the path "" counts records. Whatever is not given here is as in the stream's own call.
    """

    measures: Mapping[str, tuple[str, str]]
    method: Literal["", "GET", "POST"] = ""
    path: str = ""
    query: Mapping[str, str] | None = None
    body: Json = None
    records: str = ""  # "": as in the stream
    unfold: Callable[[Json], list[Json]] | None = None  # like that of a stream; None: as in the stream
    # Measures that the platform rounds in every record: the sum may differ by what rounding can make.
    rounded: frozenset[str] = frozenset()
    instead: tuple[Mapping[str, str], ...] = ()  # other words for the same question, as of a pass


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record; it fills the table `{platform}_{name}`.

    `{names}` in path, query, body and headers come from the account, the parent row and the window of days. A column
    named `account_id`, `account_zone` or `account_currency`, or like one of the account's values, takes that value.
    """

    name: str
    title: str  # what a client reads on the connect page, in the plural: "Campaigns"
    _: KW_ONLY

    # -- how it is asked for
    path: str  # below the base address
    base: str = ""  # where its path hangs below another address than the platform's; a host of the platform
    method: Literal["GET", "POST"] = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json = None  # of a POST
    form: Mapping[str, str] | None = None  # of a POST that is no JSON but a form
    headers: Mapping[str, str] = field(default_factory=dict)  # besides the platform's
    # What else stands in the query (in the body, where there is one), made of the given values; and less of it each
    # time the platform refused a part of it (NOT_OFFERED), for one wrong name can spoil a whole question. The names
    # that it refused, where it says which, are given as `without`. None: nothing less can be asked.
    narrow_query: Callable[[Mapping[str, Json], int], Mapping[str, Json] | None] | None = None
    pages: PageRule = Once()
    allowance: str = ""  # one of the platform's `allowances`, when the stream has its own

    # -- in which parts
    slices: SliceRule = Whole()
    parent: Parent | None = None  # the stream on whose rows it hangs
    passes: tuple[Pass, ...] = (Pass(),)
    catch_up: bool = False  # after the last pass, read once more what changed since the slice began
    # A list of so many records, or of a multiple, may have been cut off without a word: fewer days are asked for; of
    # one day that is only noted.
    silent_limit: int = 0

    # -- what an answer holds
    records: str | Records | None = None  # the path of their list; None: only where `unfold` makes them of the answer
    # Records, where they are not simply a list: made of the answer's JSON. It raises when the shape is another one.
    unfold: Callable[[Json], list[Json]] | None = None
    shows_empty: str = ""  # where the platform leaves an empty list out: what then still stands in the answer
    answers: tuple[On, ...] = (On(404, GONE),)  # what else than data is no error

    # -- what becomes of a record
    columns: tuple[Column, ...]
    shape: Shape | None = None  # record, given values → rows; None: the record is the row
    # Of all records only those in the lowest place are rows, which is known at the end of the list. Made of a record
    # and of the account's values, what was chosen for the connection among them; None: never.
    best: Callable[[Json, Mapping[str, Json]], int | None] | None = None
    ignore: frozenset[str] = frozenset()  # paths of fields that are no data (links, heavy HTML, passwords)
    moved: frozenset[str] = frozenset()  # columns of fields that earlier releases kept in `_extra` (see `moved.py`)
    # The column that takes the account's day of reading, where the platform shows today's state only.
    snapshot_column: str = ""
    gone: str = ""  # the column that says when a record was deleted, where the platform goes on showing it
    keep_missing: bool = False  # rows that a full reading no longer shows stay as they are (the platform forgets)
    # Columns of the key that the platform leaves out where it has nothing to say: two rows without one are alike in it.
    may_lack: frozenset[str] = frozenset()
    may_be_empty: frozenset[str] = frozenset()  # columns of the key where an empty text says something (no match type)

    # -- what proves that all was read
    # Where the platform says how many records this call has in all. Or, read from the answer's JSON where a number must
    # not always be believed, that number; None: not told.
    total: str | Callable[[Json], int | None] | None = None
    counts_all: bool = False  # that number knows no window, or another: only all there is can be held against it
    totals: Totals | None = None
    unproven: str = ""  # why nothing of the platform's can be held against what we read

    # -- who has it
    scope: str = ""  # the OAuth scope this stream needs
    optional: bool = False  # read only when a connection asks for it
    needs: str = ""  # one of the account's values; an account where it is empty does not have this stream
    formerly: tuple[str, ...] = ()  # the names it had in earlier releases, under which connections still choose it

    def __post_init__(self) -> None:
        if self.records is None and self.unfold is None:
            raise ValueError(f"{self.name}: say where its records are, or how they are unfolded")

    @property
    def records_path(self) -> str:
        """Where the records are in the answer; "": they, or the one record, are the answer."""
        return self.records if isinstance(self.records, str) else ""

    def minds(self, means: Means) -> bool:
        """Whether an answer may mean this."""
        return any(on.means is means for on in self.answers)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    @property
    def full(self) -> bool:
        """A complete reading shows every row there is, so what it does not show has gone."""
        settles = self.parent is not None and self.parent.settles is not None
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
        return self.since is not None or self.days is not None or self.parent is None or self.parent.settles is not None
