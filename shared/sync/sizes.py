"""How much there is on the other side: as the runs of a connection found it, and as somebody guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from shared import model
from shared.model import Connection
from shared.stores.ports import Documents
from shared.sync.forecast import Sizes
from shared.sync.platform_with_reports import platform_of

GUESS = 0.01  # of what there is, changed in a day, when nothing says otherwise


def seen(documents: Documents, connection: Connection) -> Sizes:
    """What the runs of a connection found: the most that a stream ever had, and what its last run brought."""
    most: Counter[str] = Counter()
    slices: Counter[str] = Counter()
    last: dict[str, int] = {}
    moved: dict[str, int] = {}
    where = model.workspace_path(connection.workspace)
    streams = platform_of(documents, connection.workspace, connection.platform, connection.id).streams
    docs = documents.find(f"{where}/runs", ("connection", "==", connection.id))
    for doc in sorted(docs, key=lambda each: each["started_at"]):
        rows, slices = Counter[str](), Counter[str]()
        for slice_ in documents.find(f"{where}/slices", ("run", "==", doc["id"])):
            if slice_["kind"] == "extract":
                rows[slice_["stream"]] += slice_["rows"]
                slices[slice_["stream"]] += 1
        most, slices = most | rows, slices | slices
        whole = not doc["streams"]  # then a stream without a slice had nothing to ask for
        last.update({s.name: rows[s.name] for s in streams if whole or s.name in rows})
        moved.update(
            {s.name: slices[s.name] * s.parent.group for s in streams if s.parent and (whole or s.name in slices)}
        )
    parents = {s.name: slices[s.name] * s.parent.group for s in streams if s.parent and s.name in slices}
    return Sizes(dict(most), last, parents, moved)


def guessed(known: Sizes, rows: Mapping[str, int], changed: Mapping[str, int]) -> Sizes:
    """What is known, and over it what somebody says; of what nobody knows, a hundredth changes in a day."""
    all_rows = {**known.rows, **rows}
    some = {name: max(1, round(count * GUESS)) for name, count in all_rows.items()}
    return replace(known, rows=all_rows, changed={**some, **known.changed, **changed})
