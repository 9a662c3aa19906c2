"""The platform's own sums of a slice, held against the sums of the rows that we read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from shared.errors import Bug
from shared.reading.meanings import is_empty
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Json, at

CLOSE = Decimal("0.005")  # money is told to the cent, averages of it are not


@dataclass(frozen=True, slots=True)
class Sum:
    """`theirs` None: not told by this answer. `ours`: what this answer's records add. `count`: it is records that are
    added up, each of them once."""

    theirs: Decimal | None
    ours: Decimal
    slack: Decimal = Decimal()  # that rounding can make
    count: bool = False


def theirs_of(stream: Stream, answer: Answer) -> dict[str, Sum]:
    """The sums in the answer to a call for totals. An answer without records says that there is nothing: zero."""
    totals = stream.totals
    if totals is None:
        return {}
    unfold = totals.unfold or (None if totals.records else stream.unfold)
    if is_empty(stream, answer):
        records: Json = []
    elif unfold is not None:
        records = find_unfolded(unfold, answer)
    else:
        records = at(answer.json, totals.records or stream.records_path)
    if records is None and stream.shows_empty and at(answer.json, stream.shows_empty) is not None:
        records = []
    if isinstance(records, dict):
        records = [records]
    if not isinstance(records, list):
        raise Bug("totals-missing", "The platform's answer no longer holds its totals.", excerpt(answer))
    return {
        name: Sum(
            added(records, path),
            Decimal(),
            _slack(records, path) if name in totals.rounded else Decimal(),
            count=not of_ours,
        )
        for name, (path, of_ours) in totals.measures.items()
    }


def find_unfolded(unfold: Callable[[Json], list[Json]], answer: Answer) -> list[Json]:
    try:
        return unfold(answer.json)
    except (AttributeError, LookupError, TypeError, ValueError):
        raise Bug("records-missing", "The platform's answer has another shape than before.", excerpt(answer)) from None


def ours_of(stream: Stream, records: Iterable[Json]) -> dict[str, Sum]:
    totals = stream.totals
    if totals is None:
        return {}
    held = list(records)
    return {
        name: Sum(None, added(held, path), _slack(held, path) if name in totals.rounded else Decimal(), count=not path)
        for name, (_, path) in totals.measures.items()
    }


def added(records: Iterable[Json], path: str) -> Decimal:
    if not path:
        return Decimal(sum(1 for _ in records))
    return sum((_amount(at(record, path)) for record in records), Decimal())


def _slack(records: Iterable[Json], path: str) -> Decimal:
    """Half of the last digit of each: so much of it may have been rounded away."""
    amounts = (_amount(at(record, path)) for record in records)
    return sum((Decimal((0, (5,), int(amount.as_tuple().exponent) - 1)) for amount in amounts if amount), Decimal())


def _amount(value: Json) -> Decimal:
    """A number or its text; whatever is none of them adds nothing (and is counted as odd where it is shaped)."""
    if value is None or isinstance(value, (bool, dict, list)):
        return Decimal()
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal()
    return number if number.is_finite() else Decimal()


def add_sums(proof: Mapping[str, Mapping[str, Json]], sums: Mapping[str, Sum]) -> dict[str, dict[str, Json]]:
    """What a slice knows of its sums, with one more answer. Kept as texts: numbers of a document are coarse.

    What we add up of a measure that the platform did not tell is held against nothing.
    """
    found: dict[str, dict[str, Json]] = {name: dict(told) for name, told in proof.items()}
    for name, each in sums.items():
        if each.theirs is None and name not in found:
            continue
        before = found.get(name, {"theirs": "0", "ours": "0", "sum": True})
        theirs = before["theirs"] if each.theirs is None else str(each.theirs)
        found[name] = {"theirs": theirs, "ours": str(Decimal(before["ours"]) + each.ours), "sum": True}
        if each.count:
            found[name]["count"] = True
        slack = Decimal(before.get("slack", "0")) + each.slack
        if slack:
            found[name]["slack"] = str(slack)
    return found


def counts(told: Mapping[str, Json]) -> bool:
    """Whether what is told of a slice counts its records. Sums of a measure may differ for reasons of their own."""
    return not told.get("sum") or bool(told.get("count"))


def lacking(told: Mapping[str, Json]) -> bool:
    """The platform counts more records than we read. More than it says is no loss."""
    return counts(told) and Decimal(told["theirs"]) > Decimal(told["ours"])


def same(theirs: Decimal, ours: Decimal, slack: Decimal = Decimal()) -> bool:
    return abs(theirs - ours) <= CLOSE + slack
