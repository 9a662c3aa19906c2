"""The topics and subscriptions there are; each subscription with the queue of what it has to deliver."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Condition

from google.pubsub_v1.types import pubsub as types

from infra.local.persistence import Keeping
from infra.local.pubsub.names import check_name, fill_in
from infra.local.pubsub.queue import Backoff, Queue
from infra.local.refusal import exists, invalid, not_found
from infra.local.wire import Proto

_Topic: Proto = types.Topic.pb()
_Subscription: Proto = types.Subscription.pb()

_DELETED = "_deleted-topic_"
_SETTABLE = {
    "ack_deadline_seconds",
    "dead_letter_policy",
    "expiration_policy",
    "labels",
    "message_retention_duration",
    "push_config",
    "retry_policy",
}


class Registry:
    """Thread-safe under the condition it shares with the engine, which it notifies of changes."""

    def __init__(self, changed: Condition, keeping: Keeping, backoff: Backoff) -> None:
        self._changed = changed
        self._keeping = keeping
        self._backoff = backoff
        self._topics: dict[str, Proto] = {}
        self._queues: dict[str, Queue] = {}

    # Topics

    def create_topic(self, topic: Proto) -> Proto:
        """Create a topic."""
        check_name(topic.name, "topics")
        with self._changed:
            if topic.name in self._topics:
                raise exists(f"Topic already exists: {topic.name}")
            return self._set_topic(topic)

    def topic(self, name: str) -> Proto:
        """A topic by name."""
        with self._changed:
            if name not in self._topics:
                raise not_found(f"Topic not found: {name}")
            return self._topics[name]

    def has_topic(self, name: str) -> bool:
        """Whether there is such a topic."""
        with self._changed:
            return name in self._topics

    def topics(self, project: str) -> list[Proto]:
        """All topics of `projects/p`, in order of their names."""
        with self._changed:
            return [self._topics[name] for name in sorted(self._topics) if name.startswith(f"{project}/")]

    def update_topic(self, topic: Proto, mask: Proto) -> Proto:
        """Change the masked fields of a topic."""
        with self._changed:
            updated = copied(self.topic(topic.name))
            mask.MergeMessage(topic, updated, True, True)
            return self._set_topic(updated)

    def delete_topic(self, name: str) -> None:
        """Delete a topic; its subscriptions stay, with what they still have to deliver."""
        with self._changed:
            self.topic(name)
            self._keeping.write({f"topic/{name}": None})
            del self._topics[name]
            for queue in self.fed_by(name):
                orphan = copied(queue.subscription)
                orphan.topic = _DELETED
                self._set_subscription(orphan)

    # Subscriptions

    def create_subscription(self, subscription: Proto) -> Proto:
        """Create a subscription; it gets what is published from now on."""
        check_name(subscription.name, "subscriptions")
        new = copied(subscription)
        fill_in(new)
        with self._changed:
            if new.name in self._queues:
                raise exists(f"Subscription already exists: {new.name}")
            if new.topic not in self._topics:
                raise not_found(f"Subscription topic does not exist: {new.topic}")
            self._check_dead_letters(new)
            return self._set_subscription(new)

    def subscriptions(self, project: str) -> list[Proto]:
        """All subscriptions of `projects/p`, in order of their names."""
        with self._changed:
            names = sorted(name for name in self._queues if name.startswith(f"{project}/"))
            return [self._queues[name].subscription for name in names]

    def update_subscription(self, subscription: Proto, mask: Proto) -> Proto:
        """Change the masked fields of a subscription."""
        if fixed := sorted({path.split(".")[0] for path in mask.paths} - _SETTABLE):
            raise invalid(f"Invalid update_mask: {', '.join(fixed)} cannot be changed.")
        with self._changed:
            updated = copied(self.queue(subscription.name).subscription)
            mask.MergeMessage(subscription, updated, True, True)
            fill_in(updated)
            self._check_dead_letters(updated)
            return self._set_subscription(updated)

    def remove(self, name: str) -> None:
        """Forget a subscription; the engine has let go of its messages."""
        with self._changed:
            del self._queues[name]
            self._changed.notify_all()

    def has_subscription(self, name: str) -> bool:
        """Whether there is such a subscription."""
        with self._changed:
            return name in self._queues

    # Queues

    def queue(self, name: str) -> Queue:
        """The queue of a subscription."""
        with self._changed:
            if name not in self._queues:
                raise not_found(f"Subscription does not exist: {name}")
            return self._queues[name]

    def queues(self) -> Iterator[Queue]:
        """All queues."""
        return iter(list(self._queues.values()))

    def fed_by(self, topic: str) -> list[Queue]:
        """The queues of a topic's subscriptions."""
        return [queue for queue in self._queues.values() if queue.subscription.topic == topic]

    def restore(self, kind: str, kept: bytes) -> None:
        """Take in what was kept from an earlier life."""
        if kind == "topic":
            topic = _Topic.FromString(kept)
            self._topics[topic.name] = topic
        else:
            self._adopt(_Subscription.FromString(kept))

    def _set_topic(self, topic: Proto) -> Proto:
        self._keeping.write({f"topic/{topic.name}": topic.SerializeToString()})
        self._topics[topic.name] = topic
        return topic

    def _check_dead_letters(self, subscription: Proto) -> None:
        topic = subscription.dead_letter_policy.dead_letter_topic
        if topic and topic not in self._topics:
            raise not_found(f"Dead letter topic does not exist: {topic}")

    def _set_subscription(self, subscription: Proto) -> Proto:
        self._keeping.write({f"subscription/{subscription.name}": subscription.SerializeToString()})
        self._adopt(subscription)
        self._changed.notify_all()
        return subscription

    def _adopt(self, subscription: Proto) -> None:
        queue = self._queues.get(subscription.name)
        if queue is None:
            self._queues[subscription.name] = Queue(subscription, self._backoff)
        else:
            queue.subscription = subscription


def copied(message: Proto) -> Proto:
    """A copy, for what is stored never changes."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy
