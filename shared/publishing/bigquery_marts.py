"""BigQuery behind the `Marts` port."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud import bigquery

from shared.publishing.attempt import Attempt
from shared.publishing.fingerprints import Source, sources
from shared.publishing.ports import Held, Moment
from shared.publishing.script import SEPARATOR, digest, script
from shared.settings import Settings
from shared.stores.bigquery_client import connect
from shared.stores.bigquery_jobs import Jobs, in_our_words
from shared.warehouse import names

HANDS = 8  # tables that are looked at side by side


@dataclass(frozen=True)
class BigQueryMarts:
    settings: Settings
    patience: float = (
        10.0  # seconds to wait for the script: it takes minutes, and who waits is paid; the tick looks again
    )

    @cached_property
    def client(self) -> Any:
        return connect(self.settings)

    @property
    def project(self) -> str:
        return self.settings.project

    def tables(self, workspace: str) -> Mapping[Source, Held | None]:
        """Of what BigQuery itself notes, whoever changed the table."""
        spaces = {"raw": names.raw(workspace), "history": names.history(workspace), "shared": names.SHARED}

        def look(source: Source) -> Held | None:
            space, table = source
            try:
                found = self.client.get_table(f"{self.project}.{spaces[space]}.{table}")
            except NotFound:
                return None
            return Held(_moment(found.modified), found.num_rows == 0)

        with in_our_words(), ThreadPoolExecutor(HANDS) as hands:
            return dict(zip(sources(), hands.map(look, sources()), strict=True))

    def text(self, attempt: Attempt) -> str:
        return digest(self._script(attempt))

    def write(self, attempt: Attempt) -> Moment:
        def begin(job_id: str) -> Any:
            labels = {**names.marks(attempt.workspace.id), "publishes": attempt.name}
            return self.client.query(
                self._script(attempt, _try(job_id)),
                job_id=job_id,
                job_config=bigquery.QueryJobConfig(labels=labels),
                job_retry=None,  # under another id only
            )

        name = f"{names.job(attempt.workspace.id)}published__{attempt.name}"
        job = Jobs(self.client, self.patience).run(name, begin, lambda _: True)
        with in_our_words():
            rows = list(job.result())
        first = rows[0]
        return Moment(
            as_of=first["as_of"].astimezone(UTC),
            proved_until=first["proved_until"],
            differs=_listed(first["differs"]),
            missing=_listed(first["missing"]),
            rows={row["mart"]: row["mart_rows"] for row in rows if row["mart"]},
            files=_try(job.job_id),
        )

    def _script(self, attempt: Attempt, files: str = "") -> str:
        return script(self.project, self.settings.published_bucket, attempt, files)


def _try(job_id: str) -> str:
    """Which try of its name a job is: what another has left behind bears other names than its files."""
    return job_id.rpartition("-")[2]


def _moment(changed: datetime) -> str:
    return changed.astimezone(UTC).isoformat()


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(SEPARATOR)) if text else ()
