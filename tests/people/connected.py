"""Clients with connections, runs and debts, as the console's pages meet them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shared.model import Connection, Run, Slice, path, to_doc, workspace_path
from shared.people.levels import Role
from shared.people.persons import Person
from shared.states import ConnectionState, Reason, RunState, SliceState
from tests.people.house import Browser, House

GONE = {"code": "grant-ended", "sentence": "The client has to allow it again.", "move": "client"}


def client(house: House, name: str, title: str = "", **more: Any) -> str:
    house.workspace(name, title)
    house.engine.transact(lambda tx: tx.update(workspace_path(name), {"zone": "Europe/Berlin", **more}))
    return name


def connected(house: House, workspace: str, name: str, platform: str = "mailchimp", **more: Any) -> Connection:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "connected_at": now - timedelta(days=90), "last_success_at": now - timedelta(hours=1),
        "next_sync_at": now + timedelta(hours=5), "secret": f"user-{name}",
    }  # fmt: skip
    made = Connection(name, workspace, platform, "111", more.pop("title", f"Account {name}"), **{**usual, **more})
    house.engine.set(path(workspace, "connections", name), to_doc(made))
    return made


def stopped(house: House, workspace: str, name: str, platform: str = "mailchimp", **more: Any) -> Connection:
    return connected(house, workspace, name, platform, state=ConnectionState.RECONNECT, problem=GONE, **more)


def run(house: House, connection: Connection, name: str, state: RunState = RunState.RUNNING, **more: Any) -> Run:
    """One that is under way is looked after; one that has ended is the last."""
    over = state in (RunState.COMPLETED, RunState.PARTLY, RunState.FAILED)
    now = house.clock.now()
    made = Run(
        name, connection.workspace, connection.id, connection.platform, Reason.OPERATOR, state,
        started_at=now - timedelta(minutes=2), finished_at=now if over else None, **more,
    )  # fmt: skip
    house.engine.set(path(connection.workspace, "runs", name), to_doc(made))
    where = path(connection.workspace, "connections", connection.id)
    changes: dict[str, Any] = {"last_run": name, "look_at": None} if over else {"look_at": now}
    house.engine.transact(lambda tx: tx.update(where, changes))
    return made


def part(
    house: House, of: Run, stream: str, state: SliceState = SliceState.LOADED,
    days: tuple[datetime, datetime] | None = None, **more: Any,
) -> Slice:  # fmt: skip
    count = len(house.engine.find(f"workspaces/{of.workspace}/slices"))
    since, until = days or (None, None)
    made = Slice(
        f"{of.id}-{count}", of.workspace, of.connection, of.id, of.platform, stream, partition=str(count), state=state,
        since=since, until=until, **more,
    )  # fmt: skip
    house.engine.set(path(of.workspace, "slices", made.id), to_doc(made))
    return made


def person(house: House, workspace: str, role: Role = Role.ADMIN, name: str = "") -> Person:
    made = house.person(f"{name or role}@a.example", google=name or str(role))
    house.role(made, workspace, role)
    return made


def browser_of(house: House, workspace: str, role: Role = Role.ADMIN, name: str = "") -> Browser:
    return house.signed_in(person(house, workspace, role, name))


def owner(house: House) -> Browser:
    return house.signed_in(house.person("owner@agency.example", google="owner", owner=True, name="Owner"))


def posted(browser: Browser, page: str, action: str, **fields: str) -> Any:
    """A form of a page, sent as a person would; the bare answer."""
    form = browser.open(page).form(lambda each: each.action == action)
    return browser.ask("POST", action, {**form.fields, **fields})
