"""Pub/Sub behind the `Bus` port."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.cloud import pubsub_v1

from shared.messages import Message, encode
from shared.settings import Settings

SECONDS = 30.0  # to wait for Pub/Sub to keep a message


@dataclass(frozen=True)
class PubSubBus:
    settings: Settings

    @cached_property
    def client(self) -> Any:
        # Messages are few and each is a nudge that someone waits for: send at once, do not gather.
        return pubsub_v1.PublisherClient(pubsub_v1.types.BatchSettings(max_messages=1))

    def publish(self, *messages: Message) -> None:
        waiting = [
            self.client.publish(self.client.topic_path(self.settings.project, message.topic), encode(message))
            for message in messages
        ]
        for result in waiting:
            result.result(timeout=SECONDS)
