"""Campaigns of ads and mail: the list, one, and what became of it."""

from __future__ import annotations

from typing import Any

from shared.api import answering, asking, shapes
from shared.api.data import USUAL
from shared.api.desk import Call, Desk
from shared.api.problems import Failure, not_there
from shared.api.wire import Reply
from shared.kit import campaign_names
from shared.kit.campaign_names import CampaignName
from shared.questions.campaigns import SHOWN, became_of, listed, one
from shared.questions.question import Days


def campaigns(desk: Desk, call: Call) -> Reply:
    said = call.query
    question = listed(said.platform, said.kind, said.status, said.text, said.limit)
    found, etag = answering.answer(desk, call, question, said.cursor)
    return Reply(shapes.Campaigns(campaigns=[_told(row) for row in found.rows], next=found.next), etag=etag)


def campaign(desk: Desk, call: Call) -> Reply:
    return Reply(_found(desk, call, call.things["campaign"]))


def performance(desk: Desk, call: Call) -> Reply:
    name: CampaignName = call.things["campaign"]
    _found(desk, call, name)
    days = asking.days(call.query)
    question = became_of(name, USUAL if days == Days() else days, call.query.aggregation.grain)
    found, etag = answering.answer(desk, call, question)
    return Reply(found, etag=etag)


def _found(desk: Desk, call: Call, name: CampaignName) -> shapes.Campaign:
    try:
        found, _ = answering.answer(desk, call, one(name))
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
