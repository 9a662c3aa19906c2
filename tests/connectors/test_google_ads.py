"""What Google Ads needs functions for: queries, accounts below managers, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import answer
from shared.kit.calendar import as_moments
from shared.model import Connection, Run
from shared.platforms.google_ads import PLATFORM as GOOGLE_ADS
from shared.platforms.google_ads import gaql
from shared.platforms.google_ads.access import authorise
from shared.platforms.google_ads.changes import with_moment
from shared.platforms.google_ads.errors import refuse, stated_pause
from shared.platforms.google_ads.records import with_moments
from shared.platforms.google_ads.streams import DAYS
from shared.reading import SliceContext, instead, request_for
from shared.secret import Secret
from shared.states import Reason
from shared.sync.slices_of_run import first_slices
from shared.vocabulary.access import Account, App, Credential
from shared.vocabulary.columns import columns
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded.google_ads import REFUSALS, refused

CREDENTIAL = Credential(Secret("ya29.token"))
VALUES = {"account_id": "1112223334", "account_zone": "Europe/Berlin", "account_currency": "EUR"}
NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)


def ok(value: Any) -> Answer:
    return answer(200, {}, orjson.dumps(value))


# -- queries -------------------------------------------------------------------------------------------


def test_a_query_selects_the_columns_that_lead_into_the_record() -> None:
    own = columns(
        "account_id* text Account", "adGroupAd.ad.finalUrls=urls texts Where", "metrics.costMicros=cost micros+ Cost"
    )
    said = gaql.search("ad_group_ad", gaql.selected(own), "a = 'b'")
    assert said["query"] == (
        "SELECT ad_group_ad.ad.final_urls, metrics.cost_micros FROM ad_group_ad WHERE a = 'b' "
        "PARAMETERS omit_unselected_resource_names=true"
    )
    assert said["searchSettings"] == {"returnTotalResultsCount": True}


def test_names_of_resources_are_no_data_unless_they_are_a_column() -> None:
    own = columns(
        "conversionAction.resourceName=name text Name", "adGroupAd.ad.id=ad text Ad", "metrics.clicks=c int+ Clicks"
    )
    assert gaql.mere_names("keyword_view", own) == {
        "keywordView.resourceName", "adGroupAd.resourceName", "adGroupAd.ad.resourceName",
    }  # fmt: skip


def test_every_query_of_numbers_says_both_ends_and_the_day() -> None:
    for stream in GOOGLE_ADS.streams:
        if stream.days is not None:
            query = stream.body["query"].replace("{from} 00:00:00", "{from}").replace("{to} 23:59:59.999999", "{to}")
            assert "'{from}'" in query
            assert ("'{to}'" in query) == (stream.name != "clicks")
            assert ("segments.date" in query.partition(" FROM ")[0]) == (stream.name != "changes")


@pytest.mark.parametrize(("through", "sent"), [("9998887776", {"login-customer-id": "9998887776"}), ("", {})])
def test_an_account_of_its_own_is_read_through_nobody(through: str, sent: Mapping[str, str]) -> None:
    part = SliceContext({**VALUES, "login_customer_id": through}, {}, None, None, NOW)
    assert request_for(GOOGLE_ADS, GOOGLE_ADS.stream("ads"), part, {}).headers == sent


def test_the_past_is_read_as_far_as_google_tells_it() -> None:
    connection = Connection("con", "acme", "google_ads", "1112223334", "Shop", zone="Asia/Tokyo")
    run = Run("run", "acme", "con", "google_ads", Reason.SCHEDULE, streams=["campaign_daily"], started_at=NOW)
    windows = [part.since for part in first_slices(GOOGLE_ADS, connection, run, {}) if part.since]
    oldest = min(windows).date()
    assert date(2023, 8, 3) < oldest < date(2023, 9, 3)  # 37 months, and not quite
    assert DAYS.look_back >= timedelta(days=30)


# -- moments -------------------------------------------------------------------------------------------


def test_campaigns_begin_by_the_clock_of_their_account() -> None:
    record = {"campaign": {"id": "1", "startDateTime": "2026-03-29 00:00:00", "endDateTime": "2026-03-29 23:59:59"}}
    (row,) = with_moments(record, VALUES)
    assert row["campaign"] == {
        "id": "1", "startDateTime": "2026-03-29T00:00:00+01:00", "endDateTime": "2026-03-29T23:59:59+02:00",
    }  # fmt: skip


def test_what_is_no_moment_stays_as_it_is() -> None:
    odd = {"campaign": {"id": "1", "startDateTime": "soon", "endDateTime": None}}
    assert list(with_moments(odd, VALUES)) == [odd]


CHANGE = "customers/1/changeEvents/{}~0~1"


@pytest.mark.parametrize(
    ("zone", "told", "name", "moment"),
    [
        # As two accounts were told in 2025 and 2026, in zones that fit: the name says the moment in UTC.
        ("America/Chicago", "2025-11-26 01:24:34.897602", "1764141874897602", "2025-11-26T07:24:34.897602+00:00"),
        ("Europe/Paris", "2026-10-05 12:09:00.878143", "1791194940878143", "2026-10-05T10:09:00.878143+00:00"),
        # An hour that comes twice.
        ("Europe/Berlin", "2026-10-25 02:30:00.000001", "1792888200000001", "2026-10-25T00:30:00.000001+00:00"),
        ("Europe/Berlin", "2026-10-25 02:30:00.000001", "1792891800000001", "2026-10-25T01:30:00.000001+00:00"),
        ("Europe/Berlin", "2026-10-25 02:30:00", "x", "2026-10-25T00:30:00.000000+00:00"),
    ],
)
def test_a_change_is_of_the_day_and_the_hour_of_its_account(zone: str, told: str, name: str, moment: str) -> None:
    record = {"changeEvent": {"resourceName": CHANGE.format(name), "changeDateTime": told, "userEmail": "kim"}}
    (row,) = with_moment(record, {**VALUES, "account_zone": zone})
    assert row["date"] == told[:10]
    assert row["changeEvent"] == {**record["changeEvent"], "changeDateTime": moment}


def test_a_change_without_a_moment_stays_as_it_is() -> None:
    odd = {"changeEvent": {"resourceName": CHANGE.format(1), "changeDateTime": "soon"}}
    assert list(with_moment(odd, VALUES)) == [odd]


# -- accounts ------------------------------------------------------------------------------------------


def client(account: str, **more: Any) -> dict[str, Any]:
    told = {"id": account, "descriptiveName": f"No {account[-1]}", "currencyCode": "EUR", "timeZone": "Europe/Berlin"}
    return {"customerClient": {**told, "manager": False, "status": "ENABLED", **more}}


def clients(*rows: dict[str, Any], **more: Any) -> Answer:
    return ok({"results": list(rows), "fieldMask": "customerClient.id", **more})


def roots(*names: str) -> Answer:
    return ok({"resourceNames": [f"customers/{name}" for name in names]})


def found(*answers: Answer) -> tuple[list[Request], dict[str, Account]]:
    """Hold the conversation; what was asked, and the accounts by id."""
    conversation = GOOGLE_ADS.discover(CREDENTIAL)
    asked = [next(conversation)]
    for given in answers:
        try:
            asked.append(conversation.send(given))
        except StopIteration as end:
            accounts: tuple[Account, ...] = end.value
            break
    else:
        raise AssertionError("it asks on")
    by_id = {account.id: account for account in accounts}
    assert len(by_id) == len(accounts), "an account comes twice"
    return asked, by_id


def test_leaves_below_a_manager_are_reached_through_it() -> None:
    asked, accounts = found(
        roots("9000000001", "1110000002"),
        clients(client("9000000001", manager=True), client("1110000001"), client("1110000001", timeZone="UTC")),
        clients(client("1110000002", currencyCode="USD")),
    )
    assert [request.headers.get("login-customer-id") for request in asked] == [None, "9000000001", "1110000002"]
    assert [request.method for request in asked] == ["GET", "POST", "POST"]
    assert accounts["1110000001"] == Account(
        "1110000001", "No 1", "Europe/Berlin", "EUR", {"login_customer_id": "9000000001"}
    )
    assert accounts["1110000002"].values == {"login_customer_id": ""}
    assert "9000000001" not in accounts, "managers have no numbers"


def test_an_account_of_its_own_is_not_reached_through_a_manager() -> None:
    _, accounts = found(
        roots("9000000001", "1110000002"),
        clients(client("9000000001", manager=True), client("1110000002")),
        clients(client("1110000002")),
    )
    assert accounts["1110000002"].values == {"login_customer_id": ""}


def test_a_long_tree_comes_in_pages() -> None:
    asked, accounts = found(
        roots("9000000001"),
        clients(client("1110000001"), nextPageToken="t2"),
        clients(client("1110000002", descriptiveName="")),
    )
    assert asked[2].json == {**asked[1].json, "pageToken": "t2"}
    assert accounts["1110000002"].title == "111-000-0002"


@pytest.mark.parametrize("status", ["CANCELED", "CLOSED", "SUSPENDED"])
def test_what_is_over_is_shown_and_cannot_be_chosen(status: str) -> None:
    _, accounts = found(roots("9000000001"), clients(client("1110000001", status=status), client("1110000002")))
    assert accounts["1110000001"].closed.endswith(".")
    assert not accounts["1110000002"].closed


def test_one_closed_root_hides_no_other() -> None:
    shut = refused(403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED")
    _, accounts = found(roots("1110000005", "1110000002"), shut, clients(client("1110000002")))
    assert accounts["1110000005"].closed
    assert not accounts["1110000002"].closed


def test_what_is_wrong_with_our_app_is_not_taken_for_a_closed_account() -> None:
    ours = refused(403, "PERMISSION_DENIED", "authorizationError", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION")
    with pytest.raises(Configure, match="not-approved"):
        found(roots("1110000002"), ours)


def test_a_login_without_accounts_has_none() -> None:
    assert found(ok({}))[1] == {}


@pytest.mark.parametrize("odd", [{"names": []}, {"resourceNames": "x"}, {"resourceNames": None}])
def test_roots_that_are_not_where_they_belong_are_an_error(odd: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        found(ok(odd))


@pytest.mark.parametrize("odd", [{}, {"fieldMask": "x"}, {"results": [{"customer": {}}]}, {"results": [{}]}])
def test_clients_that_are_not_where_they_belong_are_an_error(odd: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        found(roots("9000000001"), ok(odd))


def test_the_developer_token_is_sent_where_there_is_one() -> None:
    assert authorise(CREDENTIAL) == {"authorization": "Bearer ya29.token"}
    app = App("id", Secret("s"), {"developer_token": Secret("dev")})
    assert authorise(replace(CREDENTIAL, app=app))["developer-token"] == "dev"
    assert "developer-token" not in authorise(replace(CREDENTIAL, app=App("id", Secret("s"))))


# -- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "name", "kind", "code", "means", "ours"),
    [
        (400, "INVALID_ARGUMENT", "requestError", "EXPIRED_PAGE_TOKEN", Later, "place-expired"),
        (400, "INVALID_ARGUMENT", "requestError", "UNSUPPORTED_VERSION", Bug, "version-ended"),
        (400, "INVALID_ARGUMENT", "queryError", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE", Bug, "refused"),
        (401, "UNAUTHENTICATED", "authenticationError", "OAUTH_TOKEN_REVOKED", Reconnect, "not-authorised"),
        (401, "UNAUTHENTICATED", "authenticationError", "NOT_ADS_USER", Reconnect, "no-account"),
        (401, "UNAUTHENTICATED", "authenticationError", "TWO_STEP_VERIFICATION_NOT_ENROLLED", Reconnect, "two-step"),
        (403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED", Configure, "account-closed"),
        (403, "PERMISSION_DENIED", "authorizationError", "USER_PERMISSION_DENIED", Configure, "no-permission"),
        (403, "PERMISSION_DENIED", "authorizationError", "PROJECT_DISABLED", Configure, "api-off"),
        (403, "PERMISSION_DENIED", "authorizationError", "DEVELOPER_TOKEN_NOT_APPROVED", Configure, "not-approved"),
        (403, "PERMISSION_DENIED", "authorizationError", "ACCESS_DENIED_FOR_ACCOUNT_TYPE", Configure, "no-permission"),
        (429, "RESOURCE_EXHAUSTED", "quotaError", "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", Later, "limited"),
        (500, "INTERNAL", "internalError", "TRANSIENT_ERROR", Later, "platform-down"),
        (503, "UNAVAILABLE", "", "", Later, "platform-down"),
        (504, "DEADLINE_EXCEEDED", "", "", Later, "too-much"),
    ],
)
def test_what_a_refusal_means(status: int, name: str, kind: str, code: str, means: type[Problem], ours: str) -> None:
    problem = refuse(refused(status, name, kind, code))
    assert type(problem) is means
    assert problem.code == ours
    assert problem.sentence.endswith(".")


def test_a_success_is_no_refusal() -> None:
    assert refuse(ok({"results": [], "fieldMask": "x"})) is None


@pytest.mark.parametrize(
    "odd", [{"error": {"details": "x"}}, {"error": {"details": [None, {"errors": None}]}}, [], "x"]
)
def test_odd_bodies_of_errors_break_nothing(odd: Any) -> None:
    assert isinstance(refuse(answer(500, {}, orjson.dumps(odd))), Later)
    assert stated_pause(answer(500, {}, orjson.dumps(odd))) is None


def test_a_quota_says_how_long_it_lasts() -> None:
    assert stated_pause(REFUSALS["limit"]) == timedelta(seconds=120)
    assert stated_pause(refused(429, "RESOURCE_EXHAUSTED", "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED")) is None
    odd = {"quotaErrorDetails": {"retryDelay": "soon"}}
    assert stated_pause(refused(429, "RESOURCE_EXHAUSTED", "quotaError", "RESOURCE_EXHAUSTED", odd)) is None
    assert stated_pause(ok({"results": []})) is None


def test_too_many_days_are_cut_in_two() -> None:
    stream = GOOGLE_ADS.stream("campaign_daily")
    since, until = as_moments((date(2026, 8, 10), date(2026, 8, 23)))
    part = SliceContext({**VALUES, "login_customer_id": ""}, {}, since, until, NOW)
    problem = refuse(refused(504, "DEADLINE_EXCEEDED"))
    assert problem is not None
    position = instead(stream, part, {"told": True}, problem)
    assert position is not None
    assert "BETWEEN '2026-08-10' AND '2026-08-16'" in request_for(GOOGLE_ADS, stream, part, position).json["query"]
