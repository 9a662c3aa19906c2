"""Every text of ours goes through here, in templates as `_` and `ngettext`.

Who looks is known to the front, which says it once for each page; nothing below carries a language along.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shared.tongue.catalogue import ENGLISH, names, words

_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    return _LANGUAGE.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    before = _LANGUAGE.set(name)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def change_to(name: str) -> None:
    """Until the page is done, where there is such a language: who looks has chosen it."""
    if name in names():
        _LANGUAGE.set(name)


def kept(text: str) -> str:
    """Marks a text that is said later, by `say`: it stands where no page is being made yet."""
    return text


def say(text: str, /, **values: object) -> str:
    """In the language of the page, with `%(name)s` in it filled in. What is no text of ours stays as it is."""
    said = words(_LANGUAGE.get()).gettext(text) if text else ""  # the empty text is the head of the catalogue
    return said % values if values else said


def say_of(one: str, many: str, count: int, /, **values: object) -> str:
    """Of one, or of several."""
    return text_of(one, many, count) % {"count": count, "num": count, **values}


def text_of(one: str, many: str, count: int) -> str:
    """The same, not filled in yet: templates escape what they fill in."""
    return words(_LANGUAGE.get()).ngettext(one, many, count)
