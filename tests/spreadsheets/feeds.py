"""A feed with a column of every kind, and what it answers: texts that somebody may have called a campaign."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from shared.feeds.feed import Feed
from shared.handing.formats import hand
from shared.handing.table import Table
from shared.questions import query_string
from shared.spreadsheets.source import Source
from tests.handing.hostile import HEADINGS, ROWS, TABLE

NOW = datetime(2024, 3, 31, 9, tzinfo=UTC)
ASKS = "mart=ads_by_week&measures=cost,clicks,ctr&dimensions=platform,currency&grain=week&limit=100000"
NAMES = (
    'Spend "by" week',
    '"; DROP TABLE feeds; --',
    '"] in #"x',
    "#(lf) and #(0000)",
    '" & Shell("calc") & "',
    "*/ function onOpen() {} /*",
    "</script><script>alert(1)</script>",
    "${process.exit()}",
    "two\nlines\r\nand three",
    "'sheet'!A1",
    "\u2028\u2029\u0085",
    "\u202eright",
    "\\",
    "😀 日本語 ‘quoted’",
    "\x00\x1b[31m",
    "\ud800",
    "x" * 80,
    '"' * 80,
)


def source(name: str = "Clicks") -> Source:
    return Source(
        feed="0a1b2c3d4e5f",
        name=name,
        root="https://feed.example",
        path="webhook/v1/0a1b2c3d4e5f/data",
        workspace="acme",
        mart="ads_by_day",
        headings=HEADINGS,
    )


def answer(table: Table = TABLE) -> bytes:
    """As the feed hands it over."""
    return b"".join(hand(table, "csv"))


def said(text: str) -> str:
    """A text after it was written as UTF-8, which has no halves of characters."""
    return text.encode("utf-8", "replace").decode()


TOLD = tuple(tuple(said(each) if isinstance(each, str) else each for each in row) for row in ROWS)


def feed(asks: str = ASKS, formats: tuple[str, ...] = ("json", "csv"), name: str = "Spend by week") -> Feed:
    question = msgspec.json.encode(query_string.read(asks)).decode()
    return Feed(
        id="0a1b2c3d4e5f",
        workspace="acme",
        name=name,
        question=question,
        formats=formats,
        maker="operator",
        created_at=NOW,
        expires_at=NOW,
    )
