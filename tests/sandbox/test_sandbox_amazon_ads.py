"""Amazon Ads' rules: profiles and scopes, media types, pages, reports that are made, restated numbers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.amazon_ads import AmazonAds
from infra.sandbox.amazon_ads.world import PROFILES
from tests.sandbox.reading import Time

EU = "https://advertising-api-eu.amazon.com"
GERMAN, EMIRATI, AUTHOR, AGENCY = (profile.id for profile in PROFILES)
MEDIA = "application/vnd.createasyncreportrequest.v3+json"
START = date(2026, 9, 3)


class Login:
    """A login and its calls, plain."""

    def __init__(self, **settings: Any) -> None:
        self.time = Time()
        given: dict[str, Any] = {"limits": False, "counts": {"campaigns": 4, "ads": 2, "negatives": 1}} | settings
        self.box: Box[AmazonAds] = create("amazon_ads", clock=self.time.clock, monotonic=self.time.monotonic, **given)
        self.client = httpx2.Client(transport=httpx2.WSGITransport(app=self.box.wsgi), base_url=EU)
        self.renew()

    def renew(self) -> None:
        self.headers = {
            "Authorization": f"Bearer {self.box.credential()['access_token']}",
            "Amazon-Advertising-API-ClientId": "demo-amazon_ads",
        }

    def call(self, method: str, path: str, scope: str = GERMAN, media: str = "", **more: Any) -> httpx2.Response:
        own: dict[str, str] = dict(more.pop("headers", {}))
        headers = {**self.headers, **({"Amazon-Advertising-API-Scope": scope} if scope else {}), **own}
        if media:
            headers |= {"Content-Type": media, "Accept": more.pop("accept", media)}
        return self.client.request(method, path, headers=headers, **more)

    def listed(self, path: str, kind: str, scope: str = GERMAN, **body: Any) -> httpx2.Response:
        return self.call("POST", path, scope, f"application/vnd.{kind}+json", json=body)

    def campaigns(self, **body: Any) -> Any:
        return self.listed("/sp/campaigns/list", "spCampaign.v3", **body).json()

    def asked(self, first: date, last: date, scope: str = GERMAN, **otherwise: Any) -> httpx2.Response:
        made = {
            "adProduct": "SPONSORED_PRODUCTS", "reportTypeId": "spCampaigns", "groupBy": ["campaign"],
            "columns": ["date", "campaignId", "impressions", "clicks", "cost", "purchases14d", "sales14d"],
            "timeUnit": "DAILY", "format": "GZIP_JSON",
        } | otherwise  # fmt: skip
        body = {"name": "x", "startDate": first.isoformat(), "endDate": last.isoformat(), "configuration": made}
        return self.call("POST", "/reporting/reports", scope, headers={"Content-Type": MEDIA}, content=json.dumps(body))

    def look(self, report: str, scope: str = GERMAN) -> httpx2.Response:
        return self.call("GET", f"/reporting/reports/{report}", scope)

    def made(self, first: date, last: date, **otherwise: Any) -> list[Mapping[str, Any]]:
        report = self.asked(first, last, **otherwise).json()["reportId"]
        while (told := self.look(report).json())["status"] != "COMPLETED":
            assert told["url"] is None
        rows: list[Mapping[str, Any]] = json.loads(gzip.decompress(self.client.get(told["url"]).content))
        return rows


def test_calls_name_the_app_and_the_profile() -> None:
    login = Login()
    assert login.call("GET", "/sd/campaigns").status_code == 200
    assert login.call("GET", "/sd/campaigns", scope="").json()["details"] == "Scope header is missing."
    shut = login.call("GET", "/sd/campaigns", AGENCY)
    assert (shut.status_code, shut.json()["details"]) == (401, f"Not authorized to access scope {AGENCY}")
    assert "No matching advertiser" in login.call("GET", "/sd/campaigns", "17").json()["details"]
    login.headers.pop("Amazon-Advertising-API-ClientId")
    assert login.call("GET", "/sd/campaigns").status_code == 401
    assert login.call("GET", "/v2/profiles", scope="").status_code == 401


def test_view_only_profiles_are_told_to_who_asks_for_them() -> None:
    login = Login()

    def ids(**query: str) -> set[str]:
        return {str(profile["profileId"]) for profile in login.call("GET", "/v2/profiles", "", params=query).json()}

    assert ids() == {GERMAN, EMIRATI, AGENCY}
    assert ids(accessLevel="view") == {GERMAN, EMIRATI, AUTHOR, AGENCY}
    assert ids(accessLevel="view", profileTypeFilter="seller,vendor") == {GERMAN, EMIRATI, AUTHOR}
    assert login.call("GET", "/v2/profiles").status_code == 400, "a scope has no place here"
    assert {account.id: bool(account.closed) for account in login.box.accounts()}[AGENCY]


def test_lists_want_their_own_media_type() -> None:
    login = Login()
    good = "application/vnd.spCampaign.v3+json"
    assert login.call("POST", "/sp/campaigns/list", media="application/json", json={}).status_code == 415
    odd = login.call("POST", "/sp/campaigns/list", media=good, accept="application/json", json={})
    assert odd.status_code == 406
    assert login.call("POST", "/sp/campaigns/list", media=good, json={}).status_code == 200
    assert login.call("GET", "/sp/campaigns/list").status_code == 405


def test_posted_lists_are_paged_by_tokens_and_count_the_whole() -> None:
    login = Login()
    seen, body = [], {"maxResults": 3}
    while True:
        page = login.campaigns(**body)
        assert page["totalResults"] == 4
        seen += [row["campaignId"] for row in page["campaigns"]]
        if "nextToken" not in page:
            break
        body["nextToken"] = page["nextToken"]
    assert len(seen) == len(set(seen)) == 4
    assert all(isinstance(one, str) and len(one) == 17 for one in seen)
    archived = login.campaigns(stateFilter={"include": ["ARCHIVED"]})["campaigns"]
    assert {row["state"] for row in archived} == {"ARCHIVED"}
    assert "extendedData" not in archived[0]
    assert "servingStatus" in login.campaigns(includeExtendedDataFields=True)["campaigns"][0]["extendedData"]
    for wrong in ({"maxResults": 101}, {"maxResults": 0}, {"nextToken": "nonsense"}):
        assert login.listed("/sp/campaigns/list", "spCampaign.v3", **wrong).status_code == 400
    brands = login.listed("/sb/v4/campaigns/list", "sbcampaignresource.v4").json()
    assert brands["totalCount"] == 2


def test_bare_lists_go_by_offset_and_write_their_own_way() -> None:
    login = Login()
    rows = login.call("GET", "/sd/productAds", params={"startIndex": 1, "count": 2}).json()
    assert [row["adId"] for row in rows] == [row["adId"] for row in login.call("GET", "/sd/productAds").json()[1:3]]
    campaign = login.call("GET", "/sd/campaigns").json()[0]
    assert isinstance(campaign["campaignId"], int)
    assert campaign["state"] == campaign["state"].lower()
    assert len(campaign["startDate"]) == 8
    paused = login.call("GET", "/sd/campaigns", params={"stateFilter": "paused"}).json()
    assert {row["state"] for row in paused} == {"paused"}


def test_an_author_has_no_sponsored_brands() -> None:
    login = Login()
    refused = login.listed("/sb/v4/ads/list", "sbadresource.v4", AUTHOR)
    assert (refused.status_code, "KDP authors" in refused.json()["details"]) == (400, True)
    assert login.listed("/sp/campaigns/list", "spCampaign.v3", AUTHOR).status_code == 200


def test_a_report_is_made_while_one_waits_and_lies_where_no_credential_goes() -> None:
    login = Login()
    yesterday = START - timedelta(days=1)
    told = login.asked(yesterday, yesterday).json()
    assert told["status"] == "PENDING"
    assert {name for name, value in told.items() if value is None} == {
        "url", "urlExpiresAt", "fileSize", "generatedAt", "failureReason"
    }  # fmt: skip
    report = told["reportId"]
    assert login.look(report).json()["status"] in ("PENDING", "PROCESSING")
    told = login.look(report).json()
    assert told["status"] == "COMPLETED"
    assert told["configuration"]["filters"] is None
    assert login.client.get(told["url"], headers=login.headers).status_code == 400
    file = login.client.get(told["url"]).content
    assert len(file) == told["fileSize"]
    rows = json.loads(gzip.decompress(file))
    assert {row["date"] for row in rows} == {yesterday.isoformat()}
    assert all(isinstance(row["campaignId"], int) for row in rows)
    assert login.look(report, EMIRATI).status_code == 404, "another profile's"
    login.time.move(hours=1)
    login.renew()
    gone = login.client.get(told["url"])
    assert (gone.status_code, gone.headers["content-type"].startswith("application/xml")) == (403, True)
    assert login.client.get(login.look(report).json()["url"]).status_code == 200, "a new address of the same file"


def test_the_same_report_is_not_made_twice_at_once() -> None:
    login = Login()
    yesterday = START - timedelta(days=1)
    report = login.asked(yesterday, yesterday).json()["reportId"]
    same = login.asked(yesterday, yesterday)
    assert same.status_code == 425
    assert same.json() == {"code": "425", "detail": f"The Request is a duplicate of : {report}"}
    assert login.asked(yesterday, yesterday, EMIRATI).status_code == 200
    other: dict[str, Any] = {"timeUnit": "SUMMARY", "columns": ["campaignId", "cost"]}
    assert login.asked(yesterday, yesterday, **other).status_code == 200
    alike = Login(options={"units_are_alike": True})
    alike.asked(yesterday, yesterday)
    assert alike.asked(yesterday, yesterday, **other).status_code == 425


@pytest.mark.parametrize(
    "wrong",
    [{"columns": ["date", "purchases"]}, {"columns": ["date", "startDate"]}, {"columns": []}, {"groupBy": ["asin"]},
     {"timeUnit": "HOURLY"}, {"format": "CSV"}, {"adProduct": "SPONSORED_BRANDS"}, {"reportTypeId": "spNothing"},
     {"timeUnit": "SUMMARY", "columns": ["date"]}],
)  # fmt: skip
def test_one_mistake_fails_the_whole_report(wrong: dict[str, Any]) -> None:
    refused = Login().asked(START - timedelta(days=2), START - timedelta(days=1), **wrong)
    assert refused.status_code == 400
    assert refused.json()["detail"], "reporting says `detail`, others `details`"


def test_a_column_that_is_refused_is_named_beside_those_that_are_allowed() -> None:
    days = START - timedelta(days=2), START - timedelta(days=1)
    told = Login().asked(*days, columns=["date", "purchases", "sales", "cost"]).json()["detail"]
    assert told.startswith("configuration columns includes invalid values: (purchases, sales). Allowed values: (")
    assert {"cost", "sales14d"} <= set(told.partition("Allowed values: (")[2].rstrip(").").split(", "))
    lacks = Login(options={"lacks": "sales14d"})
    assert "(sales14d)" in lacks.asked(*days).json()["detail"]
    assert lacks.asked(*days, columns=["date", "cost"]).status_code == 200


def test_plain_json_is_taken_where_amazon_was_seen_to_take_it() -> None:
    login = Login()
    plain = "application/json"
    assert login.call("POST", "/portfolios/list", media=plain, json={}).status_code == 200
    made = {"adProduct": "SPONSORED_PRODUCTS", "reportTypeId": "spCampaigns", "groupBy": ["campaign"],
            "columns": ["date", "cost"], "timeUnit": "DAILY", "format": "GZIP_JSON"}  # fmt: skip
    yesterday = (START - timedelta(days=1)).isoformat()
    body = {"startDate": yesterday, "endDate": yesterday, "configuration": made}
    assert login.call("POST", "/reporting/reports", media=plain, json=body).status_code == 200
    assert login.call("POST", "/reporting/reports", media="text/plain", json=body).status_code == 415


def test_days_are_limited_in_number_and_age_by_kind() -> None:
    login = Login()
    brands: dict[str, Any] = {
        "adProduct": "SPONSORED_BRANDS",
        "reportTypeId": "sbCampaigns",
        "columns": ["date", "cost"],
    }
    for first, last, otherwise, status in (
        (30, 0, {}, 200), (31, 0, {}, 400), (1, -1, {}, 400), (94, 90, {}, 200), (95, 90, {}, 400),
        (59, 50, brands, 200), (60, 50, brands, 400),
    ):  # fmt: skip
        asked = login.asked(START - timedelta(days=first), START - timedelta(days=last), **otherwise)
        assert asked.status_code == status, (first, last)


def test_old_campaigns_of_sponsored_brands_are_in_one_kind_of_report_only() -> None:
    login = Login()
    rows = login.listed("/sb/v4/campaigns/list", "sbcampaignresource.v4").json()["campaigns"]
    old = {int(row["campaignId"]) for row in rows if not row["isMultiAdGroupsEnabled"]}
    assert len(old) == 1
    month = START - timedelta(days=30), START - timedelta(days=1)
    brands: dict[str, Any] = {
        "adProduct": "SPONSORED_BRANDS",
        "reportTypeId": "sbCampaigns",
        "columns": ["date", "campaignId"],
    }
    assert not old & {row["campaignId"] for row in login.made(*month, **brands)}
    bought: dict[str, Any] = {**brands, "reportTypeId": "sbPurchasedProduct", "groupBy": ["purchasedAsin"]}
    assert old <= {row["campaignId"] for row in login.made(*month, **bought)}
    ads = login.listed("/sb/v4/ads/list", "sbadresource.v4").json()["ads"]
    assert [int(ad["campaignId"]) for ad in ads if "adId" not in ad] == list(old)


def test_recent_days_are_restated_and_old_ones_are_not() -> None:
    login = Login()

    def told(first: int, last: int) -> list[Mapping[str, Any]]:
        return login.made(START - timedelta(days=first), START - timedelta(days=last))

    before = told(28, 1), told(44, 30)
    login.box.change()
    assert told(44, 30) == before[1]
    known = {(row["campaignId"], row["date"]) for row in before[0]}
    now = [row for row in told(28, 1) if (row["campaignId"], row["date"]) in known]
    sums = [{name: sum(row[name] for row in rows) for name in ("clicks", "purchases14d")} for rows in (before[0], now)]
    assert sums[1]["clicks"] < sums[0]["clicks"], "invalid clicks were taken away"
    assert sums[1]["purchases14d"] > sums[0]["purchases14d"], "orders came late"


def test_days_end_where_the_profile_is() -> None:
    """At 21 o'clock UTC it is tomorrow in Dubai already."""
    login = Login()
    login.time.now = datetime(2026, 9, 3, 21, tzinfo=UTC)
    login.renew()
    days = {
        profile: {row["date"] for row in login.box.truth([profile])["amazon_ads_sp_campaigns_daily"].present}
        for profile in (GERMAN, EMIRATI)
    }
    assert max(days[GERMAN]) == "2026-09-02"
    assert max(days[EMIRATI]) == "2026-09-03"


