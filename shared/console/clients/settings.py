"""What a client is set to. The document is the truth: Terraform knows no client, and takes nothing back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.console.clients.choosing import choices, reader_lines
from shared.console.desk import Desk
from shared.console.saved import as_json, lines
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.errors import Configure
from shared.managing import clients, connections
from shared.model import Connection, Workspace, from_doc, workspace_path
from shared.people.guard import Allowed
from shared.states import ConnectionState
from shared.stores.ports import Doc
from shared.sync import edits

SHOWN = ("name", "agency", "contact", "zone", "currency", "fiscal_year_start", "readers")


def settings(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    saved = visit.query.get("saved", "") == "yes"
    return _page(desk, allowed, _said(allowed.workspace), done=say("Saved.") if saved else "")


def settings_json(_: Desk, allowed: Allowed, __: Visit) -> Reply:
    return Reply(json=as_json(_plain(allowed.workspace)))


def settings_csv(_: Desk, allowed: Allowed, __: Visit) -> Reply:
    found = _plain(allowed.workspace)
    rows = [(name, " ".join(value) if isinstance(value, list) else value) for name, value in found.items()]
    return Reply(saved=(f"settings-{allowed.workspace.id}.csv", lines(("setting", "value"), rows)))


def change_settings(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Only what differs is said anew, so two admins who change different things undo nothing of each other's."""
    known = allowed.workspace
    said = {name: visit.form.get(name, "").strip() for name in SHOWN if name in visit.form}
    before = {name: visit.form.get(f"was_{name}", "") for name in said}
    try:
        changes = {name: _value(name, text) for name, text in said.items()}
        changes = {name: new for name, new in changes.items() if new != _value(name, before[name].strip())}
        clients.change(desk.office, desk.origin(visit, allowed.caller), known, changes)
    except Configure as problem:
        return _page(desk, allowed, {**_said(known), **said}, problem.sentence, status=422)
    return Reply(location=f"/workspaces/{known.id}/settings?saved=yes", status=303)


def pause_client(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _each(desk, allowed, visit, edits.Edit(schedule=edits.PAUSED))


def resume_client(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _each(desk, allowed, visit, edits.Edit(resume=True))


def _each(desk: Desk, allowed: Allowed, visit: Visit, edit: edits.Edit) -> Reply:
    """Of all that is connected. What has ended meanwhile is left out."""
    by = desk.origin(visit, allowed.caller)
    for connection in _connected(desk, allowed.workspace.id):
        if (connection.schedule == edits.PAUSED) == edit.resume:
            try:
                connections.configure(desk.office, by, connection, edit)
            except Configure:
                continue
    return Reply(location=f"/workspaces/{allowed.workspace.id}/settings", status=303)


def _connected(desk: Desk, workspace: str) -> list[Connection]:
    docs = desk.engine.find(f"{workspace_path(workspace)}/connections")
    found = [from_doc(Connection, doc) for doc in docs]
    return [each for each in found if each.state != ConnectionState.DISABLED]


def _page(
    desk: Desk, allowed: Allowed, said: Mapping[str, Any], trouble: str = "", done: str = "", status: int = 200
) -> Reply:
    found = _connected(desk, allowed.workspace.id)
    paused = [each for each in found if each.schedule == edits.PAUSED]
    return Reply(
        "settings.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "said": said,
            "was": _said(allowed.workspace),
            "trouble": trouble,
            "done": done,
            "reading": len(found) - len(paused),
            "paused": len(paused),
            **choices(),
        },
        status,
    )


def _said(known: Workspace) -> dict[str, str]:
    return {
        **{name: str(getattr(known, name)) for name in SHOWN if name != "readers"},
        "readers": "\n".join(known.readers),
    }


def _value(name: str, text: str) -> Any:
    if name == "readers":
        return reader_lines(text)
    if name != "fiscal_year_start":
        return text
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise Configure("bad-workspace", say("A fiscal year begins in a month: 1 to 12."))
    return int(text)


def _plain(known: Workspace) -> Doc:
    return {"id": known.id, **{name: getattr(known, name) for name in SHOWN}, "state": str(known.state)}
