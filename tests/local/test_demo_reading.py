"""What the demonstration counts as a reading."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from infra.demo import demo_cloud
from infra.demo.answers import Answered
from infra.demo.demonstration import tell


def test_a_run_that_showed_nothing_of_a_stream_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What vanished is marked when the next reading agrees; until then the tables are not as the platform is."""
    monkeypatch.setattr(demo_cloud, "line", lambda platform, run: "")
    seen, connection = demo_cloud.Seen(), {"id": "c", "platform": "metricool"}
    doubts: Any = SimpleNamespace(id="a", over=True, troubles=[SimpleNamespace(code="sweep-held")])
    agrees: Any = SimpleNamespace(id="b", over=True, troubles=[])
    assert seen.note(connection, doubts)
    assert not seen.note(connection, doubts)
    assert seen.runs["c"] == []
    assert not seen.note(connection, doubts, agrees)
    assert seen.runs["c"] == [agrees]


@pytest.mark.parametrize(
    ("hour", "under_way"),
    [
        (8, date(2026, 11, 29)),  # ten in the evening of the 29th on Hawaii
        (12, date(2026, 11, 30)),  # the 29th is over everywhere
    ],
)
def test_a_day_that_may_not_have_been_over_when_it_was_read_is_not_compared(hour: int, under_way: date) -> None:
    """Its numbers grow with the hours, also between a reading and the look at what is true."""
    assert demo_cloud.under_way_at(datetime(2026, 11, 30, hour, tzinfo=UTC)) == under_way


WAYS = ["published", "API", "feed, csv", "/mcp"]


def test_the_last_line_says_who_answered_as_bigquery_does() -> None:
    answered = [Answered(about, way, 3, (), ()) for about in ("clicks", "cost") for way in WAYS]
    code, line = tell([], {}, answered, [], 0, 1.0, 0)
    assert code == 0
    result = orjson.loads(line)
    assert (result["questions"], result["answered otherwise"]) == (2, 0)
    assert result["answered as BigQuery does"] == dict.fromkeys(WAYS, 2)


def test_one_answer_that_differs_fails_the_demonstration(capsys: pytest.CaptureFixture[str]) -> None:
    answered = [Answered("clicks", way, 3, ("(4,)",) if way == "/mcp" else (), ()) for way in WAYS]
    code, line = tell([], {}, answered, [], 0, 1.0, 0)
    assert code == 1
    result = orjson.loads(line)
    assert (result["questions"], result["answered otherwise"]) == (1, 1)
    assert result["answered as BigQuery does"] == {**dict.fromkeys(WAYS, 1), "/mcp": 0}
    said = capsys.readouterr()
    assert "only /mcp says (4,)" in said.err
    assert "/mcp: differs" in said.out
