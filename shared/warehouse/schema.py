"""What a stream's tables look like: the stream's own columns, and ours that say where each row came from."""

from __future__ import annotations

import re

from shared.errors import Bug
from shared.vocabulary.columns import Column, columns
from shared.warehouse.spec import TableSpec, ViewSpec

# What every staged line carries besides the stream's own columns.
STAGED = columns(
    """
    workspace_id text Workspace that owns the row
    connection_id text Connection that read the row
    _synced_at time When the platform sent this reading
    _page text Staged object the reading came from
    _line int Its line in that object, counted from 0
    _hash text Digest of what the platform sent: two readings with the same digest say the same
    _extra json What the platform sent and no column names
    """
)
GONE = columns("_deleted_at time When a complete reading no longer showed the row (empty while it does)")

# Types of key columns: BigQuery clusters, compares and groups these without loss.
_KEY_KINDS = frozenset({"text", "int", "date", "time", "bool", "money"})
DIGESTS = "2"  # how `_hash` is made: raise it when the same content gets another digest than before
_CLUSTERED = 4  # columns BigQuery clusters by, at most
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,299}")  # names that begin with an underscore are ours and BigQuery's


def staged(table: TableSpec) -> tuple[Column, ...]:
    """Columns of a batch's staging table: exactly what a staged line may hold."""
    return (*table.columns, *STAGED)


def kept(table: TableSpec) -> tuple[Column, ...]:
    """Columns of the table of current rows, and of the table of their history."""
    return (*table.columns, *STAGED, *GONE)


def identity(table: TableSpec) -> tuple[str, ...]:
    """What makes two readings readings of the same row: one table may hold several accounts."""
    return ("connection_id", *table.key)


def clustering(table: TableSpec) -> tuple[str, ...]:
    return identity(table)[:_CLUSTERED]


def day_of(table: TableSpec) -> str:
    """The day that rows belong to, where the table has a row per day: then BigQuery keeps each month by itself, and who
    asks about thirty days pays for two months at most."""
    return next((column.name for column in table.columns if column.kind == "date" and column.name in table.key), "")


def describe(column: Column) -> str:
    """The text an analyst (or a chat assistant) reads beside the column."""
    if column.adds is None:
        return column.meaning
    if not column.adds:
        return f"{column.meaning} (may not be added up)"
    return f"{column.meaning} (may be added up{' within a currency' if is_amount(column) else ''})"


def is_amount(column: Column) -> bool:
    """Amounts of two currencies are not one amount, whatever else they share."""
    return column.kind in ("money", "micros")


def check(table: TableSpec) -> None:
    """Refuse a table that BigQuery would refuse, or worse, take and lose rows in."""
    own = {column.name: column for column in table.columns}
    names = [column.name.lower() for column in kept(table)]
    problem = next((name for name in own if not _NAME.fullmatch(name)), "")
    if problem:
        raise Bug("bad-column", f"The table {table.name} has a column that BigQuery cannot name.", problem)
    if len(set(names)) != len(names):
        raise Bug("bad-column", f"The table {table.name} names a column twice.", ",".join(names))
    for name in table.key:
        if name not in own or own[name].kind not in _KEY_KINDS:
            raise Bug("bad-key", f"The table {table.name} cannot be keyed by {name}.", name)


def carried(column: Column, view: ViewSpec) -> str:
    """The column of the row around the list that this one takes over (`id=list_id*`); empty: it is the entry's own."""
    there = {one.name for one in view.of.columns}
    return column.path[0] if column.key and len(column.path) == 1 and column.path[0] in there else ""


def check_view(view: ViewSpec) -> None:
    check(view.of)
    if view.each.kind not in {"json", "texts"} or view.each not in view.of.columns:
        raise Bug("bad-view", f"The view {view.name} has no list to read.", view.each.name)
    read = [column for column in view.columns if not carried(column, view)]
    if view.each.kind == "texts" and [column.kind for column in read] != ["text"]:
        raise Bug("bad-view", f"An entry of {view.each.name} is one text, so {view.name} has one column for it.")
