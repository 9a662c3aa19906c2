"""The words that calls are made of: a call as a handler sees it, what the handler answers, and which address it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from infra.sandbox.access import Access, Client
from infra.sandbox.grants import Grants
from infra.sandbox.limits import Limit
from infra.sandbox.refusals import Refusal
from infra.sandbox.times import parse
from infra.sandbox.wire import as_json


@dataclass(frozen=True)
class Call:
    """One API call as a handler sees it."""

    method: str
    path: str
    query: MultiDict[str, str]
    values: Mapping[str, str]
    now: int
    known: bool  # carries a valid credential; only routes that are `open` or `bare` ever see False
    host_url: str
    client: Client
    grants: Grants  # to look at other tokens, derive them, withdraw them
    access: Access | None = None  # what the credential opens
    json: Any = None  # the body, when it says that it is JSON
    form: MultiDict[str, str] = field(default_factory=MultiDict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    tier: str = ""  # of the route
    limits: list[Limit] = field(default_factory=list)  # that this call has entered

    @property
    def token(self) -> str:
        """The credential, when it is a valid one."""
        return self.access.token if self.access else ""

    def number(self, name: str, default: int, most: int, least: int = 1, status: int = 400) -> int:
        """A whole number within its bounds, or a refusal that names it."""
        given = self.query.get(name)
        if given is None:
            return default
        if not given.isdecimal() or not least <= int(given) <= most:
            raise Refusal("invalid", status, f"{name} must be a number between {least} and {most}.", name)
        return int(given)

    def moment(self, name: str, status: int = 400) -> float | None:
        """A date filter, or a refusal that names it."""
        given = self.query.get(name)
        if given is None:
            return None
        try:
            return parse(given)
        except ValueError:
            raise Refusal("invalid", status, f"{name} must be an ISO 8601 date and time.", name) from None

    def choice(self, name: str, allowed: Sequence[str], status: int = 400) -> str | None:
        given = self.query.get(name)
        if given is not None and given not in allowed:
            raise Refusal("invalid", status, f"{name} must be one of: {', '.join(allowed)}.", name)
        return given

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("true", "1")


@dataclass(frozen=True)
class Answer:
    """What a handler found. `records` names the field that holds the rows, `key` what identifies one.

    Both are dotted paths. `each`: where in an element of that list the record is (`node` of an edge). A body of bytes
    goes out as it is.
    """

    body: Any
    records: str = ""
    key: str = "id"
    status: int = 200
    each: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    encode: Callable[[Any], bytes] = as_json  # or wire.gzipped


@dataclass(frozen=True)
class Route:
    """`scope`: what the credential must allow; `open`: answers without a valid credential, too. `bare`: an address
    that is signed itself and refuses calls that carry a credential; no limit counts them."""

    rule: str
    handle: Callable[[Call], Answer]
    scope: str = ""
    open: bool = False
    methods: tuple[str, ...] = ("GET",)
    bare: bool = False
    tier: str = ""  # what `limits_by` may count it under


Hook = Callable[[Call, Answer], None]  # after every answer
