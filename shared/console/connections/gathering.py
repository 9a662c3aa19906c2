"""The connections of one client with how each stands, and what is under way in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared import model
from shared.console.clients.facts import Facts, Look, facts
from shared.console.clients.reading import open_runs
from shared.console.connections.progress import Course, course
from shared.model import Connection, Run, from_doc
from shared.stores.ports import Documents
from shared.sync.status import connection_status

MOST_FOLLOWED = 6  # runs whose parts one look reads
ORDER = (Look.NEED, Look.BAD, Look.WORK, Look.WAIT)


@dataclass(frozen=True)
class Standing:
    connection: Connection
    facts: Facts
    course: Course | None


def standings(documents: Documents, workspace: str, now: datetime) -> list[Standing]:
    """Those that need somebody first, then those under way, then by name."""
    docs = documents.find(f"{model.workspace_path(workspace)}/connections")
    connections = {doc["id"]: from_doc(Connection, doc) for doc in docs}
    ended = _last_runs(documents, list(connections.values()))
    courses = _courses(documents, workspace, list(connections.values()), now)
    found = []
    for doc in docs:
        going = courses.get(doc["id"])
        told = facts(connection_status(doc, now), ended.get(doc["last_run"]), going.going if going else None)
        found.append(Standing(connections[doc["id"]], told, going))
    return sorted(found, key=_place)


def courses(documents: Documents, workspace: str, now: datetime) -> dict[str, Course]:
    """What is under way, by connection."""
    docs = documents.find(f"{model.workspace_path(workspace)}/connections")
    return _courses(documents, workspace, [from_doc(Connection, doc) for doc in docs], now)


def _courses(
    documents: Documents, workspace: str, connections: Sequence[Connection], now: datetime
) -> dict[str, Course]:
    named = {each.id: each for each in connections}
    if not any(each.look_at for each in named.values()):
        return {}
    newest = sorted(open_runs(documents, workspace), key=lambda doc: doc["started_at"])
    runs = {doc["connection"]: doc for doc in newest if doc["connection"] in named}
    followed = list(runs.items())[-MOST_FOLLOWED:]
    return {name: course(documents, named[name], doc, now) for name, doc in followed}


def _last_runs(documents: Documents, connections: Sequence[Connection]) -> dict[str, Run]:
    paths = [model.path(each.workspace, "runs", each.last_run) for each in connections if each.last_run]
    return {doc["id"]: from_doc(Run, doc) for doc in documents.get_many(paths) if doc}


def _place(each: Standing) -> tuple[int, str, str]:
    look = each.facts.look
    return (ORDER.index(look) if look in ORDER else len(ORDER), each.facts.title.lower(), each.facts.account.lower())
