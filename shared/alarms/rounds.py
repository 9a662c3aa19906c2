"""A round: one workspace is looked at, what is worth telling is written down, and what is due goes out.

A round may be made by anybody at any time, also by two at once. One comes with each run that has changed, each hour,
and whenever a notice is due: `watches` says when, and `seal_audit` looks there every minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import model
from shared.alarms import choices, finding, listening
from shared.alarms.posting import Poster
from shared.alarms.ringing import Bell
from shared.alarms.spend import Spend, spend_path
from shared.alarms.watch import Watch, watch_path
from shared.clock import iso
from shared.hooks import hook
from shared.hooks.delivery import Delivery, delivery_path, of_hook
from shared.hooks.hook import Event, Hook
from shared.hooks.sweeping import HookSweeper
from shared.managing.office import Office
from shared.messages import LetterWanted
from shared.model import Connection, Publication, Run, Workspace, from_doc, to_doc
from shared.people.guard import workspace_there
from shared.states import OPEN_RUN, Reason, RunState
from shared.stores.ports import Transaction, Vault

EVERY = timedelta(hours=1)
LOOKED_AT = 6  # runs of a connection whose last one failed
COUNTED = (Reason.SCHEDULE, Reason.CONNECTED, Reason.OPERATOR)  # what somebody asked for besides is theirs to watch


@dataclass(frozen=True)
class Rounds:
    office: Office
    vault: Vault
    start_url: str
    console_url: str

    def go(self, workspace: str, run: str = "") -> None:
        office, began = self.office, self.office.clock.now()
        found = workspace_there(office.documents, workspace)
        if found is None:
            forget(self.office, self.vault, workspace)
            return
        HookSweeper(office.people, self.vault).sweep(workspace, began)
        hooks = hook.of_workspace(office.people, workspace)
        told = self._told_of_run(workspace, run, hooks, began) if run else []
        heard = listening.listeners(office.people, workspace, found.zone)
        facts = finding.facts(self._seen(workspace, hooks, heard.of_all), began)
        told += Bell(office.people, workspace, heard, hooks, began).ring(facts)
        letters, next_due = Poster(office, self.start_url, self.console_url).post(found, began)
        self._watch(found, min(next_due or began + EVERY, began + EVERY))
        office.bus.publish(*map(LetterWanted, [*told, *letters]))

    def _seen(self, workspace: str, hooks: Sequence[Hook], choice: choices.Choice) -> finding.Seen:
        documents = self.office.documents
        home = model.workspace_path(workspace)
        connections = [from_doc(Connection, doc) for doc in documents.find(f"{home}/connections")]
        published, spend = documents.get_many([model.publication_path(workspace), spend_path(workspace)])
        return finding.Seen(
            connections,
            self._ended(workspace, connections),
            None if published is None else from_doc(Publication, published),
            None if spend is None else from_doc(Spend, spend),
            hooks,
            choice,
        )

    def _ended(self, workspace: str, connections: Sequence[Connection]) -> Mapping[str, Sequence[Run]]:
        """Only of those whose last run failed; of all others nothing is read."""
        paths = [model.path(workspace, "runs", each.last_run) for each in connections if each.last_run]
        failed = {
            doc["connection"]
            for doc in self.office.documents.get_many(paths)
            if doc and doc["state"] == RunState.FAILED
        }
        return {each.id: self._runs(each) for each in connections if each.id in failed}

    def _runs(self, connection: Connection) -> list[Run]:
        where = f"{model.workspace_path(connection.workspace)}/runs"
        docs = self.office.documents.find(
            where, ("connection", "==", connection.id), order="-started_at", limit=LOOKED_AT
        )
        runs = [from_doc(Run, doc) for doc in docs]
        return [run for run in runs if run.state not in OPEN_RUN and run.reason in COUNTED]

    def _told_of_run(self, workspace: str, run: str, hooks: Sequence[Hook], now: datetime) -> list[str]:
        """What the document says of it now, to each webhook that wants to know; the same is told once."""
        wanting = [each for each in hooks if each.is_open and Event.RUN in each.events]
        doc = self.office.documents.get(model.path(workspace, "runs", run)) if wanting else None
        if doc is None:
            return []
        found = from_doc(Run, doc)
        made = {each.id: each for each in (_delivery(hook, found, now) for hook in wanting)}
        self.office.people.create_missing({delivery_path(name): to_doc(each) for name, each in made.items()})
        return list(made)

    def _watch(self, workspace: Workspace, look_at: datetime) -> None:
        """Sooner where somebody else has said so."""
        path, now = watch_path(workspace.id), self.office.clock.now()

        def work(tx: Transaction) -> None:
            doc = tx.get(path)
            before = doc["look_at"] if doc is not None and doc["look_at"] > now else look_at
            tx.set(path, to_doc(Watch(workspace.id, min(before, look_at))))

        self.office.people.transact(work)


def forget(office: Office, vault: Vault, workspace: str) -> None:
    """All that is kept about alarms and webhooks of a client who leaves. Done twice it changes nothing."""
    HookSweeper(office.people, vault).forget(workspace)
    for collection in ("alarms", "notices"):
        for doc in office.people.find(collection, ("workspace", "==", workspace)):
            office.people.delete(f"{collection}/{doc['id']}")
    for choice in choices.of_workspace(office.people, workspace).values():
        office.people.delete(choices.choice_path(workspace, choice.person))
    office.people.delete(watch_path(workspace))


def _delivery(hook: Hook, run: Run, now: datetime) -> Delivery:
    platform = f"{run.platform}: " if run.platform else ""
    text = f"{platform}a run of {run.workspace} is {run.state}."
    told = {
        "workspace": run.workspace,
        "connection": run.connection,
        "platform": run.platform,
        "run": run.id,
        "reason": str(run.reason),
        "state": str(run.state),
        "started_at": iso(run.started_at) if run.started_at else None,
        "finished_at": iso(run.finished_at) if run.finished_at else None,
        "problems": [
            {name: str(each.get(name, "")) for name in ("stream", "code", "sentence", "move")} for each in run.problems
        ],
    }
    once = ("run", run.id, run.state, str(told["finished_at"]))
    return of_hook(hook, Event.RUN, now, text, told, *once)
