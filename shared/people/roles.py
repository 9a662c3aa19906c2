"""Who may do what in which workspace. Read at each request, never from a token or a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.model import from_doc, to_doc
from shared.people.levels import LEVELS, NEEDS_GOOGLE, How, Level, Role
from shared.people.persons import Person, get
from shared.stores.ports import Documents, Transaction

OPERATOR = "operator"  # in the place of a person: who has the command line


@dataclass(frozen=True, slots=True)
class Member:
    workspace: str
    person: str
    role: Role
    since: datetime
    by: str  # the person who gave the role, or OPERATOR


def member_path(workspace: str, person: str) -> str:
    return f"roles/{workspace}/members/{person}"


def role_of(documents: Documents | Transaction, workspace: str, person: str) -> Role | None:
    doc = documents.get(member_path(workspace, person))
    return None if doc is None else Role(doc["role"])


def members(documents: Documents, workspace: str) -> list[Member]:
    return [from_doc(Member, doc) for doc in documents.find(f"roles/{workspace}/members")]


def of_person(documents: Documents, person: str) -> Mapping[str, Role]:
    """Workspace → role."""
    found = documents.find_all("members", ("person", "==", person))
    return {doc["workspace"]: Role(doc["role"]) for doc in found}


def give(tx: Transaction, member: Member, by: Origin) -> None:
    tx.set(member_path(member.workspace, member.person), to_doc(member))
    record_in(tx, by.entry(member.since, "role.given", member.person, member.workspace, role=member.role))


def take(tx: Transaction, member: Member, by: Origin, now: datetime) -> None:
    """The role alone; what ends with it: leaving.py."""
    tx.delete(member_path(member.workspace, member.person))
    record_in(tx, by.entry(now, "role.taken", member.person, member.workspace, role=member.role))


def level(person: Person, how: How, role: Role | None) -> Level:
    """What a person may do in a workspace where it has this role. Whoever came by a mail link stays below an admin."""
    most = Level.OWNER if person.owner else (LEVELS[role] if role else Level.PERSON)
    if how is How.GOOGLE or most < NEEDS_GOOGLE:
        return most
    return Level.ANALYST if role else Level.PERSON


def word_of(documents: Documents) -> Callable[[str, str], str | None]:
    """What a person is in a workspace now, as keys ask it: a role, or owner."""

    def now(person: str, workspace: str) -> str | None:
        found = get(documents, person)
        if found is None:
            return None
        return "owner" if found.owner else role_of(documents, workspace, person)

    return now


def must_use_google(documents: Documents, person: Person) -> bool:
    """Owners and admins sign in with Google: a mailbox that somebody else reads must not open so much."""
    return person.owner or any(LEVELS[role] >= NEEDS_GOOGLE for role in of_person(documents, person.id).values())
