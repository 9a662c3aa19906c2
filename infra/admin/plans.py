"""`plan`: what a first sync and a daily sync would cost, before anything is switched on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from infra.admin import output
from infra.admin.command import connection_of, streams_of, zone
from infra.admin.group import Group
from infra.admin.progress import duration
from infra.admin.target import Wrong
from shared.model import Connection
from shared.platforms import PLATFORMS
from shared.stores.installation import Stores
from shared.sync.forecast import Forecast, Share, Sizes, daily_sync, first_sync
from shared.sync.reports import platform_of
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


def _plan(stores: Stores, said: argparse.Namespace) -> int:
    if said.platform:
        connection = Connection("plan", said.workspace or "plan", said.platform, "plan", "plan", zone=said.zone)
        known = Sizes()
    elif said.workspace and said.connection:
        connection = connection_of(stores, said.workspace, said.connection)
        known = seen(stores.documents, connection)
    else:
        raise Wrong("Name a workspace and a connection, or a platform with --platform.")
    platform = platform_of(stores.documents, connection.workspace, connection.platform, connection.id)
    streams_of(stores, connection, said.stream)
    sizes = guessed(known, _numbers(platform, said.rows), _numbers(platform, said.changed))
    now = stores.clock.now()
    plans = {
        "first": first_sync(platform, connection, said.stream, sizes, now),
        "daily": daily_sync(platform, connection, said.stream, sizes, now),
    }
    output.say(output.json(plans) if said.json else told(plans["first"], plans["daily"]))
    return 0


def told(first: Forecast, daily: Forecast) -> str:
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
            raise Wrong(f"“{pair}” is no stream of {platform.title} with a number, such as {min(names)}=1000.")
        found[name] = int(number)
    return found
