"""Reads a question from an address, and writes it as one:

    mart=ads_by_day&measures=cost,clicks&dimensions=platform&period=last-month&grain=week&platform=google_ads

What is no part of a question is a column to filter by: `platform=…` equals, `platform.in=…` any of (once for each),
`cost.min=…`, `cost.max=…`, `campaign_name.contains=…`, `campaign_id.empty=true`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from shared.questions import catalogue
from shared.questions.nearest import nearest
from shared.questions.parse import LONGEST, convert, fields
from shared.questions.question import Filter, Question
from shared.questions.refusal import Code, Refusal

LISTS = ("measures", "dimensions", "order")
DAYS = ("from", "until", "period")
SINGLE = ("mart", "grain", "limit", "compare", *DAYS)
WAYS = tuple(name for name in fields(Filter) if name != "column")


def read(text: str) -> Question:
    if len(text) > LONGEST:
        raise Refusal(Code.NOT_UNDERSTOOD, f"A question has at most {LONGEST:,} bytes.", "Name fewer values.")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=5000)
    except ValueError:
        raise Refusal(Code.NOT_UNDERSTOOD, "This is no query string.", "name=value, joined by &.") from None
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value)
    known = {name for name in said if name in LISTS or name in SINGLE}
    plain: dict[str, Any] = {name: _single(name, said[name]) for name in known & set(SINGLE) - set(DAYS)}
    plain |= {name: [each for text in said[name] for each in text.split(",") if each] for name in known & set(LISTS)}
    plain |= {"days": {name: _single(name, said[name]) for name in DAYS if name in known}}
    if "limit" in plain:
        plain["limit"] = _number(plain["limit"])
    plain["filters"] = filters_of(plain.get("mart", ""), {name: said[name] for name in said if name not in known})
    return convert(plain)


def write(question: Question) -> str:
    """The address that is read as this very question."""
    plain = msgspec.to_builtins(question)
    days, filters = plain.pop("days", {}), plain.pop("filters", ())
    pairs = [(name, ",".join(value) if name in LISTS else value) for name, value in (plain | days).items()]
    for each in filters:
        ways = [(way, each[way]) for way in WAYS if way in each]
        for way, value in ways:
            key = f"{each['column']}.{way}"
            pairs += [(key, _text(one)) for one in (value if way == "in" else (value,))]
    return urlencode(pairs)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) > 1:
        raise Refusal(Code.NOT_UNDERSTOOD, f"{name} stands in the address {len(values)} times.", "Say it once.")
    return values[0]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal(Code.NOT_UNDERSTOOD, "limit is a number of rows.", "limit=100, for example.")
    return int(text)


def filters_of(mart: str, said: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """What is no part of a question, as filters by columns."""
    found: dict[str, dict[str, Any]] = {}
    known = catalogue.marts().get(mart)
    for key, values in said.items():
        name, _, way = key.partition(".")
        if known is not None and name not in known.columns:
            parts = (*LISTS, *SINGLE, *known.columns)
            raise Refusal(Code.UNKNOWN_COLUMN, f"{mart} has no {name[:64]}.", nearest(name, parts))
        way = way or "equals"
        if way not in WAYS:
            raise Refusal(Code.NOT_UNDERSTOOD, f"A filter knows no {way[:64]}.", nearest(way, WAYS))
        value: Any = list(values) if way == "in" else _single(key, values)
        if way == "empty":
            if value not in ("true", "false"):
                raise Refusal(Code.NOT_UNDERSTOOD, f"{name}.empty is true or false.", f"{name}.empty=true")
            value = value == "true"
        found.setdefault(name, {"column": name})[way] = value
    return list(found.values())
