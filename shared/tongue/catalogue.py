"""The languages that there are: each a file of gettext's own kind (.po), which translators know, read as it is.

Babel reads such files as well. It is 36 MB, and a function would carry it for this alone; so tests hold this reader
against it, and functions carry the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import orjson

HERE = Path(__file__).parent / "languages"
ENGLISH = "en"  # what texts are written in
OWN_NAME = "English"  # a text as well: each catalogue says its own language's name for it
_MAGIC = 0x950412DE

Entry = tuple[str, ...]  # a text, or the text of one and that of many


@cache
def names() -> Mapping[str, str]:
    """Language → what it calls itself."""
    return {ENGLISH: OWN_NAME, **{path.stem: _own_name(path) for path in sorted(HERE.glob("*.po"))}}


def _own_name(path: Path) -> str:
    """Without reading all of it: every instance asks for this, and few are asked for the language."""
    _, _, after = path.read_text(encoding="utf-8").partition(f'\nmsgid "{OWN_NAME}"\nmsgstr ')
    return str(orjson.loads(after.partition("\n")[0] or '""')) or OWN_NAME


@cache
def words(language: str) -> NullTranslations:
    """English, where there is no such language."""
    found = entries(language)
    return GNUTranslations(BytesIO(_compiled(found))) if found else NullTranslations()


@cache
def entries(language: str) -> Mapping[Entry, Entry]:
    """What is translated, by what it was."""
    path = HERE / f"{language}.po"
    return read(path.read_text(encoding="utf-8")) if language.isalpha() and path.exists() else {}


def read(text: str) -> dict[Entry, Entry]:
    """What is translated, by what it was; the head of the file is the entry without a text."""
    return {entry: said for entry, said in _entries(text) if all(said)}


def _entries(text: str) -> Iterator[tuple[Entry, Entry]]:
    for block in text.split("\n\n"):
        found: dict[str, str] = {}
        name, fuzzy = "", False
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
                continue
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
            if line:
                found[name] = found.get(name, "") + orjson.loads(line)
        if "msgid" in found and not fuzzy:
            asked = tuple(found[each] for each in ("msgid", "msgid_plural") if each in found)
            yield asked, tuple(said for name, said in found.items() if name.startswith("msgstr"))


def _compiled(entries: Mapping[Entry, Entry]) -> bytes:
    """As gettext's own compiled file has it, which the standard library reads."""
    pairs = sorted(("\0".join(asked).encode(), "\0".join(said).encode()) for asked, said in entries.items())
    begins = 28 + 16 * len(pairs)
    tables, body = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), begins + len(body))
            body += pair[side] + b"\0"
    return struct.pack("<7I", _MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, begins) + tables[0] + tables[1] + body
