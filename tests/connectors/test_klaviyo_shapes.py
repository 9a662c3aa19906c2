"""Whether Klaviyo's stand-in answers as Klaviyo's specification says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from infra.sandbox import create_any
from shared.http import Http
from shared.platforms import platform
from shared.platforms.klaviyo import PLATFORM as KLAVIYO
from shared.reading import read
from tests.connectors import test_sandbox
from tests.connectors.recorded.klaviyo import BASES

NOON = datetime(2026, 9, 3, 12, tzinfo=UTC)


FREE = frozenset({"event_properties", "properties", "definition", "integration", "links", "included"})


def unlike(told: Any, published: Any, where: str = "") -> list[str]:
    """Fields that the specification does not know, or of another type. What has keys of its own is not looked into."""
    if told is None or published is None:
        return []
    if isinstance(told, dict) and isinstance(published, dict):
        found = [f"{where}.{name}" for name in told if name not in published]
        for name in told.keys() & published.keys() - FREE:
            found += unlike(told[name], published[name], f"{where}.{name}")
        return found
    if isinstance(told, list) and isinstance(published, list):
        return [each for one in told for each in unlike(one, published[0] if published else None, f"{where}[]")]
    numbers = {int, float}
    alike = type(told) is type(published) or {type(told), type(published)} <= numbers
    coordinate = where.rpartition(".")[2] in ("latitude", "longitude")
    return [] if alike or (coordinate and type(told) in {str, int, float}) else [f"{where}: {told!r}"]


def answers_of(box: Any, patch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Everything that the stand-in says to a first run, by stream."""
    found: dict[str, list[Any]] = {}
    whole, http = platform("klaviyo"), Http(transport=httpx2.WSGITransport(app=box.wsgi))

    def keeping(a: Any, stream: Any, c: Any, d: Any, e: Any, given: Any) -> Any:
        found.setdefault(stream.name, []).append(json.loads(given.body))
        return read(a, stream, c, d, e, given)

    patch.setattr(test_sandbox, "read", keeping)
    credential = test_sandbox.open_credential(box)
    (account,) = test_sandbox.discovered(whole, http, credential)
    test_sandbox.everything(whole, http, credential, account, NOON)
    return found


def test_the_stand_in_answers_as_the_specification_says(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {"profiles": 30, "lists": 2, "segments": 2, "campaigns": 9, "flows": 1, "events": 30}
    box = create_any("klaviyo", seed=5, counts=counts, clock=lambda: NOON, limits=False)
    found = answers_of(box, monkeypatch)
    assert set(found) == {stream.name for stream in KLAVIYO.streams}
    for name, told in found.items():
        for one in told:
            wrong = unlike(*beside(name, one), name)
            assert not wrong, wrong[:5]


def beside(name: str, told: Any) -> tuple[Any, Any]:
    """An answer, and the recorded one in the same shape."""
    if name in ("list_counts", "segment_counts"):
        return told, BASES[name]
    if name in ("campaign_values_report", "flow_series_report", "segment_series", "form_series_report"):
        results = told["data"]["attributes"]["results"]
        plain = {key: value for key, value in BASES[name].items() if key != "date_time"}
        lists = name != "campaign_values_report"
        rows = [
            {**each["groupings"], **{k: v[0] if lists else v for k, v in each["statistics"].items()}}
            for each in results
        ]
        assert set(told["data"]["attributes"]) == ({"results", "date_times"} if lists else {"results"})
        return rows, [plain]
    return told["data"], [{key: value for key, value in BASES[name].items() if key != "messages"}]
