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


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer of a platform says of each thing: it is taken (True), it is refused (False), or nothing (None).

    `word`: the platform's own short code for its refusal; never a sentence of its, which can repeat what was sent.
    """

    app: bool | None = None
    secret: bool | None = None
    redirect: bool | None = None
    scopes: bool | None = None
    word: str = ""
