"""What a slice's document keeps of the pages that were read: what proves them, and what was odd about them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from shared.reading import Reading
from shared.rows.shaping import Notes

NOTED = 40  # names of odd fields, and of what was left out, kept per slice


def proven(proof: Mapping[str, Mapping[str, int]], reading: Reading) -> dict[str, dict[str, int]]:
    """Per pass: the platform's newest word on its total, and how many records we have counted."""
    if reading.proof is None:
        return {name: dict(value) for name, value in proof.items()}
    name, theirs, ours = reading.proof
    counted = proof.get(name, {}).get("ours", 0) + ours
    return {**{key: dict(value) for key, value in proof.items()}, name: {"theirs": theirs, "ours": counted}}


def _noted_as(name: str) -> str:
    """A field's name as a document can hold it: not empty, not endless, without the marks that Firestore reserves."""
    return name[:100].strip("_") or "(no name)"


def with_notes(before: Mapping[str, Mapping[str, int]], notes: Notes, reading: Reading) -> dict[str, dict[str, int]]:
    """Odd fields, counted; bounded, because a platform may send any number of names."""
    found: dict[str, dict[str, int]] = {kind: dict(counts) for kind, counts in before.items()}
    left_out = Counter(reading.left_out)
    for kind, counter in (("unknown", notes.unknown), ("mismatched", notes.mismatched), ("left out", left_out)):
        for told, count in counter.items():
            kept, name = found.setdefault(kind, {}), _noted_as(told)
            if name in kept or len(kept) < NOTED:
                kept[name] = kept.get(name, 0) + count
    if reading.version:
        name = _noted_as(reading.version)
        found["version"] = {name: found.get("version", {}).get(name, 0) + 1}
    if reading.absent:
        found["absent"] = {"parents": found.get("absent", {}).get("parents", 0) + 1}
    if reading.narrowed:
        found["narrowed"] = {"answers": found.get("narrowed", {}).get("answers", 0) + 1}
    if reading.unsorted:
        found["unsorted"] = {"lists": found.get("unsorted", {}).get("lists", 0) + 1}
    return found
