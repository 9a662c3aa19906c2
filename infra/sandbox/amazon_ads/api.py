"""The calls of Amazon Ads that read: profiles, lists, reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from infra.sandbox.amazon_ads.reports import PLAIN, Reports
from infra.sandbox.amazon_ads.world import AmazonAds, of_profile, profile_of, shown
from infra.sandbox.paging import bad_cursor, read_cursor, write_cursor
from infra.sandbox.records import Record
from infra.sandbox.spec import Answer, Call, Refusal, Route

MOST = 100
NO_BRANDS = "KDP authors do not have access to Sponsored Brands functionality"


@dataclass(frozen=True)
class Posted:
    """A list that is asked for by POST."""

    path: str
    media: str
    table: str
    records: str
    key: str
    total: str = "totalResults"


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
    Posted("/sb/v4/campaigns/list", "sbcampaignresource.v4", "sb_campaigns", "campaigns", "campaignId", "totalCount"),
    Posted("/sb/v4/adGroups/list", "sbadgroupresource.v4", "sb_ad_groups", "adGroups", "adGroupId"),
    Posted("/sb/v4/ads/list", "sbadresource.v4", "sb_ads", "ads", "adId"),
)  # fmt: skip
COUNTED = {  # path -> table, key
    "/sb/keywords": ("sb_keywords", "keywordId"),
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
            states = (said.get("stateFilter") or {}).get("include")
            rows = [row for row in of_profile(table, profile) if not states or row.get("state") in states]
            last = self._place(said)
            ahead = [row for row in rows if last is None or list(table.arrival(row)) > last]
            page = ahead[:most]
            extended = bool(said.get("includeExtendedDataFields")) or what.table == "sb_ads"
            body: Record = {what.records: [shown(row, extended) for row in page], what.total: len(rows)}
            if len(ahead) > most:
                body["nextToken"] = write_cursor(list(table.arrival(page[-1])))
            return Answer(body, what.records, what.key, content_type=media)

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
