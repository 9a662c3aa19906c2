"""Where a request becomes a file, or a refusal. The order is the security, and the price:

no route, no look; no key, nothing; a key of another feed, nothing is there; its turn; what the address says; then one
look at which version is published, and only for somebody who does not have that one anything is read and written.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson
from flask import Request, Response

from shared import log
from shared.clock import Clock, iso
from shared.errors import Later
from shared.feeds.accesses import Access, Accesses
from shared.feeds.answers import NothingYet, Prepared, answered, described, mark, prepared, told_of
from shared.feeds.call import Call, asked, call_of, format_wished
from shared.feeds.door import Door
from shared.feeds.library import Library
from shared.feeds.opening import Opening
from shared.feeds.routes import TABLE
from shared.handing.formats import FORMATS, hand
from shared.handing.table import Heading, Table, TooLong
from shared.keys.admission import Refused, unknown
from shared.people.guard import NotThere
from shared.questions.refusal import Code, Refusal
from shared.web import LASTING_TLS

AGE = 300  # seconds that whoever read it may keep it without asking
SOON, AT_ONCE = "60", "5"  # Retry-After
NOT_THERE = "Nothing is here, or it is not what this key opens."
# To whoever opens the bare address, in a browser perhaps.
FOR_PROGRAMS = "Spreadsheets and programs read feeds here. Each has an address and a key, which its maker is shown."
MOST_ROWS = 300_000  # of all answers that are being sent by an instance
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ERRORS = tuple(Heading(name=name, kind="text") for name in ("code", "message", "details"))
_WAIT = {Code.NOT_PUBLISHED: SOON, Code.BUSY: AT_ONCE}


@dataclass
class Reply:
    status: int
    body: Iterable[bytes] = ()
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    rows: int = 0  # that are held until it is sent


@dataclass
class Front:
    door: Door
    library: Library
    accesses: Accesses
    clock: Clock
    hops: int = 1
    secure: bool = True
    _sending: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: Request) -> Response:
        """Whatever fails inside, an answer comes; of what failed only its kind is logged."""
        began, opening = self.clock.now(), list[Opening]()
        call, reply = Call("GET", ()), self._broken()
        try:
            call = call_of(request, self.hops)
            reply = self._answer(call, opening)
        except Exception as error:
            log.failure("a feed failed", error)
        sent = [0]
        body = () if call.head or reply.status == 304 else _counted(reply.body, sent)
        made = Response(body, reply.status, {**HEADERS, **(LASTING_TLS if self.secure else {}), **reply.headers})
        made.headers["Content-Type"] = reply.kind

        @made.call_on_close
        def close() -> None:
            with self._lock:
                self._sending -= reply.rows
            if opening:
                self._note(opening[0], call, reply.status, sent[0], (self.clock.now() - began).total_seconds())

        return made

    def _answer(self, call: Call, opened: list[Opening]) -> Reply:
        if call.segments == ("healthz",):
            return Reply(200, [b'"ok"'])
        found = TABLE.find(call.method, call.segments)
        headers: dict[str, str] = {}
        try:
            if found is None:
                raise NotThere
            route, ids = found
            if call.named and call.named != ids["feed"]:
                raise unknown()
            opening, turn = self.door.admit(call.key.reveal(), ids["feed"], call.by_link, call.caller)
            opened.append(opening)
            headers = {**turn.headers, **({"Sunset": opening.sunset} if opening.sunset else {})}
            calendar = self.library.calendar(opening.workspace)
            ready = prepared(opening, asked(call, opening.formats), calendar, route.does == "summary")
            reply = self._described(call, ready) if route.does == "metrics" else self._read(call, ready)
        except NotThere:
            reply = self._refused(call, 404, "not-there", NOT_THERE if call.segments else FOR_PROGRAMS)
        except Refused as refusal:
            reply = self._refused(call, refusal.status, refusal.code, refusal.sentence)
            headers = dict(refusal.headers)
            if refusal.status == 401:
                headers["WWW-Authenticate"] = 'Basic realm="feed", charset="UTF-8"'
        except Refusal as refusal:
            reply = self._asked_wrongly(call, refusal)
        except TooLong as error:
            reply = self._refused(call, 422, "too-long", error.sentence, error.way_out)
        except NothingYet:
            sentence = "Nothing is published of this client yet; it is on its way."
            reply = self._refused(call, 503, Code.NOT_PUBLISHED, sentence, "Ask again in a minute.", SOON)
        except Later as problem:
            log.warning("a feed waits", code=problem.code)
            reply = self._refused(call, 503, problem.code, "A part of this does not answer just now.", wait=SOON)
        reply.headers = {"Cache-Control": "no-store", "Vary": "Authorization", **reply.headers, **headers}
        return reply

    def _read(self, call: Call, ready: Prepared) -> Reply:
        version = self.library.version(ready.opening.workspace)
        if not version:
            raise NothingYet
        tag = mark(ready, version)
        headers = _kept(tag)
        if _has(call.known, tag):
            return Reply(304, headers=headers)
        if call.head:
            return self._file(ready, (), headers)
        table, answer = answered(self.library, ready)
        body = hand(table, ready.asked.format, ready.asked.options)
        self._hold(len(table.rows))
        return self._file(ready, body, {**headers, **told_of(answer)}, len(table.rows))

    def _described(self, call: Call, ready: Prepared) -> Reply:
        tag = mark(ready, "metrics")
        if _has(call.known, tag):
            return Reply(304, headers=_kept(tag))
        return self._file(ready, hand(described(ready), ready.asked.format, ready.asked.options), _kept(tag))

    def _file(self, ready: Prepared, body: Iterable[bytes], headers: Mapping[str, str], rows: int = 0) -> Reply:
        name, found = ready.opening.name, FORMATS[ready.asked.format]
        plain = re.sub("[^A-Za-z0-9_-]+", "-", name).strip("-") or "feed"
        full = quote(f"{name}.{found.name}", safe="")
        disposition = f"attachment; filename=\"{plain}.{found.name}\"; filename*=UTF-8''{full}"
        return Reply(200, body, found.kind, {**headers, "Content-Disposition": disposition}, rows)

    def _hold(self, rows: int) -> None:
        """Rows stay in memory until they are sent, and who reads slowly must not fill it."""
        with self._lock:
            if self._sending and self._sending + rows > MOST_ROWS:
                raise Refusal(Code.BUSY, "Others are reading long answers.", "Ask again in a few seconds.")
            self._sending += rows

    # -- refusals --------------------------------------------------------------------------------------

    def _asked_wrongly(self, call: Call, refusal: Refusal) -> Reply:
        wait = _WAIT.get(refusal.code, "")
        long = refusal.code in (Code.TOO_LONG, Code.TOO_LARGE)
        status = 503 if wait else 422 if long else 400
        return self._refused(call, status, refusal.code, refusal.sentence, refusal.way_out, wait)

    def _refused(self, call: Call, status: int, code: str, sentence: str, details: str = "", wait: str = "") -> Reply:
        """In the format that was asked for, if that is one of texts."""
        headers, name = ({"Retry-After": wait} if wait else {}), format_wished(call)
        if name == "json":
            told = {"code": str(code), "message": sentence, "details": details or None, "request_id": call.request}
            return Reply(
                status, [orjson.dumps({"error": {**told, "timestamp": iso(self.clock.now())}})], headers=headers
            )
        error = Table(name="error", headings=_ERRORS, rows=[(str(code), sentence, details)], about={})
        return Reply(status, hand(error, name), FORMATS[name].kind, headers)

    def _broken(self) -> Reply:
        sentence = "Something went wrong. It was written down; try again in a minute."
        reply = self._refused(Call("GET", ()), 500, "broken", sentence)
        return Reply(500, reply.body, headers={"Cache-Control": "no-store"})

    def _note(self, opening: Opening, call: Call, status: int, count: int, seconds: float) -> None:
        access = Access(
            at=self.clock.now(),
            feed=opening.feed,
            key=opening.key,
            network=call.caller.network,
            agent=call.caller.agent,
            status=status,
            bytes=count,
            seconds=round(seconds, 3),
        )
        self.accesses.note(opening.workspace, access)


def _kept(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": f"private, max-age={AGE}"}


def _has(known: str, tag: str) -> bool:
    """Whether whoever asks has it; a proxy that packed it has marked the tag as weak."""
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in known.split(","))


def _counted(body: Iterable[bytes], sent: list[int]) -> Iterator[bytes]:
    for piece in body:
        sent[0] += len(piece)
        yield piece
