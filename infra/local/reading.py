"""`tributary sync`: what the words mean, and what is said of what came of it."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from infra.admin import output
from infra.local.account import Given
from infra.local.one_sync import Tried, Wish, sync
from infra.local.processes import NotStarted, listens, terminate_on_signals
from shared import log
from shared.errors import Problem
from shared.http import on_platform
from shared.oauth.links import MOST_HISTORY
from shared.platforms import PLATFORMS
from shared.vocabulary.choosing import unknown_streams


def guarded(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Whatever was started ends with the command; why it could not begin, or go on, is one sentence."""
    terminate_on_signals()
    try:
        with log.written_to(sys.stderr):  # standard output is for results
            return run(args)
    except Problem as problem:
        return _complain(2, problem.sentence)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _complain(3, "No room is left on the disk; what was written is not complete.")
    except NotStarted as reason:
        return _complain(3, str(reason))


def _complain(code: int, sentence: str) -> int:
    output.say(output.plain(sentence), file=sys.stderr)
    return code


def read(args: argparse.Namespace) -> int:
    """Exit code 0: everything is there; 1: something is missing, and it says what; 2: it could not begin."""
    wish = _wish(args)
    if not listens(wish.url):
        output.say(f"Nothing answers at {output.plain(wish.url)}.", file=sys.stderr)
        return 2
    tried = sync(wish)
    _tell(tried)
    if args.json:
        output.say(output.json(tried, indent=False))
    return 0 if tried.complete else 1


def _wish(args: argparse.Namespace) -> Wish:
    """What the words mean; ends the program with a usage message where they mean nothing."""
    platform = PLATFORMS[args.platform]
    unknown = unknown_streams(platform, args.stream)
    if unknown:
        known = ", ".join(stream.name for stream in platform.streams)
        args.complain(f"{platform.title} has no stream {', '.join(unknown)}; it has {known}")
    for option, pairs in (("--set", args.set), ("--value", args.value)):
        if any("=" not in pair for pair in pairs):
            args.complain(f"{option} takes name=value")
    if not 0 <= args.history <= MOST_HISTORY:
        args.complain(f"--history takes a number of days, at most {MOST_HISTORY:,}")
    if not args.url.startswith(("http://", "https://")):
        args.complain("--url takes an address that begins with http:// or https://")
    if args.no_limits and on_platform(platform, urlsplit(args.url).hostname or ""):
        args.complain(f"--no-limits is for a server of your own; this one is {platform.title}'s, whose pace is kept")
    if args.out:
        try:
            (args.out / "tables").mkdir(parents=True, exist_ok=True)
            (args.out / "tables" / ".room").write_bytes(b"")
            (args.out / "tables" / ".room").unlink()
        except OSError as error:
            args.complain(f"--out cannot be written to: {error.strerror}: {error.filename}")
    return Wish(
        platform=platform,
        url=args.url.rstrip("/"),
        given=Given(
            key=args.key or "",
            token=args.token or "",
            asked=dict(pair.split("=", 1) for pair in args.value),
            values=dict(pair.split("=", 1) for pair in args.set),
            accounts=args.account,
            history_days=args.history,
        ),
        streams=args.stream,
        out=args.out.resolve() if args.out else None,
        work_seconds=args.work_seconds,
        patience=args.patience,
        no_limits=args.no_limits,
    )


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
