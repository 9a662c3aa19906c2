"""A workspace is erased: nothing of it is left anywhere, nothing else is touched, wherever one is interrupted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.admin.receipts import as_json, as_text
from shared import model
from shared.erasure.closing import LONGEST, Closing
from shared.erasure.receipt import Receipt
from shared.erasure.remaining import remainders
from shared.erasure.workspace import last_receipt
from shared.messages import SliceReady, Tick
from shared.states import Reason
from tests.erasure.conftest import LEAVES, STAYS, Office, office
from tests.support.faults import Fate, Killed

pytestmark = pytest.mark.slow


def snapshot(made: Office) -> dict[str, object]:
    """Everything of the client who stays."""
    docs = {path: doc for path, doc in made.machine.documents.docs.items() if STAYS in path or STAYS in str(doc)}
    objects = {name: held for name, held in made.machine.objects.held.items() if name.startswith(STAYS)}
    secrets = {name: dict(held) for name, held in made.vault.secrets.items() if LEAVES not in name}
    published = {name for name in made.published.held if name.startswith(STAYS)}
    return {"docs": docs, "objects": objects, "published": published, "secrets": secrets, "rows": rows(made)}


def rows(made: Office) -> dict[str, list[dict[str, object]]]:
    tables = [table for owner, table in made.world.warehouse.tables if owner == STAYS]
    return {table: made.world.warehouse.current(STAYS, table) for table in tables}


def finished(made: Office) -> Receipt:
    """Both looks, ten minutes apart."""
    _, until = made.erasure().run()
    assert until is not None
    made.world.clock.moment = max(until, made.world.clock.now())
    receipt, until = made.erasure().run()
    assert until is None
    return receipt


def test_nothing_of_it_is_left_and_nothing_else_is_touched() -> None:
    made = office()
    before, there = snapshot(made), made.traces(LEAVES)
    assert {path.split("/")[0] for path in there} >= {
        "workspaces",
        "links",
        "states",
        "choices",
        "outcomes",
        "failures",
        "intents",
    }
    assert any(path.startswith("gs:") for path in there)
    assert any(path.startswith("budgets/") for path in made.machine.documents.docs)
    (leaving,) = [doc["id"] for doc in made.machine.documents.find(f"workspaces/{LEAVES}/connections")]
    receipt = finished(made)
    assert made.traces(LEAVES, leaving) == []
    assert before["rows"]
    assert snapshot(made) == before
    assert receipt.destroyed["secrets"] == 2, "of its connection, and one that a process left which died"
    assert receipt.destroyed["datasets"] >= 1
    published = [path for path in there if path.startswith("gs://published/")]
    assert receipt.destroyed["objects"] == sum(path.startswith("gs:") for path in there) - len(published)
    assert receipt.destroyed["published files"] + receipt.destroyed["published versions"] == len(published) > 0
    assert receipt.destroyed["documents: slices"] == sum("/slices/" in path for path in there)
    kept = last_receipt(made.stores(), LEAVES)
    assert kept is not None
    assert kept.doc() == receipt.doc()


def test_batches_of_a_workspace_whose_name_goes_on_where_this_one_ends_are_spared() -> None:
    made = office()
    made.machine.documents.set(model.workspace_path(f"{LEAVES}__north"), {"id": f"{LEAVES}__north"})
    staging = made.world.warehouse.staging
    ours, theirs = f"{LEAVES}__emailoctopus_lists__b1", f"{LEAVES}__north__emailoctopus_lists__b1"
    staging.update({ours: [], theirs: []})
    finished(made)
    assert theirs in staging
    assert ours not in staging


def test_the_first_look_destroys_and_only_a_later_one_ends_it() -> None:
    made = office()
    receipt, until = made.erasure().run()
    assert until == made.world.clock.now() + LONGEST
    assert made.traces(LEAVES) == [f"closings/{LEAVES}", f"workspaces/{LEAVES}"]  # that it is being erased
    assert receipt.finished_at is None
    again, same = made.erasure().run()
    assert (same, again.destroyed) == (until, receipt.destroyed)


@pytest.mark.parametrize("killed", [False, True])
def test_ten_minutes_are_counted_from_the_end_of_a_look(killed: bool) -> None:
    """A look may take long, or be given up and begun again the next day: until one has come to its end, a run whose
    slices it ended can begin a sweep."""
    made, late = office(), timedelta(minutes=11)
    fate = Fate()

    def slow(when: str, what: str) -> None:
        if when == "before" and what == "objects.delete" and not slept:
            slept.append(what)
            made.world.clock.moment += late
            if killed:
                raise Killed(what)

    slept: list[str] = []
    fate.also = slow
    if killed:
        with pytest.raises(Killed):
            made.erasure(fate).run()
        _, until = made.erasure().run()
    else:
        _, until = made.erasure(fate).run()
    assert slept
    assert until == made.world.clock.now() + LONGEST
    made.world.clock.forward(minutes=9)
    assert made.erasure().run()[1] == until
    made.world.clock.moment = until
    assert finished_at_once(made)


def test_what_came_to_its_end_meanwhile_is_not_ended_again() -> None:
    """Between the look for what is open and the step that ends it, a loader is done."""
    made, fate = office(), Fate()
    documents = made.machine.documents
    places = [path for path in documents.docs if path.startswith(f"workspaces/{LEAVES}/") and "/pages/" in path][:2]
    places += [path for path in documents.docs if path.startswith(f"workspaces/{LEAVES}/slices/")][:2]
    for path in places:
        documents.set(path, {**documents.get(path), "state": "waiting" if "/pages/" in path else "staged"})

    def loaded(when: str, what: str) -> None:
        for path in places if when == "before" else ():
            documents.set(path, {**documents.get(path), "state": "loaded"})

    fate.also = loaded
    Closing(made.stores(fate), LEAVES).stop_work()
    assert fate.seen
    assert {documents.get(path)["state"] for path in places} == {"loaded"}


def test_the_look_that_ends_it_begins_when_nobody_is_at_work() -> None:
    made, fate = office(), Fate()
    _, until = made.erasure().run()
    assert until is not None
    made.world.clock.moment = until - timedelta(seconds=10)
    fate.also = lambda when, what: made.world.clock.forward(seconds=2)
    assert made.erasure(fate).run()[1] is not None
    assert made.world.clock.now() > until
    assert finished_at_once(made)


def test_what_terraform_writes_meanwhile_takes_nothing_back() -> None:
    """An apply between the two looks: the document as the settings say, once more, and the datasets, empty."""
    made = office()
    documents, where = made.machine.documents, model.workspace_path(LEAVES)
    settings = documents.get(where)
    _, until = made.erasure().run()
    assert documents.get(where) == settings  # so a plan finds nothing to change in it
    made.world.clock.forward(minutes=5)
    documents.set(where, dict(settings))
    tables = made.world.warehouse.tables
    tables[LEAVES, "made_again"] = next(table for (owner, _), table in tables.items() if owner == STAYS)
    assert made.stores().closing_since(LEAVES) is not None
    again, same = made.erasure().run()
    assert same == until
    made.world.clock.forward(minutes=5)
    receipt, until = made.erasure().run()
    assert until is None
    assert made.traces(LEAVES) == []
    assert last_receipt(made.stores(), LEAVES) == receipt
    assert receipt.id == again.id


def test_interrupted_anywhere_it_is_finished_by_another_run() -> None:
    clean = office()
    fate = Fate()
    clean.erasure(fate).run()
    assert fate.count > 20
    whole = finished(clean).destroyed
    for at in range(fate.count):
        for before in (True, False):
            made = office()
            stays = snapshot(made)
            with pytest.raises(Killed):
                made.erasure(Fate(at=at, before=before)).run()
            receipt = finished(made)
            assert made.traces(LEAVES) == [], (at, before)
            assert snapshot(made) == stays, (at, before)
            assert all(receipt.destroyed[what] >= count for what, count in whole.items()), (at, before)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_worker_in_flight_stops_and_what_it_still_wrote_is_found(share: float) -> None:
    """The erasure strikes in the middle of a sync; the functions go on as they would."""
    counting = office(synced=False)
    counting.machine.fate.count = 0
    _sync(counting)
    effects = counting.machine.fate.count

    made = office(synced=False)
    struck = False

    def strike(when: str, what: str) -> None:
        nonlocal struck
        if made.machine.fate.count >= effects * share and not struck:
            struck = True
            made.erasure().run()

    made.machine.fate.count, made.machine.fate.also = 0, strike
    calls = made.world.box.calls
    _sync(made)
    assert struck
    asked = calls.total
    for _ in range(12):
        made.world.clock.forward(minutes=1)
        made.machine.bus.publish(Tick())
        made.machine.drain()
    assert calls.total == asked  # nobody asks the platform any more
    receipt, until = made.erasure().run()
    assert until is None, until
    assert made.traces(LEAVES) == []
    assert receipt.finished_at is not None


def _sync(made: Office) -> None:
    (doc,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections")
    connection = model.from_doc(model.Connection, doc)
    made.machine.planner.runs.begin(connection, Reason.OPERATOR, "first")
    made.machine.drain()


def test_a_connection_that_appears_meanwhile_puts_the_end_off() -> None:
    """Whoever was choosing accounts when the erasure began may still write the last of them."""
    made = office()
    made.erasure().run()
    made.world.clock.forward(minutes=9)
    made.connect(LEAVES, "late", made.credential())
    made.world.clock.forward(minutes=2)
    _, until = made.erasure().run()
    assert until == made.world.clock.now() + LONGEST
    assert made.traces(LEAVES) == [f"closings/{LEAVES}", f"workspaces/{LEAVES}"]
    made.world.clock.forward(minutes=10)
    assert finished_at_once(made)
    assert made.traces(LEAVES) == []


def finished_at_once(made: Office) -> bool:
    return made.erasure().run()[1] is None


def test_nothing_is_planned_or_read_for_a_workspace_that_is_closing() -> None:
    made = office()
    closing = made.erasure()
    (doc,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections")
    part = made.machine.documents.find(f"workspaces/{LEAVES}/slices")[0]
    closing.run()
    calls = made.world.box.calls.total
    made.machine.bus.publish(SliceReady(LEAVES, part["id"]), Tick())
    made.machine.drain()
    assert made.world.box.calls.total == calls
    assert made.machine.open() == []
    assert made.machine.documents.get(model.path(LEAVES, "connections", doc["id"])) is None


def test_a_receipt_says_what_was_destroyed_and_what_remains() -> None:
    made = office()
    receipt, until = made.erasure().run()
    text = as_text(receipt, until, 14)
    assert "documents: slices" in text
    assert all(each.what in text for each in remainders(14))
    assert "Run the same command again after" in text
    for shown in (text, as_json(receipt, until, 14)):
        for kept in ("key", "token"):
            assert f'"{kept}":' not in shown
        assert made.world.box.grants.key() not in shown
    made.world.clock.moment += timedelta(minutes=10)
    assert "Finished" in as_text(made.erasure().run()[0], None, 14)
