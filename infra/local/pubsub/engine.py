"""The Pub/Sub stand-in itself: the way of every message from publish to ack or dead letter."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Condition

from google.pubsub_v1.types import pubsub as types

from infra.local.persistence import Keeping, Nowhere
from infra.local.pubsub.names import project, short
from infra.local.pubsub.queue import Backoff, Delivery, Queue, exponential
from infra.local.pubsub.registry import Registry, copied
from infra.local.refusal import invalid
from infra.local.wire import Proto

_Message: Proto = types.PubsubMessage.pb()
_COUNTED = ("published", "delivered", "acked", "failed", "dead_lettered")


@dataclass(frozen=True)
class Counts:
    """What happened on a subscription since the stand-in started, and what is outstanding now."""

    published: int
    delivered: int
    acked: int
    failed: int
    dead_lettered: int
    outstanding: int


class PubSub:
    """Every topic and subscription of every project. Thread-safe.

    `changed` is notified whenever there may be something new to deliver or to see.
    """

    def __init__(
        self,
        keeping: Keeping | None = None,
        now: Callable[[], float] = time.time,
        backoff: Backoff = exponential,
        push_limit: int = 16,
    ) -> None:
        self._keeping = keeping or Nowhere()
        self._now = now
        self._push_limit = push_limit
        self.changed = Condition()
        self.registry = Registry(self.changed, self._keeping, backoff)
        self._holders: Counter[str] = Counter()  # message id -> subscriptions that still have it pending
        self._counters: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._last_id = 0
        self._restore()

    # Messages

    def publish(self, topic: str, messages: Sequence[Proto]) -> list[str]:
        """Publish messages; gives their ids."""
        if not messages:
            raise invalid("The value for message_count is too small: publish at least one message.")
        if any(not message.data and not message.attributes for message in messages):
            raise invalid("Some messages are empty: a message needs data or at least one attribute.")
        with self.changed:
            self.registry.topic(topic)
            ids = self._publish(topic, messages)
            self.changed.notify_all()
            return ids

    def pull(self, name: str, most: int, patience: float = 0.0) -> list[Delivery]:
        """Lease messages; waits up to `patience` seconds of real time for the first one."""
        if most < 1:
            raise invalid("max_messages must be positive.")
        give_up = time.monotonic() + patience
        with self.changed:
            while True:
                queue = self.registry.queue(name)
                self._lapse(queue)
                taken = queue.take(self._now(), most)
                left = give_up - time.monotonic()
                if taken or left <= 0:
                    self._counters[name]["delivered"] += len(taken)
                    return taken
                due = queue.next_due()
                self.changed.wait(left if due is None else max(0.0, min(left, due - self._now())))

    def acknowledge(self, name: str, ack_ids: Iterable[str]) -> None:
        """These are done. An ack that comes too late is no error, and may be in vain."""
        with self.changed:
            queue = self.registry.queue(name)
            changes: dict[str, bytes | None] = {}
            for ack_id in ack_ids:
                _check_ack_id(ack_id)
                if (message := queue.acknowledge(ack_id)) is not None:
                    changes |= self._let_go(name, message.message_id)
                    self._counters[name]["acked"] += 1
            self._keeping.write(changes)
            self.changed.notify_all()

    def modify_ack_deadline(self, name: str, ack_ids: Iterable[str], seconds: int) -> None:
        """Give deliveries more time; 0 gives them back (nack)."""
        if not 0 <= seconds <= 600:
            raise invalid("ack_deadline_seconds must be between 0 and 600.")
        with self.changed:
            queue = self.registry.queue(name)
            for ack_id in ack_ids:
                _check_ack_id(ack_id)
                if seconds:
                    queue.extend(ack_id, seconds, self._now())
                elif (failed := queue.fail(ack_id, self._now())) is not None:
                    self._failed(queue, failed)
            self.changed.notify_all()

    def delete_subscription(self, name: str) -> None:
        """Delete a subscription and what it had still to deliver."""
        with self.changed:
            queue = self.registry.queue(name)
            changes: dict[str, bytes | None] = {f"subscription/{name}": None}
            for message_id in queue.message_ids():
                changes |= self._let_go(name, message_id)
            self._keeping.write(changes)
            self._counters.pop(name, None)
            self.registry.remove(name)

    # Push: whoever runs the pushes asks what is due, posts it, and says how it went

    def due(self) -> list[tuple[Delivery, Proto]]:
        """The pushes to make now, each with its subscription; they are leased and within the limit."""
        pushes = []
        with self.changed:
            for queue in self.registry.queues():
                self._lapse(queue)
                if queue.pushes:
                    taken = queue.take(self._now(), self._push_limit - queue.leased)
                    self._counters[queue.subscription.name]["delivered"] += len(taken)
                    pushes += [(delivery, queue.subscription) for delivery in taken]
        return pushes

    def settle(self, delivery: Delivery, accepted: bool) -> None:
        """How a push went."""
        with self.changed:
            if not self.registry.has_subscription(delivery.subscription):
                return
            if accepted:
                self.acknowledge(delivery.subscription, [delivery.ack_id])
            else:
                self.modify_ack_deadline(delivery.subscription, [delivery.ack_id], 0)

    def next_due(self) -> float | None:
        """When `due` may next have something to give or to fail, on the clock of the engine."""
        with self.changed:
            moments = [
                queue.next_due(room=queue.pushes and queue.leased < self._push_limit)
                for queue in self.registry.queues()
            ]
            return min((moment for moment in moments if moment is not None), default=None)

    def until_due(self) -> float | None:
        """Seconds until `next_due`; None when nothing is scheduled."""
        moment = self.next_due()
        return None if moment is None else max(0.0, moment - self._now())

    # Watching

    def counts(self, name: str) -> Counts:
        """The counters of a subscription."""
        with self.changed:
            outstanding = len(self.registry.queue(name))
            return Counts(**{each: self._counters[name][each] for each in _COUNTED}, outstanding=outstanding)

    def idle(self, names: Iterable[str] | None = None) -> bool:
        """Whether nothing is outstanding or scheduled, on these or on all push subscriptions."""
        with self.changed:
            if names is not None:
                return not any(len(self.registry.queue(name)) for name in names)
            return not any(len(queue) for queue in self.registry.queues() if queue.pushes)

    def await_idle(self, patience: float, names: Iterable[str] | None = None) -> bool:
        """Wait until idle; False when `patience` seconds did not suffice."""
        listed = None if names is None else list(names)
        with self.changed:
            return self.changed.wait_for(lambda: self.idle(listed), patience)

    def close(self) -> None:
        """Let go of the file, when there is one."""
        with self.changed:
            self._keeping.close()

    # Inside; called with `changed` held

    def _publish(self, topic: str, messages: Iterable[Proto]) -> list[str]:
        queues = self.registry.fed_by(topic)
        changes: dict[str, bytes | None] = {}
        ids = []
        for given in messages:
            message = self._stamped(given)
            ids.append(message.message_id)
            for queue in queues:
                name = queue.subscription.name
                changes[f"waiting/{name}/{message.message_id}"] = b"0"
                self._counters[name]["published"] += 1
            if queues:  # without a subscription a message goes nowhere
                changes[f"message/{message.message_id}"] = message.SerializeToString()
                self._holders[message.message_id] = len(queues)
            for queue in queues:
                queue.add(message, self._now())
        self._keeping.write(changes)
        return ids

    def _stamped(self, given: Proto) -> Proto:
        """The message with an id, rising and unlike any before a restart, and its time."""
        message = copied(given)
        now = self._now()
        self._last_id = max(self._last_id + 1, int(now * 1_000_000))
        message.message_id = str(self._last_id)
        message.publish_time.FromMilliseconds(int(now * 1000))
        return message

    def _lapse(self, queue: Queue) -> None:
        for failed in queue.lapse(self._now()):
            self._failed(queue, failed)

    def _failed(self, queue: Queue, failed: Delivery) -> None:
        """Note a failed attempt; the last one allowed makes the message a dead letter."""
        name = queue.subscription.name
        self._counters[name]["failed"] += 1
        dead_letters = queue.subscription.dead_letter_policy.dead_letter_topic
        if queue.exhausted(failed) and self.registry.has_topic(dead_letters) and queue.bury(failed):
            self._publish(dead_letters, [_dead_letter(failed)])
            self._keeping.write(self._let_go(name, failed.message.message_id))
            self._counters[name]["dead_lettered"] += 1
            self.changed.notify_all()
        else:
            self._keeping.write({f"waiting/{name}/{failed.message.message_id}": b"%d" % failed.attempt})

    def _let_go(self, name: str, message_id: str) -> dict[str, bytes | None]:
        """What to forget when a subscription is done with a message."""
        changes: dict[str, bytes | None] = {f"waiting/{name}/{message_id}": None}
        self._holders[message_id] -= 1
        if self._holders[message_id] <= 0:
            del self._holders[message_id]
            changes[f"message/{message_id}"] = None
        return changes

    def _restore(self) -> None:
        """Take up what an earlier life kept: everything pending may be delivered at once."""
        messages: dict[str, Proto] = {}
        for key, kept in self._keeping.load():
            kind, _, name = key.partition("/")
            if kind in ("topic", "subscription"):
                self.registry.restore(kind, kept)
            elif kind == "message":
                messages[name] = _Message.FromString(kept)
            else:  # "waiting" sorts last, so what it refers to is known
                subscription, _, message_id = name.rpartition("/")
                self.registry.queue(subscription).add(messages[message_id], self._now(), attempts=int(kept))
                self._holders[message_id] += 1
                self._last_id = max(self._last_id, int(message_id))


def _check_ack_id(ack_id: str) -> None:
    message_id, _, lease = ack_id.partition(":")
    if not (message_id.isdigit() and lease.isdigit()):
        raise invalid(f"Invalid ack id (ack_id={ack_id})")


def _dead_letter(failed: Delivery) -> Proto:
    """The message as it is forwarded: with a word on where it comes from."""
    letter = _Message(data=failed.message.data, attributes=failed.message.attributes)
    letter.attributes["CloudPubSubDeadLetterSourceDeliveryCount"] = str(failed.attempt)
    letter.attributes["CloudPubSubDeadLetterSourceSubscription"] = short(failed.subscription)
    letter.attributes["CloudPubSubDeadLetterSourceSubscriptionProject"] = project(failed.subscription)
    letter.attributes["CloudPubSubDeadLetterSourceTopicPublishTime"] = failed.message.publish_time.ToJsonString()
    return letter
