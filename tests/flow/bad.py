"""Syncs of a platform that answers badly: what it says can be altered, and what is kept of it is looked at closely."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson

from shared.platforms import platform as platform_named
from shared.vocabulary.columns import Column
from shared.vocabulary.paging import Once, Report
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import ONE, Stream
from shared.warehouse.runs import TABLE
from tests.flow.lives import LIVES
from tests.flow.pipeline import Pipeline

FEWER = {"mailchimp": {"days": 5, "recipients": 5, "templates": 2}}
MOVES = {"machine", "client", "agency", "us"}
Change = Callable[[Any, httpx2.Request], Any]


@dataclass
class Meddler(httpx2.BaseTransport):
    """Between us and the platform: alters the answers to the calls that match."""

    inner: httpx2.BaseTransport
    changes: list[tuple[re.Pattern[str], Change]] = field(default_factory=list)
    asked: list[httpx2.Request] = field(default_factory=list)
    files: bytes | None = None  # what any file holds instead

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.inner.handle_request(request)
        if self.files is not None and "/files/" in request.url.path:
            return httpx2.Response(200, content=self.files, headers={"content-type": "application/octet-stream"})
        for pattern, change in self.changes:
            if answer.status_code == 200 and pattern.fullmatch(request.url.path):
                answer.read()
                said = change(json.loads(answer.content), request)
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                answer = httpx2.Response(200, content=body, headers={"content-type": "application/json"})
        return answer


@dataclass
class Trouble:
    """A small account of a platform, and one of its streams that is about to get into trouble."""

    platform: Platform
    stream: Stream
    world: Pipeline
    meddler: Meddler
    holding: str = ""  # what only this stream's calls say, where one address serves several

    @property
    def path(self) -> str:
        """The calls that bring the stream's records, as the sandbox's faults name them."""
        rule = self.stream.pages
        path = rule.result if isinstance(rule, Report) and rule.result else self.stream.path
        return urlsplit(self.stream.base or self.platform.base).path + path

    @property
    def records(self) -> str:
        return self.stream.records_path

    def fault(self, kind: Any, times: int | None = None, at: str = "", **how: Any) -> None:
        """At every call that brings records, or `at` those of another step."""
        method = "GET" if isinstance(self.stream.pages, Report) else self.stream.method
        self.world.box.faults.add(at or f"{method} {self.path}", kind, times=times, holding=self.holding, **how)

    def alter(self, change: Change) -> None:
        """Change the whole answer."""
        parts = re.split(r"\{[^}]*\}", self.path)
        self.meddler.changes.append((re.compile("[^/]+".join(map(re.escape, parts))), change))

    def alter_rows(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change every record in place."""

        def each(body: Any, request: httpx2.Request) -> Any:
            for record in [body] if self.stream.records is ONE else body[self.records]:
                change(record)
            return body

        self.alter(each)

    def heal(self) -> None:
        self.world.box.faults.clear()
        self.meddler.changes.clear()

    def sync(self, request: str) -> dict[str, Any]:
        return self.world.machine.run(self.world.machine.sync(self.world.connection, request))

    def slices(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        found = self.world.machine.slices(run["id"])
        return [part for part in found if part["stream"] == self.stream.name and part["kind"] == "extract"]

    def rows(self) -> list[dict[str, Any]]:
        found = self.world.warehouse.current("demo", self.platform.table(self.stream.name))
        return [row for row in found if row.get("_deleted_at") is None]

    def known(self) -> set[tuple[str, ...]]:
        """Keys of the rows that should be there, as text."""
        truth = self.world.box.truth()[self.platform.table(self.stream.name)].present
        named = {column.name: column.path[-1] for column in self.stream.columns}
        return {tuple(str(record.get(name, record.get(named[name]))) for name in self.stream.key) for record in truth}

    def healthy(self, streams: Iterable[str]) -> None:
        """These streams are as if nothing had happened."""
        whole = self.world.streams
        self.world.streams = sorted(streams)
        try:
            found = self.world.differences()
        finally:
            self.world.streams = whole
        assert not found, str(found)[:800]


def trouble(
    name: str, stream: str, counts: dict[str, int] | None = None, stranger: str = "", holding: str = ""
) -> Trouble:
    """An account of which this stream, its parents and one stranger to it are read."""
    platform, life = platform_named(name), LIVES[name]
    world = Pipeline(
        name,
        streams=[stream, stranger or bystander(platform, stream)],
        counts={**life.counts, **FEWER.get(name, {}), **(counts or {})},
        history_days=life.days,
        options=life.options,
    )
    http = world.machine.extractor.http.inner  # type: ignore[attr-defined]
    meddler = Meddler(http.transport)
    object.__setattr__(http, "transport", meddler)
    return Trouble(platform, platform.stream(stream), world, meddler, holding)


def bystander(platform: Platform, stream: str) -> str:
    """A stream that has nothing to do with it."""
    family = set(relatives(platform, stream))
    return next(
        one.name
        for one in platform.streams
        if one.parent is None and one.name not in family and not isinstance(one.pages, Once)
    )


def relatives(platform: Platform, stream: str) -> list[str]:
    """A stream with those above it, the topmost last."""
    above = platform.stream(stream).parent
    return [stream, *(relatives(platform, above.stream) if above else [])]


# -- what BigQuery takes ------------------------------------------------------------------------------------

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")
_NUMERIC = re.compile(r"-?[0-9]{1,29}(\.[0-9]{1,9})?")


def refused_rows(world: Pipeline) -> list[str]:
    """Values in staged pages that a load job of BigQuery would fail on, whatever the likeness in memory does."""
    found = []
    for name, (data, metadata) in world.machine.objects.held.items():
        if "sweeps" in metadata:
            continue  # what a run has marked is loaded nowhere
        ours = metadata["table"] == TABLE.name
        columns = TABLE.columns if ours else platform_named(world.platform).stream(metadata["stream"]).columns
        kinds = {column.name: column for column in columns}
        for line in gzip.decompress(data).splitlines():
            for field_name, value in orjson.loads(line).items():
                column = kinds.get(field_name)
                if column is not None and not takes(column, value):
                    found.append(f"{name} {field_name} {column.kind}: {str(value)[:80]!r}")
                if column is None and not (field_name == "_extra" and isinstance(value, dict)):
                    assert field_name in {"workspace_id", "connection_id", "_synced_at", "_page", "_hash", "_line"}
    return found


def takes(column: Column, value: Any) -> bool:
    if column.kind == "text":
        return isinstance(value, str)
    if column.kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
    if column.kind == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if column.kind in {"money", "micros"}:
        return isinstance(value, str) and _NUMERIC.fullmatch(value) is not None
    if column.kind == "bool":
        return isinstance(value, bool)
    if column.kind == "time":
        return isinstance(value, str) and _MOMENT.fullmatch(value) is not None and _exists(value)
    if column.kind == "date":
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    if column.kind == "texts":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return column.kind == "json"


def _exists(value: str) -> bool:
    try:
        datetime.fromisoformat(value).replace(tzinfo=None if value[-6] in "+-" else UTC)
        return datetime.fromisoformat(value).tzinfo is None or bool(datetime.fromisoformat(value).astimezone(UTC))
    except (ValueError, OverflowError):
        return False
