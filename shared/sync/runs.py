"""A run from its plan to its end. Whether a run has ended is asked of its slices, so no counter can go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import log, model
from shared.clock import Clock
from shared.errors import Bug, Code
from shared.messages import Message, RunChanged, SliceReady, TableReady
from shared.model import Connection, Cursor, Page, Run, Slice, from_doc, stable_id, to_doc
from shared.states import OPEN_RUN, OPEN_SLICE, PageState, Reason, RunState, SliceState
from shared.stores.ports import Bus, Doc, Documents, Transaction
from shared.sync.debts import debts_of, forget, remember, renamed, say_if_old
from shared.sync.gathering import load_if_read
from shared.sync.leases import problem_doc
from shared.sync.platform_with_reports import platform_of
from shared.sync.reconciliation import Verdict, proof_of
from shared.sync.slices_of_debts import owed_slices
from shared.sync.slices_of_run import RUN_DOCUMENTS_KEPT, first_slices
from shared.sync.standing import standing
from shared.sync.sweeping import Sweeps, sweep_page, sweeps_of
from shared.sync.under_way import ASIDE, below_parents, left_to_others, open_runs
from shared.vocabulary.choosing import available_streams, below
from shared.vocabulary.platform import Platform

LOOK = timedelta(minutes=1)  # until the tick looks after what has just been begun


@dataclass(frozen=True)
class Runs:
    documents: Documents
    bus: Bus
    clock: Clock
    beat: timedelta = LOOK  # how often the tick comes

    # -- its beginning ---------------------------------------------------------------------------

    def begin(
        self,
        connection: Connection,
        reason: Reason,
        request: str,
        streams: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Run:
        """Plan a run and nudge its first slices. The same request twice is the same run; one that was planned in part
        is planned to its end. Nothing is written where all that it would read is under way."""
        run = self.planned(connection, reason, request, streams, since, until)
        if run.state != RunState.PLANNED:
            return run
        platform = platform_of(self.documents, connection.workspace, connection.platform, connection.id)
        try:
            run, slices, ended_until = self._slices(platform, connection, run)
        except Bug as problem:
            return self._unplannable(run, problem)
        if not slices and run.skipped:
            log.info("sync not begun: all of it is under way", connection=connection.id)
            return run
        if self.announce(run, ended_until):
            self.write(slices)
            run = self.open(run)
        else:  # somebody else was first, with another beginning
            return self.begin(connection, reason, request, streams, since, until)
        log.info("run begun", run=run.id, connection=run.connection, reason=run.reason, slices=len(slices))
        ready = [slice_ for slice_ in slices if slice_.state == SliceState.READY]
        most = platform.limits.at_once
        self.bus.publish(*(SliceReady(run.workspace, slice_.id) for slice_ in ready[:most]), changed(run))
        if not ready:
            self.advance(run.workspace, run.id)
        return run

    def _unplannable(self, run: Run, problem: Bug) -> Run:
        """What stands in the connection's document lets nothing be planned, such as a zone that nobody knows. Asked
        again it would be the same, so the run says so."""
        log.failure("run not planned", problem, run=run.id, connection=run.connection)
        if self.announce(run):
            self.give_up(run, {"stream": "", **problem_doc(problem)})
        return run

    def planned(
        self,
        connection: Connection,
        reason: Reason,
        request: str,
        streams: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Run:
        """The run of this request, as it stands; or a new one, written nowhere yet."""
        name = stable_id(connection.id, reason, request)
        known = self.documents.get(model.path(connection.workspace, "runs", name))
        if known is not None:
            return from_doc(Run, known)
        now = self.clock.now()
        return Run(
            id=name,
            workspace=connection.workspace,
            connection=connection.id,
            platform=connection.platform,
            reason=reason,
            state=RunState.PLANNED,
            request=request,
            streams=list(streams),
            since=since,
            until=until,
            started_at=now,
            expires_at=now + RUN_DOCUMENTS_KEPT,
            moves_cursors=reason not in ASIDE,
        )

    def _slices(self, platform: Platform, connection: Connection, run: Run) -> tuple[Run, list[Slice], datetime | None]:
        """What there is to read: of the streams, and of debts; without what a scheduled run leaves to others. And until
        when all that began before has ended.

        What failed in a run that is still open is owed by now: nobody else sees its parent again. And what such a run
        has to read still below parents that it saw is not there when this one ends, so it says so.
        """
        others = open_runs(self.documents, run) if run.moves_cursors else []
        for other in others:
            remember(self.documents, other, self._slices_of(other, SliceState.FAILED), self.clock.now())
        cursors = self.cursors(connection)
        if run.moves_cursors:
            cursors, connection = standing(self.documents, connection, cursors, others, self.clock.now())
        slices = first_slices(platform, connection, run, cursors)
        if run.moves_cursors:
            debts = renamed(self.documents, platform, debts_of(self.documents, connection))
            slices, dropped = owed_slices(platform, connection, run, cursors, slices, debts)
            forget(self.documents, dropped)
            say_if_old((debt for debt in debts if debt not in dropped), self.clock.now())
        left, scheduled = set[str](), run.reason == Reason.SCHEDULE
        if scheduled:
            left = left_to_others(self.documents, others, slices, untouched=False)
        skipped = {slice_.stream for slice_ in slices if slice_.id in left}
        skipped |= {name for stream in skipped for name in below(platform, stream)}
        skipped |= {name for other in others for name in below_parents(self.documents, platform, other)}
        reads = {stream.name for stream in available_streams(platform, connection, run.streams)}
        run = replace(run, skipped=sorted(skipped & reads))
        return run, [slice_ for slice_ in slices if slice_.id not in left], connection.ended_until

    def _slices_of(self, run: Run, state: SliceState) -> list[Slice]:
        slices = f"{model.workspace_path(run.workspace)}/slices"
        return [
            from_doc(Slice, doc) for doc in self.documents.find(slices, ("run", "==", run.id), ("state", "==", state))
        ]

    def announce(self, run: Run, ended_until: datetime | None = None) -> bool:
        """Write the run first, as planned, so that a kill leaves something that the tick finds. False: another one of
        this request is there, with another beginning."""

        def work(tx: Transaction) -> bool:
            where = model.path(run.workspace, "runs", run.id)
            connection_path = model.path(run.workspace, "connections", run.connection)
            known, connection = tx.get_many([where, connection_path])
            if known is not None and known.get("started_at") != run.started_at:
                return False
            if known is None:
                tx.create(where, to_doc(run))
                if connection is not None:
                    over = [each for each in (ended_until, connection.get("ended_until")) if each is not None]
                    looked = sooner(connection, self.clock.now() + self.beat)
                    tx.update(connection_path, {"look_at": looked, "ended_until": max(over, default=None)})
            return True

        return self.documents.transact(work)

    def write(self, slices: Iterable[Slice], pages: Iterable[Page] = ()) -> int:
        """Slices first, then pages, which the loader takes once the run is open; how many slices are new."""
        docs = {model.path(slice_.workspace, "slices", slice_.id): to_doc(slice_) for slice_ in slices}
        made = self.documents.create_missing(docs)
        self.documents.create_missing({model.path(page.workspace, "pages", page.id): to_doc(page) for page in pages})
        return made

    def open(self, run: Run) -> Run:
        """All of it is written: from now on it is worked on, and can end."""

        def work(tx: Transaction) -> None:
            where = model.path(run.workspace, "runs", run.id)
            known = tx.get(where)
            if known is not None and known["state"] == RunState.PLANNED:
                tx.update(where, {"state": RunState.RUNNING, "skipped": run.skipped})

        self.documents.transact(work)
        return replace(run, state=RunState.RUNNING)

    def give_up(self, run: Run, problem: Doc) -> None:
        """End a run that cannot be planned any more, with the reason."""
        self._finish(run, [problem])

    def cursors(self, connection: Connection) -> dict[str, Cursor]:
        found = self.documents.find(
            f"{model.workspace_path(connection.workspace)}/cursors", ("connection", "==", connection.id)
        )
        return {doc["id"]: from_doc(Cursor, doc) for doc in found}

    # -- its end ---------------------------------------------------------------------------------

    def advance(self, workspace: str, run_id: str, *, read: bool = False) -> None:
        """Once no slice is open: write down what is owed, mark what has vanished, close the run. Safe at any time.
        `read`: a slice has just been read to its end, and brought no page that would be loaded now."""
        slices = f"{model.workspace_path(workspace)}/slices"
        doc = self.documents.get(model.path(workspace, "runs", run_id))
        if doc is None or doc["state"] not in (RunState.RUNNING, RunState.SWEEPING):
            return
        if self.documents.find(slices, ("run", "==", run_id), ("state", "in", list(OPEN_SLICE)), limit=1):
            if read:
                load_if_read(self.documents, self.bus, workspace, run_id)
            return
        run = from_doc(Run, doc)
        failed = self._slices_of(run, SliceState.FAILED)
        problems = [*run.problems, *map(_problem, failed)]
        if run.state == RunState.RUNNING:
            loaded = self._slices_of(run, SliceState.LOADED)
            remember(self.documents, run, [*failed, *loaded], self.clock.now())
            _say_if_differs(run, loaded)
            swept, found = (
                (self._sweep_again(run, loaded), [])
                if run.reason == Reason.REPLAY
                else self._sweep(run, loaded, failed)
            )
            if swept:
                return
            problems += found
        self._finish(run, problems)

    def _sweep(self, run: Run, loaded: list[Slice], failed: list[Slice]) -> tuple[bool, list[Doc]]:
        """Begin marking what this run no longer saw. Whether anything is marked; what speaks against its readings."""
        where = model.path(run.workspace, "connections", run.connection)
        doc = self.documents.get(where)
        if doc is None:
            return False, []
        platform = platform_of(self.documents, run.workspace, run.platform, run.connection)
        found = sweeps_of(platform, from_doc(Connection, doc), run, loaded, failed)
        pages = [sweep_page(run, platform, slice_) for slice_ in found.slices]
        if not found.slices:
            self._see(run, where, found)
            return False, found.problems

        def work(tx: Transaction) -> bool:
            run_path = model.path(run.workspace, "runs", run.id)
            now, connection = tx.get_many([run_path, where])
            if now is None or now["state"] != RunState.RUNNING:
                return False
            tx.update(run_path, {"state": RunState.SWEEPING, "problems": found.problems})
            if connection is not None:
                tx.update(where, {"seen": found.seen})
            for slice_, page in zip(found.slices, pages, strict=True):
                tx.set(model.path(run.workspace, "slices", slice_.id), to_doc(slice_))
                tx.set(model.path(run.workspace, "pages", page.id), to_doc(page))
            return True

        if self.documents.transact(work):
            self.bus.publish(*(TableReady(run.workspace, table) for table in sorted({page.table for page in pages})))
        return True, found.problems

    def _sweep_again(self, run: Run, loaded: list[Slice]) -> bool:
        """A replay has loaded its pages: now comes what had vanished. Of streams whose pages are not all there, nothing
        does: a row would seem to have gone before it was read last."""
        there = {slice_.stream for slice_ in loaded}
        slices = [slice_ for slice_ in self._slices_of(run, SliceState.PLANNED) if slice_.stream in there]
        home = model.workspace_path(run.workspace)
        pages = [doc for slice_ in slices for doc in self.documents.find(f"{home}/pages", ("slice", "==", slice_.id))]

        def work(tx: Transaction) -> bool:
            run_path, now = model.path(run.workspace, "runs", run.id), self.clock.now()
            doc = tx.get(run_path)
            if doc is None or doc["state"] != RunState.RUNNING:
                return False
            tx.update(run_path, {"state": RunState.SWEEPING})
            for name in (f"{home}/slices/{slice_.id}" for slice_ in slices):
                tx.update(name, {"state": SliceState.STAGED, "touched_at": now})
            for name in (f"{home}/pages/{page['id']}" for page in pages):
                tx.update(name, {"state": PageState.WAITING, "touched_at": now})
            return True

        if not slices:
            return False
        if self.documents.transact(work):
            self.bus.publish(*(TableReady(run.workspace, table) for table in sorted({page["table"] for page in pages})))
        return True

    def _see(self, run: Run, where: str, found: Sweeps) -> None:
        """What was held back is remembered also where nothing is marked."""

        def work(tx: Transaction) -> None:
            now, connection = tx.get_many([model.path(run.workspace, "runs", run.id), where])
            if now is not None and now["state"] == RunState.RUNNING and connection is not None:
                tx.update(where, {"seen": found.seen})

        if any(problem["code"] == Code.SWEEP_HELD for problem in found.problems):
            self.documents.transact(work)

    def _finish(self, run: Run, problems: list[Doc]) -> None:
        each = list({(problem["stream"], problem.get("code")): problem for problem in problems}.values())
        some = self.documents.find(
            f"{model.workspace_path(run.workspace)}/slices",
            ("run", "==", run.id),
            ("state", "==", SliceState.LOADED),
            limit=1,
        )
        state = RunState.COMPLETED if not each else RunState.PARTLY if some else RunState.FAILED

        def work(tx: Transaction) -> Run | None:
            run_path = model.path(run.workspace, "runs", run.id)
            connection_path = model.path(run.workspace, "connections", run.connection)
            now, connection = tx.get_many([run_path, connection_path])
            if now is None or now["state"] not in OPEN_RUN:
                return None
            ended = self.clock.now()
            done = replace(from_doc(Run, now), state=state, finished_at=ended, problems=each, untold_since=ended)
            tx.update(run_path, to_doc(done))
            if connection is not None:
                success = {"last_success_at": done.finished_at} if state == RunState.COMPLETED else {}
                tx.update(connection_path, {"last_run": run.id, **success})
            return done

        done = self.documents.transact(work)
        if done is not None:
            log.info("run ended", run=run.id, connection=run.connection, state=state, problems=len(each))
            held = sorted(problem["stream"] for problem in each if problem.get("code") == Code.SWEEP_HELD)
            if held:
                log.warning("sweep held back", run=run.id, connection=run.connection, streams=", ".join(held))
            self.bus.publish(changed(done))


def changed(run: Run) -> Message:
    return RunChanged(run.workspace, run.connection, run.id, run.state)


def sooner(connection: Doc, moment: datetime) -> datetime:
    """When to look at a connection: at this moment, unless that is to be done before. Never what it was: a look that is
    under way, and found nothing open before, must see that something was begun."""
    known: datetime | None = connection.get("look_at")
    return moment if known is None or moment < known else known - timedelta(microseconds=1)


def _problem(slice_: Slice) -> Doc:
    return {"stream": slice_.stream, **(slice_.problem or {})}


def _say_if_differs(run: Run, loaded: list[Slice]) -> None:
    """A line that an alarm listens for: the platform's own totals are other ones than ours."""
    read: dict[str, list[Slice]] = {}
    for slice_ in loaded:
        if slice_.proof:
            read.setdefault(slice_.stream, []).append(slice_)
    proofs = {stream: proof_of(slices) for stream, slices in read.items()}
    differ = [f"{stream} {proof}" for stream, proof in sorted(proofs.items()) if proof.verdict == Verdict.DIFFERS]
    if differ:
        log.warning("proof differs", run=run.id, connection=run.connection, streams="; ".join(differ)[:500])
