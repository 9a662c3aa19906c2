"""What people do, told to the audit before it happens: an act whose entry cannot be written is refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from shared import log


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what, on which thing, when, from where, and what came of it."""

    at: datetime
    who: str  # a person's id; “operator”, or “nobody” where nobody was let in
    what: str  # such as invitation.made
    on: str = ""  # the thing, by its id
    workspace: str = ""
    how: str = ""  # of the sign-in
    network: str = ""
    agent: str = ""
    outcome: str = "done"  # or the code of a refusal
    request: str = ""


class Audit(Protocol):
    def record(self, entry: Entry) -> None:
        """Returns when the entry is kept; raises when it could not be."""
        ...


@dataclass(frozen=True)
class LoggedAudit:
    """Entries as lines of the log."""

    def record(self, entry: Entry) -> None:
        log.info("act", **asdict(entry))