def test_asking_for_reports_is_limited_most() -> None:
    login = Login(limits=True)
    answers = [login.asked(START - timedelta(days=2 + day), START - timedelta(days=2)) for day in range(8)]
    assert [answer.status_code for answer in answers].count(429) == 2
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert login.call("GET", "/sd/campaigns").status_code == 200
    assert login.asked(START - timedelta(days=2), START - timedelta(days=2), EMIRATI).status_code == 200


def test_reports_fail_when_a_test_says_so_and_profiles_close() -> None:
    login = Login()
    lever = login.client.post("/_sandbox/jobs", json={"outcome": "failed", "why": "Internal error"})
    assert lever.status_code == 200
    report = login.asked(START - timedelta(days=2), START - timedelta(days=1)).json()["reportId"]
    login.look(report)
    told = login.look(report).json()
    assert (told["status"], told["failureReason"]) == ("FAILED", "Internal error")
    login.client.post("/_sandbox/close", json={"account": GERMAN})
    assert login.campaigns()["details"].startswith("Not authorized to access scope")


def test_access_is_handed_out_as_amazon_does() -> None:
    login = Login(redirect_uris=["http://127.0.0.1/back"])
    said = {
        "client_id": "demo-amazon_ads", "redirect_uri": "http://127.0.0.1/back", "response_type": "code",
        "scope": "advertising::campaign_management", "state": "s", "decision": "allow",
    }  # fmt: skip
    back = login.client.post("/ap/oa", data=said).headers["location"]
    code = dict(httpx2.URL(back).params)["code"]
    app = {"client_id": "demo-amazon_ads", "client_secret": "demo-amazon_ads-secret"}
    trade = {"grant_type": "authorization_code", "code": code, "redirect_uri": said["redirect_uri"], **app}
    first = login.client.post("/auth/o2/token", data=trade).json()
    assert set(first) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (first["token_type"], first["expires_in"]) == ("bearer", 3600)
    assert first["access_token"].startswith("Atza|")
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **app}
    login.time.move(days=364)
    again = login.client.post("/auth/o2/token", data=refresh).json()
    assert again["refresh_token"] == first["refresh_token"], "it stays"
    login.time.move(days=2)
    ended = login.client.post("/auth/o2/token", data=refresh)
    assert (ended.status_code, ended.json()["error"]) == (400, "invalid_grant")


