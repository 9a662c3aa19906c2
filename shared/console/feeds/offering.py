"""What a feed can be made of: a mart with all of its numbers, or a question of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from shared.console.tongue import kept
from shared.questions import query_string
from shared.questions.catalogue import Mart, marts
from shared.questions.question import DIMENSIONS, MEASURES, MOST_ROWS, Days, Filter, Grain, Question

MARTS = {
    "ads_by_day": kept("Ads"),
    "ads_by_campaign": kept("Ads, by campaign"),
    "commerce_by_day": kept("Shop"),
    "email_by_mailing": kept("Mail"),
    "list_growth": kept("Growth of lists"),
    "web_by_day": kept("Web"),
}
APART = {"ads_by_campaign": ("campaign_id", "campaign_name"), "web_by_day": ("channel_group",)}
GRAINS = {"day": kept("by day"), "week": kept("by week"), "month": kept("by month")}
DAYS = {
    "last-90-days": kept("The last 90 days, moving"),
    "last-365-days": kept("The last 365 days, moving"),
    "last-28-days": kept("The last 28 days, moving"),
    "this-year": kept("This year"),
    "all": kept("All that there is"),
}
LIFETIMES = {"30": kept("30 days"), "90": kept("90 days"), "180": kept("180 days"), "365": kept("a year")}
USUAL_LIFETIME = "90"


def question_of(form: Mapping[str, str], platforms: list[str]) -> Question:
    """What the form asks; raises Refusal. `platforms`: of the form that are wanted alone, none for all."""
    own = form.get("question", "").strip()
    if own:
        return replace(query_string.read(own.removeprefix("?")), limit=MOST_ROWS)
    name = form.get("mart", "")
    mart = marts()[name if name in MARTS else next(iter(MARTS))]
    days, grain = form.get("days", ""), form.get("grain", "")
    return Question(
        mart=mart.name,
        measures=tuple(mart.measures()[:MEASURES]),
        dimensions=_dimensions(mart),
        filters=(Filter(column="platform", any_of=tuple(platforms)),) if platforms else (),
        days=Days(period=days if days in DAYS and days != "all" else ""),
        grain=Grain(grain) if grain in GRAINS else Grain.DAY,
        limit=MOST_ROWS,
    )


def _dimensions(mart: Mart) -> tuple[str, ...]:
    """By platform and currency: amounts of several currencies do not add up."""
    wanted = ("platform", *APART.get(mart.name, ()), "currency", *mart.apart)
    return tuple(dict.fromkeys(name for name in wanted if name in mart.columns))[:DIMENSIONS]


def lifetime_of(form: Mapping[str, str]) -> timedelta:
    said = form.get("lifetime", "")
    return timedelta(days=int(said if said in LIFETIMES else USUAL_LIFETIME))
