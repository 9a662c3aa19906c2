"""What a program asked, cut down to what feeds use. The key is taken out of the address here, and is nowhere else."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import Request

from shared.feeds.narrowing import Wishes, wishes
from shared.handing.formats import FORMATS
from shared.handing.table import Options
from shared.keys.admission import Caller, network_of
from shared.questions.nearest import nearest
from shared.questions.refusal import Code, Refusal
from shared.secret import Secret
from shared.web import came_from, trace_of

LONGEST = 8000  # of an address
KEY, FORMAT, SAFE, BOM = "key", "format", "safe", "bom"
_NO_KEY = Secret("")


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    segments: tuple[str, ...]
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of the address, without the key
    key: Secret = _NO_KEY
    by_link: bool = False
    named: str = ""  # the feed that Basic names; empty: none is
    known: str = ""  # If-None-Match
    caller: Caller = field(default_factory=Caller)
    request: str = ""
    head: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says, read strictly."""

    format: str
    options: Options
    wishes: Wishes


def call_of(request: Request, hops: int) -> Call:
    query = request.args if len(request.query_string) <= LONGEST else type(request.args)()
    said = {name: tuple(values) for name, values in query.lists()}
    link = said.pop(KEY, ())
    found = Call(
        method="GET" if request.method == "HEAD" else request.method,
        segments=tuple(part for part in request.path.split("/") if part),
        said=said,
        known=request.headers.get("If-None-Match", "")[:500],
        caller=Caller(
            network_of(came_from(request.headers.get("X-Forwarded-For", ""), request.remote_addr or "", hops)),
            request.headers.get("User-Agent", "")[:200],
        ),
        request=trace_of(request),
        head=request.method == "HEAD",
    )
    if link:
        return replace(found, key=Secret(link[0] if len(link) == 1 else ""), by_link=True)
    return _by_header(found, request.headers.get("Authorization", ""), request.headers.get("X-Api-Key", ""))


def _by_header(call: Call, authorization: str, own: str) -> Call:
    way, _, rest = authorization.partition(" ")
    if way.lower() == "basic":
        try:
            name, _, key = b64decode(rest.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return call
        return replace(call, named=name or "-", key=Secret(key))
    return replace(call, key=Secret(rest.strip() if way.lower() == "bearer" else own.strip()))


def asked(call: Call, formats: Sequence[str]) -> Asked:
    """Raises Refusal for what nobody knows."""
    said = dict(call.said)
    name, safe, bom = (_once(said.pop(key, ()), key) for key in (FORMAT, SAFE, BOM))
    name = name or formats[0]
    if name not in formats:
        raise Refusal(Code.NOT_UNDERSTOOD, f"This feed has no {name[:20]}.", nearest(name, formats))
    return Asked(name, Options(safe=_flag(SAFE, safe), bom=_flag(BOM, bom)), wishes(said))


def format_wished(call: Call) -> str:
    """For a refusal, which comes in the format that was asked for where that is one of texts."""
    name = call.said.get(FORMAT, ("",))[-1]
    return name if name in FORMATS and name != "xlsx" else "json"


def _once(values: Sequence[str], name: str) -> str:
    if len(values) > 1:
        raise Refusal(Code.NOT_UNDERSTOOD, f"{name} stands in the address {len(values)} times.", "Say it once.")
    return values[0] if values else ""


def _flag(name: str, value: str) -> bool:
    if value not in ("", "0", "1"):
        raise Refusal(Code.NOT_UNDERSTOOD, f"{name} is 0 or 1.", f"{name}=1")
    return value == "1"
