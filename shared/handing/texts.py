"""What a text may hold where. Names of campaigns and the like are written by strangers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from shared.handing.table import Fact

# What no document of XML 1.0 may hold, not even escaped: most control characters, halves of characters, and two more.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def legal(text: str) -> str:
    """What can stand in XML: characters that cannot are replaced, never dropped, so two names stay two."""
    return ILLEGAL.sub(REPLACEMENT, text)


def escaped(text: str) -> str:
    """The content of an element or, in double quotes, of an attribute. Carriage returns survive the parser."""
    return escape(legal(text), {"\r": "&#13;", '"': "&quot;"})


def amount(value: Decimal) -> str:
    """All digits and no others, never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def told(fact: Fact) -> str:
    """As one line."""
    if isinstance(fact, str):
        return fact
    if isinstance(fact, datetime):
        return moment(fact)
    if isinstance(fact, date):
        return fact.isoformat()
    return str(fact) if isinstance(fact, int) else ", ".join(fact)
