"""Klaviyo's own functions, its account and refusals, and whether its stand-in answers as its specification says."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest

from infra.sandbox import create_any
from shared.clock import iso
from shared.connectors import calendar, platform
from shared.connectors.klaviyo import KLAVIYO, NO_MESSAGE
from shared.connectors.klaviyo_account import rest_after
from shared.connectors.klaviyo_records import (
    day_of,
    listing_tags,
    on_its_day,
    per_day,
    per_message,
    since,
    with_messages,
)
from shared.connectors.planning import window
from shared.connectors.reading import Part, instead, read, request_for
from shared.connectors.slicing import Days
from shared.connectors.spec import Account, App, Credential
from shared.errors import Bug, Configure, Later, Reconnect
from shared.http import Http, answer
from shared.model import Run
from shared.oauth.flow import authorize_query, code_request, refresh_request
from shared.oauth.tokens import read_grant
from shared.secret import Secret
from tests.connectors import test_sandbox
from tests.connectors.recorded.klaviyo import BASES, error, said

NOON = datetime(2026, 9, 3, 12, tzinfo=UTC)
KEY = "pk_0123456789abcdef0123456789abcdef01"


# -- filters ---------------------------------------------------------------------------------------------


def test_an_exclusive_bound_begins_a_second_earlier() -> None:
    assert since("updated", exclusive=True)(NOON, None) == "greater-than(updated,2026-09-03T11:59:59Z)"
    assert since("datetime")(NOON, None) == "greater-or-equal(datetime,2026-09-03T12:00:00Z)"


def test_fractions_of_a_second_lose_nothing_at_either_end() -> None:
    odd = NOON + timedelta(microseconds=700_000)
    both = since("updated", exclusive=True)(odd, odd)
    assert both == "greater-than(updated,2026-09-03T11:59:59Z),less-than(updated,2026-09-03T12:00:01Z)"


def test_moments_of_any_zone_are_written_with_z() -> None:
    there = datetime.fromisoformat("2026-09-03T14:00:00+02:00")
    assert since("datetime")(None, there) == "less-than(datetime,2026-09-03T12:00:00Z)"
    assert since("datetime")(None, None) == ""


def test_a_filter_on_time_goes_behind_the_one_of_the_pass() -> None:
    stream = KLAVIYO.stream("campaigns")
    part = Part({}, {}, NOON, None, NOON)
    asked = [request_for(KLAVIYO, stream, part, {"pass": number}).query["filter"] for number in range(6)]
    assert len(set(asked)) == 6
    assert all(each.startswith("equals(messages.channel,'") for each in asked)
    assert all(each.endswith(",greater-or-equal(updated_at,2026-09-03T12:00:00Z)") for each in asked)
    assert sum("equals(archived,true)" in each for each in asked) == 3


def test_an_end_that_has_not_come_yet_is_not_asked_for() -> None:
    stream = KLAVIYO.stream("events")
    for until, wanted in ((NOON + timedelta(days=1), None), (NOON - timedelta(days=1), NOON - timedelta(days=1))):
        run = Run(
            "r", "acme", "con", "klaviyo", "backfill", started_at=NOON, since=NOON - timedelta(days=9), until=until
        )
        assert window(stream, run, None) == (NOON - timedelta(days=9), wanted)


# -- records -------------------------------------------------------------------------------------------


def test_campaigns_take_their_messages_along() -> None:
    message = {"type": "campaign-message", "id": "m1"}
    campaign = {"id": "c1", "relationships": {"campaign-messages": {"data": [message]}}}
    apart = {**message, "attributes": {"definition": {"channel": "sms"}}}
    tag = {"type": "tag", "id": "m1", "attributes": {"name": "Summer"}}  # an id says nothing without its type
    (found,) = with_messages({"data": [campaign], "included": [tag, apart]})
    assert found["messages"] == [{"message_id": "m1", "definition": {"channel": "sms"}}]
    for lacking in ({"data": [campaign]}, {"data": [{"id": "c1"}]}, {"data": [{"id": "c1", "relationships": {}}]}):
        with pytest.raises(KeyError):
            with_messages(lacking)


def test_tags_that_are_not_told_are_not_none() -> None:
    def tags(related: Any) -> Any:
        (row,) = listing_tags({"id": "l1", "relationships": {"tags": related}}, {})
        return row.get("tag_ids")

    assert tags({"data": [{"type": "tag", "id": "t1"}]}) == ["t1"]
    assert tags({"data": []}) == []
    assert tags({"links": {}}) is None


def series(moments: list[str], **statistics: list[float]) -> Any:
    result = {"groupings": {"flow_id": "f1"}, "statistics": statistics}
    return {"data": {"type": "flow-series-report", "attributes": {"date_times": moments, "results": [result]}}}


def test_values_of_a_series_belong_to_the_day_at_their_place() -> None:
    found = per_day(series(["2026-08-01T00:00:00+00:00", "2026-08-02T00:00:00+00:00"], opens=[12.0, 9.0]))
    rows = [row for record in found for row in on_its_day(record, {"account_zone": "Europe/Berlin"})]
    assert rows == [
        {"day": "2026-08-01", "flow_id": "f1", "opens": 12.0},
        {"day": "2026-08-02", "flow_id": "f1", "opens": 9.0},
    ]


@pytest.mark.parametrize("values", [[12.0], [12.0, 9.0, 1.0], []])
def test_a_series_with_more_or_fewer_values_than_days_is_an_error(values: list[float]) -> None:
    with pytest.raises(ValueError, match="not one value for each day"):
        per_day(series(["2026-08-01T00:00:00+00:00", "2026-08-02T00:00:00+00:00"], opens=values))


def test_values_stand_beside_what_they_belong_to() -> None:
    result = {"groupings": {"campaign_id": "c1"}, "statistics": {"opens": 3.0}}
    assert per_message({"data": {"attributes": {"results": [result]}}}) == [{"campaign_id": "c1", "opens": 3.0}]
    with pytest.raises(TypeError):
        per_message({"data": {"attributes": {"results": None}}})


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2026-08-01T00:00:00+00:00", "America/New_York", "2026-08-01"),  # midnight names its day …
        ("2026-08-01T00:00:00+00:00", "Europe/Berlin", "2026-08-01"),
        ("2026-07-31T22:00:00+00:00", "Europe/Berlin", "2026-08-01"),  # … or it is the account's, told in UTC
        ("2026-08-01T04:00:00+00:00", "America/New_York", "2026-08-01"),
        (
            "2026-11-01T05:00:00+00:00",
            "America/New_York",
            "2026-11-01",
        ),  # a day of 25 hours
        ("2026-08-01T00:00:00+02:00", "Europe/Berlin", "2026-08-01"),
        ("2026-08-01T00:00:00", "Asia/Tokyo", "2026-08-01"),
        ("2026-07-31T15:00:00Z", "Asia/Tokyo", "2026-08-01"),
    ],
)
def test_days_are_the_accounts_whichever_way_they_are_told(text: str, zone: str, day: str) -> None:
    assert day_of(text, zone) == day


def test_actions_of_a_kind_that_is_new_are_asked_for_their_messages() -> None:
    per = KLAVIYO.stream("flow_messages").per
    assert per is not None
    assert per.when is not None
    assert per.when({"attributes": {"definition": {"type": "send-carrier-pigeon"}}})
    assert not any(per.when({"attributes": {"definition": {"type": kind}}}) for kind in NO_MESSAGE)


# -- windows that are told as one -------------------------------------------------------------------------


def test_a_window_told_as_one_is_never_cut() -> None:
    rule = KLAVIYO.stream("campaign_values_report").days
    assert rule is not None
    every = list(calendar.windows(rule, "UTC", NOON, None, None))
    backfill = NOON - timedelta(days=200), NOON - timedelta(days=170)
    for first, last in [*every, *calendar.windows(rule, "UTC", NOON, *backfill)]:
        assert first.toordinal() % rule.size == 0
        assert (last - first).days == rule.size - 1 or last == date(2026, 9, 2), "the newest ends yesterday"
    assert set(calendar.windows(rule, "UTC", NOON, *backfill)) <= set(every)


def test_rows_of_a_window_told_as_one_take_its_first_day() -> None:
    stream = KLAVIYO.stream("campaign_values_report")
    part = Part({}, {"conversion_metric_id": "M1"}, *calendar.as_moments((date(2026, 6, 14), date(2026, 9, 2))), NOON)
    assert instead(stream, part, {}, Later("too-much", "Too much.")) is None, "half of it would be told as all"
    body = request_for(KLAVIYO, stream, part, {}).json["data"]["attributes"]
    assert body["timeframe"] == {"start": "2026-06-14T00:00:00+00:00", "end": "2026-09-02T23:59:59+00:00"}
    assert body["conversion_metric_id"] == "M1"


@pytest.mark.parametrize("name", ["flow_series_report", "segment_series"])
def test_no_window_of_a_daily_series_is_longer_than_klaviyo_allows(name: str) -> None:
    rule = KLAVIYO.stream(name).slices
    assert isinstance(rule, Days)
    assert all((last - first).days < 60 for first, last in calendar.windows(rule, "UTC", NOON, None, None))
    assert NOON.date() - rule.history > date(2023, 6, 1), "before it there are no sizes of segments"


# -- account, refusals, limits ------------------------------------------------------------------------------


def talk(*answers: Any, how: str = "oauth") -> tuple[Any, tuple[Account, ...]]:
    conversation = KLAVIYO.discover(Credential(Secret(KEY), how=how))
    asked = next(conversation)
    try:
        conversation.send(answers[0])
    except StopIteration as end:
        return asked, end.value
    raise AssertionError("it asks on")


CONTACT = {"organization_name": "Demo"}
TOLD = {"contact_information": CONTACT, "timezone": "Europe/Berlin", "preferred_currency": "EUR"}
ONE = {"id": "AbC123", "attributes": TOLD}


def test_the_account_tells_its_zone_and_its_currency() -> None:
    asked, accounts = talk(said({"data": [ONE]}))
    assert asked.url == "https://a.klaviyo.com/api/accounts"
    assert asked.headers == {
        "revision": "2026-07-15", "accept": "application/vnd.api+json", "authorization": f"Bearer {KEY}",
    }  # fmt: skip
    assert accounts == (Account("AbC123", "Demo", "Europe/Berlin", "EUR"),)
    _, (nameless,) = talk(said({"data": [{"id": "AbC123"}]}))
    assert (nameless.title, nameless.zone, nameless.currency) == ("AbC123", "UTC", "")


def test_a_private_key_has_a_word_of_its_own_before_it() -> None:
    asked, _ = talk(said({"data": [ONE]}), how="key")
    assert asked.headers["authorization"] == f"Klaviyo-API-Key {KEY}"


@pytest.mark.parametrize("body", [{}, [], {"data": []}, {"data": None}, {"data": [{}]}, {"data": ["x"]}, None])
def test_answers_without_an_account_are_no_account(body: Any) -> None:
    with pytest.raises(Reconnect):
        talk(said(body))


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (error(401, "not_authenticated"), Reconnect, "not-authorised"),
        (error(403, "authentication_failed"), Reconnect, "not-authorised"),  # the code says it, whatever the status
        (answer(401, {}, b"<html>"), Reconnect, "not-authorised"),
        (error(403, "permission_denied"), Configure, "no-permission"),
        (answer(403, {}, b"<html>"), Later, "refused-at-edge"),
        (error(429, "throttled", retry_after="3"), Later, "limited"),
        (error(400, "throttled"), Later, "limited"),
        (error(503, "service_unavailable"), Later, "platform-down"),
        (error(400, "invalid"), Bug, "refused"),
        (said({"errors": "odd"}, 400), Bug, "refused"),
    ],
)
def test_refusals_say_who_must_act(given: Any, kind: type[Exception], code: str) -> None:
    problem = KLAVIYO.refuse(given)
    assert type(problem) is kind
    assert problem is not None
    assert problem.code == code
    assert problem.sentence.endswith(".")


def test_the_rest_is_read_when_nothing_is_left() -> None:
    def rest(**headers: str) -> timedelta | None:
        return rest_after(answer(200, {name.replace("_", "-"): text for name, text in headers.items()}, b"{}"))

    assert rest(ratelimit_remaining="0", ratelimit_reset="31") == timedelta(seconds=31)
    assert rest(ratelimit_remaining="1", ratelimit_reset="31") is None
    assert rest(ratelimit_remaining="0") is None
    assert rest(ratelimit_remaining="0", ratelimit_reset="soon") is None
    assert rest(ratelimit_remaining="0", ratelimit_reset="9" * 30) is None
    assert rest() is None


MOST = {"xs": (1, 15), "s": (3, 60), "m": (10, 150), "l": (75, 700), "": (350, 3500), "reports": (1, 2)}


@pytest.mark.parametrize("name", MOST)
def test_no_second_and_no_minute_ever_holds_more_than_its_tier_allows(name: str) -> None:
    """A burst, and then one by one at that pace: what the fullest second and the fullest minute can hold."""
    limits, (second, minute) = (KLAVIYO.allowances[name] if name else KLAVIYO.limits), MOST[name]
    assert limits.per_second is not None
    for seconds, most in ((1.0, second), (60.0, minute)):
        later = int((seconds * 1.001) * limits.per_second) if limits.burst == 1 else seconds * limits.per_second
        assert limits.burst + later <= most
    assert set(KLAVIYO.allowances) | {""} == set(MOST)
    assert {stream.allowance for stream in KLAVIYO.streams} == set(MOST)


def test_reports_share_one_day() -> None:
    reports = [stream for stream in KLAVIYO.streams if stream.method == "POST"]
    assert {stream.allowance for stream in reports} == {"reports"}
    per_day = KLAVIYO.allowances["reports"].per_day
    assert per_day is not None
    assert per_day < 225


def test_keys_are_recognised_by_their_form() -> None:
    way = KLAVIYO.key_way
    assert way is not None
    for right in (KEY, "pk_AbC123_0123456789abcdef0123456789abcdef"):
        assert re.fullmatch(way.pattern, right)
    for wrong in ("", "AbC123", "pk_", "sk_" + KEY[3:], KEY + "/..", KEY + "\n", "Klaviyo-API-Key " + KEY):
        assert not re.fullmatch(way.pattern, wrong)


def test_consent_asks_for_reading_only() -> None:
    assert KLAVIYO.oauth is not None
    assert KLAVIYO.oauth.pkce
    assert KLAVIYO.oauth.client_auth == "client_secret_basic"
    assert all(scope.endswith(":read") for scope in KLAVIYO.oauth.scopes)
    assert {stream.scope for stream in KLAVIYO.streams} == set(KLAVIYO.oauth.scopes)


def test_codes_and_refresh_tokens_are_traded_with_our_app_in_the_header_alone() -> None:
    oauth, app = KLAVIYO.oauth, App("our-id", Secret("our-secret"))
    assert oauth is not None
    query = dict(parse_qsl(authorize_query(oauth, app, "https://example.com/back", "state", "v" * 50)))
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert query["code_challenge"] not in ("", "v" * 50)
    code = code_request(oauth, app, "the-code", "https://example.com/back", "v" * 50)
    refresh = refresh_request(oauth, app, Secret("the-refresh-token"))
    for call in (code, refresh):
        assert (call.method, call.url) == ("POST", "https://a.klaviyo.com/oauth/token")
        assert b64decode(call.headers["authorization"].removeprefix("Basic ")) == b"our-id:our-secret"
        assert "our-secret" not in str(call.form)
    assert code.form == {
        "grant_type": "authorization_code", "code": "the-code", "redirect_uri": "https://example.com/back",
        "code_verifier": "v" * 50,
    }  # fmt: skip
    assert refresh.form == {"grant_type": "refresh_token", "refresh_token": "the-refresh-token"}


@pytest.mark.parametrize("given", [{"refresh_token": "new"}, {"refresh_token": "old"}, {}])
def test_whatever_refresh_token_comes_back_is_kept(given: dict[str, str]) -> None:
    """Whether the old one dies is not documented: a new one goes before it, and without one it stays."""
    before = Credential(Secret("access"), Secret("old"))
    told = {"access_token": "a2", "token_type": "bearer", "expires_in": 3600, **given}
    kept = read_grant(KLAVIYO, said(told), NOON, before)
    assert kept.refresh_token is not None
    assert kept.refresh_token.reveal() == given.get("refresh_token", "old")
    assert kept.expires_at == iso(NOON + timedelta(hours=1))


# -- the stand-in against the specification ------------------------------------------------------------------


FREE = frozenset({"event_properties", "properties", "definition", "integration", "links", "included"})


def unlike(told: Any, published: Any, where: str = "") -> list[str]:
    """Fields that the specification does not know, or of another type. What has keys of its own is not looked into."""
    if told is None or published is None:
        return []
    if isinstance(told, dict) and isinstance(published, dict):
        found = [f"{where}.{name}" for name in told if name not in published]
        for name in told.keys() & published.keys() - FREE:
            found += unlike(told[name], published[name], f"{where}.{name}")
        return found
    if isinstance(told, list) and isinstance(published, list):
        return [each for one in told for each in unlike(one, published[0] if published else None, f"{where}[]")]
    numbers = {int, float}
    alike = type(told) is type(published) or {type(told), type(published)} <= numbers
    coordinate = where.rpartition(".")[2] in ("latitude", "longitude")
    return [] if alike or (coordinate and type(told) in {str, int, float}) else [f"{where}: {told!r}"]


def answers_of(box: Any, patch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Everything that the stand-in says to a first run, by stream."""
    found: dict[str, list[Any]] = {}
    whole, http = platform("klaviyo"), Http(transport=httpx2.WSGITransport(app=box.wsgi))

    def keeping(a: Any, stream: Any, c: Any, d: Any, e: Any, given: Any) -> Any:
        found.setdefault(stream.name, []).append(json.loads(given.body))
        return read(a, stream, c, d, e, given)

    patch.setattr(test_sandbox, "read", keeping)
    credential = test_sandbox.open_credential(box)
    (account,) = test_sandbox.discovered(whole, http, credential)
    test_sandbox.everything(whole, http, credential, account, NOON)
    return found


