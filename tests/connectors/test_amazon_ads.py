"""The plain functions of Amazon Ads: accounts, refusals, rows, reports that somebody else asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.errors import Bug, Configure, Later, NotOffered, Problem, Reconnect
from shared.http import Http, answer
from shared.kit.calendar import windows
from shared.platforms import platform
from shared.platforms.amazon_ads.access import REGIONS
from shared.platforms.amazon_ads.columns import named, snake
from shared.platforms.amazon_ads.errors import duplicate_of
from shared.platforms.amazon_ads.records import as_day, as_moment, found, whole_key
from shared.platforms.amazon_ads.reports import what_is_told
from shared.reading.addresses import check_values
from shared.rows.shaping import Notes, shaper
from shared.secret import Secret
from shared.vocabulary.access import Account, App, Credential
from shared.vocabulary.wire import Answer
from tests.connectors.recorded.amazon_ads import ASKED

AMAZON = platform("amazon_ads")
UUID = "5f0a2c1e-8f7d-4a55-9c1b-2d4b7f3c9a10"
SELLER = {
    "profileId": 4410098711223, "countryCode": "DE", "currencyCode": "EUR", "timezone": "Europe/Paris",
    "accountInfo": {"name": "Nordlicht Store", "type": "seller"},
}  # fmt: skip


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def discovered(given: Answer, values: Mapping[str, str] = ASKED) -> tuple[Account, ...]:
    credential = Credential(Secret("Atza|1"), values=values, app=App("amzn1.app", Secret("s")))
    talk = AMAZON.discover(credential)
    request = next(talk)
    assert Http().address(AMAZON, request.url) == "https://advertising-api-eu.amazon.com/v2/profiles"
    assert request.query["accessLevel"] == "view"
    assert request.headers["amazon-advertising-api-clientid"] == "amzn1.app"
    assert "amazon-advertising-api-scope" not in {name.lower() for name in request.headers}
    with pytest.raises(StopIteration) as end:
        talk.send(given)
    accounts: tuple[Account, ...] = end.value.value
    return accounts


def test_every_profile_is_an_account_with_its_zone_and_money() -> None:
    agency = {**SELLER, "profileId": 5, "accountInfo": {"name": "Media", "type": "agency"}}
    bare = {"profileId": 6, "countryCode": "GB"}
    seller, closed, nameless = discovered(said([SELLER, agency, bare]))
    assert (seller.id, seller.title) == ("4410098711223", "Nordlicht Store (DE)")
    assert (seller.zone, seller.currency, seller.values["country_code"]) == ("Europe/Paris", "EUR", "DE")
    assert closed.closed
    assert not seller.closed
    assert (nameless.title, nameless.zone) == ("6 (GB)", "UTC")
    check_values(AMAZON, seller.values)


def test_a_login_without_accounts_here_is_told_so_and_not_asked_to_connect_again() -> None:
    with pytest.raises(Configure, match="no-profile") as told:
        discovered(said([]))
    assert "region" in told.value.sentence


@pytest.mark.parametrize("odd", [{}, None, [{"name": "x"}], "text"])
def test_another_shape_is_no_list_of_profiles(odd: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        discovered(said(odd))


def test_regions_are_a_closed_list() -> None:
    oauth = AMAZON.oauth
    assert oauth is not None
    (region,) = oauth.asks
    assert list(region.choices) == list(REGIONS)
    for values in region.choices.values():
        check_values(AMAZON, values)
        for host in values.values():
            assert Http().address(AMAZON, f"https://{host}/x") == f"https://{host}/x"
    for evil in ("evil.example", "advertising-api.amazon.com.evil.example", "advertising-apixamazon.com", ""):
        with pytest.raises(Bug, match="odd-address"):
            check_values(AMAZON, {**ASKED, "api_host": evil})
        with pytest.raises(Bug):
            Http().address(AMAZON, f"https://{evil}/x")


def test_files_lie_in_amazons_storage_and_get_no_credential() -> None:
    for host in ("offline-report-storage-us-east-1-prod.s3.amazonaws.com",
                 "offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com"):  # fmt: skip
        assert Http().address(AMAZON, f"https://{host}/r.json.gz?X-Amz-Signature=1", file=True)
        with pytest.raises(Bug, match="foreign-host"):
            Http().address(AMAZON, f"https://{host}/r.json.gz")


WORDS = [
    ({"code": "UNAUTHORIZED", "details": "Not authorized to access scope 44"}, 401, Configure, "profile-closed"),
    ({"code": "400", "details": "Not authorized to access scope 44"}, 400, Configure, "profile-closed"),
    ({"code": "401", "details": "No matching advertiser found for scope: 44"}, 401, Configure, "profile-closed"),
    ({"code": "UNAUTHORIZED", "details": "Not authenticated"}, 401, Reconnect, "not-authorised"),
    ({"code": "400", "detail": "configuration columns includes invalid values"}, 400, Bug, "refused"),
    (
        {"code": "400", "detail": "configuration columns includes invalid values: (sales, a1b)."},
        400,
        NotOffered,
        "not-offered",
    ),
    ({"code": "425", "detail": "Too early"}, 425, Later, "limited"),
    ({"code": "THROTTLED", "details": "Too many requests"}, 429, Later, "limited"),
    ({"code": "FORBIDDEN", "details": "Access denied"}, 403, Configure, "no-permission"),
]


@pytest.mark.parametrize(("body", "status", "kind", "code"), WORDS)
def test_refusals_say_who_must_act(body: Any, status: int, kind: type[Problem], code: str) -> None:
    problem = AMAZON.refuse(said(body, status))
    assert type(problem) is kind
    assert problem is not None
    assert problem.code == code


def test_a_refused_column_is_left_out_and_a_report_without_its_key_is_not_asked_for() -> None:
    """The words that Amazon's answers were seen with (January to September 2026; docs/platforms/amazon_ads.md)."""
    text = "configuration columns includes invalid values: (sales14d, purchases14d). Allowed values: (date, cost)"
    problem = AMAZON.refuse(said({"code": "400", "detail": text}, 400))
    assert isinstance(problem, NotOffered)
    assert problem.names == ("purchases14d", "sales14d")
    stream = AMAZON.stream("sp_campaigns_daily")
    assert stream.narrow_query is not None
    whole = stream.body["configuration"]
    assert stream.narrow_query({}, 0) == {}
    less = stream.narrow_query({"without": ["purchases14d", "sales14d"]}, 1)
    assert less is not None
    assert less["configuration"] == {**whole, "columns": [
        name for name in whole["columns"] if name not in {"purchases14d", "sales14d"}
    ]}  # fmt: skip
    for names, refused in ((["sales14d"], 2), ([], 1), (["nothingOfOurs"], 1), (["campaignId"], 1), (["date"], 1)):
        assert stream.narrow_query({"without": names}, refused) is None, (names, refused)


