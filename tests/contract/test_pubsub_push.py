"""Push: what is posted, what counts as an ack, and what happens when there is none."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest
from google.auth.transport.requests import Request
from google.cloud.pubsub_v1 import PublisherClient as Publisher
from google.cloud.pubsub_v1 import SubscriberClient as Subscriber
from google.oauth2 import id_token

from tests.contract.backends import Backend, eventually
from tests.contract.endpoint import Endpoint

pytestmark = pytest.mark.slow

QUICKLY = {"minimum_backoff": {"nanos": 10_000_000}, "maximum_backoff": {"nanos": 50_000_000}}


def push_to(
    endpoint: Endpoint, publisher: Publisher, subscriber: Subscriber, project: str, **settings: Any
) -> tuple[str, str]:
    """A topic whose messages are pushed to the endpoint; gives topic and subscription."""
    topic, subscription = f"{project}/topics/nudges", f"{project}/subscriptions/nudges"
    publisher.create_topic(name=topic)
    push_config = {"push_endpoint": endpoint.url, **settings.pop("push_config", {})}
    subscriber.create_subscription(
        request={
            "name": subscription,
            "topic": topic,
            "push_config": push_config,
            "retry_policy": QUICKLY,
            **settings,
        }
    )
    return topic, subscription


def test_the_body_of_a_push(publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint) -> None:
    topic, subscription = push_to(endpoint, publisher, subscriber, project)
    message_id = publisher.publish(topic, b"\x00hello", kind="greeting").result(timeout=10)
    [push] = eventually(lambda: endpoint.received)
    assert push.path == "/push"
    assert push.headers["Content-Type"] == "application/json"
    message = push.body["message"]
    moment = message.pop("publishTime")
    assert moment.endswith("Z")
    assert push.body == {
        "subscription": subscription,
        "message": {
            "data": base64.b64encode(b"\x00hello").decode(),
            "attributes": {"kind": "greeting"},
            "messageId": message_id,
            "message_id": message_id,
            "publish_time": moment,
        },
    }


def test_attributes_alone_can_be_a_message(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint
) -> None:
    """The service leaves `data` out, as protobuf's JSON does; Google's emulator sends an empty text."""
    topic, _ = push_to(endpoint, publisher, subscriber, project)
    publisher.publish(topic, b"", kind="tick").result(timeout=10)
    [push] = eventually(lambda: endpoint.received)
    assert not push.body["message"].get("data")
    assert push.body["message"]["attributes"] == {"kind": "tick"}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_statuses_that_acknowledge(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint, status: int
) -> None:
    topic, _ = push_to(endpoint, publisher, subscriber, project)
    endpoint.answers = [status]
    publisher.publish(topic, b"one").result(timeout=10)
    eventually(lambda: endpoint.received)
    publisher.publish(topic, b"two").result(timeout=10)
    eventually(lambda: len(endpoint.received) >= 2)
    assert [push.data for push in endpoint.received] == [b"one", b"two"]


@pytest.mark.parametrize("status", [500, 429, 400, 404])
def test_any_other_status_is_tried_again(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint, status: int
) -> None:
    topic, _ = push_to(endpoint, publisher, subscriber, project)
    endpoint.answers = [status, 204]
    publisher.publish(topic, b"one").result(timeout=10)
    eventually(lambda: len(endpoint.received) >= 2)
    first, second = endpoint.received
    assert first.body["message"]["messageId"] == second.body["message"]["messageId"]


def test_an_endpoint_that_is_not_there_yet(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint
) -> None:
    topic, subscription = push_to(
        endpoint, publisher, subscriber, project, push_config={"push_endpoint": "http://127.0.0.1:9/nobody"}
    )
    publisher.publish(topic, b"one").result(timeout=10)
    subscriber.modify_push_config(subscription=subscription, push_config={"push_endpoint": endpoint.url})
    [push] = eventually(lambda: endpoint.received)
    assert push.data == b"one"


def test_a_dead_letter_after_five_pushes(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint, pubsub_backend: Backend
) -> None:
    """Google's emulator waits seconds between attempts whatever the retry policy says, and does not send
    `deliveryAttempt`, which the service sends wherever there is a dead letter policy."""
    dead_topic, dead = f"{project}/topics/dead", f"{project}/subscriptions/dead"
    publisher.create_topic(name=dead_topic)
    subscriber.create_subscription(name=dead, topic=dead_topic)
    policy = {"dead_letter_topic": dead_topic, "max_delivery_attempts": 5}
    topic, _ = push_to(endpoint, publisher, subscriber, project, dead_letter_policy=policy)
    endpoint.answers = [500]
    publisher.publish(topic, b"poison").result(timeout=10)
    answer = eventually(lambda: subscriber.pull(subscription=dead, max_messages=1).received_messages, patience=60)
    assert answer[0].message.data == b"poison"
    marks = answer[0].message.attributes
    assert marks["CloudPubSubDeadLetterSourceDeliveryCount"] == "5"
    assert marks["CloudPubSubDeadLetterSourceSubscription"] == "nudges"
    assert marks["CloudPubSubDeadLetterSourceSubscriptionProject"] == project.removeprefix("projects/")
    assert marks["CloudPubSubDeadLetterSourceTopicPublishTime"].endswith("Z")
    assert len(endpoint.received) == 5
    if pubsub_backend.ours:
        assert [push.body["deliveryAttempt"] for push in endpoint.received] == [1, 2, 3, 4, 5]


def test_many_messages_all_arrive(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint
) -> None:
    topic, _ = push_to(endpoint, publisher, subscriber, project)
    sent = {publisher.publish(topic, b"%d" % number).result(timeout=10) for number in range(60)}
    eventually(lambda: {push.body["message"]["messageId"] for push in list(endpoint.received)} == sent)


def test_a_signed_push_is_believed_by_google_auth(
    publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint, pubsub_backend: Backend
) -> None:
    """Google's emulator takes the setting and sends no token at all, so nobody can check one there."""
    oidc = {"service_account_email": "pusher@demo.iam.gserviceaccount.com", "audience": "https://extract"}
    topic, _ = push_to(endpoint, publisher, subscriber, project, push_config={"oidc_token": oidc})
    publisher.publish(topic, b"x").result(timeout=10)
    [push] = eventually(lambda: endpoint.received)
    stand_in = pubsub_backend.stand_in
    if stand_in is None:
        assert "Authorization" not in push.headers
        return
    scheme, _, token = push.headers["Authorization"].partition(" ")
    assert scheme == "Bearer"
    claims = id_token.verify_token(token, Request(), audience="https://extract", certs_url=stand_in.certs_url)
    assert claims["iss"] == "https://accounts.google.com"
    assert (claims["email"], claims["email_verified"]) == (oidc["service_account_email"], True)
    assert 0 < claims["exp"] - claims["iat"] <= 3600
    with pytest.raises(ValueError, match="audience"):
        id_token.verify_token(token, Request(), audience="https://other", certs_url=stand_in.certs_url)
    forged = token[:-8] + ("A" * 8 if token[-8:] != "A" * 8 else "B" * 8)
    with pytest.raises(ValueError, match="signature"):
        id_token.verify_token(forged, Request(), audience="https://extract", certs_url=stand_in.certs_url)


