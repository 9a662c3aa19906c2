"""What a platform allows, shared by all workers as one document per allowance.

A rate limiter by GCRA (the generic cell rate algorithm, a leaky bucket read backwards). Calls are spaced, not counted:
`whole_at` is the theoretical arrival time, the moment at which the allowance is whole again, and each call moves it on.
So no timer runs and a crashed worker costs a few calls. After a refusal nobody asks before `blocked_until`: what the
platform states, or else `Limits.default_pause` from now.

An allowance that all connections of our app share is paced in lanes (`lanes.py`), and its day is counted in handfuls
(`shares.py` says whose), so that no document is written too often.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.clock import LONGEST_PAUSE, Clock, midnight_after
from shared.errors import Code, Later
from shared.model import Connection, stable_id
from shared.reading import Position
from shared.stores.ports import Doc, Documents, Transaction
from shared.sync import rests, shares
from shared.sync.lanes import lanes_of, moment, next_turn
from shared.vocabulary.paging import Report
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.statuses import stated_rest
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer


def budget_path(platform: Platform, connection: str, allowance: str = "") -> str:
    """One document per allowance: of the account, or of our app where all connections share it."""
    limits = platform.allowances[allowance] if allowance else platform.limits
    whose = [] if limits.shared_by == "app" else [connection]
    return "budgets/" + ".".join([platform.name, *whose, *([allowance] if allowance else [])])


def lifted(platform: Platform) -> Platform:
    """The same platform without a pace of ours. What it refuses is respected as ever."""

    def free(limits: Limits) -> Limits:
        return replace(limits, per_second=None, per_day=None)

    allowances = {name: free(limits) for name, limits in platform.allowances.items()}
    return replace(platform, limits=free(platform.limits), allowances=allowances)


def sharer(platform: Platform, connection: Connection) -> str:
    """Whom an allowance is counted for: the connection, or all those that have a value of their account in common."""
    common = connection.values.get(platform.limits.shared_by)
    return stable_id(platform.limits.shared_by, common) if common else connection.id


@dataclass(frozen=True)
class Budget:
    """One sharer's allowance, as one worker sees it; mostly a connection's. Grants are taken in small handfuls."""

    documents: Documents
    clock: Clock
    platform: Platform
    connection: str
    granted: deque[datetime] = field(default_factory=deque)
    allowance: str = ""  # one of the platform's own for some streams
    seen: Doc = field(default_factory=dict)  # which streams rest, when the document was last read
    days: dict[str, int] = field(default_factory=dict)  # day → calls of it that were granted and not made yet

    @property
    def limits(self) -> Limits:
        return self.platform.allowances[self.allowance] if self.allowance else self.platform.limits

    @property
    def path(self) -> str:
        return budget_path(self.platform, self.connection, self.allowance)

    def take(self, stream: str = "") -> None:
        """Wait for the next call's turn, a moment at most; raises Later when its turn is further off."""
        if self.limits.per_second is None and self.limits.per_day is None:
            self._check(self.documents.get(self.path) or {}, stream)
            return
        if lanes := lanes_of(self.limits):
            self._take_in_lanes(lanes, stream)
            return
        rests.check(self.seen, self._name(stream), self.clock.now())
        if not self.granted:
            self.granted.extend(self.documents.transact(lambda tx: self._grant(tx, stream)))
        self.clock.pause((self.granted.popleft() - self.clock.now()).total_seconds())

    def _check(self, doc: Doc, stream: str) -> None:
        self.seen["rests"] = doc.get("rests", {})
        check(doc, self.clock.now())
        rests.check(doc, self._name(stream), self.clock.now())

    def _name(self, stream: str) -> str:
        return f"{self.connection} {stream}"

    def _take_in_lanes(self, lanes: int, stream: str) -> None:
        """Take the first turn that is free in any lane."""
        paths = [f"{self.path}.lane{lane}" for lane in range(lanes)]
        doc, *found = self.documents.get_many([self.path, *paths])
        self._check(doc or {}, stream)
        if self.limits.per_day is not None:
            self._count(self.limits.per_day, self.clock.now())
        while (at := self._take_turn(paths, found)) is None:
            pass  # each time somebody else took one, so this ends
        self.clock.pause((at - self.clock.now()).total_seconds())

    def _take_turn(self, paths: Sequence[str], found: list[Doc | None]) -> datetime | None:
        """None where somebody was quicker in that lane; then `found` says so. Workers that begin together thus take a
        lane each, and do not queue in the one that was the best when they looked."""
        limits, now = self.limits, self.clock.now()
        turn, lane = min((next_turn(limits, lane, doc, now), lane) for lane, doc in enumerate(found))
        at = moment(limits, turn)
        if at > now + timedelta(seconds=LONGEST_PAUSE):
            raise Later(Code.PACING, "Waiting for the platform's rate limit.", not_before=at, counts=False)

        def write(tx: Transaction) -> bool:
            doc = tx.get(paths[lane])
            if doc != found[lane]:
                found[lane] = doc
                return False
            tx.set(paths[lane], {**(doc or {}), "turn": turn})
            return True

        return at if self.documents.transact(write) else None

    def _count(self, per_day: int, now: datetime) -> None:
        """One call of today, out of the handful that was granted."""
        today = f"{now:%Y-%m-%d}"
        if not self.days.get(today):
            granted = self.documents.transact(lambda tx: self._share(tx, per_day))
            if not granted:
                said = "Today's share of the calls to the platform is used up; more is free when others do not need it."
                raise Later(Code.DAILY_SHARE, said, not_before=shares.look_again(now), counts=False)
            self.days.clear()  # what is left of yesterday is over
            self.days[today] = granted
        self.days[today] -= 1

    def _share(self, tx: Transaction, per_day: int) -> int:
        now, doc, name = self.clock.now(), tx.get(self.path) or {}, shares.name_of(self.connection)
        users = shares.users_on(doc, now)
        free = min(shares.free_for(name, users, per_day, now), int(2 * (self.limits.per_second or 1)) + 1)
        used, before = users.get(name, [0, 0])
        if free == 0 and sum(made for made, _ in users.values()) >= per_day:
            raise _day_over(now)
        if free > 0 or name not in users:  # whoever asks is counted from now on
            users[name] = [used + free, before]
            tx.set(self.path, {**doc, "day": f"{now:%Y-%m-%d}", "users": users})
        return free

    def give_back(self) -> None:
        """Calls that were granted and not made: others may need them."""
        left = self.days.pop(f"{self.clock.now():%Y-%m-%d}", 0)
        if not left:
            return

        def write(tx: Transaction) -> None:
            doc, name = tx.get(self.path) or {}, shares.name_of(self.connection)
            users = shares.users_on(doc, self.clock.now())
            if name in users:
                users[name][0] = max(0, users[name][0] - left)
                tx.set(self.path, {**doc, "day": f"{self.clock.now():%Y-%m-%d}", "users": users})

        self.documents.transact(write)

    def _grant(self, tx: Transaction, stream: str) -> list[datetime]:
        limits, now = self.limits, self.clock.now()
        doc = tx.get(self.path) or {}
        self._check(doc, stream)
        wanted = 1 if limits.per_second is None else max(1, min(int(limits.per_second / 2), 5))
        today = f"{now:%Y-%m-%d}"
        used = doc.get("used", 0) if doc.get("day") == today else 0
        if limits.per_day is not None:
            wanted = min(wanted, limits.per_day - used)
            if wanted <= 0:
                raise _day_over(now)
        times = [now] * wanted
        whole_at = doc.get("whole_at") or now
        if limits.per_second is not None:
            gap = timedelta(seconds=1 / limits.per_second)
            times = []
            while len(times) < wanted:
                whole_at = max(whole_at, now) + gap
                turn = max(now, whole_at - gap * limits.burst)
                if turn > now + timedelta(seconds=LONGEST_PAUSE):
                    whole_at -= gap
                    break
                times.append(turn)
            if not times:
                turn = max(now, whole_at + gap - gap * limits.burst)
                raise Later(Code.PACING, "Waiting for the platform's rate limit.", not_before=turn, counts=False)
        tx.set(self.path, {**doc, "whole_at": whole_at, "day": today, "used": used + len(times)})
        return times

    def learn(self, answer: Answer) -> None:
        """Believe the platform when it says that less is left than we thought."""
        rest = self.limits.stated_pause(answer) if self.limits.stated_pause else None
        if rest:
            self._block_until(self.clock.now() + rest, "The platform asks us to slow down.")
        header, limits = self.limits.remaining_header, self.limits
        left = answer.headers.get(header, "") if header else ""
        if not left.isdecimal() or limits.per_second is None or int(left) * 4 > limits.burst:
            return
        gap = timedelta(seconds=1 / limits.per_second)
        whole_at = self.clock.now() + gap * (limits.burst - int(left))

        def write(tx: Transaction) -> None:
            doc = tx.get(self.path) or {}
            if doc.get("whole_at") is None or doc["whole_at"] + gap * 3 < whole_at:
                tx.set(self.path, {**doc, "whole_at": whole_at})

        self.documents.transact(write)

    def answered(self, stream: str) -> None:
        """A stream that was refused before is answered again."""

        def write(tx: Transaction) -> None:
            doc = rests.answered(tx.get(self.path) or {}, self._name(stream))
            if doc is not None:
                tx.set(self.path, doc)

        self.documents.transact(write)

    def refused(self, problem: Later, answer: Answer | None, stream: str = "") -> datetime:
        """A limit was hit: when this stream asks again. At its first refusal, nobody asks before."""
        now = self.clock.now()
        until = problem.not_before
        if until is None and problem.code == Code.DAILY_ALLOWANCE:
            until = midnight_after(now)
        if until is None and answer is not None:
            rest = self.limits.stated_pause(answer) if self.limits.stated_pause else None
            until = now + rest if rest else stated_rest(answer, self.limits.retry_headers, now)
        until = until or now + self.limits.default_pause
        if problem.code == Code.DAILY_ALLOWANCE:
            self._block_until(until, problem.sentence)
            return until
        return self._rest(stream, until, problem.sentence)

    def _rest(self, stream: str, until: datetime, because: str) -> datetime:
        name = self._name(stream)

        def write(tx: Transaction) -> datetime:
            doc, first = rests.after(tx.get(self.path) or {}, name, until, because, self.clock.now())
            tx.set(self.path, _blocked(doc, until, because) if first else doc)
            own: datetime = doc["rests"][name]["until"]
            return own

        self.granted.clear()
        return self.documents.transact(write)

    def _block_until(self, until: datetime, because: str) -> None:
        """Nobody asks before then."""

        def write(tx: Transaction) -> None:
            tx.set(self.path, _blocked(tx.get(self.path) or {}, until, because))

        self.documents.transact(write)
        self.granted.clear()


