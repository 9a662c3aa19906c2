"""The documents: what is true about workspaces, connections, runs, slices, pages, batches and cursors.

Frozen values. A document is written back only inside a transaction that read it, so a worker never overwrites
what another has done. Readers tolerate fields and words they do not know: old and new functions run side by side.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from shared.states import (
    AccessAct,
    BatchState,
    CallState,
    ConnectionState,
    PageKind,
    PageState,
    Reason,
    RunState,
    Schedule,
    SliceKind,
    SliceState,
    WishState,
    WorkspaceState,
)

Doc = dict[str, Any]

WISHES_KEPT = timedelta(days=30)  # documents of wishes about access; what they did stays in the audit log
NEWER = "It was connected again after that, so it was left alone."  # what became of a connection by one


@dataclass(frozen=True, slots=True)
class Workspace:
    id: str
    name: str
    agency: str = ""  # who asks, on the connect page
    contact: str = ""  # whom a client can ask back
    zone: str = "UTC"
    currency: str = ""
    created_at: datetime | None = None
    fiscal_year_start: int = 1  # the month
    readers: list[str] = field(default_factory=list)  # who may read its marts: user:, group: or serviceAccount:
    history_days: int = 0  # how long its history is kept; 0: for good
    pages_days: int = 0  # how long its staged pages are kept; 0: as long as those of everybody
    protected: bool = False  # it cannot be destroyed while this is so
    state: WorkspaceState = WorkspaceState.OPEN


@dataclass(frozen=True, slots=True)
class Connection:
    id: str
    workspace: str
    platform: str
    account: str  # the platform's id of the account
    title: str
    zone: str = "UTC"
    currency: str = ""
    values: dict[str, str] = field(default_factory=dict)  # data centre and the like
    choices: dict[str, str] = field(default_factory=dict)  # what the workspace chose of what the platform leaves open
    state: ConnectionState = ConnectionState.ACTIVE
    problem: Doc | None = None  # code, sentence, move: why it needs somebody
    schedule: Schedule = Schedule.STANDARD
    rhythm: str = ""  # of its own, such as "every 6 hours" (sync/rhythm); then `schedule` says daily
    history_days: int = 0  # how far back streams of days are read; 0: as far as the platform tells
    streams: list[str] = field(default_factory=list)  # empty: all that are not optional
    streams_with: list[str] = field(default_factory=list)  # besides these
    streams_without: list[str] = field(default_factory=list)  # of these not, nor what hangs on them
    secret: str = ""  # name of the secret, never its content
    secret_version: str = ""  # newest version: lets a worker know that its own copy is old
    expires_at: datetime | None = None  # when the credential or the grant ends, if the platform says; counted down
    refresh_until: datetime | None = None  # single flight: who holds this may refresh
    refresh_fence: int = 0
    checked: Doc | None = None  # when somebody last asked whether the access is good: at, good, sentence
    refusals: Doc = field(default_factory=dict)  # of the access by the platform, while they are counted (oauth/trials)
    next_sync_at: datetime | None = None
    connected_at: datetime | None = None
    access_since: datetime | None = None  # when a person last gave the access; None: as it was connected
    last_run: str = ""
    last_success_at: datetime | None = None
    closing_at: datetime | None = None  # it is being disconnected since then
    look_at: datetime | None = None  # when the tick looks after its runs, slices and pages next; None: nothing is open
    ended_until: datetime | None = None  # what began before it has ended, and long enough ago for every export to know
    # Rows that were seen: by stream (of a backfill by stream and days), those of the last complete reading (`rows`),
    # and those of one that showed far fewer and is not believed yet (`held`).
    seen: dict[str, Doc] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A stream that a workspace defined itself. It cannot be changed, because its table could not."""

    id: str  # its name
    workspace: str
    platform: str
    title: str
    definition: Doc = field(default_factory=dict)  # as the platform's own function understands it
    connections: list[str] = field(default_factory=list)  # those it is for; empty: all of the platform
    created_at: datetime | None = None
    deleted_at: datetime | None = None  # withdrawn: no longer read, the table stays


