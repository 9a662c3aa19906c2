"""A secret of our own, made by whoever needs it first. Who makes it is settled in a document, so two never do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from shared.clock import Clock
from shared.errors import Later
from shared.retrying import LOOKING, look
from shared.stores.ports import Documents, Transaction, Vault

ELECTION = timedelta(seconds=30)


def made_once(
    documents: Documents, vault: Vault, clock: Clock, name: str, election: str, make: Callable[[], bytes]
) -> bytes:
    """What is in the secret `name`, which is made when it is not there. `election`: path of the deciding document."""

    def read() -> bytes:
        found = vault.read(name)
        return found[1] if found else b""

    known = read()
    if known:
        return known
    if not documents.transact(lambda tx: elected(tx, clock, election)):
        waited = look(clock, LOOKING, lambda: read() or None)
        if waited is None:
            raise Later("being-set-up", "This is being set up just now; try again in a minute.")
        return waited
    known = read()  # whoever was elected before may have finished
    if known:
        return known
    made = make()
    vault.add(name, made)
    return made


def elected(tx: Transaction, clock: Clock, where: str) -> bool:
    """Whether the caller may go on alone for the next half minute."""
    doc, now = tx.get(where), clock.now()
    if doc is not None and doc["expires_at"] > now:
        return False
    tx.set(where, {"expires_at": now + ELECTION})
    return True
