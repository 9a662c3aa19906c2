"""What it takes to publish the marts of a client once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.cost.installation import Habits
from shared.publishing.selection import STAMPED, published_marts, with_sources


@dataclass(frozen=True, slots=True)
class Version:
    """All marts of one client, as they are asked for after a sync of all that is connected."""

    marts: int
    scanned: float  # bytes that BigQuery charges for


def one_version(rows: Mapping[str, float], habits: Habits) -> Version:
    """`rows`: table of a platform that is connected → rows in it. A statement is charged at least BigQuery's least for
    each table that it names and that has rows, temporary ones too: those of marts that others read, of the stamp, and
    once more of every mart for its file."""
    published = published_marts()
    scanned = 0.0
    for mart in with_sources(mart.name for mart in published):
        for _, table in mart.uses:
            if table in rows:
                scanned += max(habits.least_scanned, rows[table] * habits.bytes_a_row)
        scanned += len(mart.tables("marts", "shared")) * habits.least_scanned
    return Version(len(published), scanned + (len(published) + 2 * len(STAMPED)) * habits.least_scanned)
