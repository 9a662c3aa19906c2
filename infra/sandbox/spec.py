"""What a platform tells the sandbox about itself; the words its calls are made of are in `call.py`.

A platform is one value of `Platform`: the `STAND_IN` of a folder beside this file. It says

- what it holds: `build` makes its `World` from a `Seed`, `live` is one step of ordinary life, `accounts` lists the
  accounts behind its login where there are several (`accounts.py`). Rows lie in `records.Table`s. Numbers per day are
  computed by `daily.Daily`, reports that are made while one waits by `jobs.Jobs`; `files.Files` are their addresses;
- what it answers: `routes`, each a rule of werkzeug, its methods and a function from `Call` to `Answer`. A handler
  says no by raising `Refusal`; `refuse` writes all of those down in the platform's own way;
- who may call: `carried` lists where calls may carry a credential, `api_key` and `oauth` (`access.OAuth`) say how one
  is got, `admit` looks at whatever else a call needs (the app's id in a header). `Route.scope` is checked for each;
- how often: `limits` are for all calls together and come before everything else, `limits_by` are for an account or a
  `Route.tier` and come once the credential is known. A handler that knows what its call costs
  finds the limit with `costs.entered` and spends from it;
- what tests may do besides: `levers`, by name, also under `/_sandbox/`.

An answer whose records are named (`records`, `each`, `key`: dotted paths) can be spoiled by faults, whatever the
method; what `encode` makes of it (a gzipped file) is made afterwards. Whatever the fact sheet leaves open is an entry
of `options`, with our choice as its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from infra.sandbox.access import Carried, Client, OAuth
from infra.sandbox.accounts import Account
from infra.sandbox.call import Call, Route
from infra.sandbox.costs import LimitsBy
from infra.sandbox.exchanges import ServiceAccount
from infra.sandbox.invent import Dice
from infra.sandbox.limits import Limit, Ticks
from infra.sandbox.records import Rows
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.times import Now


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


@dataclass(frozen=True)
class Setting:
    """How a platform is run: none of it changes the data."""

    ticks: Ticks
    limits: bool
    client: Client
    refresh: str  # "": as the platform does
    signed_in: bool  # whoever comes to the consent page
    pause: Callable[[], None]


class World(Protocol):
    """The data of an account, or of several, with the platform's own methods to edit it."""

    @property
    def tables(self) -> Sequence[Rows]: ...


W = TypeVar("W", bound=World)


@dataclass(frozen=True)
class Demo:
    """How much of a platform a demonstration shows: all streams fill in well under a minute, and it is fun to look at.

    `accounts`: which of those behind the login are connected (none named: all); the others are there and must not be
    read. `history`: days of numbers, where the platform is too slow for the usual ones.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    small: Mapping[str, int] = field(default_factory=dict)  # a few rows per table only
    accounts: Sequence[str] = ()
    history: int | None = None


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
    carried: tuple[Carried, ...] = (Carried(),)  # where calls may carry a credential
    next_link: tuple[str, ...] = ()  # where an answer keeps the address of the next page
    # when a call carries no credential at all, by the options
    bare_refusal: Callable[[Mapping[str, Any]], Refusal] = lambda _: Refusal("unauthorized", 401)
    accounts: Callable[[W], Sequence[Account]] = lambda _: ()  # behind the login; none: there is only one
    admit: Callable[[Call], None] | None = None  # raises Refusal for what a call needs besides its credential
    service: ServiceAccount | None = None  # somebody who signs for themselves, besides the ways above
    limits_by: Callable[[Ticks, Now], Sequence[LimitsBy]] = lambda ticks, now: ()
    levers: Mapping[str, Callable[[W, Mapping[str, Any]], Any]] = field(default_factory=dict)
    demo: Demo = field(default_factory=Demo)  # what a demonstration reads of it
