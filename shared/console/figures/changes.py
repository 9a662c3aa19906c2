"""What was restated, by how much and why; and after how many days figures of each account stand still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from shared.console.figures.ads import ratio
from shared.console.figures.asking import Asking
from shared.console.figures.parts import Part
from shared.console.figures.tables import Amount, Cell, Column, Listing, Name
from shared.console.tongue import kept, say
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Filter, Question

HISTORY, SETTLING, VALUES = "metric_history", "metric_settling", "metrics_by_day"
MOST, DAYS_AFTER = 300, (0, 1, 3, 7, 14, 28)
COUNT, SHARE = Unit(), Unit("share")
REASONS = {
    "restated": kept("restated"),
    "no longer told": kept("no longer told"),
    "other currency": kept("told in another currency"),
    "other zone": kept("told in another time zone"),
}
WHOSE = ("connection_id", "platform", "metric", "currency")


def changes(asking: Asking) -> Part:
    return Part(tables=(*_restated(asking), *_settling(asking)))


def _restated(asking: Asking) -> Iterator[Listing]:
    """What was read in the days of the page, and said something else than before. A day that fills up is no change."""
    if not asking.has(HISTORY):
        return
    first, last = asking.span.period.first, asking.span.period.last
    until = last if last < asking.span.today - timedelta(days=1) else asking.span.today
    answer = asking.ask(
        Question(
            mart=HISTORY, measures=("change",), dimensions=("date", *WHOSE, "reason"), order=("-date",), limit=MOST,
            filters=(
                Filter(column="reason", any_of=tuple(REASONS)), Filter(column="read_at", min=_moment(first)),
                Filter(column="read_at", max=_moment(until + timedelta(days=1))),
            ),
        )
    )  # fmt: skip
    names = [column.name for column in answer.columns]
    found = [dict(zip(names, row, strict=True)) for row in answer.rows]
    now = _values(asking, found)
    rows: list[tuple[Cell, ...]] = []
    for row in found:
        value = now.get((row["date"], *(row[name] or "" for name in WHOSE)))
        change = number(row["change"])
        before = None if value is None or change is None else value - change
        rows.append((
            Name(f"{row['date']:%Y-%m-%d}", asking.account(row["connection_id"], row["platform"])), row["metric"],
            _of(change, row["currency"]), _of(value, row["currency"]), ratio(change, before),
            say(REASONS[row["reason"]]),
        ))  # fmt: skip
    left = answer.rows_left_out
    yield Listing(
        key="restated", name=say("What was restated"), is_open=True, rows=rows,
        caption=say("Read in these days, and not as it was read before: the newest days first"),
        columns=(
            Column("day", say("Figure of")), Column("measure", say("Measure")), Column("change", say("Change"), COUNT),
            Column("now", say("The day now"), COUNT), Column("part", say("Part of before"), SHARE),
            Column("why", say("Why")),
        ),
        note=say("%(count)s more are not shown here: choose fewer days.", count=left) if left else "",
    )  # fmt: skip


def _values(asking: Asking, found: list[dict[str, Any]]) -> dict[tuple[Any, ...], float | None]:
    """What these days are now, of all campaigns together."""
    if not found or not asking.has(VALUES):
        return {}
    days = [row["date"] for row in found if row["date"] is not None]
    if not days:
        return {}
    rows = asking.rows(
        Question(
            mart=VALUES, measures=("value",), dimensions=("date", *WHOSE), days=Days(first=min(days), last=max(days)),
            filters=(Filter(column="metric", any_of=tuple({row["metric"] for row in found})),),
        )
    )  # fmt: skip
    return {(row["date"], *(row[name] or "" for name in WHOSE)): number(row["value"]) for row in rows}


def _settling(asking: Asking) -> Iterator[Listing]:
    """By what its own past shows: how much of a figure was known so many days after."""
    if not asking.has(SETTLING):
        return
    by = ("connection_id", "platform", "metric", "days_after")
    found = asking.rows(
        Question(mart=SETTLING, measures=("known_share", "settled_after", "days_watched"), dimensions=by)
    )
    told: dict[tuple[str, str, str], dict[int, dict[str, Any]]] = {}
    for row in found:
        key = (row["connection_id"], row["platform"], row["metric"])
        told.setdefault(key, {})[-1 if row["days_after"] is None else row["days_after"]] = row
    rows: list[tuple[Cell, ...]] = []
    for (connection, platform, metric), by_after in sorted(
        told.items(), key=lambda each: (asking.account(each[0][0], each[0][1]), each[0][2])
    ):
        last = by_after[max(by_after)]
        rows.append((
            Name(metric, asking.account(connection, platform)), number(last["settled_after"]),
            *(_known(by_after, after) for after in DAYS_AFTER), number(last["days_watched"]),
        ))  # fmt: skip
    heads = (say("That day"), *(say("%(days)s days on", days=each) for each in DAYS_AFTER[1:]))
    yield Listing(
        key="settling", name=say("When figures settle"), is_open=True, rows=rows,
        caption=say("How much of what is known today was known so many days after, by what each account’s past shows"),
        columns=(
            Column("measure", say("Measure")), Column("settled_after", say("Settled after days"), COUNT),
            *(Column(f"after_{each}", head, SHARE) for each, head in zip(DAYS_AFTER, heads, strict=True)),
            Column("watched", say("Days watched"), COUNT),
        ),
        note=say("Where nothing stands, the account has not been watched for long enough."),
    )  # fmt: skip


def _known(by_after: dict[int, dict[str, Any]], after: int) -> float | None:
    """As the last reading until then told it."""
    known = [each for each in by_after if 0 <= each <= after]
    return number(by_after[max(known)]["known_share"]) if known else None


def _of(value: float | None, currency: str | None) -> Cell:
    return Amount(value, currency) if currency else value


def _moment(day: Any) -> str:
    return datetime.combine(day, time(), UTC).isoformat()
