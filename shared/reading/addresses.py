"""What may become part of an address: values of the account and ids that a platform gave, checked before they do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.errors import Bug
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Json


def check_values(platform: Platform, values: Mapping[str, str]) -> None:
    """Values that become part of an address must match the platform's own strict pattern."""
    for name, pattern in platform.values.items():
        if not re.fullmatch(pattern, values.get(name, "")):
            raise Bug("odd-address", f"The {name} of this {platform.title} account is not of a known form.")


class Segments(dict[str, Json]):
    """Values as they may stand in a path."""

    def __getitem__(self, name: str) -> str:
        return _segment(super().__getitem__(name))


def _segment(value: Json) -> str:
    """A value that goes into a path. It must not be able to lead anywhere else."""
    text = str(value)
    if not text or any(character in text for character in "/?#\\%") or text in {".", ".."} or not text.isprintable():
        raise Bug("odd-id", "The platform gave an id that cannot stand in an address.", text[:60])
    return text
