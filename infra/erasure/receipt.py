"""What was destroyed and what remains, for whoever must prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from infra.admin import output
from shared.stores.ports import Doc, Documents

REMAINS = (
    "Firestore: point-in-time recovery for seven days; scheduled backups until they end; hourly exports for a week, "
    "and a week more in the soft delete of their bucket.",
    "Cloud Storage: deleted objects for as long as the bucket's soft delete says (seven days unless set otherwise).",
    "BigQuery: deleted datasets can be restored for seven days (time travel), by Google for seven more.",
    "Secret Manager: nothing; a destroyed version cannot be restored.",
    "Cloud Logging: lines with ids of connections and runs, without credentials or rows, until the retention ends.",
    "Audit logs: who did what, for up to 400 days.",
    "At the platforms: the app's entry in the client's settings, where the access could not be given back.",
)


@dataclass
class Receipt:
    """Kept as a document beside the work, so that an interrupted erasure goes on counting where it was."""

    id: str
    of: str
    begun_at: datetime
    finished_at: datetime | None = None
    destroyed: Counter[str] = field(default_factory=Counter)
    grants: dict[str, str] = field(default_factory=dict)  # connection → what became of its access

    @property
    def path(self) -> str:
        return f"receipts/{self.id}"

    def keep(self, documents: Documents) -> None:
        documents.set(self.path, self.doc())

    def doc(self) -> Doc:
        return {
            "id": self.id,
            "of": self.of,
            "begun_at": self.begun_at,
            "finished_at": self.finished_at,
            "destroyed": dict(self.destroyed),
            "grants": dict(self.grants),
        }


def opened(documents: Documents, name: str, of: str, now: datetime) -> Receipt:
    """The receipt of an erasure that was begun before, or a new one."""
    doc = documents.get(f"receipts/{name}")
    return of_doc(doc) if doc else Receipt(name, of, now)


def of_doc(doc: Mapping[str, object]) -> Receipt:
    known = dict(doc)
    destroyed, grants = known.pop("destroyed"), known.pop("grants")
    return Receipt(destroyed=Counter(destroyed), grants=dict(grants), **known)  # type: ignore[call-overload, arg-type]


def told(receipt: Receipt, wait_until: datetime | None) -> str:
    lines = [f"Receipt {receipt.id}: {receipt.of}", f"begun {output.moment(receipt.begun_at)}", "", "Destroyed"]
    lines.append(output.table(("what", "how many"), sorted(receipt.destroyed.items()), "  nothing"))
    if receipt.grants:
        lines += ["", "Access at the platforms", output.table(("connection", "access"), sorted(receipt.grants.items()))]
    lines += ["", "What remains, and for how long", *(f"- {line}" for line in REMAINS), ""]
    if wait_until is not None:
        lines.append(
            f"Not finished: a function may have been at work. Run the same command again after "
            f"{output.moment(wait_until)}; it looks whether anything was written meanwhile."
        )
    else:
        lines.append(f"Finished {output.moment(receipt.finished_at)}.")
    return "\n".join(lines)


def as_json(receipt: Receipt, wait_until: datetime | None) -> str:
    return output.json({**receipt.doc(), "remains": list(REMAINS), "run_again_after": wait_until})
