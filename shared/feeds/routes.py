"""Every route of the function `feed`: each names one feed, and only a key of that very feed comes there."""

from __future__ import annotations

from shared.people.levels import Level
from shared.people.routes import Route, Table

_FEED = {"feed": "feed"}
BELOW = "/webhook/v1"

TABLE = Table(
    "feed",
    tuple(
        Route("GET", f"{BELOW}/{{feed}}/{what}", Level.PERSON, what, _FEED, program=True)
        for what in ("data", "summary", "metrics")
    ),
    frozenset({"feed"}),
)
