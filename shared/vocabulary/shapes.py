"""What an answer looks like, without what it says: names of fields, kinds and lengths of values.

That is what an engineer needs to see that a platform has changed; what people wrote is nobody's business and is never
kept. Of an error its own words are kept as well: an object that holds nothing but words of errors tells of no person.
"""

from __future__ import annotations

import re

from shared.vocabulary.wire import Answer, Json

LONGEST = 300  # characters of a shape
LONGEST_WORDS = 160  # of an error's own words
DEEPEST, WIDEST = 4, 16  # levels, and names on one level
NAME = re.compile(r"[A-Za-z_$][\w$.:\-]{0,39}", re.ASCII)
CODE = re.compile(r"[\w.:\-]{1,60}", re.ASCII)
KIND = re.compile(r"[a-z]+/[a-z0-9.+\-]+")
# Names that stand in errors: RFC 7807, JSON:API, GraphQL, Google, Meta, Amazon, Constant Contact.
TELLING = frozenset({
    "code", "error", "error_key", "error_message", "error_code", "errorcode", "error_subcode", "errors",
    "message", "messages", "detail", "details", "title", "reason", "error_description",
})  # fmt: skip
BESIDE = frozenset({
    "type", "status", "instance", "id", "links", "source", "meta", "extensions", "locations", "path", "pointer",
    "parameter", "request_id", "requestid", "fbtrace_id", "trace_id", "error_user_title", "error_user_msg",
    "is_transient", "domain", "metadata", "@type", "error_data", "success", "timestamp",
})  # fmt: skip
# What in the words of an error may come from a record: addresses, long numbers, and what is quoted and no plain name.
PRIVATE = re.compile(r"[^\s\"'<>(),;=]+@[^\s\"'<>(),;]+|https?://\S+|\+?\d[\d\s().\-]{4,}\d|\"[^\"]*\"|'[^']*'|“[^”]*”")


def shape(answer: Answer) -> str:
    """One line about an answer, of LONGEST characters at most."""
    if answer.is_json:
        told = _told(answer.json, answer.status >= 400, 0)
    else:
        kind = KIND.match(answer.headers.get("content-type", "").lower())
        told = f"{len(answer.body)} bytes of {kind[0] if kind else 'something'}, no JSON"
    return f"HTTP {answer.status}: {told}"[:LONGEST]


def names(record: dict[str, Json]) -> str:
    """The names of a record's fields; of those that are no plain names, how long they are."""
    return ", ".join([*map(_name, list(record)[:WIDEST]), *(["…"] if len(record) > WIDEST else [])])


def words(text: Json) -> str:
    """An error's own words, without what they may quote of a record."""
    return PRIVATE.sub(_hidden, str(text))[:LONGEST_WORDS]


def code(value: Json) -> str:
    """A code, state or reason; whatever is none is told by its length."""
    found = str(value)
    return found if CODE.fullmatch(found) else f"text {len(found)}"


def errors(value: Json) -> str:
    """What a platform says of errors beside a status that says none: their own words where they are nothing else."""
    return _told(value, True, 0)[:LONGEST]


def _told(value: Json, refused: bool, depth: int) -> str:
    if isinstance(value, (dict, list)) and depth > DEEPEST:
        return "…"
    if isinstance(value, dict):
        error = refused and _is_error(value)
        inside = [
            f"{_name(name)}: {_said(name, each, depth) if error else _told(each, refused, depth + 1)}"
            for name, each in list(value.items())[:WIDEST]
        ]
        more = ["…"] if len(value) > WIDEST else []
        return "{" + ", ".join([*inside, *more]) + "}"
    if isinstance(value, list):
        return f"list {len(value)}" + (f" of {_told(value[0], refused, depth + 1)}" if value else "")
    if isinstance(value, str):
        return f"text {len(value)}"
    return {type(None): "null", bool: "yes or no", int: "number", float: "number"}.get(type(value), "a list")


def _said(name: str, value: Json, depth: int) -> str:
    """What stands in an error: its words and codes as they are, its own details by their shape."""
    if isinstance(value, dict) and name.lower() == "errorcode":  # Google Ads: {"queryError": "UNRECOGNIZED_FIELD"}
        return "{" + ", ".join(f"{_name(kind)}: {code(each)}" for kind, each in list(value.items())[:WIDEST]) + "}"
    if isinstance(value, (dict, list)):
        return _told(value, True, depth + 1)
    if isinstance(value, str) and name.lower() in TELLING:
        return f"“{words(value)}”"
    if isinstance(value, str) and name.lower() not in {"type", "status", "domain"}:
        return f"text {len(value)}"
    return code(value) if isinstance(value, (str, int)) else _told(value, True, depth + 1)


def _is_error(value: dict[str, Json]) -> bool:
    found = {name.lower() for name in value}
    return bool(found & TELLING) and found <= TELLING | BESIDE


def _name(name: str) -> str:
    return name if NAME.fullmatch(name) else f"(name of {len(name)})"


def _hidden(found: re.Match[str]) -> str:
    quoted = found[0][1:-1]
    return found[0] if found[0][0] in "\"'“" and NAME.fullmatch(quoted) and quoted.islower() else "***"
