"""Everything that a key touches, in memory; and a count of what was asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from shared.audit.entry import Origin
from shared.keys.admission import Caller, Door
from shared.keys.codes import Codes
from shared.keys.digests import Digests
from shared.keys.key import Key
from shared.keys.keyring import Keyring
from shared.keys.limits import Limits
from shared.keys.texts import Kind
from shared.keys.tokens import Tokens
from shared.secret import Secret
from tests.support.memory import MemoryDocuments, MemoryVault, Time

T = TypeVar("T")
BY = Origin(who="person:ann", route="keys", network="192.0.2.7", agent="tests", request="r1")
HERE = Caller("192.0.2.7", "curl/9")
API, MCP = "https://api.example.com", "https://api.example.com/mcp"


@dataclass
class Counted(MemoryDocuments):
    """What was asked of the documents, in order."""

    asked: list[str] = field(default_factory=list)

    def get(self, path: str) -> Any:
        self.asked.append(f"get {path.partition('/')[0]}")
        return super().get(path)

    def set(self, path: str, doc: Any) -> None:
        self.asked.append("set")
        super().set(path, doc)

    def transact(self, work: Callable[[Any], T]) -> T:
        self.asked.append("transact")
        return super().transact(work)


@dataclass
class Bench:
    documents: Counted = field(default_factory=Counted)
    vault: MemoryVault = field(default_factory=MemoryVault)
    clock: Time = field(default_factory=Time)
    sessions: set[str] = field(default_factory=lambda: {"session-1", "s1", "s2"})  # those that live
    roles: dict[tuple[str, str], str] = field(default_factory=lambda: {("ann", "acme"): "admin"})

    def __post_init__(self) -> None:
        self.digests = Digests(self.documents, self.vault, self.clock, "key-digests")
        self.ring = Keyring(self.documents, self.digests, self.clock, self.role)
        self.door = self.another()
        self.tokens = Tokens(self.documents, self.digests, self.clock, self.door, self.sessions.__contains__)
        self.codes = Codes(self.documents, self.digests, self.clock, self.tokens)

    def role(self, person: str, workspace: str) -> str | None:
        return self.roles.get((person, workspace))

    def another(self) -> Door:
        """Another instance of the function that has the door."""
        digests = Digests(self.documents, self.vault, self.clock, "key-digests")
        return Door(self.documents, digests, Limits(self.documents, self.clock), self.clock, self.role)

    def key(self, kind: Kind = Kind.API, scopes: tuple[str, ...] = ("data:read",), **more: Any) -> tuple[Secret, Key]:
        feed = "weekly" if kind == Kind.FEED else ""
        lifetime = more.pop("lifetime", timedelta(days=90))
        maker, workspace = more.pop("maker", "ann"), more.pop("workspace", "acme")
        return self.ring.make(BY, maker, kind, workspace, "a name", scopes, lifetime, feed=feed, **more)

    def acts(self) -> list[str]:
        entries = [doc for path, doc in self.documents.docs.items() if path.startswith("audit_entries/")]
        return [f"{doc['act']} {doc['outcome']}" for doc in sorted(entries, key=lambda doc: doc["at"])]
