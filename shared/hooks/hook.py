"""A webhook: where something is told, of what, and in which shape. What opens it is in Secret Manager and nowhere else.

The address counts as a secret, since those of Slack and Google Chat hold what lets anybody write there. So the document
knows its host only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from shared.model import Doc, from_doc
from shared.stores.ports import Documents

MOST = 10  # of one workspace
OVERLAP = timedelta(days=1)  # both keys sign


class Shape(StrEnum):
    STANDARD = "standard"  # JSON, signed as Standard Webhooks say
    SLACK = "slack"
    CHAT = "google-chat"


class Event(StrEnum):
    RUN = "run.changed"
    RINGING = "alarm.ringing"
    MENDED = "alarm.mended"
    TEST = "webhook.test"


TOLD = (Event.RUN, Event.RINGING, Event.MENDED)  # what a webhook may want


@dataclass(frozen=True, slots=True)
class Hook:
    id: str
    workspace: str
    name: str
    host: str
    shape: Shape
    events: list[str]
    created_at: datetime
    # Keys that sign, the newest first: name of the secret and `until`, from which on it signs no more.
    keys: list[Doc] = field(default_factory=list)
    made: int = 0  # keys
    ended_at: datetime | None = None
    why: str = ""  # it ended by itself
    swept: bool = False  # it has ended, and its secrets are destroyed
    silent_since: datetime | None = None  # something was given up since, and nothing was taken

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def standing(self) -> str:
        return "open" if self.is_open else "ended"


def hook_path(hook: str) -> str:
    return f"webhooks/{hook}"


def address_name(hook: str) -> str:
    """Of the secret in which its address is."""
    return f"webhook-{hook}-to"


def key_name(hook: str, number: int) -> str:
    return f"webhook-{hook}-key-{number}"


def new_id() -> str:
    return f"w{secrets.token_hex(8)}"


def of_workspace(people: Documents, workspace: str) -> list[Hook]:
    """Newest first, also those that ended."""
    found = [from_doc(Hook, doc) for doc in people.find("webhooks", ("workspace", "==", workspace))]
    return sorted(found, key=lambda hook: (hook.created_at, hook.id), reverse=True)


def get(people: Documents, hook: str) -> Hook | None:
    doc = people.get(hook_path(hook))
    return None if doc is None else from_doc(Hook, doc)
