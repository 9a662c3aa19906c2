"""CSV, JSON and XML: read back by others, with every hostile text as it was or as it is said to become."""

from __future__ import annotations

import csv
import io
import math
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.handing import texts
from shared.handing.formats import FORMATS, hand
from shared.handing.table import Heading, Options, Table
from tests.handing.hostile import HEADINGS, ROWS, TABLE, TEXTS, table

FORMULA = tuple("=+-@\t\r\n\x00＝＋－＠−")
NAMES = Heading(name="name", kind="text")


def written(table: Table, name: str, **options: bool) -> bytes:
    return b"".join(hand(table, name, Options(**options)))


def kept(text: str) -> str:
    """What UTF-8 can hold of it."""
    return text.encode("utf-8", "replace").decode()


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


# -- CSV ---------------------------------------------------------------------------------------------------


def test_csv_is_read_back_as_it_was() -> None:
    head, *rows = lines(written(TABLE, "csv"))
    assert head == [each.name for each in HEADINGS]
    assert [row[1] for row in rows[:-1]] == [kept(text) for text in TEXTS]
    assert rows[1] == ["2024-02-29", TEXTS[1], "1", "0.125", "0.001", "false", "2024-02-29T23:59:58Z"]
    assert rows[-1] == [""] * len(HEADINGS)


def test_lines_of_csv_end_as_rfc_4180_says_and_an_empty_text_is_not_nothing() -> None:
    assert written(table(("",), (None,), ("a",), headings=(NAMES,)), "csv") == b'name\r\n""\r\n\r\na\r\n'


def test_no_cell_of_safe_csv_begins_a_formula() -> None:
    _, *rows = lines(written(TABLE, "csv", safe=True))
    for row, text in zip(rows, TEXTS, strict=False):
        assert not row[1].lstrip(" \ufeff").startswith(FORMULA), text
        assert row[1].removeprefix("'") == kept(text) or text.startswith("'")
    assert rows[4][2] == "4"


@given(st.text())
def test_no_text_at_all_is_a_formula_where_it_is_safe(text: str) -> None:
    (_, (cell,)) = lines(written(table((text,), headings=(NAMES,)), "csv", safe=True))
    assert not cell.startswith(FORMULA)
    assert not cell.strip().startswith(("=", "+", "-", "@"))
    assert cell in (text, f"'{text}")


def test_a_number_below_nothing_stays_one_where_it_is_safe() -> None:
    numbers = table((-5, -0.5), headings=(Heading(name="n", kind="int"), Heading(name="x", kind="float")))
    assert written(numbers, "csv", safe=True) == b"n,x\r\n-5,-0.5\r\n"


def test_the_mark_of_utf_8_is_there_for_who_asks() -> None:
    assert written(TABLE, "csv", bom=True) == b"\xef\xbb\xbf" + written(TABLE, "csv")


# -- JSON --------------------------------------------------------------------------------------------------


def test_json_has_types() -> None:
    told = orjson.loads(written(TABLE, "json"))
    assert told["about"] == {
        "version": 7,
        "as_of": "2024-02-29T23:59:58Z",
        "differs": ["<list> & more", "=1+1"],
        "question": "mart=ads_by_day",
    }
    assert told["columns"][4] == {"name": "cost", "kind": "money", "unit": "money", "currency": "EUR"}
    assert [row["campaign_name"] for row in told["rows"][:-1]] == [kept(text) for text in TEXTS]
    assert told["rows"][1] == {
        "date": "2024-02-29",
        "campaign_name": TEXTS[1],
        "clicks": 1,
        "ctr": 0.125,
        "cost": 0.001,
        "is_paid": False,
        "read_at": "2024-02-29T23:59:58Z",
    }
    assert set(told["rows"][-1].values()) == {None}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", Decimal("12345678901234567890.123456789"), b"12345678901234567890.123456789"),
        ("money", Decimal("1E+3"), b"1000"),
        ("money", Decimal("27.000000000"), b"27"),
        ("int", 2**70, str(2**70).encode()),
        ("float", math.inf, b"null"),
        ("float", math.nan, b"null"),
    ],
)
def test_numbers_keep_their_digits_in_json(kind: str, value: Any, shown: bytes) -> None:
    data = written(table((value,), headings=(Heading(name="n", kind=kind),)), "json")
    assert data.endswith(b'"rows":[{"n":' + shown + b"}]}\n")


def test_nothing_is_a_list_without_rows_in_json() -> None:
    assert orjson.loads(written(table(), "json"))["rows"] == []


# -- XML ---------------------------------------------------------------------------------------------------


def test_xml_is_well_formed_whatever_the_texts_are() -> None:
    root = ElementTree.fromstring(written(TABLE, "xml"))
    rows = root.findall("rows/row")
    assert [row.findtext("campaign_name") for row in rows[:-1]] == [texts.legal(text) for text in TEXTS]
    assert [(cell.tag, cell.text) for cell in rows[1]] == list(
        zip([each.name for each in HEADINGS], lines(written(TABLE, "csv"))[2], strict=True)
    )
    assert not list(rows[-1])
    assert [item.text for item in root.findall("about/differs/item")] == ["<list> & more", "=1+1"]
    assert root.findall("columns/column")[1].get("meaning") == 'Its "name" <as told> & so on'


@given(st.text(st.characters()))
def test_any_text_is_legal_in_xml(text: str) -> None:
    root = ElementTree.fromstring(written(table((text,), headings=(NAMES,)), "xml"))
    assert root.findtext("rows/row/name") == texts.legal(text)


def test_two_names_that_differ_in_what_xml_cannot_hold_keep_their_length() -> None:
    assert texts.legal("a\x00b\ud800") == "a\ufffdb\ufffd"


# -- all ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_comes_in_pieces(name: str) -> None:
    many = table(*(ROWS * 200))
    pieces = list(hand(many, name))
    assert len(pieces) > len(many.rows) // 1000
    assert max(map(len, pieces)) < 1_000_000


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_answer_gives_the_same_bytes(name: str) -> None:
    assert written(TABLE, name) == written(TABLE, name)


@pytest.mark.parametrize("name", FORMATS)
def test_no_rows_are_a_file_too(name: str) -> None:
    assert written(Table(name="t", headings=HEADINGS, rows=(), about={}), name)


def test_a_day_before_all_days_is_written() -> None:
    day = Heading(name="d", kind="date")
    assert written(table((date(1, 1, 1),), headings=(day,)), "csv") == b"d\r\n0001-01-01\r\n"
