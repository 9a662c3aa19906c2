"""The platforms to measure against: the fast stand-ins, and one that keeps its limits; each a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from infra.local.processes import Process, answers, free_ports, spawn, stop_all, wait_for
from infra.local.stand_ins import google

PATIENCE = 240.0  # seconds for a server to make up its rows on a busy machine


@dataclass(frozen=True)
class Server:
    platform: str
    url: str
    process: Process

    def wait(self) -> None:
        """Until it answers; making up 200,000 rows takes a while."""
        wait_for(self.process, lambda: answers(f"{self.url}/_sandbox/calls"), time.monotonic() + PATIENCE)

    def token(self) -> str:
        """An access token or a key, whatever the platform has."""
        issued = httpx2.post(f"{self.url}/_sandbox/credential", trust_env=False).json()
        return str(next(iter(issued.values())))


@dataclass
class Servers:
    """Whatever a measurement starts; all of it ends with the block."""

    logs: Path
    started: list[Process]

    def fast(self, platform: str, rows: int) -> Server:
        """One big stream, serialised beforehand, so that the server is never what is waited for."""
        port = free_ports(1)[0]
        command = ["-m", "infra.sandbox.bulk_server", platform, f"--rows={rows}", f"--port={port}"]
        return self._server(platform, command, port)

    def limited(self, platform: str) -> Server:
        """The ordinary stand-in, with the platform's documented limits."""
        port = free_ports(1)[0]
        return self._server(platform, ["-m", "infra.sandbox", "serve", f"{platform}={port}", "--size=small"], port)

    def google(self) -> dict[str, str]:
        """Firestore (and its neighbours); the environment in which its clients find it."""
        port, certificates = free_ports(2)
        stand_in = google(None, port, certificates, self.logs)
        self.started.append(stand_in.process)
        wait_for(stand_in.process, stand_in.ready, time.monotonic() + PATIENCE)
        return {**stand_in.environment, "GOOGLE_CLOUD_PROJECT": "local", "TRIBUTARY_BUCKET": "bench"}

    def _server(self, platform: str, command: list[str], port: int) -> Server:
        process = spawn(f"{platform}-{port}", command, self.logs)
        self.started.append(process)
        return Server(platform, f"http://127.0.0.1:{port}", process)

    def stop(self, server: Server) -> None:
        """No longer needed: its memory and its share of the processor belong to the next measurement."""
        stop_all([server.process])
        self.started.remove(server.process)


@contextmanager
def servers() -> Iterator[Servers]:
    with TemporaryDirectory(prefix="tributary-bench-") as folder:
        mine = Servers(Path(folder), [])
        try:
            yield mine
        finally:
            stop_all(mine.started)
