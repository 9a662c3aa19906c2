"""What was wished of a workspace is made to stand: by open_workspace, which is waited for, or by whoever types."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import timedelta

from infra.admin import output
from infra.admin.target import UsageError
from shared import model
from shared.messages import WorkspaceWanted
from shared.model import Opening, Workspace, from_doc
from shared.opening import wishes
from shared.opening.opener import Opener, digest
from shared.states import WorkspaceState
from shared.stores.installation import Stores
from shared.warehouse import names

PATIENCE = timedelta(minutes=10)
LOOK = 1.0  # seconds between two looks at its document


def add_waiting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-wait", action="store_true", help="do not wait until it stands")


def wait(stores: Stores, workspace: Workspace, args: argparse.Namespace) -> int:
    """Nudge open_workspace, and wait until all stands, or it says why not; the exit code."""
    known = opening_of(stores, workspace.id)
    if known is not None and known.not_before is not None:
        wishes.look_again(stores.documents, stores.clock, workspace.id)  # whoever types does not wait for the next try
    stores.bus.publish(WorkspaceWanted(workspace.id))
    if args.no_wait:
        return 0
    until = stores.clock.now() + PATIENCE
    while stores.clock.now() < until:
        known = opening_of(stores, workspace.id)
        if known is None or known.not_before is not None:
            return complain(stores, [workspace.id])
        now = stores.workspace(workspace.id)
        if now is not None and known.wish == digest(now) and now.state == WorkspaceState.OPEN:
            return 0
        stores.clock.pause(LOOK)
    output.say(
        f"Nothing was heard of open_workspace for {PATIENCE.seconds // 60} minutes; `workspace list` shows how far it "
        f"is, and `workspace open {workspace.id}` does it here.",
        file=sys.stderr,
    )
    return 1


def carry_out(stores: Stores, workspaces: Sequence[str]) -> int:
    """The same code, here, with the rights of whoever types: for workspaces that open_workspace may not touch yet."""
    if not stores.settings.accounts and "BIGQUERY_EMULATOR_HOST" not in os.environ:
        raise UsageError(
            "TRIBUTARY_ACCOUNTS is missing, so nobody knows who fills the datasets; "
            "`terraform output -raw admin_environment` has it."
        )
    opener = Opener(stores.settings, stores.documents, stores.objects, stores.clock, stores.bigquery)
    for each in (*workspaces, names.AGENCY):
        wishes.look_again(stores.documents, stores.clock, each)
        opener.handle(WorkspaceWanted(each))
    return complain(stores, [*workspaces, names.AGENCY])


def opening_of(stores: Stores, workspace: str) -> Opening | None:
    doc = stores.documents.get(model.opening_path(workspace))
    return from_doc(Opening, doc) if doc else None


def complain(stores: Stores, workspaces: Sequence[str]) -> int:
    """What is refused, each in a sentence; the exit code."""
    code = 0
    for each in workspaces:
        known = opening_of(stores, each)
        if known is not None and known.problem is not None:
            refused = known.problem.get("refused") or {}
            told = [f"{name} could not be put in place. {why}" for name, why in refused.items()]
            for sentence in told or [known.problem["sentence"]]:
                output.say(output.plain(f"{each}: {sentence}"), file=sys.stderr)
            code = 1
    if code:
        output.say("It is tried again by itself; `workspace open` tries it now.", file=sys.stderr)
    return code
