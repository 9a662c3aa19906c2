"""keep_access: what somebody wants of a connection's access is done: validated, renewed, given back and destroyed."""

from __future__ import annotations

import flask
import functions_framework

from shared.access.keeper import AccessKeeper
from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.http import Http
from shared.messages import AccessWanted, decode
from shared.oauth.credentials import Credentials
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.holdings import Holdings
from shared.stores.secret_manager import SecretManagerVault
from shared.stores.storage import StorageObjects

settings = load("push_audience", "push_identity")
documents, vault, clock = FirestoreDocuments(settings), SecretManagerVault(settings), SystemClock()
http = Http(settings.origins)
keeper = AccessKeeper(
    Holdings(settings, documents, vault, StorageObjects(settings), clock),
    FirestoreDocuments.of_people(settings),
    Credentials(documents, vault, http, clock, settings),
    http,
)


def keep(delivery: Delivery) -> None:
    keeper.handle(decode(delivery.data, AccessWanted))


edge = Edge({AccessWanted.topic: keep}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
