"""What a plan says beforehand against what the stand-ins then see."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from shared import log
from shared.clock import iso
from shared.platforms import PLATFORMS
from shared.sync.forecast import Forecast, Sizes, daily_sync, days_again, first_sync
from shared.sync.sizes import seen
from tests.admin.conftest import Operator
from tests.flow.pipeline import Pipeline

CLOSE = 0.10


def close(plan: Forecast, calls: int) -> bool:
    return abs(plan.calls - calls) <= max(CLOSE * calls, 1)


def called(world: Pipeline, request: str) -> int:
    """A sync, and how often the platform was asked meanwhile."""
    before = asked(world)
    run = world.machine.run(world.machine.sync(world.connection, request))
    assert run["state"] == "completed", run["problems"]
    return asked(world) - before


def asked(world: Pipeline) -> int:
    """Calls that count: a file is fetched elsewhere."""
    return sum(count for route, count in world.box.calls.routes.items() if "/files/" not in route)


@pytest.mark.slow
@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_plan_comes_true(platform: str) -> None:
    world = Pipeline(platform, size=0.2, history_days=60)
    accounts = [world.connection.account] if world.box.accounts() else None
    connector, truth = world.connector, world.box.truth(accounts)
    rows = {stream.name: len(truth[connector.table(stream.name)].present) for stream in connector.streams}
    began = world.clock.now()
    calls = called(world, "first")
    slices = Counter(part["stream"] for part in world.machine.documents.find_all("slices", ("kind", "==", "extract")))
    # How many records of a parent have children is asked of the first run: no plan can know it. Nor which of them are
    # rows, where a parent leaves some out: Mailchimp's reports are of automations, too.
    shaped = {s.name for s in connector.streams if s.shape}
    parents = {
        s.name: slices[s.name] * s.parent.group
        for s in connector.streams
        if s.parent and (s.parent.when or s.parent.stream in shaped)
    }
    first = first_sync(connector, world.connection, [], Sizes(rows, parents=parents), began)
    assert close(first, calls), (first.calls, calls)

    # A day as the one before it: what grew meanwhile is what no plan can know.
    for request in ("second", "third"):
        learnt = seen(world.machine.documents, world.connection)
        world.clock.forward(hours=24)
        world.renew_access()
        daily, calls = daily_sync(connector, world.connection, [], learnt, world.clock.now()), called(world, request)
    assert close(daily, calls), (daily.calls, calls)


@pytest.mark.parametrize("platform", ["google_analytics", "meta_ads"])
def test_what_days_once_more_were_said_to_cost_comes_true(platform: str) -> None:
    """Some of the days: each window once, whatever of it is asked for."""
    world = Pipeline(platform, size=0.2, history_days=60)
    connector, now = world.connector, world.clock.now()
    called(world, "first")
    since, until = (
        now.replace(hour=0, minute=0) - timedelta(days=20),
        now.replace(hour=0, minute=0) - timedelta(days=13),
    )
    (stream, *_) = [each.name for each in connector.streams if each.days and not each.parent and not each.optional]
    rows = {each.name: 0 for each in connector.streams}
    plan = days_again(connector, world.connection, [stream], Sizes(rows), now, since, until)
    all_of_it = first_sync(connector, world.connection, [stream], Sizes(rows), now)
    assert 0 < plan.calls < all_of_it.calls
    before = asked(world)
    world.machine.sync(
        world.connection, "again", "backfill", streams=stream, since=iso(since), until=iso(until)
    )  # fmt: skip
    assert close(plan, asked(world) - before), (plan.calls, asked(world) - before)


def test_an_allowance_of_a_day_is_counted_in_days() -> None:
    contact = PLATFORMS["constant_contact"]
    world = Pipeline("constant_contact", size=0.05)
    sizes = Sizes({"email_campaigns": 30_000, "campaign_activities": 30_000})
    plan = first_sync(contact, world.connection, ["campaign_activities"], sizes, world.clock.now())
    assert plan.calls == 30_000 + 60
    assert plan.shares[0].of_day == pytest.approx(3.006)
    assert plan.takes >= timedelta(days=3)


def test_a_plan_is_printed_for_a_connection_and_for_a_platform(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "stream", None)
    operator.world.machine.sync(operator.world.connection)
    _, shown, _ = operator.type("plan", "demo", "emailoctopus")
    assert "campaign_contact_reports" in shown
    assert "First sync: " in shown
    told = operator.ask("plan", "--platform", "mailchimp", "--stream", "list_members", "--rows", "lists=3",
                    "--rows", "list_members=1000000", "--changed", "list_members=5000")  # fmt: skip
    calls = {line["stream"]: line["calls"] for line in told["first"]["lines"]}
    assert calls["lists"] == 1
    assert 1000 < calls["list_members"] < 1020
    assert {line["stream"]: line["calls"] for line in told["daily"]["lines"]}["list_members"] < 30


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["demo"],
        ["--platform", "mailchimp", "--rows", "nothing=3"],
        ["--platform", "mailchimp", "--rows", "lists=many"],
        ["--platform", "mailchimp", "--stream", "nothing"],
    ],
)
def test_a_plan_of_nothing_is_refused(operator: Operator, words: list[str]) -> None:
    code, _, complaint = operator.type("plan", *words)
    assert code == 2
    assert complaint
