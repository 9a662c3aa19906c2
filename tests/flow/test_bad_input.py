"""Whatever a platform answers, a sync ends in a clear error of one slice or in right data, and loses nothing else."""

from __future__ import annotations

import io
from typing import Any

import pytest

from shared import log
from shared.platforms import PLATFORMS
from tests.flow.bad import MOVES, Trouble, refused_rows, relatives, trouble
from tests.flow.pipeline import TELLING, TINY

pytestmark = pytest.mark.slow

EVERY = [(name, stream.name) for name, platform in PLATFORMS.items() if name in TINY for stream in platform.streams]
SOME = [(name, stream) for name, streams in TELLING.items() for stream in streams]
CAP = 256 * 1024  # of an answer, so that a bomb need not be large


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


# What makes every call of a stream fail for good, and how that is told.
FATAL: dict[str, tuple[dict[str, Any], set[str]]] = {
    "missing_records": ({}, {"records-missing", "totals-missing"}),
    "renamed_records": ({}, {"records-missing", "totals-missing"}),
    "error_200": ({}, {"records-missing", "platform-down"}),  # some platforms' errors are known by their body
    "null_key": ({}, {"key-missing"}),
    "not_json": ({}, {"not-json"}),
    "empty": ({}, {"not-json"}),
    "truncated": ({}, {"not-json"}),
    "nan": ({}, {"not-json"}),
    "gzip_bomb": ({"size": 4_000_000}, {"answer-too-large"}),
    "redirect": ({}, {"redirected"}),
    "timeout": ({}, {"timed-out"}),
    "drop": ({}, {"unreachable"}),
    "status 500": ({"status": 500}, {"platform-down"}),
    "status 503 as a page": ({"status": 503, "html": True}, {"platform-down"}),
    "status 400": ({"status": 400}, {"refused"}),
    "status 403 as a page": ({"status": 403, "html": True}, {"refused-at-edge"}),
    "status 404 as a page": ({"status": 404, "html": True}, {"refused"}),
    "status 418": ({"status": 418, "body": "{}"}, {"refused"}),
}
FOR_ALL = ("missing_records", "error_200", "null_key")


def fails(case: Trouble, kind: str, codes: frozenset[str] = frozenset(), at: str = "") -> bool:
    """The first sync meets the fault at every call of the stream, the second meets it no more. Whether it was met."""
    how, usual = FATAL[kind]
    http = case.world.machine.extractor.http.inner  # type: ignore[attr-defined]
    object.__setattr__(http, "largest", CAP)
    case.fault(kind.partition(" ")[0], at=at, **how)
    hit = ended_badly(case, case.sync("first"), usual | codes)
    if hit:
        relations = {name: relatives(case.platform, name) for name in case.world.streams}
        family = {name for name, above in relations.items() if case.stream.name in above}
        case.healthy(set(case.world.streams + relations[case.stream.name][1:]) - family)
        recovers(case)
    return bool(hit)


def recovers(case: Trouble) -> None:
    case.heal()
    case.world.clock.forward(hours=8)
    case.world.box.change()
    case.world.renew_access()
    run = case.sync("second")
    assert run["state"] == "completed", run["problems"]
    assert not case.world.differences(), str(case.world.differences())[:800]
    assert not refused_rows(case.world)


def ended_badly(case: Trouble, run: dict[str, Any], codes: set[str]) -> list[dict[str, Any]]:
    """Slices of the stream failed with these codes, everything else is loaded, no cursor passes over the hole."""
    bad = [part for part in case.slices(run) if part["state"] == "failed"]
    for part in case.world.machine.slices(run["id"]):
        if part not in bad:
            assert part["state"] == "loaded", (part["stream"], part["problem"])
    for part in bad:
        problem = part["problem"]
        assert problem["code"] in codes, problem
        assert problem["sentence"].endswith((".", "!")), problem
        assert len(problem["sentence"]) > 20
        assert problem["move"] in MOVES
        assert len(problem["detail"]) <= 500
    assert run["state"] == ("partly" if bad else "completed")
    assert {problem["stream"] for problem in run["problems"]} == ({case.stream.name} if bad else set())
    cursors = {doc["partition"] for doc in case.world.cursors().values() if doc["stream"] == case.stream.name}
    assert not cursors & {part["partition"] for part in bad}
    assert not case.world.machine.inconsistencies()
    return bad


@pytest.mark.parametrize(("name", "stream"), EVERY)
@pytest.mark.parametrize("kind", FOR_ALL)
def test_no_answer_of_any_stream_is_taken_for_empty(name: str, stream: str, kind: str) -> None:
    # Without a row there is none whose key could be missing, or its key is that of the parent.
    assert fails(trouble(name, stream), kind) or kind == "null_key"


@pytest.mark.parametrize(("name", "stream"), SOME[::2])
@pytest.mark.parametrize("kind", [kind for kind in FATAL if kind not in FOR_ALL])
def test_an_answer_that_is_no_answer_fails_its_slice_and_nothing_else(name: str, stream: str, kind: str) -> None:
    assert fails(trouble(name, stream), kind)
