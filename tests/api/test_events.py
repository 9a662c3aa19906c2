"""A run as it goes on: said when something changed, ended with the run or after fifty seconds, two at once."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from shared.api import runs
from shared.model import path
from shared.states import RunState
from tests.api.service import Service

WHERE = "/api/v1/workspaces/acme/runs/going/events"


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PLACES", runs.Places())


@pytest.fixture
def going(service: Service) -> str:
    service.run("acme", "going", RunState.RUNNING)
    return "going"


def lines(service: Service, key: str) -> Iterator[str]:
    made = service.respond("GET", WHERE, key)
    assert made.status_code == 200
    for each in made.response:
        yield each.decode() if isinstance(each, bytes) else each
    made.close()


@pytest.mark.usefixtures("going")
def test_it_is_said_once_and_ends_after_fifty_seconds(service: Service, key: str) -> None:
    begun = service.clock.now()
    told = list(lines(service, key))
    assert told[0] == "retry: 2000\n\n"
    assert [each for each in told if "event: run" in each] == [told[1]]
    assert (service.clock.now() - begun).total_seconds() == 50
    assert "event: end" not in told[-1]


def test_what_changes_is_said_and_the_end_of_the_run_is_the_end(service: Service, key: str, going: str) -> None:
    stream = lines(service, key)
    next(stream)
    first = next(stream)
    assert msgspec.json.decode(first.partition("data: ")[2])["state"] == "in progress"
    where = path("acme", "runs", going)
    over = {"state": RunState.COMPLETED, "finished_at": service.clock.now()}
    service.engine.set(where, {**service.engine.get(where), **over})
    second, last = list(stream)
    assert second.startswith("id: 2\nevent: run\n")
    assert msgspec.json.decode(second.partition("data: ")[2])["state"] == "completed"
    assert last == "event: end\ndata: {}\n\n"


@pytest.mark.usefixtures("going")
def test_two_follow_at_once_and_a_place_is_given_back(service: Service, key: str) -> None:
    first, second = (service.respond("GET", WHERE, key) for _ in range(2))
    third = service.respond("GET", WHERE, key)
    assert third.status_code == 503
    assert third.headers["Retry-After"] == "10"
    first.close()
    fourth = service.respond("GET", WHERE, key)
    assert fourth.status_code == 200
    for each in (second, fourth):
        each.close()
        each.close()
    assert [service.respond("GET", WHERE, key).status_code for _ in range(3)] == [200, 200, 503]
