"""A day's calls that all connections of our app share: who may have how many of them, by now. Pure.

Each connection that used the allowance today or yesterday has an equal share of the day. Of what others have not used
of theirs, as much is kept for them as they used yesterday; the rest is set free evenly as the day goes by, and all of
it in the day's last hour. So one that reads years of history takes what nobody else needs, and no more before it is
clear that nobody does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.clock import midnight_after
from shared.model import stable_id

LAST_HOUR = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=15)  # meanwhile, some dozens of calls are set free
DAY = timedelta(days=1)
Users = dict[str, list[int]]  # by digest of the connection: calls of today, and of yesterday


def name_of(connection: str) -> str:
    """As whom a connection is counted: nobody's id stays behind in a document that belongs to all."""
    return stable_id("share", connection)[:10]


def users_on(doc: Mapping[str, object], now: datetime) -> Users:
    """Who uses the allowance, as of today; whoever used nothing for two days is forgotten."""
    known, day = doc.get("users"), doc.get("day")
    if not isinstance(known, dict):  # counted without shares, before there were any
        used = doc.get("used")
        return {"earlier": [used, 0]} if isinstance(used, int) and used and day == f"{now:%Y-%m-%d}" else {}
    if day == f"{now:%Y-%m-%d}":
        return {name: [int(used), int(before)] for name, (used, before) in _pairs(known)}
    if day == f"{now - DAY:%Y-%m-%d}":
        return {name: [0, int(used)] for name, (used, _) in _pairs(known) if used}
    return {}


def free_for(name: str, users: Users, per_day: int, now: datetime) -> int:
    """How many more calls this one may make by now."""
    left = per_day - sum(used for used, _ in users.values())
    share = per_day / len({*users, name})
    own = share - users.get(name, [0, 0])[0]
    kept = sum(_kept(used, before, share, now) for other, (used, before) in users.items() if other != name)
    return max(0, min(left, int(max(left - kept, own))))


def look_again(now: datetime) -> datetime:
    """When something more is free, if not all is used."""
    midnight = midnight_after(now)
    turns = [at for at in (midnight - LAST_HOUR, midnight) if at > now]
    return min(now + LOOK_AGAIN, *turns)


def _kept(used: int, before: int, share: float, now: datetime) -> float:
    left = midnight_after(now) - now
    if left <= LAST_HOUR:
        return 0.0
    return max(min(before, share) - used, (share - used) * (left / DAY), 0.0)


def _pairs(known: Mapping[str, object]) -> list[tuple[str, tuple[int, int]]]:
    """Firestore has no lists of lists, and no need of them here: a number for today, one for yesterday."""
    return [(name, (pair[0], pair[1])) for name, pair in known.items() if isinstance(pair, list) and len(pair) == 2]
