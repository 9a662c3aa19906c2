"""One call and one answer, as values. Connectors speak in these; only `shared/http.py` touches the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

Method = Literal["GET", "POST", "DELETE"]
Json = Any  # what a platform sent: unknown until checked


@dataclass(frozen=True, slots=True)
class Request:
    """`url` is absolute. `query` is kept apart so that page rules can put their position into it."""

    method: Method
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    base: str = ""  # what the platform's paths hang below, for rules that go on elsewhere
    bare: bool = False  # goes without the credential: the address itself is signed

    def asking(self, **query: str) -> Request:
        return replace(self, query={**self.query, **query})

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        return replace(self, headers={**self.headers, **headers})

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status. `headers` are lower case; `body` is the decompressed bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Json = None  # parsed when the body is JSON
    is_json: bool = False
    origin: str = ""  # of the server that stood in for the platform; empty when it was the platform itself


def put(value: Json, path: str, what: Json) -> Json:
    """The same with `what` at a dotted path; nothing that was there before is changed in place."""
    name, _, rest = path.partition(".")
    inside = value if isinstance(value, dict) else {}
    return {**inside, name: put(inside.get(name), rest, what) if rest else what}


def at(value: Json, path: str) -> Json:
    """Follow a dotted path; None when any step is absent. The empty path is the value itself."""
    for step in path.split(".") if path else ():
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
