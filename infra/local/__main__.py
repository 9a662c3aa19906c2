"""`python -m infra.local up` and `python -m infra.local sync PLATFORM --url URL …`: the cloud on this machine."""

from __future__ import annotations

import argparse
import errno
import sys
from pathlib import Path
from urllib.parse import urlsplit

from infra.admin import output
from infra.local import up
from infra.local.account import Given
from infra.local.one_sync import Tried, Wish, sync
from infra.local.processes import NotStarted, listens, terminate_on_signals
from shared import log
from shared.errors import Problem
from shared.http import on_platform
from shared.oauth.links import MOST_HISTORY
from shared.platforms import PLATFORMS
from shared.vocabulary.choosing import unknown_streams


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up.add_arguments(commands.add_parser("up", help="the whole cloud, left running until Ctrl-C"))
    _sync_arguments(
        commands.add_parser("sync", help="read what a login sees from any server that speaks a platform's API")
    )
    said = parser.parse_args()
    wish = _wish(parser, said) if said.command == "sync" else None
    terminate_on_signals()
    try:
        with log.written_to(sys.stderr):  # standard output is for results
            return _sync(wish, said.json) if wish else up.up(said)
    except KeyboardInterrupt:
        return 130
    except Problem as problem:
        output.say(output.plain(problem.sentence), file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        output.say("No room is left on the disk; what was written is not complete.", file=sys.stderr)
        return 3
    except NotStarted as reason:
        output.say(output.plain(str(reason)), file=sys.stderr)
        return 3


def _sync_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Syncs what a key or token opens through the real functions into a local warehouse. "
        "Exit code 0: everything is there; 1: something is missing, and it says what; 2: it could not begin."
    )
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


def _wish(parser: argparse.ArgumentParser, said: argparse.Namespace) -> Wish:
    """What the words mean; ends the program with a usage message where they mean nothing."""
    platform = PLATFORMS[said.platform]
    unknown = unknown_streams(platform, said.stream)
    if unknown:
        known = ", ".join(stream.name for stream in platform.streams)
        parser.error(f"{platform.title} has no stream {', '.join(unknown)}; it has {known}")
    for option, pairs in (("--set", said.set), ("--value", said.value)):
        if any("=" not in pair for pair in pairs):
            parser.error(f"{option} takes name=value")
    if not 0 <= said.history <= MOST_HISTORY:
        parser.error(f"--history takes a number of days, at most {MOST_HISTORY:,}")
    if not said.url.startswith(("http://", "https://")):
        parser.error("--url takes an address that begins with http:// or https://")
    if said.no_limits and on_platform(platform, urlsplit(said.url).hostname or ""):
        parser.error(f"--no-limits is for a server of your own; this one is {platform.title}'s, whose pace is kept")
    if said.out:
        try:
            (said.out / "tables").mkdir(parents=True, exist_ok=True)
            (said.out / "tables" / ".room").write_bytes(b"")
            (said.out / "tables" / ".room").unlink()
        except OSError as error:
            parser.error(f"--out cannot be written to: {error.strerror}: {error.filename}")
    return Wish(
        platform=platform,
        url=said.url.rstrip("/"),
        given=Given(
            key=said.key or "",
            token=said.token or "",
            asked=dict(pair.split("=", 1) for pair in said.value),
            values=dict(pair.split("=", 1) for pair in said.set),
            accounts=said.account,
            history_days=said.history,
        ),
        streams=said.stream,
        out=said.out.resolve() if said.out else None,
        work_seconds=said.work_seconds,
        patience=said.patience,
        no_limits=said.no_limits,
    )


def _sync(wish: Wish, json: bool) -> int:
    if not listens(wish.url):
        output.say(f"Nothing answers at {output.plain(wish.url)}.", file=sys.stderr)
        return 2
    tried = sync(wish)
    _tell(tried)
    if json:
        output.say(output.json(tried, indent=False))
    return 0 if tried.complete else 1


def _tell(tried: Tried) -> None:
    words, tried = sys.stderr, output.plain(tried)
    for table, rows in tried.rows.items():
        output.say(f"  {table:<45} {rows:>9} rows", file=words)
    for problem in tried.problems:
        output.say(f"  missing: {problem}", file=words)
    peak = tried.peak_memory_bytes / 2**20
    output.say(
        f"{tried.platform}: {tried.state}, {tried.pages} pages in {tried.seconds:.1f} s, "
        f"{tried.cpu_seconds:.2f} s of CPU and {peak:.0f} MB at most to read them",
        file=words,
    )


if __name__ == "__main__":
    sys.exit(main())
