"""The operator's commands on stores in memory, with the real engine behind them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from infra.admin import target
from infra.admin.__main__ import main
from shared import log
from shared.marts.placing import Deployment
from shared.opening import opener
from shared.opening.opener import Opener
from shared.settings import load
from shared.stores.installation import Stores
from tests.flow.pipeline import TINY, Pipeline
from tests.marts.shelf import Shelf
from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)
from tests.support.memory import MemoryDocuments, MemoryVault
from tests.support.opening import OpeningBus

SETTINGS = {
    "GOOGLE_CLOUD_PROJECT": "local",
    "TRIBUTARY_BUCKET": "pages",
    "TRIBUTARY_START_URL": "https://connect.example.com",
    "TRIBUTARY_CONSOLE_URL": "https://console.example.com",
    "TRIBUTARY_FEED_URL": "https://feed.example.com",
    "TRIBUTARY_ACCOUNTS": '{"open_workspace": "open-workspace@p.example.com"}',
}


@dataclass
class Operator:
    """An operator in front of a terminal."""

    world: Pipeline
    stores: Stores
    capsys: pytest.CaptureFixture[str]

    def type(self, *words: str) -> tuple[int, str, str]:
        """Exit code, what was printed, and what was complained about."""
        code = main(list(words))
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def ask(self, *words: str, code: int = 0) -> Any:
        """The JSON that a command prints; it must end with this code."""
        ended, out, err = self.type("--json", *words)
        assert ended == code, err
        return orjson.loads(out)


@pytest.fixture(autouse=True)
def without_bigquery(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marts have tests of their own, with BigQuery's stand-in beneath them (`tests/marts`)."""
    monkeypatch.setattr(opener, "deploy", lambda stores, workspace: Deployment(0))
    monkeypatch.setattr(opener, "deploy_agency", lambda stores: Deployment(0))


def stores_of(world: Pipeline, vault: MemoryVault) -> Stores:
    """With open_workspace awake."""
    machine, settings, shelf = world.machine, load(env=SETTINGS), Shelf()
    bus = OpeningBus(machine.bus, Opener(settings, machine.documents, machine.objects, world.clock, shelf))
    stores = Stores(settings, machine.documents, vault, machine.objects, world.clock, bus)
    vars(stores)["bigquery"] = shelf
    return stores


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    stores = stores_of(world, MemoryVault())
    vars(stores)["people"] = MemoryDocuments()
    vars(stores)["feeds"] = MemoryDocuments()
    monkeypatch.setattr(target, "stores", lambda local: stores)
    monkeypatch.setattr(log, "stream", io.StringIO())  # of the engine: what is printed is the command's
    made = Operator(world, stores, capsys)
    made.ask("workspace", "create", "demo", "--name", "Corner Bakery")
    return made
