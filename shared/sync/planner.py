"""Turn a request for a sync into a run: of one connection, of all on the standard schedule, or from staged pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared import log, model
from shared.clock import Clock, parse
from shared.errors import BadMessage, Move
from shared.messages import RatesDue, SyncRequested, TableReady
from shared.model import Connection, Slice, from_doc
from shared.oauth import trials
from shared.platforms import PLATFORMS
from shared.states import ConnectionState, PageState, Reason, RunState, Schedule
from shared.stores.ports import Bus, Doc, Documents, Objects, Transaction
from shared.sync.marked_as_gone import written
from shared.sync.platform_with_reports import platform_of
from shared.sync.replaying import replayed
from shared.sync.runs import LOOK, Runs, changed
from shared.vocabulary.choosing import unknown_streams

LATE = timedelta(hours=26)  # a day and two hours without a whole run of a connection on the standard schedule


@dataclass(frozen=True)
class Planner:
    documents: Documents
    bus: Bus
    objects: Objects
    clock: Clock
    beat: timedelta = LOOK
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", Runs(self.documents, self.bus, self.clock, self.beat))

    def handle(self, message: SyncRequested, delivery: str) -> None:
        """`delivery` is the id of the message; it names the run when the request does not, so a repeat is the same."""
        request = message.request or delivery
        reason = _reason(message.reason)
        if not message.connection:
            self._all(request)
            return
        if not message.workspace:
            raise BadMessage("SyncRequested: a connection without its workspace")
        doc = self.documents.get(model.path(message.workspace, "connections", message.connection))
        if doc is None:
            raise BadMessage("SyncRequested: there is no such connection")
        connection = from_doc(Connection, doc)
        if connection.platform not in PLATFORMS:  # after a rollback; whoever has the next release is asked again
            log.warning("sync not begun: unknown platform", connection=connection.id, platform=connection.platform)
            return
        streams = [name for name in message.streams.split(",") if name]
        unknown = unknown_streams(platform_of(self.documents, connection.workspace, connection.platform), streams)
        if unknown and not self._begun(connection, reason, request):
            raise BadMessage(f"SyncRequested: {connection.platform} has no stream {', '.join(unknown)[:80]}")
        since, until = _moment(message.since), _moment(message.until)
        if since and until and since >= until:
            raise BadMessage("SyncRequested: a window that ends before it begins")
        if not model.may_begin(connection.state, reason):
            log.warning(
                "sync not begun: the connection is not active", connection=connection.id, state=connection.state
            )
            self._end(connection, reason, request)
            return
        if reason == Reason.REPLAY:
            self._replay(connection, request, streams, since, until)
            return
        self.runs.begin(connection, reason, request, streams, since, until)

    def _begun(self, connection: Connection, reason: Reason, request: str) -> bool:
        """Whether a release that knew more has planned a part of it: then it is planned to its end, and says so."""
        run = self.runs.planned(connection, reason, request)
        return self.documents.get(model.path(run.workspace, "runs", run.id)) is not None

    def _all(self, request: str) -> None:
        """One message per connection, so that none can hold up another. What is to be connected again is tried, too.
        Amounts of the day want rates of the day."""
        self.bus.publish(RatesDue(), *trials.due(self.documents))
        for doc in self.documents.find_all(
            "connections", ("state", "==", ConnectionState.ACTIVE), ("schedule", "==", Schedule.STANDARD)
        ):
            self._say_if_late(from_doc(Connection, doc))
            self.bus.publish(SyncRequested(doc["workspace"], doc["id"], Reason.SCHEDULE, request))

    def _say_if_late(self, connection: Connection) -> None:
        """A line that an alarm listens for; asked here, where the connections are read anyway."""
        last = connection.last_success_at or connection.connected_at
        if last is not None and last <= self.clock.now() - LATE:
            log.warning(
                "numbers are late",
                workspace=connection.workspace,
                connection=connection.id,
                platform=connection.platform,
                since=last,
            )

    def _end(self, connection: Connection, reason: Reason, request: str) -> None:
        """A run that was planned in part, of a connection that was stopped meanwhile, is not left lying."""
        run = self.runs.planned(connection, reason, request)
        if run.state == RunState.PLANNED and self._begun(connection, reason, request):
            problem = connection.problem or {"code": "not-active", "sentence": "The connection was stopped."}
            self.runs.give_up(run, {"move": Move.AGENCY, **problem, "stream": ""})

    def _replay(
        self, connection: Connection, request: str, streams: list[str], since: datetime | None, until: datetime | None
    ) -> None:
        """Load staged pages again, without one call, and then mark again what vanished.

        What was read after the replay began is not part of it, so whoever plans it to its end finds the same pages.
        """
        run = self.runs.planned(connection, Reason.REPLAY, request, streams, since, until)
        if run.state != RunState.PLANNED or not self.runs.announce(run):
            return
        platform = platform_of(self.documents, connection.workspace, connection.platform)
        staged = list(self.objects.list(f"{connection.workspace}/raw/{connection.platform}/"))
        made = written(self.objects, connection.workspace, connection.id)
        slices, pages = replayed(platform, connection, run, staged, made)
        if self.runs.write(slices, pages) < len(slices):
            self._count_again(slices)
        run = self.runs.open(run)
        tables = sorted({page.table for page in pages if page.state == PageState.WAITING})
        self.bus.publish(*(TableReady(run.workspace, table) for table in tables), changed(run))
        self.runs.advance(run.workspace, run.id)

    def _count_again(self, slices: Iterable[Slice]) -> None:
        """Part of it was planned before, and a worker may have put a page beside the others since."""
        for slice_ in slices:
            found = self.documents.find(f"{model.workspace_path(slice_.workspace)}/pages", ("slice", "==", slice_.id))
            counted = {"page": len(found), "to_load": len(found), "rows": sum(doc["rows"] for doc in found)}
            where = model.path(slice_.workspace, "slices", slice_.id)

            def write(tx: Transaction, where: str = where, counted: Doc = counted) -> None:
                if tx.get(where) is not None:
                    tx.update(where, counted)

            self.documents.transact(write)


def _reason(text: str) -> Reason:
    try:
        return Reason(text)
    except ValueError:
        raise BadMessage(f"SyncRequested: {text[:20]!r} is no reason for a sync") from None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return parse(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadMessage(f"SyncRequested: {text[:30]!r} is not a date") from error
