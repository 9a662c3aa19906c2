"""The world of the demonstration: a cloud, the platforms, a workspace, and its connections."""

from __future__ import annotations

import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from infra.admin.progress import Progress, line
from infra.demo import fed, programs
from infra.demo.answers import Answered, at_hand
from infra.demo.answers import compare as compare_answers
from infra.demo.doors import Door
from infra.demo.platforms import Levers
from infra.local.cloud import OWN_PORTS, Cloud
from infra.local.processes import PATIENCE, Process, answers, free_ports, spawn, stop_all, wait_for
from infra.local.wiring import within
from infra.sandbox import PLATFORMS as SANDBOXES
from infra.sandbox.compare import Compared, Side, compare, kinds, of_days
from shared import model
from shared.errors import Code
from shared.marts.files import all_marts
from shared.messages import SyncRequested, WorkspaceWanted
from shared.model import Opening, Publication, Workspace, from_doc
from shared.oauth import links
from shared.opening import wishes
from shared.platforms import PLATFORMS
from shared.states import Reason
from shared.stores.bigquery_rates import RateTable
from shared.stores.bigquery_rows import Rows
from shared.stores.installation import Stores
from shared.stores.ports import Doc
from shared.sync.data_changes import note_look
from shared.sync.status import RunStatus
from shared.sync.watching import connections, runs
from shared.warehouse import names
from shared.warehouse.rates import Rate
from shared.warehouse.runs import TABLE

WORKSPACE = "demo"
READER = "user:baker@example.com"  # who may read its marts
HISTORY = 10  # days of daily numbers that the demonstration reads
PATIENCE_FOR_RUNS = 900.0  # reports are waited for, and some platforms are asked twice a second at most
SHOWN = 800  # days that have an exchange rate
TOLD = f"{names.raw(WORKSPACE)}.{TABLE.name}"  # what runs came to
LOOK = 2.0  # seconds between two looks at how far it is


class Failed(Exception):
    """The demonstration cannot go on; the text says why."""