@dataclass(frozen=True, slots=True)
class Run:
    id: str
    workspace: str
    connection: str
    platform: str
    reason: Reason
    state: RunState = RunState.RUNNING
    request: str = ""  # who asked; the same request names the same run
    streams: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # streams of which something is under way in another run
    since: datetime | None = None  # backfill and replay: the window
    until: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    problems: list[Doc] = field(default_factory=list)  # stream, code, sentence, move
    moves_cursors: bool = True  # a backfill and a replay leave them alone
    untold_since: datetime | None = None  # it has ended, and the table of runs does not know it yet
    expires_at: datetime | None = None  # of the document (TTL), not of the data


@dataclass(frozen=True, slots=True)
class PlatformCall:
    """What a platform told us, and what became of it. It stays, as proof, without what names a person."""

    id: str  # nobody can guess it: the page that shows how far it is has no other key
    platform: str  # whose call it was
    wish: str
    platforms: list[str]  # those that share the app, so it is about their connections, too
    by: str  # the value by which connections are known
    whose: str
    received_at: datetime
    person: str = ""
    records: list[str] = field(default_factory=list)
    state: CallState = CallState.OPEN
    meant: list[str] | None = None  # paths of the connections that it is about; None: nobody has looked yet
    outcomes: Doc = field(default_factory=dict)  # path of a connection → what became of it, in a sentence
    look_at: datetime | None = None  # when the tick nudges it
    passes: int = 0  # how often it was gone through from the beginning to the end
    place: str = ""  # how far a pass has come among staged pages
    missed: list[str] = field(default_factory=list)  # paths of connections that this pass could not be gone through
    cleared: Doc = field(default_factory=dict)  # what was cleared: rows of a table, lines of pages
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessWish:
    """What somebody wants of a connection's access, and what became of it. Pages that wait for its end read it."""

    id: str  # the same request names the same wish
    workspace: str
    connection: str
    act: AccessAct
    who: str  # as the audit log names them
    asked_at: datetime
    expires_at: datetime  # of the document (TTL)
    route: str = ""  # by which way in it came
    request: str = ""
    state: WishState = WishState.WANTED
    look_at: datetime | None = None  # when the tick nudges it
    lease_until: datetime | None = None  # somebody is at it
    sentence: str = ""  # what it waits for; at its end, what became of it
    code: str = ""  # why it was refused, or failed
    move: str = ""  # whose it is then
    good: bool | None = None  # of a validation: whether the platform takes the access
    secret: str = ""  # of a renewal: what it began with, by name and number
    version: str = ""
    receipt: str = ""  # of a connection that ended
    closing_at: datetime | None = None  # since when it is being ended for this wish
    outcome: str = ""  # as the audit log is told; from then on it only has to be told
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    id: str
    workspace: str
    connection: str
    run: str
    platform: str
    stream: str
    kind: SliceKind = SliceKind.EXTRACT
    partition: str = ""  # the parent's ids as text; names the cursor
    given: Doc = field(default_factory=dict)  # values from the parent row
    since: datetime | None = None
    until: datetime | None = None
    feeds: list[str] = field(default_factory=list)  # streams below it whose slices are made of its rows
    # Its cursor stays where it is, however much is read: streams below it that the connection reads are left out of
    # this run, and need the same rows once more.
    holds: bool = False
    owed: bool = False  # a debt says that it should have been read before
    behind: bool = False  # of a backfill: others of its connection go first
    before: int = 0  # rows that the last reading of the same days showed
    held: int | None = None  # rows of a reading of them that was not believed yet
    ended_until: datetime | None = None  # of the connection, when this was planned
    state: SliceState = SliceState.READY
    position: str = ""  # JSON; empty: the beginning
    page: int = 0  # pages staged so far = number of the next page
    rows: int = 0
    calls: int = 0
    to_load: int = 0  # pages with rows
    loaded: int = 0  # of those, in BigQuery
    attempts: int = 0  # faults in a row
    refusals: int = 0  # of these, refusals by a platform that takes the access otherwise
    stumbles: int = 0  # faults in a row that were not the platform's: of our stores, or our own
    not_before: datetime | None = None
    waiting_for: str = ""  # a sentence, while parked
    waits_since: datetime | None = None  # parked since then without one page in between
    lease_until: datetime | None = None
    fence: int = 0
    problem: Doc | None = None
    proof: Doc = field(default_factory=dict)  # per pass: theirs, ours
    notes: Doc = field(default_factory=dict)  # unknown, mismatched and refused fields, counted
    newest: datetime | None = None
    created_at: datetime | None = None
    touched_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A staged object on its way into its table."""

    id: str
    workspace: str
    connection: str
    run: str
    slice: str
    table: str
    kind: PageKind = PageKind.ROWS
    object: str = ""
    rows: int = 0
    bytes: int = 0
    read_at: datetime | None = None
    since: datetime | None = None  # of a sweep that is about certain days only
    until: datetime | None = None
    sweeps: list[Doc] = field(default_factory=list)  # those that were made long ago
    alone: bool = False  # its batch failed: load the pages of its slice by themselves, so that one cannot hurt others
    state: PageState = PageState.WAITING
    touched_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The lease on one table of one workspace: one batch at a time."""

    id: str
    workspace: str
    batch: str = ""  # the batch under way; taken up again by whoever comes next
    lease_until: datetime | None = None
    fence: int = 0
    attempts: int = 0
    problem: Doc | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The staged pages that one load job puts into one table."""

    id: str
    workspace: str
    table: str
    pages: list[str] = field(default_factory=list)
    rows: int = 0
    state: BatchState = BatchState.RUNNING
    bytes_billed: int = 0
    created_at: datetime | None = None
    finished_at: datetime | None = None
    problem: Doc | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a stream's partition is known to be in BigQuery."""

    id: str
    workspace: str
    connection: str
    stream: str
    partition: str
    until: datetime  # everything that changed before this is in BigQuery
    run: str
    feeds: list[str] = field(default_factory=list)  # streams below it that were read for everything before `until`
    rows: int = 0  # that the reading showed
    held: int | None = None  # rows of a later reading that showed far fewer, and is believed when the next one agrees
    stood: datetime | None = None  # `until` before runs that may have more to do: see sync/standing. None: nobody knows


