"""What a program says of itself, at the address that is its id (OAuth Client ID Metadata Document, draft 01).

Of what stands there, only what belongs to that address is believed: answers go to its own host, or to the computer of
whoever is asked (RFC 8252, 7.3). The name is a stranger's word, and the page that shows it says the host beside it.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson

from shared.clock import Clock
from shared.errors import Problem
from shared.keys.codes import Client
from shared.strangers.fetched import Fetch, NotFetched

JSON = "application/json"
FRESH = timedelta(minutes=5)  # so that the page and what follows it are of the same text
REMEMBERED = 100  # programs, to one instance
LONGEST_NAME, LONGEST_ADDRESS, MOST_REDIRECTS = 60, 500, 20
_SEEN = re.compile(r"[!-~]+")
ON_A_DESK = ("127.0.0.1", "localhost", "::1")


class Unknown(Problem):
    """Nothing can be asked for: by whom is not known, or where to."""


@dataclass
class Metadata:
    """Of one instance, which remembers for a while what it was told."""

    fetch: Fetch
    clock: Clock
    _held: OrderedDict[str, tuple[datetime, Client]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at_hand(self, address: str) -> Client | None:
        held = self._held.get(address)
        return held[1] if held is not None and self.clock.now() - held[0] < FRESH else None

    def ask(self, address: str) -> Client:
        """Raises Unknown, with a sentence for whoever was led here."""
        try:
            answer = self.fetch(address, JSON)
        except NotFetched as error:
            raise Unknown("no-metadata", f"What this program says of itself cannot be read. {error.sentence}") from None
        if answer.status != 200 or not _is_json(answer.kind):
            raise _odd("At its address is no such text.")
        client = _client(address, answer.body)
        with self._lock:
            self._held[address] = (self.clock.now(), client)
            self._held.move_to_end(address)
            while len(self._held) > REMEMBERED:
                self._held.popitem(last=False)
        return client


def _is_json(kind: str) -> bool:
    return kind == JSON or (kind.startswith("application/") and kind.endswith("+json"))


def _client(address: str, body: bytes) -> Client:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise _odd("It is not written as such texts are.")
    if said.get("client_id") != address:
        raise _odd("It is the text of another program.")
    if "client_secret" in said or said.get("token_endpoint_auth_method", "none") != "none":
        raise _odd("It wants to prove itself in a way that is not offered here.")
    for name, ours in (("grant_types", "authorization_code"), ("response_types", "code")):
        if ours not in _texts(said, name, [ours]):
            raise _odd("It asks in a way that is not offered here.")
    redirects = tuple(_believed(address, _texts(said, "redirect_uris", [])[:MOST_REDIRECTS]))
    if not redirects:
        raise _odd("It names no address of its own to come back to.")
    return Client(address, _name(said.get("client_name")) or urlsplit(address).netloc, redirects)


def _texts(said: Mapping[str, Any], name: str, usual: list[str]) -> list[str]:
    found = said.get(name, usual)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _name(said: object) -> str:
    """One that can be read as it is written; else none."""
    name = said.strip() if isinstance(said, str) else ""
    return name if name.isprintable() and len(name) <= LONGEST_NAME else ""


def _believed(address: str, redirects: list[str]) -> Iterator[str]:
    for each in redirects:
        if (
            len(each) <= LONGEST_ADDRESS
            and _SEEN.fullmatch(each)
            and (_of_the_same_host(address, each) or on_a_desk(each))
        ):
            yield each


def _of_the_same_host(address: str, redirect: str) -> bool:
    return redirect.startswith(f"https://{urlsplit(address).netloc}/")


def on_a_desk(redirect: str) -> bool:
    """Whether it is the computer of whoever opens it."""
    return _without_port(redirect) is not None


def come_back(client: Client, redirect: str) -> Client:
    """With this very address, where it is one of the program's but for the port: a program on a desk takes what is
    free."""
    asked = _without_port(redirect)
    if asked is None or asked not in map(_without_port, client.redirects):
        return client
    return Client(client.id, client.name, (redirect,), client.vouched)


def _without_port(redirect: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(redirect)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in ON_A_DESK or "@" in parts.netloc:
        return None
    return parts.hostname, parts.path, parts.query


def _odd(why: str) -> Unknown:
    return Unknown("odd-metadata", f"What this program says of itself is not believed. {why}")
