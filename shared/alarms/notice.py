"""One thing that one person is to be told; those that are due together become one letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.alarms.alarm import Alarm
from shared.alarms.kinds import KINDS, What
from shared.model import from_doc, stable_id
from shared.people.levels import Role
from shared.states import AlarmState
from shared.stores.ports import Documents

KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    workspace: str
    person: str
    alarm: str
    state: str  # an `AlarmState`: what is told
    title: str
    sentence: str
    connection: str  # to be connected once more
    at: datetime
    due_at: datetime
    expires_at: datetime
    least: str = Role.ADMIN  # the role that it is for; one that a former release wrote is for admins


def notice_path(notice: str) -> str:
    return f"notices/{notice}"


def of_alarm(alarm: Alarm, person: str, now: datetime, due: datetime) -> Notice:
    """Of the same alarm, its number, state and grade there is one for a person."""
    kind, rings = KINDS[What(alarm.what)], alarm.state == AlarmState.RINGING
    name = stable_id(alarm.id, str(alarm.number), alarm.state, str(alarm.grade), person)
    link = alarm.connection if rings else ""
    return Notice(
        name, alarm.workspace, person, alarm.id, alarm.state, kind.title, said(alarm), link, now, due, due + KEPT,
        kind.least,
    )  # fmt: skip


def said(alarm: Alarm) -> str:
    """The sentence of it, with what platforms call their things in its gaps."""
    kind = KINDS[What(alarm.what)]
    return (kind.rings if alarm.state == AlarmState.RINGING else kind.mends).format_map(_Gaps(alarm.values))


class _Gaps(dict[str, str]):
    """A value that a former release did not write down."""

    def __missing__(self, name: str) -> str:
        return "…"


def waiting(people: Documents, workspace: str) -> list[Notice]:
    return [from_doc(Notice, doc) for doc in people.find("notices", ("workspace", "==", workspace))]
