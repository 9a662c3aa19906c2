"""load_batch: the staged pages of a table go into BigQuery, and only then do cursors move."""

from __future__ import annotations

import flask
import functions_framework

from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import TableReady, decode
from shared.settings import load
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.sync.load import Loader

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()
loader = Loader(
    documents,
    PubSubBus(settings),
    BigQueryWarehouse(settings),
    clock,
    work_seconds=int(settings.work_seconds),
)


def load_table(delivery: Delivery) -> None:
    loader.handle(decode(delivery.data, TableReady))


edge = Edge({TableReady.topic: load_table}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
