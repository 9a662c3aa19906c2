"""Three facts of a connection, never one light: when it was last read to the end, what it does now, when it is read
next. And whose move it is. Pure, of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.console.tongue import say
from shared.errors import Move
from shared.model import Run
from shared.platforms import PLATFORMS
from shared.states import ConnectionState, RunState, Schedule
from shared.sync.status import ConnectionStatus
from shared.vocabulary.platform import Kind


class Look(StrEnum):
    """As the look's shapes are called."""

    OK = "ok"
    WORK = "work"
    WAIT = "wait"
    NEED = "need"
    BAD = "bad"
    OFF = "off"


STATES: Mapping[Look, str] = {  # as files say it, in whatever language the page is
    Look.OK: "rests",
    Look.WORK: "reads",
    Look.WAIT: "waits",
    Look.NEED: "needs-somebody",
    Look.BAD: "failed",
    Look.OFF: "off",
}


@dataclass(frozen=True, slots=True)
class Going:
    """A run that has not ended: how much of what it knows of is read, and whether all of it waits."""

    done: int = 0
    parts: int = 0
    waits_until: datetime | None = None
    waits_for: str = ""

    @property
    def percent(self) -> int | None:
        """Never 100: then it would have ended."""
        return min(99, self.done * 100 // self.parts) if self.parts else None


@dataclass(frozen=True, slots=True)
class Facts:
    connection: str
    platform: str
    title: str  # of the platform
    account: str
    kind: Kind
    look: Look
    last: datetime | None
    now: str
    next: datetime | None
    move: str  # whose, and empty when it is nobody's
    why: str
    reconnects: bool = False  # a new link helps

    @property
    def state(self) -> str:
        return STATES[self.look]


def facts(found: ConnectionStatus, last_run: Run | None, going: Going | None) -> Facts:
    """`last_run`: the last one that ended; `going`: one that has not."""
    platform = PLATFORMS.get(found.platform)
    look, now, move, why = _now(found, last_run, going)
    return Facts(
        connection=found.id,
        platform=found.platform,
        title=platform.title if platform else found.platform,
        account=found.title,
        kind=(platform.kind if platform else None) or Kind.WEB,
        look=look,
        last=found.last_success_at,
        now=now,
        next=found.next_sync_at if found.state == ConnectionState.ACTIVE else None,
        move=move,
        why=why,
        reconnects=move == Move.CLIENT,
    )


def _now(found: ConnectionStatus, last_run: Run | None, going: Going | None) -> tuple[Look, str, str, str]:
    if found.state == ConnectionState.RECONNECT:
        return Look.NEED, say("stopped"), found.move, found.sentence
    if found.state == ConnectionState.DISABLED:
        return Look.OFF, say("is being ended"), "", ""
    move, why = found.move, found.sentence
    if found.warning and not why:
        move, why = Move.CLIENT, found.warning
    if going is not None and going.waits_for:
        return Look.WAIT, say("waits"), move, why or going.waits_for
    if going is not None:
        percent = going.percent
        return Look.WORK, say("reads") if percent is None else say("%(percent)s %%", percent=percent), move, why
    trouble = _trouble(last_run)
    if trouble and not why:
        move, why = trouble
    if last_run is not None and last_run.state == RunState.FAILED:
        return Look.BAD, say("failed"), move, why
    if move in (Move.CLIENT, Move.AGENCY, Move.US):
        return Look.NEED, say("rests"), move, why
    if found.schedule == Schedule.MANUAL:
        return Look.OFF, say("paused"), "", why
    return Look.OK, say("rests"), "", why


def _trouble(run: Run | None) -> tuple[str, str] | None:
    """What went wrong in it, where somebody has to do something about it; else whatever it was."""
    problems = run.problems if run is not None else []
    ordered = sorted(problems, key=lambda each: each.get("move") == Move.MACHINE)
    return (str(ordered[0].get("move", "")), str(ordered[0].get("sentence", ""))) if ordered else None


def whose(moves: Iterable[str]) -> str:
    """Of all of a client: the client's before ours, since nobody else can make it."""
    found = set(moves)
    return next((str(each) for each in (Move.CLIENT, Move.AGENCY, Move.US) if each in found), "")


def whose_words(move: str) -> str:
    words = {Move.CLIENT: say("The client’s"), Move.AGENCY: say("Yours"), Move.US: say("Whoever runs Tributary")}
    return {str(each): said for each, said in words.items()}.get(move, say("Nobody’s"))
