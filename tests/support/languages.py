"""What of a page is still in English, where it should be in another language: held against the catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from html.parser import HTMLParser

from shared.tongue.catalogue import entries
from shared.tongue.saying import speaking
from shared.tongue.sentences import GAP, retold

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "data-done")
SILENT = ("style", "script", "code")
TAGS = re.compile(r"<[^>]*>")
WORDS = 3  # what is shorter may stand in a sentence by chance


class Said(HTMLParser):
    """Each text of a page, as it is read or read aloud; what was typed by somebody is in fields, and not among them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language, self._open = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.language = self.language or (named.get("lang") or "" if tag == "html" else "")
        self.texts += [text for name in SPOKEN if (text := named.get(name))]
        if tag in SILENT:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.texts.append(" ".join(data.split()))


def said(html: str) -> Said:
    found = Said()
    found.feed(html)
    found.close()
    return found


def english_left(html: str, language: str, names: Collection[str] = ()) -> list[str]:
    """Texts of the catalogue that stand there as they were, whole or in part. `names`: words of platforms and people
    that happen to be texts of ours as well."""
    texts = said(html).texts
    with speaking(language):
        whole = [text for text in texts if text not in names and retold(text) != text]
    spaced = f" {' '.join(texts)} "
    return sorted({*whole, *(part for part in _parts(language) if part in spaced)})


@cache
def _parts(language: str) -> tuple[str, ...]:
    """What stands between the gaps of each text and is not said in that language as well."""
    known = entries(language)
    theirs = " ".join(" ".join(TAGS.sub(" ", " ".join(said)).split()) for said in known.values())
    found = {part for entry in known for text in entry for part in _between(text)}
    return tuple(part for part in found if part not in theirs)


def _between(text: str) -> Iterator[str]:
    for part in re.split(rf"{GAP.pattern}|<[^>]*>|%%", text):
        part = " ".join((part or "").split())
        if len(part.split()) >= WORDS and len(part) >= 14:
            yield part
