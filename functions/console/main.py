"""console: people sign in, see what is theirs to see, and let others in."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

import flask
import functions_framework

from shared.clock import SystemClock
from shared.console.answers import ANSWERS
from shared.console.desk import Desk
from shared.console.finders import FINDERS
from shared.console.front import Front
from shared.console.marts import Marts
from shared.console.routes import TABLE
from shared.keys.admission import Door
from shared.keys.codes import Codes
from shared.keys.digests import Digests
from shared.keys.limits import Limits
from shared.keys.tokens import Tokens
from shared.people.agents import Agents
from shared.people.google import Google, authorize_address
from shared.people.guard import Guard
from shared.people.metadata import Metadata
from shared.people.our_client import OurClient
from shared.people.persons import address
from shared.people.roles import word_of
from shared.people.sessions import Sessions
from shared.people.sign_in import SignIn
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.google_accounts import GoogleAccounts
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault
from shared.strangers.fetched import Fetched

if TYPE_CHECKING:
    from shared.looking.asking import Looks

settings = load("api_url", "console_url", "feed_url", "look_up_url", "published_bucket", "start_url")
clock, here = SystemClock(), settings.console_url.rstrip("/")
people, engine = FirestoreDocuments.of_people(settings), FirestoreDocuments(settings)
vault = SecretManagerVault(settings)
digests = Digests(people, vault, clock, settings.keys_secret)
door = Door(people, digests, Limits(people, clock), clock, word_of(people))
sessions = Sessions(people, clock, timedelta(minutes=int(settings.idle_minutes)))
tokens = Tokens(people, digests, clock, door, sessions.lives)


@cache
def marts() -> Marts:
    """Opened by the first page that shows figures: whoever signs in waits for neither DuckDB nor Storage."""
    from shared.publishing.at_hand import Shelf
    from shared.publishing.published import Published
    from shared.questions.engine import Engine
    from shared.stores.narrowed import NarrowedObjects

    published = Published(engine, NarrowedObjects(settings, clock).of)
    return Marts(engine, clock, Shelf(published, Path(gettempdir(), "published")), Engine())


def fetched(address: str, accept: str) -> Fetched:
    """With the machinery of connections, when the first stranger names an address."""
    from shared.strangers.fetching import Fetcher

    return Fetcher().get(address, accept)


@cache
def looks() -> Looks:
    """By the first page that shows persons."""
    from shared.looking.asking import GoogleToken, LookUp

    return LookUp(settings.look_up_url.rstrip("/"), GoogleToken(settings.look_up_url))


front = Front(
    Desk(
        here,
        settings.agency or "Tributary",
        people,
        engine,
        PubSubBus(settings),
        clock,
        Guard(people, engine, sessions, FINDERS),
        SignIn(people, clock, address(settings.first_owner)),
        Google(
            GoogleAccounts(settings.google_accounts),
            clock,
            OurClient(vault),
            f"{here}/sign-in/google/back",
            authorize_address(settings.google_accounts),
        ),
        Agents(
            people,
            Codes(people, digests, clock, tokens),
            f"{settings.api_url.rstrip('/')}/mcp",
            Metadata(fetched, clock),
        ),
        TABLE,
        marts,
        looks,
        settings.start_url,
        digests,
        FirestoreDocuments.of_feeds(settings),
        settings.feed_url.rstrip("/"),
        settings.project,
        int(settings.forwarded_hops),
    ),
    TABLE,
    ANSWERS,
)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return front.handle(request)
