"""What hangs on rows of another stream is read in the end, whatever kept it from being read when those rows were.

A parent's rows may be shown once only, because it is read "since": so of every stream with a parent it is shown here
that nothing is lost by an outage, an access that ends, a sync of the parent alone, or a stream that joins later. Clocks
go on until no look-back could help.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from infra.sandbox import PLATFORMS as STAND_INS
from shared import log, model
from shared.platforms import PLATFORMS
from shared.states import ConnectionState
from shared.vocabulary.platform import Platform
from tests.flow.bad import relatives
from tests.flow.outages import Outage, Outages, outages
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

# As few rows as show every stream with a parent; others have what their stand-in calls a small account.
COUNTS: Mapping[str, Mapping[str, int]] = {
    "constant_contact": {"contacts": 30, "campaigns": 5, "recipients": 12},
    "emailoctopus": {"lists": 2, "contacts": 4, "campaigns": 4, "recipients": 3},
    "instagram": {"media": 3, "stories": 2, "posts": 3, "days": 3},
    "klaviyo": {"profiles": 4, "lists": 2, "segments": 2, "campaigns": 4, "flows": 2, "templates": 1, "forms": 1,
                "tags": 1, "events": 4},
    "mailchimp": {"lists": 2, "members": 4, "campaigns": 4, "recipients": 3, "automations": 2, "templates": 1,
                  "landing_pages": 1, "days": 4},
    "shopify": {"orders": 4, "customers": 2, "products": 2, "locations": 2},
}  # fmt: skip
CASES = [
    (name, stream.name)
    for name, platform in sorted(PLATFORMS.items())
    for stream in platform.streams
    if stream.parent is not None
]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


def below(platform: Platform, name: str) -> list[str]:
    """The streams that hang on this one, and those that hang on them."""
    return [each for child in platform.children(name) for each in (child.name, *below(platform, child.name))]


@dataclass
class Family:
    """A small account of which one stream with a parent is read, with those above and below it."""

    name: str
    stream: str
    world: Pipeline = field(init=False)
    outages: Outages = field(init=False)

    def __post_init__(self) -> None:
        platform = PLATFORMS[self.name]
        self.above = relatives(platform, self.stream)[1:]
        self.world = Pipeline(
            self.name,
            streams=[*self.above, self.stream, *below(platform, self.stream)],
            counts=COUNTS.get(self.name, STAND_INS[self.name].demo.small),
        )
        self.outages = outages(self.world)

    @property
    def machine(self) -> Any:
        return self.world.machine

    def sync(self, request: str, **more: Any) -> dict[str, Any]:
        self.world.renew_access()
        (run,) = self.world.sync(request, **more)
        return run

    def change(self, **fields: Any) -> None:
        """Somebody changes the connection."""
        where = model.path("demo", "connections", self.world.connection.id)
        self.machine.documents.set(where, {**self.machine.documents.get(where), **fields})

    def lost(self) -> int:
        """How many rows of the stream are not there."""
        world, platform = self.world, PLATFORMS[self.name]
        table, key = platform.table(self.stream), platform.stream(self.stream).key
        accounts = [world.connection.account] if world.box.accounts() else None
        there = len(world.box.truth(accounts)[table].present)
        assert there, "an account without any row shows nothing"
        return there - len({tuple(row[name] for name in key) for row in world.warehouse.current("demo", table)})

    def time_goes_by(self) -> None:
        """So much that the parents are older than what is looked back at."""
        rules = [rule for name in self.above if (rule := PLATFORMS[self.name].stream(name).since) is not None]
        back = max((rule.look_back for rule in rules if rule.look_back is not None), default=timedelta())
        self.world.clock.forward(days=back.days + 10 if back else 0, hours=8)

    def made_good(self) -> None:
        """Two more syncs in calm; then nothing is missing and nothing is owed."""
        self.time_goes_by()
        runs = [self.sync("second")]
        self.world.clock.forward(hours=8)
        runs.append(self.sync("third"))
        assert [run["state"] for run in runs] == ["completed"] * 2, [run["problems"] for run in runs]
        found = self.world.differences()
        assert not found, str(found)[:600]
        assert not self.machine.documents.find("workspaces/demo/debts")


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_what_was_out_of_order_is_read_later(name: str, stream: str) -> None:
    family = Family(name, stream)
    family.outages.under_way.append(Outage(stream))
    run = family.sync("first")
    assert family.outages.met
    assert run["state"] == "partly"
    assert family.lost()
    family.outages.under_way.clear()
    family.made_good()


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_what_an_access_that_ended_kept_from_us_is_read_after_reconnecting(name: str, stream: str) -> None:
    family = Family(name, stream)
    family.outages.under_way.append(Outage(stream, 401))
    family.sync("first")
    where = model.path("demo", "connections", family.world.connection.id)
    assert family.machine.documents.get(where)["state"] == ConnectionState.RECONNECT
    assert family.lost()
    family.outages.under_way.clear()
    family.change(state=ConnectionState.ACTIVE, problem=None)
    family.made_good()


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_a_sync_of_the_parent_alone_loses_no_child(name: str, stream: str) -> None:
    family = Family(name, stream)
    assert family.sync("first", streams=family.above[0])["state"] == "completed"
    assert family.lost()
    family.made_good()


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_a_stream_that_joins_later_has_everything(name: str, stream: str) -> None:
    family = Family(name, stream)
    whole = family.world.streams
    family.change(streams=family.above)
    assert family.sync("first")["state"] == "completed"
    assert family.lost()
    family.change(streams=whole)
    family.made_good()
