"""console: people sign in, see what is theirs to see, and let others in."""

from __future__ import annotations

from datetime import timedelta

import flask
import functions_framework

from shared.clock import SystemClock
from shared.console.answers import ANSWERS
from shared.console.desk import Desk
from shared.console.front import Front
from shared.console.routes import TABLE
from shared.people.agents import Agents, KnownClients
from shared.people.google import Google, authorize_address
from shared.people.guard import FINDERS, Guard
from shared.people.our_client import OurClient
from shared.people.persons import address
from shared.people.sessions import Sessions
from shared.people.sign_in import SignIn
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.google_accounts import GoogleAccounts
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault

settings = load("console_url")
clock, here = SystemClock(), settings.console_url.rstrip("/")
people, engine = FirestoreDocuments.of_people(settings), FirestoreDocuments(settings)
sessions = Sessions(people, clock, timedelta(minutes=int(settings.idle_minutes)))
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
            OurClient(SecretManagerVault(settings)),
            f"{here}/sign-in/google/back",
            authorize_address(settings.google_accounts),
        ),
        Agents(people, clock, KnownClients(people), None, f"{here}/mcp"),
        TABLE,
        int(settings.forwarded_hops),
    ),
    TABLE,
    ANSWERS,
)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return front.handle(request)
