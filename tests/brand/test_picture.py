"""A logo: what is shown of a file, and which files are not shown at all."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.brand.picture import LARGEST, PNG, Unfit, read


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 4, height: int = 3, *more: bytes) -> bytes:
    """A grey one, with further chunks before the end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress((b"\0" + b"\x80" * width) * height))
    return PNG + head + b"".join(more) + rows + chunk(b"IEND")


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def frame(width: int, height: int, marker: int = 0xC0) -> bytes:
    return segment(marker, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
TABLES = segment(0xDB, b"\0" * 65) + segment(0xC4, b"\0" * 20)


def jpeg(*parts: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(parts or (TABLES, frame(4, 3), SCAN)) + b"\xff\xd9"


def test_what_draws_is_kept_as_it_is() -> None:
    found = read(png())
    assert (found.data, found.kind, found.width, found.height) == (png(), "image/png", 4, 3)
    found = read(jpeg())
    assert (found.data, found.kind, found.width, found.height) == (jpeg(), "image/jpeg", 4, 3)


def test_what_does_not_draw_is_left_out() -> None:
    notes = [chunk(b"tEXt", b"Comment\0<script>"), chunk(b"eXIf", b"where it was made"), chunk(b"acTL", b"\0" * 8)]
    assert read(png(4, 3, *notes)).data == png()
    parts = [segment(0xE1, b"Exif\0\0 where"), segment(0xFE, b"<script>"), TABLES, frame(4, 3), SCAN]
    assert read(jpeg(*parts)).data == jpeg()
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")
    assert read(jpeg(adobe, TABLES, frame(4, 3), SCAN)).data == jpeg(adobe, TABLES, frame(4, 3), SCAN)


def test_what_stands_behind_the_end_is_left_out() -> None:
    """A file that is two things at once is shown as the one."""
    assert read(png() + b"<html><script>").data == png()
    assert read(jpeg() + b"PK\x03\x04").data == jpeg()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "neither"),
        (b"GIF89a" + b"\0" * 40, "neither"),
        (b"<!doctype html>", "neither"),
        (png() + b"\0" * LARGEST, "more than 512 KB"),
        (png(2001, 1), "2001 by 1"),
        (png(1, 2001), "1 by 2001"),
        (png(0, 1), "0 by 1"),
        (jpeg(TABLES, frame(2001, 1), SCAN), "2001 by 1"),
        (png()[:-1], "cut short"),
        (png()[:20], "cut short"),
        (jpeg()[:-2], "cut short"),
        (jpeg()[:-1], "cut short"),
        (PNG, "cut short"),
        (b"\xff\xd8", "cut short"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (png(4, 3, chunk(b"XXXX")), "do not know"),
        (PNG + chunk(b"tEXt", b"a") + png()[8:], "begin"),
        (PNG + chunk(b"IHDR", b"\0" * 12) + chunk(b"IEND"), "begin"),
        (png(4, 3, chunk(b"IHDR", b"\0" * 13)), "no picture"),
        (PNG + png()[8:33] + chunk(b"IEND"), "no picture"),
        (jpeg(TABLES, SCAN), "no picture"),
        (jpeg(frame(4, 3)), "no picture"),
        (jpeg(TABLES, frame(4, 3), frame(2000, 2000), SCAN), "more than one"),
        (jpeg(TABLES, frame(4, 3, 0xC3), SCAN), "not every browser"),
        (jpeg(segment(0xDB, b"")[:2] + b"\0\0"), "cut short"),
        (b"\xff\xd8\x00\x00", "damaged"),
    ],
)
def test_anything_else_is_not_shown_and_says_why(data: bytes, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        read(data)


@given(st.binary(max_size=200), st.sampled_from([PNG, b"\xff\xd8", PNG + png()[8:33], b"\xff\xd8" + frame(4, 3)]))
def test_whatever_stands_in_it_it_is_a_picture_or_not_shown(data: bytes, begins: bytes) -> None:
    try:
        found = read(begins + data)
    except Unfit:
        return
    assert read(found.data) == found
