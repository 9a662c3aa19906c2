"""google.pubsub.v1.Publisher and Subscriber over gRPC: requests in, the engine's answers out."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import grpc
from google.pubsub_v1.types import pubsub as types

from infra.local.pubsub.engine import PubSub
from infra.local.pubsub.queue import Delivery
from infra.local.refusal import Refusal, invalid
from infra.local.wire import Method, Proto, methods, serve

_ReceivedMessage: Proto = types.ReceivedMessage.pb()
_StreamingPullResponse: Proto = types.StreamingPullResponse.pb()
_Subscription: Proto = types.Subscription.pb()
_DEFAULT_PAGE = 1000


def handlers(engine: PubSub, patience: float) -> list[grpc.GenericRpcHandler]:
    """Both services; `patience` is how long a pull waits for a first message."""
    service = _Service(engine, patience)
    publisher = {
        "CreateTopic": (types.Topic, service.create_topic),
        "GetTopic": (types.GetTopicRequest, service.get_topic),
        "ListTopics": (types.ListTopicsRequest, service.list_topics),
        "UpdateTopic": (types.UpdateTopicRequest, service.update_topic),
        "DeleteTopic": (types.DeleteTopicRequest, service.delete_topic),
        "ListTopicSubscriptions": (types.ListTopicSubscriptionsRequest, service.list_topic_subscriptions),
        "Publish": (types.PublishRequest, service.publish),
    }
    subscriber = {
        "CreateSubscription": (types.Subscription, service.create_subscription),
        "GetSubscription": (types.GetSubscriptionRequest, service.get_subscription),
        "ListSubscriptions": (types.ListSubscriptionsRequest, service.list_subscriptions),
        "UpdateSubscription": (types.UpdateSubscriptionRequest, service.update_subscription),
        "ModifyPushConfig": (types.ModifyPushConfigRequest, service.modify_push_config),
        "DeleteSubscription": (types.DeleteSubscriptionRequest, service.delete_subscription),
        "Pull": (types.PullRequest, service.pull),
        "Acknowledge": (types.AcknowledgeRequest, service.acknowledge),
        "ModifyAckDeadline": (types.ModifyAckDeadlineRequest, service.modify_ack_deadline),
    }
    streaming = Method(types.StreamingPullRequest.pb(), service.streaming_pull, streams_in=True, streams_out=True)
    return [
        serve("google.pubsub.v1.Publisher", methods(publisher)),
        serve("google.pubsub.v1.Subscriber", methods(subscriber) | {"StreamingPull": streaming}),
    ]


class _Service:
    """One method per remote procedure."""

    def __init__(self, engine: PubSub, patience: float) -> None:
        self._engine = engine
        self._registry = engine.registry
        self._patience = patience

    # Topics

    def create_topic(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._registry.create_topic(request)

    def get_topic(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._registry.topic(request.topic)

    def list_topics(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        page, token = _page(self._registry.topics(request.project), request)
        return types.ListTopicsResponse.pb()(topics=page, next_page_token=token)

    def update_topic(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._registry.update_topic(request.topic, request.update_mask)

    def delete_topic(self, request: Proto, context: grpc.ServicerContext) -> None:
        self._registry.delete_topic(request.topic)

    def list_topic_subscriptions(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        self._registry.topic(request.topic)
        names = sorted(queue.subscription.name for queue in self._registry.fed_by(request.topic))
        return types.ListTopicSubscriptionsResponse.pb()(subscriptions=names)

    def publish(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        ids = self._engine.publish(request.topic, request.messages)
        return types.PublishResponse.pb()(message_ids=ids)

    # Subscriptions

    def create_subscription(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._registry.create_subscription(request)

    def get_subscription(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._registry.queue(request.subscription).subscription

    def list_subscriptions(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        page, token = _page(self._registry.subscriptions(request.project), request)
        return types.ListSubscriptionsResponse.pb()(subscriptions=page, next_page_token=token)

    def update_subscription(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._registry.update_subscription(request.subscription, request.update_mask)

    def modify_push_config(self, request: Proto, context: grpc.ServicerContext) -> None:
        changed = _Subscription(name=request.subscription, push_config=request.push_config)
        mask = types.UpdateSubscriptionRequest.pb()(update_mask={"paths": ["push_config"]}).update_mask
        self._registry.update_subscription(changed, mask)

    def delete_subscription(self, request: Proto, context: grpc.ServicerContext) -> None:
        self._engine.delete_subscription(request.subscription)

    # Messages

    def pull(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        patience = 0.0 if request.return_immediately else self._patience
        if (left := context.time_remaining()) is not None:
            patience = max(0.0, min(patience, left - 0.1))  # an empty answer beats a deadline
        taken = self._engine.pull(request.subscription, request.max_messages, patience)
        return types.PullResponse.pb()(received_messages=self._received(request.subscription, taken))

    def acknowledge(self, request: Proto, context: grpc.ServicerContext) -> None:
        self._engine.acknowledge(request.subscription, request.ack_ids)

    def modify_ack_deadline(self, request: Proto, context: grpc.ServicerContext) -> None:
        self._engine.modify_ack_deadline(request.subscription, request.ack_ids, request.ack_deadline_seconds)

    def streaming_pull(self, requests: Iterator[Proto], context: grpc.ServicerContext) -> Iterator[Proto]:
        """Deliver as messages come; the client's acks arrive on the same stream."""
        first = next(requests)
        if not first.subscription:
            raise invalid("The first request of a stream names the subscription.")
        name, most = first.subscription, first.max_outstanding_messages or 1000
        self._registry.queue(name)
        held: set[str] = set()  # on this stream, neither acknowledged nor given back yet
        stream = threading.Thread(
            target=self._read_stream, args=(name, first, requests, held), name="streaming-pull", daemon=True
        )
        context.add_callback(self._wake)
        stream.start()
        while context.is_active():
            taken = self._engine.pull(name, most - len(held), self._patience) if len(held) < most else []
            if not taken:
                if len(held) >= most:
                    with self._engine.changed:
                        self._engine.changed.wait(self._patience)
                continue
            held |= {delivery.ack_id for delivery in taken}
            ids = [delivery.ack_id for delivery in taken]
            self._engine.modify_ack_deadline(name, ids, first.stream_ack_deadline_seconds or 10)
            yield _StreamingPullResponse(received_messages=self._received(name, taken))

    def _read_stream(self, name: str, first: Proto, requests: Iterator[Proto], held: set[str]) -> None:
        try:
            self._heed(name, first, held)
            for request in requests:
                self._heed(name, request, held)
        except (Refusal, grpc.RpcError):
            pass  # the stream, or the subscription, is gone

    def _heed(self, name: str, request: Proto, held: set[str]) -> None:
        """Do what a request on the stream asks."""
        held -= set(request.ack_ids)
        if request.ack_ids:
            self._engine.acknowledge(name, request.ack_ids)
        deadlines = zip(request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True)
        for ack_id, seconds in deadlines:
            if seconds == 0:
                held.discard(ack_id)
            self._engine.modify_ack_deadline(name, [ack_id], seconds)

    def _wake(self) -> None:
        with self._engine.changed:
            self._engine.changed.notify_all()

    def _received(self, name: str, taken: list[Delivery]) -> list[Proto]:
        counted = self._registry.queue(name).subscription.HasField("dead_letter_policy")
        return [
            _ReceivedMessage(ack_id=each.ack_id, message=each.message, delivery_attempt=each.attempt if counted else 0)
            for each in taken
        ]


def _page(items: list[Proto], request: Proto) -> tuple[list[Proto], str]:
    """One page of things in order of their names; the token is the last name given."""
    if request.page_token:
        items = [item for item in items if item.name > request.page_token]
    size = request.page_size or _DEFAULT_PAGE
    return items[:size], items[size - 1].name if len(items) > size else ""
