"""Shopify's rules: questions read as GraphQL, their price, filters, places in lists, scopes, errors, access."""

import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.shopify import STAND_IN as SHOPIFY
from infra.sandbox.shopify import Shopify as World
from infra.sandbox.signing import signed
from tests.connectors.recorded.shopify import RECORDED, only, path_of
from tests.sandbox.reading import Time

BASE = "https://demo-bakery.myshopify.com"
GRAPHQL = "/admin/api/2026-10/graphql.json"
IDS = "query($first:Int!,$after:String,$query:String){orders(first:$first,after:$after,query:$query,sortKey:ID)"
IDS += "{nodes{id updatedAt} pageInfo{hasNextPage endCursor}} ordersCount(query:$query){count precision}}"
Made = tuple[Box[World], httpx2.Client, Time]


def make(**settings: Any) -> Made:
    time = Time()
    counts = {"orders": 20, "customers": 10, "products": 6}
    given: dict[str, Any] = {"counts": counts, "limits": False, "monotonic": time.monotonic} | settings
    box = create(SHOPIFY, clock=time.clock, **given)
    return box, client_of(box, box.key()), time


def client_of(box: Box[World], token: str) -> httpx2.Client:
    transport = httpx2.WSGITransport(app=box.wsgi)
    return httpx2.Client(transport=transport, base_url=BASE, headers={"X-Shopify-Access-Token": token})


def ask(client: httpx2.Client, question: str, **variables: Any) -> Any:
    answer = client.post(GRAPHQL, json={"query": question, "variables": variables})
    assert answer.status_code == 200, answer.text[:300]
    return answer.json()


def code_of(body: Any) -> str:
    return str(body["errors"][0].get("extensions", {}).get("code"))


def test_only_what_is_asked_for_comes_and_nothing_unknown_can_be_asked_for() -> None:
    _, client, _ = make()
    assert ask(client, "{shop{currencyCode}}")["data"] == {"shop": {"currencyCode": "EUR"}}
    for wrong in ("{shop{nothing}}", "{nothing}", "{orders(first:1,since:1){nodes{id}}}", "{orders{nodes{id(x:1)}}}"):
        found = ask(client, wrong)
        assert code_of(found) == "undefinedField"
        assert "data" not in found
    assert "Syntax" in ask(client, "{shop{")["errors"][0]["message"]
    assert "first" in ask(client, "{orders{nodes{id}}}")["errors"][0]["message"]
    assert "250" in ask(client, "{orders(first:251){nodes{id}}}")["errors"][0]["message"]
    assert client.post(GRAPHQL, json={"variables": {}}).status_code == 400
    assert client.get(GRAPHQL).status_code == 405


def test_places_in_a_list_hold_when_records_come_and_go() -> None:
    box, client, _ = make()
    everyone = [row["id"] for row in box.world.orders]
    page = ask(client, IDS, first=7)["data"]["orders"]
    assert [row["id"] for row in page["nodes"]] == everyone[:7]
    box.world.orders.remove((everyone[2],))
    box.world.orders.remove((everyone[7],))
    then = ask(client, IDS, first=250, after=page["pageInfo"]["endCursor"])["data"]["orders"]
    assert [row["id"] for row in then["nodes"]] == everyone[8:]
    assert then["pageInfo"]["hasNextPage"] is False
    assert then["pageInfo"]["endCursor"]
    assert "Invalid cursor" in ask(client, IDS, first=1, after="nonsense")["errors"][0]["message"]
    edges = ask(client, "{orders(first:2){edges{cursor node{id}}}}")["data"]["orders"]["edges"]
    assert [edge["node"]["id"] for edge in edges] == [name for name in everyone if name in {everyone[0], everyone[1]}]