def test_negative_keywords_of_brands_are_filtered_by_one_state() -> None:
    login = Login(counts={"campaigns": 4, "ads": 2, "negatives": 3})
    every = login.call("GET", "/sb/negativeKeywords").json()
    assert {row["state"] for row in every} == {"enabled", "pending", "archived"}
    assert {row["state"] for row in login.call("GET", "/sb/negativeKeywords?stateFilter=enabled").json()} == {"enabled"}
    assert login.call("GET", "/sb/negativeKeywords?stateFilter=enabled,archived").status_code == 400


@pytest.mark.parametrize(("path", "kind", "records", "most"), [
    ("/sb/targets/list", "sblisttargetsresponse.v3", "targets", 4),
    ("/sb/negativeTargets/list", "sblistnegativetargetsresponse.v3", "negativeTargets", 3),
])  # fmt: skip
def test_targets_of_brands_know_their_own_filters(path: str, kind: str, records: str, most: int) -> None:
    login = Login(counts={"campaigns": 4, "ads": 2, "negatives": 3})

    def asked(*states: str, filter: str = "TARGETING_STATE", scope: str = GERMAN) -> httpx2.Response:
        return login.listed(path, kind, scope, filters=[{"filterType": filter, "values": list(states)}])

    pending = asked("pending").json()
    assert {row["state"] for row in pending[records]} == {"pending"}
    assert set(pending) == {records}, "neither a total nor a token"
    assert asked("enabled", "paused", "pending", "archived").status_code == (200 if most == 4 else 400)
    assert asked("ENABLED").status_code == 400
    assert asked("enabled", filter="STATE").status_code == 400
    assert asked("enabled", scope=AUTHOR).status_code == 400
    assert login.listed(path, "sbKeyword.v3").status_code == 415


def test_budget_rules_want_the_size_of_their_pages() -> None:
    login = Login(counts={"campaigns": 1, "ads": 1, "negatives": 5})
    for path in ("/sp/budgetRules", "/sp/budgetRules?pageSize=31", "/sb/budgetRules?pageSize=30&nextToken=%3F"):
        assert login.call("GET", path).status_code == 400
    first = login.call("GET", "/sp/budgetRules?pageSize=3").json()
    rest = login.call("GET", f"/sp/budgetRules?pageSize=3&nextToken={first['nextToken']}").json()
    assert "nextToken" not in rest
    names = [row["ruleId"] for page in (first, rest) for row in page["budgetRulesForAdvertiserResponse"]]
    assert len(set(names)) == len(names) == 5
    assert login.call("GET", "/sb/budgetRules?pageSize=30", scope=AUTHOR).status_code == 400
