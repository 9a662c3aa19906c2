"""What a spreadsheet takes for a formula, and how a text becomes none."""

from __future__ import annotations

import re

# A cell that begins so, also in full width, and after what a spreadsheet skips.
FORMULA = re.compile(r"[\s\x00-\x20\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n\x00]")


def safe(text: str) -> str:
    """Never the beginning of a formula."""
    return f"'{text}" if FORMULA.match(text) else text
