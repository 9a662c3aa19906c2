"""What becomes of feeds: made, given a new key, revoked, listed. Console, API and command line do it by these."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from shared.audit.entry import Origin, text
from shared.audit.record import record_in
from shared.errors import Configure
from shared.feeds.feed import Feed, FeedState, feed_doc, feed_of, feed_path
from shared.feeds.projecting import Projector
from shared.feeds.routes import BELOW
from shared.handing.formats import FORMATS
from shared.keys.key import LONGEST, OVER, Key
from shared.keys.keyring import LONGEST_NAME, OVERLAP, Keyring
from shared.keys.scopes import Scope
from shared.keys.texts import Kind
from shared.questions import catalogue
from shared.questions.periods import Calendar
from shared.questions.question import Question
from shared.questions.rules import check
from shared.secret import Secret
from shared.stores.ports import Transaction


class FeedRefused(Configure):
    """This is not done to a feed; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Listed:
    feed: Feed
    keys: tuple[Key, ...]  # newest first


@dataclass(frozen=True)
class Register:
    ring: Keyring
    projector: Projector

    def add(
        self,
        by: Origin,
        maker: str,
        workspace: str,
        name: str,
        question: Question,
        formats: Collection[str] = tuple(FORMATS),
        lifetime: timedelta = timedelta(days=90),
        link: bool = False,
    ) -> tuple[Feed, Secret, Key]:
        """A new feed with its first key, shown this one time. Raises Refusal where the question has no answer."""
        now = self.ring.clock.now()
        check(question, Calendar(now.date()))
        if not formats or set(formats) - FORMATS.keys():
            raise FeedRefused("bad-format", f"A feed has one or more of {', '.join(FORMATS)}.")
        if not timedelta() < lifetime <= LONGEST:
            raise FeedRefused("bad-lifetime", f"A feed ends after at most {LONGEST.days} days.")
        if link:
            _may_be_a_link(question)
        feed = Feed(
            id=secrets.token_hex(6),
            workspace=workspace,
            name=text(name)[:LONGEST_NAME],
            question=msgspec.json.encode(question).decode(),
            formats=tuple(each for each in FORMATS if each in formats),
            maker=maker,
            created_at=now,
            expires_at=now + lifetime,
        )

        def write(tx: Transaction) -> None:
            tx.create(feed_path(feed.id), feed_doc(feed))
            record_in(tx, by.entry(now, "feed.made", feed_path(feed.id), workspace, mart=question.mart))

        scope = Scope.FEED_LINK if link else Scope.FEED_READ
        self.ring.may_give(maker, Kind.FEED, workspace, [scope], feed.id)
        self.ring.documents.transact(write)
        secret, key = self.ring.make(by, maker, Kind.FEED, workspace, feed.name, [scope], lifetime, feed.id)
        self.projector.project(feed.id)
        return feed, secret, key

    def rotate(self, by: Origin, feed: str, overlap: timedelta = OVERLAP) -> tuple[Secret, Key]:
        """A new key for its newest one that works; both do for the overlap."""
        found = self.get(feed)
        now = self.ring.clock.now()
        working = [key for key in self.keys(found.id) if key.state(now) not in OVER and not key.successor]
        if found.state(now) is not FeedState.OPEN or not working:
            raise FeedRefused("feed-over", "This feed has no key that works; make a new one.")
        made = self.ring.replace(by, working[0].id, overlap)
        self.projector.project(feed)
        return made

    def revoke(self, by: Origin, feed: str) -> Feed:
        """It ends at once, with all its keys. Done twice it changes nothing."""
        now = self.ring.clock.now()

        def write(tx: Transaction) -> Feed:
            doc = tx.get(feed_path(feed))
            if doc is None:
                raise _no_such()
            known = feed_of(doc)
            if known.revoked_at is not None:
                return known
            tx.update(feed_path(feed), {"revoked_at": now})
            record_in(tx, by.entry(now, "feed.revoked", feed_path(feed), known.workspace))
            return replace(known, revoked_at=now)

        self.get(feed)
        ended = self.ring.documents.transact(write)
        self.projector.project(feed)
        for key in self.keys(feed):
            self.ring.revoke(by, key.id)
        return ended

    def get(self, feed: str) -> Feed:
        doc = self.ring.documents.get(feed_path(feed)) if feed and "/" not in feed else None
        if doc is None:
            raise _no_such()
        return feed_of(doc)

    def keys(self, feed: str) -> list[Key]:
        """Newest first."""
        return self.ring.of_feed(feed)

    def of_workspace(self, workspace: str) -> list[Listed]:
        """Newest first, also those that ended."""
        found = [feed_of(doc) for doc in self.ring.documents.find("feeds", ("workspace", "==", workspace))]
        newest = sorted(found, key=lambda feed: feed.created_at, reverse=True)
        return [Listed(feed, tuple(self.keys(feed.id))) for feed in newest]


def address(begins: str, feed: Feed, secret: Secret, link: bool) -> str:
    """Where it is read; in that of a link stands its key."""
    where = f"{begins.rstrip('/')}{BELOW}/{feed.id}/data"
    if not link:
        return where
    return f"{where}?format={'csv' if 'csv' in feed.formats else feed.formats[0]}&key={secret.reveal()}"


def _no_such() -> FeedRefused:
    return FeedRefused("no-such-feed", "There is no such feed.")


def _may_be_a_link(question: Question) -> None:
    """A link is passed on and stands in histories, so it opens sums of days, and no list of things."""
    mart = catalogue.marts()[question.mart]
    if not mart.day or not question.measures:
        raise FeedRefused(
            "not-by-link", "A link opens numbers of a mart that is told by day, week or month, and no lists."
        )
