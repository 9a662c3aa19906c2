"""Rows about people, and who has them: BigQuery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import bigquery

from shared.errors import Later, Problem
from shared.looking import statements
from shared.looking.statements import Statement
from shared.looking.verbs import Contacts, History
from shared.model import Workspace
from shared.settings import Settings
from shared.stores.bigquery_client import connect
from shared.stores.bigquery_jobs import in_our_words
from shared.warehouse import names

Row = Mapping[str, Any]
GIB = 2**30
SECONDS = 25  # somebody is waiting
_OVER = "bytesBilledLimitExceeded"  # https://cloud.google.com/bigquery/docs/error-messages (2026-11)


class Persons(Protocol):
    """Everything about one workspace only; `key` makes its names of contacts."""

    def contacts(self, workspace: Workspace, key: str, asked: Contacts) -> Sequence[Row]: ...

    def records(self, workspace: Workspace, key: str, contact: str) -> Sequence[Row]: ...

    def history(self, workspace: Workspace, key: str, asked: History) -> Sequence[Row]: ...


@dataclass(frozen=True)
class BigQueryPersons:
    settings: Settings

    @cached_property
    def client(self) -> Any:
        return connect(self.settings)

    def contacts(self, workspace: Workspace, key: str, asked: Contacts) -> Sequence[Row]:
        return self._ask(workspace, statements.contacts(self.settings.project, workspace, key, asked))

    def records(self, workspace: Workspace, key: str, contact: str) -> Sequence[Row]:
        return self._ask(workspace, statements.records(self.settings.project, workspace, key, contact))

    def history(self, workspace: Workspace, key: str, asked: History) -> Sequence[Row]:
        return self._ask(workspace, statements.history(self.settings.project, workspace, key, asked))

    def _ask(self, workspace: Workspace, asked: Statement) -> Sequence[Row]:
        """BigQuery refuses, unasked and unpaid, what would read more than we allow."""
        config = bigquery.QueryJobConfig(
            query_parameters=[_parameter(name, value) for name, value in asked.values.items()],
            maximum_bytes_billed=int(self.settings.look_up_gib) * GIB,
            job_timeout_ms=SECONDS * 1000,
            labels={**names.marks(workspace.id), "asks": "look-up"},
        )
        with in_our_words():
            try:
                job = self.client.query(asked.sql, job_config=config, job_retry=None)
                return [dict(row.items()) for row in job.result(timeout=SECONDS, job_retry=None)]
            except TookTooLong:
                raise Later("look-too-slow", "BigQuery took too long; ask for less, or again in a minute.") from None
            except GoogleAPICallError as error:
                if any(_OVER in str(each.get("reason", "")) for each in error.errors or () if isinstance(each, dict)):
                    raise Problem(
                        "look-too-large",
                        f"BigQuery would read more than {self.settings.look_up_gib} GiB for this; "
                        "who runs Tributary can allow more.",
                    ) from None
                raise


def _parameter(name: str, value: str | int) -> Any:
    return bigquery.ScalarQueryParameter(name, "INT64" if isinstance(value, int) else "STRING", value)
