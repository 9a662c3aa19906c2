"""What the shop sold."""

from __future__ import annotations

from shared.console.overview.asking import ALL, Asking, of_platforms
from shared.console.overview.parts import Key, Part, Picture
from shared.console.tongue import kept, say, say_of
from shared.drawing.days import Series, Values
from shared.drawing.words import Unit

MART = "commerce_by_day"
SEVERAL = kept("Orders are in several currencies, which do not add up until the client has one to show.")


def shop(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    if not platforms:
        return Part()
    money = asking.money(MART)
    if money is None:
        return Part(things=(say(SEVERAL),))
    net = money.column("net")
    measures = (net, "orders")
    filters = (*of_platforms(platforms), *money.filters)
    totals = asking.total(MART, measures, filters)
    told = asking.by_day(MART, measures, filters=filters)
    lacking = totals.lacking.get(net)
    keys = (
        Key(
            "shop-revenue", say("Shop revenue"), money.unit, totals.now.get(net), totals.before.get(net), told.course,
            told.total(net),
            say_of("%(num)s row lacks a rate", "%(num)s rows lack a rate", lacking) if lacking else totals.remark,
        ),
        Key(
            "shop-orders", say("Orders"), Unit(), totals.now.get("orders"), totals.before.get("orders"), told.course,
            told.total("orders"), totals.remark,
        ),
    )  # fmt: skip
    compared = asking.span.compared
    before: Values = ()
    if compared is not None:
        then = asking.by_day(MART, (net,), filters=filters, period=compared).adding(ALL, net)
        before = tuple((*then, *[None] * len(told.days))[: len(told.days)])
    marks = (say("The thin mark is the same day of what it is compared with."),) if before else ()
    picture = Picture(
        key="revenue", kind="bars", name=say("Shop revenue"),
        broad=True, unit=money.unit, course=told.course, before=before,
        caption=" ".join((say("%(unit)s a day, after refunds.", unit=money.currency or say("Amount")), *marks)),
        series=(Series(say("Shop revenue"), told.adding(ALL, net)),), slot=asking.slot(platforms[0]),
        note=told.note, missing=told.word(told.adding(ALL, net)),
    )  # fmt: skip
    return Part(keys, (picture,))
