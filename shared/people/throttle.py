"""How often something may be asked for in a while, counted in documents that end by themselves."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from shared.clock import Clock
from shared.stores.ports import Documents, Transaction

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINKS_PER_ADDRESS, LINKS_PER_NETWORK = 5, 30  # in an hour
INVITATIONS_PER_WORKSPACE, INVITATIONS_PER_ADDRESS = 50, 3  # in a day; each is a letter to somebody who asked for none
ATTEMPTS_PER_NETWORK = 120  # to sign in, by whatever way, in an hour


def allowed(documents: Documents, clock: Clock, what: str, most: int, within: timedelta = HOUR) -> bool:
    """Count one more; False when there were `most` already."""
    path = f"asked/{hashlib.sha256(what.encode()).hexdigest()[:40]}"

    def work(tx: Transaction) -> bool:
        now, doc = clock.now(), tx.get(path)
        if doc is None or doc["expires_at"] <= now:
            doc = {"count": 0, "expires_at": now + within}
        if doc["count"] >= most:
            return False
        tx.set(path, {**doc, "count": doc["count"] + 1})
        return True

    return documents.transact(work)
