"""The script for Google Sheets, run by node with a sheet in memory; and the formula."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.handing import texts
from shared.handing.as_xlsx import sheet_name
from shared.handing.table import Heading
from shared.spreadsheets import sheets
from tests.handing.hostile import HEADINGS, table
from tests.spreadsheets.feeds import NAMES, TOLD, answer, source

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node on this machine: apt-get install nodejs")
KEPT = {"tributary 0a1b2c3d4e5f": "trib_feed_key"}
GOOD = {"status": 200, "body": answer().decode()}
LATER = {"status": 503, "body": "code,message,details\r\nbusy,Others are reading.,Ask again.\r\n", "wait": "7"}


def run(
    folder: Path,
    replies: Sequence[Any] = (),
    calls: Sequence[str] = ("refreshFeed",),
    script: str = "",
    kept: dict[str, str] = KEPT,
) -> Any:
    """What comes of the calls, one after the other."""
    (folder / "script.gs").write_text(script or sheets.script(source()), "ascii")
    (folder / "plan.json").write_text(json.dumps({"replies": replies, "kept": kept, "calls": calls}))
    command = [NODE or "", str(Path(__file__).with_name("sheet.js")), "script.gs", "plan.json"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def rows(found: Any, count: int, sheet: str = "Clicks") -> list[list[Any]]:
    cells = found["cells"][sheet]
    return [[cells.get(f"{row}:{column}") for column in range(1, len(HEADINGS) + 1)] for row in range(1, count + 1)]


@needs_node
def test_every_value_comes_into_a_cell_of_its_type(tmp_path: Path) -> None:
    found = run(tmp_path, [GOOD])
    assert (found["errors"], found["formulas"]) == ([], [])
    head, *told = rows(found, len(TOLD) + 1)
    assert head == [each.name for each in HEADINGS]
    for row, (_, text, clicks, rate, cost, paid, __) in zip(told, TOLD, strict=True):
        assert row[:4] == [45351, text or None, clicks, rate]
        assert row[4:6] == [pytest.approx(float(str(cost))), paid]
        assert row[6] == pytest.approx(45351 + (24 * 3600 - 2) / 86400, abs=1e-9)
    assert found["formats"]["2:1"] == "yyyy\\-mm\\-dd"
    assert found["formats"]["2:2"] == "General"


@needs_node
def test_numbers_of_more_digits_than_a_sheet_keeps_are_texts(tmp_path: Path) -> None:
    body = answer(table((None, "x", 9_007_199_254_740_993, None, None, None, None))).decode()
    found = run(tmp_path, [{"status": 200, "body": body}])
    assert rows(found, 2)[1] == [None, "x", "9007199254740993", None, None, None, None]


@needs_node
def test_the_key_goes_as_a_header_to_one_host(tmp_path: Path) -> None:
    (asked,) = run(tmp_path, [GOOD])["fetched"]
    assert asked["address"] == "https://feed.example/webhook/v1/0a1b2c3d4e5f/data?format=csv"
    assert asked["options"]["headers"] == {"Authorization": "Bearer trib_feed_key", "Accept": "text/csv"}
    assert asked["options"]["followRedirects"] is False


@needs_node
def test_what_passes_by_itself_is_tried_again_after_as_long_as_is_said(tmp_path: Path) -> None:
    found = run(tmp_path, [LATER, None, {"status": 429, "wait": "600"}, GOOD])
    assert (found["slept"], found["errors"]) == ([7, 4, 60], [])


@needs_node
@pytest.mark.parametrize(
    ("replies", "says"),
    [
        ([LATER] * 4, "no rows came after 4 tries: Others are reading. Ask again."),
        ([None] * 4, "no rows came after 4 tries: no answer came"),
        (
            [{"status": 422, "body": 'code,message,details\r\ntoo-long,"100,001 rows.",Fewer.\r\n'}],
            "100,001 rows. Fewer.",
        ),
        ([{"status": 302, "body": "<html>"}], "the server answered 302"),
        ([{"status": 200, "body": '"half'}], "ends in the middle of a text"),
        ([{"status": 200, "body": ""}], "the answer is empty"),
    ],
)
def test_what_fails_is_said(tmp_path: Path, replies: list[Any], says: str) -> None:
    found = run(tmp_path, replies)
    (told,) = found["errors"]
    assert says in told
    assert len(found["slept"]) == len(replies) - 1


@needs_node
def test_a_key_that_is_refused_is_forgotten_and_the_last_answer_stays(tmp_path: Path) -> None:
    found = run(tmp_path, [GOOD, {"status": 401}], ["refreshFeed", "refreshFeed", "refreshFeed"])
    refused, none = found["errors"]
    assert "the key is not known" in refused
    assert "There is no key yet" in none
    assert found["kept"] == {}
    assert rows(found, 2)[1][1] == TOLD[0][1]


@needs_node
def test_a_key_is_entered_kept_for_the_person_and_forgotten(tmp_path: Path) -> None:
    found = run(tmp_path, [GOOD], ["onOpen", "enterKey"], kept={})
    assert found["kept"] == {"tributary 0a1b2c3d4e5f": "trib_feed_typed"}
    assert len(rows(found, 2)) == 2
    assert set(found["menu"]) == {"refreshFeed", "enterKey", "forgetKey", "refreshEveryHour"}
    assert run(tmp_path, [], ["forgetKey"])["kept"] == {}


@needs_node
def test_one_trigger_refreshes_every_hour(tmp_path: Path) -> None:
    assert run(tmp_path, [], ["refreshEveryHour"] * 2)["triggers"] == ["refreshFeed"]


@needs_node
def test_an_answer_of_fewer_rows_leaves_none_of_the_last_one(tmp_path: Path) -> None:
    fewer = {"status": 200, "body": answer(table((None, "only", *(None,) * 5))).decode()}
    found = run(tmp_path, [GOOD, fewer], ["refreshFeed"] * 2)
    assert [row[1] for row in rows(found, 4)] == ["campaign_name", "only", None, None]


@needs_node
@pytest.mark.parametrize("name", NAMES)
def test_a_feed_and_a_column_of_any_name_stay_texts(tmp_path: Path, name: str) -> None:
    strange = replace(source(name), headings=(Heading(name=name, kind="text"), *HEADINGS[:1]))
    script = sheets.script(strange)
    found = run(tmp_path, [GOOD, {"status": 404}], ["refreshFeed"] * 2, script)
    assert found["errors"] == [f"{texts.legal(name)}: the server answered 404"]
    assert list(found["cells"]) == [sheet_name(name)]
    assert "<" not in script.split("\n")[4]


def test_the_key_stands_in_no_script() -> None:
    assert not re.search(r"trib_feed_[A-Za-z0-9]", sheets.script(source()))


def test_a_formula_is_one_address() -> None:
    where = f"{source(NAMES[0]).address}&key=trib_feed_x"
    assert sheets.formula(where) == (
        '=IMPORTDATA("https://feed.example/webhook/v1/0a1b2c3d4e5f/data?format=csv&key=trib_feed_x&safe=1")'
    )
