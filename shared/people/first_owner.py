"""The first owner is named at deployment; the setting counts until somebody has come by it, and never again."""

from __future__ import annotations

from datetime import datetime

from shared.stores.ports import Documents, Transaction

WHERE = "marks/first-owner"


def awaits_owner(documents: Documents | Transaction) -> bool:
    return documents.get(WHERE) is None


def came(tx: Transaction, person: str, now: datetime) -> None:
    tx.set(WHERE, {"person": person, "at": now})
