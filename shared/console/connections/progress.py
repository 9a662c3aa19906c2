"""A run that goes on, stream by stream: how far it is, and how long it may still take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared import model
from shared.console.clients.facts import Going, Look
from shared.console.tongue import retold, say
from shared.model import Connection, Run, from_doc
from shared.platforms import PLATFORMS
from shared.states import RunState, SliceState
from shared.stores.ports import Doc, Documents
from shared.sync.status import Ongoing, RunStatus, StreamStatus, run_status
from shared.vocabulary.choosing import available_streams
from shared.vocabulary.stream import Stream

MOST_SLICES = 1_000  # documents that one look at a run reads
READS_A_SECOND = 50  # documents; more of them are looked at less often
SOONEST, LATEST = 5, 60  # seconds until the next look
ENOUGH = 0.05  # of a run has to be read before its end can be guessed
CLOSED = (SliceState.LOADED, SliceState.FAILED)
SHAPES: Mapping[str, Look] = {
    Ongoing.IN_PROGRESS: Look.WORK,
    Ongoing.WAITING: Look.WAIT,
    Ongoing.QUEUED: Look.WAIT,
    RunState.COMPLETED: Look.OK,
    RunState.PARTLY: Look.NEED,
    RunState.FAILED: Look.BAD,
}


@dataclass(frozen=True, slots=True)
class StreamLine:
    name: str
    title: str
    percent: int
    rows: int
    look: Look
    words: str


@dataclass(frozen=True, slots=True)
class Course:
    run: str
    connection: str
    since: datetime
    status: RunStatus
    streams: tuple[StreamLine, ...]
    whole: bool  # whether all of its parts were looked at
    seconds_left: float | None  # None: nobody knows yet
    reads: int

    @property
    def going(self) -> Going:
        found = self.status
        waits = found.waiting_for if found.state == Ongoing.WAITING else ""
        return Going(found.slices_done, found.slices, found.waiting_until, waits)

    @property
    def again(self) -> int:
        """Seconds until it is worth to look again."""
        return min(LATEST, max(SOONEST, self.reads // READS_A_SECOND))


def course(documents: Documents, connection: Connection, doc: Doc, now: datetime) -> Course:
    run = from_doc(Run, doc)
    slices = documents.find(
        f"{model.workspace_path(run.workspace)}/slices", ("run", "==", run.id), limit=MOST_SLICES
    )  # fmt: skip
    found = run_status(doc, slices, now)
    since = run.started_at or now
    return Course(
        run.id,
        run.connection,
        since,
        found,
        tuple(_lines(connection, run, found)),
        len(slices) < MOST_SLICES,
        _left(found, since, now) if len(slices) < MOST_SLICES else None,
        len(slices) + 1,
    )


def _left(found: RunStatus, since: datetime, now: datetime) -> float | None:
    """As long as it took so far for each part. What hangs on rows that are still to come is in no count, so it is said
    only when something is done, and as “about”."""
    if not found.slices or found.waiting_until is not None:
        return None
    done = found.slices_done / found.slices
    return (now - since).total_seconds() * (1 - done) / done if done >= ENOUGH else None


def _lines(connection: Connection, run: Run, found: RunStatus) -> list[StreamLine]:
    begun = {each.stream: each for each in found.streams}
    platform = PLATFORMS.get(run.platform)
    planned: Sequence[Stream] = available_streams(platform, connection, run.streams) if platform else ()
    named = {each.name: each for each in planned}
    names = [*dict.fromkeys([*named, *begun])]
    return [_begun(begun[name], named.get(name)) if name in begun else _not_begun(named[name], named) for name in names]


def _begun(found: StreamStatus, stream: Stream | None) -> StreamLine:
    parts = sum(found.slices.values())
    done = sum(found.slices.get(str(state), 0) for state in CLOSED)
    words = {
        str(Ongoing.IN_PROGRESS): say("Reads"),
        str(Ongoing.WAITING): retold(found.waiting_for),
        str(Ongoing.QUEUED): say("Not begun"),
        str(RunState.COMPLETED): say("Done"),
        str(RunState.PARTLY): say("A part failed"),
        str(RunState.FAILED): say("Failed"),
    }
    return StreamLine(
        found.stream,
        say(stream.title) if stream else found.stream,
        done * 100 // parts if parts else 0,
        found.rows,
        SHAPES.get(found.state, Look.WAIT),
        words.get(str(found.state), str(found.state)),
    )


def _not_begun(stream: Stream, named: Mapping[str, Stream]) -> StreamLine:
    above = named.get(stream.parent.stream) if stream.parent else None
    words = say("Waits for %(stream)s", stream=say(above.title)) if above else say("Not begun")
    return StreamLine(stream.name, say(stream.title), 0, 0, Look.WAIT, words)
