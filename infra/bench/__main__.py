"""`python -m infra.bench`, or `make bench`: what the pipeline costs against what it cannot do without.

A table for people, and one line of JSON, which is the last. What each figure means: docs/performance.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from infra.admin.output import table
from infra.bench import cold, elsewhere, marts_by_the_million, pacing, programs, whole
from infra.bench import feeds as fed
from infra.bench.children import measure
from infra.bench.served import AtOnce
from infra.bench.servers import Server, Servers, servers
from infra.local.processes import terminate_on_signals

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """What measurements share."""

    servers: Servers
    fast: Mapping[str, Server]  # by platform
    rounds: int
    starts: int


@dataclass(frozen=True, slots=True)
class Part:
    """One of the measurements, and the fast servers that it reads from."""

    title: str
    measure: Callable[[Bench], Figures]
    platforms: tuple[str, ...] = ()


FEW, MANY = 10, 1000  # pages that a worker reads while its memory is watched


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="of the account synced end to end (10,000 at least)")
    parser.add_argument("--rounds", type=int, default=25, help="of our extraction against the floor")
    parser.add_argument("--starts", type=int, default=3, help="of each function, and as many of its floor")
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="only this measurement")
    args = parser.parse_args()
    terminate_on_signals()
    figures: Figures = {}
    begun = time.monotonic()
    wanted = {name: part for name, part in PARTS.items() if not args.only or name in args.only}
    with servers() as mine:
        sizes = {"mailchimp": max(args.rows, 10_000), "constant_contact": 20_000, "emailoctopus": (MANY + 1) * 100}
        needed = {platform for part in wanted.values() for platform in part.platforms}
        print("Servers make up their rows …", file=sys.stderr, flush=True)
        fast = {platform: mine.fast(platform, sizes[platform]) for platform in sorted(needed)}
        for server in fast.values():
            server.wait()
        for part in wanted.values():
            print(f"[{time.monotonic() - begun:4.0f} s] {part.title} …", file=sys.stderr, flush=True)
            figures |= part.measure(Bench(mine, fast, args.rounds, args.starts))
    figures["seconds"] = round(time.monotonic() - begun)
    print(orjson.dumps(figures).decode(), flush=True)
    return 0


def cold_starts(bench: Bench) -> Figures:
    found = cold.compare(cold.FUNCTIONS, bench.starts)
    _show(
        ["cold start of", "CPU s", "× floor", "MB", "× floor"],
        [[name, one.seconds, one.ratio, one.megabytes, one.memory_ratio] for name, one in found.items()],
    )
    return {
        "cold_start_s": {name: one.seconds for name, one in found.items()},
        "cold_start_ratio": {name: one.ratio for name, one in found.items()},
        "cold_start_mb": {name: one.megabytes for name, one in found.items()},
    }


def extraction(bench: Bench) -> Figures:
    found = {}
    for platform in ("mailchimp", "constant_contact"):
        server = bench.fast[platform]
        asked = (platform, server.url, server.token(), "--rounds", bench.rounds)
        found[platform] = measure("infra.bench.extraction", *asked)
    _show(
        ["extraction", "ours µs/row", "floor µs/row", "× floor", "rows/s"],
        [[name, one["ours_us"], one["floor_us"], one["cpu_ratio"], one["rows_per_s"]] for name, one in found.items()],
    )
    first = found["mailchimp"]
    return {
        "cpu_ratio": first["cpu_ratio"],
        "rows_per_s": first["rows_per_s"],
        "cpu_us_per_row": first["ours_us"],
        "floor_us_per_row": first["floor_us"],
        "cpu_ratios": {name: one["cpu_ratio"] for name, one in found.items()},
    }


def memory(bench: Bench) -> Figures:
    server, env = bench.fast["emailoctopus"], bench.servers.google()
    key = server.token()
    few, many = (measure("infra.bench.growth", server.url, key, pages, env=env)["peak_bytes"] for pages in (FEW, MANY))
    ratio = round(many / few, 3)
    _show(
        ["peak memory of a worker", "MB"],
        [[f"{FEW} pages", f"{few / 2**20:.1f}"], [f"{MANY:,} pages", f"{many / 2**20:.1f}"], ["ratio", ratio]],
    )
    return {"memory_ratio": ratio, "worker_mb": round(many / 2**20, 1)}


def limits(bench: Bench) -> Figures:
    limited = [bench.servers.limited(name) for name in pacing.ALLOWANCES]
    env = bench.servers.google()
    for server in limited:
        server.wait()
    real = pacing.real(limited, env)
    for server in limited:
        bench.servers.stop(server)
    hours = {name: pacing.simulated(name, seconds=2400) for name in pacing.ALLOWANCES}
    _show(
        ["calls against a limit", "use", "calls", "refused"],
        [
            *([f"{name}, 3 processes", one.share, one.calls, one.refused] for name, one in real.items()),
            *([f"{name}, driven clock", one.share, one.calls, one.refused] for name, one in hours.items()),
        ],
    )
    return {
        "limit_use": real["emailoctopus"].share,
        "limit_uses": {name: one.share for name, one in real.items()},
        "refused": sum(one.refused for one in (*real.values(), *hours.values())),
    }


def end_to_end(bench: Bench) -> Figures:
    found = whole.sync(bench.fast["mailchimp"])
    peak = round(found.said["peak_memory_bytes"] / 2**20, 1)
    _show(
        ["end to end", "value"],
        [
            ["rows in the warehouse", found.rows],
            ["rows/s", found.rows_per_s],
            ["extract_page, CPU µs/row", round(found.said["cpu_seconds"] / found.rows * 1e6, 1)],
            ["extract_page, peak MB", peak],
            *([f"CPU s of {name}", seconds] for name, seconds in found.cpu_seconds.items()),
        ],
    )
    return {
        "rows_end_to_end": found.rows,
        "rows_per_s_end_to_end": found.rows_per_s,
        "cpu_us_per_row_end_to_end": round(found.said["cpu_seconds"] / found.rows * 1e6, 1),
        "peak_mb_end_to_end": peak,
        "missing": found.said["missing"],
    }


def questions(bench: Bench) -> Figures:
    with TemporaryDirectory() as folder:
        rows = marts_by_the_million.make(Path(folder), 1_000_000)
        found = measure("infra.bench.questions", folder)
        shown = measure("infra.bench.publishing", folder)
        looked = measure("infra.bench.pages", folder)
        others = elsewhere.compared(folder, found)
    busy, idle = (round(found[f"{name}_bytes"] / 2**20, 1) for name in ("busy", "idle"))
    _show(
        [f"twelve questions, {rows:,} rows", "CPU ms", "least", "× DuckDB alone"],
        [
            [title, found[f"{name}_ms"], found[f"{name}_least_ms"], found[f"{name}_ratio"]]
            for title, name in (("over marts by day", "by_day"), ("over the fact", "of_facts"))
        ],
    )
    _show(
        ["the same over the fact, of others", "CPU ms, least", "ours, × theirs"],
        [[name, theirs["ms"], theirs["ratio"]] for name, theirs in others.items()],
    )
    _show(
        ["a process that answers", "value"],
        [["its first question, CPU ms", found["first_ms"]], ["idle, MB", idle], ["two at once, MB", busy]],
    )
    _show(
        ["published marts", "value"],
        [
            ["to look at them, CPU ms per million rows", shown["cpu_ms"]],
            ["MB per million rows", round(shown["bytes"] / 1e6, 1)],
            ["looking at them, peak MB", round(shown["peak_bytes"] / 2**20, 1)],
            ["documents read for an answer", shown["reads"]],
            ["documents written for an answer", shown["writes"]],
            ["a question over the fact, × Arrow adding it up", shown["arrow_ratio"]],
        ],
    )
    _show(
        ["a page of the console", "CPU ms", "ms", "kB compressed"],
        [
            *([name, one["cpu_ms"], one["ms"], round(one["bytes"] / 1000, 1)] for name, one in looked["pages"].items()),
            ["all, 95 of a hundred", looked["p95_cpu_ms"], looked["p95_ms"], ""],
        ],
    )
    return {
        "pages_p95_ms": looked["p95_ms"],
        "pages_p95_cpu_ms": looked["p95_cpu_ms"],
        "pages_bytes": max(one["bytes"] for one in looked["pages"].values()),
        "publishing_cpu_ms": shown["cpu_ms"],
        "publishing_bytes": shown["bytes"],
        "publishing_mb": round(shown["peak_bytes"] / 2**20, 1),
        "answer_documents": [shown["reads"], shown["writes"]],
        "questions_arrow_ratio": shown["arrow_ratio"],
        "questions_by_day_ms": found["by_day_ms"],
        "questions_of_facts_ms": found["of_facts_ms"],
        "questions_ratio": found["by_day_ratio"],
        "questions_of_others": {name: [theirs["ms"], theirs["ratio"]] for name, theirs in others.items()},
        "questions_busy_mb": busy,
        "questions_idle_mb": idle,
    }


def feeds(_: Bench) -> Figures:
    found = fed.read()
    _show(
        [f"a feed of {found.rows:,} rows", "CPU s", "MB"],
        [[name, round(seconds, 2), round(size, 1)] for name, (seconds, size) in found.formats.items()],
    )
    _show(
        ["the function feed", "value"],
        [
            ["one that has not changed, CPU ms", round(found.unchanged_ms, 1)],
            ["peak, MB", round(found.peak_mb)],
            *_told(found.at_once),
        ],
    )
    return {
        "feed_rows": found.rows,
        "feed_cpu_s": {name: round(seconds, 2) for name, (seconds, _) in found.formats.items()},
        "feed_unchanged_ms": round(found.unchanged_ms, 2),
        "feed_peak_mb": round(found.peak_mb),
        "feed_per_s": round(found.at_once.per_second, 1),
        "feed_per_cpu_s": round(found.at_once.per_cpu_second, 1),
        "feed_refused": found.at_once.refused,
    }


def answers(_: Bench) -> Figures:
    found = programs.answer()
    _show(
        ["the function api, CPU ms", "for one"],
        [
            ["question over a month", round(found.question_ms, 1)],
            ["question over a year, by day", round(found.year_ms, 1)],
            ["dashboard", round(found.dashboard_ms, 1)],
            ["question of an agent", round(found.agent_ms, 1)],
            ["answer that has not changed", round(found.unchanged_ms, 1)],
        ],
    )
    _show(
        ["the function api", "value"],
        [
            ["before its first question, MB", round(found.idle_mb)],
            ["peak, MB", round(found.peak_mb)],
            *_told(found.at_once),
        ],
    )
    return {
        "api_question_ms": round(found.question_ms, 2),
        "api_year_ms": round(found.year_ms, 2),
        "api_dashboard_ms": round(found.dashboard_ms, 2),
        "api_agent_ms": round(found.agent_ms, 2),
        "api_unchanged_ms": round(found.unchanged_ms, 2),
        "api_peak_mb": round(found.peak_mb),
        "api_per_s": round(found.at_once.per_second, 1),
        "api_per_cpu_s": round(found.at_once.per_cpu_second, 1),
        "api_refused": found.at_once.refused,
    }


def _told(found: AtOnce) -> list[list[Any]]:
    return [
        ["answers a second, eight at once", round(found.per_second, 1)],
        ["the same, for a second of its CPU", round(found.per_cpu_second, 1)],
        ["refused", found.refused],
    ]


def _show(head: list[str], rows: list[list[Any]]) -> None:
    print(table(head, rows) + "\n", flush=True)


PARTS = {
    "cold": Part("Starting every function in a fresh interpreter", cold_starts),
    "extraction": Part("Our extraction against the floor", extraction, ("mailchimp", "constant_contact")),
    "memory": Part("A worker's memory over many pages", memory, ("emailoctopus",)),
    "limits": Part("Calls against limited platforms", limits),
    "questions": Part("Questions about published marts", questions),
    "feeds": Part("Feeds of a hundred thousand rows", feeds),
    "api": Part("Programs and agents that ask", answers),
    "whole": Part("An account end to end", end_to_end, ("mailchimp",)),
}

if __name__ == "__main__":
    sys.exit(main())