@dataclass(frozen=True)
class Allowed:
    """The budgets of one connection that a worker has drawn on: one, or one per group of streams."""

    documents: Documents
    clock: Clock
    platform: Platform
    connection: str
    known: dict[str, Budget] = field(default_factory=dict)

    def of(self, stream: Stream, position: Position | None = None) -> Budget:
        """Of a report, only asking for it draws on an allowance of its own; looks at it are calls like others."""
        looks = isinstance(stream.pages, Report) and "report" in (position or {}).get("at", {})
        name = "" if looks else stream.allowance
        if name not in self.known:
            self.known[name] = Budget(self.documents, self.clock, self.platform, self.connection, allowance=name)
        return self.known[name]

    def give_back(self) -> None:
        for budget in self.known.values():
            budget.give_back()


def _blocked(doc: Doc, until: datetime, because: str) -> Doc:
    """The document with nobody asking before then; a longer block stays."""
    known = doc.get("blocked_until")
    return {**doc, "blocked_until": until, "because": because} if known is None or known < until else doc


def _day_over(now: datetime) -> Later:
    said = "Today's calls to the platform are used up; it goes on after midnight UTC."
    return Later(Code.DAILY_ALLOWANCE, said, not_before=midnight_after(now), counts=False)


def check(doc: Doc, now: datetime) -> None:
    """Raises Later while the platform has told us to stay away."""
    blocked = doc.get("blocked_until")
    if blocked is not None and blocked > now:
        raise Later(
            Code.LIMITED, doc.get("because", "The platform asks us to slow down."), not_before=blocked, counts=False
        )


def free_place(doc: Doc, worker: str, limits: Limits, now: datetime, until: datetime) -> Doc | None:
    """The document with a place for this worker among those at work on a connection; None when all are taken."""
    workers = {name: end for name, end in doc.get("workers", {}).items() if end > now}
    if worker not in workers and len(workers) >= limits.at_once:
        return None
    return {**doc, "workers": {**workers, worker: until}}
