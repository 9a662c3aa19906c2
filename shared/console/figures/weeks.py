"""Measures by week beside the week before: by account, since only there it is known which weeks were read whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from shared.console.figures.asking import Asking, of_platforms
from shared.console.figures.tables import Amount, Cell, Column, Listing
from shared.console.tongue import kept, say
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Filter, Grain, Question

MART, WEEKS = "week_over_week", 5
NAMES = {
    "cost": kept("Ad spend"), "clicks": kept("Clicks"), "conversions": kept("Conversions"),
    "sessions": kept("Sessions"), "net": kept("Shop revenue"), "orders": kept("Orders"), "sends": kept("Mails sent"),
    "delivered": kept("Delivered"),
}  # fmt: skip


def week_over_week(asking: Asking, platforms: Sequence[str], metrics: Sequence[str]) -> tuple[Listing, ...]:
    """The newest week of each account that was read whole."""
    if not asking.has(MART) or not platforms:
        return ()
    until = asking.span.days[-1]
    rows = asking.rows(
        Question(
            mart=MART, measures=("days", "value", "value_before", "change", "change_share"), grain=Grain.WEEK,
            dimensions=("connection_id", "platform", "metric", "currency"),
            filters=(*of_platforms(platforms), Filter(column="metric", any_of=tuple(metrics))),
            days=Days(first=until - timedelta(weeks=WEEKS), last=until),
        )
    )  # fmt: skip
    newest: dict[tuple[str, str, str], dict[str, object]] = {}
    for row in rows:  # the newest stand last
        if row["days"] == 7:
            newest[row["connection_id"], row["metric"], row["currency"] or ""] = row
    order = {metric: place for place, metric in enumerate(metrics)}
    shown: list[tuple[Cell, ...]] = []
    for (connection, metric, currency), row in sorted(
        newest.items(), key=lambda each: (asking.account(each[0][0], str(each[1]["platform"])), order[each[0][1]])
    ):
        shown.append((
            asking.account(connection, str(row["platform"])), say(NAMES[metric]), row["week"],  # type: ignore[arg-type]
            *(_figure(number(row[name]), currency) for name in ("value", "value_before", "change")),
            number(row["change_share"]),
        ))  # fmt: skip
    if not shown:
        return ()
    return (
        Listing(
            key="weeks", name=say("Week over week"), is_open=True,
            caption=say("The newest week of each account that was read whole, beside the week before"), rows=shown,
            columns=(
                Column("account", say("Account")), Column("measure", say("Measure")), Column("week", say("Week of")),
                Column("value", say("That week"), Unit()), Column("before", say("The week before"), Unit()),
                Column("change", say("Change"), Unit()), Column("share", say("Part"), Unit("share")),
            ),
            note=say("A week is compared where it and the one before were read whole."),
        ),
    )  # fmt: skip


def _figure(value: float | None, currency: str) -> Cell:
    return Amount(value, currency) if currency else value
