"""What is kept of a key: an HMAC of it, under a key that lies in Secret Manager and nowhere else.

That secret holds a set, so that it can be changed: what is made from then on is digested with the newest member, what
was made before is known by the one that its document names, and is digested anew when it is used. Instances that have
not read the change yet go on with an older member for a while; so none leaves the set before that while is over.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from shared.clock import Clock
from shared.errors import Configure, Later
from shared.secret import Secret
from shared.stores.making_once import elected, made_once
from shared.stores.ports import Documents, Vault

ELECTION = "elections/digests"
LOOK_AGAIN = timedelta(minutes=1)
FRESH = timedelta(minutes=10)  # what is made later than that is digested with a member that is still the newest
STAYS = 2 * FRESH  # a member, after a newer one was made: until then somebody may use it
NOBODYS = b"\0" * 32  # digested with, when there is no key to digest with: the work is the same


@dataclass(frozen=True, slots=True)
class Digest:
    by: str  # which member of the set
    value: str


@dataclass(frozen=True, slots=True)
class _Set:
    newest: str
    members: Mapping[str, bytes]
    made: Mapping[str, datetime]  # when each was; the first is not told


@dataclass
class Digests:
    documents: Documents
    vault: Vault
    clock: Clock
    name: str  # of the secret
    _known: _Set | None = field(default=None, repr=False)
    _looked_at: datetime | None = None
    _read_at: datetime | None = None  # later than the look where that failed

    def make(self, text: Secret) -> Digest:
        """Of something that is being given out. Makes the secret when it is the first of all."""
        now = self.clock.now()
        if self._known is None or self._read_at is None or now - self._read_at >= FRESH:
            self._known = _read(made_once(self.documents, self.vault, self.clock, self.name, ELECTION, _first))
            self._looked_at = self._read_at = now
        return Digest(self._known.newest, _hmac(self._known.members[self._known.newest], text))

    def compare(self, text: Secret, kept: Digest | None) -> bool:
        """Whether it is the text that was given out. As much work when nothing is kept."""
        member = self._member(kept.by if kept else "")
        made = _hmac(member or NOBODYS, text)
        same = hmac.compare_digest(made, kept.value if kept else made[::-1])
        return same and kept is not None and member is not None

    def outdated(self, kept: Digest) -> bool:
        return self._known is not None and int(kept.by) < int(self._known.newest)

    def renew(self, in_use: Collection[str]) -> str:
        """A new member for what is made from now on. Old ones that no document names, and that nobody can have used
        since the documents were looked through, are left out."""
        if not self.documents.transact(lambda tx: elected(tx, self.clock, ELECTION)):
            raise Later("being-set-up", "Somebody else is changing this just now; try again in a minute.")
        found = self.vault.read(self.name)
        if found is None:
            raise Configure("no-keys", "There is no key yet, so there is nothing to renew.")
        known = _read(found[1])
        newest = str(max(int(member) for member in known.members) + 1)
        now = self.clock.now()
        kept = {
            name: value for name, value in known.members.items() if name in in_use or not _is_past(known, name, now)
        }
        made = {name: known.made[name] for name in kept if name in known.made}
        changed = _Set(newest, {**kept, newest: secrets.token_bytes(32)}, {**made, newest: now})
        self.vault.append(self.name, _written(changed))
        self._known, self._looked_at, self._read_at = changed, now, now
        return newest

    def _member(self, by: str) -> bytes | None:
        """Read once, and again (not too often) for a member that appeared since."""
        known, now = self._known, self.clock.now()
        lacking = known is None or (by and by not in known.members)
        if lacking and (self._looked_at is None or now - self._looked_at >= LOOK_AGAIN):
            self._looked_at = now
            found = self.vault.read(self.name)
            self._known = known = _read(found[1]) if found else known
            self._read_at = now if found else self._read_at
        if known is None:
            return None
        return known.members.get(by or known.newest)


def _hmac(member: bytes, text: Secret) -> str:
    return hmac.digest(member, text.reveal().encode(), "sha256").hex()


def _is_past(known: _Set, member: str, now: datetime) -> bool:
    """Whether a newer one was made so long ago that every instance has it."""
    newer = [known.made.get(name) for name in known.members if int(name) > int(member)]
    return any(made is None or now - made >= STAYS for made in newer)


def _first() -> bytes:
    return _written(_Set("1", {"1": secrets.token_bytes(32)}, {}))


def _written(known: _Set) -> bytes:
    members = {member: base64.b64encode(value).decode() for member, value in known.members.items()}
    return orjson.dumps({"newest": known.newest, "members": members, "made": dict(known.made)})


def _read(payload: bytes) -> _Set:
    try:
        told = orjson.loads(payload)
        members = {str(member): base64.b64decode(value) for member, value in told["members"].items()}
        made = {str(member): datetime.fromisoformat(at) for member, at in told.get("made", {}).items()}
        found = _Set(str(told["newest"]), members, made)
    except (ValueError, KeyError, TypeError, AttributeError):
        found = _Set("", {}, {})
    if found.newest not in found.members or any(len(value) < 32 for value in found.members.values()):
        raise Configure("digests-unreadable", "The secret that keys are digested with is not as it was written.")
    return found
