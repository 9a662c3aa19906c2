"""What a platform asks for is done, wherever it stands, to whom it is meant and to nobody else."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from shared import model
from shared.calls.answering import Answerer
from shared.erasure.connection import ConnectionErasure
from shared.http import Http
from shared.messages import PlatformCalled
from shared.model import NEWER, Connection, PlatformCall, Publication, Workspace, call_path, from_doc, to_doc
from shared.oauth.connect import renew
from shared.platforms import PLATFORMS
from shared.settings import load
from shared.states import CallState, ConnectionState, RunState
from shared.stores.holdings import Holdings
from shared.vocabulary.demands import Wish
from tests.flow.pipeline import Pipeline
from tests.support.memory import MemoryObjects, MemoryVault
from tests.support.tables import MemoryBigQuery

pytestmark = pytest.mark.slow

SETTINGS = load(env={"GOOGLE_CLOUD_PROJECT": "local", "TRIBUTARY_BUCKET": "pages"})
PERSONAL = ("first_name", "last_name", "email", "phone", "note", "city", "zip")


class Shop:
    """A shop that was read, and whoever answers its calls."""

    def __init__(self, platform: str = "shopify", **more: Any) -> None:
        self.world = Pipeline(platform, **({"size": 0.05} | more))
        self.machine, self.clock = self.world.machine, self.world.clock
        self.documents, self.connection = self.machine.documents, self.world.connection
        self.documents.set(model.workspace_path("demo"), to_doc(Workspace("demo", "Demo")))
        self.machine.sync(self.connection)
        made = Holdings(SETTINGS, self.documents, MemoryVault(), self.machine.objects, self.clock)
        self.published = MemoryObjects()
        stores = {"bigquery": MemoryBigQuery(self.world.warehouse), "published": self.published}
        vars(made).update(stores)  # otherwise opened when it is first asked
        self.answerer = Answerer(made, Http(transport=self.machine.transport), PLATFORMS)

    def call(self, wish: Wish, name: str = "one", **more: Any) -> PlatformCall:
        whose = {"by": "account", "whose": self.connection.account} | more
        made = PlatformCall(name, self.connection.platform, wish, [self.connection.platform],
                            received_at=self.clock.now(), look_at=self.clock.now(), **whose)  # fmt: skip
        self.documents.set(call_path(name), to_doc(made))
        return self.answer(name)

    def answer(self, name: str = "one") -> PlatformCall:
        self.answerer.handle(PlatformCalled(name))
        return self.kept(name)

    def kept(self, name: str = "one") -> PlatformCall:
        doc = self.documents.get(call_path(name))
        assert doc is not None
        return from_doc(PlatformCall, doc)

    def through(self, call: PlatformCall) -> PlatformCall:
        """Gone on with at each time that it says, as the tick does."""
        for _ in range(9):
            if call.look_at is None:
                return call
            self.clock.moment = max(call.look_at, self.clock.now())
            call = self.answer(call.id)
        raise AssertionError("it has no end")

    @property
    def now(self) -> Connection:
        doc = self.documents.get(model.path("demo", "connections", self.connection.id))
        assert doc is not None
        return from_doc(Connection, doc)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.world.warehouse.current("demo", table) + self.world.warehouse.history("demo", table)

    def staged(self, table: str) -> list[dict[str, Any]]:
        found = [data for data, meta in self.machine.objects.held.values() if meta.get("table") == table]
        return [orjson.loads(line) for data in found for line in gzip.decompress(data).splitlines()]


@pytest.fixture(scope="module")
def customer() -> dict[str, Any]:
    """A customer with orders, as the platform tells it."""
    shop = Shop()
    ordered = {row["customer_id"] for row in shop.rows("shopify_orders") if row.get("customer_id")}
    return next(row for row in shop.rows("shopify_customers") if row["customer_id"] in ordered and row.get("email"))


# -- access --------------------------------------------------------------------------------------------


def test_access_that_was_taken_back_is_shown_at_once_and_no_row_is_touched() -> None:
    shop = Shop()
    before = len(shop.rows("shopify_orders"))
    call = shop.call(Wish.ACCESS_ENDED)
    assert (call.state, call.look_at) == (CallState.DONE, None)
    assert shop.now.state == ConnectionState.RECONNECT
    assert shop.now.problem is not None
    assert shop.now.problem["move"] == "client"
    assert len(shop.rows("shopify_orders")) == before > 0


@pytest.mark.parametrize("wish", [Wish.ACCESS_ENDED, Wish.ERASE_ACCOUNT])
def test_what_was_connected_again_since_is_left_alone(wish: Wish) -> None:
    """A call may come late: the shop's removal of our app, or its wish two days after that."""
    shop = Shop()
    later = shop.clock.now() + timedelta(seconds=1)
    again = renew(replace(shop.now, connected_at=shop.clock.now()), replace(shop.now, access_since=later))
    shop.documents.set(model.path("demo", "connections", again.id), to_doc(again))
    call = shop.call(wish)
    assert list(call.outcomes.values()) == [NEWER]
    assert shop.now.state == ConnectionState.ACTIVE
    assert shop.rows("shopify_orders")


