"""`workspace create`, `edit`, `open` and `list`; `delete` stands in erasing.py, `load` in workspace_files.py."""

from __future__ import annotations

import argparse
from typing import Any

from infra.admin import erasing, opening, output, workspace_files
from infra.admin.command import currency, number, workspace_of, zone
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.marts.permits import check_ours
from shared.model import Workspace, from_doc, to_doc
from shared.opening import wishes
from shared.stores.installation import Stores
from shared.warehouse import names

OPTIONS = {"fiscal_year_start": "fiscal_year"}  # whose words are others than the document's


def add(group: Group) -> None:
    inner = group.group("workspace")
    create = inner.command(
        "create",
        make,
        "make a workspace; safe to repeat",
        "Writes down a workspace and waits until open_workspace has made its datasets and marts. If it was "
        "interrupted, or something was refused, the same command goes on.",
    )
    create.add_argument("id", help="names its datasets too: lower case letters, digits and underscores, 2 to 41")
    create.add_argument("--name", default="", help="as people call it (default: the id)")
    change = inner.command(
        "edit",
        edit,
        "change what stands in a workspace, and its marts with it",
        "Changes what is given and leaves the rest; then waits until open_workspace has carried it out: marts hold "
        "zone, currency and fiscal year, and datasets their readers and how long history is kept.",
    )
    change.add_argument("workspace")
    change.add_argument("--name", help="as people call it")
    for parser, given in ((create, True), (change, False)):
        _settings(parser, given)
        opening.add_waiting(parser)
    stand = inner.command(
        "open",
        open_here,
        "carry out here what is wished of it, with your own rights",
        "Does what open_workspace does, in your name: for a workspace that Terraform or an earlier release made, which "
        "open_workspace may not touch until this has let it in; or where it was refused. Repeating it is safe.",
    )
    stand.add_argument("workspace", nargs="?", default="", help="(default: all)")
    workspace_files.add(inner)
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
    add("readers", "who may read its marts, by commas: user:, group: or serviceAccount: and an address", [], type=_list)
    add("history-days", "how long its history is kept; 0: for good", 0, type=number(0, wishes.MOST))
    add("pages-days", "how long its staged pages are kept; 0: as long as others'", 0, type=number(0, wishes.MOST))
    add("protected", "whether it cannot be destroyed", False, action=argparse.BooleanOptionalAction)
    add("fiscal-year", "it begins in this month", 1, type=int, choices=range(1, 13), metavar="MONTH")


def _list(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def make(stores: Stores, args: argparse.Namespace) -> int:
    """Written down; open_workspace makes it so. The same command again goes on with what is there. Whoever types can
    look at once whether a dataset is somebody else's."""
    asked = _asked(args)
    if model.names_one(asked.id) and stores.workspace(asked.id) is None and stores.closing_since(asked.id) is None:
        check_ours(stores, wishes.check(asked).id)
    return _stands(stores, args, wishes.make(stores.documents, stores.clock, asked), "made")


def edit(stores: Stores, args: argparse.Namespace) -> int:
    known = workspace_of(stores, args.workspace)
    given = {name: getattr(args, OPTIONS.get(name, name)) for name in sorted(wishes.WISHES)}
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise UsageError("Say what is to be changed; `workspace edit --help` shows what there is.")
    return _stands(stores, args, wishes.change(stores.documents, stores.clock, known.id, changes), "changed")


def open_here(stores: Stores, args: argparse.Namespace) -> int:
    """What stands is made what is wished, by whoever types."""
    meant = [workspace_of(stores, args.workspace)] if args.workspace else _all(stores)
    for each in meant:
        wishes.adopt(stores.documents, stores.clock, each.id, each.readers)
    code = opening.carry_out(stores, [each.id for each in meant])
    return show(stores, args) or code


def _stands(stores: Stores, args: argparse.Namespace, workspace: Workspace, done: str) -> int:
    code = opening.wait(stores, workspace, args)
    output.say(output.json(to_doc(workspace)) if args.json else f"Workspace {workspace.id} is {done}.")
    return code


def _asked(args: argparse.Namespace) -> Workspace:
    return Workspace(
        args.id,
        args.name or args.id,
        args.agency,
        args.contact,
        args.zone,
        args.currency,
        fiscal_year_start=args.fiscal_year,
        readers=args.readers,
        history_days=args.history_days,
        pages_days=args.pages_days,
        protected=args.protected,
    )


def _all(stores: Stores) -> list[Workspace]:
    found = [from_doc(Workspace, doc) for doc in stores.documents.find("workspaces")]
    return [each for each in found if stores.closing_since(each.id) is None]


def show(stores: Stores, args: argparse.Namespace) -> int:
    found = [from_doc(Workspace, doc) for doc in stores.documents.find("workspaces")]
    found.sort(key=lambda workspace: workspace.id)
    closing = {workspace.id: stores.closing_since(workspace.id) for workspace in found}
    openings = {workspace.id: opening.opening_of(stores, workspace.id) for workspace in found}
    problems = {name: (known.problem or {}).get("sentence", "") if known else "" for name, known in openings.items()}
    if args.json:
        more = [{"closing_at": closing[w.id], "problem": problems[w.id]} for w in found]
        output.say(output.json([{**to_doc(w), **each} for w, each in zip(found, more, strict=True)]))
    else:
        rows = [
            (w.id, w.name, w.agency, w.contact, w.zone, w.currency, w.created_at, w.state, closing[w.id]) for w in found
        ]
        head = ("workspace", "name", "agency", "contact", "zone", "currency", "made", "state", "being erased since")
        output.say(output.table(head, rows))
        of_agency = opening.opening_of(stores, names.AGENCY)
        problems[names.AGENCY] = (of_agency.problem or {}).get("sentence", "") if of_agency else ""
        for name, sentence in problems.items():
            if sentence:
                output.say(output.plain(f"{name}: {sentence}"))
    return 0