@dataclass(frozen=True)
class DemoCloud:
    cloud: Cloud
    stores: Stores
    platforms: Process
    levers: Mapping[str, Levers]
    words: TextIO

    # -- before ----------------------------------------------------------------------------------

    def make_workspace(self) -> None:
        """Wished, as an operator or the console does, and opened by open_workspace."""
        wished = Workspace(
            WORKSPACE, "Corner Bakery", "Tributary demo agency", "help@example.com", currency="EUR", readers=[READER]
        )
        workspace = wishes.make(self.stores.documents, self.stores.clock, wished)
        self.stores.bus.publish(WorkspaceWanted(WORKSPACE))
        self._wait_until_open(workspace)
        now = self.stores.clock.now()
        table = RateTable(self.stores.bigquery, self.stores.settings.project)
        table.load(made_up_rates(now.date()), "made up", now)

    def _wait_until_open(self, workspace: Workspace) -> None:
        until = time.monotonic() + PATIENCE_FOR_RUNS
        while time.monotonic() < until:
            found = (self.stores.documents.get(model.opening_path(name)) for name in (workspace.id, names.AGENCY))
            workspaces, agency = (from_doc(Opening, doc or {"workspace": ""}) for doc in found)
            for known in (workspaces, agency):
                if known.problem:
                    raise Failed(f"Workspace {known.workspace} could not be opened: {known.problem['sentence']}")
            if workspaces.opened_at and workspaces.due_at is None and agency.marts:
                return
            threading.Event().wait(LOOK)
        raise Failed("the workspace was not opened in time")

    def link(self, platform: str) -> str:
        token, _ = links.create(
            self.stores.documents,
            self.stores.clock,
            WORKSPACE,
            platform,
            "demo",
            history_days=history(platform),
        )
        return links.address(self.stores.settings.start_url, token)

    def key(self, platform: str) -> str:
        """The sandbox's API key, where the platform knows no other way."""
        return str(self.levers[platform].credential()["api_key"]) if PLATFORMS[platform].oauth is None else ""

    def answers(self, platform: str) -> Mapping[str, str]:
        """What the owner answers when the connect page asks; the sandbox knows, because it serves that account."""
        return SANDBOXES[platform].asks

    def accounts(self, platform: str) -> Sequence[str]:
        """Which of those behind its login are connected; none named: all."""
        return SANDBOXES[platform].demo.accounts

    # -- runs ------------------------------------------------------------------------------------

    def ask_for_syncs(self, platform: str) -> None:
        for connection in self.connections():
            if connection["platform"] == platform:
                self.stores.bus.publish(SyncRequested(WORKSPACE, connection["id"], Reason.OPERATOR, uuid4().hex))

    def connections(self) -> list[Doc]:
        return connections(self.stores, WORKSPACE)

    def watch(self, count: int, ended: Callable[[str, int], None] = lambda platform, number: None) -> list[RunStatus]:
        """Live, until each connection has ended that many runs; all of these. `ended`: told of a platform when
        all its connections have ended one more of them, and how many that makes: none waits for a slower one."""
        progress, seen = Progress(self.words), Seen()
        until = time.monotonic() + PATIENCE_FOR_RUNS
        while time.monotonic() < until:
            if self.cloud.dead():
                raise Failed(f"{', '.join(self.cloud.dead())} ended by itself:\n{self._last_words()}")
            there = self.connections()
            for doc in there:
                if len(seen.runs[doc["id"]]) < count and seen.note(doc, *runs(self.stores, doc)):
                    self.ask_for_syncs(doc["platform"])
            progress.show(list(seen.lines.values()))
            for platform in sorted({doc["platform"] for doc in there}):
                done = min(len(seen.runs[doc["id"]]) for doc in there if doc["platform"] == platform)
                if seen.told[platform] < done:
                    seen.told[platform] = done
                    ended(platform, done)
            if all(len(seen.runs[doc["id"]]) == count for doc in there):
                progress.done()
                return [run for runs in seen.runs.values() for run in runs]
            threading.Event().wait(LOOK)
        progress.done()
        raise Failed("the runs did not end in time")

    def _last_words(self) -> str:
        return "\n".join(self.cloud.processes[name].last_words() for name in self.cloud.dead())

    # -- afterwards ------------------------------------------------------------------------------

    def truth(self, platform: str) -> dict[str, Side]:
        """What is true of the accounts that were connected."""
        return self.levers[platform].truth(self.accounts(platform))

    def compare(self, platform: str, asked: datetime, before: Mapping[str, Side] | None = None) -> list[Compared]:
        """Every table and view of a platform, with what its stand-in says is true. `asked`: when its reading was asked
        for; of a day that was not over then, the platform may tell more by now."""
        rows, there = Rows(self.stores.bigquery, self.stores.settings.project), self.stores.tables(WORKSPACE)
        truth, found = self.truth(platform), []
        first, under_way = first_day(self.stores, platform), under_way_at(asked)
        for kind in kinds(PLATFORMS[platform]):
            held = rows.current(WORKSPACE, kind.name) if kind.name in there else []
            side, read = of_days(kind, truth[kind.name], held, first, under_way)
            found.append(compare(kind, side, read, before.get(kind.name) if before else None))
        return found

    def wait_until_told(self) -> None:
        """What runs came to reaches BigQuery by itself, a moment after the last of them has ended."""
        rows, until = Rows(self.stores.bigquery, self.stores.settings.project), time.monotonic() + PATIENCE_FOR_RUNS
        while rows.query(f"SELECT COUNT(DISTINCT run_id) AS n FROM {TOLD}")[0]["n"] < self.run_count():
            if time.monotonic() > until:
                raise Failed("what the runs came to was not told in time")
            threading.Event().wait(LOOK)

    def wait_until_published(self) -> None:
        """A version is made when nothing has changed for two minutes, and then nothing waits for another."""
        until = time.monotonic() + PATIENCE_FOR_RUNS
        note_look(self.stores.documents, self.stores.clock, WORKSPACE)
        while time.monotonic() < until:
            doc = self.stores.documents.get(model.publication_path(WORKSPACE))
            known = from_doc(Publication, doc) if doc else Publication(WORKSPACE)
            if known.manifest and not known.causes and not known.attempt:
                return
            threading.Event().wait(LOOK)
        raise Failed("the marts were not published in time")

    def ask_twenty(self) -> list[Answered]:
        """Twenty questions, asked of everybody who answers: what is published, programs, spreadsheets, agents."""
        with tempfile.TemporaryDirectory() as folder:
            there = at_hand(self.stores, WORKSPACE, Path(folder))
            if there is None:
                raise Failed("nothing is published")
            try:
                return list(
                    compare_answers(self.stores, WORKSPACE, there, self.stores.clock.now().date(), self.doors())
                )
            except programs.NotAnswered as reason:
                raise Failed(str(reason)) from None

    def doors(self) -> list[Door]:
        """Those of the running functions, each with a key of its own."""
        api, feed = self.cloud.addresses["api"], self.cloud.addresses["feed"]
        return [
            programs.by_program(programs.api(self.stores, WORKSPACE, api)),
            fed.door(fed.by_feed(self.stores, WORKSPACE, feed)),
            programs.by_agent(programs.agents(self.stores, WORKSPACE, api)),
        ]

    def marts(self) -> dict[str, dict[str, int]]:
        """How many rows each fact and dimension has of each platform."""
        rows, found = Rows(self.stores.bigquery, self.stores.settings.project), {}
        for mart in all_marts():
            if mart.name.startswith(("fact_", "dim_", "metric_history", "sync_status")):
                whose = "platform" if "platform" in {column.name for column in mart.columns} else "''"
                counted = f"SELECT {whose} AS name, COUNT(*) AS n FROM {names.marts(WORKSPACE)}.{mart.name} GROUP BY 1"
                found[mart.name] = {row["name"]: int(row["n"]) for row in rows.query(counted)}
        return dict(sorted(found.items()))

    def run_count(self) -> int:
        return sum(len(runs(self.stores, doc, most=99)) for doc in self.connections())


