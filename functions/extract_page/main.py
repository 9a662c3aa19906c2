"""extract_page: a slice that is ready is read page by page; every page is staged and is a checkpoint."""

from __future__ import annotations

import flask
import functions_framework

from shared import gc_tuning
from shared.clock import SystemClock
from shared.edge import Delivery, Edge, Reply, Senders
from shared.http import Http
from shared.messages import SliceReady, decode
from shared.oauth.credentials import Credentials
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault
from shared.stores.storage import StorageObjects
from shared.sync.extract import Extractor
from shared.unpacking import quickly

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()
http = Http(settings.origins, unpack=quickly)
extractor = Extractor(
    documents,
    PubSubBus(settings),
    StorageObjects(settings),
    Credentials(documents, SecretManagerVault(settings), http, clock, settings),
    http,
    clock,
    lease_seconds=int(settings.lease_seconds),
    work_seconds=int(settings.work_seconds),
    unlimited=settings.unlimited,
)


def extract(delivery: Delivery) -> None:
    extractor.handle(decode(delivery.data, SliceReady))


edge = Edge({SliceReady.topic: extract}, documents, clock, Senders(settings))


gc_tuning.freeze()


@functions_framework.http
def main(request: flask.Request) -> Reply:
    return edge.receive(request)
