"""An alarm: that something needs somebody, since when, and whether it is mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.model import from_doc
from shared.states import AlarmState
from shared.stores.ports import Documents

KEPT = timedelta(days=90)  # after it was mended


@dataclass(frozen=True, slots=True)
class Alarm:
    id: str  # of workspace, kind and thing: the same thing has one
    workspace: str
    what: str  # a `What`
    of: str
    number: int  # how often it has rung
    since: datetime
    seen_at: datetime  # documents as they were then say what stands here
    values: dict[str, str] = field(default_factory=dict)
    grade: int = 0
    connection: str = ""
    state: AlarmState = AlarmState.RINGING
    mended_at: datetime | None = None
    expires_at: datetime | None = None


def alarm_path(alarm: str) -> str:
    return f"alarms/{alarm}"


def of_workspace(people: Documents, workspace: str) -> list[Alarm]:
    """Newest first, also those that are mended."""
    found = [from_doc(Alarm, doc) for doc in people.find("alarms", ("workspace", "==", workspace))]
    return sorted(found, key=lambda alarm: (alarm.since, alarm.id), reverse=True)
