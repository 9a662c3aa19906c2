"""The query in M, run by an evaluator that is not ours, on what the feed really answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pyopenvba.mlang import Builtin, MError, Record, Table, evaluate_query

from shared.handing import texts
from shared.handing.table import Heading
from shared.spreadsheets import m
from tests.handing.hostile import HEADINGS, TEXTS, WHEN, table
from tests.spreadsheets.feeds import NAMES, TOLD, answer, source


def run(query: str, body: bytes, status: int = 200) -> tuple[Any, list[Any]]:
    """What comes of it where the web answers so, and what it was asked."""
    asked: list[Any] = []

    def contents(root: object, options: object) -> bytes:
        asked.extend((root, options))
        return body

    names = {
        "Web.Contents": Builtin("Web.Contents", contents, 1, 2),
        "Value.Metadata": Builtin("Value.Metadata", lambda _: Record({"Response.Status": status}), 1, 1),
        "QuoteStyle.Csv": 1,
    }
    return evaluate_query(query, names), asked


def test_every_value_comes_back_with_its_type() -> None:
    found, _ = run(m.query(source()), answer())
    assert isinstance(found, Table)
    assert found.columns == [each.name for each in HEADINGS]
    for row, told in zip(found.rows, TOLD, strict=True):
        day, text, clicks, rate, cost, paid, moment = row
        assert (day, text, clicks, rate) == told[:4]
        assert isinstance(text, str)
        assert cost == pytest.approx(float(str(told[4])))
        assert (paid, moment) == (told[5], WHEN.replace(tzinfo=None))


def test_nothing_is_null_and_not_an_empty_text() -> None:
    found, _ = run(m.query(source()), answer(table((None, "x", *(None,) * 5))))
    assert found.rows == [[None, "x", *(None,) * 5]]


def test_the_root_is_literal_and_the_rest_stands_apart() -> None:
    _, (root, options) = run(m.query(source()), answer())
    assert root == "https://feed.example"
    assert options["RelativePath"] == "webhook/v1/0a1b2c3d4e5f/data"
    assert options["Query"].fields == {"format": "csv"}
    assert 'Web.Contents(\n        "https://feed.example",' in m.query(source())
    assert "Headers =" not in m.query(source())


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_is_told_with_the_name_of_the_feed(name: str) -> None:
    body = b'code,message,details\r\ntoo-long,"A feed holds 100,000 rows, and these are 100,001.",Ask for fewer.\r\n'
    with pytest.raises(MError) as refused:
        run(m.query(source(name)), body, 422)
    assert texts.legal(name) in str(refused.value)
    assert "these are 100,001" in str(refused.value)


@pytest.mark.parametrize("text", [*TEXTS, *NAMES])
def test_a_text_stays_the_text_that_it_was(text: str) -> None:
    written = m.text(text)
    assert evaluate_query(written) == texts.legal(text)
    assert written.isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_any_name_is_a_text_to_m(name: str) -> None:
    strange = (Heading(name=name, kind="text"), Heading(name=f"{name}!", kind="int"))
    head = ",".join('"' + texts.legal(each.name).replace('"', '""') + '"' for each in strange)
    found, _ = run(m.query(replace(source(), headings=strange)), f"{head}\r\nx,7\r\n".encode())
    assert found.rows == [["x", 7]]
