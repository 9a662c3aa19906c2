"""Workbooks, read back by two libraries that know nothing of ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from shared.handing import as_xlsx, texts
from shared.handing.cells import letters
from shared.handing.formats import hand
from shared.handing.table import Heading, Table, TooLong
from tests.handing.hostile import HEADINGS, TABLE, TEXTS, WHEN, table

NAMES = Heading(name="name", kind="text")


def written(table: Table) -> bytes:
    return b"".join(hand(table, "xlsx"))


def by_openpyxl(data: bytes, sheet: int = 0) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[sheet]


def by_calamine(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def coded(text: str) -> str:
    """What looks like the code of a character is written so that Excel shows it as it was; openpyxl shows how."""
    return texts.legal(text).replace("_x", "_x005F_x")


def test_every_text_is_a_text_to_openpyxl() -> None:
    sheet = by_openpyxl(written(TABLE))
    assert [cell.value for cell in sheet[1]] == [each.name for each in HEADINGS]
    for number, text in enumerate(TEXTS, 2):
        cell = sheet.cell(number, 2)
        assert cell.data_type in ("s", "inlineStr") or text == "", text
        assert (cell.value or "") in (texts.legal(text), coded(text)), text


def test_every_text_is_a_text_to_calamine() -> None:
    _, *rows = by_calamine(written(TABLE))
    for row, text in zip(rows, TEXTS, strict=False):
        assert isinstance(row[1], str), text
        assert row[1] in (texts.legal(text), coded(text)), text


def test_no_workbook_holds_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(written(TABLE))) as archive:
        for name in archive.namelist():
            root = ElementTree.fromstring(archive.read(name))
            assert not [each for each in root.iter() if each.tag.endswith("}f")]
        assert set(archive.namelist()) == {
            "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
            "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        }  # fmt: skip


def test_values_have_their_types_and_units() -> None:
    data = written(TABLE)
    sheet = by_openpyxl(data)
    row = [cell.value for cell in sheet[4]]
    assert row[0] == datetime(2024, 2, 29)
    assert row[2:6] == [2, 0.25, 0.002, True]
    assert row[6] == WHEN.replace(tzinfo=None)
    assert [cell.number_format for cell in sheet[4]] == [
        "yyyy\\-mm\\-dd", "General", "#,##0", "0.00%", "#,##0.00\\ [$EUR]", "General", "yyyy\\-mm\\-dd\\ hh:mm:ss",
    ]  # fmt: skip
    assert sheet["D4"].is_date is False
    told = by_calamine(data)[3]
    assert told[0] == date(2024, 2, 29)
    assert told[2:6] == [2.0, 0.25, 0.002, True]
    assert abs((told[6] - WHEN.replace(tzinfo=None)).total_seconds()) < 0.001


def test_the_headings_stay_in_sight_and_are_bold() -> None:
    sheet = by_openpyxl(written(TABLE))
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.b and cell.fill.fgColor.rgb == "FFE3EAF2" for cell in sheet[1])
    assert not sheet["A2"].font.b


def test_what_is_known_of_the_rows_is_on_a_sheet_of_its_own() -> None:
    data = written(TABLE)
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["Ads  all of them   2024", "About"]
    assert dict(map(tuple, by_calamine(data, 1))) == {
        "what": "it_is",
        "version": "7",
        "as of": "2024-02-29T23:59:58Z",
        "differs": "<list> & more, =1+1",
        "question": "mart=ads_by_day",
        "date": "The day",
        "campaign_name": 'Its "name" <as told> & so on',
        "clicks": "int, count",
        "ctr": "float, rate",
        "cost": "money, money, EUR",
        "is_paid": "bool",
        "read_at": "time",
    }


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("date", date(1899, 12, 31), "1899-12-31"),
        ("date", date(1900, 2, 28), "1900-02-28"),
        ("date", date(1900, 3, 1), datetime(1900, 3, 1)),
        ("date", date(9999, 12, 31), datetime(9999, 12, 31)),
        ("time", datetime(1900, 1, 1, tzinfo=UTC), "1900-01-01T00:00:00Z"),
        ("int", 999_999_999_999_999, 999_999_999_999_999),
        ("int", 1_000_000_000_000_000, "1000000000000000"),
        ("int", -7, -7),
        ("float", float("inf"), None),
        ("float", float("nan"), None),
        ("float", 1e-300, 1e-300),
        ("money", Decimal("1E+3"), 1000),
        ("bool", False, False),
    ],
)
def test_what_excel_cannot_count_is_written_out(kind: str, value: Any, read: Any) -> None:
    cell = by_openpyxl(written(table((value, "x"), headings=(Heading(name="n", kind=kind), NAMES))))["A2"]
    assert cell.value == read
    assert type(cell.value) is type(read)


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("[a]:*?/\\b", "a      b"),
        ("History", "Answer"),
        ("about", "Answer"),
        ("'quoted'", "quoted"),
        ("", "Answer"),
        ("///", "Answer"),
        ("x" * 50, "x" * 31),
        ("😀" * 20, "😀" * 15),
        ("a\x00\nb", "a\ufffd b"),
        ("<&\">", "<&\">"),
    ],
)  # fmt: skip
def test_sheets_are_called_what_excel_allows(name: str, sheet: str) -> None:
    data = written(Table(name=name, headings=(NAMES,), rows=(("x",),), about={}))
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == [sheet, "About"]


class _Many(Sequence[Any]):
    """So many rows that they are only counted."""

    def __init__(self, count: int) -> None:
        self.rows = count

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, place: Any) -> Any:
        raise IndexError(place)


def test_more_rows_than_a_sheet_holds_are_refused_with_the_number() -> None:
    with pytest.raises(TooLong, match="A sheet holds 1,048,575 rows, and these are 1,048,576"):
        hand(Table(name="t", headings=HEADINGS, rows=_Many(1_048_576), about={}), "xlsx")
    hand(Table(name="t", headings=HEADINGS, rows=_Many(1_048_576), about={}), "csv")
    as_xlsx.check(Table(name="t", headings=(), rows=_Many(1_048_575), about={}))


@pytest.mark.parametrize(("text", "units"), [("x" * 32_768, "32,768"), ("😀" * 16_384, "32,768")])
def test_a_text_that_is_longer_than_a_cell_is_refused_with_the_number(text: str, units: str) -> None:
    with pytest.raises(TooLong, match=f"name in row 3 has {units}"):
        hand(table(("a",), (text,), headings=(NAMES,)), "xlsx")


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383])
def test_a_text_as_long_as_a_cell_is_written(text: str) -> None:
    assert by_calamine(written(table((text,), headings=(NAMES,))))[1] == [text]


def test_columns_have_the_letters_that_excel_gives_them() -> None:
    assert [letters(703)[place] for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_many_columns_stand_in_their_places() -> None:
    headings = tuple(Heading(name=f"c{number}", kind="int") for number in range(60))
    data = written(table(tuple(range(60)), (None,) * 59 + (1,), headings=headings))
    assert [cell.value for cell in by_openpyxl(data)[2]] == list(range(60))
    assert by_calamine(data)[2] == [""] * 59 + [1.0]
