"""Which alarms somebody wants, when, and by how many letters: for a workspace, and for a person in it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.alarms.kinds import What
from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.clock import Clock
from shared.errors import Configure
from shared.kit.calendar import is_zone, zone_named
from shared.model import from_doc, to_doc
from shared.stores.ports import Documents, Transaction

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST = 1e12


class BadChoice(Configure):
    """No setting of alarms; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Choice:
    workspace: str
    person: str = ""  # empty: the workspace's, for whoever has none of their own
    letters: bool = True
    without: list[str] = field(default_factory=list)  # kinds that are not wanted
    quiet_from: str = ""  # such as 20:00; empty: no quiet hours
    quiet_until: str = ""
    digest_at: str = ""  # one letter a day at this time, such as 08:00; empty: letters as it happens
    zone: str = ""  # of these times; empty: the workspace's
    budget: float = 0.0  # of a month, in `budget_currency`; the workspace's only. 0: none
    budget_currency: str = ""

    def due(self, now: datetime, zone_of_workspace: str) -> datetime:
        """When what rings now goes out."""
        name = self.zone or zone_of_workspace
        zone = zone_named(name if is_zone(name) else "UTC")
        if self.digest_at:
            return _next(now, self.digest_at, zone)
        if not self.quiet_from or self.quiet_from == self.quiet_until:
            return now
        at = f"{now.astimezone(zone):%H:%M}"
        begins, ends = self.quiet_from, self.quiet_until
        quiet = begins <= at < ends if begins < ends else at >= begins or at < ends
        return _next(now, ends, zone) if quiet else now


def choice_path(workspace: str, person: str = "") -> str:
    return f"alarm_choices/{workspace}.{person}" if person else f"alarm_choices/{workspace}"


def of_workspace(people: Documents, workspace: str) -> dict[str, Choice]:
    """Person → their choice; "" → the workspace's, which is always there."""
    found = [from_doc(Choice, doc) for doc in people.find("alarm_choices", ("workspace", "==", workspace))]
    return {"": Choice(workspace)} | {choice.person: choice for choice in found}


def keep(people: Documents, clock: Clock, by: Origin, choice: Choice) -> Choice:
    """Raises BadChoice."""
    _check(choice)
    path = choice_path(choice.workspace, choice.person)
    kept = replace(choice, without=sorted(set(choice.without)))

    def work(tx: Transaction) -> None:
        tx.set(path, to_doc(kept))
        record_in(tx, by.entry(clock.now(), "alarms.chosen", path, choice.workspace))

    people.transact(work)
    return kept


def forget(people: Documents, clock: Clock, by: Origin, workspace: str, person: str) -> None:
    """The workspace's holds for them again."""
    path = choice_path(workspace, person)

    def work(tx: Transaction) -> None:
        if tx.get(path) is not None:
            tx.delete(path)
            record_in(tx, by.entry(clock.now(), "alarms.chosen", path, workspace))

    people.transact(work)


def _check(choice: Choice) -> None:
    known: Collection[str] = [str(what) for what in What]
    if unknown := sorted(set(choice.without) - set(known)):
        raise BadChoice("bad-kind", f"No alarm is called {unknown[0][:64]}; there are {', '.join(known)}.")
    for at in (choice.quiet_from, choice.quiet_until, choice.digest_at):
        if at and not _TIME.fullmatch(at):
            raise BadChoice("bad-time", "A time is given as HH:MM, from 00:00 to 23:59.")
    if bool(choice.quiet_from) != bool(choice.quiet_until):
        raise BadChoice("bad-time", "Quiet hours have a beginning and an end.")
    if choice.zone and not is_zone(choice.zone):
        raise BadChoice("bad-zone", "A time zone is given by its name, such as Europe/Vienna.")
    if not 0 <= choice.budget <= MOST or (choice.budget and not re.fullmatch("[A-Z]{3}", choice.budget_currency)):
        raise BadChoice("bad-budget", "A budget is an amount and a currency, such as EUR.")


def _next(now: datetime, at: str, zone: ZoneInfo) -> datetime:
    """The first such moment after now. Where clocks are put forward over it, it is as much later."""
    wanted = time.fromisoformat(at)
    day = now.astimezone(zone).date()
    moments = (datetime.combine(day + timedelta(days=ahead), wanted, zone).astimezone(UTC) for ahead in range(3))
    return next(moment for moment in moments if moment > now)
