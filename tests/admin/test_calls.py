"""An operator sees what platforms told us, what became of it, and closes what is answered by hand."""

from __future__ import annotations

import pytest

from shared import model
from shared.model import PlatformCall, call_path, to_doc
from shared.stores.installation import Stores
from shared.vocabulary.demands import Wish
from tests.admin.conftest import Operator
from tests.flow.pipeline import Pipeline
from tests.support.tables import MemoryBigQuery


@pytest.fixture
def shop(operator: Operator) -> Operator:
    """A shop that was read, and two calls of it."""
    operator.world = Pipeline("shopify", size=0.05)
    machine = operator.world.machine
    machine.sync(operator.world.connection)
    for name in ("documents", "objects"):
        object.__setattr__(operator.stores, name, getattr(machine, name))
    vars(operator.stores)["bigquery"] = MemoryBigQuery(operator.world.warehouse)
    ours = model.path("demo", "connections", operator.world.connection.id)
    for name, wish, meant in (("aa1", Wish.SHOW_PERSON, [ours]), ("ab2", Wish.ACCESS_ENDED, [])):
        made = PlatformCall(
            name, "shopify", wish, ["shopify"], "account", operator.world.connection.account,
            operator.world.clock.now(), person=customer(operator.world), meant=meant,
        )  # fmt: skip
        machine.documents.set(call_path(name), to_doc(made))
    return operator


def customer(world: Pipeline) -> str:
    return next(
        str(row["customer_id"]) for row in world.warehouse.current("demo", "shopify_customers") if row.get("email")
    )


def test_calls_are_listed_with_what_is_left_to_do(shop: Operator) -> None:
    code, out, _ = shop.type("call", "list")
    assert code == 0
    assert "waits for you" in out
    assert "under way" in out
    assert {call["id"] for call in shop.ask("call", "list")} == {"aa1", "ab2"}


def test_of_a_person_who_asks_the_rows_are_shown(shop: Operator) -> None:
    shown = shop.ask("call", "show", "aa")
    tables = {each["table"] for each in shown["rows"]}
    assert "shopify_customers" in tables
    assert all(each["row"]["customer_id"] == customer(shop.world) for each in shown["rows"])
    _, out, _ = shop.type("call", "show", "aa1")
    assert "email" in out


def test_what_was_answered_is_done_and_names_nobody_any_more(shop: Operator) -> None:
    assert shop.ask("call", "answered", "aa1")["state"] == "done"
    shown = shop.ask("call", "show", "aa1")
    assert (shown["state"], shown["person"], shown["rows"]) == ("done", "", [])


@pytest.mark.slow
@pytest.mark.parametrize(("words", "said"), [
    (("call", "answered", "ab2"), "answered by hand"),
    (("call", "show", "a"), "2 calls begin with"),
    (("call", "show", "zz"), "No calls begin with"),
    (("call", "show", ""), "No calls begin with"),
])  # fmt: skip
def test_what_is_not_meant_is_refused(shop: Operator, words: tuple[str, ...], said: str) -> None:
    code, _, err = shop.type(*words)
    assert code == 2
    assert said in err


def test_nothing_was_told_yet(operator: Operator) -> None:
    assert "none" in operator.type("call", "list")[1]
    assert isinstance(operator.stores, Stores)