@pytest.mark.parametrize("pubsub_backend", ["in memory"], indirect=True)
class TestHere:
    """What the service does, and Google's emulator does not show."""

    def test_the_audience_defaults_to_the_endpoint(
        self, publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint, pubsub_backend: Backend
    ) -> None:
        oidc = {"service_account_email": "pusher@demo.iam.gserviceaccount.com"}
        topic, _ = push_to(endpoint, publisher, subscriber, project, push_config={"oidc_token": oidc})
        publisher.publish(topic, b"x").result(timeout=10)
        [push] = eventually(lambda: endpoint.received)
        assert pubsub_backend.stand_in is not None
        token = push.headers["Authorization"].removeprefix("Bearer ")
        certs = pubsub_backend.stand_in.certs_url
        assert id_token.verify_token(token, Request(), audience=endpoint.url, certs_url=certs)

    def test_a_redirect_is_no_ack_and_is_not_followed(
        self, publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint
    ) -> None:
        topic, _ = push_to(endpoint, publisher, subscriber, project)
        endpoint.redirect_to = endpoint.url.replace("/push", "/elsewhere")
        endpoint.answers = [307, 302, 204]
        publisher.publish(topic, b"x").result(timeout=10)
        eventually(lambda: len(endpoint.received) >= 3)
        assert {push.path for push in endpoint.received} == {"/push"}

    def test_no_more_pushes_at_once_than_the_limit(
        self, publisher: Publisher, subscriber: Subscriber, project: str, endpoint: Endpoint, pubsub_backend: Backend
    ) -> None:
        assert pubsub_backend.stand_in is not None
        engine = pubsub_backend.stand_in.pubsub
        held = threading.Event()
        endpoint.before_answer = lambda: held.wait(30)
        topic, subscription = push_to(endpoint, publisher, subscriber, project)
        for number in range(20):
            publisher.publish(topic, b"%d" % number).result(timeout=10)
        eventually(lambda: len(endpoint.received) == 16)
        counts = engine.counts(subscription)
        assert (counts.published, counts.delivered, counts.acked, counts.outstanding) == (20, 16, 0, 20)
        assert not engine.idle()
        held.set()
        assert engine.await_idle(20)
        counts = engine.counts(subscription)
        assert (counts.delivered, counts.acked, counts.outstanding) == (20, 20, 0)
