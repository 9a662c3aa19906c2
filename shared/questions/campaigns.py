"""Campaigns of ads and mail as questions: the list, one of them, and what became of it. The console's pages and the
API ask the same, so that they tell the same."""

from __future__ import annotations

from collections.abc import Sequence

from shared.kit.campaign_names import CampaignName
from shared.questions.question import ROWS, Days, Filter, Grain, Question

MART, ADS_MART, MAIL_MART = "dim_campaigns", "ads_by_campaign", "email_by_mailing"
SHOWN = (
    "connection_id", "platform", "kind", "campaign_id", "name", "subject", "type", "status", "starts_on", "ends_on",
    "is_gone",
)  # fmt: skip
ADS = ("impressions", "clicks", "cost", "conversions", "conversion_value", "ctr", "cpc")
MAIL = ("sends", "delivered", "mails_opened", "mails_clicked", "bounces", "unsubscribes", "open_rate", "click_rate")
# Marts of mail call a mailing a campaign, where campaigns as such are of ads, mail or an automation.
MAILS = {"email": "campaign", "automation": "automation"}
KINDS = {mail: kind for kind, mail in MAILS.items()}


def listed(
    platforms: Sequence[str] = (), kinds: Sequence[str] = (), statuses: Sequence[str] = (), text: str = "",
    limit: int = ROWS,
) -> Question:  # fmt: skip
    """`text`: a part of the name."""
    filters = [Filter("platform", any_of=tuple(platforms))] if platforms else []
    filters += [Filter("kind", any_of=tuple(kinds))] if kinds else []
    filters += [Filter("status", any_of=tuple(statuses))] if statuses else []
    filters += [Filter("name", contains=text)] if text else []
    return Question(mart=MART, dimensions=SHOWN, filters=tuple(filters), order=("platform", "name"), limit=limit)


def one(name: CampaignName) -> Question:
    return Question(mart=MART, dimensions=SHOWN, filters=(*_of(name), Filter("kind", equals=name.kind)))


def became_of(name: CampaignName, days: Days, grain: Grain) -> Question:
    ads = name.kind == "ads"
    return Question(
        mart=ADS_MART if ads else MAIL_MART,
        measures=ADS if ads else MAIL,
        dimensions=("currency", "conversions_by") if ads else (),
        filters=filters_of(name),
        days=days,
        grain=grain,
    )


def filters_of(name: CampaignName) -> tuple[Filter, ...]:
    """Its rows in the mart that tells what became of it."""
    return _of(name) if name.kind == "ads" else (*_of(name), Filter("kind", equals=MAILS.get(name.kind, name.kind)))


def _of(name: CampaignName) -> tuple[Filter, ...]:
    return (Filter("connection_id", equals=name.connection), Filter("campaign_id", equals=name.campaign))
