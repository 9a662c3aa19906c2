"""What the functions say to each other: one frozen type per topic. A message is a nudge, never the truth.

It names a thing; the thing's document says what to do. So a message may come twice, late or never: nothing
is lost by it and nothing done twice. Readers tolerate fields they do not know; writers raise `v` when a
meaning changes. No message carries a credential or a row.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar

import orjson

from shared.errors import BadMessage
from shared.states import Reason

LARGEST = 64 * 1024  # bytes; our own messages stay below 1 KiB, so anything near this is not ours
# Names of things become parts of a document's path, so nothing in them may lead to another document.
NAMES = frozenset({"workspace", "connection", "run", "slice", "table", "call", "letter", "wish"})
ROUND = "round"  # in the place of a letter. Nothing else bears this name, so a release that knows no rounds finds none
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")


@dataclass(frozen=True, slots=True)
class SyncRequested:
    """Plan a run. Without a connection: every connection on the standard schedule (Cloud Scheduler says so)."""

    topic: ClassVar[str] = "sync-requested"
    workspace: str = ""
    connection: str = ""
    reason: str = Reason.OPERATOR  # a `Reason`, once the planner has checked it
    request: str = ""  # names the run: the same request twice is one run
    streams: str = ""  # comma separated; empty: the connection's own choice
    since: str = ""  # backfill and replay: the window, ISO dates, half-open
    until: str = ""
    v: int = 1


@dataclass(frozen=True, slots=True)
class Tick:
    """A minute has passed: start what is due, wake what is parked, free what is stuck."""

    topic: ClassVar[str] = "minute-tick"
    v: int = 1


@dataclass(frozen=True, slots=True)
class SliceReady:
    """A slice has something to fetch."""

    topic: ClassVar[str] = "slice-ready"
    workspace: str
    slice: str
    v: int = 1


@dataclass(frozen=True, slots=True)
class TableReady:
    """A table of a workspace has staged pages waiting."""

    topic: ClassVar[str] = "table-ready"
    workspace: str
    table: str
    v: int = 1


@dataclass(frozen=True, slots=True)
class RunChanged:
    """A run reached another state. Whoever else should know may listen, too."""

    topic: ClassVar[str] = "run-changed"
    workspace: str
    connection: str
    run: str
    state: str  # a `RunState`
    v: int = 1


@dataclass(frozen=True, slots=True)
class RatesDue:
    """The exchange rates of the day are wanted: with every round of scheduled syncs."""

    topic: ClassVar[str] = "rates-due"
    v: int = 1


@dataclass(frozen=True, slots=True)
class PlatformCalled:
    """A platform has told us something, or it is time to go on with that."""

    topic: ClassVar[str] = "platform-called"
    call: str
    v: int = 1


@dataclass(frozen=True, slots=True)
class LetterWanted:
    """Something is to go out: a letter, what a webhook is told, or what of a workspace is worth telling (`ROUND`)."""

    topic: ClassVar[str] = "letter-wanted"
    letter: str
    workspace: str = ""  # of a round
    run: str = ""  # that has changed, and is why
    v: int = 1


@dataclass(frozen=True, slots=True)
class DataChanged:
    """What the marts of a workspace are made of has changed, or one of its versions waits to be published."""

    topic: ClassVar[str] = "data-changed"
    workspace: str
    looked: str = ""  # “yes”: nothing has; somebody looks at what is published who may write no documents
    v: int = 1


@dataclass(frozen=True, slots=True)
class AccessWanted:
    """Somebody wants something of a connection's access, or it is time to go on with that."""

    topic: ClassVar[str] = "access-wanted"
    wish: str
    v: int = 1


@dataclass(frozen=True, slots=True)
class WorkspaceWanted:
    """What stands of a workspace in BigQuery is not what is wished; `agency`: the marts over all of them."""

    topic: ClassVar[str] = "workspace-wanted"
    workspace: str
    v: int = 1


@dataclass(frozen=True, slots=True)
class AuditDue:
    """A minute has passed: what was entered into the audit log is to be sealed."""

    topic: ClassVar[str] = "audit-due"
    v: int = 1


Message = (
    SyncRequested
    | Tick
    | SliceReady
    | TableReady
    | RunChanged
    | RatesDue
    | PlatformCalled
    | LetterWanted
    | DataChanged
    | AccessWanted
    | WorkspaceWanted
    | AuditDue
)
M = TypeVar(
    "M",
    SyncRequested,
    Tick,
    SliceReady,
    TableReady,
    RunChanged,
    RatesDue,
    PlatformCalled,
    LetterWanted,
    DataChanged,
    AccessWanted,
    WorkspaceWanted,
    AuditDue,
)

# Who reads what: Terraform, the local cloud and the tests draw the flow from this one table.
FLOW: dict[str, tuple[type[Message], str]] = {
    SyncRequested.topic: (SyncRequested, "fan_out_sync"),
    Tick.topic: (Tick, "fan_out_sync"),
    SliceReady.topic: (SliceReady, "extract_page"),
    TableReady.topic: (TableReady, "load_batch"),
    RunChanged.topic: (RunChanged, "tell_run"),
    RatesDue.topic: (RatesDue, "load_rates"),
    PlatformCalled.topic: (PlatformCalled, "answer_call"),
    LetterWanted.topic: (LetterWanted, "send_letter"),
    DataChanged.topic: (DataChanged, "publish_mart"),
    AccessWanted.topic: (AccessWanted, "keep_access"),
    WorkspaceWanted.topic: (WorkspaceWanted, "open_workspace"),
    AuditDue.topic: (AuditDue, "seal_audit"),
}


def encode(message: Message) -> bytes:
    return orjson.dumps(asdict(message))


def decode(data: bytes, kind: type[M]) -> M:
    """Bytes → message, or BadMessage with a reason. Unknown fields are left aside, wrong types are not."""
    if len(data) > LARGEST:
        raise BadMessage(f"{kind.__name__}: {len(data)} bytes, larger than any message of ours")
    try:
        body: Any = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadMessage(f"{kind.__name__}: not JSON") from error
    if not isinstance(body, dict):
        raise BadMessage(f"{kind.__name__}: not a JSON object")
    version = body.get("v", 1)
    if version != 1 or version is True:
        raise BadMessage(f"{kind.__name__}: version {str(version)[:20]} is not known here")
    known: dict[str, Any] = {}
    for field in fields(kind):
        value = body.get(field.name)
        if value is None:
            continue
        if not isinstance(value, int if field.name == "v" else str):
            raise BadMessage(f"{kind.__name__}: {field.name} is not of its type")
        if field.name in NAMES and not (_NAME.fullmatch(str(value)) or value == field.default):
            raise BadMessage(f"{kind.__name__}: {field.name} is not a name")
        known[field.name] = value
    try:
        return kind(**known)
    except TypeError as error:
        raise BadMessage(f"{kind.__name__}: a field is missing") from error
