"""Webhooks: where this workspace's runs and alarms are told. The key that signs is shown this one time."""

from __future__ import annotations

import secrets
from datetime import timedelta

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.hooks import delivery as deliveries_of
from shared.hooks import hook as hooks
from shared.hooks.delivery import Delivery
from shared.hooks.hook import TOLD, Event, Hook, Shape
from shared.secret import Secret


def webhooks(desk: Desk, call: Call) -> Reply:
    """The newest first; also those that ended."""
    return Reply(shapes.Webhooks(webhooks=[_told(each) for each in hooks.of_workspace(desk.people, call.workspace.id)]))


def add_webhook(desk: Desk, call: Call) -> Reply:
    said = call.body
    events = [Event(each) for each in said.events] or TOLD
    key, made = desk.hooks.make(call.by, call.workspace.id, said.name, said.address, Shape(said.shape), events)
    return _given(key, made)


def rotate_webhook(desk: Desk, call: Call) -> Reply:
    known: Hook = call.things["webhook"]
    key, made = desk.hooks.rotate(call.by, known.id, timedelta(hours=call.body.overlap_hours))
    return _given(key, made)


def end_webhook(desk: Desk, call: Call) -> Reply:
    """Done twice it changes nothing."""
    return Reply(_told(desk.hooks.end(call.by, call.things["webhook"].id)))


def test_webhook(desk: Desk, call: Call) -> Reply:
    """What means nothing is told to it."""
    once = call.repeat.name if call.repeat is not None else secrets.token_hex(8)
    return Reply(_delivery(desk.hooks.test(call.by, call.things["webhook"].id, once)), 202)


def deliveries(desk: Desk, call: Call) -> Reply:
    """The newest first, and what became of them; kept for thirty days."""
    found = deliveries_of.of_webhook(desk.people, call.things["webhook"].id)
    return Reply(shapes.Deliveries(deliveries=[_delivery(each) for each in found]))


def send_again(desk: Desk, call: Call) -> Reply:
    return Reply(_delivery(desk.hooks.again(call.by, call.things["delivery"])), 202)


def _given(key: Secret | None, made: Hook) -> Reply:
    told = shapes.WebhookGiven(webhook=_told(made), secret=key.reveal() if key is not None else "")
    return Reply(told, 201, {"Cache-Control": "no-store"})


def _told(hook: Hook) -> shapes.Webhook:
    return shapes.Webhook(
        id=hook.id,
        name=hook.name,
        host=hook.host,
        shape=hook.shape,
        events=hook.events,
        state=hook.standing,
        why=hook.why,
        keys=len(hook.keys),
        silent_since=hook.silent_since,
        created_at=hook.created_at,
        ended_at=hook.ended_at,
    )


def _delivery(delivery: Delivery) -> shapes.Delivery:
    return shapes.Delivery(
        id=delivery.id,
        webhook=delivery.webhook,
        event=delivery.event,
        state=delivery.state,
        body=delivery.body,
        created_at=delivery.created_at,
        next_at=delivery.look_at,
        tries=[
            shapes.DeliveryTry(at=each["at"], status=each["status"], problem=each["sentence"]) for each in delivery.log
        ],
    )
