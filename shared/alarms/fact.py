"""Something that needs somebody, as it is found in documents just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.alarms.kinds import What
from shared.model import stable_id


@dataclass(frozen=True, slots=True)
class Fact:
    what: What
    of: str  # what it is about; the same thing rings once
    values: Mapping[str, str] = field(default_factory=dict)  # for the sentence
    grade: int = 0  # how pressing: told anew when it grows
    connection: str = ""  # that has to be connected once more

    def name(self, workspace: str) -> str:
        return stable_id(workspace, self.what, self.of)
