"""What a route means by the name of a webhook or a delivery: one of this very workspace."""

from __future__ import annotations

from shared import model
from shared.hooks import delivery, hook
from shared.hooks.delivery import Delivery
from shared.hooks.hook import Hook
from shared.people.guard import Guard


def find_webhook(guard: Guard, _: object, workspace: str, name: str) -> Hook | None:
    found = hook.get(guard.people, name) if model.names_one(name) else None
    return found if found is not None and found.workspace == workspace else None


def find_delivery(guard: Guard, _: object, workspace: str, name: str) -> Delivery | None:
    found = delivery.get(guard.people, name) if model.names_one(name) else None
    return found if found is not None and found.workspace == workspace else None
