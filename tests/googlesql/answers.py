"""What GoogleSQL's reference implementation answers to the marts, over rows that stand in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.model import Workspace
from shared.warehouse import names
from shared.warehouse.rates import TABLE
from tests.googlesql import warehouse
from tests.googlesql.service import Columns, Rows, Service
from tests.googlesql.warehouse import PROJECT, View
from tests.marts.marts_fixture import loaded

Held = Mapping[str, Rows]  # by table
NAMED = re.compile(r"`([\w-]+\.\w+\.[\w-]+)`")


@dataclass
class Answers:
    """Asked for one mart, it answers those behind it first, each once."""

    service: Service
    workspace: Workspace
    known: dict[str, Columns]
    views: dict[str, View]
    held: dict[str, Rows] = field(default_factory=dict)

    def ask(self, sql: str) -> Rows:
        used = {name: self._columns(name) for name in dict.fromkeys(NAMED.findall(sql))}
        return self.service.rows(sql, used, {name: self._rows(name) for name in used})

    def mart(self, name: str) -> Rows:
        return self._rows(f"{PROJECT}.{names.marts(self.workspace.id)}.{name}")

    def _rows(self, address: str) -> Rows:
        view = self.views.get(address)
        if view is not None and address not in self.held:
            self.held[address] = self.ask(view.query)
        return self.held.get(address, ())

    def _columns(self, address: str) -> Columns:
        view = self.views.get(address)
        return self.known[address] if view is None else view.columns


def answers(
    service: Service, workspace: Workspace, raw: Held, history: Held, rates: Mapping[tuple[str, str], str]
) -> Answers:
    """These rows stand in these tables, and these rates, units for one euro by currency and day, are known."""
    views = {view.address: view for found in (warehouse.raw_views, warehouse.mart_views) for view in found(workspace)}
    held = dict(_held(workspace, raw, history))
    held[f"{PROJECT}.{names.SHARED}.{TABLE}"] = [
        {"currency": currency, "date": day, "per_euro": units} for (currency, day), units in rates.items()
    ]
    return Answers(service, workspace, warehouse.tables(workspace), views, held)


def _held(workspace: Workspace, raw: Held, history: Held) -> Iterator[tuple[str, Rows]]:
    for dataset, tables in ((names.raw(workspace.id), raw), (names.history(workspace.id), history)):
        for table, rows in tables.items():
            yield f"{PROJECT}.{dataset}.{table}", loaded(workspace.id, table, rows)
