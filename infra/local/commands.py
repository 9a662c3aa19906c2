"""`tributary sync` and `tributary cloud`: the cloud on this machine, for one reading or until it is ended."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.cli.parsing import Group
from shared.platforms import PLATFORMS


def add(group: Group) -> None:
    _sync_arguments(group.command("sync", _sync))
    _cloud_arguments(group.command("cloud", _cloud))


def _sync(args: argparse.Namespace) -> int:
    from infra.local import reading  # the one-machine cloud, which no help needs

    return reading.guarded(reading.read, args)


def _cloud(args: argparse.Namespace) -> int:
    from infra.local import reading, up

    return reading.guarded(up.up, args)


def _sync_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Syncs what a key or token opens through the real functions into a local warehouse. "
        "Exit code 0: everything is there; 1: something is missing, and it says what; 2: it could not begin."
    )
    parser.set_defaults(complain=parser.error)
    parser.add_argument("platform", choices=sorted(PLATFORMS))
    parser.add_argument("--url", required=True, help="the server, for example http://127.0.0.1:9001")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--key", help="an API key")
    way.add_argument("--token", help="an OAuth access token")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a value of the account, such as dc=us7"
    )
    parser.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="what the connect page asks for: shop=northwind",
    )
    parser.add_argument(
        "--account", action="append", default=[], metavar="ID", help="only this account (default: all that can be read)"
    )
    parser.add_argument("--stream", action="append", default=[], help="only this stream (and what it hangs on)")
    parser.add_argument(
        "--history",
        type=int,
        default=0,
        metavar="DAYS",
        help="how far back streams of days are read (default: as far as the platform tells)",
    )
    parser.add_argument("--out", type=Path, help="keep the warehouse here, and every table as gzipped NDJSON")
    parser.add_argument(
        "--no-limits", action="store_true", help="for a server of your own: ask as quickly as it answers"
    )
    parser.add_argument("--work-seconds", type=int, default=60, help="how long a worker goes on with following pages")
    parser.add_argument(
        "--patience", type=float, default=600, metavar="SECONDS", help="give up after this long without any movement"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one line of JSON, last")


def _cloud_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Stand-ins and functions on this machine, kept in a folder; prints where they listen."
    parser.add_argument(
        "--folder", type=Path, default=Path(".tributary"), help="where everything is kept (default: .tributary)"
    )
    parser.add_argument("--first-port", type=int, default=0, help="use this port and the next nine (default: any free)")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="PLATFORM=URL",
        help="a server that stands in for a platform, such as one of `tributary sandbox serve …`",
    )
    parser.add_argument(
        "--schedule-seconds", type=float, default=0, help="sync all connections this often (default: when asked to)"
    )
