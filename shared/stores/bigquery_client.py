"""The way to BigQuery, or to what stands in for it."""

from __future__ import annotations

import os
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from shared.settings import Settings


def connect(settings: Settings) -> Any:
    """A client; without credentials only where a stand-in listens.

    It tries its calls again by itself, for ten minutes where BigQuery is out of order; so nobody else does.
    """
    stand_in = os.environ.get("BIGQUERY_EMULATOR_HOST")
    return bigquery.Client(
        project=settings.project,
        location=settings.location,
        credentials=AnonymousCredentials() if stand_in else None,
    )


def labels_of(client: Any, listed: Any) -> dict[str, str]:
    """The list has them in BigQuery; its stand-in tells them one by one."""
    return dict(listed.labels or client.get_table(listed.reference).labels)
