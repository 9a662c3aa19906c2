"""look_up: what is never published is shown, row by row, to whom it is for: people, what they did, and records."""

from __future__ import annotations

from datetime import timedelta

import flask
import functions_framework

from shared.clock import SystemClock
from shared.looking.addresses import Keys
from shared.looking.callers import Callers
from shared.looking.front import CallVerifier, Front
from shared.looking.looker import Looker
from shared.looking.persons import BigQueryPersons
from shared.looking.turns import Turns
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.storage import StorageObjects

settings = load("look_up_url", "look_up_callers")
clock, people = SystemClock(), FirestoreDocuments.of_people(settings)
front = Front(
    Looker(
        people,
        FirestoreDocuments(settings),
        BigQueryPersons(settings),
        StorageObjects(settings),
        clock,
        Callers(people, clock, timedelta(minutes=int(settings.idle_minutes))),
        Turns(people, clock),
        Keys(people),
    ),
    CallVerifier(settings),
)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return front.handle(request)