def test_filters_are_inclusive_and_what_is_no_filter_hides_nothing() -> None:
    box, client, time = make()
    time.move(hours=1)
    changed = box.world.update(box.world.orders, next(iter(box.world.orders)), note="new")
    at = changed["updatedAt"]
    for query, count in (
        (f"updated_at:>='{at}'", 1),
        (f"updated_at:>'{at}'", 0),
        (f"updated_at:<'{at}'", 19),
        (f"updated_at:<='{at}'", 20),
        (f"updated_at:>='{at}' AND id:>=6100000000002", 0),
        ("id:>=6100000000005", 16),
        (f"updated_at:>={at}", 20),  # unquoted, its colons make it something else
        ("colour:blue", 20),
    ):
        found = ask(client, IDS, first=250, query=query)
        assert len(found["data"]["orders"]["nodes"]) == count, query
        assert found["data"]["ordersCount"] == {"count": count, "precision": "EXACT"}
        assert ("search" in found["extensions"]) == (query in (f"updated_at:>={at}", "colour:blue"))


def test_counts_stop_where_they_are_told_to() -> None:
    _, client, _ = make()
    for limit, told in (("5", (5, "AT_LEAST")), ("20", (20, "EXACT")), ("null", (20, "EXACT"))):
        found = ask(client, f"{{ordersCount(limit:{limit}){{count precision}}}}")["data"]["ordersCount"]
        assert (found["count"], found["precision"]) == told


def test_discounts_by_codes_are_left_out_unless_they_are_asked_for() -> None:
    asked = "{orders(first:40){nodes{discountCodes lineItems(first:30){nodes{originalTotalSet{shopMoney{amount}} " \
        "without:discountedTotalSet{shopMoney{amount}} " \
        "with:discountedTotalSet(withCodeDiscounts:true){shopMoney{amount}}}}}}}"  # fmt: skip
    _, client, _ = make()
    orders = ask(client, asked)["data"]["orders"]["nodes"]
    lines = [line for order in orders for line in order["lineItems"]["nodes"]]
    assert all(line["without"] == line["originalTotalSet"] for line in lines)
    assert any(line["with"] != line["without"] for line in lines)


def test_no_list_is_paged_further_than_allowed() -> None:
    _, client, _ = make(options={"deepest": 12})
    page = ask(client, IDS, first=10)
    assert "errors" not in page
    too_far = ask(client, IDS, first=10, after=page["data"]["orders"]["pageInfo"]["endCursor"])
    assert "12 objects" in too_far["errors"][0]["message"]
    assert "errors" not in ask(client, IDS, first=10, query="id:>=6100000000011")


def test_questions_have_their_price() -> None:
    _, client, _ = make()
    variants = 'query($n:Int!){product(id:"x"){id} productVariants(first:$n){nodes{inventoryItem{id tracked}}}}'
    for first, price in ((250, 25), (1, 3)):  # as it was reported of 250: 24 and the product
        assert ask(client, variants, n=first)["extensions"]["cost"]["requestedQueryCost"] == price
    nested = "{orders(first:250){nodes{lineItems(first:250){nodes{product{id} variant{id} originalTotalSet"
    nested += "{shopMoney{amount}} discountedTotalSet{shopMoney{amount}}}}}}}"
    found = ask(client, nested)
    assert code_of(found) == "MAX_COST_EXCEEDED"
    assert found["errors"][0]["extensions"]["maxCost"] == 1000
    harsh = make(options={"costs": "multiplied"})[1]
    assert (
        code_of(
            ask(
                harsh, "{orders(first:250){nodes{customer{id} shippingAddress{city} totalPriceSet{shopMoney{amount}}}}}"
            )
        )
        == "MAX_COST_EXCEEDED"
    )


def test_points_run_out_and_come_back() -> None:
    box, client, time = make(limits=True)
    dear = "{orders(first:50){nodes{lineItems(first:25){nodes{product{id} variant{id}}}}}}"
    told = ask(client, dear)["extensions"]["cost"]
    assert told["actualQueryCost"] < told["requestedQueryCost"]
    assert told["throttleStatus"]["currentlyAvailable"] == 2000 - told["actualQueryCost"]
    for _ in range(100):
        found = ask(client, dear)
        if "errors" in found:
            break
    assert code_of(found) == "THROTTLED"
    assert "data" not in found
    told = found["extensions"]["cost"]
    left, wanted = told["throttleStatus"]["currentlyAvailable"], told["requestedQueryCost"]
    assert (told["actualQueryCost"], left < wanted) == (None, True)
    time.move(seconds=(wanted - left) / told["throttleStatus"]["restoreRate"] + 0.02)
    assert "errors" not in ask(client, dear)
    assert box.calls.refused_by["points"] == 1


