"""The very record that a row came from: the staged page, how it was asked for, and the record as it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from shared.console.contacts.asking import answered, look, told
from shared.console.desk import Desk
from shared.console.figures import files
from shared.console.figures.tables import Column, Listing
from shared.console.tables import shown_with
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.looking.verbs import LONGEST
from shared.people.guard import Allowed, NotThere

DEEPEST = 40


def page(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    def work() -> Reply:
        if not visit.query:
            return _which(allowed)
        found = _found(desk, allowed, visit)
        about = {name: value for name, value in found.items() if name != "record"}
        text = orjson.dumps(found["record"], option=orjson.OPT_INDENT_2).decode(errors="replace")
        here = f"/workspaces/{allowed.workspace.id}/record"
        return Reply(
            "record.html",
            {**shown_with(allowed), "about": about, "text": text, "here": here, "asked": urlencode(visit.query)},
        )

    return answered(allowed, say("Record"), work)


def as_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    if not visit.query:
        return _to_page(allowed)
    return told(lambda: Reply(json=orjson.dumps(_found(desk, allowed, visit))))


def as_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    def work() -> Reply:
        found = _found(desk, allowed, visit)
        rows = [(where, "" if value is None else str(value)) for where, value in flat(found["record"])]
        columns = (Column("where", say("Where")), Column("value", say("Value")))
        table = Listing(key="record", name=say("Record"), caption="", columns=columns, rows=rows)
        return Reply(saved=("record.csv", files.of_table(table)))

    return told(work) if visit.query else _to_page(allowed)


def _which(allowed: Allowed) -> Reply:
    """Whoever has a row of BigQuery before them has both in it."""
    return Reply("record_which.html", {**shown_with(allowed), "here": f"/workspaces/{allowed.workspace.id}/record"})


def _to_page(allowed: Allowed) -> Reply:
    return Reply(location=f"/workspaces/{allowed.workspace.id}/record", status=303)


def flat(value: Any, where: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Each value with the way to it. What lies too deep stands as it was written."""
    if depth < DEEPEST and isinstance(value, dict) and value:
        for name, each in value.items():
            yield from flat(each, f"{where}.{name}" if where else str(name), depth + 1)
    elif depth < DEEPEST and isinstance(value, list) and value:
        for place, each in enumerate(value):
            yield from flat(each, f"{where}[{place}]", depth + 1)
    else:
        yield where, value


def _found(desk: Desk, allowed: Allowed, visit: Visit) -> Mapping[str, Any]:
    name, line = visit.query.get("page", ""), visit.query.get("line", "")
    if not name or len(name) > LONGEST or not (line.isascii() and line.isdigit() and len(line) < 12):
        raise NotThere
    return look(desk, allowed, visit, "record", page=name, line=int(line))
