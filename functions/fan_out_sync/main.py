"""fan_out_sync: a request for a sync becomes a run with its slices; once a minute, what is due or stuck is nudged."""

from __future__ import annotations

from datetime import timedelta

import flask
import functions_framework

from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import SyncRequested, Tick, decode
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.stores.storage import StorageObjects
from shared.sync.planner import Planner
from shared.sync.tick import Ticker

settings = load("push_audience", "push_identity")
documents, bus, clock = FirestoreDocuments(settings), PubSubBus(settings), SystemClock()
beat = timedelta(seconds=int(settings.tick_seconds))
planner = Planner(documents, bus, StorageObjects(settings), clock, beat)
ticker = Ticker(documents, bus, clock, beat)


def plan(delivery: Delivery) -> None:
    planner.handle(decode(delivery.data, SyncRequested), delivery.id)


def tick(delivery: Delivery) -> None:
    decode(delivery.data, Tick)
    ticker.tick()


edge = Edge({SyncRequested.topic: plan, Tick.topic: tick}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
