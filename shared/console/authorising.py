"""A program asks to act for a person: the page on which they decide, and the code's trade for tokens."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import orjson

from shared.console.desk import Desk
from shared.console.home import workspaces_of
from shared.console.web import Reply, Visit
from shared.people.agents import Asked, Refusal
from shared.people.guard import Allowed
from shared.people.throttle import ATTEMPTS_PER_NETWORK
from shared.people.throttle import allowed as may

CARRIED = (
    "client_id",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "response_type",
    "scope",
    "state",
    "resource",
)


def authorise(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    asked = _asked(desk, visit.query)
    if isinstance(asked, Reply):
        return asked
    return Reply(
        "authorise.html",
        {
            "person": allowed.person,
            "client": asked.client,
            "back": asked.redirect,
            "workspaces": workspaces_of(desk, allowed),
            "carried": {name: visit.query[name] for name in CARRIED if name in visit.query},
        },
    )


def decide(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Nothing of the request is believed because our page has carried it: it is understood once more."""
    asked = _asked(desk, visit.form)
    if isinstance(asked, Reply):
        return asked
    if visit.form.get("decision") != "allow":
        return _over(desk, asked, {"error": "access_denied"})
    return _over(desk, asked, {"code": desk.agents.allow(asked, allowed.person.id, allowed.workspace.id)})


def token(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """RFC 6749, 4.1.3, for public clients: PKCE is what they prove themselves by."""
    if not may(desk.people, desk.clock, f"token from {visit.network}", ATTEMPTS_PER_NETWORK):
        return _json({"error": "temporarily_unavailable"}, 429)
    try:
        return _json(desk.agents.trade(visit.form), 200)
    except Refusal as refusal:
        return _json({"error": refusal.code, "error_description": refusal.sentence}, 400)


def _asked(desk: Desk, said: Mapping[str, str]) -> Asked | Reply:
    try:
        return desk.agents.asked(said)
    except Refusal as refusal:
        return Reply("state.html", {"title": "This program cannot be let in", "text": refusal.sentence}, 400)


def _over(desk: Desk, asked: Asked, answer: dict[str, str]) -> Reply:
    query = urlencode({**answer, "iss": desk.address, **({"state": asked.given} if asked.given else {})})
    joint = "&" if "?" in asked.redirect else "?"
    return Reply("over.html", {"address": f"{asked.redirect}{joint}{query}", "to": asked.client.name})


def _json(body: Mapping[str, object], status: int) -> Reply:
    return Reply(json=orjson.dumps(dict(body)), status=status)
