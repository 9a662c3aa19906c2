"""BigQuery behind the `Warehouse` port: free load jobs into a staging table, then one script per batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, NotFound
from google.cloud import bigquery

from shared.clock import Clock, SystemClock
from shared.errors import Code, Problem
from shared.settings import Settings
from shared.stores.bigquery_client import connect
from shared.stores.bigquery_jobs import Jobs, in_our_words
from shared.stores.bigquery_tables import Tables, fields
from shared.warehouse import names, schema, statements
from shared.warehouse.spec import Load, TableSpec, ViewSpec


@dataclass(frozen=True)
class BigQueryWarehouse:
    settings: Settings
    patience: float = 120.0  # seconds to wait for a job before somebody else may look again
    clock: Clock = SystemClock()
    _ready: set[tuple[str, TableSpec, tuple[ViewSpec, ...]]] = field(default_factory=set, compare=False)

    @cached_property
    def client(self) -> Any:
        return connect(self.settings)

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.client, self.settings.project, self.settings.location, self.clock)

    def prepare(self, workspace: str, table: TableSpec, views: Sequence[ViewSpec] = ()) -> None:
        """A warm worker asks once: tables change only when a new version of the code brings new columns."""
        wanted = (workspace, table, tuple(views))
        if wanted not in self._ready:
            with self._in_our_words():
                self.tables.have(workspace, table, views)
            self._ready.add(wanted)

    def stage(self, load: Load) -> int:
        def begin(job_id: str) -> Any:
            return self.client.load_table_from_uri(
                [f"gs://{self.settings.bucket}/{name}" for name in dict.fromkeys(load.objects)],
                self._staging(load),
                job_id=job_id,
                job_config=bigquery.LoadJobConfig(
                    source_format=bigquery.SourceFormat.NEWLINE_DELIMITED_JSON,
                    write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
                    schema=fields(schema.staged(load.table)),
                    autodetect=False,
                    ignore_unknown_values=False,
                    max_bad_records=0,
                    labels=_labels(load),
                ),
            )

        job = self._run(f"{_job_name(load)}-load", begin, lambda done: self._still_staged(load, done))
        return int(job.output_rows or 0)

    def apply(self, load: Load) -> int:
        name = f"{_job_name(load)}-apply"

        def begin(job_id: str) -> Any:
            first = job_id == f"{name}-1"  # an id is taken once, so nothing of this batch was applied before
            newer, alike = self.tables.reach(load)
            late, again = not (first and newer), load.again or not first
            return self.client.query(
                statements.apply(self.settings.project, load, late=late, again=again, older=not alike),
                job_id=job_id,
                job_config=bigquery.QueryJobConfig(labels=_labels(load)),
                job_retry=None,  # under another id only
            )

        # One that has ended is no reason not to run again: it costs little, and puts right what somebody undid.
        job = self._run(name, begin, lambda _: False)
        return int(job.total_bytes_billed or 0)

    def discard(self, load: Load) -> None:
        with suppress(GoogleAPICallError, OSError):  # it ends by itself in a day
            self.client.delete_table(self._staging(load), not_found_ok=True)

    def _staging(self, load: Load) -> Any:
        dataset = bigquery.DatasetReference(self.settings.project, names.STAGING)
        return dataset.table(names.staging_table(load.workspace, load.table.name, load.batch))

    def _still_staged(self, load: Load, job: Any) -> bool:
        """The staging table of a job found done: it may have been dropped since, or have ended by itself."""
        try:
            return bool(self.client.get_table(self._staging(load)).num_rows == job.output_rows)
        except NotFound:
            return False

    def _run(self, name: str, begin: Callable[[str], Any], enough: Callable[[Any], bool]) -> Any:
        """The batch's job, done."""
        with self._in_our_words():
            return Jobs(self.client, self.patience).run(name, begin, enough)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            with in_our_words():
                yield
        except Problem as problem:
            if problem.code == Code.TABLE_GONE:
                self._ready.clear()  # somebody dropped what we had prepared
            raise


def _job_name(load: Load) -> str:
    return f"tributary-{names.staging_table(load.workspace, load.table.name, load.batch)}"


def _labels(load: Load) -> dict[str, str]:
    return {**names.marks(load.workspace), "table": load.table.name[:63]}
