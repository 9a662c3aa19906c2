"""Scripted faults: which call is hit, how often, and with what."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Literal, NoReturn, get_args
from urllib.parse import unquote_plus

import httpx2

Kind = Literal[
    # instead of an answer
    "status",  # `status`, `headers`, `html=True` for a page of the edge, `body` to say it word for word
    "timeout",  # no answer in time
    "drop",  # the connection closes without an answer
    "not_json",  # 200 with a web page
    "error_200",  # 200 with the platform's error body
    "empty",  # 200 without a byte
    "gzip_bomb",  # a small body that unpacks to `size` bytes
    "redirect",  # 302 to `url`, by default another host
    # a true answer, spoiled
    "truncated",  # half of the body under the full Content-Length
    "missing_records",  # the field with the rows is left out
    "renamed_records",  # … has another name
    "extra_field",  # rows carry a field nobody knows
    "retyped_field",  # `field`, or the first text, becomes an object
    "null_key",  # the first row has no key
    "nan",  # a number is NaN
    "huge_row",  # the first row carries `size` bytes of text
    "hostile_next",  # the next link leads to `url`; styles: foreign, http, userinfo, suffix, relative, port
    "repeated_page",  # the first answer again and again, cursor and all
    "odd_text",  # emoji, right-to-left, control characters
    "extreme_dates",  # years 0001 and 9999
]


class Dropped(Exception):  # tells the server to close the connection, nothing else
    """No answer: after `seconds`, the connection just closes."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"dropped after {seconds} s")
        self.seconds = seconds


@dataclass
class Fault:
    match: str
    kind: Kind
    times: int | None = 1  # None: for ever
    after: int = 0  # calls to let pass first
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    html: bool = False
    body: str | None = None
    field: str = ""
    style: str = "foreign"
    url: str = ""
    size: int = 0
    seconds: float = 30.0
    seen: int = 0
    hits: int = 0
    holding: str = ""  # only calls whose body holds this text: where one address serves everything
    kept: Any = None  # what a repeated page repeats

    def matches(self, method: str, path: str, query: str, body: str = "") -> bool:
        matching = _pattern(self.match).fullmatch(f"{method} {path}?{unquote_plus(query)}") is not None
        return matching and self.holding in body

    @property
    def spent(self) -> bool:
        return self.times is not None and self.hits >= self.times


class Faults:
    """`match` reads like a call: `GET /3.0/lists`, `POST /report`, `* /3.0/lists/{id}/members`, `GET /v3/*?*cursor=*`.
    `{…}` is one part of a path, `*` is anything; without `?` the query does not matter."""

    def __init__(self, count: Callable[[str], None]) -> None:
        self._count = count
        self._faults: list[Fault] = []
        self._lock = RLock()
        # In process there is no connection to lose: the client's own errors are raised through the app.
        self.timed_out: Callable[[float], NoReturn] = _read_timeout
        self.dropped: Callable[[], NoReturn] = _closed

    def add(self, match: str = "*", kind: Kind = "status", times: int | None = 1, **how: Any) -> Fault:
        if kind not in get_args(Kind):
            raise ValueError(f"unknown kind of fault: {kind}")
        fault = Fault(match, kind, times, **how)
        with self._lock:
            self._faults.append(fault)
        return fault

    def served(self) -> None:
        """Behind a real server a timeout is silence, then a closed connection."""
        self.timed_out, self.dropped = _drop, _drop

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def pending(self) -> list[Fault]:
        with self._lock:
            return [fault for fault in self._faults if not fault.spent]

    def take(self, method: str, path: str, query: str, body: str = "") -> Fault | None:
        """The fault that hits this call; the one added first wins."""
        with self._lock:
            for fault in self._faults:
                if fault.spent or not fault.matches(method, path, query, body):
                    continue
                fault.seen += 1
                if fault.seen > fault.after:
                    fault.hits += 1
                    self._count(fault.kind)
                    return fault
            return None


def _pattern(match: str) -> re.Pattern[str]:
    call, _, query = match.partition("?")
    method, _, path = call.rpartition(" ")
    parts = re.split(r"(\*|\{[^}]*\})", f"{method or '*'} {path}")
    pattern = "".join(".*" if p == "*" else "[^/?]+" if p.startswith("{") else re.escape(p) for p in parts)
    asked = ".*".join(map(re.escape, query.split("*"))) if query else ".*"
    return re.compile(rf"{pattern}\?{asked}", re.DOTALL)


def _read_timeout(seconds: float) -> NoReturn:
    raise httpx2.ReadTimeout("sandbox: no answer in time")


def _closed() -> NoReturn:
    raise httpx2.RemoteProtocolError("sandbox: connection closed without an answer")


def _drop(seconds: float = 0.0) -> NoReturn:
    raise Dropped(seconds)
