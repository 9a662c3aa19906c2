"""A workspace is opened: what is made, who gets in, what changes with its document, and what is refused."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import pairwise

import pytest
from google.api_core.exceptions import Forbidden

from shared import log, model
from shared.errors import Configure
from shared.marts.placing import Deployment
from shared.messages import WorkspaceWanted
from shared.opening import opener, wishes
from shared.states import Cause, WorkspaceState
from shared.sync.edition import EDITION
from tests.opening.yard import ACME, FILLED, LOOKED_UP, OF_ACME, OWNED, Yard, without_views
from tests.support.faults import Fate


@pytest.fixture
def yard(monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setattr(log, "stream", io.StringIO())
    without_views(monkeypatch)
    return Yard()


def opened(yard: Yard) -> Yard:
    yard.make()
    yard.drain()
    return yard


def test_three_datasets_are_made_with_all_that_belongs_to_them(yard: Yard) -> None:
    yard.make()
    assert yard.workspace().state == WorkspaceState.OPENING
    yard.drain()
    assert yard.workspace().state == WorkspaceState.OPEN
    assert yard.shelf.datasets.keys() == {*OF_ACME}
    assert all(each.labels == {"app": "tributary", "workspace": "acme"} for each in yard.shelf.datasets.values())
    assert all(each.max_time_travel_hours == 168 for each in yard.shelf.datasets.values())
    assert all(each.location == "EU" for each in yard.shelf.datasets.values())
    assert yard.access("acme") == OWNED | LOOKED_UP | {("READER", "ann@example.com")}
    assert yard.access("acme_raw") == OWNED | FILLED | LOOKED_UP
    assert yard.access("acme_history") == OWNED | FILLED
    assert (yard.opening().marts, yard.opening().due_at) == (EDITION, None)


def test_who_opens_owns_nothing_at_any_moment(yard: Yard) -> None:
    """BigQuery lets no owner give up owning, so it must not begin."""
    opened(yard)
    for each in yard.shelf.datasets.values():
        owners = {entry.entity_id for entry in each.access_entries if entry.role == "OWNER"}
        assert owners == {"projectOwners", "deployer@p.example.com"}


def test_a_key_of_ones_own_encrypts_all_of_it(yard: Yard) -> None:
    key = "projects/p/locations/eu/keyRings/r/cryptoKeys/k"
    object.__setattr__(yard.settings, "kms_key", key)
    opened(yard)
    assert {d.default_encryption_configuration.kms_key_name for d in yard.shelf.datasets.values()} == {key}


def test_readers_follow_the_document_and_what_an_admin_gave_by_hand_stays(yard: Yard) -> None:
    opened(yard)
    yard.by_hand("acme", "READER", "hand@example.com")
    yard.by_hand("acme_raw", "READER", "auditor@example.com")
    yard.change(readers=["group:team@example.com"])
    yard.drain()
    assert yard.access("acme") == OWNED | LOOKED_UP | {("READER", "team@example.com"), ("READER", "hand@example.com")}
    assert ("READER", "auditor@example.com") in yard.access("acme_raw")
    assert yard.opening().readers == ["group:team@example.com"]


def test_who_was_let_in_by_hand_before_is_not_sent_away_with_a_wish(yard: Yard) -> None:
    opened(yard)
    yard.by_hand("acme", "READER", "Hand@example.com")
    yard.change(readers=["user:hand@example.com"])
    yard.drain()
    yard.change(readers=[])
    yard.drain()
    assert ("READER", "Hand@example.com") in yard.access("acme")


def test_how_long_history_is_kept_holds_for_tables_that_are_there(yard: Yard) -> None:
    opened(yard)
    yard.table("acme_history", "shopify_orders")
    yard.change(history_days=730)
    yard.drain()
    days = 24 * 60 * 60 * 1000
    assert yard.shelf.datasets["acme_history"].default_partition_expiration_ms == 730 * days
    assert yard.shelf.tables["acme_history", "shopify_orders"].time_partitioning.expiration_ms == 730 * days
    assert yard.shelf.datasets["acme_raw"].default_partition_expiration_ms is None
    yard.change(history_days=0)
    yard.drain()
    assert yard.shelf.datasets["acme_history"].default_partition_expiration_ms is None
    assert yard.shelf.tables["acme_history", "shopify_orders"].time_partitioning.expiration_ms is None


def test_pages_whose_time_is_over_go_once_a_day(yard: Yard) -> None:
    day = yard.clock.now().date()
    old, young = day - timedelta(days=201), day - timedelta(days=200)
    names = [
        f"{who}/raw/{what}/{at}/run/x"
        for who in ("acme", "other")
        for what in ("shopify", "tributary")
        for at in (old, young)
    ]
    for name in [*names, "acme/raw/shopify/strange"]:
        yard.objects.write(name, b"", {})
    yard.make(ACME)
    yard.change(pages_days=200)
    yard.drain()
    gone = {name for name in names if name.startswith("acme/") and str(old) in name}
    assert len(gone) == 2
    assert {*yard.objects.held} == {*names, "acme/raw/shopify/strange"} - gone
    yard.minutes(24 * 60 + 2)
    assert not [name for name in yard.objects.held if name.startswith("acme/") and "strange" not in name]
    assert len([name for name in yard.objects.held if name.startswith("other/")]) == 4


@pytest.mark.parametrize("name", ["agency", "staging", "tributary", "acme_raw", "acme_history", "Acme", "a", "x" * 42])
def test_names_that_mean_something_else_are_refused(yard: Yard, name: str) -> None:
    with pytest.raises(Configure, match="cannot name a workspace"):
        wishes.make(yard.documents, yard.clock, model.Workspace(name, "Name"))
    assert yard.documents.docs == {}


@pytest.mark.parametrize("labels", [{}, {"app": "tributary"}, {"app": "tributary", "workspace": "other"}])
@pytest.mark.parametrize("dataset", OF_ACME)
def test_a_dataset_that_is_not_of_this_very_workspace_is_left_alone(
    yard: Yard, dataset: str, labels: dict[str, str]
) -> None:
    yard.shelf.dataset(dataset, labels)
    before = yard.stands()
    yard.make()
    yard.minutes(1)
    assert yard.stands() == before
    assert yard.workspace().state == WorkspaceState.OPENING
    assert (yard.opening().problem or {})["code"] == "dataset-taken"
    yard.shelf.datasets[dataset].labels = {"app": "tributary", "workspace": "acme"}
    yard.minutes(10)
    assert yard.workspace().state == WorkspaceState.OPEN
    assert yard.opening().problem is None


def test_what_is_refused_is_told_and_tried_less_and_less_often(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refuse(*_: object, **more: object) -> None:
        tries.append(yard.clock.now())
        raise Forbidden("Access Denied: Project demo")

    with monkeypatch.context() as patch:
        patch.setattr(yard.shelf, "create_dataset", refuse)
        yard.make()
        yard.minutes(200)
    assert (yard.opening().problem or {})["sentence"] == "Access Denied: Project demo"
    pauses = [(later - before).seconds // 60 for before, later in pairwise(tries)]
    assert pauses[:3] == sorted(pauses[:3])
    assert len(tries) < 10
    yard.minutes(61)
    assert yard.workspace().state == WorkspaceState.OPEN


def test_a_mart_that_is_refused_keeps_nobody_from_connecting(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(opener, "deploy", lambda stores, workspace: Deployment(1, refused={"dim_date": "No."}))
        yard.make()
        yard.drain()
    assert yard.workspace().state == WorkspaceState.OPEN
    assert yard.opening().marts == ""
    assert (yard.opening().problem or {})["refused"] == {"dim_date": "No."}
    yard.minutes(10)
    assert (yard.opening().marts, yard.opening().problem) == (EDITION, None)


def test_after_a_release_the_tick_has_marts_put_in_place(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(yard)
    yard.minutes(2)
    placed: list[str] = []

    def place(name: str) -> Deployment:
        placed.append(name)
        return Deployment(1)

    monkeypatch.setattr(opener, "deploy", lambda stores, workspace: place(workspace.id))
    monkeypatch.setattr(opener, "deploy_agency", lambda stores: place("agency"))
    yard.minutes(5)
    assert placed == []
    for name in ("acme", "agency"):
        where = model.opening_path(name)
        yard.documents.set(where, {**(yard.documents.get(where) or {}), "marts": "of an earlier release"})
    yard.minutes(5)
    assert placed[:1] == ["acme"] or placed[:2] == ["agency", "acme"]
    assert set(placed) == {"acme", "agency"}
    assert len(placed) <= 3
    assert yard.opening().marts == yard.opening("agency").marts == EDITION


def test_a_wish_that_comes_while_it_is_opened_is_carried_out_as_well(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(stores: object, workspace: model.Workspace) -> Deployment:
        if workspace.readers == ["user:ann@example.com"]:
            wishes.change(yard.documents, yard.clock, "acme", {"readers": ["user:bo@example.com"]})
        return Deployment(0)

    monkeypatch.setattr(opener, "deploy", meanwhile)
    opened(yard)
    yard.minutes(2)
    assert yard.access("acme") == OWNED | LOOKED_UP | {("READER", "bo@example.com")}


def test_settings_that_marts_hold_are_a_cause_to_publish_and_readers_are_not(yard: Yard) -> None:
    opened(yard)
    where = model.publication_path("acme")
    yard.change(readers=[])
    assert yard.documents.get(where) is None
    yard.change(currency="USD")
    assert (yard.documents.get(where) or {})["causes"] == [Cause.SETTINGS]


def test_nothing_is_made_of_a_client_who_leaves(yard: Yard) -> None:
    yard.make()
    yard.documents.set(model.closing_path("acme"), {"since": yard.clock.now()})
    yard.minutes(5)
    assert yard.shelf.datasets == {}
    with pytest.raises(Configure, match="being erased"):
        wishes.make(yard.documents, yard.clock, ACME)


def test_a_message_about_nothing_does_nothing(yard: Yard) -> None:
    yard.opener.handle(WorkspaceWanted("nobody"))
    assert not yard.shelf.datasets
    assert not yard.documents.docs


def test_two_workers_at_once_are_one(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def twice(stores: object, workspace: model.Workspace) -> Deployment:
        calls.append(workspace.id)
        yard.opener.handle(WorkspaceWanted("acme"))
        return Deployment(0)

    monkeypatch.setattr(opener, "deploy", twice)
    opened(yard)
    assert calls == ["acme"]


def test_what_terraform_made_is_taken_over_with_its_readers(yard: Yard) -> None:
    """Three datasets with our labels, a document, no word of opening: an installation as it was."""
    for name in OF_ACME:
        yard.shelf.dataset(name, {"app": "tributary", "workspace": "acme"})
    yard.by_hand("acme", "READER", "ann@example.com")
    yard.by_hand("acme", "READER", "hand@example.com")
    old = {key: value for key, value in model.to_doc(ACME).items() if key in {"id", "name", "zone", "currency"}}
    yard.documents.set(model.workspace_path("acme"), old)
    wishes.adopt(yard.documents, yard.clock, "acme", ["user:ann@example.com"])
    yard.change(readers=["user:bo@example.com"])
    yard.minutes(2)
    readers = {who for role, who in yard.access("acme") if role == "READER"}
    assert readers == {"bo@example.com", "hand@example.com", "look-up@p.example.com"}
    assert yard.access("acme_raw") >= FILLED


def test_who_has_lost_the_lease_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """One falls asleep before it writes down whom it lets in; by then nobody is to be let in, and that is done."""
    monkeypatch.setattr(log, "stream", io.StringIO())
    without_views(monkeypatch)
    fate, slept = Fate(), list[str]()
    yard = Yard(fate)

    def asleep(when: str, what: str) -> None:
        if when == "before" and fate.count == 2 and not slept:  # the second transaction
            slept.append(what)
            yard.clock.forward(minutes=11)
            yard.change(readers=[])
            yard.drain()
            assert yard.access("acme") == OWNED | LOOKED_UP

    fate.also = asleep
    yard.make()
    yard.drain()
    assert slept == ["documents.transact"]
    assert yard.access("acme") == OWNED | LOOKED_UP
    assert yard.opening().readers == []
