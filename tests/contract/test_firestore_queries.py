"""Queries: which documents they find, and in which order."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or

pytestmark = pytest.mark.slow

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

# Firestore's order across types, as documented: null, booleans, numbers, times, texts, bytes, references,
# places, arrays, maps.
IN_ORDER: list[Any] = [
    None,
    False,
    True,
    math.nan,
    -math.inf,
    -3,
    0,
    0.5,
    1,
    2**53 + 1,
    NOON,
    NOON + datetime.timedelta(microseconds=1),
    "",
    "Z",
    "a",
    "é",
    "🐎",
    b"",
    b"\x01",
    firestore.GeoPoint(1, 2),
    firestore.GeoPoint(1, 3),
    [],
    [1],
    [1, 0],
    [2],
    {},
    {"a": 1},
    {"a": 1, "b": 0},
    {"a": 2},
    {"b": 0},
]


def ids(query: Any) -> list[str]:
    return [snapshot.id for snapshot in query.stream()]


def where(query: Any, *conditions: tuple[str, str, Any]) -> Any:
    for condition in conditions:
        query = query.where(filter=FieldFilter(*condition))
    return query


@pytest.fixture
def slices(db: firestore.Client) -> firestore.CollectionReference:
    """Twelve slices: s00 to s11."""
    collection = db.collection("slices")
    batch = db.batch()
    for number in range(12):
        batch.set(
            collection.document(f"s{number:02d}"),
            {
                "run": f"r{number % 2}",
                "status": ("ready", "parked", "done")[number % 3],
                "due": 100 - number,
                "streams": [f"x{number % 4}", f"y{number % 3}"],
                "lease": {"owner": f"w{number % 4}"},
            },
        )
    batch.commit()
    return collection


def test_two_equalities_an_order_and_a_limit(slices: Any) -> None:
    query = where(slices, ("run", "==", "r0"), ("status", "==", "ready")).order_by("due").limit(1)
    assert ids(query) == ["s06"]
    assert ids(query.limit(5)) == ["s06", "s00"]


def test_an_index_follows_the_writes(slices: Any) -> None:
    query = where(slices, ("run", "==", "r0"), ("status", "==", "ready"))
    assert ids(query) == ["s00", "s06"]
    slices.document("s00").update({"status": "done"})
    slices.document("s02").update({"status": "ready"})
    slices.document("s06").delete()
    slices.document("s99").set({"run": "r0", "status": "ready"})
    assert ids(query) == ["s02", "s99"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("due", "<", 90), ["s11"]),
        (("due", "<=", 90), ["s11", "s10"]),
        (("due", ">", 99), ["s00"]),
        (("due", ">=", 99), ["s01", "s00"]),
        (("due", "==", 95.0), ["s05"]),
        (("status", "!=", "ready"), ["s02", "s05", "s08", "s11", "s01", "s04", "s07", "s10"]),
        (("due", "in", [100, 90, 7]), ["s00", "s10"]),
        (("status", "not-in", ["ready", "done"]), ["s01", "s04", "s07", "s10"]),
        (("streams", "array_contains", "x3"), ["s03", "s07", "s11"]),
        (("streams", "array_contains_any", ["x3", "y0"]), ["s00", "s03", "s06", "s07", "s09", "s11"]),
        (("lease.owner", "==", "w1"), ["s01", "s05", "s09"]),
        (("lease", "==", {"owner": "w1"}), ["s01", "s05", "s09"]),
        (("due", ">", "text"), []),
    ],
)
def test_operators(slices: Any, condition: tuple[str, str, Any], expected: list[str]) -> None:
    assert ids(where(slices, condition)) == expected


def test_and_within_or(slices: Any) -> None:
    either = Or(
        [
            And([FieldFilter("run", "==", "r1"), FieldFilter("status", "==", "ready")]),
            FieldFilter("due", "==", 100),
        ]
    )
    assert ids(slices.where(filter=either)) == ["s00", "s03", "s09"]


def test_two_inequalities(slices: Any) -> None:
    found = ids(where(slices, ("due", ">", 95), ("status", "<", "ready")))
    assert found == ["s04", "s02", "s01"]  # ordered by both fields, in order of their names


def test_null_and_nan(db: firestore.Client) -> None:
    collection = db.collection("values")
    for name, value in {"null": None, "nan": math.nan, "zero": 0, "text": "x"}.items():
        collection.document(name).set({"v": value})
    collection.document("missing").set({})
    assert ids(where(collection, ("v", "==", None))) == ["null"]
    assert ids(where(collection, ("v", "==", math.nan))) == ["nan"]
    assert ids(where(collection, ("v", "!=", None))) == ["nan", "zero", "text"]
    assert ids(where(collection, ("v", "!=", 0))) == ["nan", "text"]
    assert ids(where(collection, ("v", "<", 5))) == ["zero"]
    assert ids(where(collection, ("v", "not-in", [0]))) == ["nan", "text"]


def test_order_across_types(db: firestore.Client) -> None:
    collection = db.collection("values")
    for number, value in enumerate(IN_ORDER):
        # Ids against the order of the values, so that the order of names cannot pass for it.
        collection.document(f"{99 - number}").set({"v": value})
    collection.document("50-without").set({"w": 1})
    expected = [f"{99 - number}" for number in range(len(IN_ORDER))]
    assert ids(collection.order_by("v")) == expected
    assert ids(collection.order_by("v", direction="DESCENDING")) == expected[::-1]


def test_names_break_ties_in_the_direction_of_the_last_order(slices: Any) -> None:
    assert ids(slices.order_by("status").limit(4)) == ["s02", "s05", "s08", "s11"]
    assert ids(slices.order_by("status", direction="DESCENDING").limit(4)) == ["s09", "s06", "s03", "s00"]
    assert ids(slices.order_by("run").order_by("due", direction="DESCENDING").limit(3)) == ["s00", "s02", "s04"]


def test_offset_limit_and_the_last_few(slices: Any) -> None:
    assert ids(slices.offset(2).limit(2)) == ["s02", "s03"]
    assert [each.id for each in slices.order_by("due").limit_to_last(2).get()] == ["s01", "s00"]


def test_cursors(slices: Any) -> None:
    by_due = slices.order_by("due")
    assert ids(by_due.start_at({"due": 98})) == ["s02", "s01", "s00"]
    assert ids(by_due.start_after({"due": 98})) == ["s01", "s00"]
    assert ids(by_due.end_before({"due": 90})) == ["s11"]
    assert ids(by_due.end_at({"due": 90})) == ["s11", "s10"]
    after = slices.order_by("status").start_after(slices.document("s08").get())
    assert ids(after.limit(2)) == ["s11", "s01"]
    assert ids(slices.order_by("__name__").start_at({"__name__": "s10"})) == ["s10", "s11"]


def test_paging_through_equal_values(slices: Any) -> None:
    query, seen = slices.order_by("run").limit(5), []
    while page := list(query.stream()):
        seen += [snapshot.id for snapshot in page]
        query = query.start_after(page[-1])
    assert sorted(seen) == [f"s{number:02d}" for number in range(12)]
    assert len(seen) == 12


def test_names_can_be_compared(slices: Any) -> None:
    assert ids(where(slices, ("__name__", ">", slices.document("s09")))) == ["s10", "s11"]
    assert ids(where(slices, ("__name__", "in", [slices.document("s03"), slices.document("nope")]))) == ["s03"]


def test_projection(slices: Any) -> None:
    [found] = slices.select(["lease.owner", "run"]).limit(1).get()
    assert found.to_dict() == {"lease": {"owner": "w0"}, "run": "r0"}
    [bare] = slices.select([]).limit(1).get()
    assert bare.to_dict() == {}


def test_a_query_sees_its_own_collection_and_a_group_sees_all(db: firestore.Client) -> None:
    db.document("workspaces/b/runs/two").set({"n": 2})
    db.document("workspaces/a/runs/one").set({"n": 1})
    db.document("runs/top").set({"n": 3})
    db.document("workspaces/a/runs/one/runs/inner").set({"n": 1})
    assert ids(db.collection("workspaces/a/runs")) == ["one"]
    assert ids(db.collection_group("runs")) == ["top", "one", "inner", "two"]
    assert ids(where(db.collection_group("runs"), ("n", "==", 1))) == ["one", "inner"]
    assert ids(db.collection_group("runs").order_by("n", direction="DESCENDING").limit(2)) == ["top", "two"]


def test_count_sum_and_average(slices: Any) -> None:
    def value(query: Any) -> Any:
        return query.get()[0][0].value

    ready = where(slices, ("status", "==", "ready"))
    assert value(slices.count()) == 12
    assert value(ready.count()) == 4
    assert value(ready.sum("due")) == 100 + 97 + 94 + 91
    assert value(ready.avg("due")) == 95.5
    assert value(where(slices, ("due", ">", 1000)).count()) == 0
    slices.document("text").set({"due": "not a number", "status": "ready"})
    assert value(ready.sum("due")) == 382


@pytest.mark.parametrize(
    "conditions",
    [
        [("due", "in", list(range(31)))],
        [("due", "in", [])],
        [("due", "not-in", list(range(11)))],
        [("due", "!=", 1), ("due", "not-in", [2])],
        [("streams", "array_contains", "x1"), ("streams", "array_contains", "y1")],
        [("due", "in", [1, 2, 3, 4, 5, 6]), ("run", "in", ["a", "b", "c", "d", "e", "f"])],
    ],
    ids=["31 values", "no values", "11 excluded", "two exclusions", "two array_contains", "36 alternatives"],
)
def test_queries_the_service_refuses(slices: Any, conditions: list[tuple[str, str, Any]]) -> None:
    with pytest.raises(InvalidArgument):
        ids(where(slices, *conditions))
