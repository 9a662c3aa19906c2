"""A machine and a platform of the sandbox that share one clock."""

from __future__ import annotations

from typing import Any

import httpx2

from infra.sandbox import create_any
from shared.connectors import PLATFORMS
from shared.connectors.spec import Platform
from tests.world.faults import Fate
from tests.world.machine import Machine
from tests.world.memory import MemoryObjects, Time
from tests.world.truth import Difference, differences
from tests.world.warehouse import MemoryWarehouse

VALUES = {"mailchimp": {"dc": "us14"}}
# What is known of an account that counts days and money.
ABOUT = {"klaviyo": {"zone": "America/New_York", "currency": "USD"}}
# As few rows as still show every stream: for tests that repeat a whole sync hundreds of times.
TINY = {
    "emailoctopus": {"lists": 2, "contacts": 6, "campaigns": 3},
    "mailchimp": {"lists": 2, "members": 5, "campaigns": 3},
    "constant_contact": {"contacts": 6, "campaigns": 3},
    "klaviyo": {"profiles": 6, "lists": 2, "segments": 1, "campaigns": 3, "flows": 1, "templates": 3, "events": 9},
}
# One stream of every kind of page, slice and parent; all of them where a test says so.
TELLING = {
    "emailoctopus": ["contacts", "campaign_summary", "campaign_contact_reports"],
    "mailchimp": ["list_members", "interests", "reports", "email_activity"],
    "constant_contact": ["contact_lists", "contacts", "campaign_summaries", "campaign_stats"],
    "klaviyo": ["list_members", "profiles", "campaigns", "flow_actions", "campaign_values_report", "segment_series"],
}


class World:
    def __init__(
        self, platform: str, fate: Fate | None = None, seed: int = 7, streams: list[str] | None = None, **settings: Any
    ) -> None:
        self.clock = Time()
        self.platform = platform
        self.box = create_any(
            platform, seed=seed, clock=self.clock.now, monotonic=lambda: self.clock.now().timestamp(), **settings
        )
        objects = MemoryObjects()
        self.warehouse = MemoryWarehouse(objects)
        self.machine = Machine(
            httpx2.WSGITransport(app=self.box.wsgi),
            self.warehouse,
            objects=objects,
            clock=self.clock,
            fate=fate or Fate(),
        )
        self.machine.keys.value = next(iter(self.box.credential().values()))
        self.streams = streams or []
        self.connection = self.machine.connect(
            platform, values=VALUES.get(platform, {}), streams=self.streams, **ABOUT.get(platform, {})
        )

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return {name: self.warehouse.current("demo", name) for _, name in self.warehouse.tables}

    def differences(self) -> Difference:
        found = differences(self.platform, self.box.truth(), self.rows(), self.streams)
        began = max((doc["started_at"] for doc in self.machine.documents.find("workspaces/demo/runs")), default=None)
        if began is not None and began.date() != self.clock.now().date():
            # A snapshot carries the day its run began; the sandbox counts for today, and midnight lay between.
            dated = {self.connector.table(stream.name) for stream in self.connector.streams if stream.dated}
            found.missing = [line for line in found.missing if line.split()[0] not in dated]
        return found

    @property
    def connector(self) -> Platform:
        return PLATFORMS[self.platform]

    def cursors(self) -> dict[str, Any]:
        return {doc["id"]: doc for doc in self.machine.documents.find("workspaces/demo/cursors")}
