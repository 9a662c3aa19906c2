"""One entry of the audit log: what of it stays for ever, what can be erased, and the digest that binds both.

The part that may tell of a person (who, on what, from where) goes into the chain as a salted digest only. Erasing takes
that part and its salt; the digest stays, so the chain still holds, and nobody can guess what it was made of.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import orjson

from shared.clock import iso
from shared.stores.ports import Doc

LONGEST = 300  # characters of one value; what strangers send may be of any length
MOST_DETAILS = 20
STAYS = ("id", "act", "outcome", "workspace", "route", "request")  # and `at`
ERASABLE = ("who", "of", "network", "agent", "details")
UNSEALED = 0  # `seal` of an entry that no batch holds yet; batches are numbered from 1


class Outcome(StrEnum):
    BEGUN = "begun"  # of an act that leaves our documents: written before it, and its outcome after it
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is told of an act. `act` names it as `thing.done`: key.made, role.given, contacts.read, session.ended."""

    at: datetime
    act: str
    outcome: Outcome
    who: str  # `person:ID`, `key:ID`, `operator:NAME`; empty: nobody who was known
    of: str = ""  # the thing it was done to, by its path or id; never a secret
    workspace: str = ""  # empty: of the whole installation
    route: str = ""  # the route's name in the table of routes, or the command's
    network: str = ""  # the address that it came from
    agent: str = ""  # what the program says that it is; a stranger's word
    request: str = ""  # id of the request, as the answer tells it
    details: Mapping[str, str] = field(default_factory=dict)  # few and short, such as scopes or a number of rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who asks, by which way in and from where: what all entries of one request have in common."""

    who: str
    route: str = ""
    network: str = ""
    agent: str = ""
    request: str = ""

    def entry(
        self, at: datetime, act: str, of: str, workspace: str = "", outcome: Outcome = Outcome.DONE, **details: str
    ) -> Entry:
        return Entry(
            at=at,
            act=act,
            outcome=outcome,
            who=self.who,
            of=of,
            workspace=workspace,
            route=self.route,
            network=self.network,
            agent=self.agent,
            request=self.request,
            details=details,
        )


def doc_of(entry: Entry, name: str = "") -> Doc:
    """A new document of it, not sealed yet. Its id begins with the moment, so that ids are in the order of time.

    `name`: how it ends, where whoever comes again must find the same.
    """
    moment = entry.at.astimezone(UTC)
    doc: Doc = {
        "id": f"{moment:%Y%m%dT%H%M%S%f}-{name or secrets.token_hex(8)}",
        "at": moment,
        "act": text(entry.act),
        "outcome": str(entry.outcome),
        "workspace": text(entry.workspace),
        "route": text(entry.route),
        "request": text(entry.request),
        "who": text(entry.who),
        "of": text(entry.of),
        "network": text(entry.network),
        "agent": text(entry.agent),
        "details": {text(name): text(value) for name, value in list(entry.details.items())[:MOST_DETAILS] if name},
        "salt": secrets.token_hex(16),
        "erased_by": "",
        "seal": UNSEALED,
    }
    return {**doc, "digest": digest(doc)}


def text(value: str) -> str:
    """What can be kept of a text that anybody may have written."""
    return str(value)[:LONGEST].encode("utf-8", "replace").decode()


def digest(doc: Doc) -> str:
    """Of the part that can be erased. The salt makes it useless for guessing once it is gone."""
    told = [str(doc["salt"]), [doc[name] for name in ERASABLE]]
    return hashlib.sha256(_plain(told)).hexdigest()


def leaf(doc: Doc) -> str:
    """Of the whole entry, as the seal of its batch holds it."""
    told = [iso(doc["at"]), [doc[name] for name in STAYS], doc["digest"]]
    return hashlib.sha256(_plain(told)).hexdigest()


def _plain(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
