"""How Amazon Ads is asked for lists: by POST with a place, or by GET with an offset."""

from __future__ import annotations

from collections.abc import Mapping

from shared.platforms.amazon_ads.records import as_rule, found, like_the_others, with_ad
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Count, Cursor
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json

SCOPE = {"amazon-advertising-api-scope": "{account_id}"}  # of every call but that for profiles, which refuses it
STATES = {"stateFilter": {"include": ["ENABLED", "PAUSED", "ARCHIVED"]}}
EXTENDED = {"includeExtendedDataFields": True}  # such a call weighs five: not for keywords and targets, the most rows
PAGE = 100  # records: the most that is confirmed
RULES = 30  # budget rules: the most that is documented
NO_COUNT = "Amazon Ads does not say how many of them there are."


def listed(
    name: str,
    title: str,
    path: str,
    kind: str,
    records: str,
    text: str,
    total: str = "totalResults",
    body: Mapping[str, Json] = STATES,
    optional: bool = False,
) -> Stream:
    """A list that is asked for by POST, with a media type of its own. `total`: where it says how many there are."""
    shape = with_ad if name == "sb_ads" else like_the_others
    media = f"application/vnd.{kind}+json"
    return Stream(
        name,
        title,
        path=path,
        records=records,
        columns=columns(text),
        pages=Cursor("nextToken", "nextToken", PAGE, "maxResults"),
        method="POST",
        body=dict(body),
        headers={**SCOPE, "accept": media, "content-type": media},
        shape=shape,
        total=total or None,
        unproven="" if total else NO_COUNT,
        unfold=found(records, total),
        optional=optional,
        may_be_empty=frozenset({"ad_id"}) if shape is with_ad else frozenset(),
    )


def in_states(*states: str) -> Mapping[str, Json]:
    """How targets of Sponsored Brands are chosen; without any filter some clients are refused."""
    return {"filters": [{"filterType": "TARGETING_STATE", "values": list(states)}]}


def rules(name: str, title: str, path: str, text: str) -> Stream:
    """Budget rules of a product, asked for by GET."""
    records = "budgetRulesForAdvertiserResponse"
    return Stream(
        name,
        title,
        path=path,
        records=records,
        columns=columns(text),
        pages=Cursor("nextToken", "nextToken", RULES, "pageSize"),
        headers=SCOPE,
        shape=as_rule,
        unproven=NO_COUNT,
        unfold=found(records),
        optional=True,
    )


def counted(
    name: str, title: str, path: str, text: str, states: str = "enabled,paused,archived", optional: bool = False
) -> Stream:
    """A bare list, asked for by offset."""
    return Stream(
        name,
        title,
        path=path,
        columns=columns(text),
        query={"stateFilter": states} if states else {},
        pages=Count(PAGE, "count", "startIndex", total=None),
        headers=SCOPE,
        shape=like_the_others,
        unproven=NO_COUNT,
        unfold=found(""),
        optional=optional,
    )
