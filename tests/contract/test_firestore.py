"""Documents: what a write does, and when it is refused."""

from __future__ import annotations

import datetime
import math

import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from google.cloud import firestore

from tests.contract.backends import Backend, firestore_client

pytestmark = pytest.mark.slow

NOW = datetime.datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=datetime.UTC)


def test_create_if_absent(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.create({"n": 1})
    with pytest.raises(AlreadyExists):
        document.create({"n": 2})
    assert document.get().to_dict() == {"n": 1}


def test_update_needs_a_document(db: firestore.Client) -> None:
    document = db.document("runs/absent")
    with pytest.raises(NotFound):
        document.update({"n": 1})
    assert not document.get().exists


def test_delete_is_idempotent_unless_told_otherwise(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.set({})
    document.delete()
    document.delete()
    assert not document.get().exists
    with pytest.raises(NotFound):
        document.delete(option=db.write_option(exists=True))


def test_update_time_precondition(db: firestore.Client) -> None:
    document = db.document("runs/one")
    first = document.set({"n": 1}).update_time
    second = document.update({"n": 2}, option=db.write_option(last_update_time=first)).update_time
    assert second > first
    with pytest.raises(FailedPrecondition):
        document.update({"n": 3}, option=db.write_option(last_update_time=first))
    with pytest.raises(FailedPrecondition):
        db.document("runs/absent").delete(option=db.write_option(last_update_time=first))
    assert document.get().to_dict() == {"n": 2}


def test_times_of_a_document(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.set({"n": 1})
    first = document.get()
    assert first.create_time == first.update_time
    document.set({"n": 2})
    second = document.get()
    assert second.create_time == first.create_time
    assert second.update_time > first.update_time
    assert second.read_time >= second.update_time


def test_a_write_that_changes_nothing_keeps_the_update_time(db: firestore.Client) -> None:
    document = db.document("runs/one")
    first = document.set({"n": 1}).update_time
    assert document.set({"n": 1}).update_time == first
    assert document.get().update_time == first


def test_set_overwrites_and_merge_does_not(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.set({"a": 1, "b": {"c": 2, "d": 3}})
    document.set({"b": {"c": 20}, "e": 5}, merge=True)
    assert document.get().to_dict() == {"a": 1, "b": {"c": 20, "d": 3}, "e": 5}
    document.set({"a": 7, "b": {"x": 1}}, merge=["b"])
    assert document.get().to_dict() == {"a": 1, "b": {"x": 1}, "e": 5}
    document.set({"only": True})
    assert document.get().to_dict() == {"only": True}


def test_update_reaches_into_maps(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.set({"a": {"b": 1, "c": 2}, "d": 4, "odd name": {"x.y": 1}})
    document.update({"a.b": 10, "a.new.deep": 1, "d": firestore.DELETE_FIELD, "`odd name`.`x.y`": 2})
    assert document.get().to_dict() == {"a": {"b": 10, "c": 2, "new": {"deep": 1}}, "odd name": {"x.y": 2}}


def test_every_type_survives(db: firestore.Client) -> None:
    document = db.document("runs/one")
    everything = {
        "null": None,
        "yes": True,
        "big": 2**63 - 1,
        "float": 1.5,
        "infinite": math.inf,
        "time": NOW,
        "text": "žluťoučký 🐎",
        "bytes": b"\x00\xff",
        "reference": db.document("runs/two"),
        "place": firestore.GeoPoint(50.08, 14.43),
        "list": [1, "two", {"three": 3}, None],
        "map": {"a": {"b": {"c": []}}},
        "empty": {},
    }
    document.set(everything)
    assert document.get().to_dict() == everything
    document.set({"nan": math.nan})
    assert math.isnan(document.get().get("nan"))


def test_numeric_transforms(db: firestore.Client) -> None:
    document = db.document("budgets/one")
    document.set({"n": 5, "text": "x", "high": 3, "low": 3, "big": 2**63 - 1})
    document.update(
        {
            "n": firestore.Increment(3),
            "new": firestore.Increment(1.5),
            "text": firestore.Increment(2),
            "high": firestore.Maximum(9),
            "low": firestore.Minimum(1.5),
            "big": firestore.Increment(1),
        }
    )
    assert document.get().to_dict() == {"n": 8, "new": 1.5, "text": 2, "high": 9, "low": 1.5, "big": 2**63 - 1}
    document.update({"n": firestore.Increment(0.5), "high": firestore.Maximum(9.0)})
    found = document.get().to_dict()
    assert found["n"] == 8.5
    assert isinstance(found["high"], int)  # equal numbers of another type leave the stored one


def test_array_transforms(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.set({"list": [1, 2, 2, "x"], "text": "x"})
    document.update({"list": firestore.ArrayUnion([2, 3, 3.0, None]), "text": firestore.ArrayUnion(["y"])})
    assert document.get().to_dict() == {"list": [1, 2, 2, "x", 3, None], "text": ["y"]}
    document.update({"list": firestore.ArrayRemove([2, "x", 9]), "none": firestore.ArrayRemove([1])})
    assert document.get().to_dict() == {"list": [1, 3, None], "text": ["y"], "none": []}


def test_server_timestamps_are_one_moment_in_milliseconds(db: firestore.Client) -> None:
    batch = db.batch()
    batch.set(db.document("runs/one"), {"at": firestore.SERVER_TIMESTAMP, "in": {"at": firestore.SERVER_TIMESTAMP}})
    batch.set(db.document("runs/two"), {"at": firestore.SERVER_TIMESTAMP})
    batch.commit()
    one, two = db.document("runs/one").get(), db.document("runs/two").get()
    assert one.get("at") == one.get("in.at") == two.get("at")
    assert one.get("at").microsecond % 1000 == 0
    assert abs(one.get("at") - one.update_time) < datetime.timedelta(seconds=1)


def test_a_batch_is_all_or_nothing(db: firestore.Client) -> None:
    db.document("runs/taken").set({"n": 1})
    db.document("runs/other").set({"n": 1})
    batch = db.batch()
    batch.set(db.document("runs/new"), {"n": 1})
    batch.update(db.document("runs/other"), {"n": 2})
    batch.create(db.document("runs/taken"), {"n": 3})
    with pytest.raises(AlreadyExists):
        batch.commit()
    assert not db.document("runs/new").get().exists
    assert db.document("runs/other").get().to_dict() == {"n": 1}


def test_a_batch_may_write_a_document_twice(db: firestore.Client) -> None:
    batch = db.batch()
    batch.create(db.document("runs/one"), {"n": 1})
    batch.update(db.document("runs/one"), {"m": 2})
    batch.update(db.document("runs/one"), {"n": firestore.Increment(1)})
    batch.commit()
    assert db.document("runs/one").get().to_dict() == {"n": 2, "m": 2}


def test_bulk_writer(db: firestore.Client) -> None:
    writer = db.bulk_writer()
    for number in range(30):
        writer.create(db.document(f"runs/{number}"), {"n": number})
    writer.close()
    assert db.collection("runs").count().get()[0][0].value == 30


def test_get_all_gives_what_is_there_and_what_is_missing(db: firestore.Client) -> None:
    db.document("runs/one").set({"a": 1, "b": 2})
    references = [db.document("runs/one"), db.document("runs/absent")]
    found = {snapshot.id: snapshot.to_dict() for snapshot in db.get_all(references, field_paths=["b"])}
    assert found == {"one": {"b": 2}, "absent": None}


def test_collections_and_documents_can_be_listed(db: firestore.Client) -> None:
    db.document("workspaces/acme").set({"n": 1})
    db.document("workspaces/acme/connections/one").set({})
    db.document("workspaces/acme/runs/one").set({})
    db.document("workspaces/ghost/runs/one").set({})
    assert [each.id for each in db.collections()] == ["workspaces"]
    assert [each.id for each in db.document("workspaces/acme").collections()] == ["connections", "runs"]
    # A document that only has documents below it is listed, and found by no query.
    assert [each.id for each in db.collection("workspaces").list_documents()] == ["acme", "ghost"]
    assert [each.id for each in db.collection("workspaces").stream()] == ["acme"]


def test_listing_pages(db: firestore.Client) -> None:
    for number in range(7):
        db.document(f"runs/{number}").set({})
    assert [each.id for each in db.collection("runs").list_documents(page_size=3)] == list("0123456")


def test_recursive_delete(db: firestore.Client) -> None:
    for path in ("workspaces/acme", "workspaces/acme/runs/one", "workspaces/acme/runs/one/slices/a", "other/kept"):
        db.document(path).set({})
    db.recursive_delete(db.document("workspaces/acme"))
    assert [each.id for each in db.collections()] == ["other"]


@pytest.mark.parametrize("path", ["runs/__reserved__", "runs/..", "__runs__/one"])
def test_reserved_ids_are_refused(db: firestore.Client, path: str) -> None:
    with pytest.raises(InvalidArgument):
        db.document(path).set({})


@pytest.mark.parametrize(
    "fields",
    [{"__reserved__": 1}, {"list": [[1]]}, {"text": "x" * 1_100_000}],
    ids=["reserved field", "array in an array", "more than a megabyte"],
)
def test_documents_that_cannot_be_stored(db: firestore.Client, fields: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        db.document("runs/one").set(fields)
    assert not db.document("runs/one").get().exists


def test_projects_are_apart(db: firestore.Client, firestore_backend: Backend) -> None:
    db.document("runs/one").set({})
    other = firestore_client(firestore_backend.address)
    assert other.project != db.project
    assert not other.document("runs/one").get().exists
