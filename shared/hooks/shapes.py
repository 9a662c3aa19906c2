"""What is told, in the shape that whoever is there understands. Texts may hold what a stranger wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from shared.clock import iso
from shared.hooks.hook import Event, Shape

LONGEST = 3000  # characters: Slack and Google Chat cut, or refuse, what is longer
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def body(shape: Shape, event: Event, at: datetime, text: str, data: Mapping[str, Any]) -> str:
    """JSON. It is made once, and every try hands over the very same."""
    if shape is Shape.SLACK:
        made: Mapping[str, Any] = {"text": _plain(text), "mrkdwn": False, "unfurl_links": False}
    elif shape is Shape.CHAT:
        made = {"text": _plain(text)}
    else:
        made = {"type": str(event), "timestamp": iso(at), "data": dict(data)}
    return orjson.dumps(made, option=orjson.OPT_SORT_KEYS).decode()


def _plain(text: str) -> str:
    """Both read `<…>` as links and mentions of everybody; Slack has entities for what is none."""
    found = _CONTROLS.sub(" ", text)[:LONGEST]
    return found.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
