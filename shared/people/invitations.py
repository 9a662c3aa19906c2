"""Invitations: for one address, into one workspace with a role (or as an owner), good once and for a week.

Whoever holds the link still has to prove the address. Kept is the fingerprint of the link's id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.clock import Clock
from shared.model import from_doc, to_doc
from shared.oauth.links import fingerprint, is_token, random_token
from shared.people import persons
from shared.people.levels import LEVELS, NEEDS_GOOGLE, Level, Role
from shared.people.persons import Person
from shared.people.roles import OPERATOR, Member, give, role_of
from shared.stores.ports import Documents, Transaction

LIFETIME = timedelta(days=7)
KEPT = timedelta(days=90)  # after it was made; then it disappears by itself


@dataclass(frozen=True, slots=True)
class Invitation:
    id: str  # the fingerprint, never the id that opens it
    mail: str
    workspace: str  # empty: as an owner
    role: str  # a `Role`; empty: as an owner
    by: str  # the person who invites, or OPERATOR
    created_at: datetime
    ends_at: datetime
    expires_at: datetime  # when the document goes
    used_at: datetime | None = None
    used_by: str = ""
    revoked_at: datetime | None = None

    @property
    def level(self) -> Level:
        return LEVELS[Role(self.role)] if self.workspace else Level.OWNER

    @property
    def needs_google(self) -> bool:
        return self.level >= NEEDS_GOOGLE

    @property
    def short(self) -> str:
        """Enough to tell invitations apart; opens nothing."""
        return self.id[:16]

    def standing(self, now: datetime) -> str:
        if self.used_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "withdrawn"
        return "open" if now < self.ends_at else "ended"


def invitation_path(invitation: str) -> str:
    return f"invitations/{invitation}"


def new(clock: Clock, mail: str, workspace: str, role: Role | None, by: str) -> tuple[str, Invitation]:
    """An invitation that is not written down yet, and the id that opens it: the one time it can be seen."""
    token, now = random_token(), clock.now()
    made = Invitation(
        fingerprint(token), mail, workspace, role or "", by, now, ends_at=now + LIFETIME, expires_at=now + KEPT
    )
    return token, made


def get(documents: Documents | Transaction, invitation: str) -> Invitation | None:
    doc = documents.get(invitation_path(invitation)) if invitation else None
    return None if doc is None else from_doc(Invitation, doc)


def opened_by(documents: Documents, token: str, now: datetime) -> Invitation | None:
    """The open invitation of this id."""
    return open_one(documents, fingerprint(token), now) if is_token(token) else None


def open_one(documents: Documents | Transaction, invitation: str, now: datetime) -> Invitation | None:
    """One that can be accepted. It is worth no more than what its writer may now: who was removed lets nobody in."""
    found = get(documents, invitation)
    return found if found is not None and found.standing(now) == "open" and _backed(documents, found) else None


def _backed(documents: Documents | Transaction, invitation: Invitation) -> bool:
    if invitation.by == OPERATOR:
        return True
    person = persons.get(documents, invitation.by)
    if person is None or person.owner:
        return person is not None
    role = role_of(documents, invitation.workspace, person.id) if invitation.workspace else None
    return role is not None and LEVELS[role] >= Level.ADMIN


def of_workspace(documents: Documents, workspace: str) -> list[Invitation]:
    """The newest first; without a workspace those of owners."""
    found = [from_doc(Invitation, doc) for doc in documents.find("invitations", ("workspace", "==", workspace))]
    return sorted(found, key=lambda each: each.created_at, reverse=True)


def accept(tx: Transaction, invitation: Invitation, person: Person, by: Origin, now: datetime) -> None:
    """The person has the role from now on. An owner's invitation is accepted where the person is written."""
    tx.set(invitation_path(invitation.id), to_doc(replace(invitation, used_at=now, used_by=person.id)))
    record_in(tx, by.entry(now, "invitation.accepted", invitation.short, invitation.workspace))
    if invitation.workspace:
        give(tx, Member(invitation.workspace, person.id, Role(invitation.role), now, invitation.by), by)


def withdraw(documents: Documents, now: datetime, by: Origin, invitation: str) -> None:
    """It opens nothing any more; one that was accepted stays so."""

    def work(tx: Transaction) -> None:
        found = get(tx, invitation)
        if found is not None and found.used_at is None and found.revoked_at is None:
            withdraw_in(tx, found, by, now)

    documents.transact(work)


def withdraw_in(tx: Transaction, invitation: Invitation, by: Origin, now: datetime) -> None:
    """One that is neither accepted nor withdrawn, with whatever else ends."""
    tx.set(invitation_path(invitation.id), to_doc(replace(invitation, revoked_at=now)))
    record_in(tx, by.entry(now, "invitation.withdrawn", invitation.short, invitation.workspace))
