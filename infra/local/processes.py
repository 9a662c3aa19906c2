"""Processes of the local cloud: each leads a group of its own, and none outlives whoever started it."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count as count_from
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # seconds for everything to be up. Two cores need about ten, and what ends before is said at once
_PORTS = range(10_000, 30_000)
_looked_at = count_from(0)
_running: set[Process] = set()
# That a stand-in was stopped is no news to its clients. gRPC looks once, when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")


class NotStarted(Exception):
    """A process ended or stayed silent while it should have come up; the text ends with its last words."""


class Handle(Protocol):
    """What we need of a process."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass
class Adopted:
    """A process that another one of ours began, which also takes note of its end."""

    pid: int

    def poll(self) -> int | None:
        """How it ended only its parent knows; 0 stands for any end, also one that nobody has taken note of yet."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        with suppress(OSError):  # where the system tells
            return 0 if Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z" else None
        return None

    def wait(self, timeout: float | None = None) -> int:
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0.0)
            threading.Event().wait(0.01)
        return 0


@dataclass(frozen=True, eq=False)
class Process:
    name: str
    popen: Handle
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    def stop(self, patience: float = 3.0) -> None:
        """End the group: asked first, then made to."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(patience)
        self.kill()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.popen.wait()
        _running.discard(self)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def last_words(self, lines: int = 12) -> str:
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


def spawn(name: str, command: Sequence[str], logs: Path, env: Mapping[str, str] | None = None) -> Process:
    """Start a Python module or file in the repository, its words going to `logs/name.log`."""
    leash = os.getpid() if threading.current_thread() is threading.main_thread() else 0
    log = logs / f"{name}.log"
    with log.open("wb") as words:
        popen = subprocess.Popen(
            [sys.executable, "-m", "infra.local.die_with_parent", str(leash), sys.executable, *command],
            cwd=ROOT,
            env={**environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = Process(name, popen, log)
    _running.add(process)
    return process


def adopt(name: str, pid: int, logs: Path) -> Process:
    """A process that one of ours has begun, as leader of a group, with its words in `logs/name.log`."""
    process = Process(name, Adopted(pid), logs / f"{name}.log")
    _running.add(process)
    return process


def environment() -> dict[str, str]:
    """What children inherit: nothing that could lead them to a real project or through a proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GOOGLE_", "TRIBUTARY_", "PYTEST_")) and not name.lower().endswith("_proxy")
    }
    quiet = {"GRPC_VERBOSITY": "NONE", "PYTHONUNBUFFERED": "1", "NO_PROXY": "*"}
    thrifty = {"MALLOC_ARENA_MAX": "2"}  # otherwise each of many threads keeps memory of its own
    return {**kept, "PYTHONPATH": str(ROOT), **quiet, **thrifty}


def stop_all(processes: Sequence[Process], patience: float = 3.0) -> None:
    """All are asked at once, so that stopping ten takes no longer than stopping one."""
    for process in processes:
        process._signal(signal.SIGTERM)
    until = time.monotonic() + patience
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.popen.wait(max(until - time.monotonic(), 0.05))
        process.kill()


@atexit.register
def _leave_nothing() -> None:
    for process in list(_running):
        process.kill()


def terminate_on_signals() -> None:
    """SIGTERM and SIGHUP end a program the way Ctrl-C does, so that everything it started is stopped."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def wait_for(process: Process, ready: Callable[[], bool], until: float) -> None:
    """Until it is ready; raises NotStarted when it ended or when time is up."""
    while not ready():
        if not process.alive:
            raise NotStarted(f"{process.name} ended while starting:\n{process.last_words()}")
        if time.monotonic() > until:
            raise NotStarted(f"{process.name} did not come up in time:\n{process.last_words()}")
        threading.Event().wait(0.05)


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str) -> bool:
    """Whether a server is there: any answer counts, also a refusal."""
    try:
        with _direct.open(url, timeout=5):
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False


def listens(url: str) -> bool:
    """Whether somebody takes connections at the address, whatever comes of them."""
    parts = urlsplit(url)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), 5
        ):
            return True
    except (OSError, ValueError):
        return False


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses, below those that systems hand to outgoing connections: one of these could take a port
    between now and the moment it is needed. Each process looks in a stretch of its own, and goes on from there."""
    found: list[int] = []
    while len(found) < count:
        port = _PORTS.start + (os.getpid() * 40 + next(_looked_at)) % len(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found
