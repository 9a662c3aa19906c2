"""Whether a feed's files hold what was answered: each question, in each format, read back without our own writers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import httpx2
import orjson
from msgspec.structs import replace

from infra.admin.feeds import register
from infra.admin.keys import by_operator
from infra.demo.answers import Answered, apart
from infra.demo.questions import Asked
from shared.feeds.routes import BELOW
from shared.handing.formats import FORMATS
from shared.keys.scopes import OPERATOR
from shared.questions.answer import Answer
from shared.questions.question import MOST_ROWS, Question
from shared.stores.installation import Stores

Get = Callable[[Question], Callable[[str], bytes]]  # a question → a format → the file
Ask = Callable[[Question], Answer]
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ZERO = datetime(1899, 12, 30, tzinfo=UTC)


def compare(questions: Iterable[Asked], ask: Ask, get: Get) -> list[Answered]:
    """What the files and the answer do not share. Where nothing is and an empty text are not told apart, neither is
    here."""
    found = []
    for one in questions:
        answer, file = ask(one.question), get(one.question)
        kinds = {f"{each.name}_before" if each.before else each.name: each.kind for each in answer.columns}
        ours = [tuple(cell or None if cell == "" else cell for cell in row) for row in answer.rows]
        for name in FORMATS:
            theirs = [
                tuple(_cell(kinds[column], row.get(column)) for column in kinds)
                for row in READERS[name](file(name), kinds)
            ]
            found.append(Answered(f"{one.about}, as {name}", len(theirs), *apart(ours, theirs)))
    return found


def by_feed(stores: Stores, workspace: str, address: str) -> Get:
    """A feed for each question, read as a spreadsheet does."""

    def get(question: Question) -> Callable[[str], bytes]:
        asks = replace(question, limit=MOST_ROWS)
        feed, secret, _ = register(stores).add(by_operator(), OPERATOR, workspace, "demonstration", asks)
        where = f"{address}{BELOW}/{feed.id}/data"

        def file(name: str) -> bytes:
            answer = httpx2.get(where, params={"format": name}, auth=(feed.id, secret.reveal()), timeout=60)
            return bytes(answer.raise_for_status().content)

        return file

    return get


def _cell(kind: str, told: Any) -> Any:
    """As a value again, whatever a format made of it."""
    if told is None or told == "":
        return None
    if isinstance(told, float) and kind in ("date", "time"):
        moment = _ZERO + timedelta(seconds=round(told * 86_400))
        return moment.date() if kind == "date" else moment
    if not isinstance(told, str):
        return Decimal(str(told)) if kind in ("int", "money") else told
    return _READ[kind](told)


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "int": int,
    "float": float,
    "money": Decimal,
    "bool": lambda text: text == "true",
    "date": date.fromisoformat,
    "time": lambda text: datetime.fromisoformat(text),
}


def _of_json(data: bytes, _: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = orjson.loads(data)["rows"]
    return rows


def _of_csv(data: bytes, _: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def _of_xml(data: bytes, _: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    return [{cell.tag: cell.text for cell in row} for row in ElementTree.fromstring(data).iter("row")]


def _of_xlsx(data: bytes, kinds: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
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


READERS: Mapping[str, Callable[[bytes, Mapping[str, str]], Sequence[Mapping[str, Any]]]] = {
    "json": _of_json, "csv": _of_csv, "xml": _of_xml, "xlsx": _of_xlsx,
}  # fmt: skip
