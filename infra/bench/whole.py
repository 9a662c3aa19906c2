"""An account end to end, through the real functions into the local warehouse: `python -m infra.local sync`, watched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from infra.bench.children import Failed
from infra.bench.servers import Server
from infra.local.processes import ROOT, environment

LOOK = 0.5  # seconds between two looks at the processes
PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Whole:
    """`said`: the command's own last line. `cpu_seconds`: per process of the local cloud, starting up included."""

    said: Mapping[str, Any]
    cpu_seconds: Mapping[str, float]

    @property
    def rows(self) -> int:
        return sum(self.said["rows"].values())

    @property
    def rows_per_s(self) -> float:
        return round(self.rows / float(self.said["seconds"]))


def sync(server: Server, patience: float = 900) -> Whole:
    command = ["-m", "infra.local", "sync", server.platform, "--url", server.url, "--token", server.token(), "--json"]
    running = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watch = Watch(running.pid)
    watch.start()
    try:
        out, words = running.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        running.terminate()  # it stops what it started
        out, words = running.communicate()
    finally:
        watch.over.set()
        watch.join()
    if running.returncode != 0 or not out:
        raise Failed(words.decode(errors="replace")[-2000:])
    return Whole(orjson.loads(out.splitlines()[-1]), watch.by_name())


class Watch(threading.Thread):
    """Looks again and again at what the processes below another have used; those that ended keep their last figure."""

    def __init__(self, root: int) -> None:
        super().__init__(name="watch", daemon=True)
        self.root = root
        self.over = threading.Event()
        self.seen: dict[int, tuple[str, float]] = {}

    def run(self) -> None:
        while PROC.exists() and not self.over.wait(LOOK):
            for pid, seconds in below(self.root).items():
                before, _ = self.seen.get(pid, ("", 0.0))
                self.seen[pid] = name(pid) or before, seconds  # one that is ending has no name any more

    def by_name(self) -> dict[str, float]:
        total: dict[str, float] = defaultdict(float)
        for name, seconds in self.seen.values():
            total[name] += seconds
        return {name: round(total[name], 2) for name in sorted(total)}


def below(root: int) -> dict[int, float]:
    """A process and all below it, with their seconds of CPU."""
    parents, seconds = dict[int, int](), dict[int, float]()
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended meanwhile
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(stat[1])
                seconds[int(entry.name)] = (int(stat[11]) + int(stat[12])) / TICKS
    found, fresh = set[int](), {root}
    while fresh:
        found |= fresh
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
    return {pid: seconds[pid] for pid in found & seconds.keys()}


def name(pid: int) -> str:
    try:
        command = (PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
    function = re.search(r"functions/(\w+)/main\.py", command)
    stand_in = re.search(r"-m infra\.local\.(?!leash)(\w+)", command)
    if function or not command:
        return function[1] if function else ""
    return f"stand-in: {stand_in[1]}" if stand_in else "infra.local sync"
