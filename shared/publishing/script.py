"""The one script that a version is made by: everything of one moment into temporary tables, then their files. Pure.

EXPORT DATA may not stand in a transaction, while temporary tables may be made in one, and all that is read in it is of
one snapshot. https://cloud.google.com/bigquery/docs/transactions and
https://cloud.google.com/bigquery/docs/reference/standard-sql/export-statements (2026-11)
"""

# ruff: noqa: S608  every name in the SQL has passed `names`

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from shared.marts import statements
from shared.marts.files import Mart
from shared.publishing.attempt import Attempt, files_of
from shared.publishing.fingerprints import turns_with_the_day
from shared.publishing.narrowing import instead
from shared.publishing.selection import (
    STAMPED,
    order_of,
    published_columns,
    published_marts,
    sql_type,
    with_sources,
)
from shared.vocabulary.columns import Column
from shared.warehouse import names
from shared.warehouse.names import quoted

STAMP = "stamp_of_this_version"
SEPARATOR = ","  # between names of tables, which hold letters, digits and underscores only


def script(project: str, bucket: str, attempt: Attempt, files: str = "") -> str:
    """The whole script; its last statement tells the moment, the stamp, and how many rows each mart has. `files`: what
    the names of files have behind that of the attempt."""
    marts = with_sources({*attempt.asked, *STAMPED})
    asked = [mart for mart in published_marts() if mart.name in attempt.asked]
    straight = {mart.name for mart in asked if goes_straight(mart, marts)}
    held = [mart for mart in asked if mart.name not in straight]
    steps = [
        "BEGIN TRANSACTION",
        *(_made(project, attempt, mart) for mart in marts if mart.name not in straight),
        _stamp(attempt),
        "COMMIT TRANSACTION",
        *(_exported(bucket, attempt, mart, files, temporary(mart.name)) for mart in held),
        *(
            _exported(bucket, attempt, mart, files, f"(\n{_query(project, attempt, mart)}\n)")
            for mart in asked
            if mart.name in straight
        ),
        _told(held),
    ]
    return ";\n".join(steps) + ";\n"


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def temporary(mart: str) -> str:
    return f"published_{names.table_name(mart)}"


def goes_straight(mart: Mart, among: Iterable[Mart]) -> bool:
    """Whether it reads temporary tables alone, and no other mart reads it: then it is of the same moment when it is
    asked after the transaction, too, and needs no table of its own, which would be charged for once more."""
    reads_tables = any(space != "marts" for space, _ in mart.uses)
    is_read = any(("marts", mart.name) in other.uses for other in among)
    return not (reads_tables or is_read or mart.name in STAMPED or turns_with_the_day(mart) or not mart.uses)


def _made(project: str, attempt: Attempt, mart: Mart) -> str:
    return f"CREATE TEMP TABLE {temporary(mart.name)} AS\n{_query(project, attempt, mart)}"


def _query(project: str, attempt: Attempt, mart: Mart) -> str:
    """That of the mart. What it reads of other marts stands in temporary tables already; what is empty is not read."""
    empty = {(space, table) for space, _, table in (each.partition(".") for each in attempt.empty)}
    query = statements.query(project, attempt.workspace, mart, instead(mart, empty))
    for name in mart.tables("marts"):
        address = names.address(project, names.marts(attempt.workspace.id), name)
        query = re.sub(re.escape(address), temporary(name), query)
    return query


def _stamp(attempt: Attempt) -> str:
    """Of the connections that are read today. A stream is named by its table, as it is wherever freshness is shown."""
    today = f"[{', '.join(names.text(name) for name in sorted(attempt.connections))}]" if attempt.connections else None
    ours = f"connection_id IN UNNEST({today})" if today else "FALSE"
    status, coverage = map(temporary, STAMPED)
    return f"""\
CREATE TEMP TABLE {STAMP} AS
SELECT
  CURRENT_TIMESTAMP() AS as_of,
  (
    SELECT MIN(day) FROM (
      SELECT MAX(date) AS day FROM {coverage} WHERE state = 'proved' AND {ours} GROUP BY connection_id, stream
    ) AS proved
  ) AS proved_until,
  (
    SELECT STRING_AGG(DISTINCT source_table, '{SEPARATOR}' ORDER BY source_table)
    FROM {status} WHERE is_newest AND proof LIKE 'differs%' AND {ours}
  ) AS differs,
  (
    SELECT STRING_AGG(DISTINCT source_table, '{SEPARATOR}' ORDER BY source_table) FROM (
      SELECT source_table FROM {status} WHERE is_newest AND state != 'completed' AND {ours}
      UNION ALL
      SELECT source_table FROM {coverage} WHERE state = 'missing' AND {ours}
    ) AS owed
  ) AS missing"""


def _exported(bucket: str, attempt: Attempt, mart: Mart, files: str, rows: str) -> str:
    place = f"{files_of(attempt, mart.name, files)}*.parquet"
    columns = ",\n  ".join(_column(column) for column in published_columns(mart))
    order = f"\nORDER BY {', '.join(map(quoted, order_of(mart)))}" if order_of(mart) else ""
    return f"""\
EXPORT DATA OPTIONS (
  uri = 'gs://{bucket}/{place}',
  format = 'PARQUET',
  compression = 'ZSTD',
  overwrite = TRUE
) AS
SELECT
  {columns}
FROM {rows}{order}"""


def _column(column: Column) -> str:
    """Of the type that the mart says, whatever came out of its query."""
    name = quoted(column.name)
    if column.kind == "json":
        return f"TO_JSON_STRING({name}) AS {name}"
    return name if column.kind == "texts" else f"CAST({name} AS {sql_type(column)}) AS {name}"


def _told(asked: list[Mart]) -> str:
    counts = "\n  UNION ALL\n  ".join(
        f"SELECT '{mart.name}' AS mart, COUNT(*) AS mart_rows FROM {temporary(mart.name)}" for mart in asked
    )
    return f"""\
SELECT s.as_of, s.proved_until, s.differs, s.missing, r.mart, r.mart_rows
FROM {STAMP} AS s
CROSS JOIN (
  {counts or "SELECT '' AS mart, 0 AS mart_rows"}
) AS r"""
