"""`python -m infra.sandbox.bulk_server mailchimp --rows 200000 --port 0`: a platform that is never the bottleneck.

The big stream is sliced out of memory and, as the platforms do it, packed for whoever takes it packed; every other call
goes to an ordinary sandbox without people and campaigns, so that a whole sync of the account runs through. The first
line printed is the port.
"""

import argparse
import asyncio
import gc
import io
import sys
from collections.abc import Mapping
from typing import Any

from isal import isal_zlib

from infra.sandbox.prebuilt import PREBUILT, Chunks, Prebuilt

LINE = b"\r\n"


class Connection(asyncio.Protocol):
    """Just enough of HTTP/1.1: keep-alive, Content-Length bodies, requests one behind the other."""

    def __init__(self, hot: Prebuilt) -> None:
        self.hot = hot
        self.waiting = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (end := self.waiting.find(LINE + LINE)) >= 0:
            head = self.waiting[:end].decode("latin-1")
            first, _, rest = head.partition("\r\n")
            headers = dict(_header(line) for line in rest.split("\r\n") if line)
            length = int(headers.get("content-length", 0))
            if len(self.waiting) < end + 4 + length:
                return
            body = self.waiting[end + 4 : end + 4 + length]
            self.waiting = self.waiting[end + 4 + length :]
            self._answer(first, headers, body)

    def _answer(self, line: str, headers: Mapping[str, str], body: bytes) -> None:
        method, target, _ = line.split(" ", 2)
        path, _, query = target.partition("?")
        try:
            chunks = self._hot(method, path, query, body)
        except (KeyError, TypeError, ValueError):
            chunks = None  # the ordinary sandbox knows how to refuse it
        if chunks is None:
            status, given, content = _ordinary(self.hot, method, path, query, headers, body)
            chunks = [content]
        else:
            status, given = "200 OK", [("Content-Type", "application/json; charset=utf-8")]
            if "gzip" in headers.get("accept-encoding", ""):
                given.append(("Content-Encoding", "gzip"))
                chunks = [self._packed((line, body), chunks)]
        length = sum(len(chunk) for chunk in chunks)
        sent = "".join(f"{name}: {value}\r\n" for name, value in given if name.lower() != "content-length")
        head = f"HTTP/1.1 {status}\r\n{sent}Content-Length: {length}\r\n\r\n".encode("latin-1")
        self.transport.writelines([head, *chunks])
        if headers.get("connection", "").lower() == "close":
            self.transport.close()

    def _packed(self, asked: tuple[str, bytes], chunks: Chunks) -> bytes:
        """Once for each question: whoever measures asks again and again."""
        if asked not in self.hot.packed:
            self.hot.packed[asked] = gzip_all(chunks)
        return self.hot.packed[asked]

    def _hot(self, method: str, path: str, query: str, body: bytes) -> Chunks | None:
        if method == "POST":
            return self.hot.posted(path, body)
        return self.hot.answer(path, query) if method == "GET" else None


def gzip_all(chunks: Chunks) -> bytes:
    squeeze = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
    return b"".join([*map(squeeze.compress, chunks), squeeze.flush()])


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.lower(), value.strip()


def _ordinary(
    hot: Prebuilt, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> tuple[str, list[tuple[str, str]], bytes]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()},
    }
    head: list[Any] = []

    def start_response(status: str, given: list[tuple[str, str]], _: Any = None) -> Any:
        head[:] = [status, given]

    content = b"".join(hot.box.wsgi(environ, start_response))
    return head[0], head[1], content


async def serve(hot: Prebuilt, port: int, host: str = "127.0.0.1") -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(hot), host, port, backlog=128)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.sandbox.bulk_server", description=__doc__)
    parser.add_argument("platform", choices=sorted(PREBUILT))
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    args = parser.parse_args()
    hot = PREBUILT[args.platform](args.rows, args.seed)
    gc.collect()
    gc.freeze()
    try:
        asyncio.run(serve(hot, args.port, args.host))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
