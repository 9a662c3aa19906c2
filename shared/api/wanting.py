"""What is wished of workspaces: a new one, and what stands in one. open_workspace makes it so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from shared import model
from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.api.workspaces import told_whole
from shared.audit.entry import Outcome
from shared.audit.record import record
from shared.messages import WorkspaceWanted
from shared.model import Workspace, from_doc
from shared.opening import wishes


def make_workspace(desk: Desk, call: Call) -> Reply:
    """The very same once more is the one that there is."""
    said = msgspec.structs.asdict(call.body)
    asked = wishes.check(from_doc(Workspace, {**said, "readers": list(said["readers"])}))  # what cannot be is no entry
    _told(desk, call, "workspace.made", asked.id, Outcome.BEGUN)
    made = wishes.make(desk.documents, desk.clock, asked)
    _told(desk, call, "workspace.made", asked.id, Outcome.DONE)
    desk.bus.publish(WorkspaceWanted(made.id))
    return Reply(told_whole(made), 201)


def settings(_: Desk, call: Call) -> Reply:
    return Reply(told_whole(call.workspace))


def change_workspace(desk: Desk, call: Call) -> Reply:
    known, changes = call.workspace, _changes(call.body)
    if not changes:
        return Reply(told_whole(known))
    wishes.check(replace(known, **changes))
    what = " ".join(sorted(changes))
    _told(desk, call, "workspace.changed", known.id, Outcome.BEGUN, what=what)
    made = wishes.change(desk.documents, desk.clock, known.id, changes)
    _told(desk, call, "workspace.changed", known.id, Outcome.DONE, what=what)
    desk.bus.publish(WorkspaceWanted(known.id))
    return Reply(told_whole(made))


def _changes(said: msgspec.Struct) -> dict[str, Any]:
    given = {name: value for name, value in msgspec.structs.asdict(said).items() if value is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


def _told(desk: Desk, call: Call, act: str, workspace: str, outcome: Outcome, **details: str) -> None:
    """What is done in the database of the engine is told before and after."""
    of = model.workspace_path(workspace)
    record(desk.people, call.by.entry(desk.clock.now(), act, of, workspace, outcome, **details))
