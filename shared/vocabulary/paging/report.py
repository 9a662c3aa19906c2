"""The page rule of reports: ask for one, come back until it is made, fetch it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from shared.errors import Bug, Code, Later
from shared.model import stable_id
from shared.vocabulary.paging.once import Once
from shared.vocabulary.paging.rule import Name, PageResult, PageRule, Position
from shared.vocabulary.shapes import code
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, Json, Request, at

REPORT = re.compile(r"[A-Za-z0-9_.:\-]{1,200}")  # what the name of a report may look like: it goes into a path


@dataclass(frozen=True, slots=True)
class Report:
    """Ask for a report, come back until it is made, fetch it. The waiting is done by a parked slice.

    The stream's own call asks for the report; the platform's answer names it at `id`. `known`: from an answer that
    refuses because the same report is being made already, that one's name ("" when the answer says something else).

    `poll` is the path where its state is asked; what stands at `state` there is in `ready`, in `failed`, or anything
    else: still being made. It is made anew up to `tries` times when the platform failed to make it or forgot it
    (`gone`). `percent`: where the same answer says how much of it is made, when the state alone comes too early.
    `cuts`: what fails every time is too much at once, and is asked for in smaller parts. `alike`: what must be the same
    in our question and in what the platform tells of a report that is made already; while it is another one that stands
    in the way, we wait and ask again.

    Fetched is either a file whose address stands at `file` of the last answer, on one of the platform's `downloads`,
    or the pages below the path `result`, by the rule `pages`. `{report}` in both paths is its name.
    """

    id: str
    poll: str
    state: str
    ready: frozenset[str]
    failed: frozenset[str]
    file: str = ""
    result: str = ""
    pages: PageRule = Once()
    known: Callable[[Answer], str] | None = None
    alike: Callable[[Json], Json] | None = None
    gone: frozenset[int] = frozenset({404})
    first: timedelta = timedelta(seconds=20)
    longest: timedelta = timedelta(minutes=5)
    patience: timedelta = timedelta(hours=3)
    tries: int = 3
    looks: int = 3  # how often it is asked after, as a rule; for plans only
    query: Mapping[str, str] = field(default_factory=dict)  # of the call that asks for its state
    percent: str = ""
    cuts: bool = False

    def apply(self, request: Request, position: Position) -> Request:
        if "report" not in position:
            return request
        there = replace(request, method="GET", json=None, form=None, query=self.query)
        if "page" in position:
            path = self.result.replace("{report}", position["report"])
            return self.pages.apply(replace(there, url=request.base + path, query={}), position["page"])
        return replace(there, url=request.base + self.poll.replace("{report}", position["report"]))

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        """Called for every answer on the way; `records` are there only once it is fetched."""
        if "report" not in position:
            return self._asked(request, position, answer)
        if "page" in position:
            turn = self.pages.next(request, position["page"], answer, records, name)
            return PageResult(turn.records, {**position, "page": turn.position} if turn.position is not None else None)
        if request.bare:
            return PageResult(records, None)
        told = at(answer.json, self.state)
        if told is None and answer.status not in self.gone:
            raise Bug("state-missing", "The platform no longer says how far its report is.", excerpt(answer))
        state = str(told)
        if "alike" in position and answer.status not in self.gone and self._mark(answer.json) != position["alike"]:
            return self._waiting({name: value for name, value in position.items() if name not in {"report", "alike"}})
        if answer.status in self.gone or state in self.failed:
            return self._anew(position, answer)
        if state not in self.ready or (self.percent and str(at(answer.json, self.percent)) != "100"):
            return self._waiting(position)
        if self.result:
            return PageResult([], {**position, "page": {}})
        address = at(answer.json, self.file)
        if not isinstance(address, str) or not address:
            raise Bug("file-missing", "The platform says that its report is ready, but not where it is.")
        return PageResult([], position, follow=Request("GET", address, bare=True))

    def fetching(self, request: Request, position: Position) -> bool:
        """Whether the answer to this call holds the records themselves."""
        return request.bare or "page" in position

    def smaller(self, position: Position) -> Position | None:
        smaller = self.pages.smaller(position["page"]) if "page" in position else None
        return {**position, "page": smaller} if smaller is not None else None

    def _asked(self, request: Request, position: Position, answer: Answer) -> PageResult:
        others = self.known(answer) if self.known else ""
        report = others or at(answer.json, self.id)
        if isinstance(report, int) and not isinstance(report, bool):
            report = str(report)
        if not isinstance(report, str) or not REPORT.fullmatch(report):
            raise Bug("report-missing", "The platform did not say by which name its report can be fetched.")
        mark = {"alike": self._mark(request.json)} if others and self.alike else {}
        polls = position.get("polls", 0) if mark else 0  # looks at another one's reports use up the patience, too
        return PageResult([], {**position, "report": report, "polls": polls, **mark}, wait=self.first)

    def _mark(self, what: Json) -> str:
        return stable_id(str(self.alike(what))) if self.alike else ""

    def _waiting(self, position: Position) -> PageResult:
        polls: int = position["polls"] + 1
        rests = [min(self.first * 1.5**number, self.longest) for number in range(polls + 1)]
        if sum(rests[:-1], timedelta()) > self.patience:
            return self._given_up(position, f"not ready after {polls} looks")
        return PageResult([], {**position, "polls": polls}, wait=rests[-1])

    def _anew(self, position: Position, answer: Answer) -> PageResult:
        return self._given_up(position, f"HTTP {answer.status}, {code(at(answer.json, self.state))}")

    def _given_up(self, position: Position, why: str) -> PageResult:
        tried: int = position.get("tried", 0) + 1
        if tried >= self.tries:
            if self.cuts:
                raise Later(Code.TOO_MUCH, "The platform fails to make this report; smaller ones are tried.", why)
            raise Bug("report-not-made", "The platform does not manage to make this report.", why)
        return PageResult([], {"tried": tried}, wait=self.first)
