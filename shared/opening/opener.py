"""Makes what is wished of a workspace stand in BigQuery. Killed anywhere, it begins again: each step looks first.

    its three datasets, each with its list of access in the call that makes it
    its marts, and the tables that they read
    staged pages whose time is over, once a day
    then the workspace is open, and the marts of the agency are due

Who opens never owns: the role that it keeps on what it made lets it change access and views, and not delete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from google.api_core.exceptions import ClientError, Unauthorized

from shared import log, model
from shared.clock import Clock
from shared.errors import Problem, Stale
from shared.marts.deploy import deploy, deploy_agency
from shared.marts.permits import check_ours
from shared.marts.placing import words
from shared.messages import WorkspaceWanted
from shared.model import Opening, Workspace, from_doc, stable_id, to_doc
from shared.opening import access, wishes
from shared.opening.datasets import Datasets, wished
from shared.opening.pages import EVERY, Sweep
from shared.settings import Settings
from shared.states import WorkspaceState
from shared.stores.bigquery_client import connect
from shared.stores.ports import Doc, Documents, Objects, Transaction
from shared.sync.edition import EDITION
from shared.warehouse import names

LEASE = timedelta(minutes=10)  # longer than a function may take
REST = timedelta(minutes=2)  # after something was refused, and longer each time
LONGEST_REST = timedelta(hours=1)
A_WHILE = timedelta(minutes=1)
MOST_TOLD = 50  # marts that were refused
LONGEST = 1_000  # characters of a sentence


@dataclass(frozen=True)
class Opener:
    settings: Settings
    documents: Documents
    objects: Objects
    clock: Clock
    client: Any = None  # of BigQuery; else it is opened by whoever asks it first

    @cached_property
    def bigquery(self) -> Any:
        return self.client or connect(self.settings)

    @property
    def _datasets(self) -> Datasets:
        return Datasets(self.bigquery, self.settings, self.clock)

    def handle(self, message: WorkspaceWanted) -> None:
        held = self._take(message.workspace)
        if held is None:
            return
        with log.bound(workspace=held.workspace):
            try:
                trouble = self._carry_out(held)
            except Unauthorized:
                self._leave(held, {"due_at": self.clock.now() + A_WHILE})
                raise
            except ClientError as error:
                trouble = _doc("refused", words(error))
            except Problem as problem:
                trouble = _doc(problem.code, problem.sentence)
            except Stale:
                log.info("lease lost; another worker carries on")
                return
            except Exception:
                self._leave(held, {"due_at": self.clock.now() + A_WHILE})
                raise
            if trouble is not None:
                self._rest(held, trouble)

    # -- taking --------------------------------------------------------------------------------------

    def _take(self, workspace: str) -> Opening | None:
        """What is to be done, leased to us; None: nothing is, or somebody else is at it."""
        where = model.opening_path(workspace)

        def work(tx: Transaction) -> Opening | None:
            doc, home, closing = tx.get_many([where, *_client(workspace)])
            now = self.clock.now()
            if doc is None:
                return None
            known = from_doc(Opening, doc)
            if workspace != names.AGENCY and (home is None or closing is not None):
                tx.update(where, {"due_at": None})  # nothing is made of a client who leaves
                return None
            if any(until is not None and until > now for until in (known.lease_until, known.not_before)):
                return None
            changes = {"fence": known.fence + 1, "lease_until": now + LEASE, "due_at": now + LEASE}
            tx.update(where, changes)
            return replace(known, **changes)  # type: ignore[arg-type]

        return self.documents.transact(work)

    # -- making --------------------------------------------------------------------------------------

    def _carry_out(self, held: Opening) -> Doc | None:
        if held.workspace == names.AGENCY:
            return self._agency(held)
        home = self.documents.get(model.workspace_path(held.workspace))
        if home is None:
            return None
        workspace = wishes.check(from_doc(Workspace, home))
        wish = digest(workspace)
        refused: Mapping[str, str] = {}
        if (held.wish, held.marts) != (wish, EDITION) or workspace.state != WorkspaceState.OPEN:
            self._stand(held, workspace)
            refused = deploy(self, workspace).refused
            if held.history_days != workspace.history_days:
                self._datasets.keep_history(workspace)
        swept = held.swept_at
        if workspace.pages_days and (swept is None or swept <= self.clock.now() - EVERY):
            swept = (
                self.clock.now() if Sweep(self.objects, self.clock).sweep(workspace.id, workspace.pages_days) else None
            )
        self._done(replace(held, swept_at=swept), workspace, wish, refused)
        return None

    def _stand(self, held: Opening, workspace: Workspace) -> None:
        """Its datasets, and who may look into them. Who is about to be let in is written down before."""
        check_ours(self, workspace.id)
        marts = self._datasets.read(names.marts(workspace.id))
        there = list(marts.access_entries) if marts is not None else []
        new = [
            each
            for each in workspace.readers
            if each not in held.readers and not access.holds(there, access.of_reader(each))
        ]
        if not self._change(held, lambda known: {"readers": sorted({*known.readers, *new})}):
            raise Stale  # who is let in now would be written down nowhere
        former = [each for each in held.readers if each not in workspace.readers]
        for each in wished(workspace):
            of_marts = each.name == names.marts(workspace.id)
            self._datasets.have(each, workspace.readers if of_marts else [], former if of_marts else [])

    def _agency(self, held: Opening) -> Doc | None:
        refused = deploy_agency(self).refused
        if refused:
            return _of_marts(refused)
        self._leave(held, {"due_at": None, "marts": EDITION, **_WELL})
        return None

    # -- afterwards ----------------------------------------------------------------------------------

    def _done(self, held: Opening, workspace: Workspace, wish: str, refused: Mapping[str, str]) -> None:
        """The workspace is open, whatever mart was refused: that one is tried again. The agency's marts are due."""
        where, home, agency = (
            model.opening_path(workspace.id),
            model.workspace_path(workspace.id),
            model.opening_path(names.AGENCY),
        )
        trouble = _of_marts(refused) if refused else None
        if trouble:
            log.warning("workspace not opened", code=trouble["code"], sentence=trouble["sentence"])

        def work(tx: Transaction) -> bool:
            doc, now_home, of_agency = tx.get_many([where, home, agency])
            if doc is None or doc["fence"] != held.fence or now_home is None:
                return False
            known, now = from_doc(Opening, doc), self.clock.now()
            again = digest(from_doc(Workspace, now_home)) != wish
            rest = self._rested(known) if trouble else None
            stands = replace(
                known,
                wish=wish,
                marts=known.marts if trouble else EDITION,
                readers=[each for each in known.readers if each in workspace.readers],
                history_days=workspace.history_days,
                opened_at=known.opened_at or now,
                swept_at=held.swept_at,
                due_at=now if again else rest or _sweep_at(held, workspace, now),
                not_before=None if again else rest,
                lease_until=None,
                attempts=known.attempts + 1 if trouble else 0,
                problem=trouble,
            )
            if held.marts != EDITION or now_home.get("state") == WorkspaceState.OPENING:
                tx.set(agency, wishes.due(of_agency, names.AGENCY, now))
            tx.update(where, to_doc(stands))
            if now_home.get("state") == WorkspaceState.OPENING:
                tx.update(home, {"state": WorkspaceState.OPEN})
            return held.opened_at is None

        if self.documents.transact(work):
            log.info("workspace opened")

    def _rest(self, held: Opening, trouble: Doc) -> None:
        log.warning("workspace not opened", code=trouble["code"], sentence=trouble["sentence"])
        until = self._rested(held)
        self._leave(
            held,
            {"due_at": until, "not_before": until, "attempts": held.attempts + 1, "problem": trouble},
        )

    def _rested(self, held: Opening) -> Any:
        return self.clock.now() + min(REST * 2**held.attempts, LONGEST_REST)

    def _leave(self, held: Opening, changes: Doc) -> None:
        self._change(held, lambda _: {**changes, "lease_until": None})

    def _change(self, held: Opening, changes: Any) -> bool:
        """Whether it is still ours to say."""
        where = model.opening_path(held.workspace)

        def work(tx: Transaction) -> bool:
            doc = tx.get(where)
            ours = doc is not None and doc["fence"] == held.fence
            if doc is not None and ours:
                tx.update(where, changes(from_doc(Opening, doc)))
            return ours

        return self.documents.transact(work)


_WELL: Doc = {"attempts": 0, "not_before": None, "problem": None}


def digest(workspace: Workspace) -> str:
    """Of all that is wished of it."""
    doc = to_doc(workspace)
    return stable_id(*(f"{name}={doc[name]}" for name in sorted(wishes.WISHES)))


def _sweep_at(held: Opening, workspace: Workspace, now: Any) -> Any:
    if not workspace.pages_days:
        return None
    return held.swept_at + EVERY if held.swept_at else now + A_WHILE


def _client(workspace: str) -> tuple[str, str]:
    return model.workspace_path(workspace), model.closing_path(workspace)


def _of_marts(refused: Mapping[str, str]) -> Doc:
    told = dict(sorted(refused.items())[:MOST_TOLD])
    sentence = " ".join(f"{name} could not be put in place. {why}" for name, why in told.items())
    return {**_doc("marts-refused", sentence[:LONGEST]), "refused": told}


def _doc(code: str, sentence: str) -> Doc:
    return {"code": code, "sentence": sentence}
