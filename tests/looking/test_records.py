"""A staged page and the record in it: found by its line, and never more of it than fits."""

from __future__ import annotations

import gzip

import orjson
import pytest

from shared.errors import Problem
from shared.looking.records import LARGEST_PAGE, is_page_of, record, told
from tests.support.memory import MemoryObjects

PAGE = "acme/raw/shopify/2026-09-01/run/orders/slice/000000-1.ndjson.gz"


def packed(*records: object) -> bytes:
    return gzip.compress(b"\n".join(orjson.dumps(each) for each in records))


def test_a_record_is_found_by_its_line() -> None:
    data = packed({"_line": 0, "id": "a"}, {"_line": 7, "id": "<b>"})
    assert record(data, 7) == {"_line": 7, "id": "<b>"}
    assert record(data, 1) is None


@pytest.mark.parametrize("page", [PAGE, "acme/raw/tributary/2026-09-01/r/s/000000-0.ndjson.gz"])
def test_pages_of_a_workspace(page: str) -> None:
    assert is_page_of("acme", page)
    assert not is_page_of("acm", page)
    assert not is_page_of("acme_2", page)


@pytest.mark.parametrize(
    "page", ["acme/raw/../../birch/raw/x.ndjson.gz", "birch/raw/x.ndjson.gz", "acme/raw/x", "acme/raw/a b.ndjson.gz",
             "acme/raw/x.ndjson.gz\n", "/acme/raw/x.ndjson.gz", "acme/rawer/x.ndjson.gz"],
)  # fmt: skip
def test_what_is_no_page_of_it(page: str) -> None:
    assert not is_page_of("acme", page)


def test_a_line_that_would_fill_the_memory_is_not_unpacked() -> None:
    bomb = gzip.compress(b'{"_line": 0, "x": "' + b"0" * 200_000 + b'"}')
    with pytest.raises(Problem, match="too large"):
        record(bomb, 0, longest=100_000)


def test_a_page_that_is_too_large_is_not_read() -> None:
    class Large(MemoryObjects):
        def read(self, name: str) -> bytes:
            raise AssertionError(name)

    objects = Large()
    objects.write(PAGE, b"0" * (LARGEST_PAGE + 1), {})
    with pytest.raises(Problem, match="too large"):
        told(objects, PAGE, 0)


@pytest.mark.parametrize(
    "data",
    [b"no gzip", gzip.compress(b"no json"), packed({"_line": 0})[:-9]],
    ids=["no gzip", "no json", "cut off"],
)
def test_what_is_no_page_of_ours_is_told_so(data: bytes) -> None:
    with pytest.raises(Problem, match="not as it was written"):
        record(data, 1)


def test_a_page_that_is_gone_is_not_there() -> None:
    assert told(MemoryObjects(), PAGE, 0) is None
