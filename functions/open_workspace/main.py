"""open_workspace: what is wished of a workspace is made to stand in BigQuery; it alone may make datasets."""

from __future__ import annotations

import flask
import functions_framework

from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.messages import WorkspaceWanted, decode
from shared.opening.opener import Opener
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.storage import StorageObjects

settings = load("push_audience", "push_identity", "accounts_json")
documents, clock = FirestoreDocuments(settings), SystemClock()
opener = Opener(settings, documents, StorageObjects(settings), clock)


def open_it(delivery: Delivery) -> None:
    opener.handle(decode(delivery.data, WorkspaceWanted))


edge = Edge({WorkspaceWanted.topic: open_it}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
