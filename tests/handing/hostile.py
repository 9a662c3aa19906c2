"""Texts that somebody may have called a campaign, to the harm of whoever opens the file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from shared.handing.table import Heading, Table

TEXTS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+1",
    "-1",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "−1",
    '"quoted", and more',
    'a"b',
    "line\nline",
    "line\r\nline",
    "car\rriage",
    "tab\tbed",
    "</t></is></c><c><f>1+1</f></c>",
    "]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&amp;",
    "_x0041_",
    "_x005F_x0041_",
    "\x00\x01\x0b\x1f",
    "\ufffe\uffff",
    "\ud800",
    "\ufeff=1",
    "\u202eright",
    "😀",
    "日本語, עברית, हिन्दी",
    "",
    " ",
    " ends and begins ",
    "${jndi:ldap://x}",
    "'",
    "''",
    ",",
    ";",
    "null",
    "TRUE",
    "2024-01-01",
    "00123",
    "1e5",
)
HEADINGS = (
    Heading(name="date", kind="date", meaning="The day"),
    Heading(name="campaign_name", kind="text", meaning='Its "name" <as told> & so on'),
    Heading(name="clicks", kind="int", unit="count"),
    Heading(name="ctr", kind="float", unit="rate"),
    Heading(name="cost", kind="money", unit="money", currency="EUR"),
    Heading(name="is_paid", kind="bool"),
    Heading(name="read_at", kind="time"),
)
WHEN = datetime(2024, 2, 29, 23, 59, 58, tzinfo=UTC)
ROWS = tuple(
    (date(2024, 2, 29), text, number, number / 8, Decimal(number) / 1000, number % 2 == 0, WHEN)
    for number, text in enumerate(TEXTS)
)
TABLE = Table(
    name="Ads: all/of them? [2024]",
    headings=HEADINGS,
    rows=(*ROWS, (None,) * len(HEADINGS)),
    about={"version": 7, "as_of": WHEN, "differs": ["<list> & more", "=1+1"], "question": "mart=ads_by_day"},
)


def table(*rows: tuple[object, ...], headings: tuple[Heading, ...] = HEADINGS) -> Table:
    return Table(name="t", headings=headings, rows=rows, about={})
