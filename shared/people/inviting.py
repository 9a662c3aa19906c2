"""Writes an invitation down together with its letter: either both are there or neither."""

from __future__ import annotations

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.clock import Clock
from shared.letters.letter import Kind, want
from shared.model import to_doc
from shared.people.invitations import Invitation, invitation_path
from shared.stores.ports import Documents, Transaction


def invite(
    documents: Documents, clock: Clock, by: Origin, address: str, token: str, invitation: Invitation
) -> tuple[str, str]:
    """The letter's id, and the link. `address`: of the console."""
    link = f"{address}/invitation#{token}"
    letter = want(Kind.INVITATION, invitation.mail, {"link": link}, clock.now(), invitation.ends_at)

    def work(tx: Transaction) -> None:
        tx.set(invitation_path(invitation.id), to_doc(invitation))
        tx.set(letter.path, to_doc(letter))
        role = invitation.role or "owner"
        record_in(tx, by.entry(clock.now(), "invitation.made", invitation.short, invitation.workspace, role=role))

    documents.transact(work)
    return letter.id, link
