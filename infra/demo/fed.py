"""Feeds as a door: a question is kept, and its files are read back in each format, without our own writers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import httpx2
import orjson

from infra.admin.feeds import register
from infra.admin.keys import by_operator
from infra.demo.doors import Door, Kinds, Told
from shared.feeds.routes import BELOW
from shared.handing.formats import FORMATS
from shared.keys.scopes import OPERATOR
from shared.questions.question import Question
from shared.stores.installation import Stores

Get = Callable[[Question], Callable[[str], bytes]]  # a question → a format → the file
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def door(get: Get) -> Door:
    def tell(question: Question, kinds: Kinds) -> Iterator[tuple[str, Told]]:
        file = get(question)
        for name in FORMATS:
            yield f"feed, {name}", READERS[name](file(name), kinds)

    return tell


def by_feed(stores: Stores, workspace: str, address: str) -> Get:
    """A feed for each question, read as a spreadsheet does."""

    def get(question: Question) -> Callable[[str], bytes]:
        feed, secret, _ = register(stores).add(by_operator(), OPERATOR, workspace, "demonstration", question)
        where = f"{address}{BELOW}/{feed.id}/data"

        def file(name: str) -> bytes:
            answer = httpx2.get(where, params={"format": name}, auth=(feed.id, secret.reveal()), timeout=60)
            return bytes(answer.raise_for_status().content)

        return file

    return get


def _of_json(data: bytes, _: Kinds) -> Told:
    rows: Told = orjson.loads(data)["rows"]
    return rows


def _of_csv(data: bytes, _: Kinds) -> Told:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def _of_xml(data: bytes, _: Kinds) -> Told:
    return [{cell.tag: cell.text for cell in row} for row in ElementTree.fromstring(data).iter("row")]


def _of_xlsx(data: bytes, kinds: Kinds) -> Told:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    _, *rows = root.iter(f"{_SHEET}row")
    return [{list(kinds)[_place(cell)]: _value(cell) for cell in row} for row in rows]


def _place(cell: ElementTree.Element) -> int:
    """Of the column, by its letters."""
    number = 0
    for letter in cell.get("r", "").rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element) -> Any:
    if cell.get("t") == "inlineStr":
        return "".join(each.text or "" for each in cell.iter(f"{_SHEET}t"))
    told = cell.findtext(f"{_SHEET}v") or ""
    return told == "1" if cell.get("t") == "b" else float(told)


READERS: Mapping[str, Callable[[bytes, Kinds], Told]] = {
    "json": _of_json, "csv": _of_csv, "xml": _of_xml, "xlsx": _of_xlsx,
}  # fmt: skip
