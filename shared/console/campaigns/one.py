"""One campaign whole: its figures beside those of its like, its course, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import orjson

from shared.console.desk import Desk
from shared.console.figures import files, saving
from shared.console.figures.ads import RETURN, ratio
from shared.console.figures.asking import ALL, Asking, title_of
from shared.console.figures.page import asked, empty, framed, groups, keyed, not_yet, whole
from shared.console.figures.parts import Key, Part, Picture, Sheet
from shared.console.figures.tables import Amount, Cell, Column, Listing
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.drawing.days import Course, Series, Values
from shared.drawing.words import Unit, day, number
from shared.kit.campaign_names import CampaignName
from shared.people.guard import Allowed, NotThere
from shared.questions.campaigns import ADS_MART, MAIL_MART, MAILS, MART, filters_of, one
from shared.questions.question import Days, Filter, Question

SHARE, COUNT, MOST = Unit("share"), Unit(), 20
REACH, ADS, PEOPLE, WORTH = "ad_reach", "fact_ad_performance", "email_uniques", "fact_email_performance"


@dataclass(frozen=True, slots=True)
class There:
    row: dict[str, Any]  # as dim_campaigns tells it
    sheet: Sheet
    is_by_day: bool  # whether days can be chosen: what one mailing did is told of all its days together

    @property
    def title(self) -> str:
        return str(self.row["name"] or self.row["subject"] or self.row["campaign_id"])


def page(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = _there(desk, allowed, visit, lambda _: empty(desk, say("Campaign"), "campaigns", allowed))
    if isinstance(there, Reply):
        return there
    sheet, row = there.sheet, there.row
    facts = [title_of(row["platform"] or ""), row["type"], row["status"]]
    facts += [say("since %(day)s", day=day(row["starts_on"]))] if row["starts_on"] else []
    facts += [say("until %(day)s", day=day(row["ends_on"]))] if row["ends_on"] else []
    facts += [say("its platform lists it no longer")] if row["is_gone"] else []
    values = {
        **framed(allowed.workspace, sheet.manifest, sheet.span, sheet.subject),
        "person": allowed.person,
        "title": there.title,
        "lead": " · ".join(filter(None, facts)),
        "subject_line": row["subject"] or "",
        "keys": keyed(sheet.keys),
        "saved_at": f"/workspaces/{allowed.workspace.id}/{sheet.subject}/all",
        "whole": whole(sheet.span) if there.is_by_day else say("All that it did, beside the median of its like."),
        "is_by_day": there.is_by_day,
        "groups": list(groups(sheet.pictures)),
        "tables": sheet.tables,
        "things": sheet.things,
    }
    return Reply("campaign.html", values)


def as_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = _there(desk, allowed, visit, not_yet)
    if isinstance(there, Reply):
        return there
    return Reply(json=orjson.dumps({"campaign": there.row, **files.plain(there.sheet)}))


def as_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = _there(desk, allowed, visit, not_yet)
    if isinstance(there, Reply):
        return there
    return Reply(saved=(f"campaign-{allowed.workspace.id}.csv", files.lines(there.sheet)))


def picture(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = _there(desk, allowed, visit, not_yet)
    return there if isinstance(there, Reply) else saving.picked(there.sheet.pictures, visit, allowed.workspace.id)


def _there(desk: Desk, allowed: Allowed, visit: Visit, nothing: Callable[[Allowed], Reply]) -> There | Reply:
    """Raises NotThere where no such campaign is published."""
    name: CampaignName = allowed.things["campaign"]
    address = visit.segments[3]

    def work(asking: Asking) -> There:
        rows = asking.rows(one(name)) if asking.has(MART) else []
        if not rows:
            raise NotThere
        ads = name.kind == "ads"
        if not ads and name.kind not in MAILS:
            raise NotThere
        part = _of_ads(asking, name) if ads else _of_mail(asking, name, rows[0]["platform"] or "")
        sheet = Sheet(
            f"campaigns/{address}", say("Campaign"), (), allowed.workspace, asking.there.manifest, asking.span, (part,)
        )
        return There(rows[0], sheet, ads or name.kind == "automation")

    return asked(desk, allowed, visit, work, nothing)


# -- ads ---------------------------------------------------------------------------------------------------------


def _of_ads(asking: Asking, name: CampaignName) -> Part:
    if not asking.has(ADS_MART):
        return Part()
    own = filters_of(name)
    currencies = sorted(
        row["currency"] for row in asking.rows(Question(mart=ADS_MART, dimensions=("currency",), filters=own))
        if row["currency"]
    )  # fmt: skip
    if len(currencies) > 1 and not asking.currency:
        return Part(things=(say("Its amounts are in several currencies, which do not add up."),))
    native = len(currencies) == 1
    currency = currencies[0] if native else asking.currency
    cost, worth = ("cost", "conversion_value") if native else ("cost_converted", "conversion_value_converted")
    unit = Unit("money", currency)
    filters = (*own, Filter(column="currency", equals=currency)) if native else own
    measures = (cost, worth, "clicks", "impressions", "conversions")
    totals, told = asking.total(ADS_MART, measures, filters), asking.by_day(ADS_MART, measures, filters=filters)
    values = {each: told.adding(ALL, each) for each in measures}

    def key(key: str, title: str, of: Unit, above: str, below: str = "") -> Key:
        now, then = totals.now, totals.before
        if below:
            course: Values = [ratio(*both) for both in zip(values[above], values[below], strict=True)]
            return Key(key, title, of, ratio(now.get(above), now.get(below)), ratio(then.get(above), then.get(below)),
                       told.course, course, totals.remark)  # fmt: skip
        return Key(key, title, of, now.get(above), then.get(above), told.course, values[above], totals.remark)

    keys = (
        key("cost", say("Ad spend"), unit, cost), key("return", say("Return on ad spend"), RETURN, worth, cost),
        key("clicks", say("Clicks"), COUNT, "clicks"), key("ctr", say("Click rate"), SHARE, "clicks", "impressions"),
        key("cpc", say("Cost of a click"), unit, cost, "clicks"),
        key("conversions", say("Conversions"), COUNT, "conversions"),
    )  # fmt: skip

    def bars(key: str, title: str, caption: str, of: Unit, measure: str, broad: bool = False) -> Picture:
        return Picture(
            key=key, kind="bars", name=title, caption=caption, unit=of, course=told.course, broad=broad,
            series=(Series(title, values[measure]),), note=told.note, missing=told.word(values[measure]),
        )  # fmt: skip

    pictures = (
        bars("course", say("Its course"), say("Spend a day"), unit, cost, broad=True),
        bars("clicks", say("Clicks"), say("Clicks a day"), COUNT, "clicks"),
        bars("conversions", say("What came of it"), say("Conversions a day, as the platform counts them"), COUNT,
             "conversions"),
        *_reach(asking, name),
    )  # fmt: skip
    return Part(keys, pictures, tables=tuple(_ads(asking, name, unit, cost, native)))


def _reach(asking: Asking, name: CampaignName) -> Iterator[Picture]:
    if not asking.has(REACH):
        return
    filters = (
        Filter(column="connection_id", equals=name.connection), Filter(column="campaign_id", equals=name.campaign),
        Filter(column="level", equals="campaign"), Filter(column="ad_group_id", empty=True),
        Filter(column="ad_id", empty=True),
    )  # fmt: skip
    told = asking.by_day(REACH, ("reach",), filters=filters)
    values = told.plain(ALL, "reach")
    if any(value is not None for value in values):
        yield Picture(
            key="reach", kind="lines", name=say("People reached"), unit=COUNT, course=told.course,
            caption=say("On each day, as the platform estimates it; days share people, and do not add up"),
            series=(Series(say("Reach"), values),), missing=say("not told"),
        )  # fmt: skip


def _ads(asking: Asking, name: CampaignName, unit: Unit, cost: str, native: bool) -> Iterator[Listing]:
    whole = asking.span.whole
    if whole is None or not asking.has(ADS):
        return
    filters = [
        Filter(column="connection_id", equals=name.connection), Filter(column="campaign_id", equals=name.campaign)
    ]  # fmt: skip
    filters += [Filter(column="currency", equals=unit.currency)] if native else []
    measures = (cost, "impressions", "clicks", "conversions")
    answer = asking.ask(
        Question(
            mart=ADS, measures=measures, dimensions=("level", "ad_group_id", "ad_id"), filters=tuple(filters),
            order=(f"-{cost}",), days=Days(first=whole.first, last=whole.last), limit=MOST,
        )
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for level, group, ad, *cells in answer.rows:
        spent, shown, clicks, conversions = (number(cell) for cell in cells)
        titles = {"campaign": say("The campaign itself"), "rest": say("What its ads do not tell")}
        title = titles.get(level or "", say("Ad %(id)s", id=ad) if ad else say("Not told"))
        rows.append((title, group or "", spent, shown, clicks, ratio(clicks, shown), conversions))
    if rows:
        left = answer.rows_left_out
        yield Listing(
            key="its-ads", name=say("Its ads"), caption=say("Whole days, what cost most first"), rows=rows,
            is_open=True,
            columns=(
                Column("ad", say("Ad")), Column("ad_group", say("Ad group")), Column("cost", say("Spend"), unit),
                Column("impressions", say("Shown"), COUNT), Column("clicks", say("Clicks"), COUNT),
                Column("ctr", say("Click rate"), SHARE), Column("conversions", say("Conversions"), COUNT),
            ),
            note=say("%(count)s more are not shown here.", count=left) if left else "",
        )  # fmt: skip


# -- mail --------------------------------------------------------------------------------------------------------

RATES = ("open_rate", "click_rate", "bounce_rate", "unsubscribe_rate")
COUNTS = ("sends", "delivered", "mails_opened", "mails_clicked", "bounces", "unsubscribes", "complaints", "orders")


def _of_mail(asking: Asking, name: CampaignName, platform: str) -> Part:
    if not asking.has(MAIL_MART):
        return Part()
    is_by_day = name.kind == "automation"
    span = asking.span.whole
    days = Days(first=span.first, last=span.last) if is_by_day and span is not None else Days()
    filters = filters_of(name)
    rows = asking.rows(Question(mart=MAIL_MART, measures=(*COUNTS, *RATES), filters=filters, days=days))
    told = {each: number(rows[0][each]) if rows else None for each in (*COUNTS, *RATES)}
    usual = _usual(asking, name)
    course = Course(())
    titles = {
        "delivered": say("Delivered"), "open_rate": say("Open rate"), "click_rate": say("Click rate"),
        "orders": say("Orders credited to it"), "bounce_rate": say("Bounced"),
        "unsubscribe_rate": say("Unsubscribed"),
    }  # fmt: skip
    keys = tuple(
        Key(
            each, title, SHARE if each in RATES else COUNT, told[each], usual.get(each), course, (),
            beside=say("from median"),
        )
        for each, title in titles.items()
    )  # fmt: skip
    steps = (
        (say("Sent"), told["sends"]), (say("Delivered"), told["delivered"]), (say("Opened"), told["mails_opened"]),
        (say("Clicked"), told["mails_clicked"]), (say("Bounced"), told["bounces"]),
        (say("Unsubscribed"), told["unsubscribes"]), (say("Complained"), told["complaints"]),
    )  # fmt: skip
    known = tuple((title, value) for title, value in steps if value is not None)
    pictures = [
        Picture(
            key="steps", kind="share", name=say("What became of its mails"), unit=COUNT, rows=known,
            caption=say("Mails, each counted once for each thing that happened"), heads=(say("What"), say("Mails")),
            slot=asking.slot(platform),
        )
    ] if known else []  # fmt: skip
    if is_by_day:
        pictures += _course_of_mail(asking, name, platform)
    return Part(keys, tuple(pictures), tables=(*_worth(asking, name, days), *_messages(asking, name)))


def _usual(asking: Asking, name: CampaignName) -> dict[str, float]:
    """The median of all others of this kind and account."""
    measures = ("delivered", "orders", *RATES)
    rows = asking.rows(
        Question(
            mart=MAIL_MART, measures=measures, dimensions=("campaign_id",),
            filters=(
                Filter(column="connection_id", equals=name.connection), Filter(column="kind", equals=MAILS[name.kind])
            ),
        )
    )  # fmt: skip
    others = [row for row in rows if row["campaign_id"] != name.campaign]
    told = {each: [value for row in others if (value := number(row[each])) is not None] for each in measures}
    return {each: median(values) for each, values in told.items() if values}


def _course_of_mail(asking: Asking, name: CampaignName, platform: str) -> Iterator[Picture]:
    told = asking.by_day(MAIL_MART, ("sends",), filters=filters_of(name))
    values = told.adding(ALL, "sends")
    yield Picture(
        key="course", kind="bars", name=say("Its course"), caption=say("Mails sent a day"), unit=COUNT,
        course=told.course, series=(Series(say("Mails sent"), values),), slot=asking.slot(platform), note=told.note,
        missing=told.word(values),
    )  # fmt: skip


def _worth(asking: Asking, name: CampaignName, days: Days) -> Iterator[Listing]:
    """Each currency for itself: what the platform credits to the mail."""
    if not asking.has(WORTH):
        return
    rows = asking.rows(
        Question(
            mart=WORTH, measures=("orders", "revenue"), dimensions=("currency",), filters=filters_of(name), days=days
        )
    )
    told: list[tuple[Cell, ...]] = [
        (row["currency"] or "", number(row["orders"]), Amount(number(row["revenue"]), row["currency"] or ""))
        for row in rows
        if row["revenue"] is not None or row["orders"] is not None
    ]
    if told:
        yield Listing(
            key="worth", name=say("What came of it"), rows=told, is_open=True,
            caption=say("Orders and revenue that the platform credits to it, by rules of its own"),
            columns=(
                Column("currency", say("Currency")), Column("orders", say("Orders"), COUNT),
                Column("revenue", say("Revenue"), COUNT),
            ),
            note=say("Another platform may claim the same orders; the shop’s page has what was sold."),
        )  # fmt: skip


def _messages(asking: Asking, name: CampaignName) -> Iterator[Listing]:
    """People are told for each message alone, and do not add up over messages."""
    if not asking.has(PEOPLE):
        return
    rows = asking.rows(
        Question(
            mart=PEOPLE, measures=("unique_opens", "unique_clicks"), dimensions=("message_id", "day"),
            filters=filters_of(name), order=("-day",), limit=MOST,
        )
    )  # fmt: skip
    told: list[tuple[Cell, ...]] = [
        (row["message_id"] or say("The mailing"), row["day"], number(row["unique_opens"]), number(row["unique_clicks"]))
        for row in rows
    ]
    if told:
        yield Listing(
            key="people", name=say("People"), rows=told, is_open=True,
            caption=say("Each counted once for a message, as its platform tells; messages share people"),
            columns=(
                Column("message", say("Message")), Column("day", say("Day")),
                Column("opened", say("Opened"), COUNT), Column("clicked", say("Clicked"), COUNT),
            ),
        )  # fmt: skip
