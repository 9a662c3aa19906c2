"""`python -m infra.bench.caller PLATFORM URL TOKEN SECONDS`: one worker that calls as often as its budget lets it."""

from __future__ import annotations

import sys
import threading
import time

import orjson

from shared.clock import SystemClock
from shared.errors import Code, Later
from shared.http import Http
from shared.platforms import platform as platform_named
from shared.secret import Secret
from shared.settings import Settings
from shared.stores.firestore import FirestoreDocuments
from shared.sync.budgets import Budget
from shared.unpacking import quickly
from shared.vocabulary.access import Credential, How
from shared.vocabulary.wire import Request

SMALL = {"emailoctopus": "/lists", "constant_contact": "/contact_lists", "mailchimp": "/lists"}


def call(name: str, url: str, token: str, seconds: float) -> tuple[list[float], int]:
    """When each call was answered, on a clock that all processes share; how many were refused."""
    platform, clock, http = platform_named(name), SystemClock(), Http({name: url}, unpack=quickly)
    how: How = "oauth" if platform.oauth else "key"
    headers = platform.authorise(Credential(Secret(token), how=how))
    request = Request("GET", platform.base.format(dc="us1") + SMALL[name], {"limit": "1"}, headers=headers)
    _ = http.client  # made before the first turn comes, as in a worker that has been at work for a while
    documents = FirestoreDocuments(Settings(project="local", bucket="bench"))
    documents.get("budgets/none")
    budget = Budget(documents, clock, platform, "bench")
    times, refused, until = [], 0, time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            budget.take()
            answer = http.send(platform, request)
            budget.learn(answer)
            if answer.status != 429:
                times.append(time.monotonic())
            else:
                refused += 1
                budget.refused(Later(Code.LIMITED, "Slow down."), answer)
        except Later as wait:
            if wait.not_before is not None:
                threading.Event().wait(max(0.0, (wait.not_before - clock.now()).total_seconds()))
    return times, refused


def main() -> None:
    name, url, token, seconds = sys.argv[1:5]
    times, refused = call(name, url, token, float(seconds))
    print(orjson.dumps({"times": times, "refused": refused}).decode())


if __name__ == "__main__":
    main()
