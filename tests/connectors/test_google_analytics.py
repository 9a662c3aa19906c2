"""Google Analytics: answers in pieces, numbers as texts, tokens, and whose properties a login sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import orjson
import pytest

from infra.sandbox import create
from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import Http, answer
from shared.platforms import platform
from shared.platforms.google_analytics.access import MOST_ASKED, discover
from shared.platforms.google_analytics.errors import refuse, stated_pause
from shared.platforms.google_analytics.records import day, decimal, listed, unfold, whole
from shared.platforms.google_analytics.reports import EXACT, OURS, report
from shared.secret import Secret
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import body
from tests.connectors.recorded.google_analytics import PUBLISHED, google_error

GOOGLE = platform("google_analytics")
HEADERS = {
    "dimensionHeaders": [{"name": "date"}, {"name": "sessionSource"}],
    "metricHeaders": [
        {"name": "sessions", "type": "TYPE_INTEGER"},
        {"name": "totalRevenue", "type": "TYPE_CURRENCY"},
        {"name": "keyEvents", "type": "TYPE_FLOAT"},
    ],
    "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Berlin"},
    "kind": "analyticsData#runReport",
}


def row(*values: str) -> dict[str, Any]:
    cells = [{"value": value} for value in values]
    return {"dimensionValues": cells[:2], "metricValues": cells[2:]}


# -- answers ------------------------------------------------------------------------------------------


def test_headers_and_rows_become_records() -> None:
    rows = [row("20261102", "google", "318", "1240.5", "2.0"), row("20261103", "(direct)", "97", "0", "0")]
    first, second = unfold({**HEADERS, "rows": rows, "rowCount": 2})
    assert first == {
        "date": "2026-11-02", "sessionSource": "google", "sessions": 318, "totalRevenue": "1240.5", "keyEvents": "2.0",
        "account_zone": "Europe/Berlin", "account_currency": "EUR",
    }  # fmt: skip
    assert (second["date"], second["sessions"], second["totalRevenue"]) == ("2026-11-03", 97, "0")


def test_an_empty_report_is_known_by_its_headers_and_by_no_count() -> None:
    assert unfold(HEADERS) == []
    assert unfold({**HEADERS, "rowCount": 0}) == []
    odds: list[Any] = [{**HEADERS, "rowCount": 3}, {}, {"rows": []}, {**HEADERS, "rows": None}, [], None]
    for odd in odds:
        with pytest.raises((KeyError, TypeError, AttributeError)):
            unfold(odd)


def test_rows_of_another_length_than_the_headers_are_an_error() -> None:
    for odd in (row("20261102", "google", "318", "1"), row("20261102", "google", "318", "1", "2", "3"), {}):
        with pytest.raises((ValueError, KeyError)):
            unfold({**HEADERS, "rows": [odd], "rowCount": 1})


def test_why_numbers_are_not_exact_goes_with_every_row() -> None:
    rows = [row("20261102", "(other)", "318", "1", "1"), row("20261103", "google", "97", "0", "0")]
    sampled = [{"samplesReadCount": "500000", "samplingSpaceSize": "2500000"}]
    notes = {"samplingMetadatas": sampled, "dataLossFromOtherRow": True, "subjectToThresholding": True}
    metadata = {**HEADERS["metadata"], **notes, "emptyReason": ""}  # type: ignore[dict-item]
    for record in unfold({**HEADERS, "metadata": metadata, "rows": rows, "rowCount": 2}):
        assert record["report_notes"] == notes
    quiet = {"subjectToThresholding": False, "samplingMetadatas": []}
    (plain,) = unfold({**HEADERS, "metadata": quiet, "rows": rows[:1], "rowCount": 1})
    assert "report_notes" not in plain
    assert "account_currency" not in plain, "the connection's own is as good"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("318", 318), ("-3", -3), ("12.0", 12), ("1.2E3", 1200), ("12.5", "12.5"), ("(other)", "(other)"), ("", ""),
     ("1" * 18, int("1" * 18)), ("NaN", "NaN"), ("Infinity", "Infinity"), ("1E400", "1E400")],
)  # fmt: skip
def test_whole_numbers_are_read_however_they_are_written(written: str, meant: Any) -> None:
    assert whole(written) == meant
    assert type(whole(written)) is type(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1240.5", "1240.5"), ("0", "0"), ("137.59999999999997", "137.6"), ("1.24E7", "12400000"), ("-1E-12", "0"),
     ("0.5700000000000001", "0.57"), ("NaN", "NaN"), ("text", "text"), ("9120", "9120"), ("1e-3", "0.001")],
)  # fmt: skip
def test_other_numbers_keep_nine_digits_after_the_point(written: str, meant: str) -> None:
    assert decimal(written) == meant


def test_days_are_written_as_days() -> None:
    assert day("20261102") == "2026-11-02"
    assert day("(other)") == "(other)"


def test_key_events_are_left_out_where_there_are_none() -> None:
    assert listed({}) == []
    assert listed({"keyEvents": [{"name": "a"}], "nextPageToken": "x"}) == [{"name": "a"}]
    odds: list[Any] = [{"conversionEvents": []}, {"error": {}}]
    for odd in odds:
        with pytest.raises(KeyError):
            listed(odd)


# -- declarations -------------------------------------------------------------------------------------


def test_reports_keep_to_what_one_question_may_ask() -> None:
    for stream in GOOGLE.streams:
        if stream.days is None:
            continue
        assert 1 <= len(stream.body["dimensions"]) <= 9
        assert 1 <= len(stream.body["metrics"]) <= 10
        assert stream.body["dimensions"][0] == {"name": "date"}
        assert [one["dimension"]["dimensionName"] for one in stream.body["orderBys"]] == [
            one["name"] for one in stream.body["dimensions"]
        ], "only a complete order is the same on every page"
        assert stream.key[:2] == ("account_id", "date")
        assert not stream.days.today
        assert stream.totals is not None
        assert set(stream.totals.measures) <= EXACT


def test_a_report_whose_metrics_do_not_add_up_says_so() -> None:
    from shared.vocabulary.columns import columns

    people = report("people", "People", columns("date* date Day", "activeUsers=active_users int~ People"))
    assert people.totals is None
    assert people.unproven
    assert {column.name for column in OURS} <= {column.name for column in people.columns}


# -- tokens and refusals ------------------------------------------------------------------------------


def told(quota: dict[str, Any], when: str = "Fri, 20 Nov 2026 08:30:00 GMT") -> Answer:
    return body(200, {**HEADERS, "propertyQuota": quota}, date=when)


def test_nobody_rests_while_there_are_tokens() -> None:
    plenty = {"consumed": 5, "remaining": 13_000}
    quota = {"tokensPerDay": {"remaining": 150_000}, "tokensPerHour": plenty, "tokensPerProjectPerHour": plenty}
    assert stated_pause(told({**quota, "serverErrorsPerProjectPerHour": {"remaining": 10}})) is None
    assert stated_pause(told({})) is None
    assert stated_pause(body(200, {"name": "properties/1"})) is None


def test_an_hour_without_tokens_is_waited_for_by_the_platforms_clock() -> None:
    for name in ("tokensPerHour", "tokensPerProjectPerHour", "serverErrorsPerProjectPerHour"):
        for left in ({"consumed": 5, "remaining": 2}, {"consumed": 5}):  # zero may be left out
            assert stated_pause(told({name: left})) == timedelta(minutes=31)
    spent = google_error(429, "Exhausted property tokens per project per hour.", "RESOURCE_EXHAUSTED")
    assert stated_pause(spent) == timedelta(hours=1), "no clock, no shortcut"


def test_a_day_without_tokens_ends_in_california() -> None:
    assert stated_pause(told({"tokensPerDay": {"remaining": 10}})) == timedelta(hours=23, minutes=31)  # 00:30 there
    late = told({"tokensPerDay": {"remaining": 10}}, "Fri, 20 Nov 2026 18:00:00 GMT")
    assert stated_pause(late) == timedelta(hours=14, minutes=1)
    odd = told({"tokensPerDay": {"remaining": 10}}, "soon")
    assert stated_pause(odd) == timedelta(hours=1)


def test_faults_of_the_platform_are_not_repeated_at_once() -> None:
    assert stated_pause(google_error(503, "Unavailable", "UNAVAILABLE")) == timedelta(minutes=5)
    assert stated_pause(google_error(429, "Exhausted concurrent requests quota.", "RESOURCE_EXHAUSTED")) is None


WORDS = [
    (google_error(400, "Please remove itemName to make the request compatible.", "INVALID_ARGUMENT"), Configure,
     "report-not-possible"),
    (google_error(400, "Field foo is not a valid metric.", "INVALID_ARGUMENT"), Configure, "report-not-possible"),
    (google_error(400, "Invalid value at 'limit'", "INVALID_ARGUMENT"), Bug, "refused"),
    (google_error(401, "Invalid credentials", "UNAUTHENTICATED"), Reconnect, "not-authorised"),
    (google_error(403, "No permission", "PERMISSION_DENIED"), Configure, "no-permission"),
    (google_error(403, "Disabled", "PERMISSION_DENIED", "SERVICE_DISABLED"), Configure, "api-not-enabled"),
    (google_error(403, "Scopes", "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), Reconnect, "scope-missing"),
    (google_error(429, "Exhausted property tokens per day", "RESOURCE_EXHAUSTED"), Later, "limited"),
    (google_error(500, "Internal", "INTERNAL"), Later, "platform-down"),
    (answer(403, {}, b"<html>"), Later, "refused-at-edge"),
    (body(403, {"error": {"details": "none"}}), Configure, "no-permission"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kind", "code"), WORDS)
def test_refusals_say_who_must_act(given: Answer, kind: type[Problem], code: str) -> None:
    problem = refuse(given)
    assert type(problem) is kind
    assert problem is not None
    assert problem.code == code
    assert problem.sentence.endswith(".")


# -- accounts -----------------------------------------------------------------------------------------


def summary(account: int, *properties: int) -> dict[str, Any]:
    below = [{"property": f"properties/{number}", "displayName": f"Site {number}"} for number in properties]
    head = {"name": f"accountSummaries/{account}", "account": f"accounts/{account}", "displayName": "Agency"}
    return head | ({"propertySummaries": below} if below else {})


def detail(number: int, zone: str = "Europe/Berlin", currency: str = "EUR") -> dict[str, Any]:
    return {"name": f"properties/{number}", "timeZone": zone, "currencyCode": currency}


def talk(*answers: Any) -> tuple[list[Request], tuple[Account, ...]]:
    conversation = discover(Credential(Secret("token")))
    asked = [next(conversation)]
    for given in answers:
        Http().address(GOOGLE, asked[-1].url)  # on its own hosts
        assert asked[-1].headers == {"authorization": "Bearer token"}
        try:
            asked.append(conversation.send(given if isinstance(given, Answer) else body(200, given)))
        except StopIteration as end:
            return asked, end.value
    raise AssertionError("it asks on")


def test_each_property_is_an_account_with_its_own_zone_and_currency() -> None:
    asked, accounts = talk(
        {"accountSummaries": [summary(1, 11, 12)], "nextPageToken": "more"},
        {"accountSummaries": [summary(2), summary(3, 31)]},
        {"properties": [detail(11), detail(12, "America/New_York", "USD")]},
        {"properties": [detail(31, "Asia/Tokyo", "JPY")]},
    )
    assert [request.url.rpartition("/")[2] for request in asked] == [
        "accountSummaries", "accountSummaries", "properties", "properties"
    ]  # fmt: skip
    assert asked[1].query == {"pageSize": "200", "pageToken": "more"}
    assert asked[2].query == {"pageSize": "200", "filter": "ancestor:accounts/1"}
    assert [(one.id, one.title, one.zone, one.currency, one.closed) for one in accounts] == [
        ("11", "Site 11 (Agency)", "Europe/Berlin", "EUR", ""),
        ("12", "Site 12 (Agency)", "America/New_York", "USD", ""),
        ("31", "Site 31 (Agency)", "Asia/Tokyo", "JPY", ""),
    ]


def test_a_property_without_settings_cannot_be_chosen() -> None:
    _, accounts = talk({"accountSummaries": [summary(1, 11, 12)]}, {"properties": [detail(11)]})
    assert [bool(one.closed) for one in accounts] == [False, True]
    _, accounts = talk({"accountSummaries": [summary(1, 11)]}, {})
    assert accounts[0].closed


def test_a_login_without_properties_shows_none() -> None:
    assert talk({})[1] == ()
    assert talk({"accountSummaries": [summary(1)]})[1] == ()


def test_a_login_that_sees_very_many_accounts_is_not_looked_through() -> None:
    many = {"accountSummaries": [summary(number, number) for number in range(100, 100 + MOST_ASKED + 5)]}
    asked, accounts = talk(many, *[{"properties": [detail(number)]} for number in range(100, 100 + MOST_ASKED)])
    assert len(asked) == MOST_ASKED + 1
    assert sum(bool(one.closed) for one in accounts) == 5


@pytest.mark.parametrize("odd", [{"accounts": []}, [], None, {"accountSummaries": [summary(1, 11)], "x": 1}])
def test_answers_of_another_shape_are_no_accounts(odd: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        talk(body(200, odd))


def test_a_list_that_stands_still_ends() -> None:
    page = {"accountSummaries": [summary(1)], "nextPageToken": "same"}
    asked, _ = talk(page, page)
    assert len(asked) == 2


# -- the stand-in against what is published -----------------------------------------------------------


def like(shape: Any, value: Any, where: str = "") -> None:
    """Every field is a published one, of the published type."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        if shape:
            assert set(value) <= set(shape), f"{where}: {set(value) - set(shape)}"
        for name, inner in value.items():
            like(shape.get(name, {}), inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for inner in value:
            like(shape[0], inner, where)
    elif shape is int:
        assert type(value) is int, where
    else:
        assert isinstance(value, shape), f"{where}: {value!r}"


def test_the_stand_in_answers_as_published() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    box = create("google_analytics", seed=3, clock=lambda: now, options={"most_rows": 40})
    given = box.credential()
    headers = {"authorization": f"Bearer {given['access_token']}"}
    client = httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi), base_url="https://x.example/v1beta")
    one, seen = "/properties/331234567", set[str]()

    def check(kind: str, said: httpx2.Response) -> Any:
        like(PUBLISHED[kind], said.json(), kind)
        seen.add(kind)
        return said.json()

    check("accountSummaries", client.get("/accountSummaries", headers=headers))
    check("properties", client.get("/properties", params={"filter": "parent:accounts/1000"}, headers=headers))
    check("property", client.get(one, headers=headers))
    assert check("keyEvents", client.get(f"{one}/keyEvents", params={"pageSize": "1"}, headers=headers))[
        "nextPageToken"
    ]
    window = [{"startDate": "2026-11-01", "endDate": "2026-11-07"}]
    sampled = {"samplingMetadatas": [{"samplesReadCount": "5", "samplingSpaceSize": "9"}]}
    box.platform.levers["note"](box.world, {"account": "331234567", "metadata": sampled})
    for stream in GOOGLE.streams:
        if stream.days is not None:
            asked = orjson.loads(orjson.dumps(stream.body)) | {"dateRanges": window}
            answered = check("runReport", client.post(f"{one}:runReport", json=asked, headers=headers))
            assert answered["rowCount"] == len(answered["rows"])
    empty = {"dateRanges": [{"startDate": "2020-01-01", "endDate": "2020-01-02"}], "metrics": [{"name": "sessions"}]}
    answered = check("runReport", client.post(f"{one}:runReport", json=empty, headers=headers))
    assert not {"rows", "rowCount"} & set(answered)
    asked = {"dimensions": [{"name": "date"}], "metrics": [{"name": "sessions"}]}
    check("checkCompatibility", client.post(f"{one}:checkCompatibility", json=asked, headers=headers))
    for wrong in (client.get(one), client.post(f"{one}:runReport", json={}, headers=headers), client.get("/x")):
        check("error", wrong)
    assert seen == set(PUBLISHED)
