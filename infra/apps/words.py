"""How the answers of a platform about our app are read: as the platform's `app.py` says, if it has one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from shared.vocabulary.apps import AppWords
from shared.vocabulary.platform import Platform


def words_of(platform: Platform) -> AppWords:
    return _words(platform.name)


@cache
def _words(name: str) -> AppWords:
    module = f"shared.platforms.{name}.app"
    if find_spec(module) is None:
        return AppWords()
    words = import_module(module).APP
    if not isinstance(words, AppWords):
        raise TypeError(f"{module}.APP is no AppWords")
    return words
