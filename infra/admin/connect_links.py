"""`connect-link create`, `list` and `revoke`. A link can be seen once: when it is made."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from infra.admin import output
from infra.admin.command import connection_of, workspace_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.oauth import links
from shared.oauth.links import Link
from shared.platforms import PLATFORMS
from shared.stores.installation import Stores
from shared.vocabulary.choosing import unknown_streams

SHOWN = 12  # letters of a link's fingerprint: enough to tell links apart, useless for opening one


def add(group: Group) -> None:
    inner = group.group("connect-link")
    create = inner.command(
        "create",
        make,
        "make a link and print it, once",
        "Makes a link for one account of one platform. It is printed once and kept nowhere: send it to the client.",
    )
    create.add_argument("workspace")
    create.add_argument("--platform", choices=sorted(PLATFORMS), help="needed unless --reconnect says it")
    create.add_argument("--days", type=float, default=links.LIFETIME.days, help="good for so long (default: 7)")
    create.add_argument("--label", default="", help="for you: whom it is for")
    create.add_argument(
        "--history",
        type=int,
        default=0,
        metavar="DAYS",
        help="read daily numbers no further back (default: as far as the platform tells); a backfill can, later",
    )
    create.add_argument(
        "--stream",
        action="append",
        default=[],
        help="ask for the permission for this one, too, of those that are read only when asked for; several times",
    )
    create.add_argument("--reconnect", default="", metavar="CONNECTION", help="renew this connection")
    show_parser = inner.command("list", show, "list the links of a workspace")
    show_parser.add_argument("workspace")
    revoke = inner.command("revoke", withdraw, "withdraw a link that was not used yet")
    revoke.add_argument("workspace")
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("link", nargs="?", default="", help="as `connect-link list` shows it")
    which.add_argument("--all", action="store_true", help="all that are open: after the database was put back, say")


def make(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    if not stores.settings.start_url:
        raise UsageError("TRIBUTARY_START_URL is not set: the address that connect links begin with.")
    if not 0 < args.days <= links.LONGEST:
        raise UsageError(f"--days takes more than 0 and at most {links.LONGEST}.")
    if not 0 <= args.history <= links.MOST_HISTORY:
        raise UsageError(f"--history takes a number of days, at most {links.MOST_HISTORY:,}.")
    platform, reconnects, read = args.platform, "", list[str]()
    if args.reconnect:
        connection = connection_of(stores, args.workspace, args.reconnect)
        if platform not in (None, connection.platform):
            raise UsageError(f"Connection {connection.id} is one of {connection.platform}, not of {platform}.")
        if connection.closing_at is not None:
            raise UsageError(f"Connection {connection.id} is being ended; `connection disconnect` carries on with it.")
        platform, reconnects = connection.platform, connection.id
        read = [*connection.streams, *connection.streams_with]
    if platform is None:
        raise UsageError("Say which platform: --platform, or --reconnect for a connection there is.")
    unknown = unknown_streams(PLATFORMS[platform], args.stream)
    if unknown:
        raise UsageError(f"{PLATFORMS[platform].title} has no stream {', '.join(unknown)}.")
    lifetime, streams = timedelta(days=args.days), [*read, *args.stream]
    token, link = links.create(
        stores.documents,
        stores.clock,
        args.workspace,
        platform,
        args.label,
        lifetime,
        reconnects,
        args.history,
        streams,
    )
    address = links.address(stores.settings.start_url, token)
    if args.json:
        output.say(output.json({"link": address, "id": link.id[:SHOWN], "expires_at": link.expires_at}))
    else:
        output.say(address)
    return 0


def show(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    now = stores.clock.now()
    rows = [
        {
            "id": link.id[:SHOWN],
            "platform": link.platform,
            "state": state(link, now),
            "label": link.label,
            "reconnects": link.reconnects,
            "created_at": link.created_at,
            "expires_at": link.expires_at,
        }
        for link in links.of_workspace(stores.documents, args.workspace)
    ]
    if args.json:
        output.say(output.json(rows))
    else:
        head = ("link", "platform", "state", "label", "reconnects", "made", "expires")
        output.say(output.table(head, [tuple(row.values()) for row in rows]))
    return 0


def withdraw(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    if args.all:
        return _withdraw_all(stores, args)
    found = [link for link in links.of_workspace(stores.documents, args.workspace) if link.id.startswith(args.link)]
    if len(found) != 1 or len(args.link) < 4:
        raise UsageError(f"“{args.link}” is not the beginning of one link's id; `connect-link list` shows them.")
    link = links.revoke(stores.documents, stores.clock, found[0].id)
    if link is None or link.revoked_at is None:
        raise UsageError(f"Link {args.link} was used already, so there is nothing to withdraw.")
    output.say(
        output.json({"id": link.id[:SHOWN], "revoked_at": link.revoked_at}) if args.json else "The link is withdrawn."
    )
    return 0


def _withdraw_all(stores: Stores, args: argparse.Namespace) -> int:
    found = links.of_workspace(stores.documents, args.workspace)
    still = [link for link in found if link.used_at is None and link.revoked_at is None]
    for link in still:
        links.revoke(stores.documents, stores.clock, link.id)
    output.say(output.json([link.id[:SHOWN] for link in still]) if args.json else f"{len(still)} links are withdrawn.")
    return 0


def state(link: Link, now: datetime) -> str:
    return link.trouble(now).removeprefix("link-") or "open"
