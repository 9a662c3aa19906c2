"""Campaigns of ads and mail: the list, one, and what became of it."""

from __future__ import annotations

from typing import Any

from shared.api import answering, asking, campaign_names, shapes
from shared.api.campaign_names import CampaignName
from shared.api.data import USUAL
from shared.api.desk import Call, Desk
from shared.api.problems import Failure, not_there
from shared.api.wire import Reply
from shared.questions.question import Days, Filter, Question

SHOWN = (
    "connection_id", "platform", "kind", "campaign_id", "name", "subject", "type", "status", "starts_on", "ends_on",
    "is_gone",
)  # fmt: skip
ADS = ("impressions", "clicks", "cost", "conversions", "conversion_value", "ctr", "cpc")
MAIL = ("sends", "delivered", "mails_opened", "mails_clicked", "bounces", "unsubscribes", "open_rate", "click_rate")


def campaigns(desk: Desk, call: Call) -> Reply:
    said = call.query
    filters = [*asking.of_platforms(said.platform)]
    filters += [Filter("kind", any_of=said.kind)] if said.kind else []
    filters += [Filter("status", any_of=said.status)] if said.status else []
    filters += [Filter("name", contains=said.text)] if said.text else []
    question = Question(
        mart="dim_campaigns", dimensions=SHOWN, filters=tuple(filters), order=("platform", "name"), limit=said.limit
    )
    found, etag = answering.answer(desk, call, question, said.cursor)
    return Reply(shapes.Campaigns(campaigns=[_told(row) for row in found.rows], next=found.next), etag=etag)


def campaign(desk: Desk, call: Call) -> Reply:
    return Reply(_found(desk, call, call.things["campaign"]))


def performance(desk: Desk, call: Call) -> Reply:
    name: CampaignName = call.things["campaign"]
    _found(desk, call, name)
    filters = (Filter("connection_id", equals=name.connection), Filter("campaign_id", equals=name.campaign))
    days = asking.days(call.query)
    ads = name.kind == "ads"
    question = Question(
        mart="ads_by_campaign" if ads else "email_by_mailing",
        measures=ADS if ads else MAIL,
        dimensions=("currency", "conversions_by") if ads else (),
        filters=filters if ads else (*filters, Filter("kind", equals=name.kind)),
        days=USUAL if days == Days() else days,
        grain=call.query.aggregation.grain,
    )
    found, etag = answering.answer(desk, call, question)
    return Reply(found, etag=etag)


def _found(desk: Desk, call: Call, name: CampaignName) -> shapes.Campaign:
    question = Question(
        mart="dim_campaigns",
        dimensions=SHOWN,
        filters=(
            Filter("connection_id", equals=name.connection),
            Filter("kind", equals=name.kind),
            Filter("campaign_id", equals=name.campaign),
        ),
    )
    try:
        found, _ = answering.answer(desk, call, question)
    except Failure as failure:
        if failure.status == 503:
            raise
        raise not_there() from None
    if not found.rows:
        raise not_there()
    return _told(found.rows[0])


def _told(row: dict[str, Any]) -> shapes.Campaign:
    name = CampaignName(row["connection_id"], row["kind"], row["campaign_id"])
    more = {each: row[each] for each in SHOWN if each not in ("connection_id", "campaign_id")}
    return shapes.Campaign(id=campaign_names.write(name), connection=name.connection, campaign=name.campaign, **more)
