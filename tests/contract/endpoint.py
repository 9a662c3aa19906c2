"""A local HTTP server that Pub/Sub can push to."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Push:
    """One request received."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def data(self) -> bytes:
        """The payload of the message."""
        return base64.b64decode(self.body["message"].get("data", ""))


@dataclass
class Endpoint:
    """What arrived, and how it is answered: the answers in turn, the last one for good."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    received: list[Push] = field(default_factory=list)
    before_answer: Callable[[], object] = lambda: None
    redirect_to: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, push: Push) -> int:
        """Note a request; gives the status to answer with."""
        with self._lock:
            self.received.append(push)
            status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.before_answer()
        return status


@contextmanager
def listening() -> Iterator[Endpoint]:
    """An endpoint on a free port."""
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keep connections, as a real endpoint does

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = endpoint.take(Push(self.path, dict(self.headers), json.loads(body)))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", endpoint.redirect_to)
            if status != 204:
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/push"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
