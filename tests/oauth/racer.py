"""One worker process of the race: real stores, real HTTP, and the loop that the engine has around a call."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from shared import model
from shared.clock import SystemClock
from shared.errors import Later
from shared.http import Http
from shared.model import Connection, from_doc
from shared.oauth.credentials import Credentials
from shared.platforms import platform as platform_named
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.secret_manager import SecretManagerVault
from shared.vocabulary.wire import Request

PATIENCE = 40.0  # seconds until a worker gives up; the engine would come back for days


def race(environment: Mapping[str, str], connection: str, start: Any, told: Any) -> None:
    """Wait for the start, then read the account; tells ("later" | "done" | "failed", detail)."""
    os.environ.update(environment)
    settings, clock = load(), SystemClock()
    documents, http = FirestoreDocuments(settings), Http(settings.origins)
    platform = platform_named("constant_contact")
    keys = Credentials(documents, SecretManagerVault(settings), http, clock, settings)
    found = from_doc(Connection, documents.get(model.path("north", "connections", connection)) or {})
    request = Request("GET", f"{platform.base}/account/summary")
    start.wait()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            used = keys.headers(platform, found)
            answer = http.send(platform, request.with_headers(used))
            if answer.status == 401:
                keys.rejected(platform, found, used)
                continue
            told.put(("done" if answer.status == 200 else "failed", str(answer.status)))
            return
        except Later as problem:  # parked for a moment; the refresher has paused already
            told.put(("later", problem.code))
        except Exception as problem:
            told.put(("failed", f"{type(problem).__name__} {getattr(problem, 'code', '')}"))
            return
    told.put(("failed", "too late"))
