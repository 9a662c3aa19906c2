"""Answers that a fault gives instead of the true one."""

import gzip
import io
from collections.abc import Callable

from werkzeug import Response

from infra.sandbox.faults import Fault, Faults
from infra.sandbox.refusals import Reason, Refusal

PAGE = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>edge gateway</p></body></html>"
_REASONS: dict[int, Reason] = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "missing",
    405: "method",
    422: "invalid",
    429: "limited",
}


def broken_answer(fault: Fault, faults: Faults, refuse: Callable[[Refusal, int], Response]) -> Response | None:
    """None when the fault only spoils a true answer."""
    if fault.kind == "timeout":
        faults.timed_out(fault.seconds)
    if fault.kind == "drop":
        faults.dropped()
    if fault.kind == "status":
        return _status(fault, refuse)
    if fault.kind == "error_200":
        return refuse(Refusal(_REASONS.get(fault.status, "broken"), fault.status), 200)
    if fault.kind == "not_json":
        return Response(fault.body or PAGE.format("Please sign in"), content_type="text/html; charset=utf-8")
    if fault.kind == "empty":
        return Response(b"", content_type="application/json; charset=utf-8")
    if fault.kind == "redirect":
        return Response(status=302, headers={"Location": fault.url or "https://attacker.example/elsewhere"})
    if fault.kind == "gzip_bomb":
        headers = {"Content-Encoding": "gzip"}
        return Response(_bomb(fault.size or 200_000_000), 200, headers, content_type="application/json")
    return None


def _status(fault: Fault, refuse: Callable[[Refusal, int], Response]) -> Response:
    if fault.html or fault.body is not None:
        body = fault.body if fault.body is not None else PAGE.format(fault.status)
        kind = "text/html; charset=utf-8" if fault.html else "application/json"
        return Response(body, fault.status, dict(fault.headers), content_type=kind)
    reason = _REASONS.get(fault.status, "broken")
    return refuse(Refusal(reason, fault.status, headers=fault.headers), fault.status)


def spoiled_bytes(response: Response) -> Response:
    """Half of the bytes under the length of all of them."""
    body = response.get_data()
    half = Response(body[: len(body) // 2], response.status_code, content_type=response.content_type)
    half.automatically_set_content_length = False
    half.headers["Content-Length"] = str(len(body))
    return half


def _bomb(size: int) -> bytes:
    """Valid JSON around `size` blanks: nothing but its weight is wrong with it."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as stream:
        stream.write(b"{")
        blank = b" " * 1_000_000
        for _ in range(size // len(blank)):
            stream.write(blank)
        stream.write(b"}")
    return packed.getvalue()
