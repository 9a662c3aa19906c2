"""The module, run by an interpreter of VBA that is not ours, with an Excel in memory and a web that answers as told."""

# mypy: disable-error-code="misc,untyped-decorator"
# The interpreter's objects have no types.

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest
from pyopenvba.apps.excel import Application, ExcelApplication
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    Interpreter,
    VBAInt,
    VBAObject,
    VBARuntimeError,
    member,
    method,
    setter,
    to_number,
)

from shared.handing import texts
from shared.handing.as_xlsx import sheet_name
from shared.handing.table import Heading
from shared.spreadsheets import vba
from shared.spreadsheets.source import Source
from tests.handing.hostile import HEADINGS, TEXTS, WHEN, table
from tests.spreadsheets.feeds import NAMES, TOLD, answer, source

KEY = "trib_feed_key"
NOW = datetime(2024, 3, 31, 9)
PLAIN = source()


@dataclass
class Reply:
    status: int
    body: str = ""
    wait: str = ""


@dataclass
class Web:
    """What a call is answered; None: nothing comes."""

    replies: list[Reply | None]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def create(self, name: str) -> VBAObject:
        assert name == "WinHttp.WinHttpRequest.5.1"
        return Request(self)


class Request(VBAObject):
    vba_type_name = "WinHttpRequest"

    def __init__(self, web: Web) -> None:
        self.web = web
        self.reply = Reply(0)

    @method
    def Open(self, Method: object = MISSING, Url: object = MISSING, Async: object = MISSING) -> object:
        self.web.asked.append((str(Method), str(Url)))
        return EMPTY

    @method
    def SetTimeouts(self, a: object = MISSING, b: object = MISSING, c: object = MISSING, d: object = MISSING) -> object:
        return EMPTY

    @method
    def SetRequestHeader(self, Header: object = MISSING, Value: object = MISSING) -> object:
        self.web.asked.append((str(Header), str(Value)))
        return EMPTY

    @member
    def Option(self, Option: object = MISSING) -> object:
        return EMPTY

    @setter("Option")
    def _set_option(self, Option: object, value: object) -> None:
        self.web.asked.append((f"option {Option}", str(value)))

    @method
    def Send(self, Body: object = MISSING) -> object:
        reply = self.web.replies.pop(0)
        if reply is None:
            raise VBARuntimeError(-2147012867, "A connection with the server could not be established")
        self.reply = reply
        return EMPTY

    @member
    def Status(self) -> object:
        return VBAInt(self.reply.status, "Long")

    @member
    def ResponseText(self) -> object:
        return self.reply.body

    @method
    def GetResponseHeader(self, Header: object = MISSING) -> object:
        if not self.reply.wait:
            raise VBARuntimeError(-2147012746, "The requested header was not found")
        return self.reply.wait


