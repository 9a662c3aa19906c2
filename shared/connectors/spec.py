"""What a platform is, in our words. A connector is one `Platform` value: data, and rarely a plain function."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.connectors.access import Credential, Discovery, Field, Key, OAuth
from shared.connectors.columns import Column
from shared.connectors.demands import Personal, Reading
from shared.connectors.paging import Once, PageRule
from shared.connectors.slicing import Days, Parent, Pass, Since, SliceRule, Whole
from shared.connectors.wire import Answer, Json, Request
from shared.errors import Problem

Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform allows, a little below its own figures so that jitter never crosses them."""

    at_once: int = 4  # slices of one connection at work together
    per_second: float | None = None
    burst: int = 1
    per_day: int | None = None
    # Who shares one allowance. "app": all connections of our app; the name of one of the account's values (a user's
    # number): all connections where it is the same.
    shared_by: str = "account"
    remaining_header: str | None = None
    retry_headers: tuple[str, ...] = ("retry-after",)
    rest: timedelta = timedelta(seconds=2)  # after a refusal that does not say how long
    # How long an answer, success or refusal, tells everybody to rest, in whatever way the platform says that.
    rest_after: Callable[[Answer], timedelta | None] | None = None


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
    # time the platform refused a part of it ("not-offered"), for one wrong name can spoil a whole question. The names
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


@dataclass(frozen=True, slots=True)
class View:
    """A table that costs no call: the entries of a list held in the rows of another stream.

    A key column whose path is the name of a column of `of` carries that over (`id=list_id*`). The others are read
    from each entry; where the entries are texts, the one other column is the entry itself.
    """

    name: str
    title: str
    of: str  # the stream
    each: str  # its column that holds the list (texts or json)
    columns: tuple[Column, ...]
    formerly: tuple[str, ...] = ()  # the names it had in earlier releases

    def carried(self, of: Stream) -> dict[str, str]:
        """Its columns that come from the row around the list: {name here: name there}."""
        there = {column.name for column in of.columns}
        return {
            column.name: column.path[0]
            for column in self.columns
            if column.key and len(column.path) == 1 and column.path[0] in there
        }


@dataclass(frozen=True, slots=True)
class Custom:
    """Streams that a workspace defines itself.

    `check` is a conversation, as discovery is: it asks the platform whether it can answer what is wanted for this
    account, and returns the definition that is kept. `stream` makes the stream of name, title and definition. Both
    raise Configure, with a sentence for whoever defines it. The calls get their credential from whoever makes them.
    """

    check: Callable[[str, Mapping[str, Json]], Generator[Request, Answer, Mapping[str, Json]]]
    stream: Callable[[str, str, Mapping[str, Json]], Stream]


@dataclass(frozen=True, slots=True)
class Platform:
    name: str
    title: str
    base: str  # https://{dc}.api.mailchimp.com/3.0
    auth: tuple[OAuth | Key, ...]
    authorise: Callable[[Credential], Mapping[str, str]]  # the headers that carry the credential
    discover: Discovery
    limits: Limits
    streams: tuple[Stream, ...]
    version: str
    refuse: Callable[[Answer], Problem | None]  # the platform's own words for an error, made ours
    views: tuple[View, ...] = ()
    sunset: date | None = None  # None: the platform has announced no end for this version
    reads: str = ""  # one sentence for the connect page
    hosts: frozenset[str] = frozenset()  # hosts besides that of `base` that calls may go to
    values: Mapping[str, str] = field(default_factory=dict)  # patterns that values in `base` must match
    headers: Mapping[str, str] = field(default_factory=dict)  # of every call of a stream; {names} from the account
    downloads: frozenset[str] = frozenset()  # hosts of files with signed addresses; they never get the credential
    version_header: str = ""  # which version answered, where a platform answers by another one than was asked for
    needs_app: bool = False  # `authorise` needs our app's id (or secret) besides the credential
    allowances: Mapping[str, Limits] = field(default_factory=dict)  # of groups of streams, besides `limits`
    choices: tuple[Field, ...] = ()  # what a workspace may choose for a connection; given beside the account's values
    custom: Custom | None = None  # how a workspace defines streams of its own
    calls: Mapping[str, Reading] = field(default_factory=dict)  # what it tells us unasked, by the end of the address
    persons: Mapping[str, Personal] = field(default_factory=dict)  # stream → what of its rows a person may take back

    def limits_of(self, stream: Stream) -> Limits:
        return self.allowances[stream.allowance] if stream.allowance else self.limits

    def stream(self, name: str) -> Stream:
        now = self.today(name)
        for stream in self.streams:
            if stream.name == now:
                return stream
        raise KeyError(f"{self.name} has no stream {name}")

    def table(self, stream: str) -> str:
        return f"{self.name}_{self.today(stream)}"

    def today(self, name: str) -> str:
        """What a stream or view is called by now. (One of another release keeps its name.)"""
        named: tuple[Stream | View, ...] = (*self.streams, *self.views)
        return next((each.name for each in named if name in each.formerly), name)

    @property
    def oauth(self) -> OAuth | None:
        return next((way for way in self.auth if isinstance(way, OAuth)), None)

    @property
    def key_way(self) -> Key | None:
        return next((way for way in self.auth if isinstance(way, Key)), None)

    def children(self, stream: str) -> list[Stream]:
        return [child for child in self.streams if child.per and child.per.stream == stream]
