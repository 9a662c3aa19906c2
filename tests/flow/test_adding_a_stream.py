"""The worked example of docs/adding-a-platform.md, taken from the page as it stands and really added."""

from __future__ import annotations

import json
import re
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any, cast

import pytest

from infra.tools.docs import ROOT
from shared.platforms import PLATFORMS
from shared.platforms.metricool import streams
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from tests.connectors.checks import CHECKS, Subject
from tests.connectors.recorded import Recorded
from tests.connectors.recorded.metricool import MOVING, WINDOW, day_number, of_day
from tests.flow.pipeline import Pipeline

PAGE = (ROOT / "docs" / "adding-a-platform.md").read_text()
NAME = "brand_summary_posts"


def block(language: str) -> str:
    """What stands on the page in this language; there is one example only."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def declared() -> Stream:
    """The page's declaration, read where it would stand: among the names of the platform's own file."""
    stream = eval(block("python"), vars(streams))
    assert isinstance(stream, Stream)
    return stream


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> Platform:
    """Metricool with one stream more."""
    before = PLATFORMS["metricool"]
    assert NAME not in [stream.name for stream in before.streams], "the example is to be something new"
    platform = replace(before, streams=(*before.streams, declared()))
    monkeypatch.setitem(cast(MutableMapping[str, Any], PLATFORMS), "metricool", platform)
    return platform


def recorded() -> Recorded:
    """What the page says that the platform says."""
    (call,) = re.findall(rf"^{NAME} first (.+)$", PAGE, re.MULTILINE)

    def vary(i: int) -> dict[str, Any]:
        day = day_number(i)
        moment = {"dateTime": f"{day}T23:30:00", "timezone": "Europe/London"}
        return {"id": f"{i}", "publicationDate": moment, "_day": day}

    return Recorded(
        "/v2/analytics/brand-summary/posts", "data", ("account_id", "network", "id"), vary, shown=of_day,
        base=json.loads(block("json")), days=WINDOW, look_back=MOVING, cut=50, first=call,
        made=frozenset({"published_day", "published_zone"}),
        keys=lambda record: [{"account_id": "1234567", "network": record["network"], "id": record["id"]}],
    )  # fmt: skip


def test_every_check_of_conformance_runs_over_the_new_stream(grown: Platform) -> None:
    subject = Subject(grown, grown.stream(NAME), recorded())
    looked = [name for name, check in CHECKS.items() if check(subject) is None]
    assert len(looked) > 15, "most checks have something to look at"
    assert {"first_call_is_the_meant_one", "every_documented_field_arrives_unharmed"} <= set(looked)


@pytest.mark.parametrize("wrong", ["publicationDate=", "metrics json", "network*"])
def test_conformance_notices_a_mistake_in_it(grown: Platform, wrong: str) -> None:
    """The example could be wrong: a field with another name, one that was forgotten, a key that is too short."""
    broken = {"publicationDate=": "publishedOn=", "metrics json": "numbers json", "network*": "network"}[wrong]
    text = block("python").replace(wrong, broken)
    assert text != block("python")
    stream = eval(text, vars(streams))
    subject = Subject(replace(grown, streams=(*grown.streams[:-1], stream)), stream, recorded())
    failed = []
    for name, check in CHECKS.items():
        try:
            check(subject)
        except (Exception, pytest.fail.Exception):  # checks fail in many ways
            failed.append(name)
    assert failed


def test_the_new_stream_is_synced_and_keeps_up_with_what_changes(grown: Platform) -> None:
    world = Pipeline(
        "metricool", streams=[NAME], every=True, history_days=16, counts={"days": 12, "posts": 8, "plans": 1}
    )
    for request in ("first", "second"):
        for run in world.sync(request):
            assert run["state"] == "completed", run["problems"]
        assert not world.differences()
        rows = world.rows()[f"metricool_{NAME}"]
        assert len({row["network"] for row in rows}) > 5
        world.clock.forward(hours=8)
        world.box.change()


def test_who_does_not_ask_for_it_does_not_get_it(grown: Platform) -> None:
    world = Pipeline("metricool", history_days=8, counts={"days": 6, "posts": 1, "plans": 1})
    world.sync()
    assert world.rows()["metricool_brands"]
    assert f"metricool_{NAME}" not in world.rows()


def test_the_stand_in_really_answers_by_the_example(grown: Platform) -> None:
    """The fields of the page are those of the answer: nothing of it would be left over."""
    world = Pipeline("metricool", streams=[NAME], history_days=16, counts={"days": 12, "posts": 8, "plans": 1})
    world.sync()
    odd = [row for row in world.rows()[f"metricool_{NAME}"] if row.get("_extra")]
    assert not odd
