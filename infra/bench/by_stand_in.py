"""`python -m infra.bench.by_stand_in FOLDER`: the twelve questions over a fact of a million rows, asked of BigQuery's
stand-in as whoever published nothing would ask BigQuery: CPU of its process, the least of the rounds, and the answers.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from google.cloud import bigquery

from infra.bench.facts_in_sql import FACT, STATEMENTS, summary
from infra.bench.marts_by_the_million import found
from infra.local import usage
from infra.local.processes import Process, free_ports, stop_all, wait_for
from infra.local.stand_ins import warehouse
from shared.publishing.selection import published_columns, published_marts, sql_type
from shared.settings import Settings
from shared.stores.bigquery_client import connect

ROUNDS = 3
NAME = FACT.partition(".")[2]
PATIENCE = 120.0


@contextmanager
def stand_in() -> Iterator[tuple[Any, Process]]:
    with TemporaryDirectory(prefix="tributary-bench-") as folder:
        port, storage_port = free_ports(2)
        there = warehouse(Path(folder), ["bench"], False, port, storage_port, Path(folder))
        try:
            wait_for(there.process, there.ready, time.monotonic() + PATIENCE)
            os.environ.update(there.environment)  # where the client looks for it
            yield connect(Settings(project="local", bucket="bench")), there.process
        finally:
            stop_all([there.process])


def filled(client: Any, folder: Path) -> None:
    client.create_dataset("acme")
    mart = next(each for each in published_marts() if each.name == NAME)
    cells = ", ".join(f"{column.name} {sql_type(column)}" for column in published_columns(mart))
    client.query_and_wait(f"CREATE TABLE {FACT} ({cells})")
    job = bigquery.LoadJobConfig(source_format="PARQUET", write_disposition="WRITE_APPEND")
    for name in found(folder).files[NAME]:
        with Path(name).open("rb") as file:
            client.load_table_from_file(file, f"local.{FACT}", job_config=job).result()


def asked(client: Any) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row.values()) for row in client.query_and_wait(text)] for text in STATEMENTS]


def main() -> None:
    with stand_in() as (client, process):
        filled(client, Path(sys.argv[1]))
        answers, spent = asked(client), []
        for _ in range(ROUNDS):
            begun = usage.of(process.pid).cpu_seconds
            asked(client)
            spent.append(usage.of(process.pid).cpu_seconds - begun)
    print(orjson.dumps({"ms": round(min(spent) * 1000, 1), "answers": [summary(each) for each in answers]}).decode())


if __name__ == "__main__":
    main()
