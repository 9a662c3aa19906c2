"""The workbook, read back by implementations that know nothing of ours: one of Excel's queries, one of its sheets."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from pyopenvba import PowerQueryWorkbook
from python_calamine import CalamineWorkbook

from shared.handing import texts
from shared.spreadsheets import m, workbook
from tests.handing.hostile import HEADINGS
from tests.spreadsheets.feeds import NAMES, answer, source
from tests.spreadsheets.test_m import run

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def opened(folder: Path, name: str = "Clicks") -> PowerQueryWorkbook:
    (folder / "feed.xlsx").write_bytes(workbook.write(source(name)))
    return PowerQueryWorkbook(folder / "feed.xlsx")


def test_its_query_is_read_and_loads_into_a_table(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        assert book.query_names() == ["Feed"]
        query = book.query("Feed")
        assert (query.load_enabled, query.load_target, query.target_name) == (True, "table", "Feed")
        assert not query.is_private
        assert query.formula.split() == m.query(source()).split()
        found, _ = run(query.formula, answer())
        assert found.columns == [each.name for each in HEADINGS]


def test_it_asks_when_it_is_opened(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        assert book.query("Feed").refresh.on_open


def test_a_query_that_is_changed_and_saved_is_read_again(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        book.query("Feed").formula = "let Source = 1 in Source"
        book.save()
    with PowerQueryWorkbook(tmp_path / "feed.xlsx") as book:
        assert book.query("Feed").formula == "let Source = 1 in Source"


@pytest.mark.parametrize("name", NAMES)
def test_its_table_has_the_columns_and_its_pages_the_steps(name: str) -> None:
    data = workbook.write(source(name))
    book = openpyxl.load_workbook(io.BytesIO(data))
    first, about = book.worksheets
    assert [cell.value for cell in first[1]] == [each.name for each in HEADINGS]
    table = first.tables["Feed"]
    assert (table.ref, table.tableType) == ("A1:G2", "queryTable")
    assert [each.name for each in table.tableColumns] == [each.name for each in HEADINGS]
    told = {str(row[0]): str(row[1]) for row in about.iter_rows(values_only=True)}
    assert texts.legal(name) in (told["feed"], told["feed"].replace("_x005F_", "_"))
    assert "0a1b2c3d4e5f" in told["2"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == book.sheetnames


@pytest.mark.parametrize("name", NAMES)
def test_every_part_is_well_formed_declared_and_reached(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook.write(source(name)))) as archive:
        parts = set(archive.namelist())
        roots = {part: ElementTree.fromstring(archive.read(part)) for part in parts}
    types = roots["[Content_Types].xml"]
    declared = {each.get("PartName", "").lstrip("/") for each in types if each.tag.endswith("Override")}
    assert declared <= parts
    reached = set()
    for part, root in roots.items():
        if part.endswith(".rels"):
            folder = part.replace("_rels/", "").removesuffix(".rels").rpartition("/")[0]
            for each in root:
                where = Path("/", folder, each.get("Target", "")).as_posix()
                reached.add(str(Path(where).resolve().relative_to("/")))
    assert reached | {"[Content_Types].xml"} | {part for part in parts if part.endswith(".rels")} == parts


def test_the_range_that_it_fills_is_named_on_the_first_sheet() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook.write(source("it's [a] sheet")))) as archive:
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        (name,) = root.iter(f"{MAIN}definedName")
        assert (name.text, name.get("hidden")) == ("'it''s  a  sheet'!$A$1:$G$2", "1")
        ids = {
            part: ElementTree.fromstring(archive.read(part))
            for part in ("xl/queryTables/queryTable1.xml", "xl/connections.xml")
        }
    connection = next(iter(ids["xl/connections.xml"]))
    assert ids["xl/queryTables/queryTable1.xml"].get("connectionId") == connection.get("id")
    (asks,) = connection
    assert asks.get("connection", "").endswith('Location=Feed;Extended Properties=""')


def test_numbers_will_look_as_they_do_in_a_feeds_own_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(source())))
    formats = [each.numFmt.formatCode for each in book._differential_styles.styles]  # type: ignore[attr-defined]
    assert formats == [
        "yyyy\\-mm\\-dd",
        "General",
        "#,##0",
        "0.00%",
        "#,##0.00\\ [$EUR]",
        "General",
        "yyyy\\-mm\\-dd\\ hh:mm:ss",
    ]
