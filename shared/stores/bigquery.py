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

# Bytes of a batch that a variable takes: it may hold 1 MB.
# https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language#declare (2026-11)
SMALL = 400 * 1024
LISTED = 10_000  # rows of a table that are looked at one by one, whether a sweep would mark them


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
            small = first and self._is_small(load)  # one that was refused for its size is not tried so again
            return self.client.query(
                statements.apply(self.settings.project, load, late=late, again=again, older=not alike, small=small),
                job_id=job_id,
                job_config=bigquery.QueryJobConfig(labels=_labels(load)),
                job_retry=None,  # under another id only
            )

        if not load.objects and self._nothing_to_mark(load):
            return 0
        # One that has ended is no reason not to run again: it costs little, and puts right what somebody undid.
        job = self._run(name, begin, lambda _: False)
        return int(job.total_bytes_billed or 0)

    def discard(self, load: Load) -> None:
        with suppress(GoogleAPICallError, OSError):  # it ends by itself in a day
            self.client.delete_table(self._staging(load), not_found_ok=True)

    def _staging(self, load: Load) -> Any:
        dataset = bigquery.DatasetReference(self.settings.project, names.STAGING)
        return dataset.table(names.staging_table(load.workspace, load.table.name, load.batch))

    def _is_small(self, load: Load) -> bool:
        """Whether what is staged fits into a variable, with room to spare: how BigQuery measures that is not said."""
        if not load.objects:
            return False
        try:
            size = self.client.get_table(self._staging(load)).num_bytes
        except NotFound:
            return False
        return size is not None and size <= SMALL

    def _nothing_to_mark(self, load: Load) -> bool:
        """Whether no row is there that a sweep would mark. To list rows costs nothing, so those of a table that is not
        large are looked at here: nobody else changes it while this batch has it. False: the script is to look."""
        columns = sorted({"connection_id", "_synced_at", "_deleted_at", *(s.column for s in load.sweeps if s.column)})
        with self._in_our_words():
            table = self.client.get_table(self._current(load))
            if table.num_rows is None or table.num_rows > LISTED:
                return False
            chosen = [field for field in table.schema if field.name in columns]
            if len(chosen) < len(columns):
                return False  # the view of an older release: BigQuery says what is wrong
            rows = self.client.list_rows(table, selected_fields=chosen)
            return not any(sweep.marks(row) for row in rows for sweep in load.sweeps)

    def _current(self, load: Load) -> Any:
        dataset = bigquery.DatasetReference(self.settings.project, names.raw(load.workspace))
        return dataset.table(names.table_name(load.table.name))

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
