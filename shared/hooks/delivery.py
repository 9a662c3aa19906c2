"""What one webhook is to be told once, and how far that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.hooks.hook import Event, Hook
from shared.hooks.shapes import body
from shared.model import Doc, from_doc, stable_id
from shared.states import DeliveryState
from shared.stores.ports import Documents

KEPT = timedelta(days=30)
SHOWN = 12  # tries that are kept


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str  # what receivers see as `webhook-id`: the same however often it comes
    workspace: str
    webhook: str
    event: str  # an `Event`
    body: str
    created_at: datetime
    expires_at: datetime  # when the document goes
    state: DeliveryState = DeliveryState.WAITING
    look_at: datetime | None = None  # when the next try is due; None: there is none
    lease_until: datetime | None = None
    fence: int = 0  # of the try
    tries: int = 0  # since it was asked for
    log: list[Doc] = field(default_factory=list)  # of tries, the newest last: at, status, sentence


def delivery_path(delivery: str) -> str:
    return f"deliveries/{delivery}"


def of_hook(hook: Hook, event: Event, now: datetime, text: str, data: Mapping[str, Any], *once: str) -> Delivery:
    """`once`: what names it; whoever comes again with the same finds it there."""
    name = f"d-{stable_id(hook.id, *once)}"
    made = body(hook.shape, event, now, text, data)
    return Delivery(name, hook.workspace, hook.id, str(event), made, now, now + KEPT, look_at=now)


def get(people: Documents, delivery: str) -> Delivery | None:
    doc = people.get(delivery_path(delivery))
    return None if doc is None else from_doc(Delivery, doc)


def of_webhook(people: Documents, hook: str, most: int = 100) -> list[Delivery]:
    """Newest first."""
    found = [from_doc(Delivery, doc) for doc in people.find("deliveries", ("webhook", "==", hook))]
    return sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)[:most]
