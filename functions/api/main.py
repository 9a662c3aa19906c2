"""api: programs and agents ask questions and see how everything stands; programs also say what is to be read."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import flask
import functions_framework

from shared.agents.front import Front as AgentsFront
from shared.agents.gate import Gate as AgentsGate
from shared.api.answers import ANSWERS
from shared.api.desk import Desk
from shared.api.front import Front
from shared.api.gate import FINDERS, Gate
from shared.api.wire import Policy, origins_of
from shared.clock import SystemClock
from shared.keys.admission import Door
from shared.keys.digests import Digests
from shared.keys.limits import Limits
from shared.keys.tokens import Tokens
from shared.people.guard import Guard
from shared.people.roles import word_of
from shared.people.sessions import Sessions
from shared.publishing.at_hand import Shelf
from shared.publishing.published import Published
from shared.questions.engine import Engine
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.narrowed import NarrowedObjects
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault

settings = load("api_url", "console_url", "feed_url", "published_bucket", "start_url")
clock, here = SystemClock(), settings.api_url.rstrip("/")
people, engine = FirestoreDocuments.of_people(settings), FirestoreDocuments(settings)
vault = SecretManagerVault(settings)
digests = Digests(people, vault, clock, settings.keys_secret)
door = Door(people, digests, Limits(people, clock), clock, word_of(people))
sessions = Sessions(people, clock, timedelta(minutes=int(settings.idle_minutes)))
tokens = Tokens(people, digests, clock, door, sessions.lives)
published = Published(engine, NarrowedObjects(settings, clock).of)
desk = Desk(
    here,
    settings,
    people,
    engine,
    PubSubBus(settings),
    clock,
    Gate(door, tokens, f"{here}/api/v1", Guard(people, engine, sessions, FINDERS)),
    Shelf(published, Path(tempfile.mkdtemp())),
    Engine(),
    FirestoreDocuments.of_feeds(settings),
    vault,
)
policy, hops = Policy(here.startswith("https://"), origins_of(settings.api_origins)), int(settings.forwarded_hops)
front = Front(desk, ANSWERS, policy, hops)
agents = AgentsFront(desk, AgentsGate(door, tokens, f"{here}/mcp", settings.console_url.rstrip("/")), policy, hops)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return agents.handle(request) if agents.serves(request.path) else front.handle(request)
