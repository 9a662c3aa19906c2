"""How records of EmailOctopus become rows, and which of them have reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json


def went_out(campaign: Json) -> bool:
    """Only these have reports; for a draft the platform answers 403."""
    return campaign.get("status") in {"sent", "sending"}


def with_one_count(audience: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The specification says that `counts` is a list; older answers hold the object itself."""
    counts = audience.get("counts")
    yield {**audience, "counts": counts[0] if counts else None} if isinstance(counts, list) else audience
