"""`workspace delete` and `connection disconnect`: a client's things taken away, with a receipt."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial

from infra.admin import deployed, output
from infra.admin.command import connection_of, workspace_of
from infra.admin.feeds import end_all
from infra.admin.group import Group
from infra.admin.people import operator
from infra.admin.receipts import as_json, as_text
from infra.admin.target import UsageError
from infra.admin.webhooks import forget_all
from shared import model
from shared.erasure.closing import ConnectedAgain
from shared.erasure.connection import ConnectionErasure, ended
from shared.erasure.connection import last_receipt as last_receipt_of
from shared.erasure.receipt import Receipt
from shared.erasure.workspace import WorkspaceErasure, last_receipt
from shared.http import Http
from shared.looking.addresses import key_path
from shared.marts.deploy import deploy_agency
from shared.model import Connection
from shared.people import leaving
from shared.stores.installation import Stores
from shared.warehouse import names

A_MOMENT = 2.0  # seconds between two looks at the clock
UNFINISHED = 4  # the exit code while another look is to come
Pass = Callable[[datetime | None], tuple[Receipt, datetime | None]]  # given: when what is going on began


def add_to_workspaces(group: Group) -> None:
    delete = group.command(
        "delete",
        erase,
        "destroy a workspace: credentials, pages, tables and documents, with a receipt",
        "Disables the workspace's connections, gives the access back to the platforms that take it back, and destroys "
        "secrets, staged pages, datasets and documents. Interrupted, it is run again. It ends only when no function "
        "can be at work any more: ten minutes after it began, with another run of this command, or with --wait.",
    )
    delete.add_argument("workspace")
    _asked(delete)


def add_to_connections(group: Group) -> None:
    end = group.command(
        "disconnect",
        disconnect,
        "end a connection: give its access back and destroy it",
        "Gives the access back, destroys the secret and whatever the connection needed to be read. Its rows and staged "
        "pages stay unless --drop-rows is given. It ends ten minutes after it began, like `workspace delete`. Of one "
        "that has ended, given by its whole id, it shows the receipt, or with --drop-rows destroys rows that are left.",
    )
    end.add_argument("workspace")
    end.add_argument("connection", help="its id, the beginning of it, or the platform where it is the only one")
    end.add_argument("--drop-rows", action="store_true", help="destroy rows, history and staged pages, too")
    _asked(end)


def _asked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", default="", metavar="NAME", help="the name once more, instead of being asked for it")
    parser.add_argument("--wait", action="store_true", help="until no function can be at work, and look once more then")


def erase(stores: Stores, args: argparse.Namespace) -> int:
    if stores.workspace(args.workspace) is None and stores.closing_since(args.workspace) is None:
        receipt = last_receipt(stores, args.workspace)
        if receipt is None:
            raise UsageError(f"There is no workspace “{args.workspace}”; `workspace list` shows those there are.")
        _show(stores, args, receipt, None)
        return 0
    known = stores.workspace(args.workspace)
    if known is not None and known.protected:
        raise UsageError(f"Workspace {known.id} is protected. `workspace edit {known.id} --no-protected` comes first.")
    _confirmed(args, args.workspace, "destroys everything it holds")
    erasure = WorkspaceErasure(stores, Http(stores.settings.origins), args.workspace)

    def run(again: datetime | None) -> tuple[Receipt, datetime | None]:
        end_all(stores, args.workspace)
        forget_all(stores, args.workspace)
        # First, because its name is free again at the end: whoever was let in must not be let into the next one.
        leaving.close(stores.people, operator(args), args.workspace, stores.clock.now())
        done = erasure.run()
        stores.people.delete(key_path(args.workspace))
        if done[0].destroyed["datasets"]:
            # Its views would still name what is gone.
            deployed.complain({names.AGENCY: deployed.tried(partial(deploy_agency, stores), names.AGENCY)})
        return done

    return _until_quiet(stores, args, run)


def disconnect(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    gone = ended(stores, args.workspace, args.connection)
    if gone is not None and stores.documents.get(model.path(gone.workspace, "connections", gone.id)) is None:
        return _once_more(stores, args, gone)
    connection = connection_of(stores, args.workspace, args.connection)
    _confirmed(args, connection.id, "destroys its rows, too" if args.drop_rows else "ends it for good; its rows stay")
    erasure = ConnectionErasure(stores, Http(stores.settings.origins), connection)

    def run(again: datetime | None) -> tuple[Receipt, datetime | None]:
        try:
            return erasure.run(args.drop_rows, again)
        except ConnectedAgain:
            raise UsageError(
                f"Connection {connection.id} was connected again meanwhile, so it was left alone. What was destroyed "
                "before stands in the receipt of that day; give the command again if the new one is meant as well."
            ) from None

    return _until_quiet(stores, args, run)


def _once_more(stores: Stores, args: argparse.Namespace, gone: Connection) -> int:
    """Of a connection that has ended: its receipt, or its rows after all."""
    erasure = ConnectionErasure(stores, Http(stores.settings.origins), gone)
    if args.drop_rows:
        _confirmed(args, gone.id, "destroys the rows of a connection that has ended")
        receipt: Receipt | None = erasure.once_more()
    else:
        receipt = last_receipt_of(stores, gone)
    if receipt is not None:
        _show(stores, args, receipt, None)
    return 0


def _confirmed(args: argparse.Namespace, name: str, what: str) -> None:
    """Nothing is destroyed that was not named twice."""
    typed = args.yes
    if not typed and sys.stdin.isatty():
        output.say(f"This {what}, and cannot be undone. Type {name} to go on: ", end="", file=sys.stderr)
        typed = sys.stdin.readline().strip()
    if typed != name:
        raise UsageError(f"Nothing was destroyed. Give --yes {name} if you mean it.")


def _until_quiet(stores: Stores, args: argparse.Namespace, run: Pass) -> int:
    receipt, until = run(None)
    while args.wait and until is not None:
        while stores.clock.now() < until:
            stores.clock.pause(A_MOMENT)
        receipt, until = run(receipt.begun_at)
    _show(stores, args, receipt, until)
    return 0 if until is None else UNFINISHED


def _show(stores: Stores, args: argparse.Namespace, receipt: Receipt, until: datetime | None) -> None:
    show = as_json if args.json else as_text
    output.say(show(receipt, until, int(stores.settings.backup_days)))
