"""What commands print: plain tables for people, JSON for programs.

Titles, labels and sentences are what clients and platforms wrote. None of it moves the cursor, hides a line or turns
the order of letters: `say` prints nothing that could, and `plain` keeps a value within its line.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from csv import writer as csv_writer
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from itertools import zip_longest
from typing import Any, TextIO, TypeVar

import orjson

from infra.cli.colour import Style, painted

T = TypeVar("T")
BREAKS = "\t\n\v\f\r\x85\u2028\u2029"
# Controls of terminals (C0, DEL, C1), of the direction and the shape of text, and halves of characters.
CONTROLS = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f"
)
_BREAK = re.compile(f"[{BREAKS}]+")
_CONTROL = re.compile(f"[{CONTROLS}]")
_NOT_A_LINE = re.compile(f"(?!\n)[{CONTROLS}]")
HOME_AND_CLEAR = "\x1b[H\x1b[J"
SHOWN = "\ufffd"  # in the place of what is not printed


def say(text: object = "", file: TextIO | None = None, end: str = "\n", styles: Sequence[Style] = ()) -> None:
    """The one way by which a command prints. Its lines are ours; what others wrote in them went through `plain`.

    `styles`: how each line is shown, on a terminal that shows any.
    """
    shown = _NOT_A_LINE.sub(SHOWN, str(text))
    if styles:
        lines = zip_longest(shown.split("\n"), styles, fillvalue=Style.PLAIN)
        shown = "\n".join(painted(line, style, file) for line, style in lines)
    (file or sys.stdout).write(shown + end)
    (file or sys.stdout).flush()


def redraw(text: str, styles: Sequence[Style] = ()) -> None:
    """In the place of what a terminal shows."""
    sys.stdout.write(HOME_AND_CLEAR)
    say(text, styles=styles)


def plain(value: T) -> T:
    """Of a text: within one line, without controls. Of anything else: the same with each text in it."""
    made: Any = value
    if isinstance(value, str):
        made = _CONTROL.sub(SHOWN, _BREAK.sub(" ", value))
    elif isinstance(value, Mapping):
        made = {plain(name): plain(each) for name, each in value.items()}
    elif isinstance(value, tuple) and hasattr(value, "_make"):
        made = value._make(plain(each) for each in value)
    elif isinstance(value, (list, tuple)):
        made = type(value)(plain(each) for each in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in dataclasses.fields(value) if each.init]
        made = dataclasses.replace(value, **{name: plain(getattr(value, name)) for name in names})
    return made  # type: ignore[no-any-return]


def table(head: Sequence[str], rows: Iterable[Sequence[object]], nothing: str = "none") -> str:
    """Columns as wide as they need to be; numbers to the right."""
    head, filled = [_text(cell) for cell in head], [[_text(cell) for cell in row] for row in rows]
    if not filled:
        return nothing
    numbers = [
        all(cell.replace(",", "").isdigit() or not cell for cell in column) for column in zip(*filled, strict=True)
    ]
    widths = [max(len(cell) for cell in column) for column in zip(head, *filled, strict=True)]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(cells, widths, numbers, strict=True)
        ]
        return "  ".join(placed).rstrip()

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in filled)])


def rows(found: Sequence[Mapping[str, object]], as_json: bool = False) -> None:
    """A list of things that have the same names for what they tell."""
    head = list(found[0]) if found else []
    say(json(found) if as_json else table(head, [list(each.values()) for each in found]))


def json(value: Any, indent: bool = True) -> str:
    """The same value for whoever reads it; a terminal that it is shown on sees controls as JSON writes them."""
    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        text = orjson.dumps(value, option=option, default=_plain).decode()
    except orjson.JSONEncodeError:  # half a character, as a terminal may hand it over
        text = orjson.dumps(plain(value), option=option, default=_plain).decode()
    return _NOT_A_LINE.sub(_escaped, text)


def csv(head: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """For programs: values as they are, lists and records as JSON. A terminal sees no controls of others either."""
    made = StringIO()
    writer = csv_writer(made, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    if sys.stdout.isatty():
        say(made.getvalue(), end="")
    else:
        sys.stdout.write(made.getvalue())


def _cell(value: object) -> object:
    if isinstance(value, (dict, list)):
        return orjson.dumps(value, default=_plain).decode()
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, (date, time)) else value


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _plain(value: object) -> str | float:
    """Firestore hands out moments of a kind of its own."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def moment(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if value else ""


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return moment(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    return "" if cell is None else plain(str(cell))
