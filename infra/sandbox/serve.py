"""A small threaded HTTP/1.1 server for WSGI apps: keep-alive, no Nagle, and able to hang up."""

import io
import sys
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from infra.sandbox.faults import Dropped
from infra.sandbox.platform_server import Box

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    timeout = 75  # an idle connection is closed in the end
    server: "Server"

    def _serve(self) -> None:
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            head[:] = [status, headers]

        try:
            body = b"".join(self._app_answer(start_response))
        except Dropped as dropped:
            time.sleep(dropped.seconds)
            self.close_connection = True
            return
        status, headers = head
        self._send(status, headers, body)

    def _app_answer(self, start_response: Any) -> Iterable[bytes]:
        return self.server.app(self._environ(), start_response)

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response_only(int(code), phrase)
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        for name, value in headers:
            self.send_header(name, value)
        if not lengths:
            self.send_header("Content-Length", str(len(body)))
        elif int(lengths[0]) > len(body) and self.command != "HEAD":
            self.close_connection = True  # a truncated body ends with the connection
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")
        self.wfile.flush()

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        length = int(self.headers.get("Content-Length") or 0)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            # WSGI wants the unquoted bytes as latin-1 text.
            "PATH_INFO": unquote(path, "iso-8859-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.rfile.read(length) if length else b""),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        return environ

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: calls are counted, and addresses may carry codes."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: "WSGIApplication", port: int, host: str = "127.0.0.1") -> None:
        super().__init__((host, port), _Handler)
        self.app = app

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's error; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Serving:
    """A box behind a port, until it is closed: `with Serving(box) as url: …`."""

    def __init__(self, box: Box[Any], port: int = 0, host: str = "127.0.0.1") -> None:
        box.hang_up_for_real()
        self.server = Server(box.wsgi, port, host)
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> "Serving":
        self._thread.start()
        return self

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def __enter__(self) -> str:
        return self.start().url

    def __exit__(self, *_: object) -> None:
        self.close()
