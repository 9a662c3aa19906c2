"""One look: whose it is, whether they may, whether it is their turn, what is there; written down, then answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.clock import Clock, iso
from shared.errors import Problem
from shared.keys.admission import Shown
from shared.looking import addresses, records
from shared.looking.callers import Callers
from shared.looking.persons import Persons
from shared.looking.statements import MOST_RECORDS
from shared.looking.turns import Turns
from shared.looking.verbs import Asked, Contact, Contacts, History, Record
from shared.model import Workspace
from shared.people.guard import NotThere, workspace_there
from shared.people.routes import Route
from shared.stores.ports import Documents, Objects

READ_PERSONS, READ_RECORD = "contacts.read", "record.read"


@dataclass(frozen=True, slots=True)
class Look:
    route: Route
    workspace: str
    shown: Shown
    origin: Origin  # as whoever calls was told; it is for the audit, and decides nothing
    asked: Asked


@dataclass(frozen=True, slots=True)
class _Found:
    answer: Mapping[str, Any] | None  # None: nothing is there
    of: str  # as the audit names it: no address
    rows: int


@dataclass(frozen=True)
class Looker:
    people: Documents
    engine: Documents
    persons: Persons
    objects: Objects
    clock: Clock
    callers: Callers
    turns: Turns
    keys: addresses.Keys

    def look(self, look: Look) -> Mapping[str, Any]:
        """Raises NotThere, whether it is not there or not for them to see; UsedUp; a Problem."""
        who, level = self.callers.level(look.shown, look.workspace)
        workspace = workspace_there(self.engine, look.workspace) if level >= look.route.level else None
        if workspace is None:
            raise NotThere
        self.turns.take(who)
        try:
            found = self._found(workspace, look.asked)
        except Problem as problem:
            self._note(look, who, Outcome.FAILED, "", why=problem.code)
            raise
        self._note(look, who, Outcome.DONE, found.of, rows=str(found.rows))
        if found.answer is None:
            raise NotThere
        return found.answer

    def _found(self, workspace: Workspace, asked: Asked) -> _Found:
        if isinstance(asked, Record):
            return self._record(workspace, asked)
        key = self.keys.of(workspace.id)
        if isinstance(asked, Contacts):
            return self._contacts(workspace, key, asked)
        if isinstance(asked, Contact):
            return self._contact(workspace, key, asked)
        return self._history(workspace, key, asked)

    def _contacts(self, workspace: Workspace, key: str, asked: Contacts) -> _Found:
        rows = self.persons.contacts(workspace, key, asked)
        if asked.after and not rows:  # a page is only asked for where there is one: whoever stood there is gone
            return _Found(None, "contacts", 0)
        shown = rows[: asked.rows]
        answer = {
            "contacts": [_plain(row, but=("matching",)) for row in shown],
            "matching": rows[0]["matching"] if rows else 0,
            "next": shown[-1]["contact"] if len(rows) > asked.rows else "",
        }
        return _Found(answer, "contacts", len(shown))

    def _contact(self, workspace: Workspace, key: str, asked: Contact) -> _Found:
        name = asked.contact or addresses.named(key, asked.address)
        rows = self.persons.records(workspace, key, name)
        shown = rows[:MOST_RECORDS]
        answer = {
            "contact": name,
            "address": rows[0]["address"] if rows else "",
            "records": [_plain(row, but=("address",)) for row in shown],
            "more": len(rows) > len(shown),
        }
        return _Found(answer if rows else None, f"contact:{name}", len(shown))

    def _history(self, workspace: Workspace, key: str, asked: History) -> _Found:
        rows = self.persons.history(workspace, key, asked)
        known = any(row["is_known"] for row in rows)
        done = [row for row in rows if row.get("place") is not None]
        shown = done[: asked.rows]
        answer = {
            "history": [_plain(row, but=("is_known", "place")) for row in shown],
            "next": shown[-1]["place"] if len(done) > asked.rows else "",
        }
        return _Found(answer if known else None, f"contact:{asked.contact}", len(shown))

    def _record(self, workspace: Workspace, asked: Record) -> _Found:
        if not records.is_page_of(workspace.id, asked.page):
            return _Found(None, "record", 0)
        answer = records.told(self.objects, asked.page, asked.line)
        return _Found(answer, f"{asked.page}#{asked.line}", 1 if answer else 0)

    def _note(self, look: Look, who: str, outcome: Outcome, of: str, **details: str) -> None:
        act = READ_RECORD if isinstance(look.asked, Record) else READ_PERSONS
        by, now = replace(look.origin, who=who), self.clock.now()
        record(self.people, by.entry(now, act, of, look.workspace, outcome, verb=look.route.does, **details))


def _plain(row: Mapping[str, Any], but: Sequence[str]) -> dict[str, Any]:
    """What is empty is left out; what JSON has no word for is a text."""
    return {name: _value(value) for name, value in row.items() if name not in but and value is not None}


_TEXTS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (datetime, iso),
    (date, date.isoformat),
    (Decimal, lambda amount: f"{amount.normalize():f}"),
)


def _value(value: Any) -> Any:
    return next((write(value) for kind, write in _TEXTS if isinstance(value, kind)), value)
