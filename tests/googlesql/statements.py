"""Every other statement that the project makes, or shows to people. Each is made by the project's own code."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from infra.local.processes import ROOT
from shared.calls.persons import Persons
from shared.erasure.datasets import WHOSE, Datasets
from shared.erasure.receipt import opened
from shared.looking import statements as looking
from shared.looking.verbs import ORDERS, Contacts, History
from shared.marts import refresh
from shared.marts.files import all_marts
from shared.marts.statements import united
from shared.model import Connection
from shared.platforms import PLATFORMS
from shared.settings import Settings
from shared.stores.bigquery_rates import RateTable
from shared.stores.bigquery_rows import Rows
from shared.stores.bigquery_tables import fields
from shared.stores.installation import Stores
from shared.sync.tables import table_of
from shared.warehouse import names, statements
from shared.warehouse.rates import Rate
from shared.warehouse.schema import kept
from shared.warehouse.spec import Load, Sweep
from tests.googlesql.warehouse import ACME, BATCH, BOLT, PROJECT, filled
from tests.support.memory import MemoryDocuments, MemoryObjects, MemoryVault, Time

Source = Callable[[], Iterator["Statement"]]
NOW = datetime(2026, 11, 1, 3, 4, 5, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Statement:
    where: str
    sql: str
    bare: bool = False  # names tables without their dataset, which is then that of the marts


@dataclass
class Listener:
    """A client that hears what is asked, and has no rows."""

    tables: tuple[str, ...] = ()
    schemas: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def list_tables(self, dataset: str) -> list[Any]:
        return [SimpleNamespace(table_id=name, table_type="TABLE") for name in self.tables]

    def query_and_wait(self, sql: str) -> list[Any]:
        self.heard.append(sql)
        return [Counted()] if sql.startswith("SELECT COUNT(*)") else []

    def query(self, sql: str, **_: object) -> Any:
        self.heard.append(sql)
        return SimpleNamespace(result=list, num_dml_affected_rows=None)

    def create_table(self, *_: object, **more: object) -> Any:
        return SimpleNamespace(result=list)

    load_table_from_uri = load_table_from_file = delete_table = create_table

    def get_table(self, address: str) -> Any:
        return SimpleNamespace(schema=self.schemas.get(address.rpartition(".")[2], [SimpleNamespace(name=WHOSE)]))

    def get_dataset(self, dataset: Any) -> Any:
        name = dataset if isinstance(dataset, str) else dataset.dataset_id
        return SimpleNamespace(labels=names.marks(re.sub("_(raw|history)$", "", name)), access_entries=[])


@dataclass(frozen=True)
class Counted:
    n: int = 1


def of_loading() -> Iterator[Statement]:
    """Scripts that put a batch into its tables, step by step: late or not, again or not, with and without sweeps."""
    for table, _, stream in filled():
        whole = Sweep("conn-1", NOW, "sweep/run-1/page-1")
        sweeps: list[tuple[Sweep, ...]] = [(), (whole,)]
        if stream is not None and stream.days is not None:
            column = stream.days.column
            of_days = Sweep("conn-1", NOW, "sweep/run-1/page-2", column, date(2026, 10, 1), date(2026, 10, 31))
            sweeps += [(of_days,), (whole, of_days)]
        seen = set()
        ways = itertools.product((True, False), (True, False), (True, False), sweeps, (("a",), ()))
        for late, again, small, marks, pages in ways:
            load = Load(ACME.id, table, BATCH, pages, ("conn-1", "conn-2"), NOW, NOW, marks)
            for step in steps_of(statements.apply(PROJECT, load, late=late, again=again, small=small)):
                if step not in seen:
                    seen.add(step)
                    yield Statement(f"loading {table.name}, late {late}, again {again}", step)


def steps_of(script: str) -> Iterator[str]:
    """The statements of a script, for who knows neither variables nor IF: what a variable holds stands in its place,
    and what is to be true is asked for."""
    held = {}
    for step in script.split(";\n"):
        if found := re.fullmatch(r"DECLARE (\w+) DEFAULT (\(.*\))", step):
            held[f"UNNEST({found[1]})"] = f"UNNEST({found[2]})"
            yield f"SELECT {found[2]}"
            continue
        for name, value in held.items():
            step = step.replace(name, value)
        condition, then, rest = step.partition(" THEN\n") if step.startswith("IF ") else ("", "", step)
        if then:
            yield f"SELECT {condition.removeprefix('IF ')}"
        if rest.strip() and rest != "END IF":
            yield rest


def of_reading_back() -> Iterator[Statement]:
    client = Listener()
    rows = Rows(client, PROJECT)
    for table, _, _ in filled():
        rows.current(ACME.id, table.name)
        rows.history(ACME.id, table.name)
    yield from (Statement("reading back", sql) for sql in client.heard)


def of_erasure() -> Iterator[Statement]:
    """What is asked and deleted of a connection's rows."""
    client = Listener(tuple(table.name for table, _, _ in filled()))
    stores = _stores(client)
    Datasets(stores, opened(stores.documents, "r", "connection", NOW), ACME.id).drop_rows("conn-1")
    yield from (Statement("erasure", sql) for sql in client.heard)


