"""Pages as files: no text begins a formula, and moments are told alike whatever kind they are of."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import orjson
import pytest

from shared.console.lists import Listed
from shared.console.saved import as_json, lines

NOON = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)


class Moment(datetime):
    """Looks like a moment, and is of a kind of its own."""


@pytest.mark.parametrize("text", ["=1+1", " +1", "@a", "−1", "\ufeff=1", "\x01=1", "＝1", "\t", "\r=1"])
def test_no_text_begins_a_formula(text: str) -> None:
    for body in (lines(("name",), [(text,)]), Listed("all", ("name",), [{"name": text}]).as_csv().saved):
        assert body is not None
        content = body if isinstance(body, bytes) else body[1]
        cell = list(csv.reader(io.StringIO(content.decode(), newline="")))[1][0]
        assert cell == f"'{text}"


@pytest.mark.parametrize("kind", [datetime, Moment])
def test_moments_are_told_to_the_second(kind: type[datetime]) -> None:
    moment = kind.fromisoformat(NOON.isoformat())
    assert orjson.loads(as_json({"at": moment})) == {"at": "2026-03-01T12:30:15Z"}
    listed = Listed("all", ("at", "keys"), [{"at": moment, "keys": ["a", "b"]}])
    assert orjson.loads(listed.as_json().json or b"")["all"][0]["at"] == "2026-03-01T12:30:15Z"
    assert listed.as_csv().saved == ("all.csv", b"at,keys\r\n2026-03-01T12:30:15Z,a b\r\n")
