"""One call to a platform: hosts pinned, redirects off, time and memory limited, whatever the status an Answer.

Headers and bodies are never logged here or anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import SplitResult, urlsplit

import httpx2
import orjson

from shared.clock import Clock, SystemClock
from shared.errors import Bug, Code, Later
from shared.parsing import parse_exactly, parse_json
from shared.portions import Broken, Half, NoList, Portions, mended, portions, unpacked
from shared.room import Crowded, Room, TooLarge, weight
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer, Request

LARGEST = 96 * 2**20  # bytes of one answer after decompression; what it takes as objects is weighed besides
LARGEST_FILE = 512 * 2**20  # of a file that is read in portions
PORTIONS_NEED = 32 * 2**20  # what a portion takes as objects, and its rows on their way out
WHOLE_FILE = 4 * 2**20  # a file up to here is read at once
CONNECT_SECONDS, READ_SECONDS = 10.0, 130.0  # Mailchimp works on a big page for up to 120 s
DEADLINE = timedelta(seconds=240)  # of a whole call, from the first byte to the last, however they trickle
CROWDED = timedelta(seconds=20)  # until one that found no room comes again
_until: ContextVar[datetime | None] = ContextVar("until", default=None)  # when the call under way must have ended


@dataclass(frozen=True)
class Http:
    """`origins` sends a platform's calls to a server that stands in for it; empty in the cloud."""

    origins: Mapping[str, str] = field(default_factory=dict)
    transport: httpx2.BaseTransport | None = None
    largest: int = LARGEST
    timeout: float = READ_SECONDS
    deadline: timedelta = DEADLINE
    clock: Clock = SystemClock()
    room: Room = field(default_factory=Room)
    unpack: Callable[[httpx2.Response], Iterator[bytes]] = httpx2.Response.iter_bytes

    @cached_property
    def client(self) -> httpx2.Client:
        limits = httpx2.Limits(max_keepalive_connections=16, max_connections=32)
        return httpx2.Client(
            transport=self.transport or self._wired(limits),
            follow_redirects=False,
            timeout=httpx2.Timeout(self.timeout, connect=CONNECT_SECONDS),
            headers={"accept-encoding": "gzip", "accept": "application/json", "user-agent": "tributary"},
            trust_env=False,
            # One client serves the connections of many: what a platform sets for one must not go out with another's.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def _wired(self, limits: httpx2.Limits) -> httpx2.BaseTransport:
        from shared.wires import transport  # with the machinery of connections, at the first call

        return transport(limits, self._left)

    def _left(self) -> float | None:
        until = _until.get()
        return None if until is None else (until - self.clock.now()).total_seconds()

    def send(self, platform: Platform, request: Request) -> Answer:
        """Make the call. Raises Later when no whole answer came, Bug when the address is not the platform's."""
        url = self.address(platform, request.url, request.bare)
        token = _until.set(self.clock.now() + self.deadline)
        try:
            return self._sent(platform, request, url)
        except TooLarge:
            said = f"{platform.title} sent an answer that does not fit into a worker's memory."
            raise Bug(Code.ANSWER_TOO_LARGE, said) from None
        except Crowded:
            raise self._crowded(platform) from None
        finally:
            _until.reset(token)

    def _sent(self, platform: Platform, request: Request, url: str) -> Answer:
        try:
            with self.client.stream(
                request.method,
                url,
                params=dict(request.query) or None,
                data=dict(request.form) if request.form is not None else None,
                json=request.json,
                headers=dict(request.headers),
            ) as response:
                body = self._body(response, platform)
                headers = {name.lower(): value for name, value in response.headers.items()}
                status = response.status_code
        except httpx2.TimeoutException as error:
            raise _timed_out(platform, type(error).__name__) from None
        except httpx2.InvalidURL:
            raise Bug("odd-address", f"{platform.title} named an address that no call can be made to.") from None
        except httpx2.HTTPError as error:
            # The text of these errors can hold the address; only their kind is told.
            raise Later(Code.UNREACHABLE, f"{platform.title} could not be reached.", type(error).__name__) from None
        if request.bare:
            return self._file(status, headers, body, platform)
        self.room.need(weight(body))
        return answer(status, headers, body, self._origin(platform))

    def _body(self, response: httpx2.Response, platform: Platform) -> bytes:
        parts, size = list[bytes](), 0
        for part in self.unpack(response):
            size += len(part)
            if size > self.largest:
                raise _too_large(platform, self.largest)
            if (self._left() or 0.0) < 0:
                raise _timed_out(platform, "the whole call")
            self.room.need(2 * size)
            parts.append(part)
        return b"".join(parts)  # put together once: to let it grow takes half as long again

    def _file(self, status: int, headers: Mapping[str, str], body: bytes, platform: Platform) -> Answer:
        """What a file holds: at once, or in portions where it is large. It is packed inside, not only on the way."""
        origin = self._origin(platform)
        try:
            whole = unpacked(body, WHOLE_FILE)
            if whole is None:
                records = self._in_portions(body, platform)
                if records is not None:
                    return Answer(status, headers, body, records, is_json=True, origin=origin)
                whole = unpacked(body, self.largest)
        except Half:
            raise Later("half-a-file", f"{platform.title} sent half of a file.") from None
        except Broken:
            raise Later("half-a-file", f"{platform.title} sent a file that cannot be unpacked.") from None
        if whole is None:
            raise _too_large(platform, self.largest)
        self.room.need(weight(whole))
        return answer(status, headers, whole, origin)

    def _in_portions(self, body: bytes, platform: Platform) -> Portions | None:
        """The records of a large file; None when it holds something else than a list of them."""
        self.room.need(2 * len(body) + PORTIONS_NEED)
        try:
            records = portions(body, LARGEST_FILE)
        except NoList:
            return None
        if records is None:
            raise _too_large(platform, LARGEST_FILE)
        return records

    def _crowded(self, platform: Platform) -> Later:
        return Later(
            "crowded",
            f"Large answers of {platform.title} are read one after another; this one's turn comes.",
            not_before=self.clock.now() + CROWDED,
            counts=False,
        )

    def _origin(self, platform: Platform) -> str:
        there = urlsplit(self.origins.get(platform.name, ""))
        return f"{there.scheme}://{there.netloc}" if there.netloc else ""

    def address(self, platform: Platform, url: str, file: bool = False) -> str:
        """Where a call really goes; refused unless the host is one of the platform's own (or of its files)."""
        try:
            parts = urlsplit(url)
            if file and self._origin(platform) == f"{parts.scheme}://{parts.netloc}":
                return url  # whoever stands in for the platform keeps the files, too
            known = on_file_host if file else on_platform
            ours = _proper(parts) and known(platform, parts.hostname or "")
        except ValueError:  # a port that is no port, brackets that do not close
            raise _foreign(platform) from None
        if not ours:
            raise _foreign(platform, parts.hostname or "")
        stand_in = self.origins.get(platform.name)
        if not stand_in:
            return url
        there = urlsplit(stand_in)
        prefix = there.path.rstrip("/")
        path = parts.path if prefix and parts.path.startswith(prefix + "/") else prefix + parts.path
        return parts._replace(scheme=there.scheme, netloc=there.netloc, path=path).geturl()


def answer(status: int, headers: Mapping[str, str], body: bytes, origin: str = "") -> Answer:
    """An answer with its JSON read, when it is JSON; NaN and half a document are not."""
    try:
        return Answer(status, headers, body, parse_json(body), is_json=True, origin=origin)
    except orjson.JSONDecodeError:
        pass
    try:
        return Answer(status, headers, body, parse_json(mended(body)), is_json=True, origin=origin)
    except orjson.JSONDecodeError:
        return Answer(status, headers, body, origin=origin)


def exactly(answer: Answer) -> Answer:
    """The same answer, with every digit of its numbers."""
    if isinstance(answer.json, Portions):
        return replace(answer, json=answer.json.exactly())
    return replace(answer, json=parse_exactly(mended(answer.body)))


def _proper(parts: SplitResult) -> bool:
    """An https address on the usual port, and nothing before the host that could pass for one."""
    return parts.scheme == "https" and parts.port in (None, 443) and "@" not in parts.netloc


def _foreign(platform: Platform, host: str = "") -> Bug:
    return Bug("foreign-host", f"A call to a host that is not {platform.title}'s was refused.", host)


def on_platform(platform: Platform, host: str) -> bool:
    """Is this host declared? `{dc}` in a declared host stands for one label, which its own pattern has checked."""
    declared = {urlsplit(platform.base).hostname or "", *platform.hosts}
    oauth = platform.oauth
    if oauth:
        declared |= {urlsplit(oauth.authorize).hostname or "", urlsplit(oauth.token).hostname or ""}
    return any(_same(pattern, host.lower()) for pattern in declared)


def on_file_host(platform: Platform, host: str) -> bool:
    return any(_same(pattern, host.lower()) for pattern in platform.downloads)


def _timed_out(platform: Platform, what: str) -> Later:
    return Later("timed-out", f"{platform.title} did not answer in time.", what)


def _too_large(platform: Platform, largest: int) -> Bug:
    return Bug(Code.ANSWER_TOO_LARGE, f"{platform.title} sent an answer of more than {largest // 2**20} MB.")


def _same(pattern: str, host: str) -> bool:
    ours, theirs = pattern.split("."), host.split(".")
    return len(ours) == len(theirs) and all(
        a == b or (a.startswith("{") and b.isascii() and b.replace("-", "").isalnum())
        for a, b in zip(ours, theirs, strict=True)
    )
