"""A workspace's data has changed: its marts are published as they are at one moment, and the pointer moves last.

Whoever dies over it leaves the attempt in the publication's document; who takes it up finds the same job under the same
name, and writes the same manifest. A worker that lost its lease cannot move the pointer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

import duckdb

from shared import log, model
from shared.clock import Clock
from shared.errors import Configure, Later, Problem, Stale
from shared.messages import DataChanged
from shared.model import Connection, Publication, Workspace, from_doc, to_doc
from shared.publishing import files, packing, sweeping
from shared.publishing.attempt import Attempt, attempt_name, attempt_of, files_of, manifest_name
from shared.publishing.fingerprints import Source, behind, fingerprints
from shared.publishing.manifest import Manifest, Stamp
from shared.publishing.narrowing import may_be_left_out
from shared.publishing.pace import due_at
from shared.publishing.ports import Marts, Moment
from shared.publishing.selection import published_marts
from shared.states import Cause, ConnectionState
from shared.stores.ports import Doc, Documents, NoObject, Objects, StillLoading, Transaction
from shared.sync.data_changes import note_look
from shared.sync.leases import problem_doc

GRACE = timedelta(hours=24)  # for so long a reader may hold a version that is not the newest any more
A_WHILE = timedelta(minutes=1)
REST = timedelta(minutes=10)  # after something went wrong, and longer each time
LONGEST_REST = timedelta(minutes=30)  # after BigQuery asked to come again
LONGEST_PAUSE = timedelta(hours=6)  # after it refused
NOT_THERE = "marts-missing"  # a client whose marts nobody has deployed yet
MOST_STOPS = 5  # workers that died over one attempt, before it is begun anew


class Overtaken(Exception):
    """What was to be kept of the version before is not what BigQuery holds now."""


@dataclass(frozen=True)
class Publisher:
    documents: Documents
    objects: Objects  # the bucket of published marts
    marts: Marts
    clock: Clock
    every: timedelta = timedelta(hours=1)  # between two versions at least, while somebody looks
    lease_seconds: int = 600

    def handle(self, message: DataChanged) -> None:
        if message.looked and self.documents.get(model.workspace_path(message.workspace)) is not None:
            note_look(self.documents, self.clock, message.workspace)
        held = self._take(message.workspace)
        if held is None:
            return
        with log.bound(workspace=held.workspace, version=held.version + 1):
            try:
                held, attempt = self._attempt(held)
                manifest = self._made(held, attempt)
            except StillLoading:
                self._release(held, A_WHILE, attempts=held.attempts - 1)
            except Overtaken:
                log.info("data changed meanwhile; every mart is asked for at once")
                self._give_up(held, A_WHILE, whole=True)
            except Later as problem:
                log.info("waiting", because=problem.code)
                self._give_up(held, min(REST * held.attempts, LONGEST_REST), problem)
            except Problem as problem:
                if problem.code == NOT_THERE:
                    log.info("waiting", because=problem.code)
                else:
                    log.failure("marts not published", problem)
                self._give_up(held, min(REST * held.attempts, LONGEST_PAUSE), problem)
            except Stale:
                log.info("lease lost; another worker carries on")
            except Exception:
                self._release(held, A_WHILE * held.attempts)
                raise
            else:
                self._move(held, attempt, manifest)

    # -- taking --------------------------------------------------------------------------------------

    def _take(self, workspace: str) -> Publication | None:
        """The publication, leased to us; None: nothing is due, or somebody else is at it."""
        where = model.publication_path(workspace)

        def work(tx: Transaction) -> Publication | None:
            doc, home, closing = tx.get_many([where, *self._client(workspace)])
            now = self.clock.now()
            if doc is None:
                return None
            known = from_doc(Publication, doc)
            if home is None or closing is not None:
                tx.update(where, {"due_at": None})  # nothing is published of a client who leaves
                return None
            leased = known.lease_until is not None and known.lease_until > now
            at = known.lease_until if leased else now if known.attempt else due_at(known, now, self.every)
            if at is None or at > now:
                if known.due_at != at:
                    tx.update(where, {"due_at": at})
                return None
            until = now + timedelta(seconds=self.lease_seconds)
            changes = {
                "fence": known.fence + 1,
                "lease_until": until,
                "due_at": until,
                "attempts": known.attempts + 1,
                "causes": known.causes if known.attempt or known.causes else [Cause.DAY_TURNED.value],
            }
            tx.update(where, changes)
            return replace(known, **changes)  # type: ignore[arg-type]

        return self.documents.transact(work)

    def _client(self, workspace: str) -> tuple[str, str]:
        return model.workspace_path(workspace), model.closing_path(workspace)

    def _attempt(self, held: Publication) -> tuple[Publication, Attempt]:
        """The one that is under way, or a new one, written down before anything is asked."""
        if held.attempt is not None:
            found = attempt_of(held.attempt)
            if self.marts.text(found) == found.text and held.attempts <= MOST_STOPS:
                return held, found
            held = replace(held, causes=_both(found.causes, held.causes))
        attempt = self._planned(held)

        def begun(now: Publication) -> Doc:
            """What somebody asked for meanwhile is for the next one."""
            later = [cause for cause in now.causes if cause not in attempt.causes]
            return {"attempt": attempt.doc(), "causes": later, "whole": False}

        self._change(held, begun)
        return replace(held, attempt=attempt.doc()), attempt

    def _planned(self, held: Publication) -> Attempt:
        home = self.documents.get(model.workspace_path(held.workspace))
        if home is None:
            raise Stale
        workspace = from_doc(Workspace, home)
        below = model.workspace_path(held.workspace)
        active = ("state", "in", [ConnectionState.ACTIVE, ConnectionState.RECONNECT])
        connections = [from_doc(Connection, doc) for doc in self.documents.find(f"{below}/connections", active)]
        inputs, empty = self._inputs(workspace)
        before = self._newest(held)
        kept = (
            {name for name, mart in before.marts.items() if inputs.get(name) == mart.fingerprint} if before else set()
        )
        attempt = Attempt(
            name=attempt_name(held.version + 1, held.fence, self.clock.now()),
            version=held.version + 1,
            causes=tuple(held.causes),
            workspace=workspace,
            inputs=inputs,
            asked=tuple(name for name in inputs if held.whole or name not in kept),
            connections=tuple(sorted(each.id for each in connections)),
            empty=tuple(sorted(f"{space}.{table}" for space, table in empty)),
            text="",
        )
        return replace(attempt, text=self.marts.text(attempt))

    def _inputs(self, workspace: Workspace) -> tuple[dict[str, str], set[Source]]:
        """What each mart is made of, and the tables of the workspace that are empty."""
        tables = self.marts.tables(workspace.id)
        known = {source: table for source, table in tables.items() if table is not None}
        if len(known) < len(tables):
            raise Configure(
                NOT_THERE,
                "Tables that the marts read are not there: `tributary admin marts deploy` makes them.",
                ", ".join(sorted(f"{space}.{table}" for space, table in tables.keys() - known.keys()))[:300],
            )
        changes = {source: table.changed for source, table in known.items()}
        today = self.clock.now().astimezone(UTC).date()
        empty = {source for source, table in known.items() if table.is_empty and may_be_left_out(source)}
        return fingerprints(self.marts.project, workspace, changes, today), empty

    def _newest(self, held: Publication) -> Manifest | None:
        """The version that is published; None, too, where its manifest went: then everything is written anew."""
        try:
            return packing.unpack(self.objects.read(held.manifest)) if held.manifest else None
        except NoObject:
            return None

    # -- making --------------------------------------------------------------------------------------

    def _made(self, held: Publication, attempt: Attempt) -> Manifest:
        loading = self._loading(held.workspace)
        moment = self.marts.write(attempt)
        loading |= self._loading(held.workspace)
        kept = attempt.inputs.keys() - {*attempt.asked}
        before = self._newest(held)
        if (kept and before is None) or self._moved_on(attempt, kept):
            raise Overtaken
        marts = {mart.name: mart for mart in published_marts()}
        found = {name: before.marts[name] for name in kept} if before else {}
        there = [staged.name for staged in self.objects.list(f"{held.workspace}/")]
        with duckdb.connect() as reader:
            for name in attempt.asked:
                own = [each for each in there if each.startswith(files_of(attempt, name, moment.files))]
                found[name] = files.look_at_all(reader, self.objects, attempt, marts[name], own, moment.rows.get(name))
        manifest = Manifest(
            workspace=held.workspace,
            version=attempt.version,
            cause=", ".join(attempt.causes),
            stamp=_stamp(moment, loading),
            marts={name: found[name] for name in attempt.inputs},
        )
        self.objects.write(manifest_name(held.workspace, attempt.name, held.fence), packing.pack(manifest), {})
        return manifest

    def _moved_on(self, attempt: Attempt, kept: set[str]) -> bool:
        """Whether a mart that is kept is made of something else by now, or a table that was not asked holds rows: then
        it is not of this version's moment."""
        if not kept and not attempt.empty:
            return False
        now, empty = self._inputs(attempt.workspace)
        filled = {*attempt.empty} - {f"{space}.{table}" for space, table in empty}
        return bool(filled) or any(now[name] != attempt.inputs[name] and behind(name) for name in kept)

    def _loading(self, workspace: str) -> set[str]:
        """The tables that are being filled: what is read of them may be of before or after."""
        found = self.documents.find(f"{model.workspace_path(workspace)}/tables", ("batch", ">", ""))
        return {doc["id"] for doc in found}

    # -- afterwards ----------------------------------------------------------------------------------

    def _move(self, held: Publication, attempt: Attempt, manifest: Manifest) -> None:
        """The pointer moves to a version that is whole, and what no reader can hold any more goes."""
        where = model.publication_path(held.workspace)

        def work(tx: Transaction) -> Publication:
            doc, home, closing = tx.get_many([where, *self._client(held.workspace)])
            if doc is None or doc["fence"] != held.fence:
                raise Stale
            if home is None or closing is not None:
                raise Stale
            known, now = from_doc(Publication, doc), self.clock.now()
            before = [each for each in known.before if each["until"] > now - GRACE]
            if known.manifest:
                before.append({"manifest": known.manifest, "until": now})
            moved = replace(
                known,
                version=attempt.version,
                cause=manifest.cause,
                manifest=manifest_name(held.workspace, attempt.name, held.fence),
                as_of=manifest.stamp.as_of,
                **_told(manifest.stamp),
                published_at=now,
                before=[] if Cause.ERASED in attempt.causes else before,
                attempt=None,
                whole=False,
                waits_since=known.changed_at if known.causes else None,
                lease_until=None,
                attempts=0,
                not_before=None,
                problem=None,
            )
            moved = replace(moved, due_at=due_at(moved, now, self.every))
            tx.update(where, to_doc(moved))
            return moved

        try:
            moved = self.documents.transact(work)
        except Stale:
            log.info("lease lost; another worker carries on")
            return
        log.info("marts published", cause=manifest.cause, written=len(attempt.asked), of=len(manifest.marts))
        sweeping.sweep(self.objects, moved)

    def _give_up(self, held: Publication, wait: timedelta, problem: Problem | None = None, whole: bool = False) -> None:
        """This attempt comes to nothing; what it was for waits for the next one."""

        def changes(now: Publication) -> Doc:
            causes = attempt_of(now.attempt).causes if now.attempt else ()
            return {
                "attempt": None,
                "causes": _both(causes, now.causes),
                "whole": whole or now.whole,
                "lease_until": None,
                "not_before": self.clock.now() + wait,
                "due_at": self.clock.now() + wait,
                "problem": problem_doc(problem) if problem else None,
            }

        self._change(held, changes)

    def _release(self, held: Publication, wait: timedelta, attempts: int | None = None) -> None:
        """Let it go without ending the attempt; the lease lasts as long as the next try should wait."""
        until = self.clock.now() + wait
        mine = held.attempts if attempts is None else attempts
        self._change(held, lambda _: {"lease_until": until, "due_at": until, "attempts": mine})

    def _change(self, held: Publication, changes: Callable[[Publication], Doc]) -> None:
        where = model.publication_path(held.workspace)

        def work(tx: Transaction) -> None:
            doc = tx.get(where)
            if doc is None or doc["fence"] != held.fence:
                raise Stale
            tx.update(where, changes(from_doc(Publication, doc)))

        self.documents.transact(work)


def _stamp(moment: Moment, loading: set[str]) -> Stamp:
    return Stamp(
        as_of=moment.as_of,
        proved_until=moment.proved_until,
        differs=moment.differs,
        missing=moment.missing,
        loading=tuple(sorted(loading)),
    )


def _told(stamp: Stamp) -> Doc:
    """What of it stands in the document: pages over all clients read that, and no object."""
    proved = stamp.proved_until.isoformat() if stamp.proved_until else ""
    return {"proved_until": proved, "owed": list(stamp.missing), "differs": list(stamp.differs)}


def _both(first: tuple[str, ...] | list[str], then: tuple[str, ...] | list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *then]))
