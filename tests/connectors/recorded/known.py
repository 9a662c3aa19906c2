"""A record as its platform documents it. That it lacks a field is a sentence, and not only the field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn


class NotRecorded(AssertionError):
    pass


class Known(dict[str, Any]):
    """It knows from which file it is, and where it stands there."""

    def __init__(self, values: Mapping[str, Any], file: str, stream: str, inside: str = "") -> None:
        self.file, self.stream, self.inside = file, stream, inside
        super().__init__({name: self._known(name, value) for name, value in values.items()})

    def _known(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return Known(value, self.file, self.stream, f"{self.inside}{name}.")
        return [self._known(name, each) for each in value] if isinstance(value, list) else value

    def __missing__(self, name: str) -> NoReturn:
        raise NotRecorded(f"recorded/{self.file} has no {self.inside}{name} in {self.stream}")
