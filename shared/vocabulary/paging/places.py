"""Places in a list that the platform names itself, cursors and links: they must lead on, and not around in a circle."""

from __future__ import annotations

from shared.errors import Bug
from shared.model import stable_id
from shared.vocabulary.paging.rule import Position

LONGEST_PLACE = 8_000  # characters of a cursor or link: servers refuse longer addresses, and a document holds it


def marks(position: Position, following: str) -> Position:
    """One earlier place is remembered, the 1st, 2nd, 4th, 8th …: a circle of any length comes by it again (Brent)."""
    if len(following) > LONGEST_PLACE:
        raise Bug("odd-place", "The platform named a place in its list that is too long to be asked for.")
    if not position:
        return {}
    steps, place = position.get("steps", 0) + 1, stable_id(following)
    if place == position.get("mark"):
        raise Bug("paging-stands-still", "The platform leads around in a circle.")
    return {"steps": steps, "mark": position["mark"] if steps & (steps - 1) else place}
