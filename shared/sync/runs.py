"""A run from its plan to its end. Whether a run has ended is asked of its slices, so no counter can go wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from shared import log, model
from shared.clock import Clock
from shared.connectors import platform as platform_named
from shared.connectors.calendar import Window
from shared.connectors.planning import KEPT, first_slices, had, runs_of_days, sweep_slice, sweepable
from shared.connectors.spec import Platform, Stream
from shared.messages import Message, RunChanged, SliceReady, TableReady
from shared.model import Connection, Cursor, Page, Run, Slice, from_doc, short, to_doc
from shared.stores.ports import Bus, Doc, Documents, Transaction
from shared.sync.gathering import READING
from shared.sync.reports import platform_of

PARTLY = "partly"  # some of it failed; what did not is complete


@dataclass(frozen=True)
class Runs:
    documents: Documents
    bus: Bus
    clock: Clock

    def begin(self, connection: Connection, reason: str, request: str, **window: object) -> Run:
        """Plan a run and nudge its first slices. The same request twice is the same run."""
        run = Run(
            id=short(connection.id, reason, request),
            workspace=connection.workspace,
            connection=connection.id,
            platform=connection.platform,
            reason=reason,
            started_at=self.clock.now(),
            expires_at=self.clock.now() + KEPT,
            moves_cursors=reason not in {"backfill", "replay"},
            **window,  # type: ignore[arg-type]
        )
        known = self.documents.get(model.path(run.workspace, "runs", run.id))
        if known is not None:
            return from_doc(Run, known)
        platform = platform_of(self.documents, connection.workspace, connection.platform, connection.id)
        parts = first_slices(platform, connection, run, self.cursors(connection))
        self.open(run, parts)
        self.bus.publish(
            *(SliceReady(run.workspace, part.id) for part in parts[: platform.limits.at_once]), changed(run)
        )
        return run

    def open(self, run: Run, parts: list[Slice], pages: list[Page] | None = None) -> None:
        """Slices first, the run last: a run that is there has its slices, so it can never seem to have ended."""
        self.documents.create_missing({model.path(run.workspace, "pages", p.id): to_doc(p) for p in pages or []})
        self.documents.create_missing({model.path(run.workspace, "slices", part.id): to_doc(part) for part in parts})
        self.documents.create_missing({model.path(run.workspace, "runs", run.id): to_doc(run)})
        log.info("run begun", run=run.id, connection=run.connection, reason=run.reason, slices=len(parts))

    def cursors(self, connection: Connection) -> dict[str, Cursor]:
        found = self.documents.find(
            f"{model.workspace_path(connection.workspace)}/cursors", ("connection", "==", connection.id)
        )
        return {doc["id"]: from_doc(Cursor, doc) for doc in found}

    def advance(self, workspace: str, run_id: str, *, read: bool = False) -> None:
        """Once no slice is open: mark what has vanished, then close the run. Safe to call at any time. `read`: a slice
        has just been read to its end, and none of its pages is on its way."""
        slices = f"{model.workspace_path(workspace)}/slices"
        doc = self.documents.get(model.path(workspace, "runs", run_id))
        if doc is None or doc["state"] not in (model.RUNNING, model.SWEEPING):
            return
        if self.documents.find(slices, ("run", "==", run_id), ("state", "in", list(model.OPEN_SLICE)), limit=1):
            if read:
                self._load(workspace, run_id)
            return
        run = from_doc(Run, doc)
        failed = self.documents.find(slices, ("run", "==", run_id), ("state", "==", model.FAILED))
        if run.state == model.RUNNING and self._sweep(run, {part["stream"] for part in failed} | self._short(run)):
            return
        self._finish(run, failed)

    def _load(self, workspace: str, run_id: str) -> None:
        """Once all is read, nothing is left that pages could gather with."""
        slices, of_run = f"{model.workspace_path(workspace)}/slices", ("run", "==", run_id)
        if self.documents.find(slices, of_run, ("state", "in", READING), limit=1):
            return
        staged = self.documents.find(slices, of_run, ("state", "==", model.STAGED))
        tables = {platform_named(part["platform"]).table(part["stream"]) for part in staged}
        self.bus.publish(*(TableReady(workspace, table) for table in sorted(tables)))

    def _short(self, run: Run) -> set[str]:
        """Streams of which the platform says that it has more than it showed: not seen is not gone, there."""
        loaded = self.documents.find(
            f"{model.workspace_path(run.workspace)}/slices", ("run", "==", run.id), ("state", "==", model.LOADED)
        )
        return {part["stream"] for part in loaded if any(map(_lacking, part["proof"].values()))}

    def _sweep(self, run: Run, doubtful: set[str]) -> bool:
        """Begin marking vanished rows of every stream that was read whole, parents included. False: none was."""
        platform = platform_of(self.documents, run.workspace, run.platform, run.connection)
        doc = self.documents.get(model.path(run.workspace, "connections", run.connection))
        if not run.moves_cursors or doc is None:
            return False
        connection = from_doc(Connection, doc)
        streams = had(platform, connection, run.streams or connection.streams)
        sure = [stream for stream in streams if not lineage(platform, stream.name) & doubtful]
        parts = [sweep_slice(run, stream.name) for stream in sure if sweepable(platform, stream)]
        for stream in sure:
            if stream.days is not None and stream.per is None and not stream.keep_missing:
                parts += [sweep_slice(run, stream.name, days) for days in self._days_read(run, stream)]
        pages = [sweep_page(run, platform, part) for part in parts]
        if not parts:
            return False

        def work(tx: Transaction) -> bool:
            where = model.path(run.workspace, "runs", run.id)
            now = tx.get(where)
            if now is None or now["state"] != model.RUNNING:
                return False
            tx.update(where, {"state": model.SWEEPING})
            for part, page in zip(parts, pages, strict=True):
                tx.set(model.path(run.workspace, "slices", part.id), to_doc(part))
                tx.set(model.path(run.workspace, "pages", page.id), to_doc(page))
            return True

        if self.documents.transact(work):
            self.bus.publish(*(TableReady(run.workspace, page.table) for page in pages))
        return True

    def _days_read(self, run: Run, stream: Stream) -> list[Window]:
        """The days of which this run has seen every row there is."""
        read = self.documents.find(
            f"{model.workspace_path(run.workspace)}/slices",
            ("run", "==", run.id),
            ("stream", "==", stream.name),
            ("state", "==", model.LOADED),
        )
        return runs_of_days((part["since"], part["until"]) for part in read if part["since"] and part["until"])

    def _finish(self, run: Run, failed: list[Doc]) -> None:
        problems = list(
            {
                (part["stream"], (part["problem"] or {}).get("code")): {
                    "stream": part["stream"],
                    **(part["problem"] or {}),
                }
                for part in failed
            }.values()
        )
        some = self.documents.find(
            f"{model.workspace_path(run.workspace)}/slices",
            ("run", "==", run.id),
            ("state", "==", model.LOADED),
            limit=1,
        )
        state = model.COMPLETED if not failed else PARTLY if some else model.FAILED

        def work(tx: Transaction) -> Run | None:
            run_path = model.path(run.workspace, "runs", run.id)
            connection_path = model.path(run.workspace, "connections", run.connection)
            now, connection = tx.get_many([run_path, connection_path])
            if now is None or now["state"] not in (model.RUNNING, model.SWEEPING):
                return None
            ended = self.clock.now()
            done = replace(from_doc(Run, now), state=state, finished_at=ended, problems=problems, untold_since=ended)
            tx.set(run_path, to_doc(done))
            if connection is not None:
                success = {"last_success_at": done.finished_at} if state == model.COMPLETED else {}
                tx.update(connection_path, {"last_run": run.id, **success})
            return done

        done = self.documents.transact(work)
        if done is not None:
            log.info("run ended", run=run.id, connection=run.connection, state=state, problems=len(problems))
            self.bus.publish(changed(done))


def changed(run: Run) -> Message:
    return RunChanged(run.workspace, run.connection, run.id, run.state)


def _lacking(told: Doc) -> bool:
    """The platform counts more records than it showed. (Sums of a measure may differ for reasons of their own.)"""
    return not told.get("sum") and bool(told["theirs"] > told["ours"])


def lineage(platform: Platform, name: str) -> set[str]:
    """A stream and those above it."""
    stream = platform.stream(name)
    return {name} | (lineage(platform, stream.per.stream) if stream.per else set())


def sweep_page(run: Run, platform: Platform, part: Slice) -> Page:
    return Page(
        id=part.id,
        workspace=run.workspace,
        connection=run.connection,
        run=run.id,
        slice=part.id,
        table=platform.table(part.stream),
        kind="sweep",
        read_at=run.started_at,
        since=part.since,
        until=part.until,
        touched_at=run.started_at,
        expires_at=run.expires_at,
    )


def settle(part: Slice, cursor: Doc | None, run: Run, keeps_cursor: bool, now: datetime) -> tuple[Slice, Cursor | None]:
    """Close a slice all of whose pages are in BigQuery, and say where its cursor goes. It never goes back."""
    if part.state != model.STAGED or part.loaded < part.to_load:
        return part, None
    done = replace(part, state=model.LOADED, touched_at=now)
    began = part.created_at
    if not (keeps_cursor and run.moves_cursors and part.kind == "extract" and began):
        return done, None
    if cursor is not None and cursor["until"] >= began:
        return done, None
    name = model.cursor_id(part.connection, part.stream, part.partition)
    return done, Cursor(name, part.workspace, part.connection, part.stream, part.partition, began, part.run)
