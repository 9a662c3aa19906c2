"""What is wished of workspaces: a new one, and what stands in one. open_workspace makes it so."""

from __future__ import annotations

from typing import Any

import msgspec

from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.api.workspaces import told_whole
from shared.managing import clients
from shared.model import Workspace, from_doc


def make_workspace(desk: Desk, call: Call) -> Reply:
    """The very same once more is the one that there is."""
    said = msgspec.structs.asdict(call.body)
    asked = from_doc(Workspace, {**said, "readers": list(said["readers"])})
    return Reply(told_whole(clients.make(desk.office, call.by, asked)), 201)


def settings(_: Desk, call: Call) -> Reply:
    return Reply(told_whole(call.workspace))


def change_workspace(desk: Desk, call: Call) -> Reply:
    return Reply(told_whole(clients.change(desk.office, call.by, call.workspace, _changes(call.body))))


def _changes(said: msgspec.Struct) -> dict[str, Any]:
    given = {name: value for name, value in msgspec.structs.asdict(said).items() if value is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
