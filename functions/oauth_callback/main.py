"""oauth_callback: the platform sends a person back, or a key form arrives; what is proven becomes a connection."""

from __future__ import annotations

from datetime import timedelta

import flask
import functions_framework

from shared.clock import SystemClock
from shared.http import Http
from shared.oauth.callback import Callback
from shared.oauth.clients import SigningKey
from shared.oauth.connect import ConnectionWriter
from shared.oauth.exchange import CALL_SECONDS, LARGEST
from shared.oauth.start import Beginner
from shared.platforms import platform as platform_named
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault
from shared.web import endpoint

settings = load("start_url", "callback_url")
documents, vault, clock = FirestoreDocuments(settings), SecretManagerVault(settings), SystemClock()
http = Http(
    settings.origins,
    timeout=CALL_SECONDS,  # somebody is waiting in front of a screen
    deadline=timedelta(seconds=CALL_SECONDS),
    largest=LARGEST,
)
key = SigningKey(documents, vault, clock, settings.signing_secret)
callback = Callback(
    Beginner(documents, vault, http, clock, settings, key),
    ConnectionWriter(documents, vault, PubSubBus(settings), http, clock),
    platform_named,
)
answer = endpoint(callback.policy, callback.answer, callback.broken)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return answer(request)