def test_authors_have_no_sponsored_brands() -> None:
    refused = {"code": "400", "details": "KDP authors do not have access to Sponsored Brands functionality"}
    assert AMAZON.refuse(said(refused, 400)) is None
    assert found("campaigns", "totalCount")(refused) == []
    assert found("")(refused) == []


def test_a_list_is_left_out_only_where_the_total_says_that_it_is_empty() -> None:
    assert found("ads", "totalResults")({"totalResults": 0}) == []
    odd: Any
    for odd in ({"totalResults": 3}, {}, [], None, {"ads": None, "totalResults": 1}, {"ads": {}}):
        with pytest.raises(TypeError):
            found("ads", "totalResults")(odd)


def test_a_duplicate_is_named_by_its_refusal() -> None:
    body = {"code": "425", "detail": f"The Request is a duplicate of : {UUID}"}
    assert duplicate_of(said(body, 425)) == UUID
    assert duplicate_of(said(body, 400)) == ""
    assert duplicate_of(said({"detail": "The Request is a duplicate of : ../x"}, 425)) == ""
    assert duplicate_of(answer(425, {}, b"<html>")) == ""


def test_reports_are_alike_by_what_they_hold_and_not_by_their_name() -> None:
    made = {"adProduct": "SPONSORED_PRODUCTS", "reportTypeId": "spCampaigns", "groupBy": ["campaign"],
            "columns": ["date", "cost"], "timeUnit": "DAILY"}  # fmt: skip
    asked = {"name": "ours", "startDate": "2026-08-01", "endDate": "2026-08-31", "configuration": made}
    theirs = {**asked, "name": "x", "configuration": {**made, "columns": ["cost", "date"], "filters": None}}
    assert what_is_told(asked) == what_is_told({**theirs, "status": "PENDING", "url": None})
    for other in ({"timeUnit": "SUMMARY"}, {"columns": ["cost"]}, {"groupBy": ["adGroup"]}):
        assert what_is_told({**asked, "configuration": {**made, **other}}) != what_is_told(asked)
    assert what_is_told({**asked, "endDate": "2026-08-30"}) != what_is_told(asked)
    assert what_is_told(None) != what_is_told(asked)


