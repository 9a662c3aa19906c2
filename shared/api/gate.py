"""Who may have what of the API: a key or short token, its workspace, its scopes, and the things that a path names.

What is not of the key's workspace is not there, whatever it may do elsewhere: that is looked at before its scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.alarms.finders import find_delivery, find_webhook
from shared.api.endpoint import Endpoint
from shared.api.problems import Failure, not_there
from shared.feeds.finding import find_feed, find_key
from shared.keys.admission import Admitted, Caller, Door
from shared.keys.key import Key, key_of, key_path
from shared.keys.scopes import Scope
from shared.keys.texts import Kind
from shared.keys.tokens import Tokens
from shared.people import guard
from shared.people.guard import Finder, Guard
from shared.people.routes import WORKSPACE


@dataclass(frozen=True)
class Gate:
    door: Door
    tokens: Tokens
    audience: str  # what a short token must have been given for
    guard: Guard

    def admit(self, presented: str, caller: Caller) -> Admitted:
        """By a key, or by a short token that was given for this door. Raises admission.Refused."""
        if not presented:
            challenge = {"WWW-Authenticate": 'Bearer realm="tributary"'}
            raise Failure(401, "no-key", "Say who asks: Authorization: Bearer, and a key or token.", headers=challenge)
        if presented.startswith(f"trib_{Kind.TOKEN}_"):
            return self.tokens.admit(presented, self.audience, caller)
        return self.door.admit(presented, {Kind.API}, caller)

    def allow(self, endpoint: Endpoint, ids: Mapping[str, str], admitted: Admitted | None) -> Mapping[str, Any]:
        """The things that the path names, by kind."""
        if admitted is None:
            return {}
        workspace = ids.get(WORKSPACE, admitted.workspace)
        if not opens(admitted, workspace):
            raise not_there()
        if endpoint.scope is not None:
            needs(admitted, endpoint.scope)
        things = {WORKSPACE: self.guard.finders[WORKSPACE](self.guard, None, workspace, workspace)}
        for name, kind in endpoint.objects.items():
            if kind not in things:
                things[kind] = self.guard.finders[kind](self.guard, None, workspace, ids[name])
        if any(thing is None for thing in things.values()):
            raise not_there()
        return things


def key_asking(gate: Gate, admitted: Admitted) -> Key | None:
    """The key that asks, itself or by a token; None: the token is a person's."""
    kind, _, name = admitted.subject.partition(":")
    doc = gate.door.documents.get(key_path(name)) if kind == "key" else None
    return key_of(doc) if doc is not None else None


def maker_of(gate: Gate, admitted: Admitted) -> str:
    """Who stands for what is made: whoever made the key that asks, or the person whose token it is."""
    key = key_asking(gate, admitted)
    return key.maker if key is not None else admitted.subject.partition(":")[2]


def needs(admitted: Admitted, scope: Scope) -> None:
    """Raises Failure where the key does not have it."""
    if not admitted.may(scope):
        raise Failure(
            403,
            "insufficient-scope",
            f"This takes the scope {scope}, which this key does not have (any more).",
            {"scope": str(scope)},
            {"WWW-Authenticate": f'Bearer realm="tributary", error="insufficient_scope", scope="{scope}"'},
        )


def opens(admitted: Admitted, workspace: str) -> bool:
    """A key is of one workspace."""
    return admitted.workspace == workspace


FINDERS: dict[str, Finder] = {
    **guard.FINDERS,
    "key": find_key,
    "feed": find_feed,
    "campaign": guard.find_campaign,
    "webhook": find_webhook,
    "delivery": find_delivery,
}
