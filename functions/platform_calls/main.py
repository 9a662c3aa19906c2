"""platform_calls: what a platform tells us unasked is checked, written down and answered at once."""

from __future__ import annotations

import flask
import functions_framework

from shared.calls.receiving import Receiver
from shared.clock import SystemClock
from shared.platforms import PLATFORMS
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault

settings = load("calls_url")
receiver = Receiver(
    FirestoreDocuments(settings),
    SecretManagerVault(settings),
    PubSubBus(settings),
    SystemClock(),
    settings,
    PLATFORMS,
)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return receiver.answer(request)
