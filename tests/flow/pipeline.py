"""A machine and a platform of the sandbox that share one clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import httpx2
import orjson

from infra.sandbox import Truth, create_any
from infra.sandbox.constant_contact.world import ZONE
from shared import log
from shared.http import Http
from shared.kit.calendar import day_in
from shared.model import Connection, Run, from_doc
from shared.oauth.accounts import discover
from shared.oauth.clients import app_of
from shared.platforms import PLATFORMS
from shared.rows.shaping import digest
from shared.sync.run_log import rows_of
from shared.unpacking import quickly
from shared.vocabulary.access import Account
from shared.vocabulary.platform import Platform
from shared.warehouse.runs import TABLE
from tests.support.faults import Fate
from tests.support.machine import Machine, PlainKeys
from tests.support.memory import MemoryObjects, MemoryVault, Time
from tests.support.truth import Difference, differences
from tests.support.warehouse import MemoryWarehouse

EUROPE = {  # what follows from the region that was answered
    "login_host": "eu.account.amazon.com",
    "token_host": "api.amazon.co.uk",
    "api_host": "advertising-api-eu.amazon.com",
}
VALUES = {
    "mailchimp": {"dc": "us14"},
    "amazon_ads": EUROPE,
    "metricool": {"user_id": "7654321"},
    "shopify": {"shop": "demo-bakery"},
}
MORE: dict[str, dict[str, str]] = {}  # what the secret of our app holds besides, by platform
OWN_NAMES = frozenset({"mailchimp", "constant_contact", "emailoctopus"})  # the tests name these accounts themselves
ZONES = {"constant_contact": ZONE}  # which these accounts have, and whose days count
# As few rows as still show every stream: for tests that repeat a whole sync hundreds of times.
TINY = {
    "emailoctopus": {"lists": 2, "contacts": 6, "campaigns": 3},
    "mailchimp": {"lists": 2, "members": 5, "campaigns": 3},
    "constant_contact": {"contacts": 6, "campaigns": 3},
}
# The other kinds of page, slice and proof, where a whole sync is killed at every step: of each platform its counts, one
# or two streams, and how many days back.
RARER: dict[str, tuple[dict[str, int], list[str], int]] = {
    "amazon_ads": ({"campaigns": 1, "ads": 1, "negatives": 1, "days": 2}, ["sp_campaigns", "sp_campaigns_daily"], 2),
    "google_analytics": ({"visits": 2, "orders": 1, "days": 3}, ["daily_overview"], 3),  # counted in a body, by days
    "meta_ads": ({"campaigns": 1, "ads": 1, "days": 2}, ["insights_ad_daily"], 20),  # reports, sums
    "shopify": ({"orders": 2, "customers": 3, "products": 1}, ["customers"], 0),  # a cursor in a GraphQL question
}
# How far back the tests' connections read where a platform tells years: farther than its small accounts are old.
HISTORY = {"meta_ads": 75}
# One stream of every kind of page, slice and parent; all of them where a test says so.
TELLING = {
    "emailoctopus": ["contacts", "campaign_summary", "campaign_contact_reports"],
    "mailchimp": ["list_members", "interests", "reports", "email_activity"],
    "constant_contact": ["contact_lists", "contacts", "campaign_summaries", "campaign_stats"],
}


@dataclass
class Boxes(httpx2.BaseTransport):
    """Several platforms, or several copies of one, as a worker reaches them: whose call it is stands in its log."""

    rest: httpx2.BaseTransport
    of: dict[str, httpx2.BaseTransport] = field(default_factory=dict)  # connection → its platform

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return self.of.get(at_work("connection"), self.rest).handle_request(request)


def at_work(what: str) -> str:
    """What a worker is at work on at this moment: its stream, its connection."""
    return str((log._bound.get() or {}).get(what, ""))


class Pipeline:
    """`every`: all accounts that the login opens are connected; otherwise the first one. `beside`: in the machine of
    another world, with a platform of its own; `account` names it there where the tests name accounts themselves."""

    def __init__(
        self,
        platform: str,
        fate: Fate | None = None,
        seed: int = 7,
        streams: list[str] | None = None,
        every: bool = False,
        history_days: int = 0,
        beside: Pipeline | None = None,
        workspace: str = "demo",
        account: str = "acct",
        **settings: Any,
    ) -> None:
        self.clock: Time = beside.clock if beside else Time()
        self.platform, self.workspace = platform, workspace
        self.box = create_any(
            platform, seed=seed, clock=self.clock.now, monotonic=lambda: self.clock.now().timestamp(), **settings
        )
        here = httpx2.WSGITransport(app=self.box.wsgi)
        if beside is None:
            objects = MemoryObjects()
            self.transport = Boxes(here)
            self.warehouse = MemoryWarehouse(objects)
            self.machine = Machine(
                self.transport, self.warehouse, objects=objects, clock=self.clock, fate=fate or Fate()
            )
        else:
            self.transport, self.warehouse, self.machine = beside.transport, beside.warehouse, beside.machine
        self.keys.value = next(iter(self.box.credential().values()))
        self.streams = streams or []
        more: dict[str, Any] = {"streams": self.streams, "history_days": history_days or HISTORY.get(platform, 0)}
        if platform in OWN_NAMES:
            more["zone"] = ZONES.get(platform, "UTC")
            found = [self.machine.connect(platform, workspace, account, values=VALUES.get(platform, {}), **more)]
        else:
            found = [self._connected(account, more) for account in self.accounts(every)]
        self.connections, self.connection = found, found[0]
        self.transport.of.update({each.id: here for each in found} if beside else {})

    @property
    def keys(self) -> PlainKeys:
        keys: PlainKeys = self.machine.keys
        return keys

    def accounts(self, every: bool) -> list[Account]:
        """Those that discovery finds and that can be read, as the connect pages would offer them."""
        vault, client = MemoryVault(), self.box.setting.client
        known = {"client_id": client.id, "client_secret": client.secret}
        vault.add(f"client-{self.platform}", orjson.dumps({**known, **MORE.get(self.platform, {})}))
        self.keys.app = app_of(vault, self.connector)
        http = Http(transport=httpx2.WSGITransport(app=self.box.wsgi), unpack=quickly)
        credential = replace(self.keys.credential, values=VALUES.get(self.platform, {}))
        usable = [each for each in discover(http, vault, self.connector, credential) if not each.closed]
        return usable if every else usable[:1]

    def _connected(self, account: Account, more: dict[str, Any]) -> Connection:
        about = {"zone": account.zone, "currency": account.currency}
        values = {**VALUES.get(self.platform, {}), **account.values}
        made = self.machine.connect(self.platform, self.workspace, account.id, values=values, **about, **more)
        if account.token is not None:
            self.keys.own[made.id] = account.token.reveal()
        return made

    def sync(self, request: str = "first", **more: Any) -> list[dict[str, Any]]:
        """Of every connection, one after the other; their runs."""
        return [self.machine.run(self.machine.sync(each, request, **more)) for each in self.connections]

    def renew_access(self) -> None:
        """Time has gone by, and with it the access that was given."""
        self.keys.value = next(iter(self.box.credential().values()))

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """What was read; `told` has what is known of the runs that read it."""
        tables = [name for home, name in self.warehouse.tables if home == self.workspace and name != TABLE.name]
        return {name: self._ours(self.warehouse.current(self.workspace, name)) for name in tables}

    def told(self) -> list[dict[str, Any]]:
        return self.warehouse.current(self.workspace, TABLE.name)

    def _ours(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ours = {each.id for each in self.connections}
        return [row for row in rows if row["connection_id"] in ours]

    def runs(self) -> list[dict[str, Any]]:
        ours = {each.id for each in self.connections}
        found = self.machine.documents.find(f"workspaces/{self.workspace}/runs")
        return [doc for doc in found if doc["connection"] in ours]

    def wrongly_told(self) -> list[str]:
        """Streams of which the table of runs says something else than their documents, or nothing, or said it twice."""
        find, connections = self.machine.documents.find, {each.id: each for each in self.connections}
        told = {(row["run_id"], row["stream"]): row["_hash"] for row in self.told()}
        said = Counter((row["run_id"], row["stream"]) for row in self.warehouse.history(self.workspace, TABLE.name))
        wrong = []
        for run in (from_doc(Run, doc) for doc in self.runs() if doc["finished_at"]):
            slices = find(f"workspaces/{self.workspace}/slices", ("run", "==", run.id))
            for row in rows_of(connections[run.connection], run, slices, self.clock.now()):
                stream = row["stream"]
                touched = max(doc["touched_at"] for doc in slices if doc["stream"] == stream)
                says = told.get((run.id, stream))
                # A worker without its lease may leave a child to a run that ends, or has ended: how it ended is told.
                if run.finished_at and (touched > run.finished_at or (says and touched == run.finished_at)):
                    continue
                if says != digest(row) or said[run.id, stream] != 1:
                    wrong.append(f"{stream} of run {run.id}")
        return wrong

    def truth(self) -> dict[str, Truth]:
        return self.box.truth([each.account for each in self.connections] if self.box.accounts() else None)

    def differences(self, streams: Sequence[str] | None = None, began: datetime | None = None) -> Difference:
        """By default of all streams that are read, as the run left them that began last."""
        began = began or max((doc["started_at"] for doc in self.runs()), default=None)
        now = self.clock.now()
        over = date.max
        if began is not None and _hour(began) != _hour(now):
            # What the platform tells of a day that is not over grows with the clock, not with what happens. So of
            # days, those count that were over when the last run began; a run asks for none that came later.
            over = min(day_in(each.zone, began) for each in self.connections)
        streams = self.streams if streams is None else streams
        found = differences(self.platform, self.truth(), self.rows(), streams, over)
        zones = {each.zone for each in self.connections}
        if began is not None and any(day_in(zone, began) != day_in(zone, now) for zone in zones):
            # A snapshot carries the day its run began; the sandbox counts for today, and midnight lay between.
            dated = {self.connector.table(stream.name) for stream in self.connector.streams if stream.snapshot_column}
            found.missing = [line for line in found.missing if line.split()[0] not in dated]
        return found

    @property
    def connector(self) -> Platform:
        return PLATFORMS[self.platform]

    def cursors(self) -> dict[str, Any]:
        return {doc["id"]: doc for doc in self.machine.documents.find(f"workspaces/{self.workspace}/cursors")}


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