def test_a_token_opens_what_it_was_given_for() -> None:
    box, client, _ = make()
    assert client_of(box, "shpat_wrong").post(GRAPHQL, json={"query": "{shop{id}}"}).status_code == 401
    body = httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi), base_url=BASE).post(GRAPHQL, json={}).json()
    assert isinstance(body["errors"], str)
    narrow = client_of(box, box.grants.key(["read_products"]))
    denied = ask(narrow, "{customers(first:1){nodes{id}}}")
    assert (code_of(denied), denied["data"]) == ("ACCESS_DENIED", {"customers": None})
    assert "read_customers" in denied["errors"][0]["message"]
    assert "errors" not in ask(narrow, "{products(first:1){nodes{id}}}")
    assert narrow.get("/admin/oauth/access_scopes.json").json() == {"access_scopes": [{"handle": "read_products"}]}
    box.revoke()
    assert client.post(GRAPHQL, json={"query": "{shop{id}}"}).status_code == 401


def test_protected_data_comes_as_errors_beside_the_rest() -> None:
    _, client, _ = make(options={"approved": False})
    found = ask(client, "{customers(first:2){nodes{id firstName state}}}")
    assert [row["firstName"] for row in found["data"]["customers"]["nodes"]] == [None, None]
    assert {code_of({"errors": [error]}) for error in found["errors"]} == {"ACCESS_DENIED"}


def test_shops_close_and_versions_end() -> None:
    box, client, _ = make()
    lever = client.post
    for status in (402, 404, 423):
        lever("/_sandbox/shop", json={"status": status})
        assert client.post(GRAPHQL, json={"query": "{shop{id}}"}).status_code == status
    lever("/_sandbox/shop", json={"status": 200})
    served = "X-Shopify-API-Version"
    assert client.post(GRAPHQL, json={"query": "{shop{id}}"}).headers[served] == "2026-10"
    old = client.post(GRAPHQL.replace("2026-10", "2024-01"), json={"query": "{shop{id}}"})
    assert (old.status_code, old.headers[served]) == (200, "2026-01")
    lever("/_sandbox/version", json={"version": "2027-01"})
    assert client.post(GRAPHQL, json={"query": "{shop{id}}"}).headers[served] == "2027-01"
    assert box.world.version == "2027-01"


def test_a_deleted_product_leaves_an_event_and_nothing_else() -> None:
    box, client, _ = make()
    product = next(iter(box.world.products))["id"]
    items = {row["inventoryItem"]["id"] for row in box.world.variants.of(product)}
    assert items
    box.world.delete_product(product)
    events = ask(
        client, '{events(first:9,query:"action:destroy AND subject_type:PRODUCT"){nodes{... on BasicEvent{subjectId}}}}'
    )
    assert [row["subjectId"] for row in events["data"]["events"]["nodes"]] == [product]
    truth = box.truth()
    assert {row["id"] for row in truth["shopify_inventory_items"].gone} == items
    assert product in {row["id"] for row in truth["shopify_products"].gone}
    assert ask(client, "query($id:ID!){product(id:$id){id}}", id=product)["data"] == {"product": None}


