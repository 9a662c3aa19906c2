"""A closer look at ads: what a click costs, who clicks, platforms and campaigns beside each other, and their weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from shared.console.figures.ads import MART, RETURN, ratio
from shared.console.figures.asking import Asking, Filters, Money, Told, of_platforms, title_of
from shared.console.figures.parts import Key, Part, Picture
from shared.console.figures.tables import Cell, Column, Listing, Name
from shared.console.figures.weeks import week_over_week
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, number
from shared.kit.campaign_names import CampaignName
from shared.kit.campaign_names import write as campaign_address
from shared.questions.question import Compare, Days, Filter, Question

CAMPAIGNS, AVERAGES, MOST, LINES = "ads_by_campaign", "moving_averages", 15, 5
SHARE = Unit("share")


def ads(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    money = asking.money(MART) if platforms else None
    averages, weeks = _averages(asking, platforms), week_over_week(asking, platforms, ("cost", "clicks", "conversions"))
    if money is None:
        return Part(pictures=averages, tables=weeks) if platforms else Part()
    filters = (*of_platforms(platforms), *money.filters)
    cost, worth = money.column("cost"), money.column("conversion_value")
    totals = asking.total(MART, (cost, worth, "clicks", "impressions", "conversions"), filters)
    told = asking.by_day(MART, (cost, "clicks", "impressions"), "platform", filters)
    keys = (
        _rate(told, totals.now, totals.before, "cpc", say("Cost of a click"), money.unit, cost, "clicks"),
        _rate(told, totals.now, totals.before, "ctr", say("Click rate"), SHARE, "clicks", "impressions"),
    )
    pictures = (
        _by_platform(asking, told, platforms, "cpc", say("Cost of a click"), money.unit, (cost, "clicks")),
        _by_platform(asking, told, platforms, "ctr", say("Click rate"), SHARE, ("clicks", "impressions")),
    )
    tables = (*_platforms(asking, money, filters), *weeks, *_campaigns(asking, money, filters))
    return Part(keys, (*pictures, *averages), tables=tables)


def _rate(
    told: Told, now: Mapping[str, float | None], before: Mapping[str, float | None], key: str, name: str, unit: Unit,
    above: str, below: str,
) -> Key:  # fmt: skip
    course = [ratio(*both) for both in zip(told.total(above), told.total(below), strict=True)]
    return Key(
        f"ads-{key}", name, unit, ratio(now.get(above), now.get(below)), ratio(before.get(above), before.get(below)),
        told.course, course,
    )  # fmt: skip


def _by_platform(
    asking: Asking, told: Told, platforms: Sequence[str], key: str, name: str, unit: Unit, parts: tuple[str, str]
) -> Picture:
    above, below = parts
    captions = {"cpc": say("What was spent for each click, by platform"), "ctr": say("Clicks of a hundred times shown")}
    return Picture(
        key=key, kind="lines", name=name, caption=captions[key], unit=unit, course=told.course,
        missing=say("none"),
        series=tuple(
            Series(
                title_of(each),
                [ratio(*both) for both in zip(told.plain(each, above), told.plain(each, below), strict=True)],
                asking.slot(each),
            )
            for each in platforms
        ),
    )  # fmt: skip


def _averages(asking: Asking, platforms: Sequence[str]) -> tuple[Picture, ...]:
    """Averages are told by account, and do not add up: a line for each, the largest first."""
    if not asking.has(AVERAGES) or not platforms:
        return ()
    metric: Filters = (*of_platforms(platforms), Filter(column="metric", equals="cost"))
    found = asking.rows(Question(mart=AVERAGES, dimensions=("connection_id", "platform", "currency"), filters=metric))
    pictures: list[Picture] = []
    for currency in sorted({row["currency"] for row in found if row["currency"]}):
        whose = {row["connection_id"]: row["platform"] for row in found if row["currency"] == currency}
        filters = (*metric, Filter(column="currency", equals=currency))
        told = asking.by_day(AVERAGES, ("average_7d",), "connection_id", filters)
        courses = {each: told.plain(each, "average_7d") for each in whose}
        shown = sorted(whose, key=lambda each: -_last(courses[each]))[:LINES]
        # The colour of a platform, where it is not that of several accounts.
        apart = len({whose[each] for each in shown}) == len(shown)
        slots = {each: asking.slot(whose[each]) if apart else place for place, each in enumerate(shown, 1)}
        left = len(whose) - len(shown)
        pictures.append(
            Picture(
                key="average" if len(pictures) == 0 else f"average-{currency.lower()}", kind="lines",
                name=say("Ad spend, average of seven days"),
                caption=say("%(currency)s, the day and the six before it, by account", currency=currency),
                unit=Unit("money", currency), course=told.course, missing=say("no average"),
                note=say("The %(count)s largest accounts of %(all)s.", count=LINES, all=len(whose)) if left else "",
                series=tuple(
                    Series(asking.account(each, whose[each]), courses[each], slots[each]) for each in shown
                ),
            )
        )  # fmt: skip
    return tuple(pictures[:2])


def _last(values: Sequence[float | None]) -> float:
    return next((value for value in reversed(values) if value is not None), 0.0)


def _platforms(asking: Asking, money: Money, filters: Filters) -> Iterator[Listing]:
    cost, worth = money.column("cost"), money.column("conversion_value")
    whole = asking.span.whole
    if whole is None:
        return
    measures = (cost, worth, "impressions", "clicks", "conversions")
    compared = asking.span.compare is not Compare.NONE
    rows = asking.rows(
        Question(
            mart=MART, measures=measures, dimensions=("platform",), filters=filters, order=(f"-{cost}",),
            days=Days(first=whole.first, last=whole.last), compare=asking.span.compare,
        )
    )  # fmt: skip
    columns = (
        Column("platform", say("Platform")), Column("cost", say("Ad spend"), money.unit),
        *([Column("cost_before", say("Before"), money.unit)] if compared else []),
        Column("impressions", say("Shown"), Unit()), Column("clicks", say("Clicks"), Unit()),
        Column("ctr", say("Click rate"), SHARE), Column("cpc", say("Cost of a click"), money.unit),
        Column("conversions", say("Conversions"), Unit()), Column("roas", say("Return"), RETURN),
    )  # fmt: skip
    shown: list[tuple[Cell, ...]] = []
    for row in rows:
        told = {name: number(row[name]) for name in row if name != "platform"}
        shown.append((
            title_of(row["platform"] or ""), told[cost], *([told[f"{cost}_before"]] if compared else []),
            told["impressions"], told["clicks"], ratio(told["clicks"], told["impressions"]),
            ratio(told[cost], told["clicks"]), told["conversions"], ratio(told[worth], told[cost]),
        ))  # fmt: skip
    yield Listing(
        key="platforms",
        name=say("By platform"),
        caption=say("Whole days"),
        columns=columns,
        rows=shown,
        is_open=True,
        note=say("A conversion is what its platform calls one; platforms may claim the same order."),
    )


def _campaigns(asking: Asking, money: Money, filters: Filters) -> Iterator[Listing]:
    whole = asking.span.whole
    if whole is None or not asking.has(CAMPAIGNS):
        return
    cost, worth = money.column("cost"), money.column("conversion_value")
    answer = asking.rows(
        Question(
            mart=CAMPAIGNS, measures=(cost, worth, "impressions", "clicks", "conversions"),
            dimensions=("connection_id", "platform", "campaign_id", "campaign_name"), filters=filters,
            order=(f"-{cost}",), days=Days(first=whole.first, last=whole.last), limit=MOST,
        )
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for row in islice(answer, MOST):
        told = {name: number(row[name]) for name in (cost, worth, "impressions", "clicks", "conversions")}
        name = campaign_address(CampaignName(row["connection_id"], "ads", row["campaign_id"] or ""))
        rows.append((
            Name(
                row["campaign_name"] or row["campaign_id"] or say("Without a name"),
                asking.account(row["connection_id"], row["platform"]),
                f"campaigns/{name}" if row["campaign_id"] else "",
            ),
            told[cost], told["clicks"], ratio(told["clicks"], told["impressions"]), ratio(told[cost], told["clicks"]),
            told["conversions"], ratio(told[worth], told[cost]),
        ))  # fmt: skip
    yield Listing(
        key="campaigns", name=say("Campaigns that cost most"),
        caption=say("Whole days; the campaigns page has all of them"), is_open=True, rows=rows,
        columns=(
            Column("campaign", say("Campaign")), Column("cost", say("Ad spend"), money.unit),
            Column("clicks", say("Clicks"), Unit()), Column("ctr", say("Click rate"), SHARE),
            Column("cpc", say("Cost of a click"), money.unit), Column("conversions", say("Conversions"), Unit()),
            Column("roas", say("Return"), RETURN),
        ),
    )  # fmt: skip
