"""The documents of many clients at once, so many and no more: of each client its own, that of its end and that of what
is published; of each connection its own and that of its last run. What is under way is counted by the database and not
read, for MOST_FOLLOWED runs of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared import model
from shared.console.clients.facts import Facts, Going, facts
from shared.model import Publication, Run, Workspace, from_doc
from shared.oauth import links
from shared.oauth.links import Link
from shared.states import OPEN_RUN, OPEN_SLICE, SliceState
from shared.stores.ports import Doc, Documents
from shared.sync.status import connection_status

AT_ONCE = 30  # names in one query
MOST_LINKS = 300
MOST_RUNS = 20  # open ones of one client
MOST_FOLLOWED = 12
BUSY = (SliceState.READY, SliceState.WORKING, SliceState.STAGED)


@dataclass(frozen=True)
class Client:
    workspace: Workspace
    publication: Publication
    connections: tuple[Facts, ...]
    links: tuple[Link, ...]  # open ones


def clients(documents: Documents, names: Sequence[str], now: datetime) -> list[Client]:
    homes = _homes(documents, names)
    published = _publications(documents, [each.id for each in homes])
    docs = _connections(documents, [each.id for each in homes])
    open_links = _links(documents, [each.id for each in homes], now)
    ended = _last_runs(documents, [doc for found in docs.values() for doc in found])
    under_way = _under_way(documents, docs)
    return [
        Client(
            home,
            published[home.id],
            tuple(
                facts(connection_status(doc, now), ended.get(doc["last_run"]), under_way.get(doc["id"]))
                for doc in sorted(docs[home.id], key=lambda doc: (doc["platform"], doc["title"]))
            ),
            tuple(open_links[home.id]),
        )
        for home in homes
    ]


def _homes(documents: Documents, names: Sequence[str]) -> list[Workspace]:
    """Without those that are being erased."""
    docs = documents.get_many([model.workspace_path(name) for name in names])
    closings = documents.get_many([model.closing_path(name) for name in names])
    return [from_doc(Workspace, doc) for doc, closing in zip(docs, closings, strict=True) if doc and not closing]


def _publications(documents: Documents, names: Sequence[str]) -> dict[str, Publication]:
    docs = documents.get_many([model.publication_path(name) for name in names])
    pairs = zip(names, docs, strict=True)
    return {name: from_doc(Publication, doc) if doc else Publication(name) for name, doc in pairs}


def _connections(documents: Documents, names: Sequence[str]) -> dict[str, list[Doc]]:
    found: dict[str, list[Doc]] = {name: [] for name in names}
    for some in _some(names):
        for doc in documents.find_all("connections", ("workspace", "in", some)):
            found[doc["workspace"]].append(doc)
    return found


def _links(documents: Documents, names: Sequence[str], now: datetime) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {name: [] for name in names}
    for some in _some(names):
        for link in links.of_workspaces(documents, some, MOST_LINKS):
            if not link.trouble(now):
                found[link.workspace].append(link)
    return found


def _last_runs(documents: Documents, connections: Sequence[Doc]) -> dict[str, Run]:
    paths = [model.path(doc["workspace"], "runs", doc["last_run"]) for doc in connections if doc["last_run"]]
    return {doc["id"]: from_doc(Run, doc) for doc in documents.get_many(paths) if doc}


def _under_way(documents: Documents, connections: Mapping[str, Sequence[Doc]]) -> dict[str, Going]:
    """Of each connection the newest run that has not ended."""
    found: dict[str, Doc] = {}
    for workspace, docs in connections.items():
        if any(doc.get("look_at") for doc in docs):
            for run in open_runs(documents, workspace):
                newest = found.setdefault(run["connection"], run)
                if run["started_at"] > newest["started_at"]:
                    found[run["connection"]] = run
    followed = list(found)[:MOST_FOLLOWED]
    return {name: going(documents, run) if name in followed else Going() for name, run in found.items()}


def open_runs(documents: Documents, workspace: str) -> list[Doc]:
    found = documents.find(
        f"{model.workspace_path(workspace)}/runs", ("state", "in", list(OPEN_RUN)), limit=MOST_RUNS
    )  # fmt: skip
    return [doc for doc in found if doc["started_at"] is not None]


def going(documents: Documents, run: Doc) -> Going:
    slices, of = f"{model.workspace_path(run['workspace'])}/slices", ("run", "==", run["id"])
    parts = documents.count(slices, of)
    still = documents.count(slices, of, ("state", "in", list(OPEN_SLICE)))
    parked = documents.find(slices, of, ("state", "==", SliceState.PARKED), limit=1)
    if parked and not documents.count(slices, of, ("state", "in", list(BUSY))):
        return Going(parts - still, parts, parked[0]["not_before"], parked[0]["waiting_for"])
    return Going(parts - still, parts)


def _some(names: Sequence[str]) -> list[list[str]]:
    return [list(names[start : start + AT_ONCE]) for start in range(0, len(names), AT_ONCE)]
