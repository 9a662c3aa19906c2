"""load_rates: what the European Central Bank has published becomes the exchange rates of all workspaces."""

from __future__ import annotations

from datetime import timedelta

import flask
import functions_framework

from shared import log
from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import RatesDue, decode
from shared.settings import load
from shared.stores.bigquery_client import connect
from shared.stores.bigquery_rates import RateTable
from shared.stores.firestore import FirestoreDocuments
from shared.sync.data_changes import note_rates
from shared.warehouse import central_bank, rates

LATELY = timedelta(days=90)  # longer than anything stays broken; `rates load` brings what is older

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()


def bring(delivery: Delivery) -> None:
    decode(delivery.data, RatesDue)
    now = clock.now()
    found = rates.read(central_bank.fetch(), since=(now - LATELY).date())
    loaded = RateTable(connect(settings), settings.project).load(found, central_bank.NAME, now)
    if loaded.changed:
        note_rates(documents, clock)
    log.info(
        "rates loaded",
        rates=loaded.rates,
        changed=loaded.changed,
        newest=str(max((rate.day for rate in found), default="")),
    )


edge = Edge({RatesDue.topic: bring}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
