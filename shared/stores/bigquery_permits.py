"""What datasets were permitted to read of each other, taken away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from google.cloud import bigquery


def forget(client: Any, project: str, dataset: str, readers: Collection[str]) -> None:
    """Takes away what these datasets were permitted."""
    found = client.get_dataset(bigquery.DatasetReference(project, dataset))
    kept = [each for each in found.access_entries if reader_of(each) not in readers]
    if kept != list(found.access_entries):
        found.access_entries = kept
        client.update_dataset(found, ["access_entries"])


def reader_of(entry: Any) -> str:
    """The dataset that an entry permits something; nothing for those of people."""
    of: dict[str, str] = (entry.to_api_repr().get("dataset") or {}).get("dataset") or {}
    return of.get("datasetId", "")
