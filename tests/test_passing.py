"""What passes by itself is tried again, for seconds; the rest is told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from google.api_core import exceptions as api

from shared.clock import LONGEST_PAUSE
from shared.settings import Settings
from shared.stores.firestore import TRIES as MEETINGS
from shared.stores.firestore import FirestoreDocuments
from shared.stores.passing import TRIES, again, passes
from shared.stores.storage import StorageObjects
from tests.support.memory import Time

SETTINGS = Settings(project="example", bucket="example")
PASSING = [
    api.ServiceUnavailable("x"),
    api.Aborted("x"),
    api.DeadlineExceeded("x"),
    api.ResourceExhausted("x"),
    api.InternalServerError("x"),
    ConnectionResetError("x"),
    TimeoutError("x"),
]
LASTING = [api.PermissionDenied("x"), api.NotFound("x"), api.InvalidArgument("x"), ValueError("x"), KeyError("x")]


@dataclass
class Watched(Time):
    pauses: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        super().pause(seconds)


@dataclass
class Failing:
    """Fails so many times, then answers."""

    error: Exception
    times: float
    calls: int = 0

    def __call__(self, *args: Any, **named: Any) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "done"


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_what_passes_is_tried_again_on_the_clock_that_is_given(error: Exception) -> None:
    clock, act = Watched(), Failing(error, TRIES - 1)
    assert passes(error)
    assert again(clock, act) == "done"
    assert len(clock.pauses) == TRIES - 1
    assert all(0 <= pause <= LONGEST_PAUSE for pause in clock.pauses)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_it_ends(error: Exception) -> None:
    clock, act = Watched(), Failing(error, 1000)
    with pytest.raises(type(error)):
        again(clock, act)
    assert act.calls == TRIES
    assert sum(clock.pauses) < 10


@pytest.mark.parametrize("error", LASTING, ids=lambda error: type(error).__name__)
def test_what_will_not_pass_is_told_at_once(error: Exception) -> None:
    clock, act = Watched(), Failing(error, 1)
    assert not passes(error)
    with pytest.raises(type(error)):
        again(clock, act)
    assert (act.calls, clock.pauses) == (1, [])


# -- transactions -----------------------------------------------------------------------------------------


def documents(clock: Time, act: Failing) -> FirestoreDocuments:
    class Client:
        def transaction(self, max_attempts: int) -> None:
            assert max_attempts == 1, "it is we who try again"

    made = FirestoreDocuments(SETTINGS, clock)
    made.__dict__["client"] = Client()
    object.__setattr__(made, "_once", act)
    return made


def test_who_meets_others_waits_by_chance_and_ever_longer() -> None:
    """Eight workers that all try again at once meet again; so each of them waits, and no two for the same time."""
    crowds = []
    for _ in range(8):
        clock, act = Watched(), Failing(api.Aborted("contention"), MEETINGS - 1)
        assert documents(clock, act).transact(lambda tx: None) == "done"
        assert len(clock.pauses) == MEETINGS - 1
        assert max(clock.pauses) <= LONGEST_PAUSE
        assert sum(clock.pauses) < 30
        crowds.append(clock.pauses)
    assert len({round(pauses[0], 6) for pauses in crowds}) == 8
    assert sum(pauses[0] for pauses in crowds) < sum(pauses[5] for pauses in crowds)


def test_a_crowd_that_never_ends_is_told() -> None:
    act = Failing(api.Aborted("contention"), 1000)
    with pytest.raises(api.Aborted):
        documents(Watched(), act).transact(lambda tx: None)
    assert act.calls == MEETINGS


def test_a_fault_in_the_work_itself_is_not_tried_again() -> None:
    clock, act = Watched(), Failing(ValueError("a field whose name is empty"), 1)
    with pytest.raises(ValueError):
        documents(clock, act).transact(lambda tx: None)
    assert (act.calls, clock.pauses) == (1, [])


# -- uploads ----------------------------------------------------------------------------------------------


def test_an_upload_is_tried_again_and_its_client_does_not_try_by_itself() -> None:
    clock, act = Watched(), Failing(api.ServiceUnavailable("away"), 2)
    told: list[dict[str, Any]] = []

    class Blob:
        metadata: Any = None

        def upload_from_string(self, data: bytes, **named: Any) -> None:
            told.append(named)
            act()

    class Bucket:
        def blob(self, name: str) -> Blob:
            return Blob()

    objects = StorageObjects(SETTINGS, clock)
    objects.__dict__["bucket"] = Bucket()
    objects.write("a/b", b"data", {"rows": "1"})
    assert act.calls == 3
    assert len(clock.pauses) == 2
    assert all(each["retry"] is None and each["timeout"] <= 60 for each in told)
