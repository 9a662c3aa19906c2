"""Who stands at the door: a key or a short token that a program presented, and what it may do now.

1. The shape and the checksum, which ask nobody.
2. Its document, by its 8 leading characters, and the HMAC in constant time. A text that is not known costs the same
   work and gets the same answer, whatever of it is wrong; and nothing is written for it.
3. What became of it, and what its maker may now.
4. Its limit.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared import log
from shared.audit.entry import Origin, text
from shared.clock import Clock
from shared.keys.digests import Digests
from shared.keys.key import Key, KeyState, key_of, key_path
from shared.keys.keyring import mark_orphan
from shared.keys.limits import LIMITS, Limits
from shared.keys.scopes import LEAST, RoleOf, Scope, cut, role_now
from shared.keys.texts import KEYS, Kind, read
from shared.stores.ports import Doc, Documents, Transaction

NOTED = timedelta(minutes=10)  # the last use is written at most so often
LONGEST_AGENT = 120
MISSES = 20  # unknown keys of one network in a minute; then they are refused without a look
REMEMBERED = 10_000


class Refused(Exception):
    """Not let in. `code` and `sentence` are for the answer; they say nothing that whoever asks did not know."""

    def __init__(self, code: str, sentence: str, status: int = 401, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence, self.status, self.headers = code, sentence, status, dict(headers or {})


@dataclass(frozen=True, slots=True)
class Caller:
    """From where a request comes, as it was seen at our edge."""

    network: str = ""
    agent: str = ""


NOWHERE = Caller()


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody showed, as it is kept. Whoever reads the same documents finds it by this; it opens nothing."""

    kind: str  # session, key or token
    name: str  # of the document
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Let in: for one workspace, with these scopes and no others."""

    subject: str  # `key:ID` or `person:ID`: who is answerable, as the audit log names them
    workspace: str
    scopes: frozenset[Scope]
    shown: Shown
    feed: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # of the answer

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def origin(self, route: str, caller: Caller, request: str) -> Origin:
        return Origin(who=self.subject, route=route, network=caller.network, agent=caller.agent, request=request)


def unknown() -> Refused:
    """The one answer to everything that was never given out."""
    return Refused("unknown-key", "This key is not known here.")


@dataclass
class Door:
    """What checks keys; one for each instance of a function."""

    documents: Documents  # the database of people
    digests: Digests
    limits: Limits
    clock: Clock
    role_of: RoleOf
    misses: Misses = field(default_factory=lambda: Misses())

    def admit(self, presented: str, kinds: Collection[Kind], caller: Caller = NOWHERE) -> Admitted:
        """By a key of one of these kinds. Raises Refused."""
        key, scopes = self.known(presented, kinds, caller)
        turn = self.limits.take(key.id, LIMITS[key.kind])
        if not turn.allowed:
            raise Refused("too-many-calls", "This key has used up its calls of this minute.", 429, turn.headers)
        digest = self._note(key, presented, caller)
        headers = {**turn.headers, **({"Sunset": key.sunset} if key.sets_at else {})}
        shown = Shown("key", key.id, digest)
        return Admitted(
            subject=f"key:{key.id}", workspace=key.workspace, scopes=scopes, shown=shown, feed=key.feed, headers=headers
        )

    def known(self, presented: str, kinds: Collection[Kind], caller: Caller) -> tuple[Key, frozenset[Scope]]:
        """The key that this text opens, and its power now; limits are not asked."""
        found = read(presented)
        if found is None or found.kind not in kinds or found.kind not in KEYS:
            raise unknown()
        now = self.clock.now()
        if self.misses.too_many(caller.network, found.id, now):
            raise unknown()
        doc = self.documents.get(key_path(found.id))
        key = key_of(doc) if doc else None
        if not self.digests.compare(found.secret, key.kept if key else None) or key is None:
            self.misses.missed(caller.network, now)
            raise unknown()
        self.misses.hit(found.id)
        return key, self.power(key)

    def power(self, key: Key) -> frozenset[Scope]:
        """What it may do now; raises Refused when it may do nothing any more."""
        now = self.clock.now()
        role = role_now(self.role_of, key.maker, key.workspace)
        if (role is None) != (key.orphaned_at is not None):
            since = now if role is None else None
            mark_orphan(self.documents, key.id, since)
            key = replace(key, orphaned_at=since)
        state = key.state(now)
        if state in SENTENCES:
            raise Refused(f"key-{state}", SENTENCES[state], 403 if state == KeyState.PAUSED else 401)
        return cut(key.scopes, role or LEAST)

    def _note(self, key: Key, presented: str, caller: Caller) -> str:
        """When and from where it was last used. That this fails is no reason to turn somebody away. Returns the digest
        that is kept from now on."""
        now = self.clock.now()
        if key.used_noted_at is not None and now - key.used_noted_at < NOTED:
            return key.digest
        use: Doc = {
            "used_on": f"{now:%Y-%m-%d}",
            "used_network": network_of(caller.network),
            "used_agent": text(caller.agent)[:LONGEST_AGENT],
        }
        found = read(presented)
        if found is not None and self.digests.outdated(key.kept):
            digest = self.digests.make(found.secret)
            use |= {"digest": digest.value, "digest_by": digest.by}
        if all(getattr(key, name) == value for name, value in use.items()):
            return key.digest

        def write(tx: Transaction) -> str:
            doc = tx.get(key_path(key.id))
            if doc is None or doc["digest"] != key.digest:
                return key.digest if doc is None else str(doc["digest"])
            tx.update(key_path(key.id), {**use, "used_noted_at": now})
            return str(use.get("digest", key.digest))

        try:
            return self.documents.transact(write)
        except Exception as error:
            log.failure("the last use of a key was not noted", error, key=key.id)
            return key.digest


SENTENCES = {
    KeyState.REVOKED: "This key was revoked.",
    KeyState.EXPIRED: "This key has ended; ask for a new one.",
    KeyState.PAUSED: "Whoever made this key has left, so it is paused; an admin can adopt it.",
}


def network_of(address: str) -> str:
    """The network that an address is in: enough to see that a key is used elsewhere, and too little to find a home."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


@dataclass
class Misses:
    """Of one instance: networks that try keys out are refused without a look; keys known to be good still come in."""

    _missed: OrderedDict[str, tuple[int, int]] = field(default_factory=OrderedDict)  # network → minute, how many
    _good: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def too_many(self, network: str, key: str, now: datetime) -> bool:
        with self._lock:
            minute, count = self._missed.get(network_of(network), (0, 0))
            return minute == _minute(now) and count >= MISSES and key not in self._good

    def missed(self, network: str, now: datetime) -> None:
        with self._lock:
            where = network_of(network)
            minute, count = self._missed.get(where, (0, 0))
            self._missed[where] = (_minute(now), count + 1 if minute == _minute(now) else 1)
            self._missed.move_to_end(where)
            if len(self._missed) > REMEMBERED:
                self._missed.popitem(last=False)

    def hit(self, key: str) -> None:
        with self._lock:
            self._good[key] = None
            self._good.move_to_end(key)
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
