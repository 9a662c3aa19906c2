"""The timing of retries, by the engine alone and a clock in the test's hand."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from google.pubsub_v1.types import pubsub as types

from infra.local.pubsub.engine import Counts, PubSub
from infra.local.pubsub.queue import exponential
from infra.local.refusal import Refusal
from infra.local.wire import Proto

TOPIC, DEAD = "projects/demo/topics/nudges", "projects/demo/topics/dead"
NUDGES, LETTERS = "projects/demo/subscriptions/nudges", "projects/demo/subscriptions/letters"
Topic, Subscription, Message = types.Topic.pb(), types.Subscription.pb(), types.PubsubMessage.pb()


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> PubSub:
    made = PubSub(now=clock, push_limit=2)
    for name in (TOPIC, DEAD):
        made.registry.create_topic(Topic(name=name))
    made.registry.create_subscription(Subscription(name=LETTERS, topic=DEAD))
    return made


def subscribe(engine: PubSub, push: bool = True, **settings: object) -> None:
    """A subscription that backs off from 10 s to 60 s."""
    wanted = Subscription(name=NUDGES, topic=TOPIC, ack_deadline_seconds=30, **settings)
    wanted.retry_policy.minimum_backoff.FromSeconds(10)
    wanted.retry_policy.maximum_backoff.FromSeconds(60)
    if push:
        wanted.push_config.push_endpoint = "http://endpoint/push"
    engine.registry.create_subscription(wanted)


def publish(engine: PubSub, *texts: bytes) -> None:
    engine.publish(TOPIC, [Message(data=text) for text in texts])


def due(engine: PubSub) -> list[bytes]:
    """What is pushed now; nobody says how it went."""
    return [delivery.message.data for delivery, _ in engine.due()]


def dead_letters() -> Proto:
    return types.DeadLetterPolicy.pb()(dead_letter_topic=DEAD, max_delivery_attempts=5)


def test_backoff_doubles_up_to_its_bound() -> None:
    assert [exponential(failures, 10, 60) for failures in (1, 2, 3, 4, 100)] == [10, 20, 40, 60, 60]


def test_every_failure_waits_longer(engine: PubSub, clock: Clock) -> None:
    subscribe(engine)
    publish(engine, b"x")
    waits = []
    for _ in range(5):
        [(delivery, _)] = engine.due()
        engine.settle(delivery, accepted=False)
        assert due(engine) == []
        until = engine.until_due()
        assert until is not None
        waits.append(until)
        clock.now += until - 0.001
        assert due(engine) == []
        clock.now += 0.001
    assert waits == [10, 20, 40, 60, 60]


def test_silence_until_the_deadline_is_a_failure(engine: PubSub, clock: Clock) -> None:
    subscribe(engine)
    publish(engine, b"x")
    [(late, _)] = engine.due()
    clock.now += 29.9
    assert due(engine) == []
    clock.now += 0.1
    assert due(engine) == []  # failed just now, and backs off
    assert engine.counts(NUDGES).failed == 1
    clock.now += 10
    [(current, _)] = engine.due()
    engine.settle(late, accepted=True)  # an answer to an attempt that is over
    assert not engine.idle()
    engine.settle(current, accepted=True)
    assert engine.idle()


def test_what_was_acknowledged_never_comes_again(engine: PubSub, clock: Clock) -> None:
    subscribe(engine)
    publish(engine, b"x")
    [(delivery, _)] = engine.due()
    engine.acknowledge(NUDGES, [delivery.ack_id])
    for _ in range(3):  # the deadline first, then every wait that could follow it
        clock.now += 3600
        assert due(engine) == []


def test_pushes_under_way_are_bounded_per_subscription(engine: PubSub) -> None:
    subscribe(engine)
    publish(engine, b"1", b"2", b"3")
    [(first, _), _] = engine.due()
    assert due(engine) == []
    assert engine.until_due() == 30  # full: the next event is the end of a lease
    engine.settle(first, accepted=True)
    assert due(engine) == [b"3"]


def test_a_dead_letter_and_the_counters(engine: PubSub, clock: Clock) -> None:
    subscribe(engine, dead_letter_policy=dead_letters())
    publish(engine, b"bad", b"good")
    for _ in range(5):
        for delivery, _ in engine.due():
            engine.settle(delivery, accepted=delivery.message.data == b"good")
        clock.now += 60
    assert engine.counts(NUDGES) == Counts(published=2, delivered=6, acked=1, failed=5, dead_lettered=1, outstanding=0)
    assert engine.idle()  # the letter waits for whoever pulls it, which is nothing we would do
    assert not engine.idle([LETTERS])
    [letter] = engine.pull(LETTERS, 10)
    assert letter.message.data == b"bad"


def test_without_its_topic_a_dead_letter_is_tried_on(engine: PubSub, clock: Clock) -> None:
    subscribe(engine, dead_letter_policy=dead_letters())
    engine.registry.delete_topic(DEAD)
    publish(engine, b"bad")
    for _ in range(8):
        [(delivery, _)] = engine.due()
        engine.settle(delivery, accepted=False)
        clock.now += 60
    assert engine.counts(NUDGES).outstanding == 1


def test_a_push_without_a_retry_policy_is_tried_again_soon(engine: PubSub, clock: Clock) -> None:
    wanted = Subscription(name=NUDGES, topic=TOPIC, push_config={"push_endpoint": "http://endpoint/push"})
    engine.registry.create_subscription(wanted)
    publish(engine, b"x")
    [(delivery, _)] = engine.due()
    engine.settle(delivery, accepted=False)
    assert engine.until_due() == pytest.approx(0.1)


def test_a_pull_that_fails_does_not_bury_itself_early(engine: PubSub, clock: Clock) -> None:
    """A lease that lapses counts as an attempt, also when nobody asks in the meantime."""
    subscribe(engine, push=False, dead_letter_policy=dead_letters())
    publish(engine, b"x")
    for attempt in range(1, 6):
        [taken] = engine.pull(NUDGES, 1)
        assert taken.attempt == attempt
        clock.now += 30
        assert engine.pull(NUDGES, 1) == []
        clock.now += 60
    assert engine.counts(NUDGES).dead_lettered == 1


def test_deleting_a_subscription_forgets_its_messages(engine: PubSub) -> None:
    subscribe(engine)
    publish(engine, b"x")
    [(delivery, _)] = engine.due()
    engine.delete_subscription(NUDGES)
    engine.settle(delivery, accepted=True)
    assert engine.idle()
    assert engine.until_due() is None
    with pytest.raises(Refusal):
        engine.counts(NUDGES)


@pytest.mark.parametrize("setting", [{"filter": 'attributes.x = "y"'}, {"enable_message_ordering": True}])
def test_what_is_not_covered_is_refused_and_not_ignored(engine: PubSub, setting: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        subscribe(engine, **setting)  # type: ignore[arg-type]
    assert refused.value.status == "UNIMPLEMENTED"


def test_publishing_takes_well_below_a_millisecond(engine: PubSub) -> None:
    """Counted in processor time, so that a busy machine is no reason to fail."""
    subscribe(engine, push=False)
    began = time.process_time()
    for _ in range(1000):
        publish(engine, b"x" * 200)
    for delivery in engine.pull(NUDGES, 1000):
        engine.acknowledge(NUDGES, [delivery.ack_id])
    assert (time.process_time() - began) / 1000 < 0.001
