"""`workspace create` and `workspace list`; `workspace delete` stands in erasing.py."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from functools import partial

from infra.admin import deployed, erasing, output
from infra.admin.command import Group, zone
from infra.admin.target import Wrong
from infra.stores import Stores
from shared import model
from shared.errors import Bug
from shared.marts.deploy import deploy, deploy_agency
from shared.marts.permits import check_ours
from shared.model import Workspace, from_doc, to_doc
from shared.warehouse import names

_CURRENCY = re.compile(r"[A-Z]{3}")


def add(group: Group) -> None:
    inner = group.group("workspace", "workspaces: one client or business unit each")
    create = inner.command(
        "create",
        make,
        "make a workspace; safe to repeat",
        "Makes a workspace and its marts. If it was interrupted, or something was refused, the same command goes on.",
    )
    create.add_argument("id", help="names its datasets too: lower case letters, digits and underscores, 2 to 41")
    create.add_argument("--name", default="", help="as people call it (default: the id)")
    create.add_argument("--agency", default="", help="who asks, as the connect page says it")
    create.add_argument("--contact", default="", help="whom a client can ask back: an address")
    create.add_argument("--zone", type=zone, default="UTC", help="time zone of its reports (default: UTC)")
    create.add_argument("--currency", default="", help="of its reports, such as EUR")
    create.add_argument(
        "--fiscal-year", type=int, default=1, choices=range(1, 13), metavar="MONTH", help="it begins in (default: 1)"
    )
    inner.command("list", show, "list the workspaces")
    erasing.add_to_workspaces(inner)


def make(stores: Stores, said: argparse.Namespace) -> int:
    """Written down first, so that whatever happens to its marts is made good by the same command again."""
    workspace = _kept(stores, _asked(stores, said))
    done = {
        workspace.id: deployed.tried(partial(deploy, stores, workspace), workspace.id),
        names.AGENCY: deployed.tried(partial(deploy_agency, stores), names.AGENCY),
    }
    output.say(output.json(to_doc(workspace)) if said.json else f"Workspace {workspace.id} is made.")
    return deployed.complain(done)


def _kept(stores: Stores, asked: Workspace) -> Workspace:
    """As it stands in its document, which is made unless the very same workspace is there."""
    if stores.closing_since(asked.id) is not None:
        raise Wrong(f"Workspace {asked.id} is being erased; `workspace delete {asked.id}` carries on with it.")
    there = stores.workspace(asked.id)
    if there is None:
        check_ours(stores, asked.id)
        if stores.documents.create_missing({model.workspace_path(asked.id): to_doc(asked)}):
            return asked
        there = stores.workspace(asked.id)
    if there is None or there != replace(asked, created_at=there.created_at):
        raise Wrong(f"There is a workspace “{asked.id}” already, with other settings; `workspace list` shows them.")
    return there


def _asked(stores: Stores, said: argparse.Namespace) -> Workspace:
    try:
        names.raw(said.id)
    except Bug:
        raise Wrong(
            f"“{said.id}” cannot name a workspace: take lower case letters, digits and underscores, 2 to 41 of them, "
            "beginning with a letter, and not the name of another dataset."
        ) from None
    if said.currency and not _CURRENCY.fullmatch(said.currency):
        raise Wrong(f"“{said.currency}” is no currency: take its three letters, such as EUR.")
    return Workspace(
        said.id,
        said.name or said.id,
        said.agency,
        said.contact,
        said.zone,
        said.currency,
        created_at=stores.clock.now(),
        fiscal_year_start=said.fiscal_year,
    )


def show(stores: Stores, said: argparse.Namespace) -> int:
    found = [from_doc(Workspace, doc) for doc in stores.documents.find("workspaces")]
    found.sort(key=lambda workspace: workspace.id)
    closing = {workspace.id: stores.closing_since(workspace.id) for workspace in found}
    if said.json:
        output.say(output.json([{**to_doc(workspace), "closing_at": closing[workspace.id]} for workspace in found]))
    else:
        rows = [(w.id, w.name, w.agency, w.contact, w.zone, w.currency, w.created_at, closing[w.id]) for w in found]
        head = ("workspace", "name", "agency", "contact", "zone", "currency", "made", "being erased since")
        output.say(output.table(head, rows))
    return 0
