"""What is published of campaigns, side by side: what they are called, what ads cost, what mail did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.console.campaigns.choosing import Choice
from shared.console.figures.ads import ratio
from shared.console.figures.asking import Asking, Money
from shared.drawing.words import number
from shared.kit.campaign_names import CampaignName, write
from shared.questions.campaigns import ADS_MART, KINDS, MAIL_MART, MART, listed
from shared.questions.question import Days, Question

WORTH = "fact_email_performance"


@dataclass(frozen=True, slots=True)
class Campaign:
    """`spend` and `brought_in` in `currency`. What its platform does not tell is None."""

    name: CampaignName
    title: str
    subject: str
    platform: str
    status: str
    since: date | None
    until: date | None
    is_gone: bool
    currency: str = ""
    spend: float | None = None
    clicks: float | None = None
    delivered: float | None = None
    open_rate: float | None = None
    click_rate: float | None = None
    conversions: float | None = None
    brought_in: float | None = None
    is_told: bool = False  # whether anything is, of these days

    @property
    def address(self) -> str:
        return f"campaigns/{write(self.name)}"


@dataclass(frozen=True, slots=True)
class Found:
    campaigns: Sequence[Campaign]  # those that were chosen, in their order
    platforms: Sequence[str] = ()  # of all that there are
    statuses: Sequence[str] = ()
    left_out: int = 0  # more than one question holds
    money: Money | None = field(default=None)


Figures = dict[tuple[str, str, str], dict[str, Any]]  # connection, kind, campaign → what is told


def gather(asking: Asking, choice: Choice) -> Found:
    if not asking.has(MART):
        return Found(())
    answer = asking.ask(listed())
    names = [column.name for column in answer.columns]
    rows = [dict(zip(names, row, strict=True)) for row in answer.rows]
    money = asking.money(ADS_MART) if asking.has(ADS_MART) else None
    figures = {**_of_ads(asking, money), **_of_mail(asking)}
    every = [_campaign(row, figures) for row in rows]
    chosen = [each for each in every if _is_chosen(each, choice)]
    return Found(
        ordered(chosen, choice),
        sorted({each.platform for each in every}),
        sorted({each.status for each in every if each.status}),
        answer.rows_left_out,
        money,
    )


def ordered(campaigns: Sequence[Campaign], choice: Choice) -> list[Campaign]:
    """What has no such figure comes last, whichever way it goes."""

    def value(each: Campaign) -> Any:
        return each.title.lower() if choice.by == "name" else getattr(each, choice.by)

    by_name = sorted(campaigns, key=lambda each: (each.title.lower(), each.address))
    told = sorted((each for each in by_name if value(each) is not None), key=value, reverse=choice.falls)
    return [*told, *(each for each in by_name if value(each) is None)]


def _is_chosen(each: Campaign, choice: Choice) -> bool:
    text = choice.text.casefold()
    return (
        (not choice.platform or each.platform == choice.platform)
        and (not choice.status or each.status == choice.status)
        and (not text or text in each.title.casefold() or text in each.subject.casefold())
        and (choice.every or each.is_told)
    )


def _campaign(row: dict[str, Any], figures: Figures) -> Campaign:
    name = CampaignName(row["connection_id"], row["kind"] or "", row["campaign_id"] or "")
    told = figures.get((name.connection, name.kind, name.campaign), {})
    return Campaign(
        name, row["name"] or row["subject"] or row["campaign_id"] or "", row["subject"] or "", row["platform"] or "",
        row["status"] or "", row["starts_on"], row["ends_on"], bool(row["is_gone"]), is_told=bool(told), **told,
    )  # fmt: skip


def _of_ads(asking: Asking, money: Money | None) -> Figures:
    """In one currency where they can be, else each in its own."""
    whole = asking.span.whole
    if whole is None or not asking.has(ADS_MART) or (money is not None and not money.currency):
        return {}
    cost, worth = (name if money is None else money.column(name) for name in ("cost", "conversion_value"))
    rows = asking.rows(
        Question(
            mart=ADS_MART, measures=(cost, worth, "clicks", "impressions", "conversions"),
            dimensions=("connection_id", "campaign_id", *(("currency",) if money is None else ())),
            days=Days(first=whole.first, last=whole.last), filters=() if money is None else money.filters,
        )
    )  # fmt: skip
    found: Figures = {}
    for row in rows:
        told = {name: number(row[name]) for name in (cost, worth, "clicks", "impressions", "conversions")}
        found[row["connection_id"], "ads", row["campaign_id"] or ""] = {
            "currency": (row.get("currency") or "") if money is None else money.currency,
            "spend": told[cost], "clicks": told["clicks"], "click_rate": ratio(told["clicks"], told["impressions"]),
            "conversions": told["conversions"], "brought_in": told[worth],
        }  # fmt: skip
    return found


def _of_mail(asking: Asking) -> Figures:
    whole = asking.span.whole
    if whole is None or not asking.has(MAIL_MART):
        return {}
    days = Days(first=whole.first, last=whole.last)
    keys = ("connection_id", "kind", "campaign_id")
    measures = ("delivered", "mails_clicked", "open_rate", "click_rate", "orders")
    found: Figures = {}
    for row in asking.rows(Question(mart=MAIL_MART, measures=measures, dimensions=keys, days=days)):
        told = {name: number(row[name]) for name in measures}
        found[row["connection_id"], KINDS.get(row["kind"], ""), row["campaign_id"] or ""] = {
            "delivered": told["delivered"], "clicks": told["mails_clicked"], "open_rate": told["open_rate"],
            "click_rate": told["click_rate"], "conversions": told["orders"],
        }  # fmt: skip
    for key, (currency, worth) in _worth_of_mail(asking, days).items():
        if key in found:
            found[key] |= {"currency": currency, "brought_in": worth}
    return found


def _worth_of_mail(asking: Asking, days: Days) -> dict[tuple[str, str, str], tuple[str, float | None]]:
    """What platforms credit to mail, in the client's currency where it has one."""
    if not asking.has(WORTH):
        return {}
    converted = bool(asking.currency)
    measure = "revenue_converted" if converted else "revenue"
    keys = ("connection_id", "kind", "campaign_id", *(() if converted else ("currency",)))
    rows = asking.rows(Question(mart=WORTH, measures=(measure,), dimensions=keys, days=days))
    return {
        (row["connection_id"], KINDS.get(row["kind"], ""), row["campaign_id"] or ""): (
            asking.currency if converted else row["currency"] or "",
            number(row[measure]),
        )
        for row in rows
        if row[measure] is not None
    }
