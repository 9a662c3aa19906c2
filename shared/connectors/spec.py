"""What a platform is, in our words. A connector is one `Platform` value: data, and rarely a plain function."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.connectors.columns import Column
from shared.connectors.paging import Once, PageRule
from shared.connectors.slicing import Parent, Pass, Since, SliceRule, Whole
from shared.connectors.wire import Answer, Json, Request
from shared.errors import Problem
from shared.secret import Secret

Row = dict[str, Json]


# -- how an account is reached ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """The account behind a credential. `values` fill the platform's base address and calls (a data centre)."""

    id: str
    title: str
    zone: str = "UTC"
    currency: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


# A protocol written as a conversation: it hands out requests and is sent answers; it never opens a socket.
# Its requests carry the credential already, because not every call of it may (or must) carry it the same way.
Discovery = Callable[["Credential"], Generator[Request, Answer, Account]]


@dataclass(frozen=True, slots=True)
class Credential:
    """What Secret Manager holds for a connection, opened. It prints as dots."""

    token: Secret
    refresh_token: Secret | None = None
    expires_at: str = ""  # ISO; empty: never, or not known
    scopes: tuple[str, ...] = ()
    how: str = "oauth"  # oauth or key
    refresh_expires_at: str = ""  # when the grant itself ends unless it is used; counted down


@dataclass(frozen=True, slots=True)
class OAuth:
    authorize: str
    token: str
    scopes: tuple[str, ...] = ()
    client_auth: str = "client_secret_post"  # or client_secret_basic
    pkce: bool = False
    rotates: bool = False  # each refresh kills the refresh token that was used
    extra: Mapping[str, str] = field(default_factory=dict)  # further parameters of the authorize call
    never_expires: bool = False  # the platform says expires_in 0 and means it
    grant_lifetime: timedelta | None = None  # an unused refresh token dies after this


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the client pastes. `where` is one sentence: where to find it; `pattern` what it looks like."""

    where: str
    pattern: str
    help_url: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform allows, a little below its own figures so that jitter never crosses them."""

    at_once: int = 4  # slices of one connection at work together
    per_second: float | None = None
    burst: int = 1
    per_day: int | None = None
    shared_by: str = "account"  # or "app": all connections of our app share one allowance
    remaining_header: str | None = None
    retry_headers: tuple[str, ...] = ("retry-after",)
    rest: timedelta = timedelta(seconds=2)  # after a refusal that does not say how long


# -- what is read ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record; it fills the table `{platform}_{name}`."""

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
    dated: str = ""  # the column that takes the day of reading, where the platform shows today's state only
    shape: Callable[[Json, Mapping[str, Json]], Iterable[Row]] | None = None  # record, given values → rows
    total: str | None = None  # where the platform says how many records this call has in all: the proof
    absent: frozenset[int] = frozenset({404})  # of a child: statuses that say "its parent has nothing (any more)"
    patient: frozenset[int] = frozenset()  # statuses that say "still being made, ask again"
    ignore: frozenset[str] = frozenset()  # paths of fields that are no data (links, heavy HTML, passwords)
    scope: str = ""  # the OAuth scope this stream needs
    optional: bool = False  # read only when a connection asks for it

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
    def keeps_cursor(self) -> bool:
        """Whether it matters later how far a slice was read. Children read whole each time need no cursor each."""
        return self.since is not None or self.per is None or self.per.settles is not None


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

    def carried(self, of: Stream) -> dict[str, str]:
        """Its columns that come from the row around the list: {name here: name there}."""
        there = {column.name for column in of.columns}
        return {
            column.name: column.path[0]
            for column in self.columns
            if column.key and len(column.path) == 1 and column.path[0] in there
        }


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

    def stream(self, name: str) -> Stream:
        for stream in self.streams:
            if stream.name == name:
                return stream
        raise KeyError(f"{self.name} has no stream {name}")

    def table(self, stream: str) -> str:
        return f"{self.name}_{stream}"

    @property
    def oauth(self) -> OAuth | None:
        return next((way for way in self.auth if isinstance(way, OAuth)), None)

    @property
    def key_way(self) -> Key | None:
        return next((way for way in self.auth if isinstance(way, Key)), None)

    def children(self, stream: str) -> list[Stream]:
        return [child for child in self.streams if child.per and child.per.stream == stream]