@dataclass
class Seen:
    """What `DemoCloud.watch` remembers between two looks."""

    runs: dict[str, list[RunStatus]] = field(default_factory=lambda: defaultdict(list))  # of each connection
    lines: dict[str, str] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # runs of each platform
    doubted: set[str] = field(default_factory=set)  # runs that showed nothing of a stream that had rows

    def note(self, connection: Doc, *newest: RunStatus) -> bool:
        """Whether one ended that another reading has to agree with, before it counts."""
        doubted = len(self.doubted)
        for run in newest:
            self.lines[connection["id"]] = line(connection["platform"], run)
            if run.over and run.troubles and {trouble.code for trouble in run.troubles} == {Code.SWEEP_HELD}:
                self.doubted.add(run.id)
            elif run.over and run.id not in {known.id for known in self.runs[connection["id"]]}:
                self.runs[connection["id"]].append(run)
        return len(self.doubted) > doubted


def history(platform: str) -> int:
    """Days of daily numbers that are read. Some platforms are too slow for the usual ones."""
    return SANDBOXES[platform].demo.history or HISTORY


def first_day(stores: Stores, platform: str) -> date:
    """From here on everything was asked for, in whatever zone an account counts its days."""
    return stores.clock.now().date() - timedelta(days=max(history(platform) - 1, 1))


def under_way_at(moment: datetime) -> date:
    """The first day that was not over yet wherever an account counts its days: the west is twelve hours behind."""
    return (moment - timedelta(hours=12)).date()


def made_up_rates(today: date) -> list[Rate]:
    """Units for one euro; near enough to look at, and the same for every day."""
    units = {"USD": "1.10", "GBP": "0.85", "CAD": "1.50", "JPY": "160"}
    days = [today - timedelta(days=number) for number in range(SHOWN)]
    return [Rate(currency, day, Decimal(each)) for currency, each in units.items() for day in days]


@contextmanager
def world(
    folder: Path | None,
    words: TextIO,
    small: bool = False,
    first_port: int = 0,
    names: Sequence[str] = (),
    tell: Callable[[str], object] = lambda _: None,
) -> Iterator[DemoCloud]:
    """Everything is up inside, and nothing is left afterwards. `names`: these platforms only. `tell` is told what is up
    so far."""
    names = sorted(names or PLATFORMS)
    ports = (
        list(range(first_port + OWN_PORTS, first_port + OWN_PORTS + len(names)))
        if first_port
        else free_ports(len(names))
    )
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in zip(names, ports, strict=True)}
    with Cloud.start(folder, addresses, first_port=first_port, tell=tell) as cloud:
        served = [f"{name}={address.rpartition(':')[2]}" for name, address in addresses.items()]
        command: Sequence[str] = ["-m", "infra.demo.platforms", *served, *(["--small"] if small else [])]
        platforms = spawn("platforms", command, cloud.folder / "logs")
        try:
            until = time.monotonic() + PATIENCE
            for address in addresses.values():
                wait_for(platforms, lambda address=address: answers(f"{address}/_sandbox/calls"), until)  # type: ignore[misc]
            tell(f"{len(names)} platforms are up; the workspace is being opened")
            with within(cloud.environment):
                levers = {name: Levers(address) for name, address in addresses.items()}
                made = DemoCloud(cloud, Stores.open(cloud.settings), platforms, levers, words)
                made.make_workspace()
                yield made
        finally:
            stop_all([platforms])
