"""Documents as lines of JSON, with the types that JSON lacks. What Firestore holds and we do not write is refused."""

from __future__ import annotations

import base64
import math
from datetime import datetime
from typing import Any

import orjson

from shared.clock import iso, parse
from shared.stores.ports import Doc

MARK = "$"  # a map whose one key begins so stands for another type


class Unwritable(Exception):
    """A value that this format has no word for; the text says where it stands, never what it is."""


def line(path: str, doc: Doc) -> bytes:
    return orjson.dumps({"path": path, "doc": _out(doc, path)}) + b"\n"


def read(text: bytes) -> tuple[str, Doc]:
    said = orjson.loads(text)
    return said["path"], _in(said["doc"])


def _out(value: Any, where: str) -> Any:
    if isinstance(value, datetime):
        return {"$time": iso(value)}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        inner = {name: _out(item, f"{where}.{name}") for name, item in value.items()}
        return {"$map": inner} if any(name.startswith(MARK) for name in inner) else inner
    if isinstance(value, list):
        return [_out(item, f"{where}[{number}]") for number, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise Unwritable(f"{where} holds a {type(value).__name__}, which an export has no word for")


def _in(value: Any) -> Any:
    if isinstance(value, list):
        return [_in(item) for item in value]
    if not isinstance(value, dict):
        return value
    name, held = next(iter(value.items()), ("", None))
    if held is None or not name.startswith(MARK):
        return {key: _in(item) for key, item in value.items()}
    if name == "$time":
        return parse(held)
    if name == "$bytes":
        return base64.b64decode(held)
    if name == "$float":
        return float(held)
    return {key: _in(item) for key, item in held.items()}
