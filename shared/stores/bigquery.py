"""BigQuery behind the `Warehouse` port: free load jobs into a staging table, then one script per batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.api_core.exceptions import Conflict, GoogleAPICallError, NotFound, RetryError
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import TransportError
from google.cloud import bigquery

from shared.errors import Bug, Configure, Later, Problem
from shared.settings import Settings
from shared.stores.bigquery_tables import Tables, fields
from shared.stores.ports import Load, StillLoading, TableSpec, ViewSpec
from shared.warehouse import names, schema, statements

MOST_ATTEMPTS = 50  # jobs for one batch; each has an id of its own, because BigQuery takes an id once
# Reasons for which BigQuery asks to come again (https://cloud.google.com/bigquery/docs/error-messages, 2026-09).
_PASSING = frozenset(
    {"backendError", "internalError", "jobBackendError", "jobInternalError", "rateLimitExceeded"}
    | {"jobRateLimitExceeded", "quotaExceeded", "resourcesExceeded", "resourceInUse", "timeout", "tableUnavailable"}
)
_DENIED = frozenset({"accessDenied", "billingNotEnabled", "403"})


@dataclass(frozen=True)
class BigQueryWarehouse:
    settings: Settings
    patience: float = 120.0  # seconds to wait for a job before somebody else may look again
    _ready: set[tuple[str, TableSpec, tuple[ViewSpec, ...]]] = field(default_factory=set, compare=False)

    @cached_property
    def client(self) -> Any:
        return connect(self.settings)

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.client, self.settings.project, self.settings.location)

    def prepare(self, workspace: str, table: TableSpec, views: Sequence[ViewSpec] = ()) -> None:
        """A warm worker asks once: tables change only when a new version of the code brings new columns."""
        wanted = (workspace, table, tuple(views))
        if wanted not in self._ready:
            with _in_our_words():
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
            late = not (first and newer)
            return self.client.query(
                statements.apply(self.settings.project, load, late=late, again=not first, older=not alike),
                job_id=job_id,
                job_config=bigquery.QueryJobConfig(labels=_labels(load)),
                job_retry=None,  # under another id only
            )

        try:
            # One that has ended is no reason not to run again: it costs little, and puts right what somebody undid.
            job = self._run(name, begin, lambda _: False)
        except Bug as problem:
            if not problem.detail.startswith("notFound"):
                raise
            self._ready.clear()  # somebody dropped what we had prepared
            raise Later("table-gone", "A table was dropped and is made again.", problem.detail) from None
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
        """The batch's job, done: the one under way, one that was done and is enough, or a new one."""
        with _in_our_words():
            for attempt in range(1, MOST_ATTEMPTS + 1):
                job_id = f"{name}-{attempt}"
                try:
                    job = self.client.get_job(job_id)
                    if job.state == "DONE" and (job.error_result or not enough(job)):
                        continue
                except NotFound:
                    job = self._begun(job_id, begin)
                return self._done(job)
        raise Bug("too-many-jobs", "A batch was loaded again and again.", name)

    def _begun(self, job_id: str, begin: Callable[[str], Any]) -> Any:
        try:
            return begin(job_id)
        except Conflict:
            return self.client.get_job(job_id)  # another worker began it a moment ago

    def _done(self, job: Any) -> Any:
        try:
            job.result(timeout=self.patience)
        except TookTooLong:
            raise StillLoading from None
        except GoogleAPICallError as error:
            raise _problem(error, job.error_result) from None
        return job


def connect(settings: Settings) -> Any:
    """A client; without credentials only where a stand-in listens."""
    stand_in = os.environ.get("BIGQUERY_EMULATOR_HOST")
    return bigquery.Client(
        project=settings.project,
        location=settings.location,
        credentials=AnonymousCredentials() if stand_in else None,
    )


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except GoogleAPICallError as error:
        raise _problem(error) from None
    except (RetryError, TransportError, OSError) as error:  # requests' errors are OSErrors
        raise Later("bigquery-away", "BigQuery cannot be reached.", type(error).__name__) from None


def _problem(error: GoogleAPICallError, result: dict[str, Any] | None = None) -> Problem:
    """Whose turn it is. BigQuery's message may quote a row, so only its reason and place are kept."""
    first = result or next((item for item in error.errors or () if isinstance(item, dict)), {})
    reason, place = str(first.get("reason") or error.code or "unknown"), str(first.get("location") or "")
    detail = f"{reason} at {place}" if place else reason
    undone = "concurrent update" in str(first.get("message") or error.message)
    if reason in _PASSING or undone or (error.code or 0) >= 500:
        return Later("bigquery-busy", "BigQuery asked to come again later.", detail)
    if reason in _DENIED:
        return Configure("bigquery-denied", "Tributary's service account may not do this in BigQuery.", detail)
    return Bug("bigquery-refused", "BigQuery refused a batch.", detail)


def _job_name(load: Load) -> str:
    return f"tributary-{names.staging_table(load.workspace, load.table.name, load.batch)}"


def _labels(load: Load) -> dict[str, str]:
    return {"app": "tributary", "workspace": load.workspace[:63], "table": load.table.name[:63]}
