"""What a process and its children cost: seconds of CPU, and the most memory they held."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    cpu_seconds: float = 0.0
    peak_bytes: int = 0  # of the largest process: the worker
    resident_bytes: int = 0  # of all together, now; pages that they share count once where the system tells


def of(pid: int) -> Usage:
    """The process and everything below it. A process that ended meanwhile counts nothing."""
    seen = list(_family(pid))
    return Usage(
        cpu_seconds=sum(one.cpu_seconds for one in seen),
        peak_bytes=max((one.peak_bytes for one in seen), default=0),
        resident_bytes=sum(one.resident_bytes for one in seen),
    )


def _family(root: int) -> Iterable[Usage]:
    if (PROC / "self/stat").exists():
        children: dict[int, list[int]] = {}
        for entry in PROC.iterdir():
            if entry.name.isdigit() and (stat := _stat(int(entry.name))):
                children.setdefault(int(stat[1]), []).append(int(entry.name))
        yield from (_linux(pid) for pid in _below(root, children))
    else:
        yield from _elsewhere(root)


def _below(root: int, children: dict[int, list[int]]) -> list[int]:
    return [root, *(pid for child in children.get(root, []) for pid in _below(child, children))]


def _stat(pid: int) -> list[str]:
    """The fields after the name, which is in brackets and may hold anything: state, parent, …"""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _linux(pid: int) -> Usage:
    stat = _stat(pid)
    if not stat:
        return Usage()
    ticks = os.sysconf("SC_CLK_TCK")
    try:
        status = (PROC / str(pid) / "status").read_text()
        memory = {line.split(":")[0]: line.split() for line in status.splitlines() if line.startswith("Vm")}
        peak = int(memory["VmHWM"][1]) * 1024
        resident = int(memory["VmRSS"][1]) * 1024
    except (OSError, KeyError):  # it is ending
        return Usage()
    return Usage((int(stat[11]) + int(stat[12])) / ticks, peak, _proportional(pid) or resident)


def _proportional(pid: int) -> int:
    """Resident memory with shared pages divided among those who share them; 0 when it is not told."""
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0


def _elsewhere(root: int) -> Iterable[Usage]:
    """Without /proc: `ps` knows today's memory, not the peak."""
    listing = subprocess.run(["ps", "-axo", "pid=,ppid=,rss=,time="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listing.stdout.splitlines()]
    children: dict[int, list[int]] = {}
    for row in rows:
        children.setdefault(int(row[1]), []).append(int(row[0]))
    family = set(_below(root, children))
    for row in rows:
        if int(row[0]) in family:
            resident = int(row[2]) * 1024
            yield Usage(_seconds(row[3]), resident, resident)


def _seconds(text: str) -> float:
    """`[[days-]hours:]minutes:seconds`"""
    days, _, rest = text.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + int(days or 0) * 86400
