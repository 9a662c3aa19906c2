"""The calls of Amazon Ads that read: profiles, lists, reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from infra.sandbox.amazon_ads.reports import PLAIN, Reports
from infra.sandbox.amazon_ads.world import PRODUCTS, AmazonAds, of_profile, profile_of, shown
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.paging import bad_cursor, read_cursor, write_cursor
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal

MOST = 100
MOST_RULES = 30
NO_BRANDS = "KDP authors do not have access to Sponsored Brands functionality"


@dataclass(frozen=True)
class Posted:
    """A list that is asked for by POST."""

    path: str
    media: str
    table: str
    records: str
    key: str
    total: str = "totalResults"  # "": it does not say how many there are
    states: tuple[str, ...] = ()  # that a list of `filters` may name, where it takes such a list


POSTED = (
    Posted("/portfolios/list", "spPortfolio.v3", "portfolios", "portfolios", "portfolioId"),
    Posted("/sp/campaigns/list", "spCampaign.v3", "sp_campaigns", "campaigns", "campaignId"),
    Posted("/sp/adGroups/list", "spAdGroup.v3", "sp_ad_groups", "adGroups", "adGroupId"),
    Posted("/sp/productAds/list", "spProductAd.v3", "sp_product_ads", "productAds", "adId"),
    Posted("/sp/keywords/list", "spKeyword.v3", "sp_keywords", "keywords", "keywordId"),
    Posted("/sp/negativeKeywords/list", "spNegativeKeyword.v3", "sp_negative_keywords", "negativeKeywords",
           "keywordId"),
    Posted("/sp/campaignNegativeKeywords/list", "spCampaignNegativeKeyword.v3", "sp_campaign_negative_keywords",
           "campaignNegativeKeywords", "keywordId"),
    Posted("/sp/targets/list", "spTargetingClause.v3", "sp_targets", "targetingClauses", "targetId"),
    Posted("/sp/negativeTargets/list", "spNegativeTargetingClause.v3", "sp_negative_targets",
           "negativeTargetingClauses", "targetId"),
    Posted("/sp/campaignNegativeTargets/list", "spCampaignNegativeTargetingClause.v3", "sp_campaign_negative_targets",
           "campaignNegativeTargetingClauses", "targetId"),
    Posted("/sb/targets/list", "sblisttargetsresponse.v3", "sb_targets", "targets", "targetId", "",
           ("enabled", "paused", "pending", "archived")),
    Posted("/sb/negativeTargets/list", "sblistnegativetargetsresponse.v3", "sb_negative_targets", "negativeTargets",
           "targetId", "", ("enabled", "pending", "archived")),
    Posted("/sb/v4/campaigns/list", "sbcampaignresource.v4", "sb_campaigns", "campaigns", "campaignId", "totalCount"),
    Posted("/sb/v4/adGroups/list", "sbadgroupresource.v4", "sb_ad_groups", "adGroups", "adGroupId"),
    Posted("/sb/v4/ads/list", "sbadresource.v4", "sb_ads", "ads", "adId"),
)  # fmt: skip
COUNTED = {  # path -> table, key
    "/sb/keywords": ("sb_keywords", "keywordId"),
    "/sb/negativeKeywords": ("sb_negative_keywords", "keywordId"),
    "/sd/negativeTargets": ("sd_negative_targets", "targetId"),
    "/sd/campaigns": ("sd_campaigns", "campaignId"),
    "/sd/adGroups": ("sd_ad_groups", "adGroupId"),
    "/sd/productAds": ("sd_product_ads", "adId"),
    "/sd/targets": ("sd_targets", "targetId"),
    "/sd/creatives": ("sd_creatives", "creativeId"),
}


class Api:
    def __init__(self, world: AmazonAds) -> None:
        self.world = world
        self.reports = Reports(world)

    def routes(self) -> Sequence[Route]:
        return [
            Route("/v2/profiles", self.profiles),
            *(Route(each.path, self._posted(each), methods=("POST",)) for each in POSTED),
            *(Route(path, self._counted(table, key)) for path, (table, key) in COUNTED.items()),
            *(Route(f"/{product}/budgetRules", self._rules(f"{product}_budget_rules")) for product in PRODUCTS),
            *self.reports.routes(),
        ]

    def profiles(self, call: Call) -> Answer:
        """Without `accessLevel=view`, only those that may be edited."""
        if "amazon-advertising-api-scope" in call.headers:
            raise Refusal("invalid", 400, "This call takes no scope.")
        wanted = call.query.get("profileTypeFilter", "seller,vendor,agency").split(",")
        level = call.choice("accessLevel", ("edit", "view")) or "edit"
        found = [p for p in self.world.profiles.values() if p.kind in wanted and (level == "view" or not p.view_only)]
        return Answer([profile.told() for profile in found], "", "profileId")

    def _posted(self, what: Posted) -> Callable[[Call], Answer]:
        media = f"application/vnd.{what.media}+json"

        def handle(call: Call) -> Answer:
            profile = self._profile(call, what.table)
            plain = [PLAIN] if what.table == "portfolios" else []
            if call.headers.get("content-type") not in (media, *plain):
                raise Refusal("invalid", 415, "Cannot consume content type")
            if call.headers.get("accept") not in (media, *plain):
                raise Refusal("invalid", 406, f"Not acceptable; it is {media}.")
            said: Record = call.json if isinstance(call.json, dict) else {}
            most = said.get("maxResults", MOST)
            if not isinstance(most, int) or not 1 <= most <= MOST:
                raise Refusal("invalid", 400, f"maxResults must be between 1 and {MOST}.", "maxResults")
            table = self.world.lists[what.table]
            states = _filtered(said, what.states) if what.states else (said.get("stateFilter") or {}).get("include")
            rows = [row for row in of_profile(table, profile) if not states or row.get("state") in states]
            last = self._place(said)
            ahead = [row for row in rows if last is None or list(table.arrival(row)) > last]
            page = ahead[:most]
            extended = bool(said.get("includeExtendedDataFields")) or what.table == "sb_ads"
            body: Record = {what.records: [shown(row, extended) for row in page]}
            body |= {what.total: len(rows)} if what.total else {}
            if len(ahead) > most:
                body["nextToken"] = write_cursor(list(table.arrival(page[-1])))
            return Answer(body, what.records, what.key, content_type=media)

        return handle

    def _rules(self, name: str) -> Callable[[Call], Answer]:
        """Pages of 30 at most, whose size must be said."""

        def handle(call: Call) -> Answer:
            profile, records = self._profile(call, name), "budgetRulesForAdvertiserResponse"
            if "pageSize" not in call.query:
                raise Refusal("invalid", 400, "pageSize is required.", "pageSize")
            most, table = call.number("pageSize", MOST_RULES, MOST_RULES), self.world.lists[name]
            last = self._place(call.query.to_dict())
            ahead = [r for r in of_profile(table, profile) if last is None or list(table.arrival(r)) > last]
            body: Record = {records: [shown(row) for row in ahead[:most]]}
            if len(ahead) > most:
                body["nextToken"] = write_cursor(list(table.arrival(ahead[most - 1])))
            return Answer(body, records, "ruleId")

        return handle

    def _place(self, said: Record) -> list[int] | None:
        if "nextToken" not in said:
            return None
        try:
            return [int(part) for part in read_cursor(said["nextToken"])]
        except (ValueError, TypeError):
            raise bad_cursor("nextToken") from None

    def _counted(self, table: str, key: str) -> Callable[[Call], Answer]:
        def handle(call: Call) -> Answer:
            profile = self._profile(call, table)
            if table == "sb_negative_keywords":
                call.choice("stateFilter", ("enabled", "paused", "archived"))
            states = call.query.get("stateFilter", "").split(",")
            start, count = call.number("startIndex", 0, 10**9, least=0), call.number("count", MOST, MOST)
            rows = of_profile(self.world.lists[table], profile)
            rows = [row for row in rows if states == [""] or "state" not in row or row["state"] in states]
            return Answer([shown(row) for row in rows[start : start + count]], "", key)

        return handle

    def _profile(self, call: Call, table: str) -> str:
        profile = profile_of(self.world, call)
        if table.startswith("sb_") and self.world.profiles[profile].author:
            raise Refusal("invalid", 400, NO_BRANDS)
        return profile


def _filtered(said: Record, known: Sequence[str]) -> list[str]:
    """The states that a list of filters asks for; others than these are refused, as are other kinds of filters."""
    found: list[str] = []
    for each in said.get("filters") or []:
        values = each.get("values") or []
        if each.get("filterType") != "TARGETING_STATE" or not values or set(values) - set(known):
            raise Refusal("invalid", 400, f"filters: TARGETING_STATE takes some of {', '.join(known)}.", "filters")
        found += values
    return found
