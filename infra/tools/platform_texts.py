"""What platforms say to whoever connects them, and what their streams are called: out of their declarations."""

from __future__ import annotations

from collections.abc import Iterator

from shared.oauth.html import with_article
from shared.platforms import PLATFORMS
from shared.vocabulary.access import Field, Key, OAuth
from shared.vocabulary.platform import Platform


def texts() -> Iterator[tuple[str, str]]:
    """Each with the folder of its platform."""
    for name, platform in PLATFORMS.items():
        yield from ((text, f"shared/platforms/{name}") for text in _of(platform) if text)


def _of(platform: Platform) -> Iterator[str]:
    yield platform.reads
    yield from (stream.title for stream in platform.streams)
    yield from (view.title for view in platform.views)
    for way in platform.auth:
        yield from _of_way(way)
    yield from (text for field in platform.choices for text in _of_field(field))


def _of_way(way: OAuth | Key) -> Iterator[str]:
    if isinstance(way, Key):
        yield from (way.name, with_article(way.name), way.where, way.form)
    else:
        yield from (*way.opens.values(), *way.beyond.values())
    yield from (text for field in way.asks for text in _of_field(field))


def _of_field(field: Field) -> Iterator[str]:
    yield from (field.label, field.hint, field.means, *field.choices)
