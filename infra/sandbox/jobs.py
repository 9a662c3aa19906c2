"""Reports that are made while one waits: asked for, looked at again and again, fetched, and in the end forgotten.

A job is done once it was looked at often enough and, where `seconds` are given, once they have passed on the box's
clock. What it found is found at that moment, and does not move any more.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from infra.sandbox.invent import Dice
from infra.sandbox.refusals import missing
from infra.sandbox.times import DAY, HOUR, Now

Outcome = Literal["completed", "failed", "skipped"]
State = Literal["pending", "running", "completed", "failed", "skipped", "cancelled", "expired"]
OPEN = ("pending", "running")


class Duplicate(Exception):  # an answer of the platform, not an error of the sandbox
    """The same report is being made already."""

    def __init__(self, job: "Job") -> None:
        super().__init__(job.id)
        self.job = job


@dataclass
class Job:
    """`asked`: all that the report depends on. `result`: once completed, what `make` found."""

    id: str
    account: str
    asked: Mapping[str, Any]
    made: int
    make: Callable[[], Any]
    polls: int  # that it takes
    seconds: int
    outcome: Outcome
    why: str  # it fails
    polled: int = 0
    state: State = "pending"
    changed: int = 0  # when its state did, last
    result: Any = None

    @property
    def done(self) -> bool:
        return self.state not in OPEN

    @property
    def percent(self) -> int:
        return 100 if self.state == "completed" else min(99, 100 * self.polled // max(1, self.polls))


@dataclass
class Lever:
    """What becomes of the next jobs that fit. `holding`: a text in the account or in what was asked."""

    outcome: Outcome = "completed"
    times: int | None = 1  # None: for ever
    polls: int | None = None
    seconds: int | None = None
    why: str = "The report could not be made."
    holding: str = ""
    hits: int = 0


@dataclass
class Jobs:
    """Of one login. `polls`: how often a job says that it is not done yet."""

    seed: object
    now: Now
    polls: int = 2
    seconds: int = 0
    keeps: int = DAY  # seconds, from when it was done: after that, `expired`
    gives_up: int = 12 * HOUR  # seconds, from when it was asked for: whatever nobody fetches by then is `expired`
    unique: bool = True  # a report that is being made cannot be asked for again
    kept: dict[str, Job] = field(default_factory=dict)
    levers: list[Lever] = field(default_factory=list)

    def submit(self, account: str, asked: Mapping[str, Any], make: Callable[[], Any]) -> Job:
        """A new job; `make` finds what it is about. Raises Duplicate."""
        same = _written(account, asked)
        for job in self.kept.values():
            if self.unique and not self._aged(job).done and _written(job.account, job.asked) == same:
                raise Duplicate(job)
        lever = self._lever(same)
        job = Job(
            id=Dice(self.seed, "job", len(self.kept)).uuid(),
            account=account,
            asked=dict(asked),
            made=self.now(),
            make=make,
            polls=self.polls if lever.polls is None else lever.polls,
            seconds=self.seconds if lever.seconds is None else lever.seconds,
            outcome=lever.outcome,
            why=lever.why if lever.outcome != "completed" else "",
            changed=self.now(),
        )
        self.kept[job.id] = job
        return job

    def poll(self, job_id: str, account: str = "") -> Job:
        """Look, which brings it on. Raises a refusal when there is no such job of this account ("": of any)."""
        job = self.look(job_id, account)
        if not job.done:
            job.polled += 1
            if job.polled > job.polls and self.now() >= job.made + job.seconds:
                self._finish(job)
            elif job.state == "pending" and job.polled > job.polls // 2:
                self._turn(job, "running")
        return job

    def look(self, job_id: str, account: str = "") -> Job:
        """The same, and nothing moves."""
        job = self.kept.get(job_id)
        if job is None or account not in ("", job.account):
            raise missing("There is no such report.")
        return self._aged(job)

    def cancel(self, job_id: str, account: str = "") -> Job:
        job = self.look(job_id, account)
        if not job.done:
            self._turn(job, "cancelled")
        return job

    # what tests and demos do to them

    def next(self, outcome: Outcome = "completed", times: int | None = 1, **how: Any) -> Lever:
        """What becomes of jobs that are asked for from now on; the lever pulled first goes first."""
        if outcome not in get_args(Outcome):
            raise ValueError(f"unknown outcome of a job: {outcome}")
        lever = Lever(outcome, times, **how)
        self.levers.append(lever)
        return lever

    def expire(self) -> None:
        """Everything that is done is forgotten now."""
        for job in self.kept.values():
            if job.done:
                self._turn(job, "expired")

    def pull(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """`next` or `expire`, as a lever of a platform: `{"outcome": "failed", "times": 2}`, `{"expire": true}`."""
        if said.get("expire"):
            self.expire()
            return {"expired": len(self.kept)}
        lever = self.next(**said)
        return {"outcome": lever.outcome, "times": lever.times}

    def _lever(self, asked: str) -> Lever:
        for lever in self.levers:
            if lever.holding in asked and (lever.times is None or lever.hits < lever.times):
                lever.hits += 1
                return lever
        return Lever()

    def _finish(self, job: Job) -> None:
        if job.outcome == "completed":
            job.result = job.make()
        self._turn(job, job.outcome)

    def _aged(self, job: Job) -> Job:
        now = self.now()
        late = now >= job.made + self.gives_up if not job.done else now >= job.changed + self.keeps
        if late and job.state != "expired":
            self._turn(job, "expired")
        return job

    def _turn(self, job: Job, state: State) -> None:
        job.state, job.changed = state, self.now()
        if state == "expired":
            job.result = None


def _written(account: str, asked: Mapping[str, Any]) -> str:
    return f"{account} {json.dumps(asked, sort_keys=True, ensure_ascii=False)}"
