"""Platforms whose pages are small, so that a small account has many of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from shared.platforms import PLATFORMS
from shared.vocabulary.paging import Count, Cursor, Link, Once, Onward, PageRule, Report
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream

SMALL = 6  # more than `Count` reads twice (4), or it would never move on


@contextmanager
def of_few_records(name: str, size: int) -> Iterator[None]:
    """This platform asks for so few records at a time; 0: for as many as ever."""
    platforms, platform = cast(MutableMapping[str, Any], PLATFORMS), PLATFORMS[name]
    if size:
        platforms[name] = replace(platform, streams=tuple(_smaller(stream, size) for stream in platform.streams))
    try:
        yield
    finally:
        platforms[name] = platform


def small_pages(patch: pytest.MonkeyPatch, size: int = SMALL, platforms: Mapping[str, Platform] = PLATFORMS) -> None:
    for name, platform in list(platforms.items()):
        streams = tuple(_smaller(stream, size) for stream in platform.streams)
        patch.setitem(cast(MutableMapping[str, Any], PLATFORMS), name, replace(platform, streams=streams))


def _smaller(stream: Stream, size: int) -> Stream:
    return replace(stream, pages=_rule(stream.pages, size))


def _rule(rule: PageRule, size: int) -> PageRule:
    if isinstance(rule, (Count, Onward)):
        return replace(rule, size=max(size, SMALL))
    if isinstance(rule, (Cursor, Link)):
        return replace(rule, size=size)
    if isinstance(rule, Report):
        return replace(rule, pages=_rule(rule.pages, size))
    assert isinstance(rule, Once)
    return rule
