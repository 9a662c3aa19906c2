"""The known name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """`Did you mean cost?`, or which names there are."""
    from difflib import get_close_matches  # only a mistake needs it, and every cold start would pay for it

    names = list(known)
    near = get_close_matches(name.lower(), names, 1, 0.5)
    return f"Did you mean {near[0]}?" if near else f"There are {', '.join(names)}."
