"""The other kinds of answers, spoiled: lists found by a question, GraphQL, rows by day, and reports at every step."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from shared import log
from tests.flow.bad import Trouble, trouble
from tests.flow.test_bad_input import FATAL, ended_badly, fails, recovers

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


@dataclass(frozen=True)
class Kind:
    """A stream, one that has nothing to do with it, and which of its calls are meant: by what they say, or where."""

    name: str
    stream: str
    stranger: str
    holding: str = ""
    at: str = ""
    codes: frozenset[str] = frozenset()  # besides the usual ones
    harmless: frozenset[str] = frozenset()  # faults that it gets over at once, without losing anything

    def __str__(self) -> str:
        return f"{self.name} {self.stream} {self.at}".strip()

    def trouble(self) -> Trouble:
        return trouble(self.name, self.stream, stranger=self.stranger, holding=self.holding)


ASKING, LOOKING = frozenset({"report-missing"}), frozenset({"state-missing"})
FILE = frozenset({"half-a-file", "file-refused", "not-json"})
NO_KEY = frozenset({"null_key"})  # nothing is known by a key there
# That it was asked for was not heard. The next time Amazon says that it is being made already, and by which name.
HEARD_LATER = frozenset({"truncated", "nan"})
KINDS = [
    Kind("google_ads", "campaign_budgets", "account", "FROM campaign_budget"),
    Kind("google_ads", "campaign_daily", "account", "FROM campaign WHERE"),
    Kind("google_analytics", "daily_overview", "key_events"),
    Kind("instagram", "ig_media", "ig_account_insights_daily"),
    Kind("instagram", "ig_account_insights_daily", "ig_media", codes=frozenset({"odd-record"})),
    Kind("klaviyo", "profiles", "tags"),
    Kind("klaviyo", "list_members", "tags"),
    Kind("metricool", "instagram_posts", "brands", codes=frozenset({"not-connected"})),
    Kind("metricool", "gmb_timelines", "brands", codes=frozenset({"not-connected"})),
    Kind("shopify", "customers", "products", "customers(", codes=frozenset({"shop-gone"})),
    Kind("shopify", "inventory_levels", "products", "inventoryLevels(", codes=frozenset({"shop-gone"})),
    Kind("meta_ads", "campaigns", "custom_conversions"),
    Kind("meta_ads", "insights_ad_daily", "custom_conversions"),
    Kind("meta_ads", "insights_ad_daily", "custom_conversions", "", "POST /v26.0/{account}/insights", ASKING, NO_KEY),
    Kind("meta_ads", "insights_ad_daily", "custom_conversions", "", "GET /v26.0/{report}", LOOKING, NO_KEY),
    Kind("amazon_ads", "sp_campaigns", "sd_campaigns"),
    Kind("amazon_ads", "sp_campaigns_daily", "sd_campaigns", "", "POST /reporting/reports", ASKING,
         NO_KEY | HEARD_LATER),
    Kind("amazon_ads", "sp_campaigns_daily", "sd_campaigns", "", "GET /reporting/reports/{report}", LOOKING, NO_KEY),
    Kind("amazon_ads", "sp_campaigns_daily", "sd_campaigns", "", "GET /files/*", FILE),
]  # fmt: skip
ALWAYS = {"missing_records", "renamed_records", "error_200", "truncated"}
NO_LIST = {"missing_records", "renamed_records", "null_key", "nan"}  # what an answer with names must have to be spoiled


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (kind, fault)
        for place, kind in enumerate(KINDS)
        for number, fault in enumerate(FATAL)
        if (fault in ALWAYS or number % 3 == place % 3) and not ("files" in kind.at and fault in NO_LIST)
    ],
    ids=str,
)
def test_of_every_kind_a_spoiled_answer_ends_in_an_error_or_costs_nothing(kind: Kind, fault: str) -> None:
    case = kind.trouble()
    if not fails(case, fault, kind.codes, kind.at):
        assert fault in kind.harmless
        assert not case.world.differences()


# -- what only these kinds can answer -------------------------------------------------------------------

GRAPHQL = Kind("shopify", "customers", "products", "customers(")
DENIED = {"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"errors": [{"message": "Internal error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, {"machine"}),
        ({"errors": [{"message": "Field 'x' doesn't exist", "path": ["query"]}]}, {"us"}),
        ({"errors": [DENIED], "data": {"customers": None}}, {"agency", "client"}),
        ({"errors": "Not Found"}, {"us", "machine", "agency"}),
        ({"errors": []}, {"us"}),
        ({"data": None}, {"us"}),
        ({"data": {"customers": {"nodes": None}}}, {"us"}),
        ({"data": {"customers": {"nodes": []}}}, {"us"}),  # and no word about whether there is more
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else " or ".join(sorted(value)),
)
def test_graphql_that_answers_without_its_records(said: dict[str, Any], codes: set[str]) -> None:
    case = GRAPHQL.trouble()
    case.alter(lambda body, request: said if "customers(" in request.content.decode() else body)
    moves = {part["problem"]["move"] for part in case.slices(case.sync("first")) if part["state"] == "failed"}
    assert moves
    assert moves <= codes
    recovers(case)


def test_graphql_that_answers_a_part_and_an_error_is_not_taken_for_whole() -> None:
    case = GRAPHQL.trouble()

    def a_part(body: Any, request: httpx2.Request) -> Any:
        if "customers(" in request.content.decode():
            body["data"]["customers"]["nodes"][1:] = []
            body["errors"] = [{"message": "Timeout", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]
        return body

    case.alter(a_part)
    run = case.sync("first")
    assert run["state"] == "partly"
    assert not case.rows()
    recovers(case)


FILES: dict[str, tuple[bytes, set[str]]] = {
    "not packed, and no JSON": (b"hello", {"not-json"}),
    "packed, and no JSON": (gzip.compress(b"<html>Please sign in</html>"), {"not-json"}),
    "half of it": (gzip.compress(b"[" + b'{"date":"2026-08-30"},' * 400 + b"{}]")[:60], {"half-a-file", "not-json"}),
    "packed twice": (gzip.compress(gzip.compress(b"[]")), {"not-json"}),
    "packed nothing": (gzip.compress(b""), {"not-json"}),
    "no list": (gzip.compress(b'{"rows": []}'), {"records-missing"}),
    "a list of texts": (gzip.compress(b'["a", "b"]'), {"odd-record"}),
    "a list of nothing": (gzip.compress(b"[null]"), {"odd-record"}),
    "records without a day": (gzip.compress(b'[{"campaignId": 7, "cost": 1.5}]'), {"key-missing"}),
    "nothing": (b"", {"not-json"}),
}


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_none_ends_in_an_error_that_says_so(file: str) -> None:
    content, codes = FILES[file]
    case = trouble("amazon_ads", "sp_campaigns_daily", stranger="sd_campaigns")
    case.meddler.files = content
    assert ended_badly(case, case.sync("first"), codes)
    assert not case.rows()
    case.meddler.files = None
    recovers(case)


DAYS = [
    ("google_ads", "campaign_daily", "account", lambda row: row.get("segments", {}), "date", "2020-02-02"),
    ("meta_ads", "insights_ad_daily", "custom_conversions", lambda row: row, "date_start", "2020-02-02"),
    ("google_analytics", "daily_overview", "key_events",
     lambda row: (row.get("dimensionValues") or [{}])[0], "value", "20200202"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "stream", "stranger", "place", "field", "day"), DAYS)
def test_days_that_nobody_asked_for_do_not_take_the_place_of_others(
    name: str, stream: str, stranger: str, place: Any, field: str, day: str
) -> None:
    case = trouble(name, stream, stranger=stranger)

    def move(body: Any, request: httpx2.Request) -> Any:
        for row in body.get("results") or body.get("data") or body.get("rows") or []:
            if field in place(row):
                place(row)[field] = day
        return body

    case.alter(move)
    bad = [part for part in case.slices(case.sync("first")) if part["state"] == "failed"]
    assert {part["problem"]["code"] for part in bad} == {"odd-day"}
    assert not case.rows()
    recovers(case)
