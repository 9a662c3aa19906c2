"""Count, sum and average over what a query finds."""

from __future__ import annotations

from collections.abc import Sequence

from infra.local.firestore.documents import Stored
from infra.local.firestore.values import field_path
from infra.local.firestore.writes import Value, as_number
from infra.local.refusal import invalid
from infra.local.wire import Proto

_INT_MAX = 2**63 - 1


def aggregate(aggregation: Proto, found: Sequence[Stored]) -> Proto:
    """The value of one aggregation."""
    kind = aggregation.WhichOneof("operator")
    if kind == "count":
        counted = aggregation.count
        count = min(len(found), counted.up_to.value) if counted.HasField("up_to") else len(found)
        return Value(integer_value=count)
    if kind == "sum":
        return _sum(_numbers(found, aggregation.sum.field.field_path))
    if kind == "avg":
        numbers = _numbers(found, aggregation.avg.field.field_path)
        # The average of nothing is null (Google's emulator says 0.0 here; the service's API says null).
        return Value(double_value=float(sum(numbers)) / len(numbers)) if numbers else Value(null_value=0)
    raise invalid("An aggregation must count, sum or average.")


def _numbers(found: Sequence[Stored], path: str) -> list[int | float]:
    """The numbers at a path; anything else does not take part."""
    keys = (as_number(stored.key(field_path(path))) for stored in found)
    return [number for number in keys if number is not None]


def _sum(numbers: list[int | float]) -> Proto:
    total = sum(numbers)
    if isinstance(total, int) and abs(total) <= _INT_MAX:
        return Value(integer_value=total)
    return Value(double_value=float(total))
