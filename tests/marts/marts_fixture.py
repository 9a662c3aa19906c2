"""A desk with BigQuery's stand-in on it: workspaces with their marts, tables that are filled, questions asked."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import orjson
from google.cloud import bigquery

from shared.marts import files
from shared.marts.deploy import deploy, deploy_agency, sources
from shared.marts.placing import Deployment
from shared.model import Workspace, to_doc
from shared.settings import Settings
from shared.stores.bigquery_rates import RateTable
from shared.stores.bigquery_tables import fields
from shared.stores.installation import Stores
from shared.stores.storage import StorageObjects
from shared.warehouse import names
from shared.warehouse.rates import Rate
from shared.warehouse.schema import kept
from shared.warehouse.spec import TableSpec
from tests.contract.warehouse_backends import SETTINGS, stand_in
from tests.marts.golden import ZONE
from tests.support.memory import MemoryDocuments, MemoryVault, Time

Row = dict[str, Any]
READ_AT = "2026-09-10T06:00:00Z"


@dataclass
class MartsFixture:
    stores: Stores
    suffix: str  # of the names of its workspaces: other tests of this process have theirs
    deployed: dict[str, Deployment] = field(default_factory=dict)
    held: dict[tuple[str, str], Mapping[str, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return self.stores.settings

    def id(self, workspace: str) -> str:
        return f"{workspace}{self.suffix}"

    def add(self, name: str, currency: str, known: bool = True) -> None:
        """A workspace with its marts. One that is not `known` stands in no document, so the agency does not see it."""
        workspace = Workspace(
            self.id(name), name, zone=ZONE, currency=currency, created_at=datetime(2026, 1, 1, tzinfo=UTC),
            fiscal_year_start=4,
        )  # fmt: skip
        if known:
            self.stores.documents.set(f"workspaces/{workspace.id}", to_doc(workspace))
        self.deployed[name] = deploy(self.stores, workspace)
        assert self.deployed[name].refused == {}, self.deployed[name].refused

    def hold(self, workspace: str, space: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """These rows stand in these tables of the workspace, and none in its others."""
        held = self.held.setdefault((workspace, space), {})
        for table in held.keys() - tables.keys():
            dataset = {"raw": names.raw, "history": names.history}[space](self.id(workspace))
            self.stores.bigquery.query(f"TRUNCATE TABLE `{self.settings.project}.{dataset}.{table}`").result()
        for table, rows in tables.items():
            if held.get(table) != rows:
                self.fill(workspace, space, table, rows, "WRITE_TRUNCATE")
        self.held[workspace, space] = dict(tables)

    def fill(
        self, workspace: str, space: str, table: str, rows: Sequence[Mapping[str, Any]], how: str = "WRITE_APPEND"
    ) -> None:
        """Typed rows as loading leaves them; each says which connection it belongs to."""
        spec = TABLES[table]
        name = self.id(workspace)
        whole = loaded(name, table, rows)
        dataset = {"raw": names.raw, "history": names.history}[space](name)
        job = bigquery.LoadJobConfig(
            schema=fields(kept(spec)), source_format="NEWLINE_DELIMITED_JSON", write_disposition=how
        )
        page = f"{name}/{space}/{table}/000000-0.ndjson.gz"
        self.stores.objects.write(page, gzip.compress(b"\n".join(orjson.dumps(row) for row in whole)), {})
        reference = bigquery.DatasetReference(self.settings.project, dataset).table(table)
        address = f"gs://{self.settings.bucket}/{page}"
        self.stores.bigquery.load_table_from_uri(address, reference, job_config=job).result()

    def rates(self, units: Mapping[tuple[str, str], str]) -> None:
        found = [Rate(name, date.fromisoformat(day), Decimal(each)) for (name, day), each in units.items()]
        RateTable(self.stores.bigquery, self.settings.project).load(found, "test", self.stores.clock.now())

    def ask(self, workspace: str, sql: str) -> list[Row]:
        """As a dashboard asks: tables without a dataset are the marts of the workspace."""
        dataset = workspace if workspace == names.AGENCY else names.marts(self.id(workspace))
        job = bigquery.QueryJobConfig(default_dataset=bigquery.DatasetReference(self.settings.project, dataset))
        return [_plain(dict(row.items())) for row in self.stores.bigquery.query(sql, job_config=job).result()]

    def all(self, workspace: str, mart: str, **where: object) -> list[Row]:
        """Rows of a mart for which these columns have these values."""
        said = " AND ".join([f"{name} = {_constant(value)}" for name, value in where.items()] or ["TRUE"])
        return self.ask(workspace, f"SELECT * FROM {mart} WHERE {said}")

    def one(self, workspace: str, mart: str, **where: object) -> Row:
        (row,) = self.all(workspace, mart, **where)
        return row


TABLES: dict[str, TableSpec] = {table.name: table for table, _ in sources(files.all_marts())}


def loaded(workspace: str, table: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """These rows with what loading puts beside them."""
    page = f"{workspace}/raw/{table}/000000-0.ndjson.gz"
    ours = {"workspace_id": workspace, "_synced_at": READ_AT, "_page": page}
    return [{**ours, "_line": number, "_hash": f"{number}", **row} for number, row in enumerate(rows)]


def open_desk(currencies: Mapping[str, str], suffix: str = "") -> MartsFixture:
    stand_in()
    documents = MemoryDocuments()
    stores = Stores(SETTINGS, documents, MemoryVault(), StorageObjects(SETTINGS), Time(), cast(Any, None))
    desk = MartsFixture(stores, suffix or f"_{os.getpid()}")
    for name, currency in currencies.items():
        desk.add(name, currency)
    desk.deployed[names.AGENCY] = deploy_agency(stores)
    assert desk.deployed[names.AGENCY].refused == {}
    return desk


def _constant(value: object) -> str:
    if value is None or isinstance(value, (int, bool)):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value}'"
    return f"'{value}'"


def _plain(row: Row) -> Row:
    """Numbers as numbers; and days as days, although DuckDB makes moments of them where it cuts one off."""
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.date()
    return value