@dataclass(frozen=True, slots=True)
class Debt:
    """A slice that a run should have read whole and did not. The next plan reads it, until it is in BigQuery."""

    id: str
    workspace: str
    connection: str
    platform: str
    stream: str
    partition: str
    given: Doc = field(default_factory=dict)
    since: datetime | None = None  # of a window of days
    until: datetime | None = None
    owed_since: datetime | None = None
    run: str = ""  # the first that did not read it
    code: str = ""  # why
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published of a workspace: its newest version, the one that is being made, and what the next waits for."""

    workspace: str
    version: int = 0  # the last number that was given to a whole version; 0: none was ever made
    cause: str = ""  # a `Cause`, or several: why that version was made
    manifest: str = ""  # the object that lists its files; empty: nothing is published
    as_of: datetime | None = None  # the moment that it is of
    proved_until: str = ""  # the day up to which every stream was compared with its platform; empty: none
    owed: list[str] = field(default_factory=list)  # streams with days or rows that are missing
    differs: list[str] = field(default_factory=list)  # streams whose rows are not as many as their platform counts
    published_at: datetime | None = None
    before: list[Doc] = field(default_factory=list)  # manifests that readers may still hold: manifest, until
    causes: list[str] = field(default_factory=list)  # why another is wanted; empty: it is not
    waits_since: datetime | None = None  # the first of these causes
    changed_at: datetime | None = None  # the last of them
    due_at: datetime | None = None  # when the tick asks for it; None: nothing is to be done
    wanted_at: datetime | None = None  # when somebody last looked at what is published
    attempt: Doc | None = None  # the version that is being made: see publishing/attempt
    whole: bool = False  # the next attempt asks for every mart, because one that was to be kept had changed meanwhile
    lease_until: datetime | None = None
    fence: int = 0
    attempts: int = 0  # to make this version, one after the other
    not_before: datetime | None = None  # the next one, after one that came to nothing
    problem: Doc | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands of a workspace in BigQuery, beside what is wished in its own document; and who is at work on it. One
    more, of the name of the agency's dataset, is about the marts over all workspaces."""

    workspace: str
    wish: str = ""  # what of the workspace's document stands, as a digest
    marts: str = ""  # which release its marts are of (sync/edition)
    readers: list[str] = field(default_factory=list)  # given by us, and so taken back by us; others are left alone
    history_days: int = 0  # that its tables of history keep
    opened_at: datetime | None = None  # when its datasets stood first
    swept_at: datetime | None = None  # when staged pages whose time was over were last taken away
    due_at: datetime | None = None  # when the tick asks for it; None: nothing is to be done
    not_before: datetime | None = None  # the next try, after one that came to nothing
    lease_until: datetime | None = None
    fence: int = 0
    attempts: int = 0  # one after the other that came to nothing
    problem: Doc | None = None


