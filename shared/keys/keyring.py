"""What becomes of keys: made, replaced with an overlap, adopted, revoked. Each step is in the audit log with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.audit.entry import Origin, text
from shared.audit.record import record_in
from shared.clock import Clock
from shared.errors import Configure
from shared.keys import scopes as powers
from shared.keys.digests import Digests
from shared.keys.key import LONGEST, OVER, Key, key_doc, key_of, key_path
from shared.keys.scopes import RoleOf
from shared.keys.texts import KEYS, Kind, new
from shared.secret import Secret
from shared.stores.ports import Documents, Transaction

OVERLAP = timedelta(days=7)  # in which a replaced key and its successor both work
LONGEST_OVERLAP = timedelta(days=90)
LONGEST_NAME = 80


class KeyRefused(Configure):
    """This is not done to a key; the sentence says why."""


@dataclass(frozen=True)
class Keyring:
    documents: Documents  # the database of people
    digests: Digests
    clock: Clock
    role_of: RoleOf

    def make(
        self,
        by: Origin,
        maker: str,
        kind: Kind,
        workspace: str,
        name: str,
        scopes: Collection[str],
        lifetime: timedelta,
        feed: str = "",
        parent: str = "",
    ) -> tuple[Secret, Key]:
        """A new key, and the text that opens: the one time it can be seen. `parent`: the key by which it is made."""
        now = self.clock.now()
        self.may_give(maker, kind, workspace, scopes, feed)
        if not timedelta() < lifetime <= LONGEST:
            raise KeyRefused("bad-lifetime", f"A key ends after at most {LONGEST.days} days.")
        made = Key(
            id="",
            kind=kind,
            workspace=workspace,
            name=text(name)[:LONGEST_NAME],
            scopes=tuple(sorted(scopes)),
            maker=maker,
            digest="",
            digest_by="",
            created_at=now,
            expires_at=now + lifetime,
            feed=feed,
            parent=parent,
        )

        def write(tx: Transaction, key: Key) -> None:
            if parent:
                self._open(tx, parent, now)
            tx.create(key_path(key.id), key_doc(key))
            record_in(tx, by.entry(now, "key.made", key_path(key.id), workspace, scopes=" ".join(key.scopes)))

        return self._given(made, write)

    def replace(self, by: Origin, key: str, overlap: timedelta = OVERLAP, parent: str = "") -> tuple[Secret, Key]:
        """A successor with the same power and as long a life; the old one works on for the overlap. `parent`: the key
        by which it is asked for."""
        now = self.clock.now()
        if not timedelta() <= overlap <= LONGEST_OVERLAP:
            raise KeyRefused("bad-overlap", f"Both keys work for at most {LONGEST_OVERLAP.days} days.")
        old = self._there(self.documents, key)
        lifetime = min(old.expires_at - old.created_at, LONGEST)
        made = replace(
            old,
            created_at=now,
            expires_at=now + lifetime,
            used_on="",
            used_network="",
            used_agent="",
            used_noted_at=None,
            parent=parent or old.parent,
        )

        def write(tx: Transaction, made: Key) -> None:
            known = self._open(tx, key, now)
            if parent and parent != key:
                self._open(tx, parent, now)
            if known.successor:
                raise KeyRefused("has-successor", "This key was replaced before; replace its successor.")
            sets_at = min(known.expires_at, now + overlap)
            whose = replace(made, maker=known.maker, orphaned_at=known.orphaned_at)  # adopted meanwhile, perhaps
            tx.create(key_path(made.id), key_doc(whose))
            tx.update(key_path(key), {"successor": made.id, "sets_at": sets_at})
            record_in(tx, by.entry(now, "key.replaced", key_path(key), known.workspace, successor=made.id))

        return self._given(made, write)

    def adopt(self, by: Origin, key: str, maker: str) -> Key:
        """Somebody else stands for the key from now on, with what they may: the way out of a pause."""
        now, asked = self.clock.now(), self._there(self.documents, key)
        self.may_give(maker, asked.kind, asked.workspace, asked.scopes, asked.feed)

        def write(tx: Transaction) -> Key:
            known = self._there(tx, key)
            if known.revoked_at is not None:
                raise KeyRefused("key-revoked", "This key was revoked, and stays so.")
            tx.update(key_path(key), {"maker": maker, "orphaned_at": None})
            record_in(tx, by.entry(now, "key.adopted", key_path(key), known.workspace, maker=maker))
            return replace(known, maker=maker, orphaned_at=None)

        return self.documents.transact(write)

    def revoke(self, by: Origin, key: str) -> Key:
        """It ends at once, and so does every short token that it was traded for, and every key that was made by it.
        Done twice it changes nothing."""
        now = self.clock.now()

        def write(tx: Transaction) -> Key:
            known = self._there(tx, key)
            if known.revoked_at is not None:
                return known
            tx.update(key_path(key), {"revoked_at": now})
            record_in(tx, by.entry(now, "key.revoked", key_path(key), known.workspace))
            return replace(known, revoked_at=now)

        ended = self.documents.transact(write)
        for doc in self.documents.find("keys", ("parent", "==", key)):  # none is made any more: see `_open`
            self.revoke(by, doc["id"])
        return ended

    def get(self, key: str) -> Key | None:
        doc = self.documents.get(key_path(key)) if "/" not in key and key else None
        return key_of(doc) if doc else None

    def may_give(self, maker: str, kind: Kind, workspace: str, scopes: Collection[str], feed: str) -> None:
        """Raises KeyRefused where this key cannot be, or is not theirs to give."""
        if kind not in KEYS:
            raise KeyRefused("no-key", "Keys are for the API, a feed or an agent.")
        if bool(feed) != (kind == Kind.FEED):
            raise KeyRefused("bad-feed", "A feed's key names its feed, and no other key names one.")
        unfit = sorted(set(scopes) - set(powers.for_kind(kind)))
        if unfit or not scopes:
            known = ", ".join(powers.for_kind(kind))
            asked = text(", ".join(unfit)) or "none"
            raise KeyRefused("bad-scope", f"A key of this kind can have {known}; not {asked}.")
        role = powers.role_now(self.role_of, maker, workspace)
        beyond = sorted(set(scopes) - powers.cut(scopes, role))
        if beyond:
            raise KeyRefused("beyond-role", f"Nobody gives more than they may themselves: {', '.join(beyond)}.")

    def of_workspace(self, workspace: str) -> list[Key]:
        """Newest first; also those that ended, because somebody may ask what became of one."""
        found = [key_of(doc) for doc in self.documents.find("keys", ("workspace", "==", workspace))]
        return sorted(found, key=lambda key: key.created_at, reverse=True)

    def of_feed(self, feed: str) -> list[Key]:
        """Newest first, as above."""
        found = [key_of(doc) for doc in self.documents.find("keys", ("feed", "==", feed))]
        return sorted(found, key=lambda key: key.created_at, reverse=True)

    def orphan(self, person: str, workspace: str) -> int:
        """Their role is gone: their keys work on for a while, as a viewer's, unless somebody adopts them. How many."""
        now = self.clock.now()
        mine = self.documents.find("keys", ("maker", "==", person))
        open_ones = [doc["id"] for doc in mine if doc["workspace"] == workspace and key_of(doc).state(now) not in OVER]
        return sum(mark_orphan(self.documents, key, now) for key in open_ones)

    # -- what a step stands on -----------------------------------------------------------------------

    def _there(self, documents: Documents | Transaction, key: str) -> Key:
        doc = documents.get(key_path(key)) if "/" not in key and key else None
        if doc is None:
            raise KeyRefused("no-such-key", "There is no such key.")
        return key_of(doc)

    def _open(self, tx: Transaction, key: str, now: datetime) -> Key:
        known = self._there(tx, key)
        if known.state(now) in OVER:
            raise KeyRefused("key-over", f"This key is {known.state(now)}; make a new one.")
        return known

    def _given(self, made: Key, write: Callable[[Transaction, Key], None]) -> tuple[Secret, Key]:
        """Written under a name that nobody has; 62⁸ of them make a second try a rarity."""
        while True:
            presented = new(made.kind)
            if self.documents.get(key_path(presented.id)) is None:
                break
        digest = self.digests.make(presented.secret)
        key = replace(made, id=presented.id, digest=digest.value, digest_by=digest.by)
        self.documents.transact(lambda tx: write(tx, key))
        return presented.secret, key


def mark_orphan(documents: Documents, key: str, since: datetime | None) -> bool:
    """Note since when its maker is gone, if nobody has; None: they are back."""

    def write(tx: Transaction) -> bool:
        doc = tx.get(key_path(key))
        if doc is None or (doc["orphaned_at"] is None) == (since is None):
            return False
        tx.update(key_path(key), {"orphaned_at": since})
        return True

    return documents.transact(write)
