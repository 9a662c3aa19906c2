"""Which dataset may look through which: views read the rows beneath them, so that people need the views alone."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud import bigquery

from shared.marts.stores import Stores
from shared.stores.bigquery_permits import forget, reader_of
from shared.stores.bigquery_tables import check_mark
from shared.warehouse import names

# BigQuery takes away, within 24 hours, what was permitted to a dataset that was deleted, also from a new one of the
# same name. https://cloud.google.com/bigquery/docs/restore-deleted-datasets, 2026-11
_YOUNG = timedelta(days=2)


def check_ours(stores: Stores, workspace: str) -> None:
    """Before anything is made of a workspace: each of its datasets is its own, or is not there yet."""
    for dataset in names.of_workspace(workspace):
        with suppress(NotFound):
            check_mark(dataset, stores.bigquery.get_dataset(dataset).labels, workspace)


def permit(client: Any, project: str, dataset: str, reader: str, now: datetime) -> None:
    """Views of `reader` may read `dataset` afterwards. To one that was made lately it is given anew, because what
    stands there may have been given to a dataset of the same name that is gone."""
    entry = _entry(project, reader)
    found = client.get_dataset(bigquery.DatasetReference(project, dataset))
    if entry in found.access_entries:
        made = client.get_dataset(bigquery.DatasetReference(project, reader)).created
        if made is None or now - made > _YOUNG:
            return
        found.access_entries = [each for each in found.access_entries if each != entry]
        found = client.update_dataset(found, ["access_entries"])
    found.access_entries = [*found.access_entries, entry]
    client.update_dataset(found, ["access_entries"])


def forget_gone(client: Any, project: str, dataset: str, known: Collection[str]) -> None:
    """Takes away what datasets were permitted that are not there any more. `known` are there, so they are not asked."""
    found = client.get_dataset(bigquery.DatasetReference(project, dataset))
    gone = [reader for reader in map(reader_of, found.access_entries) if reader and reader not in known]
    gone = [reader for reader in gone if not _is_there(client, project, reader)]
    forget(client, project, dataset, gone)


def _entry(project: str, reader: str) -> Any:
    return bigquery.AccessEntry.from_api_repr(
        {"dataset": {"dataset": {"projectId": project, "datasetId": reader}, "targetTypes": ["VIEWS"]}}
    )


def _is_there(client: Any, project: str, dataset: str) -> bool:
    try:
        client.get_dataset(bigquery.DatasetReference(project, dataset))
    except NotFound:
        return False
    return True