def test_days_and_moments_are_written_in_the_usual_way() -> None:
    assert as_day("20260301") == "2026-03-01"
    assert [as_day(same) for same in ("2026-03-01", "", None, 20260301)] == ["2026-03-01", "", None, 20260301]
    assert as_moment(1772352662114) == "2026-03-01T08:11:02.114+00:00"
    assert [as_moment(same) for same in ("2026", None, True)] == ["2026", None, True]


def test_what_amazon_leaves_out_of_a_key_is_empty_and_what_it_says_stays() -> None:
    (row,) = whole_key("matchType", "keywordId")({"matchType": None, "cost": 1.5}, {})
    assert row == {"matchType": "", "keywordId": "", "cost": 1.5}
    assert list(whole_key("a")({"a": 0}, {})) == [{"a": 0}]


def test_long_ids_lose_no_digit() -> None:
    stream = AMAZON.stream("sp_campaigns_daily")
    body = b'[{"date": "2026-08-01", "campaignId": 123456789012345678, "cost": 11.37, "clicks": 3.0}]'
    given = {"account_id": "1", "account_zone": "Europe/Paris"}
    (row,) = shaper(stream).rows(answer(200, {}, body).json, given, Notes())
    assert (row["campaign_id"], row["cost"], row["clicks"]) == ("123456789012345678", "11.37", 3)


def test_columns_are_named_in_snake_case() -> None:
    names = {"purchasesSameSku14d": "purchases_same_sku_14d", "video5SecondViews": "video_5_second_views",
             "campaignId": "campaign_id", "date": "date", "sales1d": "sales_1d"}  # fmt: skip
    assert {field: snake(field) for field in names} == names
    assert named("adId* text Ad\na.bC=d text X") == "adId=ad_id* text Ad\na.bC=d text X"


NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("stream", [each for each in AMAZON.streams if each.days], ids=lambda each: each.name)
def test_no_report_is_longer_or_older_than_amazon_allows(stream: Any) -> None:
    kind = stream.body["configuration"]["reportTypeId"]
    product = kind[:2]
    kept = {"sbPurchasedProduct": 731, "spSearchTerm": 65}.get(kind, {"sp": 95, "sb": 60, "sd": 65}[product])
    asked = list(windows(stream.days, "America/Los_Angeles", NOW, None, None))
    most = 731 if kind == "sbPurchasedProduct" else 31
    assert all((last - first).days < most for first, last in asked)
    today = date(2026, 9, 3)
    assert max(last for _, last in asked) == today - timedelta(days=1)
    oldest = min(first for first, _ in asked)
    assert today - timedelta(days=kept) < oldest <= today - timedelta(days=kept - 4)
    tomorrow = today + timedelta(days=1)
    assert oldest > tomorrow - timedelta(days=kept), "midnight may pass before it is made"
    assert stream.days.look_back >= timedelta(days=42)


def test_reports_have_an_allowance_of_their_own() -> None:
    daily = [stream for stream in AMAZON.streams if stream.days]
    assert {stream.allowance for stream in daily} == {"reports"}
    assert {stream.allowance for stream in AMAZON.streams if not stream.days} == {""}
    assert all(stream.total or stream.totals or stream.unproven for stream in AMAZON.streams)
