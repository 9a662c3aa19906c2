"""A platform that refuses the access: how long nobody believes it, whom it stops, and how the connection comes back."""

from __future__ import annotations

from typing import Any

import pytest

from shared import model
from shared.messages import SliceReady, SyncRequested, Tick
from shared.model import Connection, from_doc
from shared.oauth import trials
from shared.oauth.tokens import from_key, pack
from shared.states import ConnectionState, Schedule, SliceState
from tests.flow.keys import Access
from tests.flow.pipeline import TINY, Pipeline

pytestmark = pytest.mark.slow

# A key, an access that is renewed, and one that never ends.
PLATFORMS = ["emailoctopus", "constant_contact", "mailchimp"]


def opened(platform: str, **more: Any) -> tuple[Pipeline, Access]:
    world = Pipeline(platform, counts=TINY[platform], **more)
    return world, Access(world)


def now(world: Pipeline) -> Connection:
    return from_doc(Connection, world.machine.documents.get(model.path("demo", "connections", world.connection.id)))


def refusing(world: Pipeline, match: str = "GET *", times: int | None = None) -> None:
    """From now on calls are refused."""
    world.box.faults.add(match=match, times=times, kind="status", status=401)


def begin(world: Pipeline, request: str) -> None:
    world.machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", request))
    world.machine.drain()


def runs(world: Pipeline) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.machine.documents.find("workspaces/demo/runs")
    return found


def minutes(world: Pipeline, count: int) -> None:
    for _ in range(count):
        world.clock.forward(minutes=1)
        world.machine.bus.publish(Tick())
        world.machine.drain()


