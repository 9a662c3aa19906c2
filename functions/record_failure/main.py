"""record_failure: what no function could handle becomes a failed slice or batch, with a sentence a person can read."""

from __future__ import annotations

import flask
import functions_framework

from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import FLOW
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.sync.failures import Failures

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()
failures = Failures(documents, PubSubBus(settings), clock)


def record(delivery: Delivery) -> None:
    edge.keep(delivery.topic, delivery.id, "tried several times in vain", delivery.data)
    failures.record(delivery.topic, delivery.data)


edge = Edge(dict.fromkeys(FLOW, record), documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
