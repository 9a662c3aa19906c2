"""Answers as platforms give them."""

from __future__ import annotations

from typing import Any

import orjson

from shared.connectors.wire import Answer
from shared.http import answer


def body(status: int, value: Any, **headers: str) -> Answer:
    return answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, orjson.dumps(value))
