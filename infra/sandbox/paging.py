"""Opaque cursors: what a platform hands out as the way on, and reads back."""

import base64
import json
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from infra.sandbox.call import Call
from infra.sandbox.records import Key
from infra.sandbox.refusals import Refusal


def write_cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Any:
    """Raises ValueError for anything this sandbox did not write."""
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def bad_cursor(name: str, status: int = 400) -> Refusal:
    return Refusal("invalid", status, f"{name} is not valid.", name)


def resume(call: Call, name: str = "cursor") -> tuple[Call, Key | None]:
    """A cursor carries the filters of the first call. Saying them again is fine, saying others is not."""
    if name not in call.query:
        return call, None
    try:
        kept = read_cursor(call.query[name])
        first, last = dict(kept["q"]), tuple(kept["after"])
    except (ValueError, TypeError, KeyError):
        raise bad_cursor(name) from None
    said = {key: value for key, value in call.query.items() if key != name}
    for key, value in said.items():
        if key != "limit" and first.get(key) != value:
            raise Refusal("invalid", 400, f"{key} cannot change while paging.", key)
    return replace(call, query=MultiDict(first | said)), last


def onward(call: Call, last: Key) -> str:
    """The cursor behind `last`, for a call that `resume` returned."""
    return write_cursor({"q": dict(call.query.items()), "after": list(last)})
