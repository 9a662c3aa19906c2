"""Who stands at a feed's door: a key, by header or in the link, and the one feed that it opens.

As at the door of the API (shared/keys/admission.py), out of what is projected: the shape and checksum ask nobody, an
unknown key costs one look and no write, and everything that was never given out has one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.clock import Clock
from shared.feeds.opening import Opening, opening_of, opening_path
from shared.keys.admission import SENTENCES, Caller, Misses, Refused, unknown
from shared.keys.digests import Digests
from shared.keys.key import KeyState
from shared.keys.limits import LIMITS, Limits, Turn
from shared.keys.texts import Kind, read
from shared.people.guard import NotThere
from shared.stores.ports import Documents


@dataclass
class Door:
    """One for each instance."""

    openings: Documents  # the database of feeds
    digests: Digests
    limits: Limits
    clock: Clock
    misses: Misses = field(default_factory=Misses)

    def admit(self, presented: str, feed: str, by_link: bool, caller: Caller) -> tuple[Opening, Turn]:
        """What the key opens, and its turn. Raises Refused, or NotThere for a feed that is another one's."""
        opening = self._known(presented, by_link, caller)
        if opening.feed != feed:
            raise NotThere
        turn = self.limits.take(opening.key, LIMITS[Kind.FEED])
        if not turn.allowed:
            raise Refused("too-many-calls", "This key has used up its calls of this minute.", 429, turn.headers)
        return opening, turn

    def _known(self, presented: str, by_link: bool, caller: Caller) -> Opening:
        found, now = read(presented), self.clock.now()
        if found is None or found.kind != Kind.FEED or self.misses.too_many(caller.network, found.id, now):
            raise unknown()
        doc = self.openings.get(opening_path(found.id))
        opening = opening_of(doc) if doc else None
        same = self.digests.compare(found.secret, opening.kept if opening else None)
        if opening is None or not same or opening.is_link != by_link:
            self.misses.missed(caller.network, now)
            raise unknown()
        self.misses.hit(found.id)
        if now >= opening.until:
            raise Refused(f"key-{KeyState.EXPIRED}", SENTENCES[KeyState.EXPIRED], 401)
        return opening
