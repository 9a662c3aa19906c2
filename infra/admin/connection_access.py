"""`connection check`, `renew` and `wishes`: what is wanted of a connection's access, and what became of it.

The command asks as a console does: it writes a wish down, and `keep_access` carries it out. So whoever types it needs
no credential of a client, and the audit log says who it was.
"""

from __future__ import annotations

import argparse
import secrets
from datetime import timedelta
from functools import partial

from infra.admin import output
from infra.admin.command import connection_of, workspace_of
from infra.admin.group import Group
from infra.admin.people import operator
from infra.admin.target import UsageError
from shared.access.wishes import ask, of_workspace
from shared.audit.record import Unwritten
from shared.clock import LONGEST_PAUSE
from shared.messages import AccessWanted
from shared.model import AccessWish, from_doc, to_doc, wish_path
from shared.states import OPEN_WISH, AccessAct, WishState
from shared.stores.installation import Stores

PATIENCE = timedelta(minutes=2)  # for a function that has to start first
UNFINISHED = 4  # the exit code of what goes on by itself


def add_to_connections(group: Group) -> None:
    check = group.command(
        "check",
        partial(_wished, act=AccessAct.VALIDATE),
        "ask the platform whether it still takes the access",
        "Asks the platform its cheapest question with the access that we have. One that is refused is asked again for "
        "a quarter of an hour before it counts as ended. A connection that waits to be connected again goes on when "
        "the platform takes its access after all.",
    )
    renew = group.command(
        "renew",
        partial(_wished, act=AccessAct.RENEW),
        "renew the access now",
        "Has the access renewed now, instead of ten minutes before its end. A key cannot be renewed.",
    )
    for parser in (check, renew):
        parser.add_argument("workspace")
        parser.add_argument("connection", help="its id, the beginning of it, or the platform where it is the only one")
    wishes = group.command("wishes", _list, "what was wanted of the access of connections, the newest first")
    wishes.add_argument("workspace")


def _wished(stores: Stores, args: argparse.Namespace, act: AccessAct) -> int:
    connection = connection_of(stores, args.workspace, args.connection)
    by, request = operator(args), secrets.token_hex(8)
    try:
        wish = ask(stores.documents, stores.people, stores.clock, by, args.workspace, connection.id, act, request)
    except Unwritten as refusal:
        raise UsageError(refusal.sentence) from None
    stores.bus.publish(AccessWanted(wish.id))
    wish = _watched(stores, wish)
    if args.json:
        output.say(output.json(to_doc(wish)))
    elif wish.state in OPEN_WISH:
        said = wish.sentence or "Nobody has begun with it yet."
        output.say(f"{said} It goes on by itself; `connection wishes {args.workspace}` says how far it is.")
    else:
        output.say(wish.sentence)
    if wish.state in OPEN_WISH:
        return UNFINISHED
    return 0 if wish.state == WishState.DONE and wish.good is not False else 1


def _watched(stores: Stores, wish: AccessWish) -> AccessWish:
    """To its end, or until it waits for something."""
    until = stores.clock.now() + PATIENCE
    while wish.state in OPEN_WISH and not _waits(wish) and stores.clock.now() < until:
        stores.clock.pause(LONGEST_PAUSE / 2)
        doc = stores.documents.get(wish_path(wish.id))
        wish = from_doc(AccessWish, doc) if doc else wish
    return wish


def _waits(wish: AccessWish) -> bool:
    return bool(wish.sentence) and wish.lease_until is None


def _list(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    rows = [
        {
            "asked": wish.asked_at,
            "connection": wish.connection,
            "wish": str(wish.act),
            "by": wish.who,
            "state": str(wish.state),
            "what": wish.sentence,
            "whose move": wish.move,
        }
        for wish in of_workspace(stores.documents, args.workspace)
    ]
    output.rows(rows, args.json)
    return 0