@dataclass
class Excel:
    app: ExcelApplication
    web: Web

    def refresh(self) -> list[str]:
        """What it shows in windows, besides the question for the key."""
        self.app.run("RefreshFeed")
        return [text for kind, text, *_ in self.app.dialogs if kind == "MsgBox"]

    def rows(self, sheet: str, count: int, width: int = len(HEADINGS)) -> list[list[Any]]:
        found = self.app.sheet(sheet)
        return [[found.value(f"{letter}{row}") for letter in "ABCDEFG"[:width]] for row in range(1, count + 1)]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How many seconds it waits, each time; nobody does."""
    found: list[float] = []

    def wait(_: object, until: Any) -> bool:
        found.append(round(float(to_number(until)) * 86400 - (NOW - datetime(1899, 12, 30)).total_seconds()))
        return True

    monkeypatch.setattr(Application._vba_members["wait"], "getter", wait)
    return found


def excel(*replies: Reply | None, read: Source = PLAIN, key: str = KEY) -> Excel:
    app, web = ExcelApplication(), Web(list(replies))
    app.add_workbook()
    app.freeze_clock(NOW)
    app.interpreter.host.create = web.create
    app.add_module(vba.module(read), name="TributaryFeed")
    app.answer_dialogs(key)
    return Excel(app, web)


GOOD = Reply(200, answer().decode())
LATER = Reply(503, "code,message,details\r\nbusy,Others are reading.,Ask again.\r\n", "7")


def test_every_value_comes_into_a_cell_of_its_type() -> None:
    made = excel(GOOD)
    assert made.refresh() == []
    head, *rows = made.rows("Clicks", len(TOLD) + 1)
    assert head == [each.name for each in HEADINGS]
    for row, told in zip(rows, TOLD, strict=True):
        day, text, clicks, rate, cost, paid, moment = row
        assert (day.date(), clicks, rate, paid) == (told[0], told[2], told[3], told[5])
        assert text == (told[1] or None)
        assert cost == pytest.approx(float(str(told[4])))
        assert moment == WHEN.replace(tzinfo=None)


def test_no_cell_becomes_a_formula() -> None:
    made = excel(GOOD)
    made.refresh()
    cells = made.app.sheet("Clicks").sheet.cells_
    assert len(cells) > len(TOLD) * 5
    assert not [each for each in cells.values() if each.formula]


def test_numbers_of_more_digits_than_excel_keeps_are_texts() -> None:
    body = answer(table((date(1899, 1, 1), "x", 9_007_199_254_740_993, None, None, None, None)))
    made = excel(Reply(200, body.decode()))
    made.refresh()
    assert made.rows("Clicks", 2)[1][:3] == ["1899-01-01", "x", "9007199254740993"]


def test_the_key_goes_as_a_header_to_one_host_and_is_written_nowhere() -> None:
    made = excel(GOOD)
    made.refresh()
    assert made.web.asked == [
        ("GET", "https://feed.example/webhook/v1/0a1b2c3d4e5f/data?format=csv"),
        ("option 6", "False"),  # no redirect is followed
        ("Authorization", f"Bearer {KEY}"),
        ("Accept", "text/csv"),
    ]
    assert KEY not in str(made.app.describe())


def test_the_key_is_asked_for_once_and_again_after_it_was_refused() -> None:
    made = excel(GOOD, GOOD, Reply(401), GOOD)
    questions = 0
    for expected in (1, 1, 1, 2):
        made.app.answer_dialogs(KEY)
        made.refresh()
        questions = len([kind for kind, *_ in made.app.dialogs if kind == "InputBox"])
        assert questions == expected
    (told,) = [text for kind, text, *_ in made.app.dialogs if kind == "MsgBox"]
    assert "the key is not known" in told


def test_without_a_key_nothing_is_asked() -> None:
    made = excel(key="")
    (told,) = made.refresh()
    assert "no key was given" in told
    assert made.web.asked == []


def test_what_passes_by_itself_is_tried_again_after_as_long_as_is_said(waits: list[float]) -> None:
    made = excel(LATER, None, Reply(429, wait="600"), GOOD)
    assert made.refresh() == []
    assert waits == [7, 4, 60]
    assert made.rows("Clicks", 2)[1][1] == TOLD[0][1]


@pytest.mark.parametrize(
    ("replies", "says"),
    [
        ([LATER] * 4, "no rows came after 4 tries: Others are reading. Ask again."),
        ([None] * 4, "no answer came after 4 tries"),
        ([Reply(422, 'code,message,details\r\ntoo-long,"These are 100,001 rows.",Ask for fewer.\r\n')], "100,001 rows"),
        ([Reply(302, "<html>")], "the server answered 302"),
        ([Reply(200, '"half')], "ends in the middle of a text"),
        ([Reply(200, "")], "the answer is empty"),
        ([Reply(200, "a,b\r\n1\r\n")], "row 2 has another number of cells"),
    ],
)
def test_what_fails_is_said(waits: list[float], replies: list[Reply | None], says: str) -> None:
    made = excel(*replies)
    (told,) = made.refresh()
    assert told.startswith("Clicks: ")
    assert says in told
    assert len(waits) == len(replies) - 1


def test_an_answer_that_does_not_come_leaves_the_last_one() -> None:
    made = excel(GOOD, Reply(404))
    made.refresh()
    made.refresh()
    assert made.rows("Clicks", 2)[1][1] == TOLD[0][1]


def test_an_answer_of_fewer_rows_leaves_none_of_the_last_one() -> None:
    made = excel(GOOD, Reply(200, answer(table((None, "only", *(None,) * 5))).decode()))
    made.refresh()
    made.refresh()
    assert [row[1] for row in made.rows("Clicks", 4)] == ["campaign_name", "only", None, None]


@pytest.mark.parametrize("text", [*TEXTS, *NAMES])
def test_a_text_stays_the_text_that_it_was(text: str) -> None:
    run = Interpreter()
    run.add_module("\n".join(vba.function("Told", text)), name="M")
    assert str(run.run("Told")) == units(texts.legal(text))


@pytest.mark.parametrize("name", NAMES)
def test_a_feed_of_any_name_has_a_sheet_and_a_module_that_every_editor_takes(name: str) -> None:
    strange = (Heading(name=name, kind="text"), *HEADINGS[:1])
    read = replace(PLAIN, name=name, headings=strange)
    lines = vba.module(read).split("\r\n")
    assert max(map(len, lines)) < 1023
    assert all(line.isascii() and (line.isprintable() or not line) for line in lines)
    made = excel(GOOD, read=read)
    assert made.refresh() == []
    assert units(sheet_name(name)) in [each.name for each in made.app.workbook.sheets_]


def units(text: str) -> str:
    """As VBA holds it: what is beyond sixteen bits is two characters."""
    data = text.encode("utf-16-le")
    return "".join(chr(int.from_bytes(data[at : at + 2], "little")) for at in range(0, len(data), 2))
