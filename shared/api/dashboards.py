"""Dashboards: pages that many ask for, as questions. What they are is data; what they show is what anybody may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.api import answering, asking, shapes
from shared.api.data import USUAL
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.api.wire import Reply
from shared.publishing.at_hand import AtHand
from shared.questions import catalogue
from shared.questions.ask import ask
from shared.questions.question import Days, Question
from shared.questions.refusal import Code, Refusal


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    question: Question  # without days


@dataclass(frozen=True, slots=True)
class Board:
    title: str
    parts: tuple[Part, ...]


def _part(name: str, title: str, **question: Any) -> Part:
    return Part(name, title, msgspec.convert(question, Question))


_ADS = {"mart": "ads_by_day", "dimensions": ["platform", "currency"]}
BOARDS: Mapping[str, Board] = {
    "overview": Board("Overview", (
        _part("ads", "Ads", **_ADS, measures=["impressions", "clicks", "cost"], compare="before"),
        _part("mail", "Mail", mart="email_by_mailing", measures=["sends", "open_rate", "click_rate"],
              dimensions=["platform"], compare="before"),
        _part("web", "Web", mart="web_by_day", measures=["sessions", "engagement_rate"], dimensions=["platform"],
              compare="before"),
        _part("shop", "Shop", mart="commerce_by_day", measures=["orders", "net"], dimensions=["currency"],
              compare="before"),
    )),
    "ads": Board("Ads", (
        _part("figures", "Figures", **_ADS, measures=["impressions", "clicks", "cost", "ctr", "cpc"],
              compare="before"),
        _part("course", "Course", **_ADS, measures=["clicks", "cost"], grain="day"),
        _part("campaigns", "Campaigns", mart="ads_by_campaign", measures=["clicks", "cost"],
              dimensions=["platform", "campaign_name", "currency"], order=["-cost"], limit=25),
    )),
    "mail": Board("Mail", (
        _part("figures", "Figures", mart="email_by_mailing",
              measures=["sends", "delivered", "open_rate", "click_rate", "bounce_rate"], dimensions=["platform"],
              compare="before"),
        _part("mailings", "Mailings", mart="email_by_mailing", measures=["sends", "open_rate", "click_rate"],
              dimensions=["platform", "campaign_name", "subject"], order=["-sends"], limit=25),
        _part("when", "When mails are opened", mart="email_heat_map", measures=["opens"],
              dimensions=["weekday", "hour"]),
        _part("lists", "Growth of lists", mart="list_growth", measures=["joined", "gone", "net"],
              dimensions=["platform", "known_since"], grain="week"),
    )),
    "web": Board("Web", (
        _part("figures", "Figures", mart="web_by_day", measures=["sessions", "engagement_rate", "key_events"],
              dimensions=["platform"], compare="before"),
        _part("course", "Course", mart="web_by_day", measures=["sessions"], dimensions=["channel_group"], grain="day"),
    )),
    "shop": Board("Shop", (
        _part("figures", "Figures", mart="commerce_by_day",
              measures=["orders", "gross", "refunded", "net", "average_order_value"], dimensions=["currency"],
              compare="before"),
        _part("course", "Course", mart="commerce_by_day", measures=["orders", "net"], dimensions=["currency"],
              grain="day"),
    )),
    "social": Board("Social", (
        _part("figures", "Figures", mart="fact_social", measures=["views", "likes", "comments", "shares"],
              dimensions=["network", "is_repeated"], compare="before"),
    )),
}  # fmt: skip


def dashboards(_: Desk, __: Call) -> Reply:
    told = [
        shapes.DashboardNamed(id=name, title=board.title, blocks=[part.name for part in board.parts])
        for name, board in BOARDS.items()
    ]
    return Reply(shapes.Dashboards(dashboards=told))


def dashboard(desk: Desk, call: Call) -> Reply:
    """All blocks are of one version. A question that has no answer says why; the others stand."""
    name = call.words["dashboard"]
    board = BOARDS.get(name)
    if board is None:
        raise Failure(404, "not-there", f"No dashboard is called {name[:64]}.", {"known": sorted(BOARDS)})
    told, etag = answering.read(desk, call, lambda there: _blocks(desk, call, there, board))
    return Reply(shapes.Dashboard(id=name, title=board.title, blocks=told), etag=etag)


def _blocks(desk: Desk, call: Call, there: AtHand, board: Board) -> tuple[list[shapes.Block], str]:
    days = asking.days(call.query)
    calendar = answering.calendar(desk, call)
    questions = [_asked(part, USUAL if days == Days() else days, call.query.platform) for part in board.parts]
    etag = answering.etag_of(there, calendar.today, questions)
    answering.unless_known(call, etag)
    told = []
    for part, question in zip(board.parts, questions, strict=True):
        data, refused = None, {}
        try:
            data = answering.told(ask(question, there, calendar, desk.engine), question)
        except Refusal as refusal:
            if refusal.code in (Code.BAD_DAYS, Code.BUSY):
                raise
            refused = {"code": str(refusal.code), "message": refusal.sentence, "way_out": refusal.way_out}
        told.append(shapes.Block(name=part.name, title=part.title, data=data, refused=refused))
    return told, etag


def _asked(part: Part, days: Days, platforms: tuple[str, ...]) -> Question:
    columns = catalogue.marts()[part.question.mart].columns
    only = asking.of_platforms(platforms) if "platform" in columns else ()
    return msgspec.structs.replace(part.question, days=days, filters=(*part.question.filters, *only))
