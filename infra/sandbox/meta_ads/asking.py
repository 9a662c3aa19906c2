"""What calls of the Graph API have in common: parameters, fields, filters, cursors."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from infra.sandbox.call import Answer, Call
from infra.sandbox.paging import read_cursor, write_cursor
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal

VERSION = "v26.0"
HIDDEN = ("DELETED", "ARCHIVED")
CHANGED = "updated_time"
BOUNDS: dict[str, Callable[[float, float], bool]] = {"GREATER_THAN": operator.gt, "LESS_THAN": operator.lt}
FIELD = re.compile(r"([a-z_0-9]+)(?:\{([a-z_0-9,]+)\})?")


def invalid(words: str, code: str = "100") -> Refusal:
    return Refusal("invalid", 400, f"(#{code.partition('/')[0]}) {words}", code=code)


def too_much(code: str = "1") -> Refusal:
    words = "Please reduce the amount of data you're asking for, then retry your request"
    return Refusal("invalid", 500, words, code=code)


def said(call: Call) -> dict[str, str]:
    """Parameters may stand in the address, in a form, or in a body of JSON."""
    body = call.json if isinstance(call.json, dict) else {}
    texts = {name: each if isinstance(each, str) else json.dumps(each) for name, each in body.items()}
    return {**call.query.to_dict(), **call.form.to_dict(), **texts}


def json_of(asked: dict[str, str], name: str, kind: type, default: Any) -> Any:
    if name not in asked:
        return default
    try:
        found = json.loads(asked[name])
    except ValueError:
        found = None
    if not isinstance(found, kind):
        raise invalid(f"param {name} must be {'an array' if kind is list else 'an object'}.")
    return found


def days_of(asked: dict[str, str]) -> tuple[date, date]:
    told = json_of(asked, "time_range", dict, None)
    try:
        since, until = date.fromisoformat(told["since"]), date.fromisoformat(told["until"])
    except (KeyError, TypeError, ValueError):
        raise invalid("time_range must have since and until, as YYYY-MM-DD.") from None
    if since > until:
        raise invalid("since must be before until.", "100/1487015")
    return since, until


def chooser(asked: dict[str, str], *levels: str) -> Callable[[str, Record], bool]:
    """What `filtering` lets through, of the objects of a level. Without a word on status, nothing that is gone."""
    rules = json_of(asked, "filtering", list, [])
    for rule in rules:
        level, _, name = str(rule.get("field")).rpartition(".")
        if level not in ("", *levels) or name not in ("effective_status", "id", CHANGED):
            raise invalid(f"Filtering field {rule.get('field')} is invalid.")
        listed = rule.get("operator") == "IN" and isinstance(rule.get("value"), list)
        bound = rule.get("operator") in BOUNDS and isinstance(rule.get("value"), int)
        if not (bound if name == CHANGED else listed):
            raise invalid(f"Filtering operator {rule.get('operator')} is not known here.")
    status = any(str(rule["field"]).endswith("status") for rule in rules)

    def fits(level: str, row: Record) -> bool:
        for rule in rules:
            about, _, name = str(rule["field"]).rpartition(".")
            if about not in ("", level):
                continue
            if name == CHANGED:
                if not BOUNDS[rule["operator"]](datetime.fromisoformat(row[name]).timestamp(), rule["value"]):
                    return False
            elif row.get(name) not in rule["value"]:
                return False
        return status or row.get("effective_status") not in HIDDEN

    return fits


@dataclass(frozen=True)
class Fields:
    """`id,name,creative{id}`: only what is asked for comes."""

    asked: dict[str, str]

    @classmethod
    def of(cls, asked: dict[str, str], known: Sequence[str], default: Sequence[str]) -> Fields:
        if "fields" not in asked:
            return cls(dict.fromkeys(default, ""))
        found = dict[str, str]()
        texts = re.split(r",(?![^{]*\})", asked["fields"])
        if asked["fields"].startswith("["):
            texts = [str(each) for each in json_of(asked, "fields", list, [])]
        for text in texts:
            match = FIELD.fullmatch(text.strip())
            if match is None or match[1] not in known:
                raise invalid(f"Tried accessing nonexisting field ({text.strip()[:40]}).")
            found[match[1]] = match[2] or ""
        return cls(found)

    def show(self, row: Record, *always: str) -> Record:
        shown: Record = {}
        for name in (*self.asked, *always):
            if name in row:
                inner = self.asked.get(name, "")
                value = row[name]
                shown[name] = {part: value[part] for part in inner.split(",")} if inner else value
        return shown


def page(
    call: Call, rows: Sequence[Record], name: Callable[[Record], str], most: int, extra: Record, key: str = "id"
) -> Answer:
    """Rows in their order, behind the one that `after` names. `next` holds the whole call, the token, too."""
    asked = said(call)
    limit = asked.get("limit", "25")
    if not limit.isdecimal() or int(limit) < 1:
        raise invalid("param limit must be an integer greater than 0.")
    start = 0
    if asked.get("after"):
        names = [name(row) for row in rows]
        try:
            at, last = read_cursor(asked["after"])
            start = names.index(last) + 1 if last in names else int(at)
        except (ValueError, TypeError):
            raise invalid("Invalid cursors values.") from None
    found = rows[start : start + int(limit)]
    if len(found) > most:
        raise too_much()
    body: Record = {"data": list(found)}
    if found:
        ends = [write_cursor([start, name(found[0])]), write_cursor([start + len(found), name(found[-1])])]
        body["paging"] = {"cursors": {"before": ends[0], "after": ends[1]}}
        if start + len(found) < len(rows):
            query = urlencode({"access_token": call.token, **call.query.to_dict(), "limit": limit, "after": ends[1]})
            body["paging"]["next"] = f"{call.host_url.rstrip('/')}{call.path}?{query}"
    return Answer({**body, **extra}, "data", key)
