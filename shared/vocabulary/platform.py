"""What a platform is, in our words: one `Platform` value, made of data and rarely of a plain function."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from shared.errors import Problem
from shared.vocabulary.access import Credential, Discovery, Field, Key, OAuth
from shared.vocabulary.columns import Column
from shared.vocabulary.demands import Personal, Reading
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Json, Request


class Kind(StrEnum):
    """What a platform is for, as pages set platforms beside each other."""

    ADS = "ads"
    WEB = "web"
    SHOP = "shop"
    MAIL = "mail"
    SOCIAL = "social"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform allows, a little below its own figures so that jitter never crosses them."""

    called: str = ""  # by the platform, where the name among its `allowances` does not say it
    at_once: int = 4  # slices of one connection at work together
    per_second: float | None = None
    burst: int = 1
    per_day: int | None = None
    # Who shares one allowance. "app": all connections of our app; the name of one of the account's values (a user's
    # number): all connections where it is the same.
    shared_by: str = "account"
    remaining_header: str | None = None
    retry_headers: tuple[str, ...] = ("retry-after",)
    default_pause: timedelta = timedelta(seconds=2)  # after a refusal that does not say how long
    # How long an answer, success or refusal, tells everybody to rest, in whatever way the platform says that.
    stated_pause: Callable[[Answer], timedelta | None] | None = None


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
    base: str  # the address before every path; {names} come from the account's values: https://{region}.example/v1
    auth: tuple[OAuth | Key, ...]
    authorise: Callable[[Credential], Mapping[str, str]]  # the headers that carry the credential
    discover: Discovery
    limits: Limits
    streams: tuple[Stream, ...]
    version: str
    refuse: Callable[[Answer], Problem | None]  # the platform's own words for an error, made ours
    views: tuple[View, ...] = ()
    kind: Kind | None = None  # None: nobody has said it
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
    def login(self) -> str:
        """With what a person signs in."""
        return (self.oauth.login if self.oauth else "") or self.title

    @property
    def key_way(self) -> Key | None:
        return next((way for way in self.auth if isinstance(way, Key)), None)

    def children(self, stream: str) -> list[Stream]:
        return [child for child in self.streams if child.parent and child.parent.stream == stream]
