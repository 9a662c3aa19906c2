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


def guarded(run: Callable[[argparse.Namespace], int], said: argparse.Namespace) -> int:
    """Whatever was started ends with the command; why it could not begin, or go on, is one sentence."""
    terminate_on_signals()
    try:
        with log.written_to(sys.stderr):  # standard output is for results
            return run(said)
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


def read(said: argparse.Namespace) -> int:
    """Exit code 0: everything is there; 1: something is missing, and it says what; 2: it could not begin."""
    wish = _wish(said)
    if not listens(wish.url):
        output.say(f"Nothing answers at {output.plain(wish.url)}.", file=sys.stderr)
        return 2
    tried = sync(wish)
    _tell(tried)
    if said.json:
        output.say(output.json(tried, indent=False))
    return 0 if tried.complete else 1


def _wish(said: argparse.Namespace) -> Wish:
    """What the words mean; ends the program with a usage message where they mean nothing."""
    platform = PLATFORMS[said.platform]
    unknown = unknown_streams(platform, said.stream)
    if unknown:
        known = ", ".join(stream.name for stream in platform.streams)
        said.complain(f"{platform.title} has no stream {', '.join(unknown)}; it has {known}")
    for option, pairs in (("--set", said.set), ("--value", said.value)):
        if any("=" not in pair for pair in pairs):
            said.complain(f"{option} takes name=value")
    if not 0 <= said.history <= MOST_HISTORY:
        said.complain(f"--history takes a number of days, at most {MOST_HISTORY:,}")
    if not said.url.startswith(("http://", "https://")):
        said.complain("--url takes an address that begins with http:// or https://")
    if said.no_limits and on_platform(platform, urlsplit(said.url).hostname or ""):
        said.complain(f"--no-limits is for a server of your own; this one is {platform.title}'s, whose pace is kept")
    if said.out:
        try:
            (said.out / "tables").mkdir(parents=True, exist_ok=True)
            (said.out / "tables" / ".room").write_bytes(b"")
            (said.out / "tables" / ".room").unlink()
        except OSError as error:
            said.complain(f"--out cannot be written to: {error.strerror}: {error.filename}")
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
