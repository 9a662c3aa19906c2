"""What passes by itself is tried again, for seconds; the rest is told at once."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.api_core import exceptions as api
from pytest_mock import MockerFixture

from shared.clock import LONGEST_PAUSE
from shared.errors import Later
from shared.messages import SliceReady
from shared.retrying import CHANGING, LOOKING, MEETING, OUTAGE, PUBLISHING, again, look
from shared.settings import Settings
from shared.stores.bigquery_tables import Tables
from shared.stores.firestore import FirestoreDocuments
from shared.stores.passing import passes, through_outages
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault
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
    clock, act = Watched(), Failing(error, OUTAGE.tries - 1)
    assert passes(error)
    assert through_outages(clock, act) == "done"
    assert len(clock.pauses) == OUTAGE.tries - 1
    assert all(0 <= pause <= LONGEST_PAUSE for pause in clock.pauses)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_it_ends(error: Exception) -> None:
    clock, act = Watched(), Failing(error, 1000)
    with pytest.raises(type(error)):
        through_outages(clock, act)
    assert act.calls == OUTAGE.tries
    assert sum(clock.pauses) < 10


@pytest.mark.parametrize("error", LASTING, ids=lambda error: type(error).__name__)
def test_what_will_not_pass_is_told_at_once(error: Exception) -> None:
    clock, act = Watched(), Failing(error, 1)
    assert not passes(error)
    with pytest.raises(type(error)):
        through_outages(clock, act)
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
        clock, act = Watched(), Failing(api.Aborted("contention"), MEETING.tries - 1)
        assert documents(clock, act).transact(lambda tx: None) == "done"
        assert len(clock.pauses) == MEETING.tries - 1
        assert max(clock.pauses) <= LONGEST_PAUSE
        assert sum(clock.pauses) < 30
        crowds.append(clock.pauses)
    assert len({round(pauses[0], 6) for pauses in crowds}) == 8
    assert sum(pauses[0] for pauses in crowds) < sum(pauses[5] for pauses in crowds)


def test_a_crowd_that_never_ends_is_told() -> None:
    act = Failing(api.Aborted("contention"), 1000)
    with pytest.raises(api.Aborted):
        documents(Watched(), act).transact(lambda tx: None)
    assert act.calls == MEETING.tries


def test_a_fault_in_the_work_itself_is_not_tried_again() -> None:
    clock, act = Watched(), Failing(ValueError("a field whose name is empty"), 1)
    with pytest.raises(ValueError):
        documents(clock, act).transact(lambda tx: None)
    assert (act.calls, clock.pauses) == (1, [])


# -- looking for what another makes ------------------------------------------------------------------------


def test_who_looks_for_something_waits_for_moments_and_goes_without_it_in_the_end() -> None:
    clock, seen = Watched(), iter([None, None, "there"])
    assert look(clock, LOOKING, lambda: next(seen)) == "there"
    assert len(clock.pauses) == 2
    assert all(LOOKING.least <= pause <= LONGEST_PAUSE for pause in clock.pauses)
    clock, looks = Watched(), list[int]()
    assert look(clock, LOOKING, lambda: looks.append(1)) is None
    assert (len(looks), len(clock.pauses)) == (LOOKING.tries, LOOKING.tries - 1)
    assert sum(clock.pauses) <= 2


def test_a_policy_that_ends_at_a_moment_asks_the_clock_that_is_given() -> None:
    clock, tries = Watched(), list[int]()

    def slow() -> None:
        tries.append(1)
        clock.forward(seconds=9)
        raise TimeoutError

    with pytest.raises(TimeoutError):
        again(clock, PUBLISHING, slow, passes)
    assert len(tries) == 3  # 9, 18 and 27 seconds, and 20 are given


# -- uploads ----------------------------------------------------------------------------------------------


def test_an_upload_is_tried_again_and_its_client_does_not_try_by_itself(mocker: MockerFixture) -> None:
    clock, away = Watched(), api.ServiceUnavailable("away")
    bucket = mocker.Mock()
    upload = bucket.blob.return_value.upload_from_string
    upload.side_effect = [away, away, None]
    objects = StorageObjects(SETTINGS, clock)
    objects.__dict__["bucket"] = bucket
    objects.write("a/b", b"data", {"rows": "1"})
    assert (upload.call_count, len(clock.pauses)) == (3, 2)
    for call in upload.call_args_list:
        assert call.args == (b"data",)
        assert call.kwargs["retry"] is None
        assert call.kwargs["timeout"] <= 60


# -- messages ---------------------------------------------------------------------------------------------


def bus(mocker: MockerFixture, clock: Time, *outcomes: BaseException | None) -> tuple[PubSubBus, Any]:
    """Outcomes of what is sent, one after the other."""
    made = PubSubBus(SETTINGS, clock)
    client = mocker.Mock()
    client.publish.side_effect = [mocker.Mock(**{"exception.return_value": outcome}) for outcome in outcomes]
    made.__dict__["client"] = client
    return made, client


ONE, OTHER = SliceReady("acme", "one"), SliceReady("acme", "other")


@pytest.mark.parametrize(
    "error", [*PASSING, api.Unknown("x"), api.Cancelled("x")], ids=lambda error: type(error).__name__
)
def test_what_was_not_kept_is_published_again_and_nothing_else_is(mocker: MockerFixture, error: Exception) -> None:
    clock = Watched()
    made, client = bus(mocker, clock, error, None, error, None)
    made.publish(ONE, OTHER)
    sent = [call.args[1] for call in client.publish.call_args_list]
    assert [b"one" in data for data in sent] == [True, False, True, True]
    assert len(clock.pauses) == 2
    assert all(call.kwargs["retry"] is None for call in client.publish.call_args_list), "its client does not try again"


def test_publishing_ends_and_what_will_not_pass_is_told_at_once(mocker: MockerFixture) -> None:
    clock = Watched()
    made, client = bus(mocker, clock, *([api.ServiceUnavailable("away")] * 100))
    with pytest.raises(api.ServiceUnavailable):
        made.publish(ONE)
    assert client.publish.call_count == PUBLISHING.tries
    clock = Watched()
    made, client = bus(mocker, clock, api.ServiceUnavailable("away"), api.NotFound("no such topic"))
    with pytest.raises(api.NotFound):
        made.publish(ONE, OTHER)
    assert (client.publish.call_count, clock.pauses) == (2, [])


def test_one_of_which_nothing_is_heard_is_published_again(mocker: MockerFixture) -> None:
    made, client = bus(mocker, Watched(), None, None)
    client.publish.side_effect = [
        mocker.Mock(**{"exception.side_effect": TimeoutError}), mocker.Mock(**{"exception.return_value": None})
    ]  # fmt: skip
    made.publish(ONE)
    assert client.publish.call_count == 2


# -- secrets ----------------------------------------------------------------------------------------------


def vault(mocker: MockerFixture, clock: Time) -> tuple[SecretManagerVault, Any]:
    made, client = SecretManagerVault(SETTINGS, clock), mocker.Mock()
    made.__dict__["client"] = client
    return made, client


def test_secrets_are_read_added_and_deleted_through_an_outage(mocker: MockerFixture) -> None:
    clock, away = Watched(), api.ServiceUnavailable("away")
    made, client = vault(mocker, clock)
    version = mocker.Mock(**{"payload.data": b"kept"})
    version.name = "projects/1/secrets/s/versions/7"
    client.access_secret_version.side_effect = [away, version]
    assert made.read("s") == ("7", b"kept")
    assert all(call.kwargs["retry"] is None for call in client.access_secret_version.call_args_list)
    client.add_secret_version.side_effect = [away, api.NotFound("x"), away, version]
    client.create_secret.side_effect = [away, api.AlreadyExists("the first try made it")]
    assert made.add("s", b"kept") == "7"
    client.delete_secret.side_effect = [away, api.NotFound("the first try deleted it")]
    made.delete("s")
    client.list_secrets.side_effect = [away, []]
    assert made.named("s") == []
    assert len(clock.pauses) == 6


def test_what_somebody_else_tries_again_is_tried_once(mocker: MockerFixture) -> None:
    clock, away = Watched(), api.ServiceUnavailable("away")
    made, client = vault(mocker, clock)
    client.add_secret_version.side_effect = client.list_secret_versions.side_effect = away
    with pytest.raises(api.ServiceUnavailable):
        made.append("s", b"renewed")
    with pytest.raises(api.ServiceUnavailable):
        made.retire("s", "7")
    assert clock.pauses == []
    assert (client.add_secret_version.call_count, client.list_secret_versions.call_count) == (1, 1)


# -- tables that two workers change at once -----------------------------------------------------------------


@pytest.mark.parametrize("others", [0, 1, CHANGING.tries - 1, CHANGING.tries])
def test_who_changes_a_table_beside_others_looks_again_after_a_moment(mocker: MockerFixture, others: int) -> None:
    clock, client = Watched(), mocker.Mock()
    client.update_table.side_effect = [*[api.PreconditionFailed("etag")] * others, None]
    tables = Tables(client, "demo", "EU", clock)
    settle = functools.partial(tables._settle, "demo.raw.things", mocker.Mock(), lambda found: ["description"])
    if others < CHANGING.tries:
        assert settle() is False
        assert client.get_table.call_count == len(clock.pauses) + 1 == others + 1
    else:
        with pytest.raises(Later) as caught:
            settle()
        assert caught.value.code == "table-busy"
        assert sum(clock.pauses) < 2
