"""Topics, push subscriptions and secrets of a new cloud, as Terraform makes them in a real project."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import orjson
from google.api_core.exceptions import AlreadyExists
from google.cloud import pubsub_v1

from infra.local.accounts import CLIENT
from infra.local.functions import ELSEWHERE
from shared.messages import FLOW
from shared.people.our_client import NAME as SIGN_IN
from shared.platforms import PLATFORMS
from shared.settings import Settings
from shared.stores.secret_manager import SecretManagerVault

ACK_SECONDS = 600  # the most that Pub/Sub allows; a worker stops long before
ATTEMPTS = 5  # the fewest that Pub/Sub allows before a message is a dead letter
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=20))  # between deliveries; a real project waits 10 to 600
DEAD = "-dead"


@contextmanager
def within(environment: Mapping[str, str]) -> Iterator[None]:
    """Google's clients look for stand-ins in the environment, and only there."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def make_topics(settings: Settings, addresses: Mapping[str, str]) -> None:
    """Every topic with its reader, and its dead letters with theirs. `addresses`: of those that are served."""
    publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()
    project = settings.project
    for topic, (_, function) in FLOW.items():
        _make(publisher.create_topic, name=f"projects/{project}/topics/{topic}")
        if function in ELSEWHERE or function not in addresses:
            continue  # whatever is said there is heard by nobody
        dead = f"projects/{project}/topics/{topic}{DEAD}"
        _make(publisher.create_topic, name=dead)
        _subscribe(subscriber, settings, topic, addresses[function], topic, dead)
        _subscribe(subscriber, settings, topic + DEAD, addresses["record_failure"], topic, "")
    subscriber.close()


def _subscribe(client: Any, settings: Settings, name: str, address: str, topic: str, dead: str) -> None:
    push = {
        "push_endpoint": f"{address}/{topic}",
        "oidc_token": {"service_account_email": settings.push_identity, "audience": settings.push_audience},
    }
    request: dict[str, Any] = {
        "name": f"projects/{settings.project}/subscriptions/{name}",
        "topic": f"projects/{settings.project}/topics/{name}",
        "ack_deadline_seconds": ACK_SECONDS,
        "push_config": push,
        "retry_policy": {
            "minimum_backoff": BACK_OFF[0],
            "maximum_backoff": BACK_OFF[1],
        },
    }
    if dead:
        request["dead_letter_policy"] = {"dead_letter_topic": dead, "max_delivery_attempts": ATTEMPTS}
    if not _make(client.create_subscription, **request):
        # It is kept from an earlier time; the function may listen elsewhere today.
        client.modify_push_config(request={"subscription": request["name"], "push_config": push})


def make_secrets(settings: Settings) -> None:
    """The key that signs connect attempts, and how the sandbox knows our app. What is there already is kept."""
    vault = SecretManagerVault(settings)
    if vault.read(settings.signing_secret) is None:
        vault.add(settings.signing_secret, secrets.token_bytes(32))
    if vault.read(SIGN_IN) is None:
        vault.add(SIGN_IN, orjson.dumps(dict(zip(("client_id", "client_secret"), CLIENT, strict=True))))
    for name, platform in PLATFORMS.items():
        if (platform.oauth is not None or platform.needs_app) and vault.read(f"client-{name}") is None:
            client = {"client_id": f"demo-{name}", "client_secret": f"demo-{name}-secret"}
            vault.add(f"client-{name}", orjson.dumps(client))


def _make(create: Any, **request: Any) -> bool:
    """False: it was there already."""
    try:
        create(request=request)
    except AlreadyExists:
        return False
    return True
