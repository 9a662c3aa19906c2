"""What the forms of a client offer: real zones, real currencies, months; and what is read out of them."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from shared.console.tongue import say
from shared.kit.currencies import CURRENCIES
from shared.tongue.forms import FULL_MONTHS

# fmt: off
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)
# fmt: on


def choices() -> dict[str, Any]:
    return {
        "zones": zones(),
        "currencies": sorted(CURRENCIES),
        "months": [(str(number), say(name)) for number, name in enumerate(FULL_MONTHS, 1)],
    }


@cache
def zones() -> tuple[str, ...]:
    """Those that are named after a place, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS))


def reader_lines(said: str) -> list[str]:
    """One on each line, or with commas between them. A bare address is a person's."""
    found = [each for line in said.splitlines() for part in line.split(",") if (each := part.strip())]
    return [each if ":" in each else f"user:{each}" for each in found]
