"""What was found is held against what rings already: what is new is told once, and what is gone once as mended.

An alarm, what persons are to be told of it, and what webhooks are: all of it is one transaction. So whoever is killed
has told all or nothing, and whoever comes with the same finds it told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared import log
from shared.alarms.alarm import KEPT, Alarm, alarm_path, of_workspace
from shared.alarms.fact import Fact
from shared.alarms.kinds import KINDS, What
from shared.alarms.listening import Listeners
from shared.alarms.notice import notice_path, of_alarm, said
from shared.hooks.delivery import Delivery, delivery_path, of_hook
from shared.hooks.hook import Event, Hook
from shared.model import from_doc, to_doc
from shared.states import AlarmState
from shared.stores.ports import Documents, Transaction


@dataclass(frozen=True)
class Bell:
    people: Documents
    workspace: str
    listeners: Listeners
    hooks: Sequence[Hook]
    began: datetime  # when what was found was read

    def ring(self, facts: Sequence[Fact]) -> list[str]:
        """Deliveries that were written down, by their ids."""
        known = {alarm.id: alarm for alarm in of_workspace(self.people, self.workspace)}
        found = {fact.name(self.workspace): fact for fact in facts}
        told: list[str] = []
        for name, fact in found.items():
            there = known.get(name)
            if there is None or there.state != AlarmState.RINGING or there.grade != fact.grade:
                told += self.people.transact(lambda tx, name=name, fact=fact: self._ring(tx, name, fact))  # type: ignore[misc]
        for name, alarm in known.items():
            if alarm.state == AlarmState.RINGING and name not in found:
                told += self.people.transact(lambda tx, name=name: self._mend(tx, name))  # type: ignore[misc]
        return told

    def _ring(self, tx: Transaction, name: str, fact: Fact) -> list[str]:
        doc = tx.get(alarm_path(name))
        there = None if doc is None else from_doc(Alarm, doc)
        if there is not None and there.seen_at > self.began:
            return []  # somebody has read newer documents meanwhile
        made = Alarm(
            name, self.workspace, fact.what, fact.of, 1, self.began, self.began, dict(fact.values), fact.grade,
            fact.connection,
        )  # fmt: skip
        if there is not None and there.state == AlarmState.RINGING:
            graver = fact.grade > there.grade
            made = replace(made, number=there.number, since=there.since)
            if not graver:  # such as a date that was put off: it is still so, and nobody has to hear it again
                tx.set(alarm_path(name), to_doc(made))
                return []
        elif there is not None:
            made = replace(made, number=there.number + 1)
        return self._tell(tx, made)

    def _mend(self, tx: Transaction, name: str) -> list[str]:
        doc = tx.get(alarm_path(name))
        there = None if doc is None else from_doc(Alarm, doc)
        if there is None or there.state != AlarmState.RINGING or there.seen_at > self.began:
            return []
        now = self.began
        mended = replace(there, state=AlarmState.MENDED, mended_at=now, seen_at=now, expires_at=now + KEPT)
        return self._tell(tx, mended)

    def _tell(self, tx: Transaction, alarm: Alarm) -> list[str]:
        tx.set(alarm_path(alarm.id), to_doc(alarm))
        if alarm.what not in set(What):
            return []  # of a later release
        for person, due in self.listeners.told(What(alarm.what), self.began).items():
            notice = of_alarm(alarm, person, self.began, due)
            tx.set(notice_path(notice.id), to_doc(notice))
        deliveries = [self._delivery(hook, alarm) for hook in self.hooks if self._hears(hook, alarm)]
        for delivery in deliveries:
            tx.set(delivery_path(delivery.id), to_doc(delivery))
        log.info("alarm", workspace=self.workspace, kind=alarm.what, state=str(alarm.state), number=alarm.number)
        return [delivery.id for delivery in deliveries]

    def _hears(self, hook: Hook, alarm: Alarm) -> bool:
        without = self.listeners.of_all.without
        return hook.is_open and _event(alarm) in hook.events and alarm.what not in without and not _is_own(hook, alarm)

    def _delivery(self, hook: Hook, alarm: Alarm) -> Delivery:
        once = ("alarm", alarm.id, str(alarm.number), alarm.state, str(alarm.grade))
        kind = KINDS[What(alarm.what)]
        text = f"{'' if alarm.state == AlarmState.RINGING else 'Mended: '}{kind.title}. {said(alarm)}"
        return of_hook(hook, _event(alarm), self.began, text, told_of(alarm), *once)


def told_of(alarm: Alarm) -> Mapping[str, object]:
    """An alarm as programs are told of it."""
    kind = KINDS[What(alarm.what)]
    return {
        "workspace": alarm.workspace,
        "alarm": alarm.id,
        "number": alarm.number,
        "kind": alarm.what,
        "of": alarm.of,
        "state": str(alarm.state),
        "whose_move": str(kind.move),
        "title": kind.title,
        "sentence": said(alarm),
        "since": alarm.since.isoformat(),
        "mended_at": alarm.mended_at.isoformat() if alarm.mended_at else None,
    }


def _event(alarm: Alarm) -> Event:
    return Event.RINGING if alarm.state == AlarmState.RINGING else Event.MENDED


def _is_own(hook: Hook, alarm: Alarm) -> bool:
    """A webhook that takes nothing is not told that of itself."""
    return alarm.what == What.WEBHOOK_SILENT and alarm.of == hook.id