def test_consent_comes_back_signed_and_access_rotates() -> None:
    box, client, time = make()
    back = "http://127.0.0.1:8080/back"
    said = {"client_id": "demo-shopify", "scope": "read_orders,read_products", "redirect_uri": back, "state": "s-1"}
    answer = client.post("/admin/oauth/authorize", data={**said, "decision": "allow"})
    assert answer.status_code == 302
    query = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert signed({name: value for name, value in query.items() if name != "hmac"}, "demo-shopify-secret") == query
    assert (query["shop"], query["timestamp"]) == ("demo-bakery.myshopify.com", str(int(time.now.timestamp())))
    app = {"client_id": "demo-shopify", "client_secret": "demo-shopify-secret"}
    token = "/admin/oauth/access_token"
    first = client.post(token, data={**app, "code": query["code"], "expiring": "1"}).json()
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (3600, 7_776_000)
    assert first["scope"] == "read_orders,read_products"
    renewing = {**app, "grant_type": "refresh_token"}
    second = client.post(token, data={**renewing, "refresh_token": first["refresh_token"]}).json()
    assert second["refresh_token"] != first["refresh_token"]
    again = client.post(token, data={**renewing, "refresh_token": first["refresh_token"]})
    assert again.status_code == 200  # until the replacement is first used
    assert client.post(token, data={**renewing, "refresh_token": second["refresh_token"]}).status_code == 200
    assert client.post(token, data={**renewing, "refresh_token": first["refresh_token"]}).status_code == 400
    time.move(hours=1, seconds=1)
    assert client_of(box, second["access_token"]).post(GRAPHQL, json={"query": "{shop{id}}"}).status_code == 401
    assert "code" not in parse_qs(urlsplit(client.post("/admin/oauth/authorize", data=said).headers["location"]).query)


def test_access_lasts_unless_the_app_asks_for_access_that_ends() -> None:
    box, client, _ = make()
    code = box.grants.allow(["read_orders"], "")
    app = {"client_id": "demo-shopify", "client_secret": "demo-shopify-secret"}
    given = client.post("/admin/oauth/access_token", json={**app, "code": code}).json()
    assert set(given) == {"access_token", "scope"}
    assert given["access_token"].startswith("shpat_")


def same_shape(theirs: Any, ours: Any, place: str) -> None:
    """Keys and types of what is recorded of the platform, and of what the stand-in says. Null is of any type."""
    if theirs is None or ours is None:
        return
    # A recorded record is a dict that knows its file.
    assert (dict if isinstance(theirs, dict) else type(theirs)) is type(ours), place
    if isinstance(theirs, dict):
        assert theirs.keys() == ours.keys(), place
        for name, value in theirs.items():
            same_shape(value, ours[name], f"{place}.{name}")
    if isinstance(theirs, list):
        for one in ours:
            same_shape(theirs[0], one, place)


@pytest.mark.parametrize("stream", RECORDED)
def test_answers_have_the_shape_that_is_published(stream: str) -> None:
    """The questions are those that are recorded as meant; a change makes a deleted product and more refunds."""
    box, client, _ = make()
    box.change()
    recorded = RECORDED[stream]
    body = json.loads(recorded.first[recorded.first.index("{") :])
    long, refund = (list(box.world.orders)[place] for place in (0, 1))
    ids = {
        "order": refund["id"] if stream == "order_refund_lines" else long["id"],
        "refund": refund["refunds"][0]["id"],
        "location": next(iter(box.world.locations))["id"],
        "collection": next(iter(box.world.collections))["id"],
        "product": next(iter(box.world.products))["id"],
        "draftOrder": next(iter(box.world.drafts))["id"],
        "node": next(iter(box.world.checkouts))["id"],
    }
    root = path_of(recorded)[0]
    body.get("variables", {}).pop("after", None)
    if root in ids:
        body["variables"]["id"] = ids[root]
    found = client.post(GRAPHQL, json=body).json()
    assert "errors" not in found
    records = found["data"]
    for step in path_of(recorded):
        records = records[step]
    records = records if isinstance(records, list) else [records]
    assert records
    for record in records:
        same_shape(recorded.base, record, stream)
    assert only(records[0], ()) == records[0]


def test_the_same_seed_makes_the_same_shop() -> None:
    told = [box.truth() for box, _, _ in (make(seed=3), make(seed=3), make(seed=4))]
    assert told[0] == told[1]
    assert told[0] != told[2]
    box, client, _ = make(seed=3)
    box.change(2)
    box.reset()
    assert box.truth() == told[0]
    other = make(options={"currency": "USD", "zone": "America/New_York"})[1]
    assert ask(other, "{shop{currencyCode ianaTimezone}}")["data"]["shop"] == {
        "currencyCode": "USD",
        "ianaTimezone": "America/New_York",
    }
    assert ask(client, "{shop{ianaTimezone}}")["data"]["shop"] == {"ianaTimezone": "Europe/Vienna"}
