"""What the API tells of itself: whether it answers, its document, and its page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.openapi import VERSION, document
from shared.api.wire import JSON, Reply, encode

HERE = Path(__file__).parent


def health(_: Desk, __: Call) -> Reply:
    return Reply(shapes.Health(status="ok", version=VERSION))


def openapi(desk: Desk, _: Call) -> Reply:
    return Reply(file=(JSON, _document(desk.address)))


def docs(desk: Desk, _: Call) -> Reply:
    return Reply(file=("text/html; charset=utf-8", _page(desk.address)), page=True)


def look(_: Desk, __: Call) -> Reply:
    return Reply(file=("text/css; charset=utf-8", (HERE / "look.css").read_bytes()))


@cache
def _document(address: str) -> bytes:
    return encode(document(address))


@cache
def _page(address: str) -> bytes:
    """Made of the same table as the document; whatever stands in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template("page.html").render(told=document(address)).encode()
