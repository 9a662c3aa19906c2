"""feed: a kept question, answered as a file to whoever has the key of this very feed."""

from __future__ import annotations

import atexit
from pathlib import Path
from tempfile import mkdtemp

import flask
import functions_framework

from shared.clock import SystemClock
from shared.feeds.accesses import Accesses
from shared.feeds.door import Door
from shared.feeds.front import Front
from shared.feeds.library import Library
from shared.keys.digests import Digests
from shared.keys.limits import Limits
from shared.publishing.at_hand import Shelf
from shared.publishing.published import Published
from shared.questions.engine import Engine
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.narrowed import NarrowedObjects
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault

settings = load("feed_url", "published_bucket")
clock = SystemClock()
engine, feeds = FirestoreDocuments(settings), FirestoreDocuments.of_feeds(settings)
published = Published(engine, NarrowedObjects(settings, clock).of)
accesses = Accesses(feeds, clock)
front = Front(
    Door(feeds, Digests(feeds, SecretManagerVault(settings), clock, settings.keys_secret), Limits(feeds, clock), clock),
    Library(engine, Shelf(published, Path(mkdtemp())), Engine(), PubSubBus(settings), clock),
    accesses,
    clock,
    int(settings.forwarded_hops),
    settings.feed_url.startswith("https://"),
)
atexit.register(accesses.flush)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return front.handle(request)
