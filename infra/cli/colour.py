"""Colours, on a terminal that takes them and for people who did not say NO_COLOR (https://no-color.org)."""

from __future__ import annotations

import os
import re
import sys
from enum import StrEnum
from typing import TextIO

_HEADING = re.compile(r"^(\S[^\n]*:)$", re.MULTILINE)
_END = "\x1b[0m"


class Style(StrEnum):
    """How a line is shown; each is what a terminal is told before it."""

    PLAIN = ""
    STRONG = "\x1b[1m"
    GOOD = "\x1b[32m"
    WAITING = "\x1b[33m"
    BAD = "\x1b[31m"


def wanted(file: TextIO | None = None) -> bool:
    out = file or sys.stdout
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str, style: Style, file: TextIO | None = None) -> str:
    """Each line by itself, so that no colour runs on where lines are cut."""
    if style is Style.PLAIN or not wanted(file):
        return text
    return "\n".join(f"{style}{line}{_END}" if line else line for line in text.split("\n"))


def headings(text: str, file: TextIO | None = None) -> str:
    """The help of a command, with what stands above each list shown stronger."""
    return _HEADING.sub(lambda found: painted(found[0], Style.STRONG, file), text)
