"""Lists of which one question shows so many records and no more: each is read once, and none is lost quietly."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Bug
from shared.vocabulary.paging import Onward, Position
from shared.vocabulary.wire import Answer, Request

FROM, LIMIT = re.compile("(?<=FROM ')[^']*"), re.compile(r"(?<=LIMIT )\d+")
ASK = Request(
    "POST", "https://api.example.com", json={"text": "FROM '2026-01-01' LIMIT 9", "settings": {"count": True}}
)


def rule(size: int) -> Onward:
    return Onward(size, "made", "text", FROM, LIMIT, "settings.count", "more")


def moment(number: int) -> str:
    return f"2026-01-01 00:00:{number:02}"


class Server:
    """Shows as many as are asked for, from a moment on, and counts what there is behind it. `most`: shows fewer."""

    def __init__(self, numbers: list[int], most: int = 99) -> None:
        self.rows: list[dict[str, Any]] = [
            {"id": place, "made": moment(number)} for place, number in enumerate(sorted(numbers))
        ]
        self.most, self.counted = most, list[int]()

    def __call__(self, request: Request) -> Answer:
        text = request.json["text"]
        first, limit = FROM.search(text), LIMIT.search(text)
        assert first is not None
        assert limit is not None
        found = [row for row in self.rows if row["made"] >= first[0]]
        if request.json["settings"]["count"]:
            self.counted.append(len(found))
        shown = found[: int(limit[0])]
        page = shown[: self.most]
        return Answer(200, {}, b"", {"rows": page, "more": "x" if len(page) < len(shown) else ""}, is_json=True)


def read_all(pages: Onward, server: Any, less_after: int = 0) -> list[int]:
    position: Position | None = {}
    found: list[int] = []
    for calls in range(500):
        if position is None:
            return found
        if calls and calls == less_after:
            position = pages.smaller(position)
            assert position is not None
        request = pages.apply(ASK, position)
        answer = server(request)
        turn = pages.next(request, position, answer, answer.json["rows"], lambda record: str(record["id"]))
        found += [record["id"] for record in turn.records]
        position = orjson.loads(orjson.dumps(turn.position))
    raise AssertionError("the reading does not end")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 59), max_size=90), st.integers(0, 9), st.integers(1, 9))
def test_no_record_is_lost_and_none_comes_twice(numbers: list[int], room: int, fewer: int) -> None:
    """As long as more are shown than bear one moment."""
    alike = max((numbers.count(number) for number in numbers), default=0)
    server = Server(numbers, most=alike + fewer)
    assert read_all(rule(alike + 1 + room), server) == list(range(len(numbers)))
    assert server.counted == [len(numbers)], "the count of the first question is that of the whole list"


def test_fewer_may_be_asked_for_on_the_way() -> None:
    server = Server(list(range(40)))
    assert read_all(rule(20), server, less_after=1) == list(range(40))
    assert rule(1).smaller({}) is None


def test_more_of_one_moment_than_are_shown_is_an_error_and_no_loss() -> None:
    with pytest.raises(Bug, match="paging-stands-still"):
        read_all(rule(5), Server([1, 2, 7, 7, 7, 7, 7, 8]))


@pytest.mark.parametrize("made", ["2026-01-01' OR 'x", "", None, {"at": 1}])
def test_only_a_moment_is_put_into_a_question(made: Any) -> None:
    rows = [{"id": 1, "made": moment(1)}, {"id": 2, "made": made}]
    with pytest.raises(Bug, match=r"odd-place|list-unsteady"):
        rule(2).next(ASK, {}, Answer(200, {}, b"", {}, is_json=True), rows, str)


def test_a_list_in_another_order_is_an_error() -> None:
    rows = [{"id": 1, "made": moment(5)}, {"id": 2, "made": moment(4)}, {"id": 3, "made": moment(6)}]
    with pytest.raises(Bug, match="list-unsteady"):
        rule(3).next(ASK, {}, Answer(200, {}, b"", {}, is_json=True), rows, str)
