"""A picture that somebody gave us to show: read part by part, and written anew of those parts alone that draw it. Pure.

PNG (https://www.w3.org/TR/png-3/) and JPEG (https://www.w3.org/Graphics/JPEG/itu-t81.pdf) only. An SVG is a document
that can run scripts and load things. What is not needed to draw is left out: texts, places, thumbnails, what stands
behind the end. The points themselves are not decoded: that is the work of the browser, apart from the page.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

LARGEST = 512 * 1024  # bytes
WIDEST = 2000  # points, in either direction
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
DRAWS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"})
MUST_KNOW = 0x20  # in the first letter of a chunk's name: off, where a picture cannot be drawn without it
FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended and progressive: what browsers draw
TABLES = frozenset({0xC4, 0xDB, 0xDD})
SCAN, END, ADOBE = 0xDA, 0xD9, 0xEE


class Unfit(ValueError):
    """It is not shown; the text says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    kind: str  # of content
    width: int
    height: int


def read(data: bytes) -> Picture:
    """Raises Unfit."""
    if len(data) > LARGEST:
        raise Unfit(f"It has more than {LARGEST // 1024} KB.")
    try:
        if data.startswith(PNG):
            return _png(data)
        if data.startswith(JPEG):
            return _jpeg(data)
    except (struct.error, IndexError):
        raise Unfit("It is cut short.") from None
    raise Unfit("It is neither a PNG nor a JPEG.")


def _size(width: int, height: int) -> None:
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        raise Unfit(f"It is {width} by {height} points; {WIDEST} each way is the most.")


def _png(data: bytes) -> Picture:
    kept, at, names = [PNG], len(PNG), list[bytes]()
    while not names or names[-1] != b"IEND":
        (length,), name = struct.unpack_from(">I", data, at), data[at + 4 : at + 8]
        whole = data[at : at + 12 + length]
        if len(whole) < 12 + length:
            raise Unfit("It is cut short.")
        if zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise Unfit("A part of it is damaged.")
        if not names and (name, length) != (b"IHDR", 13):
            raise Unfit("It does not begin as a PNG does.")
        if name in DRAWS:
            kept.append(whole)
        elif not name[0] & MUST_KNOW:
            raise Unfit("It has a part that we do not know.")
        names.append(name)
        at += 12 + length
    if names.count(b"IHDR") != 1 or b"IDAT" not in names:
        raise Unfit("There is no picture in it.")
    width, height = struct.unpack_from(">II", data, len(PNG) + 8)
    _size(width, height)
    return Picture(b"".join(kept), "image/png", width, height)


def _jpeg(data: bytes) -> Picture:
    kept, at, size = [JPEG], len(JPEG), (0, 0)
    while True:
        if data[at] != 0xFF:
            raise Unfit("It is damaged.")
        marker = data[at + 1]
        if marker == END:
            break
        (length,) = struct.unpack_from(">H", data, at + 2)
        whole = data[at : at + 2 + length]
        if length < 2 or len(whole) < 2 + length:
            raise Unfit("It is cut short.")
        at += 2 + length
        if marker in FRAMES:
            if size != (0, 0):
                raise Unfit("It has more than one frame.")
            height, width = struct.unpack_from(">HH", whole, 5)
            _size(width, height)
            size = (width, height)
        elif marker == SCAN:
            ends = _scanned(data, at)
            whole, at = whole + data[at:ends], ends
        elif 0xE0 <= marker <= 0xEF or marker == 0xFE:  # of programs, and remarks: Adobe's says how colours are meant
            if marker != ADOBE:
                continue
        elif marker not in TABLES:
            raise Unfit("It is of a kind that not every browser draws.")
        kept.append(whole)
    if size == (0, 0) or len(kept) < 3:
        raise Unfit("There is no picture in it.")
    return Picture(b"".join(kept) + bytes((0xFF, END)), "image/jpeg", *size)


def _scanned(data: bytes, at: int) -> int:
    """Where the points of a scan end: at the next mark that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Unfit("It is cut short.")
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