@pytest.mark.parametrize("wish", list(Wish))
def test_another_accounts_call_changes_nothing_of_ours(wish: Wish) -> None:
    shop = Shop()
    before = orjson.dumps([shop.now, shop.rows("shopify_customers"), shop.staged("shopify_customers")])
    call = shop.through(shop.call(wish, whose="other.myshopify.com", person="gid://shopify/Customer/7200000000001"))
    assert call.meant == []
    assert orjson.dumps([shop.now, shop.rows("shopify_customers"), shop.staged("shopify_customers")]) == before


def test_a_call_that_is_done_or_unknown_is_left() -> None:
    shop = Shop()
    call = shop.call(Wish.ACCESS_ENDED)
    shop.documents.set(model.path("demo", "connections", shop.connection.id), to_doc(shop.connection))
    assert shop.answer() == call
    assert shop.now.state == ConnectionState.ACTIVE
    shop.answerer.handle(PlatformCalled("unheard-of"))


# -- an account ----------------------------------------------------------------------------------------


def test_a_shop_that_is_to_be_forgotten_leaves_rows_pages_and_connection_nowhere() -> None:
    shop = Shop()
    call = shop.call(Wish.ERASE_ACCOUNT)
    assert call.state == CallState.OPEN, "who is at work may still write"
    call = shop.through(call)
    assert call.state == CallState.DONE
    (outcome,) = call.outcomes.values()
    (receipt,) = shop.documents.find("receipts")
    assert receipt["id"] in outcome
    assert receipt["destroyed"]["rows"] > 0
    assert shop.documents.get(model.path("demo", "connections", shop.connection.id)) is None
    tables = [table for _, table in shop.world.warehouse.tables]
    assert [row for table in tables for row in shop.rows(table) if row["connection_id"] == shop.connection.id] == []
    assert [meta for _, meta in shop.machine.objects.held.values() if meta["connection"] == shop.connection.id] == []


def test_rows_that_an_agency_kept_after_the_end_go_as_well() -> None:
    """The connection was ended without its rows; two days later the shop wants to be forgotten."""
    shop = Shop()
    assert shop.connection.id == model.stable_id("demo", "shopify", shop.connection.account)
    erasure = ConnectionErasure(shop.answerer.holdings, shop.answerer.http, shop.now)
    _, until = erasure.run(drop_rows=False)
    assert until is not None
    shop.clock.moment = until
    ConnectionErasure(shop.answerer.holdings, shop.answerer.http, shop.now).run(drop_rows=False)
    assert shop.rows("shopify_customers")
    call = shop.through(shop.call(Wish.ERASE_ACCOUNT))
    assert call.state == CallState.DONE
    assert shop.rows("shopify_customers") == []


def test_a_login_that_is_to_be_forgotten_takes_its_accounts_along_and_no_others() -> None:
    shop = Shop("meta_ads", counts={"campaigns": 1, "ads": 1, "days": 2})
    mine = replace(shop.now, values={**shop.now.values, "login": "218471"})
    shop.documents.set(model.path("demo", "connections", mine.id), to_doc(mine))
    other = replace(mine, id="other", account="other", values={"login": "999"})
    shop.documents.set(model.path("demo", "connections", "other"), to_doc(other))
    call = shop.through(shop.call(Wish.ERASE_ACCOUNT, by="login", whose="218471"))
    assert [each.rpartition("/")[2] for each in call.meant or ()] == [mine.id]
    assert shop.documents.get(model.path("demo", "connections", mine.id)) is None
    assert shop.documents.get(model.path("demo", "connections", "other")) is not None


# -- a person ------------------------------------------------------------------------------------------


