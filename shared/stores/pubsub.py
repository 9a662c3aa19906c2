"""Pub/Sub behind the `Bus` port."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.api_core import exceptions as api
from google.cloud import pubsub_v1

from shared.clock import Clock, SystemClock
from shared.messages import Message, encode
from shared.retrying import PUBLISHING, again
from shared.settings import Settings
from shared.stores.passing import passes

SECONDS = 10.0  # to wait for Pub/Sub to keep a message, at each try


@dataclass(frozen=True)
class PubSubBus:
    settings: Settings
    clock: Clock = SystemClock()

    @cached_property
    def client(self) -> Any:
        # Messages are few and each is a nudge that someone waits for: send at once, do not gather.
        return pubsub_v1.PublisherClient(pubsub_v1.types.BatchSettings(max_messages=1))

    def publish(self, *messages: Message) -> None:
        """All at once, and again those that were not kept. One may come twice, as any message may."""
        left = list(messages)

        def send() -> None:
            waiting = [(message, self._sent(message)) for message in left]
            refused = [(message, error) for message, result in waiting if (error := _refusal(result)) is not None]
            left[:] = [message for message, _ in refused]
            for _, error in sorted(refused, key=lambda each: _passes(each[1])):  # what will not pass is told first
                raise error

        again(self.clock, PUBLISHING, send, _passes)

    def _sent(self, message: Message) -> Any:
        """The client's own tries would go on for ten minutes, behind the back of whoever waits; ours end in seconds."""
        topic = self.client.topic_path(self.settings.project, message.topic)
        return self.client.publish(topic, encode(message), retry=None, timeout=SECONDS)


def _refusal(result: Any) -> BaseException | None:
    """What became of one that was sent: None when it is kept."""
    try:
        error: BaseException | None = result.exception(timeout=SECONDS)
    except TimeoutError as late:
        return late
    return error


def _passes(error: BaseException) -> bool:
    """As Pub/Sub's client has it: a stream that broke off is told as an unknown fault, or as cancelled."""
    return passes(error) or isinstance(error, (api.Cancelled, api.Unknown))
