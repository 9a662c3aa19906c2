"""Moments as whole seconds since 1970, and the ways platforms write them."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

DAY = 86_400
HOUR = 3_600

Clock = Callable[[], datetime]
Now = Callable[[], int]


def wall_clock() -> datetime:
    return datetime.now(UTC)


def seconds(clock: Clock) -> Now:
    """The same clock, counting seconds."""
    return lambda: int(clock().timestamp())


def offset(moment: int | None) -> str:
    """`2026-01-05T10:00:00+00:00`; nothing becomes the empty string, as Mailchimp writes it."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def zulu(moment: int, millis: bool = False) -> str:
    """`2026-01-05T10:00:00Z`, or with milliseconds."""
    text = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".000Z" if millis else "Z")


def minus_five(moment: int) -> str:
    """The same moment as an office on the American east coast writes it: `…-05:00`."""
    return datetime.fromtimestamp(moment - 5 * HOUR, UTC).strftime("%Y-%m-%dT%H:%M:%S") + "-05:00"


def day(moment: int, zone: str = "UTC") -> str:
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d")


def month(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m")


def parse(text: str) -> float:
    """Any ISO 8601 date or moment; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
