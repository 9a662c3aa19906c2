"""Rows about people as BigQuery would say them, kept in memory; and look_up over them, asked without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.audit.entry import Origin
from shared.keys.admission import Refused, Shown
from shared.looking.addresses import named
from shared.looking.looker import Look, Looker
from shared.looking.routes import TABLE
from shared.looking.turns import UsedUp
from shared.looking.verbs import Contacts, History, read
from shared.model import Workspace

Row = dict[str, Any]


@dataclass
class MemoryPersons:
    """What BigQuery would say; `fails`: what it raises instead, in this order."""

    held: dict[str, list[Row]] = field(default_factory=dict)  # workspace → records with their address
    done: dict[str, list[Row]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def contacts(self, workspace: Workspace, key: str, asked: Contacts) -> Sequence[Row]:
        found = {row["address"]: row for row in self._of(workspace) if row["address"].startswith(asked.begins)}
        people = [{"contact": named(key, each), "address": each, "matching": len(found)} for each in sorted(found)]
        names = [each["contact"] for each in people]
        if asked.after and asked.after not in names:
            return []
        begin = names.index(asked.after) + 1 if asked.after else 0
        return people[begin : begin + asked.rows + 1]

    def records(self, workspace: Workspace, key: str, contact: str) -> Sequence[Row]:
        return [row for row in self._of(workspace) if named(key, row["address"]) == contact]

    def history(self, workspace: Workspace, key: str, asked: History) -> Sequence[Row]:
        known = bool(self.records(workspace, key, asked.contact))
        rows = [row for row in self.done.get(workspace.id, []) if named(key, row["address"]) == asked.contact]
        found = [{"is_known": known, **row} for row in rows if not asked.after or row["place"] < asked.after]
        return found[: asked.rows + 1] or [{"is_known": known, "place": None}]

    def _of(self, workspace: Workspace) -> list[Row]:
        self.asked.append(workspace.id)
        if self.fails:
            raise self.fails.pop(0)
        return self.held.get(workspace.id, [])


@dataclass
class InProcess:
    """`fails`: what it raises instead of answering, in this order."""

    looker: Looker
    fails: list[Exception] = field(default_factory=list)

    def ask(
        self, verb: str, workspace: str, shown: Shown, origin: Origin, asked: Mapping[str, str | int]
    ) -> Mapping[str, Any]:
        if self.fails:
            raise self.fails.pop(0)
        found = TABLE.find("POST", (verb,))
        assert found is not None
        try:
            answer = self.looker.look(Look(found[0], workspace, shown, origin, read(verb, dict(asked))))
        except UsedUp as error:
            raise Refused("too-many-looks", "It goes on later.", 429, {"Retry-After": str(error.seconds)}) from None
        return dict(orjson.loads(orjson.dumps(answer)))
