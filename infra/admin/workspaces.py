"""`workspace create`, `edit` and `list`; `workspace delete` stands in erasing.py."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from typing import Any

from infra.admin import deployed, erasing, output
from infra.admin.command import currency, workspace_of, zone
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.errors import Bug
from shared.marts.deploy import deploy, deploy_agency
from shared.marts.permits import check_ours
from shared.model import Workspace, from_doc, to_doc
from shared.states import Cause
from shared.stores.installation import Stores
from shared.stores.ports import Doc, Transaction
from shared.sync.data_changes import note_change
from shared.warehouse import names


def add(group: Group) -> None:
    inner = group.group("workspace")
    create = inner.command(
        "create",
        make,
        "make a workspace; safe to repeat",
        "Makes a workspace and its marts. If it was interrupted, or something was refused, the same command goes on.",
    )
    create.add_argument("id", help="names its datasets too: lower case letters, digits and underscores, 2 to 41")
    create.add_argument("--name", default="", help="as people call it (default: the id)")
    change = inner.command(
        "edit",
        edit,
        "change what stands in a workspace, and its marts with it",
        "Changes what is given and leaves the rest; then puts the marts in place, which hold zone, currency and fiscal "
        "year. Where Terraform declares the workspace, change it there as well, or it is put back.",
    )
    change.add_argument("workspace")
    change.add_argument("--name", help="as people call it")
    for parser, given in ((create, True), (change, False)):
        _settings(parser, given)
    inner.command("list", show, "list the workspaces")
    erasing.add_to_workspaces(inner)


def _settings(parser: argparse.ArgumentParser, new: bool) -> None:
    """What can be said of a new workspace, with what holds otherwise; and of one that there is."""

    def add(name: str, meaning: str, otherwise: object, **more: Any) -> None:
        shown = f" (default: {otherwise})" if new and otherwise else ""
        parser.add_argument(f"--{name}", default=otherwise if new else None, help=f"{meaning}{shown}", **more)

    add("agency", "who asks, as the connect page says it", "")
    add("contact", "whom a client can ask back: an address", "")
    add("zone", "time zone of its reports", "UTC", type=zone)
    add("currency", "of its reports, such as EUR", "", type=currency)
    add("fiscal-year", "it begins in this month", 1, type=int, choices=range(1, 13), metavar="MONTH")


def make(stores: Stores, args: argparse.Namespace) -> int:
    """Written down first, so that whatever happens to its marts is made good by the same command again."""
    return _put_in_place(stores, args, _kept(stores, _asked(stores, args)), "made")


def edit(stores: Stores, args: argparse.Namespace) -> int:
    """Written down first, like a new one: `marts deploy` makes good what is refused."""
    known = workspace_of(stores, args.workspace)
    given = {
        "name": args.name,
        "agency": args.agency,
        "contact": args.contact,
        "zone": args.zone,
        "currency": args.currency,
        "fiscal_year_start": args.fiscal_year,
    }
    changes: Doc = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise UsageError("Say what is to be changed: --name, --agency, --contact, --zone, --currency or --fiscal-year.")
    if changes.get("name") == "":
        raise UsageError("A workspace needs a name that people call it by.")

    def work(tx: Transaction) -> Workspace:
        doc = tx.get(model.workspace_path(known.id))
        if doc is None:
            raise UsageError(f"Workspace {known.id} ended meanwhile.")
        tx.update(model.workspace_path(known.id), changes)
        return from_doc(Workspace, {**doc, **changes})

    changed = stores.documents.transact(work)
    note_change(stores.documents, stores.clock, known.id, Cause.SETTINGS)
    return _put_in_place(stores, args, changed, "changed")


def _put_in_place(stores: Stores, args: argparse.Namespace, workspace: Workspace, done: str) -> int:
    """Its marts, and those of the agency."""
    placed = {
        workspace.id: deployed.tried(partial(deploy, stores, workspace), workspace.id),
        names.AGENCY: deployed.tried(partial(deploy_agency, stores), names.AGENCY),
    }
    output.say(output.json(to_doc(workspace)) if args.json else f"Workspace {workspace.id} is {done}.")
    return deployed.complain(placed)


def _kept(stores: Stores, asked: Workspace) -> Workspace:
    """As it stands in its document, which is made unless the very same workspace is there."""
    if stores.closing_since(asked.id) is not None:
        raise UsageError(f"Workspace {asked.id} is being erased; `workspace delete {asked.id}` carries on with it.")
    there = stores.workspace(asked.id)
    if there is None:
        check_ours(stores, asked.id)
        if stores.documents.create_missing({model.workspace_path(asked.id): to_doc(asked)}):
            return asked
        there = stores.workspace(asked.id)
    if there is None or there != replace(asked, created_at=there.created_at):
        raise UsageError(
            f"There is a workspace “{asked.id}” already, with other settings; `workspace list` shows them."
        )
    return there


def _asked(stores: Stores, args: argparse.Namespace) -> Workspace:
    try:
        names.raw(args.id)
    except Bug:
        raise UsageError(
            f"“{args.id}” cannot name a workspace: take lower case letters, digits and underscores, 2 to 41 of them, "
            "beginning with a letter, and not the name of another dataset."
        ) from None
    return Workspace(
        args.id,
        args.name or args.id,
        args.agency,
        args.contact,
        args.zone,
        args.currency,
        created_at=stores.clock.now(),
        fiscal_year_start=args.fiscal_year,
    )


def show(stores: Stores, args: argparse.Namespace) -> int:
    found = [from_doc(Workspace, doc) for doc in stores.documents.find("workspaces")]
    found.sort(key=lambda workspace: workspace.id)
    closing = {workspace.id: stores.closing_since(workspace.id) for workspace in found}
    if args.json:
        output.say(output.json([{**to_doc(workspace), "closing_at": closing[workspace.id]} for workspace in found]))
    else:
        rows = [(w.id, w.name, w.agency, w.contact, w.zone, w.currency, w.created_at, closing[w.id]) for w in found]
        head = ("workspace", "name", "agency", "contact", "zone", "currency", "made", "being erased since")
        output.say(output.table(head, rows))
    return 0
