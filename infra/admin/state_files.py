"""`state export` and `state restore`: the documents as files, and back."""

from __future__ import annotations

import argparse
import os

from infra.admin import output
from infra.admin.group import Group
from infra.admin.people import operator
from infra.admin.target import UsageError
from infra.state.exporting import export
from infra.state.restoring import Refused, restore
from infra.state.targets import Shelf, shelf
from infra.state.values import Unwritable
from shared.stores.installation import Stores


def add(group: Group) -> None:
    inner = group.group("state")
    out = inner.command(
        "export",
        _export,
        "write every document that matters into a folder or bucket",
        "Writes one file of NDJSON per collection, and a manifest last. No credential is in it, but it names your "
        "clients and their accounts: keep it as you keep those.",
    )
    back = inner.command(
        "restore",
        _restore,
        "write an export into an empty database",
        "Reads and checks the whole export first. What was under way when it was made is closed and read again by the "
        "next sync; links that were open are withdrawn. Interrupted, it is carried on with by the same command.",
    )
    for parser in (out, back):
        parser.add_argument("where", metavar="FOLDER|gs://BUCKET/PREFIX")
    back.add_argument(
        "--of",
        metavar="PROJECT",
        default="",
        help="the project in which it was made, when its seal cannot be checked: another one, or the key is gone",
    )
    back.add_argument("--over", action="store_true", help="into a database that is not empty: write over what is there")


def _shelf(stores: Stores, where: str) -> Shelf:
    try:
        if not where.strip() or b"\0" in os.fsencode(where):
            raise ValueError("no such path can be")
        return shelf(where, stores.settings.project)
    except (OSError, ValueError) as error:
        raise UsageError(f"“{where}” is neither a folder nor a bucket: {error}.") from None


def _export(stores: Stores, args: argparse.Namespace) -> int:
    try:
        written = export(stores, _shelf(stores, args.where))
    except Unwritable as problem:
        raise UsageError(f"{problem}.") from None
    except OSError as error:
        raise UsageError(f"Nothing can be written to {args.where}: {error}.") from None
    if args.json:
        output.say(output.json({"where": args.where, "documents": written}))
    else:
        output.say(output.table(("collection", "documents"), list(written.items())))
        output.say(f"\n{sum(written.values()):,} documents are in {output.plain(args.where)}.")
    return 0


def _restore(stores: Stores, args: argparse.Namespace) -> int:
    try:
        done = restore(stores, _shelf(stores, args.where), args.over, args.of, operator(args))
    except Refused as refused:
        raise UsageError(str(refused)) from None
    except OSError as error:
        raise UsageError(f"{args.where} cannot be read: {error}.") from None
    if args.json:
        output.say(output.json(done))
        return 0
    output.say(output.table(("collection", "documents"), list(done.documents.items())))
    output.say(
        f"\n{done.closed} runs were under way and are closed; the next sync reads again what they had not loaded."
    )
    if done.withdrawn:
        output.say(
            f"{done.withdrawn} connect links that were open are withdrawn: make new ones for who still needs one."
        )
    if any((done.people.sessions, done.people.keys, done.people.invitations)):
        gone = done.people
        output.say(
            f"{gone.sessions} sessions are ended; {gone.keys} keys and {gone.invitations} invitations younger than "
            "the export are void."
        )
    if done.without_credential:
        output.say(f"Without a credential, to be connected again: {', '.join(output.plain(done.without_credential))}.")
    return 0
