"""The task pane, run by node with a page, an Excel and a web in memory."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra.addin import build
from shared.api import shapes
from shared.api.endpoints import BY_PLACE
from tests.handing.hostile import TEXTS

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on this machine: apt-get install nodejs")
HOST, API = "https://sheets.example.com", "https://api.example.com"
KEY = "trib_api_key"
METRICS = [
    {"name": "clicks", "mart": "ads_by_day", "meaning": "Clicks", "told_by": ["date", "platform"]},
    {"name": "sends", "mart": "email_by_week", "meaning": "Mails", "told_by": ["week"]},
]
THERE: dict[str, Any] = {
    "/api/v1/workspaces": {"body": {"workspaces": [{"id": "acme", "name": "Acme <b>Ltd</b>"}]}},
    "/api/v1/metrics": {"body": {"metrics": METRICS}},
}
ASKED = "/api/v1/workspaces/acme/data/query"
COLUMNS = [
    {"name": name, "kind": kind, "unit": unit}
    for name, kind, unit in (
        ("date", "date", ""),
        ("name", "text", ""),
        ("clicks", "int", ""),
        ("ctr", "float", "rate"),
    )
]
ENTER = [["type", "key", KEY], ["click", "enter", ""]]
FILL = [
    ["type", "aggregation", "weekly"],
    ["choose", "metrics", ["clicks"]],
    ["choose", "dimensions", ["platform"]],
    ["click", "fill", ""],
]


def told(rows: Sequence[Sequence[Any]], after: str = "") -> dict[str, Any]:
    names = [each["name"] for each in COLUMNS]
    body = {
        "columns": COLUMNS,
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
        "published": {"as_of": "2024-03-31T08:00:00Z"},
        "next": after,
    }
    return {"by": {**THERE, ASKED: {"body": body}}}


ROWS = [("2024-02-29", "=1+1", 7, 0.5), (None, None, None, None), ("1899-01-01", "'", 9007199254740992, 0)]
GOOD = told(ROWS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in build.files(HOST, API).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(folder: Path, replies: Sequence[Any], steps: Sequence[Any] = (), **more: Any) -> Any:
    plan = {"replies": replies, "steps": steps, **more}
    (folder / "plan.json").write_text(json.dumps(plan))
    command = [NODE or "", str(Path(__file__).with_name("world.js")), str(folder), str(folder / "plan.json")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def rows(found: Any, count: int, sheet: int = 1) -> list[list[Any]]:
    return [[found["grid"].get(f"{sheet}:{row}:{column}") for column in range(4)] for row in range(count)]


def test_a_question_fills_a_table_and_is_remembered(folder: Path) -> None:
    found = run(folder, [GOOD], [*ENTER, *FILL])
    assert found["told"][-1] == "Tributary_1: 3 rows, as of 2024-03-31T08:00:00Z."
    assert rows(found, 4) == [
        ["date", "name", "clicks", "ctr"],
        [45351, "=1+1", 7, 0.5],
        ["", "", "", ""],
        ["1899-01-01", "'", "9007199254740992", 0],
    ]
    assert (found["formulas"], found["tables"]) == ([], [["Tributary_1", 4, 4]])
    (kept,) = found["settings"]["tributary questions"]
    assert kept["question"] == {
        "mart": "ads_by_day",
        "metrics": ["clicks"],
        "dimensions": ["platform"],
        "aggregation": "weekly",
        "date_range": {},
    }
    assert found["listed"] == ["Tributary_1: clicks"]
    assert found["marts"] == ["ads_by_day", "email_by_week"]


def test_what_it_asks_and_reads_is_what_the_api_knows(folder: Path) -> None:
    days = [["type", "since", "2024-03-01"], ["type", "until", "2024-03-31"]]
    found = run(folder, [GOOD], [*ENTER, *days, *FILL])
    asked = found["asked"][-1]
    assert (asked["method"], asked["address"]) == ("POST", f"{API}{ASKED}")
    question = msgspec.json.decode(asked["body"], type=shapes.Wanted)
    assert (question.metrics, question.limit) == (("clicks",), 10_000)
    assert question.date_range == shapes.Within(start_date=date(2024, 3, 1), end_date=date(2024, 3, 31))
    assert ("POST", "/workspaces/{workspace}/data/query") in BY_PLACE
    for shape, names in (
        (shapes.Data, GOOD["by"][ASKED]["body"]),
        (shapes.ColumnTold, COLUMNS[0]),
        (shapes.Metric, METRICS[0]),
        (shapes.Freshness, GOOD["by"][ASKED]["body"]["published"]),
        (shapes.Workspace, THERE["/api/v1/workspaces"]["body"]["workspaces"][0]),
    ):
        assert set(names) <= {each.encode_name for each in msgspec.structs.fields(shape)}


def test_the_key_goes_to_the_api_only_and_is_kept_where_somebody_asked_for_it(folder: Path) -> None:
    found = run(folder, [GOOD], [*ENTER, *FILL])
    assert {each["address"].startswith(f"{API}/api/v1/") for each in found["asked"]} == {True}
    assert {each["headers"]["Authorization"] for each in found["asked"]} == {f"Bearer {KEY}"}
    assert {(each["credentials"], each["redirect"]) for each in found["asked"]} == {("omit", "error")}
    assert KEY not in json.dumps([found["settings"], found["kept"], found["grid"]])
    keeps = run(folder, [GOOD], [["check", "keep", ""], *ENTER, ["click", "forget", ""]])
    assert keeps["kept"].get("tributary key") is None
    assert run(folder, [GOOD], [["check", "keep", ""], *ENTER])["kept"]["tributary key"] == KEY


def test_a_refresh_fills_the_same_table_with_fewer_rows_and_leaves_none(folder: Path) -> None:
    again = ["reply", "told", [told([("2024-03-01", "only", 1, 0.1)])]]
    found = run(folder, [GOOD], [*ENTER, *FILL, again, ["click", "refresh", ""]])
    assert found["tables"] == [["Tributary_1", 2, 4]]
    assert rows(found, 3)[1:] == [[45352, "only", 1, 0.1], [None] * 4]


def test_a_second_question_has_a_table_of_its_own(folder: Path) -> None:
    found = run(folder, [GOOD], [*ENTER, *FILL, *FILL])
    assert [name for name, *_ in found["tables"]] == ["Tributary_1", "Tributary_2"]


def test_an_answer_of_several_pages_is_read_to_its_end(folder: Path) -> None:
    pages = [
        THERE_ALONE,
        THERE_ALONE,
        told([("2024-03-01", "one", 1, 0.1)], "abc"),
        told([("2024-03-02", "two", 2, 0.2)]),
    ]
    found = run(folder, pages, [*ENTER, *FILL])
    assert [row[1] for row in rows(found, 3)] == ["name", "one", "two"]
    assert json.loads(found["asked"][-1]["body"])["cursor"] == "abc"


THERE_ALONE = {"by": THERE}


def test_more_rows_than_are_meant_are_refused_and_never_cut(folder: Path) -> None:
    many = told([("2024-03-01", "x", 1, 0.1)] * 10_000, "more")
    found = run(folder, [THERE_ALONE, THERE_ALONE, *[many] * 10], [*ENTER, *FILL])
    assert "more than 100000 rows" in found["told"][-1]
    assert found["tables"] == []


def test_without_a_network_the_last_answer_is_shown_with_its_time(folder: Path) -> None:
    gone = ["reply", "told", [None]]
    found = run(folder, [GOOD], [*ENTER, *FILL, gone, ["click", "refresh", ""]])
    assert "there is no network, so this was read 20" in found["told"][-1]
    assert rows(found, 2)[1] == [45351, "=1+1", 7, 0.5]
    later = run(
        folder, [None], [["click", "refresh", ""]], kept={**found["kept"], "tributary key": KEY},
        settings=found["settings"],
    )  # fmt: skip
    assert "there is no network" in later["told"][-1]
    assert rows(later, 2)[1] == [45351, "=1+1", 7, 0.5]


def test_without_a_network_and_an_answer_it_says_so(folder: Path) -> None:
    assert run(folder, [None], ENTER)["told"][-1] == "Failed to fetch"


def test_a_refusal_is_told_and_is_no_missing_network(folder: Path) -> None:
    refused = {"status": 422, "body": {"error": {"message": "cost is in several currencies."}}}
    again = ["reply", "told", [{"by": {**THERE, ASKED: refused}}]]
    found = run(folder, [GOOD], [*ENTER, *FILL, again, ["click", "refresh", ""]])
    assert found["told"][-1] == "cost is in several currencies."


def test_a_key_that_is_refused_is_forgotten(folder: Path) -> None:
    refused = {"status": 401, "body": {"error": {"message": "This key is not known."}}}
    found = run(folder, [refused], [], kept={"tributary key": KEY})
    assert "tributary key" not in found["kept"]
    assert (found["hidden"]["entering"], found["hidden"]["asking"]) == (False, True)


def test_what_passes_by_itself_is_tried_again_after_as_long_as_is_said(folder: Path) -> None:
    busy = {"status": 429, "wait": "9", "body": {}}
    found = run(folder, [THERE_ALONE, THERE_ALONE, busy, busy, GOOD], [*ENTER, *FILL])
    assert found["slept"] == [9, 9]
    assert found["tables"] != []


def test_no_text_becomes_a_formula(folder: Path) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in TEXTS]
    found = run(folder, [told([(None, text, 1, 0.1) for text in texts])], [*ENTER, *FILL])
    assert found["formulas"] == []
    assert [row[1] for row in rows(found, len(texts) + 1)[1:]] == texts
