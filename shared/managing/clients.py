"""A client is made and changed; open_workspace makes it so in BigQuery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared import model
from shared.audit.entry import Origin, Outcome
from shared.managing.office import Office
from shared.messages import WorkspaceWanted
from shared.model import Workspace
from shared.opening import wishes


def make(office: Office, by: Origin, asked: Workspace) -> Workspace:
    """The very same once more is the one that there is."""
    asked = wishes.check(asked)  # what cannot be is no entry
    of = model.workspace_path(asked.id)
    office.tell(by, "workspace.made", of, asked.id, Outcome.BEGUN)
    made = wishes.make(office.documents, office.clock, asked)
    office.tell(by, "workspace.made", of, asked.id)
    office.bus.publish(WorkspaceWanted(made.id))
    return made


def change(office: Office, by: Origin, known: Workspace, changes: Mapping[str, Any]) -> Workspace:
    """What is given is changed, and the rest stays."""
    if not changes:
        return known
    wishes.check(replace(known, **changes))
    of, what = model.workspace_path(known.id), " ".join(sorted(changes))
    office.tell(by, "workspace.changed", of, known.id, Outcome.BEGUN, what=what)
    made = wishes.change(office.documents, office.clock, known.id, changes)
    office.tell(by, "workspace.changed", of, known.id, what=what)
    office.bus.publish(WorkspaceWanted(known.id))
    return made
