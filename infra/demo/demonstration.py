"""Connect, sync, let life go on, sync again, compare; and the same world left running, to be asked or opened."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import orjson

from infra.admin.output import plain, say, table
from infra.demo.answers import Answered
from infra.demo.connecting import NotConnected, connect
from infra.demo.demo_cloud import WORKSPACE, Failed, world
from infra.local import up, usage
from infra.local.cloud import refuse_second
from infra.local.processes import NotStarted, terminate_on_signals
from infra.sandbox.compare import Compared, Side
from shared import log
from shared.platforms import PLATFORMS
from shared.states import RunState
from shared.sync.status import RunStatus


def show(args: argparse.Namespace) -> int:
    """A world of stand-ins, as far as it was asked for; why it cannot be is one sentence."""
    args.platform = args.platform or sorted(PLATFORMS)
    terminate_on_signals()
    try:
        with log.written_to(sys.stderr):  # standard output is for results
            return stay(args) if args.stay else demo(args)
    except (Failed, NotConnected, NotStarted) as reason:
        say(plain(f"The demonstration failed: {reason}"), file=sys.stderr)
        return 1


def demo(args: argparse.Namespace) -> int:
    begun = time.monotonic()
    say = _Steps(begun)
    say(f"starting the cloud and {len(args.platform)} platforms on this machine")
    folder = anew(args.folder) if args.ask else args.folder
    with world(folder, sys.stderr, args.small, args.first_port, args.platform, say) as made:
        say("connecting an account of each through the connect pages")
        for name in made.levers:
            connect(made.link(name), made.key(name), made.answers(name), made.accounts(name))
        before: dict[str, dict[str, Side]] = {}
        asked: dict[str, datetime] = {}
        compared: list[Compared] = []

        def life_goes_on(platform: str, number: int) -> None:
            if number == 2:
                compared.extend(made.compare(platform, asked[platform], before.pop(platform)))
                say(f"{PLATFORMS[platform].title} was read again, and its tables compared with the truth")
                return
            say(f"{PLATFORMS[platform].title} was read; life goes on there")
            before[platform] = made.truth(platform)
            made.levers[platform].change()
            asked[platform] = made.stores.clock.now()
            made.ask_for_syncs(platform)

        say("syncing, while things change")
        runs = made.watch(2, life_goes_on)
        say(f"two syncs of each: {_sum(runs)}")
        made.wait_until_told()
        say("publishing the marts, when all has been quiet for two minutes")
        made.wait_until_published()
        say(
            "asking twenty questions of BigQuery's stand-in, what is published, the API, feeds in four formats and /mcp"
        )
        marts, answered = made.marts(), made.ask_twenty()
        memory, count = usage.of(os.getpid()).resident_bytes, made.run_count()
        seconds = time.monotonic() - begun
        code, result = tell(sorted(compared, key=lambda one: one.table), marts, answered, runs, count, seconds, memory)
        if args.ask:
            print(result, flush=True)
            print(f'Ask the marts: {up.admin(made.cloud.folder)} query {WORKSPACE} "select …"')
            up.stand(made.cloud)
    if not args.ask:
        print(result, flush=True)  # when all has ended, so that nothing comes after it
    return code


def anew(folder: Path | None) -> Path:
    """The folder that was named, as it is; or our own, empty: platforms that begin anew know no old connections."""
    if folder is not None:
        return folder
    refuse_second(up.FOLDER)
    shutil.rmtree(up.FOLDER, ignore_errors=True)
    return up.FOLDER


def stay(args: argparse.Namespace) -> int:
    say = _Steps(time.monotonic())
    say(f"starting the cloud and {len(args.platform)} platforms on this machine")
    with world(anew(args.folder), sys.stderr, args.small, args.first_port, args.platform, say) as made:
        admin = up.admin(made.cloud.folder)
        up.tell(made.cloud)
        print("\nOpen a link in a browser to connect an account; each works once, for seven days:")
        for name in made.levers:
            key = f"   (its key: {made.key(name)})" if made.key(name) else ""
            print(f"  {PLATFORMS[name].title:<17} {made.link(name)}{key}")
        print(f"\nThen watch it: {admin} status --watch")
        print("Let life go on at a platform, then ask for a sync:")
        for name, address in made.cloud.settings.origins.items():
            print(f"  curl -X POST {address}/_sandbox/change; {admin} sync {WORKSPACE} {name}")
        up.stand(made.cloud)
    return 0


def tell(
    compared: list[Compared],
    marts: dict[str, dict[str, int]],
    answered: list[Answered],
    runs: list[RunStatus],
    count: int,
    seconds: float,
    memory: int,
) -> tuple[int, str]:
    """Says what came of it; the exit code, and all of it in one line of JSON."""
    rows = [
        (one.table, one.rows, one.marked, len(one.missing), len(one.duplicated), len(one.unexpected), len(one.wrong))
        for one in compared
    ]
    head = ("table", "rows", "marked as gone", "missing", "duplicated", "unexpected", "wrong values")
    say(table(head, rows))
    filled = [(name, sum(rows.values()), ", ".join(sorted(filter(None, rows)))) for name, rows in marts.items()]
    say(f"\n{table(('mart', 'rows', 'platforms'), filled)}\n")
    say(f"{table(('question', 'rows', 'as BigQuery says it'), _asked(answered))}\n")
    for answer in answered:
        for whose, rows_of_one in ((answer.way, answer.alone), ("BigQuery", answer.lacking)):
            for row in rows_of_one:
                say(plain(f"{answer.about} ({answer.way}): only {whose} says {row}"), file=sys.stderr)
    for one in compared:
        for difference in one.troubles():
            say(plain(str(difference)), file=sys.stderr)
    for run in runs:
        for trouble in run.troubles:
            say(plain(f"{trouble.stream}: {trouble.sentence}"), file=sys.stderr)
    failed = [run for run in runs if run.state != RunState.COMPLETED]
    print(f"{seconds:.1f} s, {memory / 2**20:.0f} MB for all processes together")
    missing = sum(len(one.missing) for one in compared)
    duplicated = sum(len(one.duplicated) for one in compared)
    result = {
        "runs": count,
        "tables": {f"{WORKSPACE}_raw.{one.table}": one.rows for one in compared},
        "marts": {f"{WORKSPACE}.{name}": sum(rows.values()) for name, rows in marts.items()},
        "missing": missing,
        "duplicated": duplicated,
        "questions": len({one.about for one in answered}),
        "answered as BigQuery does": _equal(answered),
        "answered otherwise": sum(not one.equal for one in answered),
        "seconds": round(seconds, 1),
    }
    right = all(one.right for one in compared) and all(one.equal for one in answered)
    code = 0 if not failed and right else 1
    return code, orjson.dumps(result).decode()


def _asked(answered: list[Answered]) -> list[tuple[str, int, str]]:
    """Each question, its rows, and by which ways it was answered rightly."""
    ways: dict[str, list[Answered]] = defaultdict(list)
    for one in answered:
        ways[one.about].append(one)
    return [
        (about, each[0].rows, "; ".join(f"{one.way}{'' if one.equal else ': differs'}" for one in each))
        for about, each in ways.items()
    ]


def _equal(answered: list[Answered]) -> dict[str, int]:
    """By which way → how often."""
    return {
        way: sum(one.equal for one in answered if one.way == way)
        for way in dict.fromkeys(each.way for each in answered)
    }


def _sum(runs: list[RunStatus]) -> str:
    return f"{sum(run.rows for run in runs)} rows in {sum(run.pages for run in runs)} pages"


class _Steps:
    """What happens, with the time since the beginning."""

    def __init__(self, begun: float) -> None:
        self.begun = begun

    def __call__(self, text: str) -> None:
        say(f"[{time.monotonic() - self.begun:5.1f} s] {plain(text)}", file=sys.stderr)
