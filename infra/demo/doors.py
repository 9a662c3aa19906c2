"""What a door is: somebody who answers a question by rows, told in whatever way; and what was told, as values again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.questions.answer import Answer
from shared.questions.question import Question

Kinds = Mapping[str, str]  # column of an answer, as doors call it → what it holds
Told = Sequence[Mapping[str, Any]]  # rows
Door = Callable[[Question, Kinds], Iterable[tuple[str, Told]]]  # a question → by which way it is told → its rows
_ZERO = datetime(1899, 12, 30, tzinfo=UTC)


def kinds_of(answer: Answer) -> Kinds:
    return {f"{each.name}_before" if each.before else each.name: each.kind for each in answer.columns}


def cells(told: Told, kinds: Kinds) -> list[tuple[Any, ...]]:
    """In the order of the answer's columns."""
    return [tuple(_cell(kinds[column], row.get(column)) for column in kinds) for row in told]


def without_blanks(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Where a format does not tell nothing and an empty text apart, neither do we."""
    return [tuple(None if cell == "" else cell for cell in row) for row in rows]


def _cell(kind: str, told: Any) -> Any:
    """As a value again, whatever a door made of it."""
    if told is None or told == "":
        return None
    if isinstance(told, float) and kind in ("date", "time"):
        moment = _ZERO + timedelta(seconds=round(told * 86_400))
        return moment.date() if kind == "date" else moment
    if not isinstance(told, str):
        return Decimal(str(told)) if kind in ("int", "money") else told
    return _READ[kind](told)


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "int": int,
    "float": float,
    "money": Decimal,
    "bool": lambda text: text == "true",
    "date": date.fromisoformat,
    "time": lambda text: datetime.fromisoformat(text),
}
