"""Who read a feed: when, with which key, from which network and program, with what outcome.

Each is a line of the log at once, and data: kept by the instance and written twenty at a time, or when a minute is
over, or when the instance ends. So a feed that is read often costs a document for twenty reads.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from shared import log
from shared.audit.entry import text
from shared.clock import Clock
from shared.keys.admission import LONGEST_AGENT
from shared.stores.ports import Doc, Documents

AT_ONCE = 20
LONGEST = timedelta(minutes=1)  # that one waits for others
KEPT = timedelta(days=90)
SHOWN = 500  # batches that a list reads at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    at: datetime
    feed: str
    key: str
    network: str  # not the address, which would tell of a home
    agent: str
    status: int
    bytes: int
    seconds: float


@dataclass
class Accesses:
    """Those that one instance has seen and not written yet."""

    documents: Documents  # the database of feeds
    clock: Clock
    _waiting: dict[str, list[Access]] = field(default_factory=dict)  # by workspace, so that none reads another's
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, workspace: str, access: Access) -> None:
        shown = {name: value for name, value in asdict(access).items() if name not in ("at", "agent")}
        log.info("feed read", workspace=workspace, **shown)
        with self._lock:
            self._waiting.setdefault(workspace, []).append(access)
        self.flush(due=True)

    def flush(self, due: bool = False) -> None:
        """Write what waits; `due`: only what has waited long enough. That this fails is no reason to turn somebody
        away, and its line is in the log."""
        now = self.clock.now()
        with self._lock:
            ready = [
                workspace
                for workspace, found in self._waiting.items()
                if not due or len(found) >= AT_ONCE or now - found[0].at >= LONGEST
            ]
            taken = {workspace: self._waiting.pop(workspace) for workspace in ready}
        for workspace, found in taken.items():
            try:
                self._write(workspace, found)
            except Exception as error:
                log.failure("accesses of feeds were not written", error, workspace=workspace, count=len(found))

    def _write(self, workspace: str, found: list[Access]) -> None:
        first = found[0].at.astimezone(UTC)
        name = f"{first:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        entries = [{**asdict(each), "agent": text(each.agent)[:LONGEST_AGENT]} for each in found]
        doc: Doc = {"id": name, "since": first, "entries": entries, "expires_at": found[-1].at + KEPT}
        self.documents.set(f"{batches_of(workspace)}/{name}", doc)


def batches_of(workspace: str) -> str:
    return f"accesses/{workspace}/batches"


def forget(documents: Documents, workspace: str) -> None:
    """Of a client who leaves."""
    for doc in documents.find(batches_of(workspace)):
        documents.delete(f"{batches_of(workspace)}/{doc['id']}")


def read(documents: Documents, workspace: str, feed: str = "", since: datetime | None = None) -> Iterable[Access]:
    """The newest first."""
    where = [("since", ">=", since - LONGEST)] if since else []
    for doc in documents.find(batches_of(workspace), *where, order="-since", limit=SHOWN):
        for entry in reversed(doc["entries"]):
            if feed in ("", entry["feed"]) and (since is None or entry["at"] >= since):
                yield Access(**entry)
