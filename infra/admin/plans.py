"""`plan`: what a first sync and a daily sync would cost, before anything is switched on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from infra.admin import output
from infra.admin.command import connection_of, streams_of, zone
from infra.admin.group import Group
from infra.admin.progress import duration
from infra.admin.target import UsageError
from shared.model import Connection
from shared.platforms import PLATFORMS
from shared.stores.installation import Stores
from shared.sync.forecast import Forecast, Share, Sizes, daily_sync, first_sync
from shared.sync.platform_with_reports import platform_of
from shared.sync.sizes import guessed, seen
from shared.vocabulary.platform import Platform

MOST_DIGITS = 12  # of a number of records


def add(group: Group) -> None:
    plan = group.command(
        "plan",
        _plan,
        description="Plans a sync without beginning it. How much there is comes from the connection's runs so far, and "
        "from --rows; a stream of which neither says anything counts as one page.",
    )
    plan.add_argument("workspace", nargs="?", default="", help="with a connection; or give --platform")
    plan.add_argument("connection", nargs="?", default="", help="its id, the beginning of it, or its platform")
    plan.add_argument("--platform", choices=sorted(PLATFORMS), help="a platform that is not connected yet")
    plan.add_argument("--zone", type=zone, default="UTC", help="time zone of the account that is not connected yet")
    plan.add_argument("--stream", action="append", default=[], help="only this one; may be given several times")
    for name, meaning in (("rows", "how many there are"), ("changed", "how many a day adds or changes")):
        plan.add_argument(f"--{name}", action="append", default=[], metavar="STREAM=NUMBER", help=meaning)


def _plan(stores: Stores, args: argparse.Namespace) -> int:
    if args.platform:
        connection = Connection("plan", args.workspace or "plan", args.platform, "plan", "plan", zone=args.zone)
        known = Sizes()
    elif args.workspace and args.connection:
        connection = connection_of(stores, args.workspace, args.connection)
        known = seen(stores.documents, connection)
    else:
        raise UsageError("Name a workspace and a connection, or a platform with --platform.")
    platform = platform_of(stores.documents, connection.workspace, connection.platform, connection.id)
    streams_of(stores, connection, args.stream)
    sizes = guessed(known, _numbers(platform, args.rows), _numbers(platform, args.changed))
    now = stores.clock.now()
    plans = {
        "first": first_sync(platform, connection, args.stream, sizes, now),
        "daily": daily_sync(platform, connection, args.stream, sizes, now),
    }
    output.say(output.json(plans) if args.json else as_text(plans["first"], plans["daily"]))
    return 0


def as_text(first: Forecast, daily: Forecast) -> str:
    rows = [
        (one.stream, one.slices, one.calls, other.slices, other.calls)
        for one, other in zip(first.lines, daily.lines, strict=True)
    ]
    head = ("stream", "slices, first sync", "calls", "slices, daily", "calls")
    shares = [
        (one.allowance or "all calls", _share(one), duration(one.takes), _share(other), duration(other.takes))
        for one, other in zip(first.shares, daily.shares, strict=True)
    ]
    allowances = output.table(("allowance", "first sync", "takes", "daily", "takes"), shares, "")
    totals = (
        f"First sync: {first.calls:,} calls, {duration(first.takes)}. Daily: {daily.calls:,}, {duration(daily.takes)}."
    )
    return "\n\n".join([output.table(head, rows, ""), allowances, totals])


def _share(share: Share) -> str:
    of = f", {share.of_day:.1%} of a day" if share.of_day is not None else ""
    return f"{share.calls:,} calls{of}"


def _numbers(platform: Platform, pairs: Sequence[str]) -> dict[str, int]:
    names, found = {stream.name for stream in platform.streams}, {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        if name not in names or not number.isdecimal() or len(number) > MOST_DIGITS:
            raise UsageError(f"“{pair}” is no stream of {platform.title} with a number, such as {min(names)}=1000.")
        found[name] = int(number)
    return found
