"""Jobs of a workspace that BigQuery has not ended. It may keep a job waiting for hours, longer than any function runs,
and one that runs after the last look would write into a table that somebody has made again by then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.api_core.exceptions import Forbidden, GoogleAPICallError, NotFound

from shared import log
from shared.erasure.receipt import Receipt
from shared.stores.holdings import Holdings
from shared.warehouse import names


def under_way(stores: Holdings, receipt: Receipt, workspace: str, before: datetime | None = None) -> list[Any]:
    """`before`: those that were begun before then."""
    longer = tuple(
        names.job(name)
        for name in (path.partition("/")[2] for path, _ in stores.documents.each("workspaces"))
        if name.startswith(f"{workspace}__")
    )
    try:
        return [
            job
            for state in ("pending", "running")
            for job in stores.bigquery.list_jobs(all_users=True, state_filter=state)
            if job.job_id.startswith(names.job(workspace))
            and not job.job_id.startswith(longer)
            and (before is None or job.created < before)
        ]
    except Forbidden:
        receipt.spare("jobs of BigQuery", "nobody looked whether one waits: bigquery.jobs.listAll was not given")
        return []


def cancel(stores: Holdings, jobs: list[Any]) -> None:
    """It ends soon afterwards, if it can be; the next look sees."""
    for job in jobs:
        try:
            stores.bigquery.cancel_job(job.job_id, location=job.location)
        except NotFound:
            continue
        except GoogleAPICallError as error:
            log.failure("a job of BigQuery goes on", error, job=job.job_id)
