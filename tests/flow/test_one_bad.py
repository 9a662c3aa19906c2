"""One account or one permission that is withdrawn: the rest of the run is complete; it says which, and whose move."""

from __future__ import annotations

import io

import pytest

from infra.sandbox import create_any
from shared import log
from shared.platforms import PLATFORMS
from tests.flow.lives import LIVES
from tests.flow.pipeline import Pipeline
from tests.flow.test_bad_answers import KINDS, Kind
from tests.flow.test_bad_input import recovers
from tests.support.truth import differences

pytestmark = pytest.mark.slow

SEVERAL = [name for name in sorted(PLATFORMS) if len(create_any(name).accounts()) > 1]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


def withdraw(world: Pipeline, account: str) -> None:
    stand_in = world.box.world
    if world.platform == "instagram":  # there an account is a Page, and access to it a role of the person
        page = stand_in.pages[(account,)]
        stand_in.pages.put({**page, "role": False})
    else:
        stand_in.accounts.close(account)


@pytest.mark.parametrize("name", SEVERAL)
def test_an_account_that_is_withdrawn_stops_alone(name: str) -> None:
    life = LIVES[name]
    world = Pipeline(
        name, streams=life.streams, every=True, counts=life.counts, history_days=life.days, options=life.options
    )
    shut, *others = world.connections
    assert others
    withdraw(world, shut.account)
    run, *fine = world.sync()
    assert run["state"] in {"failed", "partly"}
    assert {problem["move"] for problem in run["problems"]} <= {"agency", "client"}
    assert all(problem["sentence"].endswith(".") for problem in run["problems"])
    assert [each["state"] for each in fine] == ["completed"] * len(others)
    there = {each.id for each in others}
    rows = {table: [row for row in found if row["connection_id"] in there] for table, found in world.rows().items()}
    found = differences(name, world.box.truth([each.account for each in others]), rows, life.streams)
    assert not found, str(found)[:800]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.at], ids=str)
def test_a_permission_that_is_lacking_stops_its_stream_alone(kind: Kind) -> None:
    case = kind.trouble()
    case.fault("status", status=403)  # in the platform's own words
    run = case.sync("first")
    assert run["state"] == "partly"
    assert {problem["stream"] for problem in run["problems"]} == {kind.stream}
    assert {problem["move"] for problem in run["problems"]} <= {"agency", "client"}
    assert all(problem["sentence"].endswith(".") for problem in run["problems"])
    above = case.stream.parent.stream if case.stream.parent else ""
    case.healthy([each for each in (kind.stranger, above) if each])
    recovers(case)
