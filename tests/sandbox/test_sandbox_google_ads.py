"""Google Ads as the stand-in plays it: who may read what, what queries are refused, and what numbers do."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.google_ads import STAND_IN as GOOGLE_ADS
from infra.sandbox.google_ads import GoogleAds
from infra.sandbox.google_ads.api import ADWORDS
from shared.kit.calendar import as_moments
from shared.platforms import platform
from shared.reading import SliceContext, request_for
from tests.connectors.recorded.google_ads import RECORDED
from tests.sandbox.reading import Time

FIRST, OWN, DEEP, CLOSED, SHUT = "1110000001", "1110000002", "1110000003", "1110000004", "1110000005"
AGENCY, GROUP = "9000000001", "9000000002"
COUNTS = {"campaigns": 3, "ad_groups": 2, "keywords": 2, "days": 20}
ACCOUNT = "SELECT customer.id FROM customer"
DAYS = "segments.date BETWEEN '2026-08-20' AND '2026-09-02'"
Record = dict[str, Any]


class Caller:
    """Somebody who asks, and shows a credential."""

    def __init__(self, box: Box[GoogleAds], token: str = "") -> None:
        self.box = box
        held = {"authorization": f"Bearer {token or box.credential()['access_token']}"}
        transport = httpx2.WSGITransport(app=box.wsgi)
        self.client = httpx2.Client(transport=transport, base_url="https://googleads.googleapis.com", headers=held)

    def post(self, account: str, query: str, login: str | None = "", method: str = "search", **body: Any) -> Any:
        """`login`: the manager; "": the one that reaches the account; None: none is named."""
        through = AGENCY if login == "" and account not in (OWN, SHUT) else login
        headers = {"login-customer-id": through} if through else {}
        path = f"/v26/customers/{account}/googleAds:{method}"
        return self.client.post(path, json={"query": query, **body}, headers=headers)

    def rows(self, account: str, query: str, **body: Any) -> list[Record]:
        return [row for page in self.pages(account, query, **body) for row in page.get("results", [])]

    def pages(self, account: str, query: str, **body: Any) -> Iterator[Record]:
        token: Record = {}
        while True:
            answer = self.post(account, query, **body, **token)
            assert answer.status_code == 200, answer.text
            yield answer.json()
            if "nextPageToken" not in answer.json():
                return
            token = {"pageToken": answer.json()["nextPageToken"]}


def code_of(answer: Any) -> tuple[int, str]:
    (error,) = answer.json()["error"]["details"][0]["errors"]
    ((kind, code),) = error["errorCode"].items()
    return answer.status_code, f"{kind}.{code}"


def boxed(time: Time | None = None, **settings: Any) -> Box[GoogleAds]:
    clock = time or Time()
    return create(
        GOOGLE_ADS,
        **{"counts": COUNTS, "clock": clock.clock, "monotonic": clock.monotonic, "limits": False, **settings},
    )


# -- who may read what ---------------------------------------------------------------------------------


def test_the_login_knows_its_roots_and_a_manager_its_tree() -> None:
    caller = Caller(boxed())
    told = caller.client.get("/v26/customers:listAccessibleCustomers").json()
    assert told == {"resourceNames": [f"customers/{root}" for root in (AGENCY, OWN, SHUT)]}
    fields = ", ".join(f"customer_client.{name}" for name in ("id", "level", "manager", "status"))
    tree = [row["customerClient"] for row in caller.rows(AGENCY, f"SELECT {fields} FROM customer_client")]
    assert [(row["id"], row["level"], row["manager"]) for row in tree] == [
        (AGENCY, "0", True), (FIRST, "1", False), (GROUP, "1", True), (DEEP, "2", False), (FIRST, "2", False),
        (CLOSED, "1", False),
    ]  # fmt: skip
    assert {row["id"]: row["status"] for row in tree}[CLOSED] == "CANCELED"


@pytest.mark.parametrize(
    ("account", "login", "code"),
    [
        (FIRST, None, "authorizationError.USER_PERMISSION_DENIED"),
        (FIRST, OWN, "authorizationError.USER_PERMISSION_DENIED"),
        (FIRST, GROUP, "authorizationError.USER_PERMISSION_DENIED"),  # the login knows this manager through another
        ("1234567890", AGENCY, "authorizationError.USER_PERMISSION_DENIED"),
        (CLOSED, AGENCY, "authorizationError.CUSTOMER_NOT_ENABLED"),
        (SHUT, None, "authorizationError.CUSTOMER_NOT_ENABLED"),
        ("111-000-0001", AGENCY, "requestError.INVALID_CUSTOMER_ID"),
        (FIRST, "900-000-0001", "headerError.INVALID_LOGIN_CUSTOMER_ID"),
    ],
)
def test_accounts_that_cannot_be_read_say_why(account: str, login: str | None, code: str) -> None:
    answer = Caller(boxed()).post(account, ACCOUNT, login=login)
    assert code_of(answer)[1] == code
    assert answer.status_code == (403 if code.startswith("authorization") else 400)


def test_a_header_without_a_value_is_not_a_header_left_out() -> None:
    caller = Caller(boxed())
    path = f"/v26/customers/{OWN}/googleAds:search"
    answer = caller.client.post(path, json={"query": ACCOUNT}, headers={"login-customer-id": ""})
    assert code_of(answer) == (400, "headerError.INVALID_LOGIN_CUSTOMER_ID")
    assert caller.post(OWN, ACCOUNT, login=None).status_code == 200
    assert caller.post(OWN, ACCOUNT, login=OWN).status_code == 200


def test_a_manager_has_no_numbers_of_its_own() -> None:
    caller = Caller(boxed())
    answer = caller.post(AGENCY, f"SELECT metrics.clicks FROM customer WHERE {DAYS}")
    assert code_of(answer) == (400, "queryError.REQUESTED_METRICS_FOR_MANAGER")
    (row,) = caller.rows(AGENCY, "SELECT customer.id, customer.manager FROM customer")
    assert row["customer"]["manager"] is True


def test_a_wrong_token_gets_no_failure_in_words() -> None:
    answer = Caller(boxed(), token="ya29.wrong").post(FIRST, ACCOUNT)
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert "details" not in answer.json()["error"]


def test_refresh_tokens_stay_and_are_told_once() -> None:
    box = boxed()
    first = box.credential()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"],
            "client_id": "demo-google_ads", "client_secret": "demo-google_ads-secret"}  # fmt: skip
    client = httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi), base_url="https://oauth2.googleapis.com")
    for _ in range(2):
        told = client.post("/token", data=form).json()
        assert told["expires_in"] == 3599
        assert "refresh_token" not in told
    box.revoke()
    refused = client.post("/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_another_version_is_not_answered() -> None:
    caller = Caller(boxed())
    answer = caller.client.post(f"/v22/customers/{OWN}/googleAds:search", json={"query": ACCOUNT})
    assert code_of(answer) == (400, "requestError.UNSUPPORTED_VERSION")


# -- queries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("campaign.id FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT * FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM campaigns", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.start_date FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id, metrics.video_views FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("SELECT metrics.clicks FROM ad_group_criterion", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        *((f"SELECT metrics.{name} FROM {source} WHERE {DAYS}", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE")
          for source, name in (
              ("asset_group", "video_quartile_p25_rate"), ("customer", "video_quartile_p25_rate"),
              ("customer", "search_top_impression_share"), ("ad_group", "search_budget_lost_impression_share"),
              ("keyword_view", "content_impression_share"), ("ad_group_ad", "search_impression_share"),
              ("search_term_view", "conversions_by_conversion_date"),
              ("campaign_search_term_view", "conversions_by_conversion_date"),
          )),
        ("SELECT campaign.id, segments.date FROM campaign_budget", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (f"SELECT metrics.clicks, segments.conversion_action FROM campaign WHERE {DAYS}",
         "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (f"SELECT campaign_search_term_view.status, metrics.clicks FROM campaign_search_term_view WHERE {DAYS}",
         "UNRECOGNIZED_FIELD"),
        (f"SELECT metrics.search_impression_share, segments.conversion_action FROM campaign WHERE {DAYS}",
         "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (f"SELECT metrics.clicks FROM campaign WHERE {DAYS} AND segments.device = 'MOBILE'",
         "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT metrics.clicks FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date >= '2026-08-01'", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date = 'today'", "INVALID_DATE_FORMAT"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date BETWEEN '2026-08-02' AND '2026-08-01'",
         "DATE_RANGE_TOO_NARROW"),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date BETWEEN '2023-07-01' AND '2023-09-01'",
         "DATE_RANGE_TOO_WIDE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id > 7", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id 7", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign PARAMETERS all=true", "BAD_PARAMETER_NAME"),
        ("SELECT campaign.id FROM campaign PARAMETERS omit_unselected_resource_names=yes", "BAD_PARAMETER_VALUE"),
    ],
)  # fmt: skip
def test_queries_that_the_real_one_refuses(query: str, code: str) -> None:
    assert code_of(Caller(boxed()).post(FIRST, query)) == (400, f"queryError.{code}")


@pytest.mark.parametrize(
    ("day", "code"),
    [("BETWEEN '2026-09-01' AND '2026-09-02'", "EXPECTED_FILTER_ON_A_SINGLE_DAY"), ("= '2026-06-01'", "DATE_TOO_OLD")],
)
def test_clicks_are_told_for_one_day_of_the_last_ninety(day: str, code: str) -> None:
    query = f"SELECT click_view.gclid, segments.date FROM click_view WHERE segments.date {day}"
    assert code_of(Caller(boxed()).post(FIRST, query)) == (400, f"clickViewError.{code}")


CHANGED = "change_event.change_date_time"
CHANGES = f"SELECT change_event.resource_name, {CHANGED}, campaign.id FROM change_event"
LATELY = f"{CHANGED} BETWEEN '2026-08-10 00:00:00' AND '2026-09-03 23:59:59.999999'"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (f"WHERE {LATELY}", "changeEventError.LIMIT_NOT_SPECIFIED"),
        (f"WHERE {LATELY} LIMIT 10001", "changeEventError.INVALID_LIMIT_CLAUSE"),
        ("LIMIT 5", "changeEventError.CHANGE_DATE_RANGE_INFINITE"),
        (f"WHERE {CHANGED} >= '2026-08-20' LIMIT 5", "changeEventError.CHANGE_DATE_RANGE_INFINITE"),
        (f"WHERE {CHANGED} >= '2026-08-20' AND {CHANGED} <= '2026-08-19' LIMIT 5",
         "changeEventError.CHANGE_DATE_RANGE_NEGATIVE"),
        (f"WHERE {CHANGED} >= '2026-08-03' AND {CHANGED} <= '2026-08-19' LIMIT 5",
         "changeEventError.START_DATE_TOO_OLD"),
        (f"WHERE {CHANGED} >= 'lately' AND {CHANGED} <= '2026-08-19' LIMIT 5", "queryError.INVALID_DATE_FORMAT"),
        (f"WHERE {LATELY} AND change_event.changed_fields = 'name' LIMIT 5",
         "queryError.PROHIBITED_FIELD_IN_WHERE_CLAUSE"),
        (f"WHERE {LATELY} ORDER BY change_event.resource_name LIMIT 5",
         "queryError.PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE"),
        (f"WHERE {LATELY} ORDER BY metrics.clicks LIMIT 5",
         "queryError.PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
    ],
)  # fmt: skip
def test_changes_are_told_of_thirty_days_and_ten_thousand_at_once(asked: str, code: str) -> None:
    assert code_of(Caller(boxed()).post(FIRST, f"{CHANGES} {asked}")) == (400, code)


def test_the_limit_cuts_changes_off_and_the_count_does_not() -> None:
    caller = Caller(boxed())
    counted = {"returnTotalResultsCount": True}
    told = caller.post(FIRST, f"{CHANGES} WHERE {LATELY} LIMIT 10000", searchSettings=counted).json()
    moments = [row["changeEvent"]["changeDateTime"] for row in told["results"]]
    assert moments == sorted(moments, reverse=True), "the newest first, unless another order is asked for"
    assert told["totalResultsCount"] == str(len(moments))
    in_order = f"{CHANGES} WHERE {LATELY} ORDER BY {CHANGED} LIMIT 4"
    cut = caller.post(FIRST, in_order, searchSettings=counted).json()
    assert [row["changeEvent"]["changeDateTime"] for row in cut["results"]] == sorted(moments)[:4]
    assert cut["totalResultsCount"] == told["totalResultsCount"]
    later = f"{CHANGED} BETWEEN '{sorted(moments)[4]}' AND '2026-09-03 23:59:59.999999'"
    rest = caller.rows(FIRST, f"{CHANGES} WHERE {later} LIMIT 10000")
    assert len(rest) == len([moment for moment in moments if moment >= sorted(moments)[4]])


def test_what_lives_in_an_account_is_in_its_change_history() -> None:
    box = boxed()
    box.change()
    names = ("change_resource_name", "resource_change_operation", "changed_fields", "old_resource", "new_resource")
    fields = ", ".join(f"change_event.{name}" for name in names)
    rows = Caller(box).rows(FIRST, f"SELECT {fields} FROM change_event WHERE {LATELY} LIMIT 10000")
    events = [row["changeEvent"] for row in rows]
    paused = next(event for event in events if event["newResource"].get("campaign", {}).get("status") == "PAUSED")
    assert paused["oldResource"]["campaign"]["status"] == "ENABLED"
    assert (paused["resourceChangeOperation"], paused["changedFields"]) == ("UPDATE", "status,name")
    campaign = paused["changeResourceName"].rpartition("/")[2]
    now = Caller(box).rows(FIRST, f"SELECT campaign.name FROM campaign WHERE campaign.id = '{campaign}'")
    assert paused["newResource"]["campaign"]["name"] == now[0]["campaign"]["name"]


CLICKED = "campaign.id, ad_group.id, click_view.gclid, click_view.keyword, segments.device, segments.ad_network_type"


def test_an_id_of_clicks_may_stand_in_several_rows_and_clicks_on_ads_for_apps_have_none() -> None:
    caller = Caller(boxed(counts=COUNTS | {"campaigns": 4}))
    days = [f"2026-08-{day}" for day in range(20, 26)]
    query = f"SELECT {CLICKED}, segments.date, metrics.clicks FROM click_view WHERE segments.date = "
    rows = [row for day in days for row in caller.rows(FIRST, f"{query}'{day}'")]
    ids = Counter((row["segments"]["date"], row.get("clickView", {}).get("gclid")) for row in rows)
    nameless = [row for row in rows if "gclid" not in row.get("clickView", {})]
    assert {id for _, id in ids if id and ids[_, id] > 1}
    assert nameless
    assert not any("keyword" in row.get("clickView", {}) for row in nameless)
    apart = [(*row["segments"].values(), str(row.get("clickView")), row["adGroup"]["id"]) for row in rows]
    assert len(set(apart)) == len(rows)


@pytest.mark.parametrize(("said", "found"), [("FALSE", COUNTS["keywords"]), ("false", COUNTS["keywords"]), ("TRUE", 1)])
def test_what_is_true_or_false_is_asked_for_in_any_case(said: str, found: int) -> None:
    query = f"SELECT ad_group_criterion.criterion_id, ad_group.id FROM ad_group_criterion WHERE " \
        f"ad_group_criterion.negative = {said}"  # fmt: skip
    groups = Counter(row["adGroup"]["id"] for row in Caller(boxed()).rows(FIRST, query))
    assert set(groups.values()) == {found}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"pageSize": 100}, "requestError.PAGE_SIZE_NOT_SUPPORTED"),
        ({"query": ""}, "requestError.REQUIRED_FIELD_MISSING"),
        ({"pageToken": "nonsense"}, "requestError.INVALID_PAGE_TOKEN"),
    ],
)
def test_bodies_that_the_real_one_refuses(body: Record, code: str) -> None:
    caller = Caller(boxed())
    said = {"query": "SELECT campaign.id FROM campaign", **body}
    answer = caller.client.post(f"/v26/customers/{OWN}/googleAds:search", json=said)
    assert code_of(answer) == (400, code)


def test_unknown_names_in_a_body_are_refused() -> None:
    answer = Caller(boxed()).post(OWN, "SELECT campaign.id FROM campaign", limit=5)
    assert answer.status_code == 400
    assert 'Unknown name "limit"' in answer.json()["error"]["message"]


def test_only_what_is_selected_comes_and_names_unless_they_must_not() -> None:
    caller = Caller(boxed())
    query = "SELECT ad_group_ad.ad.id, campaign.name FROM ad_group_ad"
    row = caller.rows(FIRST, query)[0]
    assert set(row) == {"adGroupAd", "campaign"}
    assert set(row["adGroupAd"]) == {"ad", "resourceName"}
    assert set(row["campaign"]) == {"name", "resourceName"}
    bare = caller.rows(FIRST, f"{query} PARAMETERS omit_unselected_resource_names=true")[0]
    assert set(bare["campaign"]) == {"name"}
    assert set(bare["adGroupAd"]) == {"ad"}


def test_conditions_narrow() -> None:
    caller = Caller(boxed())
    kinds = "campaign.advertising_channel_type"
    search = caller.rows(FIRST, f"SELECT campaign.id, {kinds} FROM campaign WHERE {kinds} = 'SEARCH'")
    others = caller.rows(FIRST, f"SELECT campaign.id, {kinds} FROM campaign WHERE {kinds} NOT IN ('SEARCH')")
    assert {row["campaign"]["advertisingChannelType"] for row in search} == {"SEARCH"}
    assert {row["campaign"]["advertisingChannelType"] for row in others} == {"PERFORMANCE_MAX", "DISPLAY"}
    assert len(caller.rows(FIRST, "SELECT campaign.id FROM campaign LIMIT 2")) == 2


def test_an_answer_without_rows_leaves_them_out() -> None:
    query = f"SELECT campaign.id, metrics.clicks, segments.date FROM campaign WHERE {DAYS} AND campaign.id = '1'"
    told = Caller(boxed()).post(FIRST, query, searchSettings={"returnTotalResultsCount": True}).json()
    assert "results" not in told
    assert "totalResultsCount" not in told
    assert told["fieldMask"] == "campaign.id,metrics.clicks,segments.date"
    other = Caller(boxed(options={"shows_empty": True})).post(FIRST, query).json()
    assert other["results"] == []


def test_the_stream_is_a_list_of_batches() -> None:
    caller = Caller(boxed())
    query = "SELECT campaign.id FROM campaign"
    (batch,) = caller.post(FIRST, query, method="searchStream").json()
    assert batch["results"] == caller.rows(FIRST, query)
    assert batch["requestId"]
    (empty,) = caller.post(FIRST, f"{query} WHERE campaign.id = '1'", method="searchStream").json()
    assert "results" not in empty


# -- pages ---------------------------------------------------------------------------------------------


def test_pages_follow_one_another_until_the_count_is_reached() -> None:
    caller = Caller(boxed(options={"page_size": 4}))
    query = f"SELECT campaign.id, segments.date, metrics.clicks FROM campaign WHERE {DAYS}"
    pages = list(caller.pages(FIRST, query, searchSettings={"returnTotalResultsCount": True}))
    assert len(pages) > 3
    assert {page["totalResultsCount"] for page in pages} == {str(sum(len(page["results"]) for page in pages))}
    assert all(len(page["results"]) == 4 for page in pages[:-1])


def test_a_result_does_not_move_while_it_is_paged_through() -> None:
    box = boxed(options={"page_size": 2})
    caller = Caller(box)
    pages = caller.pages(FIRST, "SELECT campaign.id FROM campaign")
    before = next(pages)["results"]
    box.change(2)
    assert len([*before, *(row for page in pages for row in page["results"])]) == COUNTS["campaigns"]


def test_page_tokens_expire_and_belong_to_their_query() -> None:
    time = Time()
    box = boxed(time, options={"page_size": 2})
    caller = Caller(box)
    query = "SELECT campaign.id FROM campaign"
    token = next(caller.pages(FIRST, query))["nextPageToken"]
    assert caller.post(FIRST, query, pageToken=token).status_code == 200
    other = caller.post(FIRST, "SELECT campaign.id, campaign.name FROM campaign", pageToken=token)
    assert code_of(other) == (400, "requestError.INVALID_PAGE_TOKEN")
    time.move(hours=2)
    caller = Caller(box)
    assert code_of(caller.post(FIRST, query, pageToken=token)) == (400, "requestError.EXPIRED_PAGE_TOKEN")
    fresh = next(caller.pages(FIRST, query))["nextPageToken"]
    httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi)).post("http://here/_sandbox/forget-places", json={})
    assert code_of(caller.post(FIRST, query, pageToken=fresh)) == (400, "requestError.EXPIRED_PAGE_TOKEN")


# -- limits --------------------------------------------------------------------------------------------


def test_a_query_is_one_operation_however_many_pages_it_has() -> None:
    box = boxed(limits=True, options={"page_size": 1})
    quota = next(limit for limit in box.limits if limit.name == "quota")
    caller = Caller(box)
    assert len(list(caller.pages(FIRST, "SELECT campaign.id FROM campaign"))) == 3
    assert quota.left == 14_999  # type: ignore[attr-defined]
    quota.used = 15_000  # type: ignore[attr-defined]
    answer = caller.post(FIRST, "SELECT campaign.id FROM campaign")
    assert code_of(answer) == (429, "quotaError.RESOURCE_EXHAUSTED")
    told = answer.json()["error"]["details"][0]["errors"][0]["details"]["quotaErrorDetails"]
    assert (told["rateScope"], told["retryDelay"]) == ("DEVELOPER", "900s")


def test_too_many_calls_in_a_second_are_refused() -> None:
    caller = Caller(boxed(limits=True))
    answers = [caller.post(FIRST, ACCOUNT) for _ in range(101)]
    assert code_of(answers[-1]) == (429, "quotaError.RESOURCE_TEMPORARILY_EXHAUSTED")


# -- numbers -------------------------------------------------------------------------------------------

MEASURES = ("impressions", "clicks", "costMicros", "conversions", "conversionsValue", "allConversions")
ASKED = (
    "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value, "
    "metrics.all_conversions"
)


def sums(rows: list[Record]) -> dict[str, Decimal]:
    return {name: sum((Decimal(str(row["metrics"][name])) for row in rows), Decimal()) for name in MEASURES}


def test_levels_add_up_and_performance_max_is_in_none_below_campaigns() -> None:
    caller = Caller(boxed())

    def added(source: str, split: str = "segments.date", more: str = "") -> dict[str, Decimal]:
        selected = f"{ASKED}, {split}" if split else ASKED
        return sums(caller.rows(FIRST, f"SELECT {selected} FROM {source} WHERE {DAYS}{more}"))

    whole = added("customer", split="")
    assert whole["costMicros"] > 0
    assert whole == added("customer") == added("campaign") == added("campaign", "segments.device, segments.date")
    kind = " AND campaign.advertising_channel_type = 'PERFORMANCE_MAX'"
    spent = added("campaign", more=kind)
    assert spent["costMicros"] > 0
    assert spent == added("asset_group")
    for source in ("ad_group", "ad_group_ad"):
        assert {name: value + spent[name] for name, value in added(source).items()} == whole
    assert added("keyword_view") == added("search_term_view")
    assert added("keyword_view")["clicks"] < added("ad_group")["clicks"]


def test_rows_of_zeros_show_only_where_nothing_splits_them() -> None:
    box = boxed()
    caller = Caller(box)
    box.world.leaves = [leaf for leaf in box.world.leaves if "asset_group" not in leaf.at or leaf.account != FIRST]
    campaigns = f"SELECT campaign.id, metrics.clicks FROM campaign WHERE {DAYS}"
    by_day = campaigns.replace(" FROM", ", segments.date FROM")
    assert all(int(row["metrics"]["clicks"]) for row in caller.rows(FIRST, by_day))
    for leaf in box.world.leaves:
        for day in range(1, 15):
            box.world.daily.set(leaf, box.world.daily.today() - timedelta(days=day))
    zeros = caller.rows(FIRST, campaigns)
    assert zeros
    assert {row["metrics"]["clicks"] for row in zeros} == {"0"}
    assert not caller.rows(FIRST, by_day)
    (account,) = caller.rows(FIRST, f"SELECT metrics.clicks FROM customer WHERE {DAYS}")
    assert account["metrics"]["clicks"] == "0"


def test_numbers_of_the_last_days_move_and_removed_campaigns_stay() -> None:
    time = Time()
    box = boxed(time)
    caller = Caller(box)
    query = f"SELECT campaign.id, segments.date, {ASKED} FROM campaign WHERE {DAYS}"

    def told() -> dict[tuple[str, str], Record]:
        return {(row["campaign"]["id"], row["segments"]["date"]): row["metrics"] for row in caller.rows(FIRST, query)}

    before = told()
    time.move(minutes=10)
    box.change(3)
    after = told()
    assert sum(float(row["conversions"]) for row in after.values()) > sum(
        float(row["conversions"]) for row in before.values()
    )
    assert any(after[name]["clicks"] < before[name]["clicks"] for name in before.keys() & after.keys())
    states = {row["campaign"]["id"]: row["campaign"]["status"]
              for row in caller.rows(FIRST, "SELECT campaign.id, campaign.status FROM campaign")}  # fmt: skip
    assert {"REMOVED", "PAUSED"} <= set(states.values())
    removed = next(name for name, state in states.items() if state == "REMOVED")
    assert any(name == removed for name, _ in after), "what it did is told on"


def test_the_same_seed_is_the_same_account_at_any_size() -> None:
    query = f"SELECT campaign.id, segments.date, {ASKED} FROM campaign WHERE {DAYS}"
    one, same, other = (Caller(boxed(seed=seed)).rows(FIRST, query) for seed in (3, 3, 4))
    assert one == same != other
    big = boxed(counts={"campaigns": 9, "ad_groups": 3, "keywords": 8, "days": 30})
    assert len(Caller(big).rows(FIRST, "SELECT ad_group_criterion.criterion_id FROM ad_group_criterion")) == 3 * 3 * 9


def test_accounts_have_their_own_money_and_days() -> None:
    caller = Caller(boxed())
    told = {
        account: caller.rows(account, "SELECT customer.currency_code, customer.time_zone FROM customer")[0]["customer"]
        for account in (FIRST, OWN, DEEP)
    }
    assert {row["currencyCode"] for row in told.values()} == {"EUR", "USD", "JPY"}
    assert len({row["timeZone"] for row in told.values()}) == 3


def test_search_terms_of_performance_max_are_told_by_campaign_only() -> None:
    caller = Caller(boxed())
    named = "campaign.id, campaign.advertising_channel_type"

    def terms(view: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        query = f"SELECT {named}, {view}.search_term, metrics.clicks, segments.date FROM {view} WHERE {DAYS}"
        for row in caller.rows(FIRST, query):
            (term,) = (told["searchTerm"] for told in row.values() if "searchTerm" in told)
            found.setdefault(row["campaign"]["advertisingChannelType"], set()).add(term)
        return found

    by_campaign, by_group = terms("campaign_search_term_view"), terms("search_term_view")
    assert by_campaign.keys() == {"SEARCH", "PERFORMANCE_MAX"}
    assert by_group.keys() == {"SEARCH"}
    assert by_campaign["SEARCH"] == by_group["SEARCH"]
    assert by_campaign["PERFORMANCE_MAX"]


SEARCH_SHARES = ("search_impression_share", "search_budget_lost_impression_share", "search_rank_lost_impression_share")


def test_shares_come_to_the_whole_and_are_cut_off_at_one_end() -> None:
    caller = Caller(boxed(counts=COUNTS | {"campaigns": 6}))
    asked = ", ".join(f"metrics.{name}" for name in (*SEARCH_SHARES, "content_impression_share"))
    query = f"SELECT campaign.id, campaign.advertising_channel_type, segments.date, {asked} FROM campaign WHERE {DAYS}"
    rows = [row for account in (FIRST, OWN, DEEP) for row in caller.rows(account, query)]
    told = {row["campaign"]["advertisingChannelType"]: set(row["metrics"]) for row in rows}
    names = {"searchImpressionShare", "searchBudgetLostImpressionShare", "searchRankLostImpressionShare"}
    assert told == {"SEARCH": names, "DISPLAY": {"contentImpressionShare"}, "MULTI_CHANNEL": {"contentImpressionShare"}}
    shares = [row["metrics"] for row in rows if "searchImpressionShare" in row["metrics"]]
    exact = [each for each in shares if each["searchImpressionShare"] > 0.0999 and 0.9001 not in each.values()]
    assert exact
    assert all(abs(sum(each.values()) - 1) < 1e-9 for each in exact)
    query = (
        f"SELECT segments.date, metrics.{SEARCH_SHARES[0]}, metrics.{SEARCH_SHARES[2]} FROM keyword_view WHERE {DAYS}"
    )
    keywords = [row["metrics"] for account in (FIRST, OWN, DEEP) for row in caller.rows(account, query)]
    had, lost = ([each[f"search{name}ImpressionShare"] for each in keywords] for name in ("", "RankLost"))
    assert {share for share in had if share < 0.1} == {0.0999}
    assert {share for share in lost if share > 0.9} == {0.9001}


def test_fewer_and_fewer_watch_a_video_to_its_end() -> None:
    quartiles = [f"video_quartile_p{part}_rate" for part in (25, 50, 75, 100)]
    asked = ", ".join(f"metrics.{name}" for name in ("impressions", "video_trueview_views", *quartiles))
    query = f"SELECT campaign.id, campaign.advertising_channel_type, segments.date, {asked} FROM campaign WHERE {DAYS}"
    rows = Caller(boxed()).rows(FIRST, query)
    watched = [row["metrics"] for row in rows if row["campaign"]["advertisingChannelType"] != "SEARCH"]
    assert watched
    for each in watched:
        told = [each[f"videoQuartileP{part}Rate"] for part in (25, 50, 75, 100)]
        assert 1 > told[0] > told[1] > told[2] > told[3] >= 0
        assert 0 < int(each["videoTrueviewViews"]) < int(each["impressions"])
    others = [row["metrics"] for row in rows if row["campaign"]["advertisingChannelType"] == "SEARCH"]
    assert {(each["videoTrueviewViews"], each["videoQuartileP25Rate"]) for each in others} == {("0", 0.0)}


# -- published shapes ----------------------------------------------------------------------------------


def shape(value: Any) -> Any:
    """What kind of JSON this is: names, and the types of values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def misfits(told: Any, published: Any, path: str = "") -> list[str]:
    if isinstance(told, dict) and isinstance(published, dict):
        return [
            odd
            for name, value in told.items()
            for odd in (misfits(value, published[name], f"{path}.{name}") if name in published else [f"{path}.{name}"])
        ]
    return [] if told == published else [f"{path}: {told} for {published}"]


@pytest.mark.parametrize("name", [stream.name for stream in platform("google_ads").streams])
def test_records_have_the_published_shape(name: str) -> None:
    connector, time = platform("google_ads"), Time()
    caller = Caller(boxed(time))
    stream = connector.stream(name)
    last = time.now.date() - timedelta(days=1)
    since, until = as_moments((last if stream.days and stream.days.size == 1 else last - timedelta(days=13), last))
    part = SliceContext({"account_id": FIRST, "login_customer_id": AGENCY}, {}, since, until, time.now)
    query: str = request_for(connector, stream, part, {"told": True}).json["query"]
    for asked in (query, query.partition(" PARAMETERS")[0]):
        rows = caller.rows(FIRST, asked)
        assert rows
        for row in rows:
            assert not misfits(shape(row), shape(RECORDED[name].base))


def test_the_scope_is_the_one_that_exists() -> None:
    box = boxed()
    assert box.platform.oauth is not None
    assert set(box.platform.oauth.scopes) == {ADWORDS}