def test_nothing_says_who_a_person_was_and_all_numbers_stay(customer: dict[str, Any]) -> None:
    shop = Shop()
    told = {str(customer[name]) for name in PERSONAL if customer.get(name)}
    count = {table: len(shop.rows(table)) for table in ("shopify_customers", "shopify_orders")}
    lines = {table: len(shop.staged(table)) for table in count}
    spent = sum(float(row["total_price"]) for row in shop.rows("shopify_orders"))
    theirs = [
        row["order_id"] for row in shop.rows("shopify_orders") if row.get("customer_id") == customer["customer_id"]
    ]
    call = shop.call(Wish.ERASE_PERSON, person=customer["customer_id"], records=theirs)
    assert call.state == CallState.OPEN, "once more, when what was on its way has come"
    about = [
        row
        for table in count
        for row in shop.rows(table) + shop.staged(table)
        if row.get("customer_id") == customer["customer_id"]
    ]
    assert len(about) > 4
    values = {str(value) for row in about for name, value in row.items() if not name.startswith("_")}
    assert told & values == set()
    assert all(row.get("first_landing_page") is None and not row.get("tags") for row in about)
    assert {table: len(shop.rows(table)) for table in count} == count
    assert {table: len(shop.staged(table)) for table in lines} == lines
    assert sum(float(row["total_price"]) for row in shop.rows("shopify_orders")) == pytest.approx(spent)
    call = shop.through(call)
    assert call.state == CallState.DONE
    assert (call.person, call.records) == ("", [])
    assert call.cleared["demo_raw.shopify_customers"] >= 1
    assert call.cleared["lines of pages"] >= 2


def test_what_was_published_goes_with_a_person_and_is_made_anew(customer: dict[str, Any]) -> None:
    shop = Shop()
    for name in ("demo/manifests/1.json.gz", "demo/ads_by_day/0/1.parquet", "demo2/ads_by_day/0/1.parquet"):
        shop.published.write(name, b"", {})
    shop.documents.set(
        model.publication_path("demo"), to_doc(Publication("demo", 1, manifest="demo/manifests/1.json.gz"))
    )
    call = shop.call(Wish.ERASE_PERSON, person=customer["customer_id"])
    assert {*shop.published.held} == {"demo2/ads_by_day/0/1.parquet"}
    assert (call.cleared["published versions"], call.cleared["published files"]) == (1, 1)
    publication = shop.documents.get(model.publication_path("demo"))
    assert publication is not None
    assert (publication["manifest"], publication["causes"], publication["due_at"]) == ("", ["erased"], shop.clock.now())


def test_other_persons_are_who_they_were(customer: dict[str, Any]) -> None:
    shop = Shop()

    def others() -> list[dict[str, Any]]:
        every = shop.rows("shopify_customers") + shop.staged("shopify_customers")
        return [row for row in every if row["customer_id"] != customer["customer_id"]]

    before = others()
    shop.through(shop.call(Wish.ERASE_PERSON, person=customer["customer_id"]))
    assert others() == before
    assert any(row.get("email") for row in before)


def test_a_person_known_by_the_address_alone_is_found(customer: dict[str, Any]) -> None:
    shop = Shop()
    shop.call(Wish.ERASE_PERSON, person=customer["email"])
    assert [row for row in shop.rows("shopify_customers") if row.get("email") == customer["email"]] == []


def test_orders_of_somebody_who_is_no_customer_are_cleared_by_their_ids() -> None:
    shop = Shop()
    order = next(row["order_id"] for row in shop.rows("shopify_orders") if row.get("first_landing_page"))
    shop.call(Wish.ERASE_PERSON, records=[order])
    assert all(row.get("first_landing_page") is None for row in shop.rows("shopify_orders") if row["order_id"] == order)
    assert any(row.get("first_landing_page") for row in shop.rows("shopify_orders"))


def test_what_was_staged_meanwhile_is_cleared_by_the_second_pass(customer: dict[str, Any]) -> None:
    shop = Shop()
    held = shop.machine.objects.held
    late = [name for name, (_, meta) in held.items() if meta.get("table") == "shopify_customers"]
    before = {name: held[name] for name in late}
    call = shop.call(Wish.ERASE_PERSON, person=customer["customer_id"])
    for name, page in before.items():  # a worker was about to stage what it had read
        held[f"{name.removesuffix('.ndjson.gz')}-late.ndjson.gz"] = page
    assert any(row.get("email") == customer["email"] for row in shop.staged("shopify_customers"))
    shop.through(call)
    assert not any(row.get("email") == customer["email"] for row in shop.staged("shopify_customers"))


def test_cleared_pages_are_loaded_again_as_they_are(customer: dict[str, Any]) -> None:
    """A replay brings back what was staged, and not the person."""
    shop = Shop()
    shop.through(shop.call(Wish.ERASE_PERSON, person=customer["customer_id"]))
    run = shop.machine.run(shop.machine.sync(shop.connection, "again", "replay"), "demo")
    assert run["state"] == RunState.COMPLETED
    assert not any(row.get("email") == customer["email"] for row in shop.rows("shopify_customers"))


