"""What GoogleSQL's reference implementation answers to the marts, over rows that stand in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from infra.bigquery.rates import TABLE
from shared.model import Workspace
from shared.warehouse import names
from tests.googlesql import warehouse
from tests.googlesql.service import Rows, Service
from tests.googlesql.warehouse import PROJECT, View
from tests.marts.desk import loaded

Held = Mapping[str, Rows]  # by table
NAMED = re.compile(r"`([\w-]+\.\w+\.[\w-]+)`")


def answers(service: Service, workspace: Workspace, raw: Held, history: Held, rates: Rows) -> dict[str, Rows]:
    """The rows of each mart, by its name."""
    held = dict(_held(workspace, raw, history, rates))
    known, found = warehouse.tables(workspace), dict[str, Rows]()
    marts = f"{PROJECT}.{names.marts(workspace.id)}."
    for view in _views(workspace):
        used = {name: known[name] for name in dict.fromkeys(NAMED.findall(view.query))}
        rows = service.rows(view.query, used, held)
        known[view.address], held[view.address] = view.columns, rows
        if view.address.startswith(marts):
            found[view.address.removeprefix(marts)] = rows
    return found


def rate_rows(rates: Mapping[tuple[str, str], str]) -> Rows:
    return [{"currency": currency, "date": day, "per_euro": units} for (currency, day), units in rates.items()]


def _held(workspace: Workspace, raw: Held, history: Held, rates: Rows) -> Iterator[tuple[str, Rows]]:
    for dataset, tables in ((names.raw(workspace.id), raw), (names.history(workspace.id), history)):
        for table, rows in tables.items():
            yield f"{PROJECT}.{dataset}.{table}", loaded(workspace.id, table, rows)
    yield f"{PROJECT}.{names.SHARED}.{TABLE}", rates


def _views(workspace: Workspace) -> Iterator[View]:
    yield from warehouse.raw_views(workspace)
    yield from warehouse.mart_views(workspace)
