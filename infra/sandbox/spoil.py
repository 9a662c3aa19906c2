"""True answers, made wrong in one way each. Pure: the answer of a handler in, another one out."""

import copy
import re
from collections.abc import Callable
from typing import Any

from infra.sandbox.call import Answer
from infra.sandbox.faults import Fault

Rows = list[dict[str, Any]]
_DATE = re.compile(r"^\d{4}-\d\d-\d\dT")
ODD = "Zoë 🦄 ‏שלום‎ مرحبا \u0000\ufeff\u2028 ''; DROP TABLE x;-- \\\"{}"
HOSTILE = {
    "foreign": "https://attacker.example{path}",
    "http": "http://{host}{path}",
    "userinfo": "https://{host}@attacker.example{path}",
    "suffix": "https://{host}.attacker.example{path}",
    "relative": "//attacker.example{path}",
    "port": "https://{host}:8443{path}",
}


def rows_of(answer: Answer) -> Rows:
    """The records; the whole body where it is one record."""
    found = look(answer.body, answer.records)
    rows = found if isinstance(found, list) else [found]
    return [row for row in (look(row, answer.each) for row in rows) if isinstance(row, dict)]


def look(place: Any, path: str) -> Any:
    """What stands at a dotted path; None when there is nothing."""
    for name in path.split(".") if path else ():
        place = place.get(name) if isinstance(place, dict) else None
    return place


def spoil(fault: Fault, answer: Answer, next_link: tuple[str, ...], host: str, path: str) -> Answer:
    if fault.kind == "repeated_page":
        fault.kept = fault.kept or answer
        kept: Answer = fault.kept
        return kept
    if isinstance(answer.body, bytes):
        return answer  # of bytes only their number can be wrong
    answer = copy.deepcopy(answer)
    if fault.kind == "hostile_next":
        _lead_away(fault, answer, next_link, host, path)
    elif fault.kind in ("missing_records", "renamed_records"):
        _hide(fault, answer)
    elif fault.kind in _ROWS:
        _ROWS[fault.kind](fault, rows_of(answer), answer.key)
    return answer


def _hide(fault: Fault, answer: Answer) -> None:
    if not isinstance(answer.body, dict):
        answer.body[:] = []
        return
    if not answer.records:
        answer.body.clear()
        return
    path, _, name = answer.records.rpartition(".")
    place = look(answer.body, path)
    if isinstance(place, dict) and name in place:
        rows = place.pop(name)
        if fault.kind == "renamed_records":
            place[f"{name}_v2"] = rows


def _lead_away(fault: Fault, answer: Answer, next_link: tuple[str, ...], host: str, path: str) -> None:
    address = fault.url or HOSTILE[fault.style].format(host=host, path=path)
    place = answer.body
    if not isinstance(place, dict):
        return
    for name in next_link[:-1]:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    place[next_link[-1] if next_link else "next"] = address


def _extra_field(fault: Fault, rows: Rows, key: str) -> None:
    for row in rows:
        row[fault.field or "brand_new_field"] = {"since": "yesterday", "values": [1, "two", None]}


def _retyped_field(fault: Fault, rows: Rows, key: str) -> None:
    name = fault.field or next((n for n, v in (rows or [{}])[0].items() if isinstance(v, str) and n != key), "")
    for row in rows:
        if name in row:
            row[name] = {"was": row[name]} if not isinstance(row[name], dict) else "now a text"


def _null_key(fault: Fault, rows: Rows, key: str) -> None:
    path, _, name = (fault.field or key).rpartition(".")
    for row in rows[:1]:
        place = look(row, path)
        if isinstance(place, dict):
            place[name] = None


def _nan(fault: Fault, rows: Rows, key: str) -> None:
    for row in rows[:1]:
        numbers = [n for n, v in row.items() if isinstance(v, int | float) and not isinstance(v, bool)]
        row[fault.field or (numbers or ["not_a_number"])[0]] = float("nan")


def _huge_row(fault: Fault, rows: Rows, key: str) -> None:
    for row in rows[:1]:
        row[fault.field or "huge"] = "x" * (fault.size or 10_000_000)


def _odd_text(fault: Fault, rows: Rows, key: str) -> None:
    for row in rows:
        names = [n for n, v in row.items() if isinstance(v, str) and not _DATE.match(v) and not _identity(n, key)]
        for name in [fault.field] if fault.field else names[:1]:
            row[name] = ODD


def _extreme_dates(fault: Fault, rows: Rows, key: str) -> None:
    for number, row in enumerate(rows):
        for name, value in row.items():
            if isinstance(value, str) and _DATE.match(value):
                row[name] = ("0001" if number % 2 == 0 else "9999") + value[4:]


def _identity(name: str, key: str) -> bool:
    return name == key or name.endswith("id") or name in ("status", "tag", "url", "email_address")


_ROWS: dict[str, Callable[[Fault, Rows, str], None]] = {
    "extra_field": _extra_field,
    "retyped_field": _retyped_field,
    "null_key": _null_key,
    "nan": _nan,
    "huge_row": _huge_row,
    "odd_text": _odd_text,
    "extreme_dates": _extreme_dates,
}
