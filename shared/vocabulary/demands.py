"""What platforms tell our app unasked: that an access was taken back, that somebody is to be forgotten or shown.

A platform reads its calls itself (`Platform.calls`), because each signs in its own way. What it means is one of few
wishes, and what is done about them is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.vocabulary.access import App


class Wish(StrEnum):
    ACCESS_ENDED = "access-ended"  # our app was removed; what was read stays
    ERASE_ACCOUNT = "erase-account"  # everything that came from an account, or by a login
    ERASE_PERSON = "erase-person"  # what rows of an account say of one person
    SHOW_PERSON = "show-person"  # the same, to be shown to whoever runs the account


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came. Names of headers are in small letters."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Demand:
    """`whose`: the value of a connection by which those that are meant are known: its account, or its login."""

    wish: Wish
    call: str  # names the call; the same one may come again
    whose: tuple[str, str]
    person: str = ""  # an id, or an address where the platform has none
    records: tuple[str, ...] = ()  # of the person, where rows do not name it


class Forged(Exception):
    """It is not signed with our app's secret."""


class Odd(Exception):
    """It is signed and cannot be understood."""


# The call and our app → what is wanted; None: nothing that concerns us.
Reading = Callable[[Call, App], Demand | None]


@dataclass(frozen=True, slots=True)
class Personal:
    """What rows of a stream hold of a person. Rows themselves stay: what they count and add up to is nobody's name.

    `person`, `mail`, `record`: the columns that name the person, by an id or by an address, or one of the person's
    records. `within`: columns that hold a list, each with a field of its entries.
    """

    clears: frozenset[str]
    person: str = ""
    mail: str = ""
    record: str = ""
    within: Mapping[str, str] = field(default_factory=dict)
