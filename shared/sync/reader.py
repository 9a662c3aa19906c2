"""A leased slice, read page by page: fetch, understand, stage, move on. Every page is a checkpoint.

It ends in one of three ways: done, parked until a time, or failed with a sentence; or it is put back when the worker's
time is up. Whatever it writes, it writes only while it still holds the slice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import orjson

from shared import log, model
from shared.clock import Clock
from shared.errors import Code, Later, Problem, Stale
from shared.http import Http, exactly
from shared.messages import SliceReady, TableReady
from shared.model import Connection, Run, Slice, to_doc
from shared.parsing import Rounded
from shared.reading import (
    Position,
    Reading,
    SliceContext,
    about_account,
    in_spite_of,
    instead,
    left_out,
    other_version,
    question,
    read,
    request_for,
)
from shared.reading.totals import add_sums
from shared.rows.shaping import Notes
from shared.states import SliceState
from shared.stores.passing import passes
from shared.stores.ports import Bus, Doc, Documents, Objects, Transaction
from shared.sync.budgets import Allowed, Budget
from shared.sync.cursor_lookup import CursorLookup
from shared.sync.leases import DIED, MOST_ATTEMPTS, LeasedSlice, check_lease, problem_doc
from shared.sync.runs import Runs
from shared.sync.slice_closing import close_slice, mark_of
from shared.sync.slice_notes import proven, with_notes
from shared.sync.slices_of_run import child_slices
from shared.sync.staging import StagedPage, page_of, stage
from shared.sync.under_way import ASIDE, left_to_others, open_runs
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Request

CREDENTIALS = 3  # tried for one call
HAND_OVER = 8  # pages after which a long slice lets the loader begin
LONGEST_WAIT = timedelta(days=1)  # for the platform, without one page in between; then it is left to the next sync
LIMITS = {Code.LIMITED, Code.DAILY_ALLOWANCE}  # of the platform: the budget says until when
# These waits are planned, however many slices share the allowance.
OUR_OWN_PACE = {Code.PACING, Code.DAILY_SHARE, Code.DAILY_ALLOWANCE}
ELSEWHERE = {"elsewhere": {"slices": 1}}  # of a slice that another run reads
LONGEST_STUMBLE = 300  # seconds to wait after a fault that was not the platform's
STUMBLED = "Something on our side did not answer; it goes on by itself."


class Keys(Protocol):
    """Opens credentials; `shared/oauth/credentials.py` is the one implementation."""

    def headers(self, platform: Platform, connection: Connection) -> Mapping[str, str]: ...

    def rejected(self, platform: Platform, connection: Connection, used: Mapping[str, str]) -> bool: ...

    def refused(self, platform: Platform, connection: Connection, problem: Problem, refusals: int) -> Problem: ...

    def worked(self, connection: Connection) -> None: ...

    def again(self, workspace: str, connection: str) -> None: ...


@dataclass(frozen=True)
class Tools:
    """What reading a slice needs of the world."""

    documents: Documents
    bus: Bus
    objects: Objects
    keys: Keys
    http: Http
    clock: Clock
    runs: Runs
    lease_seconds: int


@dataclass
class Reader:
    """A leased slice being read. What it knows beyond its document is only a convenience."""

    tools: Tools
    platform: Platform
    stream: Stream
    held: LeasedSlice
    allowed: Allowed
    budget: Budget = field(init=False)  # that the next call draws on
    slice: Slice = field(init=False)
    position: Position | None = field(init=False)
    context: SliceContext = field(init=False)
    others: list[Run] | None = None  # runs of the connection that are open besides
    asked: Request | None = None
    last: Answer | None = None
    used: Mapping[str, str] = field(default_factory=dict)  # headers that carry the credential

    def __post_init__(self) -> None:
        slice_ = self.slice = self.held.slice
        self.budget = self.allowed.of(self.stream)
        # One clock's order: no reading of a run is older than the run, whatever the clock of the worker says.
        began = max(filter(None, (slice_.created_at, self.held.run.started_at)), default=self.tools.clock.now())
        self.position = orjson.loads(slice_.position) if slice_.position else {}
        connection = self.held.connection
        account = {
            "account_id": connection.account,
            "account_zone": connection.zone,
            "account_currency": connection.currency,
        }
        self.context = SliceContext(
            {**account, **connection.values, **connection.choices}, slice_.given, slice_.since, slice_.until, began
        )

    def page(self) -> None:
        """One call, one staged page, one step of the slice."""
        tools, position = self.tools, self.position
        assert position is not None  # noqa: S101  (callers stop at None)
        self.budget = self.allowed.of(self.stream, position)
        request = request_for(self.platform, self.stream, self.context, position)
        reading = self._read(position, request)
        read_at = max(tools.clock.now(), self.context.began)
        try:
            children, staged, notes = self._staged(reading, request, read_at)
        except Rounded:
            reading = replace(self._exactly(position), version=reading.version)
            children, staged, notes = self._staged(reading, request, read_at)
        if staged.rows:
            tools.objects.write(staged.name, staged.data, staged.metadata)
        if children:
            tools.documents.create_missing({model.path(c.workspace, "slices", c.id): to_doc(c) for c in children})
        self._advance(reading, staged, notes, read_at)
        self._nudge(children, bool(staged.rows))
        if reading.wait is not None and reading.position is not None:
            raise Later(
                "being-made",
                f"{self.platform.title} is preparing this.",
                not_before=tools.clock.now() + reading.wait,
                counts=False,
            )

    def _staged(self, reading: Reading, request: Request, read_at: datetime) -> tuple[list[Slice], StagedPage, Notes]:
        """The slices that hang on these records, and the records as they will be written. They are used up."""
        notes, children = Notes(), self._children(reading)
        given = {**about_account(self.stream, self.context.values), **reading.given}
        staged = stage(self.platform, self.stream, self.slice, reading.records, given, request, read_at, notes)
        return children, staged, notes

    def _exactly(self, position: Position) -> Reading:
        """The last answer, understood once more, with the digits of numbers that are longer than usual."""
        answer, asked = self.last, self.asked
        assert answer is not None and asked is not None  # noqa: S101, PT018  (it was read just now)
        return read(self.platform, self.stream, self.context, position, asked, exactly(answer))

    def _read(self, position: Position, request: Request) -> Reading:
        """Ask and understand; a file that the answer names is fetched at once, because its address is never kept."""
        following: Request | None = request
        try:
            while following is not None:
                self.asked, answer = following, self._ask(following)
                try:
                    reading = read(self.platform, self.stream, self.context, position, following, answer)
                except Rounded:
                    reading = self._exactly(position)
                self.budget.learn(answer)
                if self.slice.waits_since is not None:
                    self.budget.answered(self.stream.name)
                following = reading.follow
                if served := other_version(self.platform, answer):
                    reading = replace(reading, version=served)
        except Problem as problem:
            step = instead(self.stream, self.context, position, problem)
            if step is None:
                if isinstance(problem, Later):
                    problem.counts = problem.counts or problem.code in {Code.TOO_MUCH, Code.PLACE_EXPIRED}
                raise
            log.info("asked another way", because=problem.code)
            names = left_out(self.stream, self.context, position, step)
            anew = not step.get("at")  # a smaller page goes on where it was
            return Reading([], {}, step, anew=anew, left_out=names)
        return reading

    def _ask(self, request: Request) -> Answer:
        """Send the call with its credential. On a first refusal the credential is read again, since another worker may
        have renewed it; on a second it is renewed here; a third is final."""
        tools, renewed = self.tools, False
        for left in range(CREDENTIALS - 1, -1, -1):
            self.last = None
            if request.bare:  # a file lies elsewhere: it is no call to the platform
                answer = self.last = tools.http.send(self.platform, request)
                return answer
            self.budget.take(self.stream.name)
            used = self.used = tools.keys.headers(self.platform, self.held.connection)
            answer = self.last = tools.http.send(self.platform, request.with_headers(used))
            if answer.status != 401 or renewed or not left:
                return answer
            renewed = tools.keys.rejected(self.platform, self.held.connection, used)
        raise AssertionError("the last try returns")

    def _children(self, reading: Reading) -> list[Slice]:
        """The slices of what hangs on these records. What another run has to read still is left to it."""
        if not reading.records or not self.slice.feeds:
            return []
        # Those that the plan named, whatever was chosen since: the cursor will say that they were read.
        run = replace(self.held.run, streams=[self.stream.name, *self.slice.feeds])
        documents, found = self.tools.documents, list[Slice]()
        lookup = CursorLookup(documents, self.slice.workspace)
        while lookup.more():
            found = child_slices(
                self.platform, self.stream, self.held.connection, run, reading.records, reading.given, lookup
            )
        if run.reason in ASIDE or not found:
            return found
        if self.others is None:
            self.others = open_runs(documents, run)
        left = left_to_others(documents, self.others, found, untouched=True)
        return [
            replace(slice_, state=SliceState.LOADED, notes=ELSEWHERE) if slice_.id in left else slice_
            for slice_ in found
        ]

    def _advance(self, reading: Reading, staged: StagedPage, notes: Notes, read_at: datetime) -> None:
        """Page n is done: the slice moves to n + 1, or is staged, if this worker still holds it."""
        tools, before = self.tools, self.slice
        slice_path = model.path(before.workspace, "slices", before.id)
        cursor_path = model.path(before.workspace, "cursors", mark_of(before))
        done = reading.position is None
        proof, position = self._proved(reading)

        def work(tx: Transaction) -> Slice:
            doc, cursor = tx.get_many([slice_path, cursor_path])
            now = tools.clock.now()
            moved = replace(
                check_lease(doc, before),
                position="" if done else orjson.dumps(position).decode(),
                page=before.page + 1,
                rows=before.rows + staged.rows,
                calls=before.calls + 1,
                to_load=before.to_load + (1 if staged.rows else 0),
                attempts=0,
                refusals=0,
                stumbles=0,
                waiting_for="",
                waits_since=None,
                problem=None,
                lease_until=now + timedelta(seconds=tools.lease_seconds),
                touched_at=now,
                proof=proof,
                notes=with_notes(before.notes, notes, reading),
                state=SliceState.STAGED if done else SliceState.WORKING,
            )
            update = close_slice(moved, cursor, self.held.run, self.stream.keeps_cursor, now)
            if staged.rows:
                page = page_of(before, self.platform.table(before.stream), staged, read_at)
                tx.set(model.path(page.workspace, "pages", page.id), to_doc(page))
            update.write(tx)
            return update.slice_

        self.slice = tools.documents.transact(work)
        self.position = position

    def _proved(self, reading: Reading) -> tuple[Doc, Position | None]:
        """What is proved by now, and where to go on. A list that begins once more is counted once more."""
        before, here, position = self.slice.proof, self.position or {}, reading.position
        began = here.get("began", before) if here.get("at") else before
        if position is not None and position.get("at"):
            position = {**position, "began": began}
        return (began if reading.anew else add_sums(proven(before, reading), reading.sums)), position

    def _nudge(self, children: list[Slice], staged_rows: bool) -> None:
        tools, slice_ = self.tools, self.slice
        done = self.position is None
        if slice_.to_load > slice_.loaded and (done or (staged_rows and slice_.to_load % HAND_OVER == 0)):
            tools.bus.publish(TableReady(slice_.workspace, self.platform.table(slice_.stream)))
        ready = [child for child in children if child.state == SliceState.READY]
        if ready:
            most = self.platform.limits.at_once - 1  # this worker's own place is taken
            tools.bus.publish(*(SliceReady(child.workspace, child.id) for child in ready[: max(most, 1)]))
        if slice_.state == SliceState.LOADED:
            tools.runs.advance(slice_.workspace, slice_.run, read=True)

    # -- the other outcomes --------------------------------------------------------------------

    def put_back(self) -> None:
        """Time is up: whoever comes next carries on from here."""
        self._leave(SliceState.READY, {})
        self.tools.bus.publish(SliceReady(self.slice.workspace, self.slice.id))

    def park(self, problem: Later) -> None:
        """Wait in the document, not in the process. A limit that was stated does not use up the attempts."""
        attempts = self.slice.attempts + (1 if problem.counts else 0)
        if attempts >= MOST_ATTEMPTS:
            if not self._without():
                self.fail(self._named(problem))
            return
        until = problem.not_before
        if problem.code in LIMITS and self.last is not None:
            until = self.budget.refused(problem, self.last, self.stream.name)
        now = self.tools.clock.now()
        if until is None:
            until = now + timedelta(seconds=min(2 ** (attempts + 1), 300))
        since = self.slice.waits_since or now
        if until - since > LONGEST_WAIT and problem.code not in OUR_OWN_PACE:
            self.fail(Later("waited-too-long", f"{problem.sentence} The next sync asks again.", problem.detail))
            return
        log.info("waiting", until=until, because=problem.code)
        waits = {"not_before": until, "waiting_for": problem.sentence, "waits_since": since}
        refusals = self.slice.refusals + (1 if problem.code == Code.REFUSED_ONCE else 0)
        self._leave(SliceState.PARKED, {"attempts": attempts, "refusals": refusals, "problem": None, **waits})

    def _named(self, problem: Problem) -> Problem:
        """Of several questions, which one it was that had no answer."""
        asked = question(self.stream, self.context, self.position or {})
        return replace(problem, sentence=f"{problem.sentence} It was asked for {asked}.") if asked else problem

    def _without(self) -> bool:
        """Go on without what cannot be had, where that was one question of several."""
        step = in_spite_of(self.stream, self.context, self.position or {})
        if step is None:
            return False
        log.info("left out", names=step.names)
        reading = Reading([], {}, step.position, anew=True, narrowed=bool(step.names), left_out=step.names)
        now = self.tools.clock.now()
        request = request_for(self.platform, self.stream, self.context, self.position or {})
        _, staged, notes = self._staged(reading, request, now)
        try:
            self._advance(reading, staged, notes, now)
        except Stale:
            log.info("lease lost; another worker carries on")
            return True
        self._nudge([], staged_rows=False)
        if self.position is not None:
            self.put_back()
        return True

    def stumble(self, error: Exception) -> None:
        """What stopped us is not the platform's fault. Whoever comes next takes it up: soon, and later each time that
        it happens again. A fault of our stores passes and is no reason to give up; one of our own may never pass."""
        stumbles, attempts = self.slice.stumbles + 1, self.slice.attempts + (0 if passes(error) else 1)
        if attempts >= MOST_ATTEMPTS:
            self.fail(DIED)
            return
        until = self.tools.clock.now() + timedelta(seconds=min(2**stumbles, LONGEST_STUMBLE))
        waiting = {"attempts": attempts, "stumbles": stumbles, "not_before": until, "waiting_for": STUMBLED}
        self._leave(SliceState.PARKED, {**waiting, "problem": None})

    def fail(self, problem: Problem) -> None:
        log.failure("slice failed", problem)
        self._leave(SliceState.FAILED, {"problem": problem_doc(problem)})
        self.tools.runs.advance(self.slice.workspace, self.slice.run, read=True)

    def _leave(self, state: SliceState, changes: Mapping[str, object]) -> None:
        where = model.path(self.slice.workspace, "slices", self.slice.id)

        def work(tx: Transaction) -> None:
            check_lease(tx.get(where), self.slice)
            now = self.tools.clock.now()
            tx.update(where, {"state": state, "lease_until": None, "touched_at": now, **changes})

        try:
            self.tools.documents.transact(work)
        except Stale:
            log.info("lease lost; another worker carries on")
