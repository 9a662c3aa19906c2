"""What must hold in a life full of misfortune: while it lasts, after each run, and at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.states import OPEN_RUN, OPEN_SLICE, BatchState, PageState, RunState, SliceState
from shared.sync.leases import MOST_ATTEMPTS
from shared.sync.status import MOVES
from tests.flow.clients import Client
from tests.support.machine import Machine
from tests.support.truth import Difference

Row = tuple[Any, ...]
ASIDE = frozenset({"backfill", "replay"})
# Reasons for which a run may end partly in such a life although no slice of it met as many faults as end one.
OF_RUNS = frozenset({"under-way", "sweep-held", "rows-missing", "not-active"})
# Of those that were planned in part when the client took the access back: no slice of them is read. A replay is.
OF_STOPS = frozenset({"grant-ended"})
OF_SLICES = frozenset({"gave-up", "orphan", "waited-too-long"})


@dataclass
class Looks:
    """What was found to be wrong, in numbers and in words."""

    missing: int = 0
    duplicated: int = 0
    wrongly_gone: int = 0
    left_open: int = 0
    trouble: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)  # runs that were looked at, and when they ended

    def say(self, words: str) -> None:
        self.trouble.append(words[:600])

    # -- runs ------------------------------------------------------------------------------------

    def at_runs(self, client: Client, believed: bool) -> None:
        """Those that have ended since the last look. `believed`: what they say can be held against the truth."""
        for run in client.world.runs():
            if run["finished_at"] is None or self.seen.get(run["id"]) == run["finished_at"]:
                continue
            self.seen[run["id"]] = run["finished_at"]
            if run["state"] != RunState.COMPLETED:
                self.at_reasons(client, run, believed)
            elif believed and run["reason"] not in ASIDE:
                self.at_rows(client, f"{run['reason']} {run['request']} said completed", run)

    def at_reasons(self, client: Client, run: dict[str, Any], believed: bool) -> None:
        """A run that is not whole says why, and only for reasons that there were. A list that changes between two
        questions may seem to break its platform's rules; the next run reads it."""
        name, told = f"{run['reason']} {run['request']} ended {run['state']}", run["problems"]
        if not told or any(not each.get("sentence") or each.get("move") not in MOVES for each in told):
            self.say(f"{name} without a word why: {told}")
        parts = client.documents.find(f"workspaces/{client.world.workspace}/slices", ("run", "==", run["id"]))
        failed = [part for part in parts if part["state"] == SliceState.FAILED]
        moved = set() if believed else {"paging-missing"}
        odd = [part["problem"] for part in failed if not excused(part) and part["problem"]["code"] not in moved]
        codes = {(part["problem"] or {}).get("code") for part in failed} | OF_RUNS
        codes |= OF_STOPS if not failed and run["reason"] not in ASIDE else set()
        odd += [each for each in told if each.get("code") not in codes]
        if odd:
            self.say(f"{name}: {odd[:2]}")

    # -- rows ------------------------------------------------------------------------------------

    def at_rows(self, client: Client, when: str, run: dict[str, Any]) -> None:
        """Whether the tables are as the platform is, in what this run has read."""
        self.at_difference(client.world.differences(run["streams"] or client.world.streams, run["started_at"]), when)

    def at_difference(self, found: Difference, when: str) -> None:
        self.missing += len(found.missing) - len(found.wrongly_gone)
        self.wrongly_gone += len(found.wrongly_gone)
        self.duplicated += len(found.duplicated)
        if found:
            self.say(f"{when}: {found}")

    def at_marks(self, client: Client, when: str, before: set[Row]) -> None:
        """Nothing that lives was marked as gone since then."""
        fresh = marked(client) - before
        wrong = sorted(fresh & alive(client), key=str) if fresh else []
        self.wrongly_gone += len(wrong)
        if wrong:
            self.say(f"{when}: marked as gone, and lives: {wrong[:4]} ({len(wrong)})")

    def at_what_was_told(self, client: Client, when: str) -> None:
        wrong = client.world.wrongly_told()
        if wrong:
            self.say(f"{when}: wrongly told of {', '.join(wrong)}")

    # -- who left --------------------------------------------------------------------------------------

    def at_what_is_shown(self, found: Sequence[str]) -> None:
        for words in found:
            self.say(words)

    def at_traces(self, found: Sequence[str]) -> None:
        if found:
            self.say(f"left of who has left: {', '.join(found[:6])} ({len(found)})")

    # -- what is open ------------------------------------------------------------------------------

    def at_end(self, clients: Sequence[Client], found: Sequence[Difference], left: Sequence[str]) -> None:
        for client, difference in zip(clients, found, strict=True):
            self.at_difference(difference, "in the end")
            self.at_what_was_told(client, "in the end")
        self.left_open += len(left)
        if left:
            self.say(f"open after a day: {', '.join(left[:6])} ({len(left)})")


def excused(part: dict[str, Any]) -> bool:
    """Whether this slice met what ends one: faults in a row, a dead letter, an access that was taken away."""
    problem = part["problem"] or {}
    faults = part["attempts"] >= MOST_ATTEMPTS - 1
    return faults or problem.get("code") in OF_SLICES or problem.get("move") == "client"


def marked(client: Client) -> set[Row]:
    """Rows that carry the mark."""
    connector, rows = client.world.connector, client.world.rows()
    return {
        (stream.name, *(str(row[name]) for name in stream.key))
        for stream in connector.streams
        for row in rows.get(connector.table(stream.name), [])
        if row.get("_deleted_at") is not None
    }


def alive(client: Client) -> set[Row]:
    """Rows that the platform has."""
    connector, truth = client.world.connector, client.world.truth()
    return {
        (stream.name, *(str(record.get(name)) for name in stream.key))
        for stream in connector.streams
        for record in truth[connector.table(stream.name)].present
    }


def left(machine: Machine) -> list[str]:
    """Whatever has not come to its end."""
    find, batches = machine.documents.find_all, ("state", "==", BatchState.RUNNING)
    return [
        *_named("run", find("runs", ("state", "in", list(OPEN_RUN)))),
        *_named("slice", find("slices", ("state", "in", list(OPEN_SLICE)))),
        *_named("page", find("pages", ("state", "==", PageState.WAITING))),
        *_named("batch", find("batches", batches)),
        *_named("table", (doc for doc in find("tables") if doc["batch"])),
        *_named("debt", find("debts")),
        *_named("look", (doc for doc in find("connections") if doc.get("look_at") is not None)),
        *_named("told", (doc for doc in find("runs") if doc.get("untold_since") is not None)),
    ]


def _named(kind: str, docs: Iterable[dict[str, Any]]) -> list[str]:
    return [f"{kind} {doc.get('stream') or doc['id']} {doc.get('state', '')}".strip() for doc in docs]
