"""oauth_start: a connect link opens a page of ours; its button sends the person on to the platform."""

from __future__ import annotations

import flask
import functions_framework

from shared.clock import SystemClock
from shared.http import Http
from shared.oauth.clients import SigningKey
from shared.oauth.start import Beginner, Start
from shared.platforms import PLATFORMS
from shared.platforms import platform as platform_named
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.secret_manager import SecretManagerVault
from shared.web import endpoint

settings = load("start_url", "callback_url")
documents, vault, clock = FirestoreDocuments(settings), SecretManagerVault(settings), SystemClock()
key = SigningKey(documents, vault, clock, settings.signing_secret)
beginner = Beginner(documents, vault, Http(settings.origins), clock, settings, key)
start = Start(beginner, platform_named, PLATFORMS.values())
answer = endpoint(start.policy, start.answer, start.broken)


@functions_framework.http
def main(request: flask.Request) -> flask.Response:
    return answer(request)
