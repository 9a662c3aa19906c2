"""A closer look at the shop: what an order is worth, what went back, and what web analytics saw of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from shared.console.figures.ads import ratio
from shared.console.figures.asking import ALL, Asking, of_platforms
from shared.console.figures.parts import Key, Part, Picture
from shared.console.figures.shop import MART
from shared.console.figures.tables import Amount, Cell, Column, Listing
from shared.console.figures.weeks import week_over_week
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Question

BESIDE, SHORT = "commerce_beside_analytics", timedelta(days=14)
SHARE = Unit("share")


def shop(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    money = asking.money(MART) if platforms else None
    weeks = week_over_week(asking, platforms, ("net", "orders"))
    if money is None:
        return Part(tables=(*_shops(asking), *weeks))
    gross = money.column("gross")
    filters = (*of_platforms(platforms), *money.filters)
    measures = (gross, "orders", "items")
    totals, told = asking.total(MART, measures, filters), asking.by_day(MART, measures, filters=filters)
    orders, worth = told.adding(ALL, "orders"), told.adding(ALL, gross)
    average = [ratio(*both) for both in zip(worth, orders, strict=True)]
    rates = asking.total(MART, ("refund_rate",), filters) if money.filters or not money.converted else None
    keys = [
        Key(
            "shop-average", say("Average order"), money.unit,
            ratio(totals.now.get(gross), totals.now.get("orders")),
            ratio(totals.before.get(gross), totals.before.get("orders")), told.course, average, totals.remark,
        ),
        Key(
            "shop-items", say("Pieces ordered"), Unit(), totals.now.get("items"), totals.before.get("items"),
            told.course, told.adding(ALL, "items"), totals.remark,
        ),
    ]  # fmt: skip
    if rates is not None:
        course = asking.by_day(MART, ("refund_rate",), filters=filters)
        keys.append(
            Key(
                "shop-refunds", say("Given back, of what was ordered"), SHARE, rates.now.get("refund_rate"),
                rates.before.get("refund_rate"), course.course, course.plain(ALL, "refund_rate"), rates.remark,
            )
        )  # fmt: skip
    slot = asking.slot(platforms[0])
    pictures = (
        Picture(
            key="orders", kind="bars", name=say("Orders"), caption=say("Orders placed a day"), unit=Unit(),
            course=told.course, series=(Series(say("Orders"), orders),), slot=slot, note=told.note,
            missing=told.word(orders),
        ),
        Picture(
            key="order-value", kind="lines", name=say("Average order"), unit=money.unit, course=told.course,
            caption=say("What an order came to when it was placed"), missing=say("no order"),
            series=(Series(say("Average"), average, slot),),
        ),
    )  # fmt: skip
    return Part(tuple(keys), pictures, tables=(*_shops(asking), *_beside(asking), *weeks))


def _shops(asking: Asking) -> Iterator[Listing]:
    """Each shop in its own currency, so everything adds up."""
    whole = asking.span.whole
    if whole is None or not asking.has(MART):
        return
    amounts, counts = ("gross", "refunded", "cancelled", "net"), ("orders", "items")
    answer = asking.rows(
        Question(
            mart=MART, measures=(*counts, *amounts, "average_order_value", "refund_rate"),
            dimensions=("connection_id", "platform", "currency"), days=Days(first=whole.first, last=whole.last),
        )
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            asking.account(row["connection_id"], row["platform"]), *(number(row[name]) for name in counts),
            *(Amount(number(row[name]), row["currency"] or "") for name in (*amounts, "average_order_value")),
            number(row["refund_rate"]),
        )
        for row in answer
    ]  # fmt: skip
    if rows:
        yield Listing(
            key="shops", name=say("By shop"), caption=say("Whole days, each shop in its own currency"), is_open=True,
            rows=rows,
            columns=(
                Column("shop", say("Shop")), Column("orders", say("Orders"), Unit()),
                Column("items", say("Pieces"), Unit()), Column("gross", say("When placed"), Unit()),
                Column("refunded", say("Given back"), Unit()), Column("cancelled", say("Cancelled"), Unit()),
                Column("net", say("Revenue"), Unit()), Column("average", say("Average order"), Unit()),
                Column("refund_rate", say("Given back, part"), SHARE),
            ),
            note=say("Revenue is what was placed and edited, less what was given back and cancelled."),
        )  # fmt: skip


def _beside(asking: Asking) -> Iterator[Listing]:
    """Two tellings of the same sales, never to be added."""
    whole = asking.span.whole
    if whole is None or not asking.has(BESIDE):
        return
    measures = ("shop_orders", "analytics_purchases", "seen_share", "shop_gross", "analytics_revenue")
    answer = asking.rows(
        Question(
            mart=BESIDE, measures=measures,
            dimensions=("date", "shop_connection_id", "property_id", "analytics_connection_id"),
            days=Days(first=max(whole.first, whole.last - SHORT), last=whole.last), order=("-date",), limit=60,
        )
    )  # fmt: skip
    currency = asking.currency
    rows: list[tuple[Cell, ...]] = [
        (
            row["date"], asking.accounts.get(row["shop_connection_id"]) or row["shop_connection_id"],
            row["property_id"] or "",
            *(number(row[name]) for name in measures[:3]),
            *(Amount(number(row[name]), currency) for name in measures[3:]),
        )
        for row in answer
    ]  # fmt: skip
    if rows:
        yield Listing(
            key="beside", name=say("The shop beside web analytics"),
            caption=say("The same sales told twice; choose the property that belongs to the shop, and add none"),
            rows=rows,
            columns=(
                Column("day", say("Day")), Column("shop", say("Shop")), Column("property", say("Property")),
                Column("orders", say("Orders"), Unit()), Column("purchases", say("Purchases seen"), Unit()),
                Column("seen", say("Seen, part"), SHARE), Column("gross", say("Shop"), Unit()),
                Column("revenue", say("Property"), Unit()),
            ),
        )  # fmt: skip
