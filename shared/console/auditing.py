"""Who did what, on which thing, when, from where, with what outcome; and whether each entry is as it was sealed.

An admin sees the entries of their client, an owner all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from shared.audit.entry import UNSEALED, Outcome, digest, leaf
from shared.audit.record import ENTRIES
from shared.audit.seal import HEAD, Seal, seal_of, seal_path
from shared.console.desk import Desk
from shared.console.lists import SHOWN, Listed
from shared.console.tongue import kept
from shared.console.web import Reply, Visit
from shared.people import persons
from shared.people.guard import Allowed
from shared.people.routes import WORKSPACE
from shared.stores.ports import Doc, Where

HEADS = (
    "at", "act", "outcome", "who", "name", "of", "workspace", "route", "network", "agent", "request", "details", "seal",
    "state",
)  # fmt: skip
LOOKED_AT = 2000  # entries, of which those that were asked for are shown
IN_A_FILE = 1000
STATES = {
    "sealed": kept("sealed"),
    "waits": kept("waits for its seal"),
    "erased": kept("erased, as another entry tells"),
    "differs": kept("not as it was sealed"),
}
OUTCOMES = {
    Outcome.DONE: kept("done"),
    Outcome.BEGUN: kept("begun"),
    Outcome.REFUSED: kept("refused"),
    Outcome.FAILED: kept("failed"),
}
ASKED = ("act", "who", "outcome")


@dataclass(frozen=True, slots=True)
class Found:
    entries: list[Doc]
    onward: str  # the entry after which the list goes on; empty: it has ended
    looked_at: int


def audit(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    workspace = allowed.things.get(WORKSPACE)
    found = _found(desk, allowed, visit, SHOWN)
    asked = {name: visit.query[name] for name in ASKED if visit.query.get(name)}
    return Reply(
        "audit.html" if workspace else "audit_all.html",
        {
            "person": allowed.person,
            "workspace": workspace,
            "here": f"/workspaces/{workspace.id}/audit" if workspace else "/audit",
            "entries": list(_told(desk, found.entries)),
            "asked": asked,
            "query": urlencode(asked),
            "onward": urlencode({**asked, "after": found.onward}) if found.onward else "",
            "looked_at": found.looked_at,
            "is_first": not visit.query.get("after"),
            "outcomes": OUTCOMES,
            "states": STATES,
            "head": desk.people.get(HEAD),
        },
    )


def audit_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _listed(desk, allowed, visit).as_json()


def audit_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _listed(desk, allowed, visit).as_csv()


def _listed(desk: Desk, allowed: Allowed, visit: Visit) -> Listed:
    """The newest, as many as a file has; `after` the last of them goes on."""
    found = _found(desk, allowed, visit, IN_A_FILE)
    return Listed("audit", HEADS, list(_told(desk, found.entries)), onward=found.onward)


def _found(desk: Desk, allowed: Allowed, visit: Visit, most: int) -> Found:
    """Looks from the newest on, or from where the page before ended, and no further than it may."""
    workspace, after = allowed.things.get(WORKSPACE), visit.query.get("after", "")
    ours: tuple[Where, ...] = (("workspace", "==", workspace.id),) if workspace else ()
    entries: list[Doc] = []
    looked_at, last = 0, ""
    for doc in _newest(desk, ours, _moment(after), after):
        if looked_at == LOOKED_AT or len(entries) == most:
            return Found(entries, last, looked_at)
        looked_at, last = looked_at + 1, str(doc["id"])
        if _is_asked_for(doc, visit):
            entries.append(doc)
    return Found(entries, "", looked_at)


def _newest(desk: Desk, ours: Sequence[Where], since: datetime | None, after: str) -> Iterator[Doc]:
    """Ids are in the order of time, so of one moment they say what was given already."""
    step = SHOWN * 4
    while True:
        earlier: list[Where] = [("at", "<=", since)] if since else []
        found = desk.people.find(ENTRIES, *ours, *earlier, order="-at", limit=step)
        left = sorted((doc for doc in found if not after or doc["id"] < after), key=lambda doc: str(doc["id"]))
        yield from reversed(left)
        if len(found) < step:
            return
        if left:
            since, after = left[0]["at"], str(left[0]["id"])
        else:
            step *= 2  # so many are of this very moment


def _moment(after: str) -> datetime | None:
    """When an entry of this id was; what is no id is left aside."""
    try:
        return datetime.strptime(f"{after.partition('-')[0]}+0000", "%Y%m%dT%H%M%S%f%z") if after else None
    except ValueError:
        return None


def _is_asked_for(doc: Doc, visit: Visit) -> bool:
    act, who, outcome = (visit.query.get(name, "").strip() for name in ASKED)
    return (
        (not act or doc["act"] == act or str(doc["act"]).startswith(f"{act}."))
        and (not who or who in (doc["who"], str(doc["who"]).partition(":")[2]))
        and (not outcome or doc["outcome"] == outcome)
    )


def _told(desk: Desk, entries: Sequence[Doc]) -> Iterator[dict[str, object]]:
    numbers = sorted({doc["seal"] for doc in entries} - {UNSEALED})
    docs = desk.people.get_many([seal_path(number) for number in numbers])
    seals = {number: seal_of(doc) if doc else None for number, doc in zip(numbers, docs, strict=True)}
    hashes = {number: str(doc["hash"]) if doc else "" for number, doc in zip(numbers, docs, strict=True)}
    known: dict[str, str] = {}
    for doc in entries:
        seal = seals.get(doc["seal"])
        yield {
            **{name: doc[name] or "" for name in HEADS if name in doc and name not in ("details", "seal", "at")},
            "at": doc["at"],
            "details": [f"{name}={value}" for name, value in sorted((doc["details"] or {}).items())],
            "name": _name(desk, str(doc["who"]), known),
            "seal": doc["seal"] or None,
            "state": _state(doc, seal, hashes.get(doc["seal"], "")),
        }


def _name(desk: Desk, who: str, known: dict[str, str]) -> str:
    kind, _, name = who.partition(":")
    if kind == "person" and who not in known:
        person = persons.get(desk.people, name)
        known[who] = person.name if person else ""
    return known.get(who, "")


def _state(doc: Doc, seal: Seal | None, told: str) -> str:
    """Of an entry that was erased, what it told is gone; its leaf holds the digest of that, which stays."""
    holds = bool(doc["erased_by"]) or digest(doc) == doc["digest"]
    if doc["seal"] == UNSEALED:
        return "waits" if holds else "differs"
    if not holds or seal is None or seal.hash != told or (str(doc["id"]), leaf(doc)) not in seal.entries:
        return "differs"
    return "erased" if doc["erased_by"] else "sealed"
