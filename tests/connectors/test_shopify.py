"""Shopify's own functions: who signed what came back, which shop is meant, refusals, rests, counts, records."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from infra.sandbox.signing import hmac_hex
from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import answer
from shared.kit.signed import by_hmac
from shared.oauth import form_fields
from shared.platforms.shopify import PLATFORM as SHOPIFY
from shared.platforms.shopify.access import ITS_SHOP, SHOP, discover
from shared.platforms.shopify.errors import refuse, stated_pause
from shared.platforms.shopify.records import each_of, on_its_day, per_line, per_name, was_refunded
from shared.platforms.shopify.search import between, counted
from shared.reading import other_version
from shared.secret import Secret
from shared.vocabulary.access import App, Credential
from shared.vocabulary.wire import Answer

APP = App("client", Secret("hush"))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BACK = {
    "code": "0907a61c0c8d55e99db179b68161bc00",
    "shop": "demo-bakery.myshopify.com",
    "state": "0.6784241404160823",
    "timestamp": str(int(NOW.timestamp())),
    "host": "YWRtaW4uc2hvcGlmeS5jb20",
}


def said(value: Any, status: int = 200, version: str = "") -> Answer:
    return answer(status, {"x-shopify-api-version": version} if version else {}, orjson.dumps(value))


def error(code: str, message: str = "text", **beside: Any) -> Answer:
    return said({"errors": [{"message": message, "extensions": {"code": code}}], **beside})


# -- what a browser brings back ----------------------------------------------------------------------


def signed_query(values: dict[str, str], secret: str = "hush", sort: bool = True) -> str:
    text = urlencode(sorted(values.items()))
    pairs = list(values.items()) if not sort else sorted(values.items())
    return urlencode([*pairs, ("hmac", hmac_hex(secret, text))])


def test_what_shopify_signed_just_now_is_believed_in_any_order() -> None:
    assert by_hmac(signed_query(BACK), APP, NOW)
    assert by_hmac(signed_query(BACK, sort=False), APP, NOW)
    assert by_hmac(signed_query(BACK) + "&signature=old", APP, NOW)
    assert by_hmac(signed_query(BACK), APP, NOW + timedelta(seconds=89))


@pytest.mark.parametrize("state", ["a b", "a/b=", "ü", "a~b*c"])
def test_values_that_can_be_written_in_two_ways_are_believed_in_both(state: str) -> None:
    values = {**BACK, "state": state}
    assert by_hmac(signed_query(values), APP, NOW)  # as each is encoded anew
    sent = "&".join(sorted(f"{name}={value}" for name, value in {**BACK, "state": "a%20b"}.items()))
    assert by_hmac(f"{sent}&hmac={hmac_hex('hush', sent)}", APP, NOW)  # as it was sent


@pytest.mark.parametrize(
    "query",
    [
        "",
        urlencode(BACK),
        signed_query(BACK, "another"),
        signed_query(BACK).replace("demo-bakery", "evil-bakery"),
        signed_query(BACK) + "&shop=evil.myshopify.com",
        signed_query(BACK) + "&hmac=" + "0" * 64,
        signed_query({**BACK, "timestamp": str(int(NOW.timestamp()) - 91)}),
        signed_query({**BACK, "timestamp": str(int(NOW.timestamp()) + 91)}),
        signed_query({**BACK, "timestamp": "soon"}),
        signed_query({name: value for name, value in BACK.items() if name != "timestamp"}),
        re.sub("hmac=[0-9a-f]+", "hmac=%C3%BC", signed_query(BACK)),
    ],
)
def test_anything_else_is_not_believed(query: str) -> None:
    assert not by_hmac(query, APP, NOW)


# -- which shop --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "my-shop",
        "my-shop.myshopify.com",
        "https://my-shop.myshopify.com/",
        "https://my-shop.myshopify.com/admin/orders?x=1",
        "https://admin.shopify.com/store/my-shop/settings",
        "admin.shopify.com/store/my-shop",
        "HTTPS://my-shop.MyShopify.com",
    ],
)
def test_the_shop_is_understood_however_it_is_pasted(text: str) -> None:
    found = form_fields.read(SHOPIFY, (ITS_SHOP,), {form_fields.form_name(ITS_SHOP): text})
    assert (found.values, found.wrong) == ({"shop": "my-shop"}, {})


@pytest.mark.parametrize(
    "text",
    [
        "", "my-shop.com", "https://www.my-shop.com", "my-shop.myshopify.com.evil.com",
        "evil.com/my-shop.myshopify.com",
        "my-shop.myshopify.com@evil.com", "-shop", "my shop", "my_shop", "http://my-shop.evil.myshopify.com", "x" * 64,
        "ѕhop", "shop\n",
    ],
)  # fmt: skip
def test_whatever_is_no_shop_is_sent_back(text: str) -> None:
    found = form_fields.read(
        SHOPIFY, (ITS_SHOP,), {form_fields.form_name(ITS_SHOP): text.rstrip("\n") + "\n" * text.count("\n")}
    )
    if text == "shop\n":
        assert found.values == {"shop": "shop"}  # a newline behind it is nobody's fault
    else:
        assert not found.values
        assert found.wrong


def credential(shop: str) -> Credential:
    return Credential(Secret("shpat_x"), values={"shop": shop} if shop else {})


def test_the_account_is_the_shop_with_its_zone_and_currency() -> None:
    talk = discover(credential("Demo-Bakery"))
    request = next(talk)
    assert request.url == "https://Demo-Bakery.myshopify.com/admin/api/2026-10/graphql.json"
    assert request.headers == {"x-shopify-access-token": "shpat_x"}
    shop = {"name": "Demo", "myshopifyDomain": "demo-bakery.myshopify.com", "currencyCode": "EUR"}
    with pytest.raises(StopIteration) as end:
        talk.send(said({"data": {"shop": {**shop, "ianaTimezone": "Europe/Vienna"}}}))
    (account,) = end.value.value
    assert (account.id, account.title) == ("demo-bakery.myshopify.com", "Demo")
    assert (account.zone, account.currency) == ("Europe/Vienna", "EUR")
    assert account.values == {"shop": "demo-bakery"}
    assert re.fullmatch(SHOP, account.values["shop"])


@pytest.mark.parametrize("shop", ["", "evil.com", "a/b", "a.myshopify.com"])
def test_no_call_goes_to_what_is_no_shop(shop: str) -> None:
    with pytest.raises(Configure, match="odd-shop"):
        next(discover(credential(shop)))


@pytest.mark.parametrize("domain", ["", "evil.com", "demo.myshopify.com.evil.com"])
def test_a_shop_with_another_address_is_none(domain: str) -> None:
    talk = discover(credential("demo"))
    next(talk)
    with pytest.raises(Reconnect, match="no-account"):
        talk.send(said({"data": {"shop": {"name": "Demo", "myshopifyDomain": domain}}}))


# -- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (said({"errors": "[API] Invalid API key"}, 401), Reconnect, "not-authorised"),
        (said({"errors": "Unavailable Shop"}, 402), Configure, "shop-frozen"),
        (said({"errors": "Not Found"}, 404), Configure, "shop-gone"),
        (said({"errors": "Locked"}, 423), Configure, "shop-locked"),
        (said({"errors": "text"}, 403), Configure, "no-permission"),
        (said({"errors": "text"}, 429), Later, "limited"),
        (said({"errors": "text"}, 503), Later, "platform-down"),
        (error("THROTTLED"), Later, "limited"),
        (error("MAX_COST_EXCEEDED"), Later, "too-much"),
        (error("ACCESS_DENIED", data={"customers": None}), Configure, "no-permission"),
        (error("SHOP_INACTIVE"), Configure, "shop-frozen"),
        (error("INTERNAL_SERVER_ERROR", data=None), Later, "platform-down"),
        (error("BAD_REQUEST", "Invalid cursor for current pagination sort."), Later, "place-expired"),
        (error("undefinedField"), Bug, "refused"),
        (error("", data={"orders": {"nodes": [], "pageInfo": {"hasNextPage": False}}}), Bug, "refused"),
        (said({"errors": "Required parameter missing"}), Bug, "refused"),
        (said({"errors": {"query": "text"}}), Bug, "refused"),
    ],
)
def test_refusals_are_understood(given: Answer, kind: type[Problem], code: str) -> None:
    problem = refuse(given)
    assert isinstance(problem, kind)
    assert problem.code == code
    assert problem.sentence.endswith(".")
    if code in {"limited", "too-much", "place-expired"}:
        assert isinstance(problem, Later)
        assert not problem.counts


def test_data_of_customers_is_not_repeated_where_an_error_came_with_it() -> None:
    beside = {"customers": {"nodes": [{"firstName": "Zuzana"}]}}
    problem = refuse(error("ACCESS_DENIED", "Access denied for email field.", data=beside))
    assert problem is not None
    assert "Zuzana" not in problem.detail
    assert "email" in problem.detail


def cost(wanted: Any, left: Any, rate: Any = 100.0) -> Answer:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}
    return said({"data": {}, "extensions": {"cost": {"requestedQueryCost": wanted, "throttleStatus": status}}})


@pytest.mark.parametrize(
    ("wanted", "left", "rate", "rest"),
    [(752, 40, 100.0, 7.12), (752, 752, 100.0, None), (752, 751, 200.0, 0.005), (12, 1988, 100.0, None),
     (900, 0, 1.0, 60), (752, 40, 0, None), (None, 40, 100, None), (752, "40", 100, None)],
)  # fmt: skip
def test_we_rest_until_the_next_question_fits(wanted: Any, left: Any, rate: Any, rest: float | None) -> None:
    found = stated_pause(cost(wanted, left, rate))
    assert (found.total_seconds() if found else None) == (None if rest is None else pytest.approx(rest))
    assert stated_pause(said({"data": {}})) is None
    assert stated_pause(said([])) is None


def test_another_version_that_answers_is_told() -> None:
    assert other_version(SHOPIFY, said({}, version="2026-10")) == ""
    assert other_version(SHOPIFY, said({}, version="2027-01")) == "2027-01"
    assert other_version(SHOPIFY, said({})) == ""


# -- counts, filters, records ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "count"),
    [({"count": 7, "precision": "EXACT"}, 7), ({"count": 10_000, "precision": "AT_LEAST"}, None),
     ({"count": 25_001, "precision": "EXACT"}, None), ({"count": 25_000, "precision": "EXACT"}, 25_000),
     ({"count": "7", "precision": "EXACT"}, None), (None, None), ({}, None)],
)  # fmt: skip
def test_a_count_that_stopped_is_none(told: Any, count: int | None) -> None:
    assert counted("ordersCount")({"data": {"ordersCount": told}}) == count


def test_moments_in_filters_are_quoted() -> None:
    phrase, later = between("updated_at"), NOW + timedelta(hours=1)
    assert phrase(None, None) == ""
    assert phrase(NOW, None) == "updated_at:>='2026-11-21T12:00:00Z'"
    assert phrase(None, NOW) == "updated_at:<'2026-11-21T12:00:00Z'"
    assert phrase(NOW, later) == "updated_at:>='2026-11-21T12:00:00Z' AND updated_at:<'2026-11-21T13:00:00Z'"


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [("2026-11-21T23:30:00Z", "Europe/Vienna", "2026-11-22"), ("2026-11-21T23:30:00Z", "UTC", "2026-11-21"),
     ("2026-11-21T03:30:00Z", "America/New_York", "2026-11-20"), ("soon", "UTC", None), (None, "UTC", None),
     ("0001-01-01T00:00:00Z", "America/New_York", None)],
)  # fmt: skip
def test_an_order_belongs_to_the_day_in_its_shop(moment: Any, zone: str, day: str | None) -> None:
    (row,) = on_its_day({"processedAt": moment}, {"account_zone": zone})
    assert row.get("processed_date") == day
    assert row["processedAt"] == moment


def test_visits_that_shopify_has_not_worked_out_are_not_believed() -> None:
    order = {"id": "1", "processedAt": "2026-11-20T12:00:00Z"}
    visits = {"firstVisit": {"source": "direct", "utmParameters": None}, "lastVisit": None}
    (early,) = on_its_day({**order, "customerJourneySummary": {"ready": False, **visits}}, {})
    assert early["customerJourneySummary"] == {"ready": False}
    (later,) = on_its_day({**order, "customerJourneySummary": {"ready": True, **visits}}, {})
    assert later["customerJourneySummary"] == {"ready": True, **visits}
    (till,) = on_its_day({**order, "customerJourneySummary": None}, {})
    assert till["customerJourneySummary"] is None


def test_a_filter_that_may_look_at_whole_days_hides_nothing_of_the_last_one() -> None:
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, 23, tzinfo=UTC)
    said = between("updated_at", by_day=True)(since, until)
    assert said == "updated_at:>='2026-11-01T00:00:00Z' AND updated_at:<'2026-11-03T23:00:00Z'"
    assert between("updated_at", by_day=True)(since, None) == "updated_at:>='2026-11-01T00:00:00Z'"


def test_discounts_by_codes_are_asked_for_wherever_lines_are() -> None:
    asked = [SHOPIFY.stream(name).body["query"] for name in ("orders", "order_line_items_rest")]
    assert all("discountedTotalSet(withCodeDiscounts:true){shopMoney" in query for query in asked)


def test_quantities_become_columns_and_new_names_are_kept() -> None:
    level = {"id": "L1", "quantities": [{"name": "available", "quantity": -2}, {"name": "new_one", "quantity": 3}]}
    assert list(per_name(level, {})) == [{"id": "L1", "available": -2, "new_one": 3}]


def test_a_refund_line_without_an_id_is_known_by_its_line_item() -> None:
    lines = [{"id": "R1", "lineItem": {"id": "L1"}}, {"id": None, "lineItem": {"id": "L2"}}]
    rows = list(per_line({"id": "F1", "refundLineItems": {"nodes": lines}}, {}))
    assert [(row["refund_id"], row["refund_line_id"]) for row in rows] == [("F1", "R1"), ("F1", "L2")]


def test_a_shipping_line_without_an_id_is_known_by_its_place() -> None:
    lines = {"nodes": [{"id": "S1"}, {"id": None}, {"id": None}], "pageInfo": {"hasNextPage": False}}
    rows = list(each_of("shippingLines", "shipping_line_id", "order_id")({"id": "O1", "shippingLines": lines}, {}))
    assert all(row["pageInfo"] == {"hasNextPage": False} for row in rows)
    assert [(row["order_id"], row["shipping_line_id"]) for row in rows] == [("O1", "S1"), ("O1", "2"), ("O1", "3")]


def test_only_orders_with_refunds_are_asked_for_their_lines() -> None:
    assert was_refunded({"refunds": [{"id": "F1"}]})
    assert not was_refunded({"refunds": []})
    with pytest.raises(TypeError):
        was_refunded({})
