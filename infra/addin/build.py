"""The files of the task pane, for one host and one API. Pure: the same addresses give the same bytes."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from infra.cli.version import release

PARTS = Path(__file__).with_name("parts")
ICONS = (32, 64)
_BLUE = (0x2A, 0x5C, 0xAA)
_HOST = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?")


class NotAnAddress(ValueError):
    """Office takes a host by https and nothing else; the text says which is none."""


def files(host: str, api: str) -> Mapping[str, bytes]:
    """Name → content. `host`: where they are served; `api`: what they ask."""
    addresses = {"HOST": _checked(host), "API": _checked(api)}
    words = {**addresses, "ID": str(uuid5(NAMESPACE_URL, addresses["HOST"])), "VERSION": f"{release()}.0"}
    made = {path.name: _filled(path.read_text(), words).encode() for path in sorted(PARTS.iterdir())}
    return {**made, **{f"icon-{size}.png": icon(size) for size in ICONS}}


def _checked(address: str) -> str:
    plain = address.rstrip("/")
    if not _HOST.fullmatch(plain) or not urlsplit(plain).hostname:
        raise NotAnAddress(f"{address} is no address such as https://sheets.example.com")
    return plain


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"%{name}%", escape(word, {'"': "&quot;", "'": "&#39;"}))
    return text


def icon(size: int) -> bytes:
    """Three bars on white, as PNG."""
    rows = b"".join(b"\0" + b"".join(_dot(x * 16 // size, y * 16 // size) for x in range(size)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _dot(x: int, y: int) -> bytes:
    bar = (x - 2) // 4
    high = (10, 6, 3)[bar] if 0 <= bar < 3 and (x - 2) % 4 < 3 else 16
    return bytes(_BLUE) if high <= y < 14 else b"\xff\xff\xff"
