"""Writes what a run came to into the table of runs: a page of rows is staged, and then loaded like every other page.

A run is logged once it has ended, with the time of its end as the time of the reading. So whoever logs it, how often
and how late, stages the same rows; and where a run was taken up again and ended anew, the later end wins. The documents
of runs end after a while; the table and its history stay. `Run.untold_since` is the outbox: set in the transaction that
ends the run, and emptied in the one that stages its page.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared import model
from shared.clock import Clock, iso
from shared.kit import calendar
from shared.messages import RunChanged, TableReady
from shared.model import Connection, Page, Run, Slice, from_doc, stable_id, to_doc
from shared.platforms import PLATFORMS
from shared.rows.shaping import digest, lines
from shared.states import PageState, SliceKind, SliceState
from shared.stores.ports import Bus, Doc, Documents, Objects, Transaction
from shared.sync.marked_as_gone import write_down
from shared.sync.reconciliation import proof_of
from shared.sync.runs import LOOK, sooner
from shared.sync.slices_of_run import runs_of_days
from shared.sync.status import MOVES, RunStatus, StreamStatus, Trouble, run_status
from shared.vocabulary.stream import Row
from shared.warehouse.runs import TABLE

Said = Mapping[tuple[str, str], str]  # run and stream → digest of what the table says of them


@dataclass(frozen=True)
class RunLogger:
    documents: Documents
    objects: Objects
    bus: Bus
    clock: Clock

    def handle(self, message: RunChanged) -> None:
        """What comes twice, late, or before the run has ended changes nothing."""
        doc = self.documents.get(model.path(message.workspace, "runs", message.run))
        if doc is not None and self.log_run(from_doc(Run, doc)):
            self.bus.publish(TableReady(message.workspace, TABLE.name))

    def log_run(self, run: Run, at: datetime | None = None, said: Said | None = None) -> int:
        """Stage the rows of a run that has ended, unless its client leaves; how many of them wait for the loader now.

        Logging again under the same `at` stages nothing new. `at` is the end of the run, unless its rows are to be
        written anew. Rows that the table has already (`said`) are left out.
        """
        ended = run.finished_at
        if ended is None or run.platform not in PLATFORMS:  # one of a later release, which is asked, too
            return 0
        at = at or ended
        run_path, name = model.path(run.workspace, "runs", run.id), stable_id(run.id, "told", iso(at))
        page_path = model.path(run.workspace, "pages", name)
        client = [model.path(run.workspace, "connections", run.connection), model.closing_path(run.workspace)]
        connection, closing, known = self.documents.get_many([*client, page_path])
        page: Page | None = None
        if known is None and connection is not None and not _leaves(connection, closing):
            page = self._staged(name, run, from_doc(Connection, connection), ended, at, said or {})

        def keep(tx: Transaction) -> int:
            """Only as long as the run stands as it was read: one that was taken up again is told when it ends again."""
            now, known, *client_now = tx.get_many([run_path, page_path, *client])
            if now is None or now.get("finished_at") != ended:
                return 0
            if now.get("untold_since") is not None:
                tx.update(run_path, {"untold_since": None})
            if known is not None:
                return int(known["rows"]) if known["state"] == PageState.WAITING else 0
            if page is None or _leaves(*client_now):
                return 0
            tx.set(page_path, to_doc(page))
            tx.update(client[0], {"look_at": sooner(client_now[0] or {}, self.clock.now() + LOOK)})
            return page.rows

        return self.documents.transact(keep)

    def _staged(
        self, name: str, run: Run, connection: Connection, ended: datetime, at: datetime, said: Said
    ) -> Page | None:
        """None: there is nothing to tell."""
        slices = self.documents.find(f"{model.workspace_path(run.workspace)}/slices", ("run", "==", run.id))
        write_down(self.objects, run, (from_doc(Slice, doc) for doc in slices))  # before the run counts as told
        rows = rows_of(connection, run, slices, ended)
        says = [digest(row) for row in rows]
        if [said.get((row["run_id"], row["stream"])) for row in rows] == says:
            return None
        # The digest keeps apart what two of us made of a run that moved in between; the page says which one counts.
        folder = f"{run.workspace}/raw/tributary/{ended:%Y-%m-%d}/{run.id}/runs/{connection.id}"
        staged = f"{folder}/{at:%Y%m%dT%H%M%S%f}-{stable_id(*says)}.ndjson.gz"
        mine = {"workspace_id": run.workspace, "connection_id": connection.id}
        data = gzip.compress(b"".join(lines(rows, {**mine, "_synced_at": iso(ended), "_page": staged})), 1, mtime=0)
        described = {
            "connection": connection.id,
            "table": TABLE.name,
            "run": run.id,
            "slice": name,
            "rows": str(len(rows)),
            "read_at": iso(ended),
            "request": "documents of the run",
        }
        self.objects.write(staged, data, described)
        return Page(
            id=name,
            workspace=run.workspace,
            connection=connection.id,
            run=run.id,
            slice=name,  # no slice has this name: nobody waits for the page, and if it is refused it is so alone
            table=TABLE.name,
            object=staged,
            rows=len(rows),
            bytes=len(data),
            read_at=ended,
            touched_at=self.clock.now(),
            expires_at=run.expires_at,
        )


def rows_of(connection: Connection, run: Run, slice_docs: Iterable[Doc], now: datetime) -> list[Row]:
    """One for each stream of the run."""
    docs = list(slice_docs)
    status, slices = run_status(to_doc(run), docs, now), [from_doc(Slice, doc) for doc in docs]
    return [_row(connection, status, stream, slices) for stream in status.streams]


def stretches(slices: Iterable[Slice]) -> list[Row]:
    """Days that were read to their end, oldest first: those that touch each other, and of which the platform's own
    figures say the same, as one. A window that failed leaves a gap."""
    read = [
        slice_
        for slice_ in slices
        if slice_.state == SliceState.LOADED and slice_.kind == SliceKind.EXTRACT and slice_.since
    ]
    proved: dict[str, list[Slice]] = {}
    for slice_ in read:
        proved.setdefault(proof_of([slice_]).verdict, []).append(slice_)
    found = [
        {"first": first.isoformat(), "last": last.isoformat(), "proof": verdict}
        for verdict, same in proved.items()
        for first, last in runs_of_days(
            (slice_.since, slice_.until) for slice_ in same if slice_.since and slice_.until
        )
    ]
    return sorted(found, key=lambda each: (each["first"], each["last"]))


def _covers(days: list[Row], zone: str, began: datetime) -> tuple[datetime, datetime]:
    """The moments of the newest days without a gap between them. Of a day that was under way, what was over of it."""
    first, last = max(
        runs_of_days(calendar.as_moments((date.fromisoformat(e["first"]), date.fromisoformat(e["last"]))) for e in days)
    )
    return calendar.end_of(zone, first - timedelta(days=1)), min(calendar.end_of(zone, last), began)


def _row(connection: Connection, status: RunStatus, stream: StreamStatus, slices: list[Slice]) -> Row:
    own = [slice_ for slice_ in slices if slice_.stream == stream.stream and slice_.kind != SliceKind.SWEEP]
    days = stretches(own)
    known = days and status.started_at and calendar.is_zone(connection.zone)
    covers = _covers(days, connection.zone, status.started_at) if known and status.started_at else None
    trouble = next((each for each in status.troubles if each.stream == stream.stream), Trouble("", "", "", ""))
    given = bool(stream.proof.theirs or stream.proof.ours)
    row = {
        "run_id": status.id,
        "stream": stream.stream,
        "platform": connection.platform,
        "account_id": connection.account,
        "source_table": PLATFORMS[connection.platform].table(stream.stream),
        "day": status.started_at.date().isoformat() if status.started_at else None,
        "reason": status.reason,
        "state": stream.state,
        "started_at": iso(status.started_at) if status.started_at else None,
        "finished_at": iso(status.finished_at) if status.finished_at else None,
        "rows_read": stream.rows,
        "pages": stream.pages,
        "calls": stream.calls,
        "proof": str(stream.proof),
        "records_told": stream.proof.theirs if given else None,
        "records_read": stream.proof.ours if given else None,
        "days": days or None,
        "account_zone": connection.zone if days else None,
        "covers_from": iso(covers[0]) if covers else None,
        "covers_until": iso(covers[1]) if covers else None,
        "problem": trouble.sentence or None,
        "whose_move": MOVES.get(trouble.move, trouble.move) or None,
    }
    return {name: value for name, value in row.items() if value is not None}


def _leaves(connection: Doc | None, closing: Doc | None) -> bool:
    """The client, or this account of it, is being erased or is gone."""
    return connection is None or connection.get("closing_at") is not None or closing is not None
