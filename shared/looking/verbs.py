"""What can be looked at, as values: read strictly, so that nothing unknown is asked and nothing is of any length."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

from shared.errors import Problem
from shared.platforms import PLATFORMS

MOST = 100  # rows of one answer
LONGEST = 1_100  # characters of a text: the longest is the place in a history, which holds the name of a page
CONTACT = re.compile(r"[0-9a-f]{64}")
ORDERS = ("address", "newest")
_SEEN = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class Misunderstood(Problem):
    """What was asked is no question that is known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """People of a workspace, a page at a time. The filters hold for one and the same record of a person."""

    platform: str = ""
    list: str = ""
    status: str = ""
    begins: str = ""  # how the address begins
    since: str = ""  # the first and the last day on which somebody may have become known, such as 2026-09-01
    until: str = ""
    order: str = ORDERS[0]
    after: str = ""  # the last contact of the page before
    rows: int = 50

    def __post_init__(self) -> None:
        if self.platform and self.platform not in PLATFORMS:
            raise Misunderstood("unknown-platform", "There is no such platform.")
        if self.order not in ORDERS:
            raise Misunderstood("unknown-order", f"Contacts are ordered by one of {', '.join(ORDERS)}.")
        if self.after and not CONTACT.fullmatch(self.after):
            raise Misunderstood("bad-place", "This is no place in a list of contacts.")
        if not all(_is_day(each) for each in (self.since, self.until) if each):
            raise Misunderstood("bad-day", "A day is such as 2026-09-01.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What all platforms know of one person."""

    contact: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        if bool(self.contact) == bool(self.address):
            raise Misunderstood("one-of-two", "One person is asked for by contact, or by address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What one person did, on all platforms, the newest first."""

    contact: str
    after: str = ""  # the place of the last row of the page before
    rows: int = MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The very record that a row came from."""

    page: str
    line: int


Asked = Contacts | Contact | History | Record
VERBS: Mapping[str, type[Asked]] = {"contacts": Contacts, "contact": Contact, "history": History, "record": Record}


def read(verb: str, said: Any) -> Asked:
    """Raises Misunderstood, in words that repeat nothing of what was said."""
    kind = VERBS[verb]
    known = {each.name: each for each in fields(kind)}
    if not isinstance(said, dict) or not said.keys() <= known.keys():
        raise Misunderstood("not-understood", f"{verb} knows {', '.join(known)}.")
    for name, each in known.items():
        value = said.get(name, each.default)
        if value is MISSING:
            raise Misunderstood("not-understood", f"{verb} needs {name}.")
        if each.type == "int":
            if type(value) is not int or not 0 <= value < 2**53:
                raise Misunderstood("bad-value", f"{name} is a whole number.")
        elif not isinstance(value, str) or len(value) > LONGEST or not _SEEN.fullmatch(value):
            raise Misunderstood("bad-value", f"{name} is a text of {LONGEST} characters at most.")
    if not 1 <= said.get("rows", MOST) <= MOST:
        raise Misunderstood("bad-value", f"rows is 1 to {MOST}.")
    return kind(**said)
