"""What a platform tells the sandbox about itself, and the words its calls are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from infra.sandbox.times import Now, parse

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from infra.sandbox.invent import Dice
    from infra.sandbox.limits import Limit, Ticks
    from infra.sandbox.records import Rows

Reason = Literal["unauthorized", "forbidden", "missing", "method", "invalid", "limited", "quota", "broken"]


class Refusal(Exception):  # an answer of the platform, not an error of the sandbox
    """The platform says no; each platform writes that down in its own way (`Platform.refuse`)."""

    def __init__(
        self,
        reason: Reason,
        status: int,
        message: str = "",
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or reason)
        self.reason, self.status, self.message, self.field = reason, status, message, field
        self.headers = dict(headers or {})


def missing(what: str = "The requested resource could not be found.") -> Refusal:
    return Refusal("missing", 404, what)


@dataclass(frozen=True)
class Call:
    """One API call as a handler sees it."""

    method: str
    path: str
    query: MultiDict[str, str]
    values: Mapping[str, str]
    now: int
    known: bool  # carries a valid credential; only routes that are `open` ever see False
    host_url: str

    def number(self, name: str, default: int, most: int, least: int = 1, status: int = 400) -> int:
        """A whole number within its bounds, or a refusal that names it."""
        given = self.query.get(name)
        if given is None:
            return default
        if not given.isdecimal() or not least <= int(given) <= most:
            raise Refusal("invalid", status, f"{name} must be a number between {least} and {most}.", name)
        return int(given)

    def moment(self, name: str, status: int = 400) -> float | None:
        """A date filter, or a refusal that names it."""
        given = self.query.get(name)
        if given is None:
            return None
        try:
            return parse(given)
        except ValueError:
            raise Refusal("invalid", status, f"{name} must be an ISO 8601 date and time.", name) from None

    def choice(self, name: str, allowed: Sequence[str], status: int = 400) -> str | None:
        given = self.query.get(name)
        if given is not None and given not in allowed:
            raise Refusal("invalid", status, f"{name} must be one of: {', '.join(allowed)}.", name)
        return given

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("true", "1")


@dataclass(frozen=True)
class Answer:
    """What a handler found. `records` names the field that holds the rows, `key` what identifies one."""

    body: Any
    records: str = ""
    key: str = "id"
    status: int = 200


@dataclass(frozen=True)
class Route:
    """A GET. `scope`: what the credential must allow; `open`: answers without a valid credential, too."""

    rule: str
    handle: Callable[[Call], Answer]
    scope: str = ""
    open: bool = False


@dataclass(frozen=True)
class Refused:
    """A refusal as the platform writes it."""

    body: Any
    content_type: str = "application/json"


@dataclass(frozen=True)
class OAuth:
    """How the platform hands out access."""

    authorize_path: str
    token_path: str
    client_auth: Literal["form", "basic"]
    scopes: Mapping[str, str] = field(default_factory=dict)  # name -> what it allows; empty: none exist
    access_seconds: int = 0  # 0: never expires
    token_length: int = 50
    refresh_scope: str = ""  # without it no refresh token; "" and no refresh_days: none exist
    refresh_days: int = 0
    state_required: bool = False
    code_seconds: int = 300
    exchanges_per_second: int = 0  # 0: no limit of its own


@dataclass(frozen=True)
class Seed:
    """All that a platform's data depends on."""

    seed: int
    size: float
    counts: Mapping[str, int]
    now: Now
    options: Mapping[str, Any]

    def count(self, name: str, default: int, power: float = 1.0) -> int:
        """How many rows: the number asked for, or the default grown with the size."""
        given = self.counts.get(name)
        return given if given is not None else max(1, round(default * self.size**power))


class World(Protocol):
    """The data of one account, with the platform's own methods to edit it."""

    @property
    def tables(self) -> Sequence[Rows]: ...


W = TypeVar("W", bound=World)


@dataclass(frozen=True)
class Platform(Generic[W]):
    name: str
    title: str
    account: str
    build: Callable[[Seed], W]
    live: Callable[[W, Dice, int], None]  # one step of ordinary life; the int says the how manieth
    routes: Callable[[W], Sequence[Route]]
    refuse: Callable[[Refusal, str], Refused]  # the str is the path of the call
    limits: Callable[[Ticks, Now], Sequence[Limit]]
    counts: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)  # readings of unverified facts, with our choice
    oauth: OAuth | None = None
    asks: Mapping[str, str] = field(default_factory=dict)  # what an owner answers when asked for more: a shop
    api_key: str = ""  # the key that works, when the platform has keys
    dead_key: str = ""  # a key of an older kind, refused
    schemes: tuple[str, ...] = ("bearer",)  # of the Authorization header
    next_link: tuple[str, ...] = ()  # where an answer keeps the address of the next page
    # when a call carries no Authorization at all, by the options
    bare_refusal: Callable[[Mapping[str, Any]], Refusal] = lambda _: Refusal("unauthorized", 401)
