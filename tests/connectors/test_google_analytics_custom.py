"""Reports that a workspace defines itself: what may be asked for, and what table becomes of it."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from infra.sandbox import create
from shared.errors import Bug, Configure, Later
from shared.http import Http
from shared.platforms import platform
from shared.platforms.google_analytics.custom import check, column_name, stream
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import body
from tests.connectors.recorded.google_analytics import google_error

GOOGLE = platform("google_analytics")
WANTED = {"dimensions": ["customEvent:plan", "date"], "metrics": ["eventCount", "totalRevenue", "activeUsers"]}
DEFINED = {
    "dimensions": [{"name": "date", "title": "Date"}, {"name": "customEvent:plan", "title": "Plan"}],
    "metrics": [
        {"name": "eventCount", "title": "Event count", "type": "TYPE_INTEGER"},
        {"name": "totalRevenue", "title": "Total revenue", "type": "TYPE_CURRENCY"},
        {"name": "activeUsers", "title": "Active users", "type": "TYPE_INTEGER"},
    ],
}


def checked(wanted: dict[str, Any], answer: Answer | None = None) -> tuple[Request, Any]:
    """Against the stand-in, or against one answer."""
    talk = check("331234567", wanted)
    request = next(talk)
    if answer is None:
        box = create("google_analytics", seed=3)
        headers = {"authorization": f"Bearer {box.credential()['access_token']}"}
        http = Http(transport=httpx2.WSGITransport(app=box.wsgi))
        answer = http.send(GOOGLE, request.with_headers(headers))
    with pytest.raises(StopIteration) as end:
        talk.send(answer)
    return request, end.value.value


def test_what_is_wanted_is_asked_and_becomes_a_definition() -> None:
    request, definition = checked(WANTED)
    assert request.method == "POST"
    assert request.url == "https://analyticsdata.googleapis.com/v1beta/properties/331234567:checkCompatibility"
    assert request.json == {
        "dimensions": [{"name": "date"}, {"name": "customEvent:plan"}],
        "metrics": [{"name": name} for name in WANTED["metrics"]],
    }
    assert definition == DEFINED


TEN = [f"dimension{number}" for number in range(9)]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"metrics": ["sessions"], "dimensions": ["city"]}, "must have the dimension date"),
        ({"metrics": ["sessions"], "dimensions": []}, "between 1 and 9 dimensions"),
        ({"metrics": [], "dimensions": ["date"]}, "between 1 and 10 metrics"),
        ({"metrics": ["sessions"], "dimensions": ["date", *TEN]}, "between 1 and 9 dimensions, not 10"),
        ({"metrics": [f"m{n}" for n in range(11)], "dimensions": ["date"]}, "between 1 and 10 metrics, not 11"),
        ({"metrics": ["sessions"], "dimensions": ["date", "date"]}, "named twice"),
        ({"metrics": ["sessions; drop"], "dimensions": ["date"]}, "no metrics"),
        ({"metrics": ["sessions"], "dimensions": ["date", "{account_id}"]}, "no dimensions"),
        ({"metrics": ["sessions"], "dimensions": ["date", 7]}, "no dimensions"),
        ({}, "between 1 and 9"),
    ],
)
def test_what_cannot_be_a_report_is_not_asked_for(wanted: dict[str, Any], says: str) -> None:
    with pytest.raises(Configure, match="odd-report") as caught:
        next(check("331234567", wanted))
    assert says in caught.value.sentence


def test_what_the_platform_does_not_answer_is_for_the_agency() -> None:
    for wanted in (
        {"metrics": ["sessions"], "dimensions": ["date", "itemName"]},
        {"metrics": ["visits"], "dimensions": ["date"]},
        {"metrics": ["sessions"], "dimensions": ["date", "customEvent:nowhere"]},
    ):
        with pytest.raises(Configure, match="report-not-possible"):
            checked(wanted)
    talk = check("331234567", WANTED)
    next(talk)
    with pytest.raises(Later):
        talk.send(google_error(429, "Exhausted property tokens per hour.", "RESOURCE_EXHAUSTED"))


def test_a_field_that_is_not_told_is_not_taken() -> None:
    said: dict[str, Any] = {"dimensionCompatibilities": [], "metricCompatibilities": []}
    for odd, kind in ((body(200, said), Configure), (body(200, {}), Bug)):
        talk = check("331234567", WANTED)
        next(talk)
        with pytest.raises(kind):
            talk.send(odd)


def test_a_definition_becomes_a_stream_like_the_others() -> None:
    own = stream("plans", "Plans by day", DEFINED)
    assert (own.name, own.title, own.key) == (
        "custom_plans",
        "Plans by day",
        ("account_id", "date", "custom_event_plan"),
    )
    kinds = {column.name: (column.kind, column.adds) for column in own.columns}
    assert kinds["event_count"] == ("int", True)
    assert kinds["total_revenue"] == ("money", True)
    assert kinds["active_users"] == ("int", False), "what may not be added up without doubt is not"
    assert kinds["custom_event_plan"] == ("text", None)
    assert "report_notes" in kinds
    assert "account_currency" in kinds
    assert [one["name"] for one in own.body["dimensions"]] == ["date", "customEvent:plan"]
    assert own.totals is not None
    assert set(own.totals.measures) == {"eventCount", "totalRevenue"}
    assert own.name not in {each.name for each in GOOGLE.streams}


def test_two_fields_never_share_a_column() -> None:
    both = {**DEFINED, "dimensions": [*DEFINED["dimensions"], {"name": "customEventPlan", "title": "Other"}]}
    with pytest.raises(Configure, match="odd-report") as caught:
        stream("plans", "Plans", both)
    assert "custom_event_plan" in caught.value.sentence


@pytest.mark.parametrize("odd", [{}, {"dimensions": None, "metrics": []}, {"dimensions": [{}], "metrics": []}])
def test_a_definition_of_another_form_is_no_stream(odd: dict[str, Any]) -> None:
    with pytest.raises(Configure, match="odd-report"):
        stream("plans", "Plans", odd)


@pytest.mark.parametrize(
    ("name", "column"),
    [("date", "date"), ("sessionDefaultChannelGroup", "session_default_channel_group"),
     ("keyEvents:buy_now", "key_events_buy_now"),
     ("customEvent:plan", "custom_event_plan"), ("eventCount", "event_count")],
)  # fmt: skip
def test_columns_are_named_after_fields(name: str, column: str) -> None:
    assert column_name(name) == column
