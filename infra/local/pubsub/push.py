"""Pushing: what Pub/Sub posts to an endpoint, and the threads that do it.

The body and the statuses that count as an ack: https://cloud.google.com/pubsub/docs/push
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import urllib3

from infra.local.identity import Identity
from infra.local.pubsub.engine import PubSub
from infra.local.pubsub.queue import Delivery
from infra.local.wire import Proto

ACKS = frozenset({102, 200, 201, 202, 204})
_log = logging.getLogger(__name__)


def body(delivery: Delivery, subscription: Proto) -> bytes:
    """The wrapped message, as posted; both spellings of the id and the time are the service's."""
    message = delivery.message
    moment = message.publish_time.ToJsonString()
    wrapped: dict[str, Any] = {
        "messageId": message.message_id,
        "message_id": message.message_id,
        "publishTime": moment,
        "publish_time": moment,
    }
    if message.attributes:
        wrapped["attributes"] = dict(message.attributes)
    if message.data:
        wrapped["data"] = base64.b64encode(message.data).decode()
    if message.ordering_key:
        wrapped["orderingKey"] = message.ordering_key
    posted: dict[str, Any] = {"message": wrapped, "subscription": delivery.subscription}
    if subscription.HasField("dead_letter_policy"):
        posted["deliveryAttempt"] = delivery.attempt
    return json.dumps(posted).encode()


def headers(subscription: Proto, signer: Identity, now: float) -> dict[str, str]:
    """The headers of a push, with the identity the subscription asks for."""
    sent = {"Content-Type": "application/json", "User-Agent": "CloudPubSub-Google"}
    oidc = subscription.push_config.oidc_token
    if oidc.service_account_email:
        audience = oidc.audience or subscription.push_config.push_endpoint
        sent["Authorization"] = f"Bearer {signer.token(oidc.service_account_email, audience, now)}"
    return sent


class Poster:
    """Posts deliveries over kept-alive connections; never follows a redirect."""

    def __init__(self, signer: Identity, now: Callable[[], float] = time.time) -> None:
        self._signer = signer
        self._now = now
        self._connections = urllib3.PoolManager(num_pools=64, maxsize=16, retries=False)

    def __call__(self, delivery: Delivery, subscription: Proto) -> bool:
        """Whether the endpoint took the message."""
        endpoint = subscription.push_config.push_endpoint
        try:
            response = self._connections.request(
                "POST",
                endpoint,
                body=body(delivery, subscription),
                headers=headers(subscription, self._signer, self._now()),
                redirect=False,
                timeout=urllib3.Timeout(total=subscription.ack_deadline_seconds),
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            _log.warning("push of %s to %s failed: %s", delivery.ack_id, endpoint, type(error).__name__)
            return False
        if response.status not in ACKS:
            _log.warning("push of %s to %s was answered %d", delivery.ack_id, endpoint, response.status)
        return response.status in ACKS


class Pusher:
    """Makes the pushes that are due, as they become due, until stopped."""

    def __init__(self, engine: PubSub, post: Callable[[Delivery, Proto], bool]) -> None:
        self._engine = engine
        self._post = post
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="pusher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Make no further pushes; what becomes of those under way is not noted any more."""
        with self._engine.changed:
            self._stopping = True
            self._engine.changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._engine.changed:
                while not self._stopping and not (pushes := self._engine.due()):
                    self._engine.changed.wait(self._engine.until_due())
                if self._stopping:
                    return
            for delivery, subscription in pushes:
                # A thread each: the engine bounds how many, and none keeps the process from ending.
                threading.Thread(target=self._deliver, args=(delivery, subscription), name="push", daemon=True).start()

    def _deliver(self, delivery: Delivery, subscription: Proto) -> None:
        try:
            accepted = self._post(delivery, subscription)
        except Exception:
            _log.exception("push of %s could not be made", delivery.ack_id)
            accepted = False
        with self._engine.changed:
            if not self._stopping:
                self._engine.settle(delivery, accepted)
