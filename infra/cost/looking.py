"""What BigQuery charges for when somebody looks people up. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from infra.cost.installation import Habits
from shared.looking.statements import source
from shared.marts.statements import behind

DONE = ("fact_email_engagement", "fact_commerce")  # what a history is made of
AGAIN = 2  # a page of contacts asks for the same rows once more, to count them


def one_look(rows: Mapping[str, float], habits: Habits) -> float:
    """Bytes: of a page of contacts and of a history, in turn. `rows`: table of a platform that is connected → rows."""
    records = source().tables("raw")
    done = {table for mart in DONE for space, table in behind(mart) if space in ("raw", "history")}
    return (AGAIN * _read(records, rows, habits) + _read(records, rows, habits) + _read(done, rows, habits)) / 2


def _read(tables: set[str], rows: Mapping[str, float], habits: Habits) -> float:
    return sum(max(habits.least_scanned, rows[each] * habits.bytes_a_row) for each in tables if each in rows)
