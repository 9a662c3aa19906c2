"""Topics, subscriptions, and messages that are pulled."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from google.api_core.exceptions import AlreadyExists, BadRequest, NotFound
from google.cloud import pubsub_v1
from google.cloud.pubsub_v1 import PublisherClient as Publisher
from google.cloud.pubsub_v1 import SubscriberClient as Subscriber
from google.pubsub_v1.types import pubsub as types

from tests.contract.backends import STAND_INS, eventually

pytestmark = pytest.mark.slow


def make(publisher: Publisher, subscriber: Subscriber, project: str, **settings: object) -> tuple[str, str]:
    """A topic with a subscription; gives their names."""
    topic, subscription = f"{project}/topics/nudges", f"{project}/subscriptions/nudges"
    publisher.create_topic(name=topic)
    subscriber.create_subscription(request={"name": subscription, "topic": topic, **settings})
    return topic, subscription


def pull(subscriber: Subscriber, subscription: str, most: int = 10) -> list[types.ReceivedMessage]:
    answer = subscriber.pull(subscription=subscription, max_messages=most, timeout=20)
    return list(answer.received_messages)


def nack(subscriber: Subscriber, subscription: str, ack_id: str) -> None:
    subscriber.modify_ack_deadline(subscription=subscription, ack_ids=[ack_id], ack_deadline_seconds=0)


def test_topics(publisher: Publisher, project: str) -> None:
    topic = f"{project}/topics/nudges"
    assert publisher.create_topic(name=topic).name == topic
    with pytest.raises(AlreadyExists):
        publisher.create_topic(name=topic)
    assert publisher.get_topic(topic=topic).name == topic
    publisher.create_topic(name=f"{project}/topics/another")
    names = [each.name for each in publisher.list_topics(project=project)]
    assert sorted(names) == [f"{project}/topics/another", topic]
    publisher.delete_topic(topic=topic)
    with pytest.raises(NotFound):
        publisher.get_topic(topic=topic)
    with pytest.raises(NotFound):
        publisher.delete_topic(topic=topic)


@pytest.mark.parametrize("name", ["1nudges", "ab", "nudges!", "googtopic"])
def test_names_that_are_refused(publisher: Publisher, project: str, name: str) -> None:
    with pytest.raises(BadRequest):
        publisher.create_topic(name=f"{project}/topics/{name}")


def test_subscriptions(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    topic, subscription = make(publisher, subscriber, project)
    with pytest.raises(AlreadyExists):
        subscriber.create_subscription(name=subscription, topic=topic)
    with pytest.raises(NotFound):
        subscriber.create_subscription(name=f"{project}/subscriptions/lost", topic=f"{project}/topics/none")
    found = subscriber.get_subscription(subscription=subscription)
    assert (found.topic, found.ack_deadline_seconds) == (topic, 10)
    assert list(publisher.list_topic_subscriptions(topic=topic)) == [subscription]
    assert [each.name for each in subscriber.list_subscriptions(project=project)] == [subscription]
    publisher.delete_topic(topic=topic)
    assert subscriber.get_subscription(subscription=subscription).topic == "_deleted-topic_"
    subscriber.delete_subscription(subscription=subscription)
    with pytest.raises(NotFound):
        subscriber.get_subscription(subscription=subscription)


def test_a_subscription_can_be_changed(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    _, subscription = make(publisher, subscriber, project)
    wanted = types.Subscription(
        name=subscription, ack_deadline_seconds=60, push_config={"push_endpoint": "http://127.0.0.1:9/push"}
    )
    mask = {"paths": ["ack_deadline_seconds", "push_config"]}
    subscriber.update_subscription(request={"subscription": wanted, "update_mask": mask})
    found = subscriber.get_subscription(subscription=subscription)
    assert (found.ack_deadline_seconds, found.push_config.push_endpoint) == (60, "http://127.0.0.1:9/push")
    subscriber.modify_push_config(subscription=subscription, push_config={})
    assert not subscriber.get_subscription(subscription=subscription).push_config.push_endpoint


@pytest.mark.parametrize("attempts", [4, 101])
def test_a_dead_letter_policy_has_bounds(
    publisher: Publisher, subscriber: Subscriber, project: str, attempts: int
) -> None:
    publisher.create_topic(name=f"{project}/topics/dead")
    policy = {"dead_letter_topic": f"{project}/topics/dead", "max_delivery_attempts": attempts}
    with pytest.raises(BadRequest):
        make(publisher, subscriber, project, dead_letter_policy=policy)


def test_publish_pull_acknowledge(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    topic, subscription = make(publisher, subscriber, project)
    message_id = publisher.publish(topic, b"hello", kind="greeting").result(timeout=10)
    [taken] = pull(subscriber, subscription)
    assert taken.message.message_id == message_id
    assert (taken.message.data, dict(taken.message.attributes)) == (b"hello", {"kind": "greeting"})
    assert taken.message.publish_time.timestamp() > 0
    assert taken.delivery_attempt == 0  # only counted with a dead letter policy
    subscriber.acknowledge(subscription=subscription, ack_ids=[taken.ack_id])
    publisher.publish(topic, b"next").result(timeout=10)
    assert [each.message.data for each in pull(subscriber, subscription)] == [b"next"]


def test_message_ids_differ_and_every_subscription_gets_every_message(
    publisher: Publisher, subscriber: Subscriber, project: str
) -> None:
    topic, first = make(publisher, subscriber, project)
    second = f"{project}/subscriptions/second"
    subscriber.create_subscription(name=second, topic=topic)
    ids = {publisher.publish(topic, b"%d" % number).result(timeout=10) for number in range(20)}
    assert len(ids) == 20
    for subscription in (first, second):
        seen: set[str] = set()
        while seen != ids:
            seen |= {each.message.message_id for each in pull(subscriber, subscription)}


def test_publishing_that_is_refused(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    topic, _ = make(publisher, subscriber, project)
    with pytest.raises(NotFound):
        publisher.publish(f"{project}/topics/none", b"x").result(timeout=10)
    with pytest.raises(BadRequest):
        publisher.publish(topic, b"").result(timeout=10)
    with pytest.raises(NotFound):
        pull(subscriber, f"{project}/subscriptions/none")
    with pytest.raises(BadRequest):
        subscriber.acknowledge(subscription=f"{project}/subscriptions/nudges", ack_ids=["made up"])


def test_a_nack_brings_the_message_back(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    topic, subscription = make(publisher, subscriber, project)
    publisher.publish(topic, b"x").result(timeout=10)
    [first] = pull(subscriber, subscription)
    nack(subscriber, subscription, first.ack_id)
    [second] = eventually(lambda: pull(subscriber, subscription))
    assert second.message.message_id == first.message.message_id
    assert second.ack_id != first.ack_id


def test_a_deadline_that_passes_brings_the_message_back(
    publisher: Publisher, subscriber: Subscriber, project: str
) -> None:
    topic, subscription = make(publisher, subscriber, project)
    publisher.publish(topic, b"x").result(timeout=10)
    [first] = pull(subscriber, subscription)
    subscriber.modify_ack_deadline(subscription=subscription, ack_ids=[first.ack_id], ack_deadline_seconds=1)
    [second] = eventually(lambda: pull(subscriber, subscription))
    assert second.message.message_id == first.message.message_id


def with_dead_letters(publisher: Publisher, subscriber: Subscriber, project: str) -> tuple[str, str, str]:
    """A topic, its subscription, and the subscription in which dead letters end up."""
    dead_topic, dead = f"{project}/topics/dead", f"{project}/subscriptions/dead"
    publisher.create_topic(name=dead_topic)
    subscriber.create_subscription(name=dead, topic=dead_topic)
    policy = {"dead_letter_topic": dead_topic, "max_delivery_attempts": 5}
    return *make(publisher, subscriber, project, dead_letter_policy=policy), dead


def test_attempts_are_counted_under_a_dead_letter_policy(
    publisher: Publisher, subscriber: Subscriber, project: str
) -> None:
    topic, subscription, _ = with_dead_letters(publisher, subscriber, project)
    publisher.publish(topic, b"x").result(timeout=10)
    [first] = pull(subscriber, subscription)
    nack(subscriber, subscription, first.ack_id)
    [second] = eventually(lambda: pull(subscriber, subscription))
    assert (first.delivery_attempt, second.delivery_attempt) == (1, 2)


@pytest.mark.parametrize("pubsub_backend", STAND_INS, indirect=True)
def test_a_dead_letter_after_five_attempts(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    """For pull only here: Google's emulator adds seconds to every attempt, and then forwards the message
    no sooner than somebody pulls once more. Its dead letters of pushes are in test_pubsub_push.py."""
    topic, subscription, dead = with_dead_letters(publisher, subscriber, project)
    message_id = publisher.publish(topic, b"poison", kind="bad").result(timeout=10)
    for _ in range(5):
        [taken] = pull(subscriber, subscription)
        nack(subscriber, subscription, taken.ack_id)
    [letter] = pull(subscriber, dead)
    assert letter.message.data == b"poison"
    assert letter.message.message_id != message_id
    marks = dict(letter.message.attributes)
    assert marks.pop("CloudPubSubDeadLetterSourceTopicPublishTime").endswith("Z")
    assert marks == {
        "kind": "bad",
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": "nudges",
        "CloudPubSubDeadLetterSourceSubscriptionProject": project.removeprefix("projects/"),
    }


def test_a_callback_gets_what_is_published(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    """Streaming pull, as `subscriber.subscribe` does it; a nack is delivered again."""
    topic, subscription = make(publisher, subscriber, project)
    seen: list[bytes] = []
    lock = threading.Lock()

    def take(message: pubsub_v1.subscriber.message.Message) -> None:
        with lock:
            again = message.data == b"3" and b"3" not in seen
            seen.append(message.data)
        (message.nack if again else message.ack)()

    stream = subscriber.subscribe(subscription, callback=take)
    for number in range(10):
        publisher.publish(topic, b"%d" % number).result(timeout=10)
    try:
        eventually(lambda: len(seen) >= 11)
    finally:
        stream.cancel()
        stream.result(timeout=20)
    assert sorted(set(seen)) == [b"%d" % number for number in range(10)]
    assert seen.count(b"3") == 2


def test_publishing_from_many_threads(publisher: Publisher, subscriber: Subscriber, project: str) -> None:
    topic, subscription = make(publisher, subscriber, project)
    work: list[Callable[[], object]] = [lambda: publisher.publish(topic, b"x").result(timeout=20)] * 40
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen: set[str] = set()

    def all_seen() -> bool:
        seen.update(each.message.message_id for each in pull(subscriber, subscription, 100))
        return len(seen) == 40

    eventually(all_seen)
