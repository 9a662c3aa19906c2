"""What the engine relies on in Cloud Storage, held against the stand-in and against the memory of the flow tests."""

from __future__ import annotations

import gzip
import random
import uuid

import pytest

from shared.stores.ports import NoObject, Objects, Staged
from tests.contract.warehouse_backends import KINDS, objects


@pytest.fixture(params=KINDS)
def bucket(request: pytest.FixtureRequest) -> Objects:
    return objects(request.param)


@pytest.fixture
def prefix() -> str:
    return f"acme/{uuid.uuid4().hex}/"


def test_what_is_written_is_read_byte_for_byte(bucket: Objects, prefix: str) -> None:
    packed = gzip.compress(b'{"a":1}\n')
    bucket.write(f"{prefix}1.ndjson.gz", packed, {"rows": "1"})
    assert bucket.read(f"{prefix}1.ndjson.gz") == packed, "nobody unpacks it on the way"


def test_any_bytes_come_back(bucket: Objects, prefix: str) -> None:
    dice = random.Random(7)
    for number in range(40):
        data = dice.randbytes(dice.randint(1, 2000)) + dice.choice([b"\r", b"\n", b"\r\n", b"--", b""])
        bucket.write(f"{prefix}{number}", data, {})
        assert bucket.read(f"{prefix}{number}") == data


def test_a_large_page(bucket: Objects, prefix: str) -> None:
    data = random.Random(1).randbytes(12_000_000)  # above the size at which the client uploads in parts
    bucket.write(f"{prefix}large", data, {"rows": "1"})
    assert bucket.read(f"{prefix}large") == data


def test_writing_again_replaces(bucket: Objects, prefix: str) -> None:
    bucket.write(f"{prefix}1", b"one", {"try": "1"})
    bucket.write(f"{prefix}1", b"three", {"try": "2"})
    assert bucket.read(f"{prefix}1") == b"three"
    assert list(bucket.list(prefix)) == [Staged(f"{prefix}1", {"try": "2"}, 5)]


def test_a_list_is_in_order_with_what_was_said_of_each(bucket: Objects, prefix: str) -> None:
    for name in ("b/2", "a/1", "b/1"):
        bucket.write(prefix + name, name.encode(), {"page": name, "request": 'GET /x?q="é"'})
    bucket.write(prefix.rstrip("/") + "-other/1", b"x", {})
    found = list(bucket.list(prefix))
    assert [staged.name for staged in found] == [prefix + name for name in ("a/1", "b/1", "b/2")]
    assert found[0].metadata == {"page": "a/1", "request": 'GET /x?q="é"'}
    assert [staged.name for staged in bucket.list(f"{prefix}b/")] == [f"{prefix}b/1", f"{prefix}b/2"]
    assert list(bucket.list(f"{prefix}nothing/")) == []


def test_deleting_twice_is_deleting(bucket: Objects, prefix: str) -> None:
    bucket.write(f"{prefix}1", b"x", {})
    bucket.delete(f"{prefix}1")
    bucket.delete(f"{prefix}1")
    assert list(bucket.list(prefix)) == []


def test_what_is_not_there_cannot_be_read(bucket: Objects, prefix: str) -> None:
    with pytest.raises(NoObject):
        bucket.read(f"{prefix}nothing")