_NAME = re.compile(r"[^/\x00-\x1f\ud800-\udfff]{1,300}")
T = TypeVar("T")


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _words(kind: type[Any]) -> dict[str, dict[str, StrEnum]]:
    """The fields that are one of several words: text → member."""
    kinds = {name: hint for name, hint in get_type_hints(kind).items() if isinstance(hint, type)}
    return {name: {each.value: each for each in hint} for name, hint in kinds.items() if issubclass(hint, StrEnum)}


def to_doc(value: Any) -> Doc:
    return {f.name: getattr(value, f.name) for f in fields(value)}


def from_doc(kind: type[T], doc: Doc) -> T:
    """The value of a document. A state or kind that only a later release knows stays the text that it is."""
    made = cast(Any, kind)  # some dataclass
    known = {name: doc[name] for name in _names(made) if name in doc}
    for name, members in _words(made).items():
        if name in known:
            known[name] = members.get(known[name], known[name])
    return kind(**known)


def may_begin(state: ConnectionState, reason: Reason) -> bool:
    """Whether a run can begin for this reason while its connection is in this state. A replay makes no call, and so
    needs no access."""
    return state == ConnectionState.ACTIVE or (reason == Reason.REPLAY and state == ConnectionState.RECONNECT)


def names_one(text: str) -> bool:
    """Whether a text can be the last part of a document's path, and of no other document's."""
    return bool(_NAME.fullmatch(text)) and text not in (".", "..") and not (text[:2] == "__" == text[-2:])


def stable_id(*parts: str) -> str:
    """A stable id from parts: the same parts always name the same thing."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


# -- where documents live ----------------------------------------------------------------------------


def workspace_path(workspace: str) -> str:
    return f"workspaces/{workspace}"


def closing_path(workspace: str) -> str:
    """Its document says that the workspace is being erased."""
    return f"closings/{workspace}"


def call_path(name: str) -> str:
    return f"calls/{name}"


def wish_path(name: str) -> str:
    return f"wishes/{name}"


def publication_path(workspace: str) -> str:
    return f"publications/{workspace}"


def opening_path(workspace: str) -> str:
    return f"openings/{workspace}"


def path(workspace: str, collection: str, name: str) -> str:
    return f"workspaces/{workspace}/{collection}/{name}"


def cursor_id(connection: str, stream: str, partition: str) -> str:
    """Also the id of a debt: both are of a partition."""
    return f"{connection}.{stream}.{stable_id(partition)}" if partition else f"{connection}.{stream}"
