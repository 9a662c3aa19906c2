"""How answers of Google Analytics become records."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from shared.vocabulary.wire import Json

# What the platform says about numbers that are not exact. It goes with every row of the answer that says it.
NOTES = (
    "samplingMetadatas",
    "dataLossFromOtherRow",
    "subjectToThresholding",
    "schemaRestrictionResponse",
    "dataTruncationReasons",
)
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_POINT = re.compile(r"-?[0-9]{1,29}(\.[0-9]{1,9})?")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NINE = Decimal("1e-9")


def unfold(answer: Json) -> list[Json]:
    """Headers and rows → records. Every value is a text; an empty report has neither rows nor their number."""
    dimensions = [(header["name"], _dimension(header["name"])) for header in answer["dimensionHeaders"]]
    metrics = [(header["name"], _metric(header["type"])) for header in answer["metricHeaders"]]
    if "rows" not in answer and not answer.get("rowCount"):
        return []
    about = _about(answer.get("metadata") or {})
    return [
        {
            **{name: read(cell.get("value", "")) for (name, read), cell in _pairs(dimensions, row["dimensionValues"])},
            **{name: read(cell["value"]) for (name, read), cell in _pairs(metrics, row["metricValues"])},
            **about,
        }
        for row in answer["rows"]
    ]


Header = tuple[str, Callable[[str], Json]]


def _pairs(headers: list[Header], cells: list[Json]) -> zip[tuple[Header, Json]]:
    return zip(headers, cells, strict=True)


def _about(metadata: Json) -> dict[str, Json]:
    """What every row of an answer shares."""
    notes = {name: metadata[name] for name in NOTES if metadata.get(name)}
    told = {
        "account_zone": metadata.get("timeZone"),
        "account_currency": metadata.get("currencyCode"),
        "report_notes": notes or None,
    }
    return {name: value for name, value in told.items() if value}


def _dimension(name: str) -> Callable[[str], Json]:
    return day if name == "date" else _as_it_is


def _metric(kind: str) -> Callable[[str], Json]:
    return whole if kind == "TYPE_INTEGER" else decimal


def _as_it_is(value: str) -> str:
    return value


def day(value: str) -> str:
    """20261102 → 2026-11-02; anything else stays what it is, to be noticed where it is shaped."""
    found = _DAY.fullmatch(value)
    return "-".join(found.groups()) if found else value


def whole(value: str) -> Json:
    """Whole numbers, even when they are written as 12.0 or 1.2E3. Others stay as they are, to be noticed."""
    if _WHOLE.fullmatch(value):
        return int(value)
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() else value


def decimal(value: str) -> str:
    """1.24E7 → 12400000, and 137.59999999999997 → 137.6: as a warehouse can keep it, nine digits after the point."""
    if _POINT.fullmatch(value):
        return value
    number = _number(value)
    return format(number.quantize(_NINE).normalize() + 0, "f") if number is not None else value


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**18 else None


def listed(answer: Json) -> list[Json]:
    """Key events. An empty list is left out, so the answer is known by holding nothing that does not belong there."""
    if not answer.keys() <= {"keyEvents", "nextPageToken"}:
        raise KeyError("keyEvents")
    found: list[Json] = answer.get("keyEvents", [])
    return [one.copy() for one in found]
