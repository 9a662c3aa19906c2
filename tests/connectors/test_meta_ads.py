"""The plain code of the Meta Ads connector: money, fields, accounts, limits, refusals, and how less is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import httpx2
import orjson
import pytest

from infra.sandbox import create
from infra.sandbox.meta_ads import STAND_IN
from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import Http, answer
from shared.kit.calendar import as_moments
from shared.oauth.flow import authorize_query, code_request
from shared.oauth.tokens import read_grant
from shared.platforms.meta import graph
from shared.platforms.meta.graph import exchange_for_long_lived
from shared.platforms.meta_ads import PLATFORM as META_ADS
from shared.platforms.meta_ads.access import discover
from shared.platforms.meta_ads.errors import refuse
from shared.platforms.meta_ads.fields import fields
from shared.platforms.meta_ads.records import in_units, plainly
from shared.reading import Position, SliceContext, instead, read, request_for
from shared.reading.totals import add_sums, same
from shared.secret import Secret
from shared.vocabulary.access import Account, App, Credential
from shared.vocabulary.columns import columns
from shared.vocabulary.wire import Answer, Json, Request
from tests.connectors.recorded.meta_ads import RECORDED, REFUSALS, VALUES, error, said

CREDENTIAL = Credential(Secret("EAABshort"))
APP = App("app-1", Secret("app-secret"))
NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)
WEEK = as_moments((date(2026, 8, 27), date(2026, 9, 2)))
PART = SliceContext(VALUES, {}, *WEEK, NOW)


# -- money and fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "told", "meant"),
    [("USD", "5000", "50.00"), ("USD", 250, "2.50"), ("JPY", "5000", "5000"), ("HUF", "5000", "5000"),
     ("KWD", "5000", "50.00"), ("COP", "120000", "120000"), ("EUR", "0", "0.00"), ("EUR", None, None),
     ("EUR", "", ""), ("EUR", "much", "much")],
)  # fmt: skip
def test_budgets_are_told_in_the_smallest_unit_that_meta_gives_a_currency(currency: str, told: Any, meant: Any) -> None:
    """Hungary's forint has hundredths by ISO 4217 and none here; Kuwait's dinar has thousandths there."""
    record = {"id": "1", "daily_budget": told, "bid_amount": told, "name": "5000"}
    (row,) = in_units(dict(record), {"account_currency": currency})
    assert row == {"id": "1", "daily_budget": meant, "bid_amount": meant, "name": "5000"}


@pytest.mark.parametrize("moment", ["1969-12-31T15:59:59-0800", "1970-01-01T08:59:59+0900"])
def test_what_says_that_there_is_none_is_none(moment: str) -> None:
    """No cap is a number that nobody reaches, no start is the second before all counting."""
    told = {"id": "1", "spend_cap": "922337203685478", "start_time": moment, "stop_time": "2026-12-01T00:00:00-0800"}
    (row,) = in_units(told, {"account_currency": "USD"})
    assert row == {"id": "1", "spend_cap": None, "start_time": None, "stop_time": "2026-12-01T00:00:00-0800"}


def test_an_account_names_its_currency_itself() -> None:
    (row,) = in_units({"currency": "JPY", "balance": "4250"}, {"account_currency": "USD"})
    assert row["balance"] == "4250"


def test_fields_are_those_of_the_columns_and_nothing_that_the_row_is_given() -> None:
    own = columns(
        "id* text Id", "creative.id text Creative", "creative.name text Its name", "account_currency text Currency"
    )
    assert fields(own, "account_currency") == "id,creative{id,name}"


def test_spend_is_in_units_already() -> None:
    assert META_ADS.stream("insights_ad_daily").shape is None


def test_a_list_of_the_one_type_is_its_number_and_any_other_stays_as_it_is() -> None:
    watched: list[Json] = [{"action_type": "video_view", "value": "7", "1d_view": "2"}]
    others: list[Json] = [[], [{"action_type": "link_click", "value": "7"}], watched * 2, ["video_view"], "7", None]
    (row,) = plainly({"video_play_actions": watched, "clicks": "3"}, {})
    assert row == {"video_play_actions": "7", "clicks": "3"}
    for other in others:
        assert list(plainly({"outbound_clicks": other}, {})) == [{"outbound_clicks": other}]


# -- how access is got -------------------------------------------------------------------------------------


def test_a_person_is_asked_for_the_one_right_that_reads() -> None:
    assert META_ADS.oauth is not None
    query = parse_qs(authorize_query(META_ADS.oauth, APP, "https://us.example/callback/meta_ads", "s", "v"))
    assert query["scope"] == ["ads_read"]
    assert query["response_type"] == ["code"]
    request = code_request(META_ADS.oauth, APP, "code", "https://us.example/callback/meta_ads", "v")
    assert (request.method, request.url, request.form) == (
        "GET",
        "https://graph.facebook.com/v26.0/oauth/access_token",
        None,
    )
    assert {"client_id", "client_secret", "redirect_uri", "code"} <= request.query.keys()


def test_the_first_token_is_traded_for_one_that_lasts_and_has_an_end() -> None:
    request = exchange_for_long_lived(CREDENTIAL, APP)
    assert request.query == {
        "grant_type": "fb_exchange_token", "client_id": "app-1", "client_secret": "app-secret",
        "fb_exchange_token": "EAABshort",
    }  # fmt: skip
    given = said({"access_token": "EAABlong", "token_type": "bearer", "expires_in": 5_183_944})
    credential = read_grant(META_ADS, given, NOW, CREDENTIAL)
    assert credential.refresh_token is None
    assert credential.expires_at.startswith("2026-11-02")


@pytest.mark.parametrize(
    ("given", "kind"),
    [(error(400, 100, 36009, "This authorization code has been used."), Reconnect),
     (error(400, 1, 0, "Error validating client secret."), Configure),
     (error(400, 101, 0, "Error validating application."), Configure),
     (error(400, 190, 463), Reconnect), (error(500, 2), Later)],
)  # fmt: skip
def test_refusals_of_the_token_address_are_told_apart(given: Answer, kind: type[Problem]) -> None:
    with pytest.raises(kind) as caught:
        read_grant(META_ADS, given, NOW)
    assert "EAAB" not in caught.value.detail


# -- whose accounts ----------------------------------------------------------------------------------------


def talk(*answers: Answer, me: Answer | None = None) -> tuple[list[Request], tuple[Account, ...]]:
    """What was asked of the list, and the accounts; last of all it asks whose login it is."""
    conversation = discover(CREDENTIAL)
    asked = [next(conversation)]
    for given in (*answers, me or said({"id": "218471"})):
        try:
            asked.append(conversation.send(given))
        except StopIteration as end:
            assert asked[-1].url.endswith("/me")
            return asked[:-1], end.value
    raise AssertionError("it asks on")


ONE = {"account_id": "1", "id": "act_1", "name": "Shoes", "currency": "USD", "timezone_name": "Asia/Tokyo",
       "account_status": 1}  # fmt: skip


def test_every_page_of_accounts_is_read_and_the_closed_one_says_why() -> None:
    first = {"data": [ONE], "paging": {"cursors": {"after": "A"}, "next": "https://graph.facebook.com/x"}}
    rows = [{**ONE, "account_id": "2", "account_status": 2}, {**ONE, "account_id": "3", "account_status": 101}]
    asked, accounts = talk(said(first), said({"data": rows, "paging": {"cursors": {"after": "B"}}}))
    assert [request.query.get("after") for request in asked] == [None, "A"]
    assert all(request.headers == {"authorization": "Bearer EAABshort"} for request in asked)
    assert accounts[0] == Account("1", "Shoes", "Asia/Tokyo", "USD", {"login": "218471"})
    assert not accounts[1].closed, "a disabled account still tells its past"
    assert accounts[2].closed


@pytest.mark.parametrize("me", [said({"name": "nobody"}), said({"id": "../x"}), said({"id": None}), said([]),
                                error(400, 190, message="Invalid token")])  # fmt: skip
def test_an_access_that_is_nobodys_has_its_accounts_all_the_same(me: Answer) -> None:
    _, accounts = talk(said({"data": [ONE]}), me=me)
    assert [dict(account.values) for account in accounts] == [{}]


def test_a_list_of_accounts_that_leads_nowhere_ends() -> None:
    page = said({"data": [ONE], "paging": {"cursors": {"after": "A"}, "next": "x"}})
    asked, accounts = talk(page, page)
    assert len(asked) == 2
    assert {account.id for account in accounts} == {"1"}


@pytest.mark.parametrize("odd", [{}, [], {"data": None}, {"data": {}}])
def test_accounts_that_are_no_list_are_an_error(odd: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        talk(said(odd))


def test_a_login_without_the_right_is_told_which_one_is_missing() -> None:
    with pytest.raises(Configure, match="ads_read"):
        talk(REFUSALS["permission"])


# -- limits ------------------------------------------------------------------------------------------------


def usage(header: str, told: Any) -> Answer:
    return answer(200, {header: told if isinstance(told, str) else json.dumps(told)}, b"{}")


BUC, ADS, APPS, INSIGHTS = graph.USAGE[0], graph.USAGE[2], graph.USAGE[1], graph.USAGE[3]


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        (usage(BUC, {"1": [{"type": "ads_insights", "call_count": 28, "estimated_time_to_regain_access": 0}]}), None),
        (usage(BUC, {"1": [{"call_count": 10}, {"total_cputime": 86}]}), 2),
        (usage(BUC, {"1": [{"call_count": 96}], "2": [{"call_count": 3}]}), 10),
        (usage(BUC, {"1": [{"call_count": 100, "estimated_time_to_regain_access": 17}]}), 17),
        (usage(BUC, {"1": [{"call_count": 100, "estimated_time_to_regain_access": 900}]}), 60),
        (usage(APPS, {"call_count": 90, "total_time": 1, "total_cputime": 1}), 2),
        (usage(ADS, {"acc_id_util_pct": 9.67, "reset_time_duration": 100}), None),
        (usage(ADS, {"acc_id_util_pct": 100, "reset_time_duration": 1200}), 20),
        (usage(INSIGHTS, {"app_id_util_pct": 99.5, "acc_id_util_pct": 0}), 10),
        (usage(BUC, "no json"), None), (usage(BUC, "[1]"), None), (usage(BUC, {"1": [{"call_count": "many"}]}), None),
        (answer(200, {}, b"{}"), None),
    ],
)  # fmt: skip
def test_the_worst_of_what_is_told_of_usage_counts(given: Answer, minutes: int | None) -> None:
    assert graph.stated_pause(given) == (None if minutes is None else timedelta(minutes=minutes))


# -- refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (error(400, 17, 2446079), Later, "limited"), (error(403, 4, 1504022), Later, "limited"),
        (error(400, 613, 1487742), Later, "limited"), (error(400, 80000), Later, "limited"),
        (error(500, 1, 0, "Please reduce the amount of data you're asking for"), Later, "too-much"),
        (error(400, 100, 1487534, "Too many rows"), Later, "too-much"), (error(400, 2, 1504038), Later, "too-much"),
        (error(400, 1), Later, "platform-down"), (error(400, 2), Later, "platform-down"),
        (error(400, 960), Later, "platform-down"), (error(400, 100, 99), Later, "platform-down"),
        (error(400, 100, 0, "Cannot include x in summary param because they weren't there"), Later, "platform-down"),
        (error(400, 190, 460), Reconnect, "not-authorised"), (error(401, 190), Reconnect, "not-authorised"),
        (error(400, 102), Reconnect, "not-authorised"), (error(200, 190, 463), Reconnect, "not-authorised"),
        (error(400, 10), Configure, "no-permission"), (error(400, 275), Configure, "no-permission"),
        (error(400, 100, 0, "(#100) Missing permissions"), Configure, "no-permission"),
        (error(400, 100, 33, "Object with ID 'act_1' does not exist"), Configure, "no-permission"),
        (error(400, 100, 33, "Object with ID '6012345' does not exist"), Later, "place-expired"),
        (error(400, 100, 0, "(#100) Invalid cursors values"), Later, "place-expired"),
        (error(400, 3018, 0, "The start date … cannot be beyond 37 months"), Bug, "refused"),
        (error(400, 2500), Bug, "refused"), (error(200, 100), Bug, "refused"),
    ],
)  # fmt: skip
def test_errors_are_known_by_their_code_whatever_the_status(given: Answer, kind: type[Problem], code: str) -> None:
    problem = refuse(given)
    assert type(problem) is kind
    assert problem.code == code
    assert problem.sentence.endswith(".")


def test_ended_access_says_how_it_ended() -> None:
    sentences = {refuse(error(400, 190, sub)).sentence for sub in (458, 460, 463, 467)}  # type: ignore[union-attr]
    assert len(sentences) == 4


# -- asking for less, reports ------------------------------------------------------------------------------


def asked_again(name: str, *answers: Answer) -> Iterator[tuple[Request, Position]]:
    """Each answer in turn, and the call that follows from it."""
    stream, position = META_ADS.stream(name), Position(told=True)
    for given in answers:
        request = request_for(META_ADS, stream, PART, position)
        try:
            following = read(META_ADS, stream, PART, position, request, given).position
        except Problem as problem:
            following = instead(stream, PART, position, problem)
        assert following is not None
        position = following
        yield request_for(META_ADS, stream, PART, position), position


MUCH = error(500, 1, 0, "Please reduce the amount of data you're asking for, then retry your request")


def test_a_page_that_is_too_much_is_halved_and_then_the_days_are() -> None:
    calls = [call for call, _ in asked_again("insights_campaign_daily", *[MUCH] * 8)]
    assert [call.query["limit"] for call in calls[:6]] == ["50", "25", "12", "6", "3", "1"]
    assert calls[6].query["time_range"] == '{"since":"2026-08-27","until":"2026-08-30"}'


def test_a_report_is_asked_for_by_a_form_of_fewer_days_when_it_is_too_much() -> None:
    (call, _), (then, _) = asked_again("insights_ad_daily", MUCH, said({"report_run_id": "6012345"}))
    assert (call.method, call.json, call.query) == ("POST", None, {})
    assert call.form is not None
    assert call.form["time_range"] == '{"since":"2026-08-27","until":"2026-08-30"}'
    assert (then.method, then.url, then.form) == ("GET", "https://graph.facebook.com/v26.0/6012345", None)


def test_a_report_that_fails_every_time_is_cut_into_smaller_ones() -> None:
    made, failed = (
        said({"report_run_id": "6012345"}),
        said({"async_status": "Job Failed", "async_percent_completion": 0}),
    )
    calls = [call for call, _ in asked_again("insights_ad_daily", *[made, failed] * 3)]
    until = [json.loads(call.form["time_range"])["until"] for call in calls if call.form]
    assert until == ["2026-09-02", "2026-09-02", "2026-08-30"]


def test_a_report_that_nobody_knows_any_more_is_asked_for_anew() -> None:
    gone = error(400, 100, 33, "Unsupported get request. Object with ID '6012345' does not exist")
    *_, (call, position) = asked_again("insights_ad_daily", said({"report_run_id": "6012345"}), gone)
    assert call.method == "POST"
    assert position["again"] == 1


# -- the stand-in says what is published ---------------------------------------------------------------------


def like(published: Any, told: Any, where: str) -> None:
    """The same types, and nothing that is not published. Results may leave out windows."""
    assert type(published) is type(told), where
    if isinstance(told, dict):
        assert told.keys() <= published.keys(), f"{where}: {told.keys() - published.keys()}"
        for name, value in told.items():
            like(published[name], value, f"{where}.{name}")
    elif isinstance(told, list) and told and isinstance(told[0], dict):
        for entry in told:
            like(published[0], entry, where)


@pytest.mark.parametrize("name", [stream.name for stream in META_ADS.streams])
def test_the_stand_in_answers_in_the_published_shape(name: str) -> None:
    box = create(STAND_IN, clock=lambda: NOW, limits=False)
    http = Http(transport=httpx2.WSGITransport(app=box.wsgi))
    token = box.credential()["access_token"]
    stream, position = META_ADS.stream(name), Position()
    seen: list[Any] = []
    sums: dict[str, dict[str, Any]] = {}
    following: Position | None = position
    while following is not None:
        request = request_for(META_ADS, stream, PART, following)
        given = http.send(META_ADS, request.with_headers({"authorization": f"Bearer {token}"}))
        reading = read(META_ADS, stream, PART, following, request, given)
        seen += orjson.loads(orjson.dumps(reading.records))
        sums = add_sums(sums, reading.sums)
        following = reading.position
    assert seen
    for one in sums.values():  # what rounding can make is forgiven in spend, and in nothing else
        theirs, ours, slack = (Decimal(one.get(side, "0")) for side in ("theirs", "ours", "slack"))
        assert theirs > 0
        assert same(theirs, ours, slack)
    assert [name for name, one in sums.items() if "slack" in one] == (["spend"] if sums else [])
    published = {**orjson.loads(orjson.dumps(RECORDED[name].base)), "targeting": None}
    for record in seen:
        record.pop("targeting", None)  # free in form
        like(published, record, name)
    filled = {field for record in seen for field in record}
    assert filled >= RECORDED[name].base.keys() - {"targeting"}, "a published field is never told"


def test_columns_may_read_fields_that_begin_with_a_digit() -> None:
    (one,) = columns("1d_click=click_1d float+ Within a day")
    assert (one.name, one.path) == ("click_1d", ("1d_click",))
    with pytest.raises(ValueError, match="begins with a letter"):
        columns("1d_click float+ Within a day")


def test_views_keep_the_windows_apart() -> None:
    view = next(view for view in META_ADS.views if view.name == "ad_actions_daily")
    assert [column.name for column in view.columns][-5:] == ["value", "click_1d", "click_7d", "click_28d", "view_1d"]


def test_no_window_reaches_further_back_than_the_platform_does() -> None:
    days = META_ADS.stream("insights_ad_daily").days
    assert days is not None
    assert days.history <= timedelta(days=1123)
    assert replace(days, history=timedelta()).look_back == timedelta(days=28)
