"""A platform at its desk: it answers calls by its own documentation, in memory. And a reader that walks a stream.

The desk knows nothing of our page rules; what it checks and refuses is what the platform's documentation says.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import orjson

from shared.errors import Bug, Problem
from shared.http import Http
from shared.kit.calendar import as_moments
from shared.reading import Position, Reading, SliceContext, about_account, instead, read, request_for
from shared.rows.shaping import Notes, shaper
from shared.secret import Secret
from shared.vocabulary.access import App, Credential
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Answer, Request
from tests.connectors.documented import DOCUMENTED
from tests.connectors.recorded import BEGAN, MIDDLE, Query, Record, Recorded

TOKEN = "0123456789abcdef0123456789abcdef-us14"
CREDENTIAL = Credential(
    Secret(TOKEN),
    values={name: value for each in DOCUMENTED.values() for name, value in each.asked.items()},
    app=App("app-1", Secret("secret-of-the-app")),
)
MOST_CALLS = 200


class NeverEnds(AssertionError):
    pass


def carried(platform: str) -> tuple[str, str]:
    """The header that carries the credential, and what stands in it."""
    header = DOCUMENTED[platform].carried
    return (header, TOKEN) if header else ("authorization", f"Bearer {TOKEN}")


@dataclass
class FakePlatform:
    """`rows` may be changed between two calls. `capped`: pages are smaller than what was asked for."""

    platform: str
    recorded: Recorded
    rows: list[Record]
    capped: int = 0
    refused: frozenset[str] = frozenset()  # names that the account does not have: one of them spoils the question
    before: Callable[[FakePlatform], None] = lambda desk: None
    calls: list[Request] = field(default_factory=list)
    made: dict[str, dict[str, str]] = field(default_factory=dict)  # reports, each with what was asked
    cursors: dict[str, tuple[dict[str, str], list[int]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        if self.calls:
            self.before(self)
        self.calls.append(request)
        if len(self.calls) > MOST_CALLS:
            raise NeverEnds("the reading does not end")
        header, text = carried(self.platform)
        if not request.bare and request.headers.get(header) != text:
            return DOCUMENTED[self.platform].refusals["credential"]
        return DOCUMENTED[self.platform].answers(self, request)

    def seen(self, query: Query) -> list[tuple[int, Record]]:
        rows = self.rows
        if self.recorded.kept_order is not None:
            rows = sorted(rows, key=self.recorded.kept_order)
        shown = ((id(row), self.recorded.shown(row, query)) for row in rows)
        return [(name, row) for name, row in shown if row is not None]

    def size(self, query: Query, parameter: str, default: int) -> int | None:
        """How many records this page may have; None when the platform refuses the number."""
        asked = int(query.get(parameter, default))
        if not 1 <= asked <= self.recorded.most:
            return None
        return min(asked, self.capped) if self.capped else asked

    def page(self, query: dict[str, str], cursor: str, size: int) -> tuple[list[Record], str]:
        """A page and the cursor behind it. A cursor remembers its question and what is still to come."""
        if cursor:
            query, left = self.cursors[cursor]
        else:
            left = [name for name, _ in self.seen(query)]
        now = dict(self.seen(query))
        there = [name for name in left if name in now]
        page, rest = there[:size], there[size:]
        name = b64encode(f"{len(self.cursors)}|{cursor[:4]}".encode()).decode() if rest else ""
        if rest:
            self.cursors[name] = (query, rest)
        return [now[one] for one in page], name


def part(platform: Platform, recorded: Recorded, incremental: bool = False) -> SliceContext:
    values = DOCUMENTED[platform.name].values
    if recorded.days is not None:
        first, last = map(date.fromisoformat, recorded.days)
        return SliceContext(values, dict(recorded.given), *as_moments((first, last)), BEGAN)
    return SliceContext(values, dict(recorded.given), MIDDLE if incremental else None, None, BEGAN)


def carrying(platform: Platform, request: Request) -> Request:
    """A call as it goes out: with its credential, unless its address is signed."""
    return request if request.bare else request.with_headers(platform.authorise(CREDENTIAL))


@dataclass
class Walk:
    """A slice read to its end."""

    rows: list[Row] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def keys(self, *names: str) -> list[tuple[str, ...]]:
        return [tuple(str(row.get(name)) for name in names) for row in self.rows]


def walk(
    platform: Platform,
    stream: Stream,
    what: SliceContext,
    desk: Callable[[Request], Answer],
    start: Position | None = None,
    another_way: bool = False,
) -> Walk:
    """Read a slice as the engine does: every position is kept as JSON between two calls.

    `another_way`: what is too much is asked for in parts, instead of being an error.
    """
    found, http = Walk(), Http()
    position: Position | None = start or {}
    while position is not None:
        following: Request | None = request_for(platform, stream, what, position)
        try:
            while following is not None:
                assert http.address(platform, following.url, following.bare) == following.url
                answered = desk(carrying(platform, following))
                reading = read(platform, stream, what, position, following, answered)
                following = reading.follow
        except Problem as problem:
            position = instead(stream, what, position, problem) if another_way or isinstance(problem, Bug) else None
            if position is None:
                raise
            continue
        found.readings.append(reading)
        given = {**about_account(stream, what.values), **reading.given}
        found.rows += shaper(stream).rows(reading.records, given, found.notes)
        position = orjson.loads(orjson.dumps(reading.position))
        assert position == reading.position, "the position is not plain JSON"
    return found
