"""What it takes to publish the marts of a client once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.cost.installation import Habits
from shared.publishing.script import goes_straight
from shared.publishing.selection import STAMPED, published_marts, with_sources
from shared.warehouse import runs


@dataclass(frozen=True, slots=True)
class Version:
    """All marts of one client, as they are asked for after a sync of all that is connected."""

    marts: int
    scanned: float  # bytes that BigQuery charges for


def one_version(rows: Mapping[str, float], habits: Habits) -> Version:
    """`rows`: table of a platform that is connected → rows in it; others are empty, and not named. A statement is
    charged at least BigQuery's least for each table that it names, temporary ones too: those of marts that others read,
    of the stamp, and once more of every mart that is written from a table of its own."""
    published = published_marts()
    asked = with_sources(mart.name for mart in published)
    scanned = 0.0
    for mart in asked:
        for _, table in mart.uses:
            if table in rows:
                scanned += max(habits.least_scanned, rows[table] * habits.bytes_a_row)
        named = mart.tables("marts", "shared") | (mart.tables("raw") & {runs.TABLE.name})
        scanned += len(named) * habits.least_scanned
    held = [mart for mart in published if not goes_straight(mart, asked)]
    return Version(len(published), scanned + (len(held) + 2 * len(STAMPED)) * habits.least_scanned)
