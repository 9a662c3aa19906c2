"""The house of tests/people as a server that a real browser asks; connect pages likewise; and nothing beyond them.

What leaves for Google's accounts or a mail platform is answered by their stand-ins; anything else is refused and told.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

from tests.people.house import House

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
ACCOUNTS = "https://accounts.google.com"
AT_ONCE = 20  # as terraform/main.tf has it for the console


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # a connection is kept, as between Google's front and a browser

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: what matters is what the browser got."""


@contextmanager
def serving(app: Wsgi, bound: socket.socket) -> Iterator[None]:
    """On a thread of its own for each request, as one instance of the function answers many at once."""
    port = bound.getsockname()[1]
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, fd=bound.fileno())
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    running.start()
    try:
        yield
    finally:
        server.shutdown()
        running.join()
        server.server_close()


def listening() -> tuple[socket.socket, str]:
    """A port of its own, taken before anything is told its address."""
    bound = socket.create_server(("127.0.0.1", 0), backlog=128)
    return bound, f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def house() -> Iterator[House]:
    """A console that is empty still. It answers as many at once as an instance of the function does; others wait."""
    bound, address = listening()
    with bound:
        made, places = House(address=address), threading.BoundedSemaphore(AT_ONCE)

        def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            with places:
                return made.front.handle(Request(environ))(environ, start)

        with serving(app, bound):
            yield made


def stand_in(context: BrowserContext, address: str, app: Wsgi) -> None:
    """What the browser asks of `address` is answered by `app`."""

    def answer(route: Route) -> None:
        asked = route.request
        parts = urlsplit(asked.url)
        sent = asked.all_headers()
        got = Client(app, use_cookies=False).open(
            parts.path,
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=asked.method,
            data=asked.post_data_buffer,
            headers={name: sent[name] for name in ("content-type", "cookie") if name in sent},
        )
        said = {name: "\n".join(got.headers.getlist(name)) for name, _ in got.headers}
        route.fulfill(status=got.status_code, headers=said, body=got.get_data())

    context.route(f"{address}/**", answer)
