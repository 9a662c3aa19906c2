"""SQL that finds rows of one person and clears what they say; the rows themselves stay."""

# ruff: noqa: S608  every name has passed `names` or `schema.check`, every constant `names.text`

from __future__ import annotations

from collections.abc import Mapping

from shared.warehouse import names
from shared.warehouse.names import quoted

Which = tuple[str, tuple[str, ...]]  # column, values


def counted(address: str, connection: str, which: Which) -> str:
    return f"SELECT COUNT(*) AS n FROM {address} WHERE {_where(connection, which)}"


def shown(address: str, connection: str, which: Which) -> str:
    return f"SELECT * FROM {address} WHERE {_where(connection, which)}"


def cleared(address: str, connection: str, which: Which, columns: Mapping[str, bool], within: Mapping[str, str]) -> str:
    """`columns`: those that are emptied, and whether each holds a list.

    `within`: columns that hold a list as JSON, each with the field of its entries that is cleared. In a text the quotes
    around such a name are escaped, so none is taken for it.
    """
    sets = [f"{quoted(name)} = {'[]' if many else 'NULL'}" for name, many in sorted(columns.items())]
    for name, field in sorted(within.items()):
        found = rf"""r'"{field}":"(?:[^"\\]|\\.)*"'"""
        instead = f"""'"{field}":null'"""
        text = f"REGEXP_REPLACE(TO_JSON_STRING({quoted(name)}), {found}, {instead})"
        sets.append(f"{quoted(name)} = PARSE_JSON({text}, wide_number_mode=>'round')")
    return f"UPDATE {address} SET {', '.join(sets)} WHERE {_where(connection, which)}"


def _where(connection: str, which: Which) -> str:
    column, values = which
    found = ", ".join(names.text(value) for value in values)
    return f"connection_id = {names.text(connection)} AND {quoted(column)} IN ({found})"
