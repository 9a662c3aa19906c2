"""The SQL of a view that shows each entry of a list as a row of its own."""

# ruff: noqa: S608  every name and constant in the SQL has passed `names` or `schema.check`

from __future__ import annotations

import re
from hashlib import blake2b

from shared.vocabulary.columns import Column
from shared.warehouse import names
from shared.warehouse.names import literal, quoted
from shared.warehouse.schema import STAGED, carried, describe
from shared.warehouse.spec import ViewSpec

_PLAIN = re.compile(r"[A-Za-z_]\w*")
_FROM_ROW = ("workspace_id", "connection_id")
_LAST = ("_synced_at", "_page", "_line")
_VERSION = 2  # of the statements below: raise it when they change, so that views are put in place anew


def create(project: str, workspace: str, view: ViewSpec) -> str:
    """Put the view in place, with what each column means; `definition` tells whether that has been done."""
    meanings = {column.name: describe(column) for column in (*STAGED, *view.columns)}
    listed = ",\n  ".join(f"{quoted(name)} OPTIONS (description = {literal(meanings[name])})" for name in columns(view))
    return f"""\
CREATE OR REPLACE VIEW {names.address(project, names.raw(workspace), names.table_name(view.name))} (
  {listed}
)
OPTIONS (description = {literal(view.description)}, labels = [("definition", "{definition(view)}")])
AS {query(project, workspace, view)}"""


def definition(view: ViewSpec) -> str:
    """A digest of all that makes the view: it changes when the view must be put in place again."""
    return blake2b(repr((_VERSION, view)).encode(), digest_size=12).hexdigest()


def columns(view: ViewSpec) -> tuple[str, ...]:
    return (*_FROM_ROW, *(column.name for column in view.columns), *_LAST)


def query(project: str, workspace: str, view: ViewSpec) -> str:
    """Rows that are gone take their entries with them. A value of another type than declared reads as NULL."""
    held = f"b.{quoted(view.each.name)}"
    entries = held if view.each.kind == "texts" else f"JSON_QUERY_ARRAY({held})"
    values = [_value(column, view) for column in view.columns]
    shown = [*(f"b.{quoted(name)}" for name in _FROM_ROW), *values, *(f"b.{quoted(name)}" for name in _LAST)]
    return f"""\
SELECT {", ".join(shown)}
FROM {names.address(project, names.raw(workspace), names.table_name(view.of.name))} AS b, UNNEST({entries}) AS entry
WHERE b._deleted_at IS NULL"""


def _value(column: Column, view: ViewSpec) -> str:
    held = carried(column, view)
    if held:
        return f"b.{quoted(held)}" if held == column.name else f"b.{quoted(held)} AS {quoted(column.name)}"
    if view.each.kind == "texts":
        return f"entry AS {quoted(column.name)}"
    return f"{_typed(column)} AS {quoted(column.name)}"


def _typed(column: Column) -> str:
    place = "$" + "".join(f".{_step(step)}" for step in column.path)
    if column.kind == "json":
        return f"JSON_QUERY(entry, '{place}')"
    if column.kind == "texts":
        return f"JSON_VALUE_ARRAY(entry, '{place}')"
    text = f"JSON_VALUE(entry, '{place}')"
    if column.kind == "text":
        return text
    if column.kind == "date":
        text = f"SUBSTR({text}, 1, 10)"
    if column.kind == "micros":
        return f"SAFE_CAST({text} AS NUMERIC) / 1000000"
    return f"SAFE_CAST({text} AS {column.sql_type})"


def _step(step: str) -> str:
    """A field's name in a JSON path; `columns` admits letters, digits, underscores and hyphens only."""
    return step if _PLAIN.fullmatch(step) else f'"{step}"'
