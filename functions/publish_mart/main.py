"""publish_mart: what has changed in a workspace's marts is published, all of it as it was at one moment; then
what it says of spend is noted, for alarms."""

from __future__ import annotations

from datetime import timedelta

import flask
import functions_framework

from shared.alarms.spender import Spender
from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import DataChanged, decode
from shared.publishing.bigquery_marts import BigQueryMarts
from shared.publishing.published import Published
from shared.publishing.publisher import Publisher
from shared.questions.engine import Engine
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.storage import StorageObjects

settings = load("push_audience", "push_identity", "published_bucket")
documents, clock = FirestoreDocuments(settings), SystemClock()
objects = StorageObjects(settings, clock, settings.published_bucket)
publisher = Publisher(
    documents,
    objects,
    BigQueryMarts(settings),
    clock,
    timedelta(minutes=int(settings.publish_minutes)),
)
spender = Spender(documents, Published(documents, lambda _: objects), Engine(), clock)


def publish(delivery: Delivery) -> None:
    changed = decode(delivery.data, DataChanged)
    publisher.handle(changed)
    spender.note(changed.workspace)


edge = Edge({DataChanged.topic: publish}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
