"""What was seen of an app at a platform, and what to do about it. Values only."""

from __future__ import annotations

from dataclasses import dataclass

WELL, NOT_WELL, NOT_TOLD = "well", "NOT WELL", "not told"


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    state: str
    seen: str
    do: str = ""
