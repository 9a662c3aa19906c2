"""Long lists of records, read in portions: of a file with millions of rows only a few thousand are objects at once.

A list is cut where the text up to there is itself a list: then, and only then, it is the end of a record. Within a
text or a nested record the part before the cut is no JSON.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import overload

from shared.parsing import parse_exactly, parse_json
from shared.vocabulary.wire import Json

GZIP = b"\x1f\x8b\x08"
PORTION = 2**20  # bytes that are read at once
TRIES = 24  # places at which a portion may end before more is read
LONGEST = 16 * 2**20  # bytes without the end of a record: this is no list of records
ENDS = re.compile(rb"}[ \t\r\n]*,")
BLANK = b" \t\r\n"
# Half of an emoji, left over where a platform cut a text: \ud83d without the other half behind it. Whole ones, and
# backslashes that are themselves escaped, are matched first, so that only what stands alone is left.
_HALVES = re.compile(
    rb"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


class Half(Exception):
    """The end of a packed file is missing."""


class Broken(Exception):
    """It cannot be unpacked."""


class NoList(Exception):
    """It is no list of records."""


def mended(body: bytes) -> bytes:
    """JSON but for halves of characters: each becomes the sign for a lost one, as wherever people read texts."""
    return _HALVES.sub(lambda found: found[1] or rb"\ufffd", body)


def chunks(body: bytes) -> Iterator[bytes]:
    """What a file holds, bit by bit; packed or not, and of as many parts as it was packed in."""
    if not body.startswith(GZIP):
        yield from (body[at : at + PORTION] for at in range(0, len(body), PORTION))
        return
    while body:
        squeezed = zlib.decompressobj(31)
        while not squeezed.eof:
            try:
                found = squeezed.decompress(body, PORTION)
            except zlib.error:
                raise Broken from None
            body = squeezed.unconsumed_tail or squeezed.unused_data
            if not found and not body and not squeezed.eof:
                raise Half
            yield found
        body = body.lstrip(b"\0")  # some pad the end


def unpacked(body: bytes, most: int) -> bytes | None:
    """The whole of it; None when that is more than `most`."""
    parts, size = [], 0
    for part in chunks(body):
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


@dataclass(frozen=True)
class Portions(Sequence[Json]):
    """The records of a file. Each time that they are gone through they are read anew."""

    body: bytes
    many: int
    parse: Callable[[bytes], Json] = parse_json

    def exactly(self) -> Portions:
        return replace(self, parse=parse_exactly)

    def __len__(self) -> int:
        return self.many

    def __iter__(self) -> Iterator[Json]:
        for portion in _portions(self.body, self.parse):
            yield from portion

    @overload
    def __getitem__(self, index: int) -> Json: ...

    @overload
    def __getitem__(self, index: slice) -> list[Json]: ...

    def __getitem__(self, index: int | slice) -> Json:
        if isinstance(index, slice):
            return list(islice(self, *index.indices(self.many)))
        return next(islice(self, range(self.many)[index], None))


def portions(body: bytes, most: int) -> Portions | None:
    """The records of a file that holds a list of them; None when it holds more than `most` bytes.

    Raises Half, Broken, or NoList. All of it is read once, so that going through it later meets no surprise.
    """
    size = 0
    for part in chunks(body):
        size += len(part)
        if size > most:
            return None
    return Portions(body, sum(map(len, _portions(body))))


def _portions(body: bytes, parse: Callable[[bytes], Json] = parse_json) -> Iterator[list[Json]]:
    rest, begun, more = b"", False, False
    for chunk in chunks(body):
        rest += chunk
        if not begun:
            rest = rest.lstrip(BLANK)
            if not rest:
                continue
            if not rest.startswith(b"["):
                raise NoList
            rest, begun = rest[1:], True
        if len(rest) < PORTION:
            continue
        found = _cut(rest, parse)
        if found is not None:
            records, rest = found
            more = True
            yield records
        elif len(rest) > LONGEST:
            raise NoList
    last = (_list(b"[" + rest, parse) or _list(mended(b"[" + rest), parse)) if begun else None
    if last is None or (more and not last):
        raise NoList  # or what comes after the last comma is nothing
    yield last


def _cut(text: bytes, parse: Callable[[bytes], Json]) -> tuple[list[Json], bytes] | None:
    """As many records as are whole, and what is left; None when no end is found."""
    places = [found.span() for found in ENDS.finditer(text, max(0, len(text) - PORTION))]
    for last, after in reversed(places[-TRIES:]):
        records = _list(b"[" + text[: last + 1] + b"]", parse)
        if records is not None:
            return records, text[after:]
    whole = mended(text)
    return _cut(whole, parse) if whole != text else None


def _list(text: bytes, parse: Callable[[bytes], Json]) -> list[Json] | None:
    try:
        found = parse(text)
    except ValueError:
        return None
    return found if isinstance(found, list) else None
