"""A closer look at mail: rates beside their median, when people open, how lists grow, what each mailing did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median

from shared.console.figures.asking import ALL, Asking, Filters, of_platforms, title_of
from shared.console.figures.mail import CLICKED, MART, OPENED, SHARE, SHORT
from shared.console.figures.parts import Key, Part, Picture
from shared.console.figures.tables import Cell, Column, Listing, Name
from shared.console.figures.weeks import week_over_week
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, figure, number, period
from shared.kit.campaign_names import CampaignName
from shared.kit.campaign_names import write as campaign_address
from shared.questions.campaigns import KINDS
from shared.questions.periods import Period
from shared.questions.question import Days, Grain, Question

HEAT, GROWTH, SPREAD, MOST = "email_heat_map", "list_growth", "email_open_rates", 20
LONG = timedelta(weeks=12)  # whole weeks, so that each weekday is there as often as any other
BOUNCED, LEFT, TO_OPEN = "bounce_rate", "unsubscribe_rate", "click_to_open_rate"


def mail(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    return Part(
        _keys(asking, platforms),
        (*_clicks(asking, platforms), *growth(asking), *_opening(asking)),
        tables=(
            *_mailings(asking, platforms), *_spread(asking), *week_over_week(asking, platforms, ("sends", "delivered")),
        ),
    )  # fmt: skip


def _keys(asking: Asking, platforms: Sequence[str]) -> tuple[Key, ...]:
    if not platforms:
        return ()
    filters = of_platforms(platforms)
    names = ((BOUNCED, say("Bounced")), (LEFT, say("Unsubscribed, of delivered")), (TO_OPEN, say("Clicks of opens")))
    measures = tuple(name for name, _ in names)
    totals = asking.total(MART, measures, filters)
    told = asking.by_day(MART, measures, filters=filters, grain=_grain(asking))
    return tuple(
        Key(
            f"mail-{name}", title, SHARE, totals.now.get(name), totals.before.get(name), told.course,
            told.plain(ALL, name), totals.remark,
        )
        for name, title in names
    )  # fmt: skip


def _grain(asking: Asking) -> Grain:
    return Grain.DAY if len(asking.span.days) <= SHORT else Grain.WEEK


def _clicks(asking: Asking, platforms: Sequence[str]) -> Iterator[Picture]:
    if not platforms:
        return
    told = asking.by_day(MART, (CLICKED,), "platform", of_platforms(platforms), _grain(asking))
    rates = _rates(asking, of_platforms(platforms), CLICKED)
    middle = median(rates) if rates else None
    series = tuple(Series(title_of(each), told.plain(each, CLICKED), asking.slot(each)) for each in platforms)
    yield Picture(
        key="clicks", kind="lines", name=say("Mail clicks"), unit=SHARE, course=told.course, series=series,
        caption=say("Clicks for each hundred delivered, by time of sending"),
        missing=say("no mail"), note=told.note,
        rule=None if middle is None else (middle, say("median %(rate)s", rate=figure(middle, SHARE))),
    )  # fmt: skip


def _rates(asking: Asking, filters: Filters, rate: str) -> list[float]:
    """Of each mailing for itself."""
    whole = asking.span.whole
    if whole is None:
        return []
    rows = asking.rows(
        Question(
            mart=MART, measures=(rate,), dimensions=("connection_id", "kind", "campaign_id", "message_id"),
            filters=filters, days=Days(first=whole.first, last=whole.last),
        )
    )  # fmt: skip
    return [value for row in rows if (value := number(row[rate])) is not None]


def _opening(asking: Asking) -> Iterator[Picture]:
    """Opens by weekday and hour, over twelve weeks."""
    whole = asking.span.whole
    if whole is None or not asking.platforms(HEAT):
        return
    first = whole.last - LONG + timedelta(days=1)
    answer = asking.ask(
        Question(
            mart=HEAT, measures=("opens",), dimensions=("weekday", "hour"), days=Days(first=first, last=whole.last)
        )
    )
    told = {(row[0], row[1]): number(row[2]) for row in answer.rows}
    if not any(told.values()):
        return
    hours = tuple(tuple(told.get((weekday, hour), 0.0) for hour in range(24)) for weekday in range(1, 8))
    gaps = sum(first <= each <= whole.last for each in answer.days.not_covered) if answer.days else 0
    yield Picture(
        key="hours", kind="heat", name=say("When people open"), broad=True, unit=Unit(), hours=hours,
        caption=say(
            "Opens by weekday and hour, as the account counts hours, %(days)s. Machines open some of them.",
            days=period(first, whole.last),
        ),
        note=say("%(count)s of these days were not read, or not to the end.", count=gaps) if gaps else "",
    )  # fmt: skip


def growth(asking: Asking, filters: Filters = ()) -> Iterator[Picture]:
    """Who came and who left, by day or by week."""
    platforms = asking.platforms(GROWTH)
    if not platforms:
        return
    told = asking.by_day(GROWTH, ("joined", "gone"), filters=(*of_platforms(platforms), *filters), grain=_grain(asking))
    joined, gone = told.adding(ALL, "joined"), told.adding(ALL, "gone")
    yield Picture(
        key="growth", kind="growth", name=say("How lists grow"), unit=Unit(), course=told.course, note=told.note,
        caption=say("Who joined, who left and the difference, by day")
        if _grain(asking) is Grain.DAY
        else say("Who joined, who left and the difference, by week"),
        series=(Series(say("came"), joined, 1), Series(say("left"), gone, 2)), missing=told.word(joined),
    )  # fmt: skip


def _mailings(asking: Asking, platforms: Sequence[str]) -> Iterator[Listing]:
    whole = asking.span.whole
    if whole is None or not platforms:
        return
    measures = ("sends", "delivered", OPENED, CLICKED, BOUNCED, LEFT)
    answer = asking.rows(
        Question(
            mart=MART, measures=measures,
            dimensions=("date", "connection_id", "platform", "kind", "campaign_id", "campaign_name", "subject"),
            filters=of_platforms(platforms), days=Days(first=whole.first, last=whole.last), order=("-date", "-sends"),
            limit=MOST,
        )
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for row in answer:
        link = campaign_address(
            CampaignName(row["connection_id"], KINDS.get(row["kind"], ""), row["campaign_id"] or "")
        )
        rows.append((
            Name(
                row["campaign_name"] or row["subject"] or say("Without a name"),
                row["subject"] or asking.account(row["connection_id"], row["platform"]),
                f"campaigns/{link}" if row["campaign_id"] else "",
            ),
            row["date"], *(number(row[name]) for name in measures),
        ))  # fmt: skip
    yield Listing(
        key="mailings", name=say("Newest mailings"), caption=say("Whole days; the campaigns page has all of them"),
        is_open=True, rows=rows,
        columns=(
            Column("mailing", say("Mailing")), Column("sent", say("Sent on")), Column("sends", say("Sent"), Unit()),
            Column("delivered", say("Delivered"), Unit()), Column("open_rate", say("Open rate"), SHARE),
            Column("click_rate", say("Click rate"), SHARE), Column("bounce_rate", say("Bounced"), SHARE),
            Column("unsubscribe_rate", say("Unsubscribed"), SHARE),
        ),
    )  # fmt: skip


def _spread(asking: Asking) -> Iterator[Listing]:
    """How open rates of campaigns lie in each month, by account: medians do not add up."""
    if not asking.platforms(SPREAD):
        return
    until = asking.span.days[-1]
    measures = ("campaigns", "median_open_rate", "lowest", "highest", "deviation")
    days = Period(until.replace(day=1) - timedelta(days=150), until)
    answer = asking.rows(
        Question(
            mart=SPREAD, measures=measures, dimensions=("month", "connection_id", "platform"),
            days=Days(first=days.first.replace(day=1), last=days.last), order=("-month",),
        )
    )  # fmt: skip
    yield Listing(
        key="medians", name=say("Open rates and their median"),
        caption=say("Of campaigns by the month in which they were sent, each counted once"),
        rows=[
            (
                Name(asking.account(row["connection_id"], row["platform"])), f"{row['month']:%Y-%m}",
                *(number(row[name]) for name in measures),
            )
            for row in answer
        ],
        columns=(
            Column("account", say("Account")), Column("month", say("Month")),
            Column("campaigns", say("Campaigns"), Unit()),
            Column("median", say("Median"), SHARE), Column("lowest", say("Lowest"), SHARE),
            Column("highest", say("Highest"), SHARE), Column("deviation", say("Deviation"), SHARE),
        ),
    )  # fmt: skip
