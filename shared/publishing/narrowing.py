"""Tables that hold no rows are left out of what is asked: BigQuery charges for each table that a statement names.

In place of such a table stands a query of its columns and no rows, so whatever is asked of it has the same answer. The
views that are deployed name every table: whoever connects a platform need not have them put in place anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache

from shared.marts.files import Mart
from shared.platforms import PLATFORMS
from shared.publishing.fingerprints import Source, over
from shared.sync.tables import table_of, views_of
from shared.warehouse import runs, views
from shared.warehouse.names import quoted
from shared.warehouse.schema import STAGED, kept

_WORD = re.compile(r"\w+")


def instead(mart: Mart, empty: Collection[Source]) -> Callable[[Source], str | None]:
    """What stands in its query in place of a table, or of a view over one, that is empty; None: the table itself."""
    named = set(_WORD.findall(mart.query))

    def rows(source: Source) -> str | None:
        space, table = source
        if space not in {"raw", "history"} or (space, over(table) if space == "raw" else table) not in empty:
            return None
        columns = [(name, kind) for name, kind in _columns()[source].items() if name in named]
        listed = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns)
        return f"(SELECT {listed or '0 AS nothing'} LIMIT 0)"

    return rows


def may_be_left_out(source: Source) -> bool:
    """Tables of the workspace. A view holds no rows of its own, and goes with its table."""
    space, table = source
    return space in {"raw", "history"} and (space == "history" or over(table) == table)


@cache
def _columns() -> Mapping[Source, Mapping[str, str]]:
    """Name and type of the columns of every table of a workspace, and of every view over one."""
    found: dict[Source, dict[str, str]] = {}
    ours = {column.name: column.sql_type for column in STAGED}
    tables = [runs.TABLE]
    for platform in PLATFORMS.values():
        for stream in platform.streams:
            tables.append(table_of(platform, stream))
            for view in views_of(platform, stream):
                own = {column.name: column.sql_type for column in view.columns}
                found["raw", view.name] = {name: {**ours, **own}[name] for name in views.columns(view)}
    for table in tables:
        for space in ("raw", "history"):
            found[space, table.name] = {column.name: column.sql_type for column in kept(table)}
    return found
