"""What ads cost, and what came of them."""

from __future__ import annotations

from shared.console.overview.asking import Asking, of_platforms
from shared.console.overview.parts import Key, Part, Picture
from shared.console.tongue import kept, say, say_of
from shared.drawing.days import Series
from shared.drawing.words import Unit
from shared.platforms import platform

MART = "ads_by_day"
RETURN = Unit("ratio")
SEVERAL = kept("Ads cost in several currencies, which do not add up until the client has one to show.")


def ads(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    if not platforms:
        return Part()
    money = asking.money(MART)
    if money is None:
        return Part(things=(say(SEVERAL),))
    cost, worth = money.column("cost"), money.column("conversion_value")
    measures = (cost, worth, "clicks", "conversions")
    filters = (*of_platforms(platforms), *money.filters)
    totals = asking.total(MART, measures, filters)
    told = asking.by_day(MART, measures, "platform", filters)
    course, rate = told.course, [_ratio(*both) for both in zip(told.total(worth), told.total(cost), strict=True)]

    def key(name: str, title: str, unit: Unit) -> Key:
        lacking = totals.lacking.get(name)
        remark = say_of("%(num)s row lacks a rate", "%(num)s rows lack a rate", lacking) if lacking else totals.remark
        return Key(
            f"ads-{name}", title, unit, totals.now.get(name), totals.before.get(name), course, told.total(name), remark
        )

    roas = Key(
        "ads-return", say("Return on ad spend"), RETURN, _ratio(totals.now.get(worth), totals.now.get(cost)),
        _ratio(totals.before.get(worth), totals.before.get(cost)), course, rate, totals.remark,
    )  # fmt: skip
    keys = (
        key(cost, say("Ad spend"), money.unit),
        roas,
        key("clicks", say("Ad clicks"), Unit()),
        key("conversions", say("Conversions"), Unit()),
    )
    spending = [told.adding(each, cost) for each in platforms]
    spent = Picture(
        key="spend", kind="lines", name=say("Ad spend"),
        caption=say("%(unit)s a day, by platform", unit=money.currency or say("Amount")),
        unit=money.unit, course=course,
        series=tuple(
            Series(platform(each).title, values, asking.slot(each))
            for each, values in zip(platforms, spending, strict=True)
        ),
        note=told.note, missing=told.word(*spending),
    )  # fmt: skip
    returned = Picture(
        key="return", kind="lines", name=say("Return on ad spend"),
        caption=say("Worth of conversions beside what was spent"),
        unit=RETURN, course=course, missing=say("no spend"),
        series=tuple(
            Series(
                platform(each).title,
                [_ratio(*both) for both in zip(told.plain(each, worth), told.plain(each, cost), strict=True)],
                asking.slot(each),
            )
            for each in platforms
        ),
    )  # fmt: skip
    return Part(keys, (spent, returned))


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else above / below
