"""Names of datasets and tables, checked before they stand in a statement: nothing a person types becomes SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.errors import Bug

# Datasets of the project, beside those of the workspaces.
STAGING = "staging"  # its tables end by themselves
AGENCY = "agency"  # the marts of all workspaces, for the agency's own staff
SHARED = "tributary"  # what all workspaces read: exchange rates

MARTS = {"app": "tributary-marts"}  # the label of every view of ours

_WORKSPACE = re.compile(r"[a-z][a-z0-9_]{1,40}")
_TAKEN = re.compile(rf"{STAGING}|{AGENCY}|{SHARED}|.*_(raw|history)")  # one workspace would lie in another's dataset
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,127}")
_BATCH = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PROJECT = re.compile(r"[a-z][a-z0-9.:-]{1,62}[a-z0-9]")
_CONSTANT = re.compile(r"[A-Za-z0-9_./:=@+ -]{1,1024}")


def _checked(pattern: re.Pattern[str], what: str, text: str) -> str:
    if not pattern.fullmatch(text):
        raise Bug("bad-name", f"This cannot be the name of a {what}.", text[:80])
    return text


def marts(workspace: str) -> str:
    """The dataset that dashboards read bears the name of the workspace itself."""
    if _TAKEN.fullmatch(workspace):
        raise Bug("bad-name", "This name is taken by a dataset of another kind.", workspace[:80])
    return _checked(_WORKSPACE, "workspace", workspace)


def raw(workspace: str) -> str:
    return f"{marts(workspace)}_raw"


def history(workspace: str) -> str:
    return f"{marts(workspace)}_history"


def of_workspace(workspace: str) -> tuple[str, ...]:
    """Every dataset of a workspace: the marts, which have its own name, the current rows and their history."""
    return workspace, raw(workspace), history(workspace)


def marks(workspace: str = "") -> dict[str, str]:
    """The labels that say of a thing in BigQuery that it is ours, and of which workspace."""
    return {"app": "tributary"} | ({"workspace": workspace} if workspace else {})


def is_ours(labels: Mapping[str, str], workspace: str = "") -> bool:
    """What does not bear our labels is somebody else's, whatever its name: it is never filled, shown or destroyed."""
    return marks(workspace).items() <= dict(labels).items()


def table_name(table: str) -> str:
    return _checked(_TABLE, "table", table)


def staging_table(workspace: str, table: str, batch: str) -> str:
    return f"{marts(workspace)}__{table_name(table)}__{_checked(_BATCH, 'batch', batch)}"


def job(workspace: str) -> str:
    """How the ids of all jobs of a workspace's batches begin."""
    return f"tributary-{marts(workspace)}__"


def address(project: str, dataset: str, table: str) -> str:
    """The full name as it stands in SQL; both parts come from the functions above."""
    return f"`{_checked(_PROJECT, 'project', project)}.{dataset}.{table}`"


def literal(meaning: str) -> str:
    """A description out of our own code as a text constant; JSON's escapes are all known to GoogleSQL."""
    return json.dumps(meaning, ensure_ascii=False)


def text(value: str) -> str:
    """A text constant: an id or an object's name, never what a platform sent."""
    return f"'{_checked(_CONSTANT, 'thing', value)}'"


def moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise Bug("bad-time", "A time without a zone says nothing.", value.isoformat())
    return f"TIMESTAMP '{value.astimezone(UTC).isoformat(sep=' ', timespec='microseconds')}'"


def quoted(name: str) -> str:
    """A column's name in SQL; `schema.check` has seen that it holds letters, digits and underscores only."""
    return f"`{name}`"
