"""Of a list only the best: which these are is known at its end, and until then they are kept in the position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.vocabulary.wire import Json

Place = Callable[[Json, Mapping[str, Json]], int | None]


def best_of(place: Place, values: Mapping[str, Json], before: Any, records: Sequence[Json]) -> list[Any]:
    """The lowest place so far (None: no record has one), and the records that share it."""
    lowest, best = before or (None, [])
    for record in records:
        own = place(record, values)
        if own is None or (lowest is not None and own > lowest):
            continue
        best = [*best, record] if own == lowest else [record]
        lowest = own
    return [lowest, best]