def test_long_work_goes_on_where_it_stopped(customer: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    monkeypatch.setattr("shared.calls.answering.WORK", timedelta(0))
    call = shop.call(Wish.ERASE_PERSON, person=customer["customer_id"])
    places = [call.place]
    while call.place:
        call = shop.answer()
        places.append(call.place)
    assert len(places) > 2
    assert places[:-1] == sorted(set(places[:-1])), "each page once"
    assert not any(row.get("email") == customer["email"] for row in shop.staged("shopify_customers"))


def test_long_work_over_two_workspaces_comes_to_its_end(
    customer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the same shop; no delivery has time for more than a page."""
    shop = Shop()
    documents, account = shop.documents, shop.connection.account
    documents.set(model.workspace_path("later"), to_doc(Workspace("later", "Later")))
    second = replace(shop.connection, workspace="later", id=model.stable_id("later", "shopify", account))
    documents.set(model.path("later", "connections", second.id), to_doc(second))
    shop.machine.sync(second)
    monkeypatch.setattr("shared.calls.answering.WORK", timedelta(0))
    call = shop.call(Wish.ERASE_PERSON, person=customer["customer_id"])
    for _ in range(100):
        if call.passes:
            break
        call = shop.answer()
    assert call.passes == 1
    assert {"demo_raw.shopify_customers", "later_raw.shopify_customers"} <= call.cleared.keys()
    assert not any(row.get("email") == customer["email"] for row in shop.staged("shopify_customers"))
    assert not any(
        row.get("email") == customer["email"] for row in shop.world.warehouse.current("later", "shopify_customers")
    )


@pytest.mark.parametrize("wish", [Wish.ERASE_ACCOUNT, Wish.ERASE_PERSON])
def test_what_fails_for_one_connection_keeps_the_call_from_no_other(
    customer: dict[str, Any], monkeypatch: pytest.MonkeyPatch, wish: Wish
) -> None:
    shop = Shop()
    documents, account = shop.documents, shop.connection.account
    documents.set(model.workspace_path("later"), to_doc(Workspace("later", "Later")))
    second = replace(shop.connection, workspace="later", id=model.stable_id("later", "shopify", account))
    documents.set(model.path("later", "connections", second.id), to_doc(second))
    shop.machine.sync(second)
    bigquery, broken = shop.answerer.holdings.bigquery, [True]
    asked = bigquery.query_and_wait

    def refuses(sql: str) -> Any:
        if broken and ".demo_raw." in sql:
            raise RuntimeError("this dataset cannot be written to now")
        return asked(sql)

    monkeypatch.setattr(bigquery, "query_and_wait", refuses)

    def mails(workspace: str) -> list[dict[str, Any]]:
        rows = shop.world.warehouse.current(workspace, "shopify_customers")
        return [row for row in rows if row.get("email") == customer["email"]]

    call = shop.call(wish, person=customer["customer_id"])
    assert (len(mails("demo")), mails("later")) == (1, [])
    assert (call.state, call.passes) == (CallState.OPEN, 0)
    broken.clear()
    call = shop.through(call)
    assert call.state == CallState.DONE
    assert mails("demo") == []


def test_a_person_who_asks_to_be_shown_waits_for_the_agency(customer: dict[str, Any]) -> None:
    shop = Shop()
    call = shop.call(Wish.SHOW_PERSON, person=customer["customer_id"])
    assert (call.state, call.look_at) == (CallState.OPEN, None)
    assert any(row.get("email") == customer["email"] for row in shop.rows("shopify_customers"))


@pytest.mark.parametrize("platform", [each for each in PLATFORMS.values() if each.persons], ids=lambda each: each.name)
def test_what_is_cleared_of_a_person_is_a_column_and_no_key(platform: Any) -> None:
    for name, personal in platform.persons.items():
        stream = platform.stream(name)
        columns = {column.name for column in stream.columns}
        assert personal.clears <= columns - set(stream.key)
        assert {personal.person, personal.mail, personal.record, *personal.within} - {""} <= columns
    assert platform.calls


@pytest.mark.parametrize("platform", [each for each in PLATFORMS.values() if each.persons], ids=lambda each: each.name)
def test_no_stream_that_names_a_customer_is_forgotten(platform: Any) -> None:
    """By the column that names them in every stream of today, and by names of columns that could be nothing else."""
    telling = {"email", "phone", "first_name", "last_name", "note", "tracking"}
    for stream in platform.streams:
        columns = {column.name for column in stream.columns}
        if "customer_id" in columns or columns & telling:
            personal = platform.persons[stream.name]
            assert columns & telling <= personal.clears