def alarms(out: str) -> int:
    return out.count("connection needs somebody")


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("times", [1, 2, 4])
def test_one_refusal_at_one_endpoint_stops_nothing(platform: str, times: int) -> None:
    world, _ = opened(platform)
    refusing(world, f"GET *{'members' if platform == 'mailchimp' else 'contacts'}*", times)
    assert world.sync()[0]["state"] == "completed"
    assert (now(world).state, now(world).problem) == ("active", None)
    assert not world.differences()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_gateway_that_refuses_everything_for_minutes_disconnects_nobody(platform: str) -> None:
    world, _ = opened(platform)
    refusing(world)
    begin(world, "first")
    minutes(world, 13)
    assert now(world).state == "active"
    assert now(world).refusals["count"] == 2
    waiting = world.machine.documents.find("workspaces/demo/slices", ("state", "==", SliceState.PARKED))
    assert waiting
    assert all(doc["not_before"] > world.clock.now() for doc in waiting), "each says until when"
    assert {"refuses the access" in doc["waiting_for"] for doc in waiting} == {True}
    world.box.faults.clear()
    world.machine.settle()
    assert [run["state"] for run in runs(world)] == ["completed"]
    assert not world.differences()
    assert (now(world).state, now(world).refusals.get("count", 0)) == ("active", 0)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_refused_for_a_quarter_of_an_hour_it_is_to_be_connected_again(
    platform: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world, access = opened(platform)
    refusing(world)
    begin(world, "first")
    minutes(world, 18)
    assert (now(world).state, now(world).refusals) == ("reconnect", {})
    assert (now(world).problem or {})["move"] == "client"
    version, _ = access.vault.read(now(world).secret) or ("", b"")
    assert int(version) <= 2, "it is not renewed for every refusal"
    world.machine.settle()
    assert [run["state"] for run in runs(world)] == ["failed"]
    assert alarms(capsys.readouterr().out) == 1


ONE_SLICE = "GET *contact_tags*"  # a stream of Constant Contact's that is read in one


def test_other_faults_before_a_refusal_are_no_refusals() -> None:
    """Two errors of the platform's and one refusal: that is no permission which is missing."""
    world, _ = opened("constant_contact")
    world.box.faults.add(match=ONE_SLICE, times=2, kind="status", status=503)
    refusing(world, ONE_SLICE, 2)  # the first one has the access renewed
    assert [run["state"] for run in world.sync()] == ["completed"]
    assert not world.box.faults.pending()
    assert not world.differences()


def test_one_endpoint_that_refuses_for_ever_fails_alone() -> None:
    world, _ = opened("emailoctopus")
    refusing(world, "GET *contacts*")
    world.machine.sync(world.connection)
    (run,) = runs(world)
    assert run["state"] == "partly"
    failed = world.machine.documents.find("workspaces/demo/slices", ("state", "==", SliceState.FAILED))
    assert {doc["stream"] for doc in failed} == {"contacts"}
    assert {(doc["problem"]["code"], doc["problem"]["move"]) for doc in failed} == {("refused-here", "agency")}
    assert (now(world).state, now(world).problem) == ("active", None)
    assert not [line for line in world.differences().missing if "emailoctopus_contacts" not in line]


def test_few_calls_are_spent_on_asking_whether_the_access_works() -> None:
    world, _ = opened("emailoctopus")
    assert world.sync()[0]["state"] == "completed"
    refusing(world)
    begin(world, "second")
    before, waiting = world.box.calls.total, len(runs(world)) and world.machine.open()
    assert waiting
    minutes(world, 7)
    assert world.box.calls.total == before, "nobody asks before its time"


# -- once a day ------------------------------------------------------------------------------------------------------


def stopped(platform: str, **changes: Any) -> tuple[Pipeline, Access]:
    world, access = opened(platform)
    refusing(world)
    begin(world, "first")
    minutes(world, 18)
    world.machine.settle()
    assert now(world).state == "reconnect"
    change(world, **changes)
    return world, access


def change(world: Pipeline, **changes: Any) -> None:
    where = model.path("demo", "connections", world.connection.id)
    world.machine.documents.set(where, {**world.machine.documents.docs[where], **changes})


def daily(world: Pipeline) -> None:
    world.machine.bus.publish(SyncRequested(reason="schedule", request=f"{world.clock.now():%d}"))
    world.machine.drain()


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("schedule", list(Schedule))
def test_what_works_again_goes_on_by_itself_within_a_day(platform: str, schedule: str) -> None:
    world, _ = stopped(platform, schedule=schedule)
    world.box.faults.clear()
    world.clock.forward(hours=20)
    daily(world)
    assert (now(world).state, now(world).problem, now(world).refusals) == ("active", None, {})
    minutes(world, 1)
    world.machine.settle()
    done = [run for run in runs(world) if run["state"] == "completed"]
    assert len(done) == (0 if schedule == "manual" else 1), "nobody asked for a sync of what is read by hand"
    assert schedule == "manual" or not world.differences()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_still_refused_stays_as_it_is_and_rings_no_alarm(
    platform: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world, _ = stopped(platform)
    before = now(world)
    capsys.readouterr()
    for _ in range(3):
        world.clock.forward(days=1)
        daily(world)
    after = now(world)
    assert (after.state, after.problem) == (before.state, before.problem)
    assert alarms(capsys.readouterr().out) == 0


def test_trying_costs_one_call() -> None:
    world, _ = stopped("emailoctopus")
    world.box.faults.clear()
    change(world, schedule="manual")
    calls = world.box.calls.total
    daily(world)
    assert now(world).state == "active"
    assert world.box.calls.total == calls + 1


def test_a_disabled_connection_is_not_tried() -> None:
    world, _ = stopped("emailoctopus", state=ConnectionState.DISABLED)
    world.box.faults.clear()
    daily(world)
    assert now(world).state == "disabled"
    world.machine.bus.publish(SliceReady("demo", f"{trials.TRIAL}{world.connection.id}"))
    world.machine.drain()
    assert now(world).state == "disabled"


def test_an_access_whose_secret_is_gone_stays_stopped() -> None:
    world, access = stopped("emailoctopus")
    world.box.faults.clear()
    access.vault.delete(now(world).secret)
    access.forget()
    daily(world)
    assert now(world).state == "reconnect"


def test_a_nudge_that_comes_twice_late_or_for_nobody_does_no_harm() -> None:
    world, _ = stopped("emailoctopus")
    world.box.faults.clear()
    for name in (world.connection.id, world.connection.id, "nobody"):
        world.machine.bus.publish(SliceReady("demo", f"{trials.TRIAL}{name}"))
        world.machine.drain()
    assert now(world).state == "active"
    world.machine.failures.record("slice-ready", b'{"workspace":"demo","slice":"access.nobody","v":1}')


def test_connected_again_meanwhile_a_count_of_the_old_access_says_nothing() -> None:
    world, access = opened("emailoctopus")
    refusing(world)
    begin(world, "first")
    minutes(world, 10)
    assert now(world).refusals["count"] == 2
    name = f"{now(world).secret}-again"
    version = access.vault.add(name, pack(from_key(world.box.key()), world.clock.now()))
    change(world, secret=name, secret_version=version, refusals={})
    minutes(world, 8)
    assert now(world).state == "active"
    assert now(world).refusals["count"] <= 2
