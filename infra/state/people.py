"""The database of people as a file of the export, and back: whoever could come in by what may be out of date, cannot.

A restore ends every session, token and open invitation. A key that was made after the export is voided where it is
still there, because nobody knows any more what it was for.

It gives nobody more than they have. What is there is younger than any export, and stays as it is: a key that was
revoked or replaced, a role that was made less, somebody who is no owner any more. And what the audit says was taken
since is not put back. Only where the whole database was lost, nothing is known of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.audit.entry import Origin, Outcome
from shared.audit.record import ENTRIES, record
from shared.audit.seal import HEAD
from shared.clock import Clock, iso
from shared.people.agents import client_path
from shared.people.persons import person_path
from shared.people.roles import member_path
from shared.stores.ports import Doc, Documents, Transaction

FILE = "people"  # of the export
AT_ONCE = 300  # documents written in one commit
# What a restore brings back. Members stand within a workspace.
KEPT = ("persons", "ways", "marks", "clients", "invitations", "keys", "feeds", "alarm_choices", "webhooks")
RESTORED = "state.restored"
TAKEN: Mapping[str, Callable[[Doc], str]] = {  # act of which a document is gone → its path
    "role.taken": lambda entry: member_path(entry["workspace"], entry["of"]),
    "agent.put-out": lambda entry: client_path(entry["of"]),
    "person.erased": lambda entry: person_path(entry["of"]),
}
AUDIT = ("audit_entries", "audit_seals", "audit_heads")
# What it ends: with these somebody comes in without being asked anything; and what was answered is not so any more.
ENDED = ("sessions", "families", "codes", "attempts", "mail_links", "repeats", "withdrawals")


@dataclass(frozen=True, slots=True)
class Ended:
    """What of the database of people opens nothing any more."""

    sessions: int
    keys: int
    invitations: int


def everything(people: Documents, workspaces: Sequence[str]) -> Iterator[tuple[str, Doc]]:
    for collection in (*KEPT, *AUDIT):
        yield from people.each(collection)
    for workspace in workspaces:
        yield from people.each(members_of(workspace))


def members_of(workspace: str) -> str:
    return f"roles/{workspace}/members"


def known(path: str) -> bool:
    """Whether this is the path of a document that an export of ours has."""
    parts = path.split("/")
    if not all(parts) or any(part in (".", "..") for part in parts):
        return False
    if len(parts) == 4:
        return path.startswith(f"{members_of(parts[1])}/")
    return len(parts) == 2 and parts[0] in (*KEPT, *AUDIT)


def restore(
    people: Documents, clock: Clock, docs: Sequence[tuple[str, Doc]], exported_at: datetime, now: datetime, by: Origin
) -> Ended:
    """Write the documents, and end what must not be trusted. Done twice it changes nothing more. `now`: when it was
    begun, which may be a while ago."""
    told = {"exported_at": iso(exported_at)}
    record(people, by.entry(clock.now(), RESTORED, "people", outcome=Outcome.BEGUN, **told))
    audit_there = people.get(HEAD) is not None  # a chain that goes on is not put back
    taken = _taken(people, exported_at) if audit_there else frozenset[str]()
    wanted = [
        (path, doc) for path, doc in docs if path not in taken and not (audit_there and _collection(path) in AUDIT)
    ]
    written = {path for path, _ in wanted}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]

        def write(tx: Transaction, part: Sequence[tuple[str, Doc]] = part) -> None:
            there = tx.get_many([path for path, _ in part])
            for (path, doc), before in zip(part, there, strict=True):
                tx.set(path, _settled(path, doc, before, now))

        people.transact(write)
    ended = end(people, exported_at, now, written)
    told |= {"sessions": str(ended.sessions), "keys": str(ended.keys), "invitations": str(ended.invitations)}
    record(people, by.entry(clock.now(), RESTORED, "people", outcome=Outcome.DONE, **told))
    return ended


def _collection(path: str) -> str:
    return path.partition("/")[0]


def _taken(people: Documents, exported_at: datetime) -> frozenset[str]:
    """Paths of what somebody took away since, as the audit says, and nobody gave again."""
    found = []
    for act, path in TAKEN.items():
        entries = people.find(ENTRIES, ("act", "==", act))
        found += [path(entry) for entry in entries if entry["at"] > exported_at and entry["of"]]
    return frozenset(path for path, doc in zip(found, people.get_many(found), strict=True) if doc is None)


def _settled(path: str, doc: Doc, before: Doc | None, now: datetime) -> Doc:
    known = before or doc
    if _collection(path) == "invitations" and not known.get("used_at"):
        return {**known, "revoked_at": known.get("revoked_at") or now}  # it may have been accepted or withdrawn since
    return known


def end(people: Documents, exported_at: datetime, now: datetime, restored: set[str]) -> Ended:
    """Sessions and the like, and keys and invitations that are younger than the export."""
    sessions = 0
    for collection in ENDED:
        for path, _ in list(people.each(collection)):
            people.delete(path)
            sessions += collection == "sessions"
    voided = {"keys": 0, "invitations": 0}
    for collection in voided:
        for path, doc in list(people.each(collection, ("created_at", ">", exported_at))):
            if path not in restored and doc.get("revoked_at") is None:
                people.set(path, {**doc, "revoked_at": now})
                voided[collection] += 1
    return Ended(sessions, voided["keys"], voided["invitations"])
