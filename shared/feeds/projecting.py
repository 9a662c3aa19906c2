"""Writes what the function `feed` sees, out of feeds, keys and roles. Once more changes nothing.

Whoever changes a key or a feed has it projected at once. What changes without anybody's doing (a maker has lost their
role, a process died in between) is found once a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.feeds.feed import Feed, FeedState, feed_of, feed_path
from shared.feeds.opening import Opening, opening_doc, opening_path
from shared.keys.key import ORPHANS_WORK, OVER, Key, key_of, key_path
from shared.keys.keyring import mark_orphan
from shared.keys.scopes import LEAST, RoleOf, Scope, cut, role_now
from shared.stores.ports import Doc, Documents

RENEWED = "renewals/openings"
LOOK_AGAIN = timedelta(hours=1)


@dataclass
class Projector:
    people: Documents
    openings: Documents  # the database of feeds
    clock: Clock
    role_of: RoleOf
    _looked_at: datetime | None = field(default=None, repr=False)

    def project(self, feed: str) -> None:
        doc = self.people.get(feed_path(feed))
        keys = self.people.find("keys", ("feed", "==", feed))
        for found in keys:
            self._show(feed_of(doc) if doc else None, found)

    def daily(self) -> bool:
        """All of them, once a day; whether it was time. An instance that looked lately does not look again."""
        now = self.clock.now()
        if self._looked_at is not None and now - self._looked_at < LOOK_AGAIN:
            return False
        self._looked_at, today = now, f"{now:%Y-%m-%d}"
        done = self.openings.get(RENEWED)
        if done is not None and done["on"] == today:
            return False
        self.everything()
        self.openings.set(RENEWED, {"on": today})
        return True

    def everything(self) -> None:
        shown = {doc["key"] for doc in self.openings.find("openings")}
        for doc in self.people.find("feeds"):
            self.project(doc["id"])
        for key in shown:
            if self.people.get(key_path(key)) is None:  # the state was put back to a time before it
                self.openings.delete(opening_path(key))

    def _show(self, feed: Feed | None, doc: Doc) -> None:
        opening = self._opening(feed, key_of(doc)) if feed else None
        if opening is None:
            self.openings.delete(opening_path(doc["id"]))
        else:
            self.openings.set(opening_path(opening.key), opening_doc(opening))

    def _opening(self, feed: Feed, key: Key) -> Opening | None:
        """None: it opens nothing (any more)."""
        now = self.clock.now()
        role = role_now(self.role_of, key.maker, key.workspace)
        orphaned_at = None if role is not None else key.orphaned_at or now
        if orphaned_at != key.orphaned_at:
            mark_orphan(self.people, key.id, orphaned_at)
            key = replace(key, orphaned_at=orphaned_at)
        powers = cut(key.scopes, role or LEAST)
        ends = [key.expires_at, feed.expires_at, key.sets_at, orphaned_at + ORPHANS_WORK if orphaned_at else None]
        until = min(end for end in ends if end is not None)
        fits = key.workspace == feed.workspace and bool(powers & {Scope.FEED_READ, Scope.FEED_LINK})
        if not fits or feed.state(now) is not FeedState.OPEN or key.state(now) in OVER or until <= now:
            return None
        return Opening(
            key=key.id,
            digest=key.digest,
            digest_by=key.digest_by,
            is_link=Scope.FEED_LINK in powers,
            feed=feed.id,
            workspace=feed.workspace,
            name=feed.name,
            question=feed.question,
            formats=feed.formats,
            until=until,
            sunset=key.sunset,
        )
