"""What a route means by the name of a feed or a key: one of this very workspace."""

from __future__ import annotations

from shared import model
from shared.feeds.feed import Feed, feed_of, feed_path
from shared.keys.key import Key, key_of, key_path
from shared.people.guard import Guard


def find_feed(guard: Guard, _: object, workspace: str, name: str) -> Feed | None:
    doc = guard.people.get(feed_path(name)) if model.names_one(name) else None
    return feed_of(doc) if doc is not None and doc["workspace"] == workspace else None


def find_key(guard: Guard, _: object, workspace: str, name: str) -> Key | None:
    doc = guard.people.get(key_path(name)) if model.names_one(name) else None
    return key_of(doc) if doc is not None and doc["workspace"] == workspace else None