def of_clearing() -> Iterator[Statement]:
    """What is asked and changed of one person's rows."""
    for platform in PLATFORMS.values():
        tables = {
            platform.table(name): fields(kept(table_of(platform, platform.stream(name)))) for name in platform.persons
        }
        client = Listener(schemas=tables)
        one = Connection("conn-1", ACME.id, platform.name, "account", "title")
        for person in ("gid://shopify/Customer/1", "somebody@example.com"):
            persons = Persons(_stores(client), platform, one, person, ["gid://shopify/Order/1"])
            persons.clear_tables()
            list(persons.rows())
        yield from (Statement(f"clearing {platform.name}", sql) for sql in client.heard)


def of_looking() -> Iterator[Statement]:
    """What is asked about people, in every order and with every filter; GoogleSQL is told each parameter as a text."""
    key, somebody = "k" * 64, "c" * 64
    filters: dict[str, Any] = {"platform": "mailchimp", "list": "l1", "status": "subscribed", "begins": "ann"}
    asked = [
        *(looking.contacts(PROJECT, ACME, key, Contacts(order=order, **more))
          for order in ORDERS
          for more in ({}, filters, {"after": somebody}, {**filters, "after": somebody})),
        looking.records(PROJECT, ACME, key, somebody),
        looking.history(PROJECT, ACME, key, History(contact=somebody)),
        looking.history(PROJECT, ACME, key, History(contact=somebody, after="2026-09-01")),
        looking.history(PROJECT, BOLT, key, History(contact=somebody)),
    ]  # fmt: skip
    yield from (Statement("looking people up", written(each)) for each in asked)


def written(asked: looking.Statement) -> str:
    """With its parameters in their places, as no code of ours would."""
    assert set(re.findall(r"@(\w+)", asked.sql)) == set(asked.values)
    said = {name: f"'{value}'" if isinstance(value, str) else str(value) for name, value in asked.values.items()}
    return re.sub(r"@(\w+)", lambda found: said[found[1]], asked.sql)


def of_tools() -> Iterator[Statement]:
    """Rates, runs, and the agency's views."""
    client = Listener()
    RateTable(client, PROJECT).load([Rate("USD", date(2026, 9, 1), Decimal("1.25"))], "test", NOW)
    refresh._said(_stores(client), ACME.id)
    yield from (Statement("tools", sql) for sql in client.heard)
    for mart in all_marts():
        yield Statement(f"agency {mart.name}", united(PROJECT, [ACME.id, BOLT.id], mart))
        yield Statement("deploying", f"DROP VIEW IF EXISTS {names.address(PROJECT, ACME.id, mart.name)}")


def of_documentation() -> Iterator[Statement]:
    """Blocks of SQL, and what `query` is asked."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        text = path.read_text()
        blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
        asked = re.findall(r'query \w+ "([^"…]+)"', text)
        for sql in (*(part for block in blocks for part in block.split(";")), *asked):
            if sql.strip():
                yield Statement(str(path.relative_to(ROOT)), sql.strip(), bare=True)


def _stores(client: Any) -> Stores:
    settings = Settings(project=PROJECT, bucket="pages")
    stores = Stores(settings, MemoryDocuments(), MemoryVault(), MemoryObjects(), Time(), cast(Any, None))
    vars(stores)["bigquery"] = client  # otherwise made when it is first asked for
    return stores
