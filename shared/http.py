"""One call to a platform: hosts pinned, redirects off, time and size limited, whatever the status an Answer.

Headers and bodies are never logged here or anywhere.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import SplitResult, urlsplit

import httpx2
import orjson

from shared.connectors.spec import Platform
from shared.connectors.wire import Answer, Json, Request
from shared.errors import Bug, Later

GZIP = b"\x1f\x8b\x08"
LONGEST_WHOLE = 20  # characters of a whole number of 64 bits
PIECE = 8 * 1024  # bytes of a file that are unpacked at once
LARGEST = 96 * 1024 * 1024  # bytes of one answer after decompression
CONNECT_SECONDS, READ_SECONDS = 10.0, 130.0  # Mailchimp works on a big page for up to 120 s


@dataclass(frozen=True)
class Http:
    """`origins` sends a platform's calls to a server that stands in for it; empty in the cloud."""

    origins: Mapping[str, str] = field(default_factory=dict)
    transport: httpx2.BaseTransport | None = None
    largest: int = LARGEST
    timeout: float = READ_SECONDS

    @cached_property
    def client(self) -> httpx2.Client:
        return httpx2.Client(
            transport=self.transport,
            follow_redirects=False,
            timeout=httpx2.Timeout(self.timeout, connect=CONNECT_SECONDS),
            headers={"accept-encoding": "gzip", "accept": "application/json", "user-agent": "tributary"},
            limits=httpx2.Limits(max_keepalive_connections=16, max_connections=32),
            trust_env=False,
            # One client serves the connections of many: what a platform sets for one must not go out with another's.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def send(self, platform: Platform, request: Request) -> Answer:
        """Make the call. Raises Later when no whole answer came, Bug when the address is not the platform's."""
        url = self.address(platform, request.url, request.bare)
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
            raise Later("timed-out", f"{platform.title} did not answer in time.", type(error).__name__) from None
        except httpx2.InvalidURL:
            raise Bug("odd-address", f"{platform.title} named an address that no call can be made to.") from None
        except httpx2.HTTPError as error:
            # The text of these errors can hold the address; only their kind is told.
            raise Later("unreachable", f"{platform.title} could not be reached.", type(error).__name__) from None
        whole = self._unpacked(body, platform) if request.bare else body
        return answer(status, headers, whole, self._origin(platform))

    def _body(self, response: httpx2.Response, platform: Platform) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self.largest:
                raise _too_large(platform, self.largest)
            parts.append(part)
        return b"".join(parts)

    def _unpacked(self, body: bytes, platform: Platform) -> bytes:
        """Files are gzip inside, not only on the way."""
        if not body.startswith(GZIP):
            return body
        parts, left, place, member = list[bytes](), self.largest, 0, None
        while place < len(body):
            # A file may be made of several that follow each other, each with its own end; zeros may fill it up behind
            # the last one (RFC 1952, 2.2). In small pieces, because what lies behind an end is copied.
            if member is None and parts and not body[place] and not body[place:].strip(b"\0"):
                break
            member = member or zlib.decompressobj(31)
            piece = body[place : place + PIECE]
            try:
                part = member.decompress(piece, left + 1)
            except zlib.error:
                raise Later("half-a-file", f"{platform.title} sent a file that cannot be unpacked.") from None
            if len(part) > left:
                raise _too_large(platform, self.largest)
            parts.append(part)
            left, place = left - len(part), place + len(piece) - len(member.unused_data)
            member = None if member.eof else member
        if member is not None:
            raise Later("half-a-file", f"{platform.title} sent half of a file.")
        return b"".join(parts)

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
        return Answer(status, headers, body, _read(body), is_json=True, origin=origin)
    except orjson.JSONDecodeError:
        pass
    try:
        return Answer(status, headers, body, _read(_mended(body)), is_json=True, origin=origin)
    except orjson.JSONDecodeError:
        return Answer(status, headers, body, origin=origin)


# A whole number that may have more than 64 bits: orjson would make a double of it, and its last digits would be lost.
_DIGITS, _AS_ONE = b"0" * 19, bytes.maketrans(b"123456789", b"000000000")  # far quicker than to search for the number
_LONG = re.compile(rb"[:,\[]\s*(?:-\d{19}|\d{20})")


def _read(body: bytes) -> Json:
    """The JSON of an answer. Whole numbers that are too long for 64 bits come as texts, so that each digit is kept."""
    said = orjson.loads(body)
    if _DIGITS not in body.translate(_AS_ONE) or _LONG.search(body) is None:
        return said
    try:
        return json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError):  # a text that only looks like one, in an answer that is read otherwise
        return said


def _whole(digits: str) -> int | str:
    number = int(digits) if len(digits) <= LONGEST_WHOLE else None
    return number if number is not None and -(2**63) <= number < 2**64 else digits


# Half of an emoji, left over where a platform cut a text: \ud83d without the other half behind it. Whole ones, and
# backslashes that are themselves escaped, are matched first, so that only what stands alone is left.
_HALVES = re.compile(
    rb"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def _mended(body: bytes) -> bytes:
    """JSON but for halves of characters: each becomes the sign for a lost one, as wherever people read texts."""
    return _HALVES.sub(lambda found: found[1] or rb"\ufffd", body)


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


def _too_large(platform: Platform, largest: int) -> Bug:
    return Bug("answer-too-large", f"{platform.title} sent an answer of more than {largest // 2**20} MB.")


def _same(pattern: str, host: str) -> bool:
    ours, theirs = pattern.split("."), host.split(".")
    return len(ours) == len(theirs) and all(
        a == b or (a.startswith("{") and b.isascii() and b.replace("-", "").isalnum())
        for a, b in zip(ours, theirs, strict=True)
    )
