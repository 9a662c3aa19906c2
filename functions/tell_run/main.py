"""tell_run: a run that has ended becomes rows that say how fresh and whole everything is; whoever is told of
runs, or of what went wrong with them, is."""

from __future__ import annotations

import flask
import functions_framework

from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import ROUND, LetterWanted, RunChanged, decode
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.stores.storage import StorageObjects
from shared.sync.run_log import RunLogger

settings = load("push_audience", "push_identity")
documents, bus, clock = FirestoreDocuments(settings), PubSubBus(settings), SystemClock()
run_logger = RunLogger(documents, StorageObjects(settings), bus, clock)


def tell(delivery: Delivery) -> None:
    changed = decode(delivery.data, RunChanged)
    run_logger.handle(changed)
    bus.publish(LetterWanted(ROUND, changed.workspace, changed.run))


edge = Edge({RunChanged.topic: tell}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
