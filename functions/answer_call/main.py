"""answer_call: what a platform's call asks for is done: access that ended, an account or a person to be forgotten."""

from __future__ import annotations

import flask
import functions_framework

from shared.calls.answering import Answerer
from shared.clock import SystemClock
from shared.edge import Delivery, Edge, Reply, Senders
from shared.http import Http
from shared.messages import PlatformCalled, decode
from shared.platforms import PLATFORMS
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.holdings import Holdings
from shared.stores.secret_manager import SecretManagerVault
from shared.stores.storage import StorageObjects

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()
holdings = Holdings(settings, documents, SecretManagerVault(settings), StorageObjects(settings), clock)
answerer = Answerer(holdings, Http(settings.origins), PLATFORMS)


def answer(delivery: Delivery) -> None:
    answerer.handle(decode(delivery.data, PlatformCalled))


edge = Edge({PlatformCalled.topic: answer}, documents, clock, Senders(settings))


@functions_framework.http
def main(request: flask.Request) -> Reply:
    return edge.receive(request)