def test_the_stand_in_answers_as_the_specification_says(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {"profiles": 30, "lists": 2, "segments": 2, "campaigns": 9, "flows": 1, "events": 30}
    box = create_any("klaviyo", seed=5, counts=counts, clock=lambda: NOON, limits=False)
    found = answers_of(box, monkeypatch)
    assert set(found) == {stream.name for stream in KLAVIYO.streams}
    for name, told in found.items():
        for one in told:
            wrong = unlike(*beside(name, one), name)
            assert not wrong, wrong[:5]


def beside(name: str, told: Any) -> tuple[Any, Any]:
    """An answer, and the recorded one in the same shape."""
    if name in ("list_counts", "segment_counts"):
        return told, BASES[name]
    if name in ("campaign_values_report", "flow_series_report", "segment_series"):
        results = told["data"]["attributes"]["results"]
        plain = {key: value for key, value in BASES[name].items() if key != "date_time"}
        lists = name != "campaign_values_report"
        rows = [
            {**each["groupings"], **{k: v[0] if lists else v for k, v in each["statistics"].items()}}
            for each in results
        ]
        assert set(told["data"]["attributes"]) == ({"results", "date_times"} if lists else {"results"})
        return rows, [plain]
    return told["data"], [{key: value for key, value in BASES[name].items() if key != "messages"}]
