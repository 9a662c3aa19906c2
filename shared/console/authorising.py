"""A program asks to act for a person: the page on which they decide, and the code's trade for tokens."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from shared.console.desk import Desk
from shared.console.home import workspaces_of
from shared.console.tongue import retold, say
from shared.console.web import Reply, Visit
from shared.keys.admission import Refused
from shared.keys.codes import Odd, Wish, way_back
from shared.keys.scopes import for_kind
from shared.keys.texts import Kind
from shared.people.guard import Allowed
from shared.people.metadata import Unknown, on_a_desk
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
    asked = _asked(desk, visit.query, allowed.person.id)
    if isinstance(asked, Reply):
        return asked
    return Reply(
        "authorise.html",
        {
            "person": allowed.person,
            "client": asked.client,
            "back": asked.redirect,
            "on_a_desk": on_a_desk(asked.redirect),
            "workspaces": workspaces_of(desk, allowed),
            "carried": {name: visit.query[name] for name in CARRIED if name in visit.query},
        },
    )


def decide(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Nothing of the request is believed because our page has carried it: it is understood once more."""
    asked = _asked(desk, visit.form, allowed.person.id)
    if isinstance(asked, Reply):
        return asked
    if visit.form.get("decision") != "allow":
        return _over(desk, asked, error="access_denied")
    by = desk.origin(visit, allowed.caller)
    return _over(desk, asked, code=desk.agents.allow(by, asked, allowed.person.id, allowed.workspace.id))


def token(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """RFC 6749, 4.1.3, for public clients: PKCE is what they prove themselves by."""
    if not may(desk.people, desk.clock, f"token from {visit.network}", ATTEMPTS_PER_NETWORK):
        return _json({"error": "temporarily_unavailable"}, 429)
    if visit.form.get("grant_type") not in ("authorization_code", "refresh_token"):
        return _json({"error": "unsupported_grant_type"}, 400)
    try:
        issued = desk.agents.trade(desk.origin(visit), visit.form)
    except Refused as refused:
        return _json({"error": refused.code, "error_description": refused.sentence}, refused.status)
    return _json(
        {
            "access_token": issued.access.reveal(),
            "token_type": "Bearer",
            "expires_in": issued.expires_in,
            "refresh_token": issued.renewal.reveal(),
            "scope": " ".join(issued.scopes),
        },
        200,
    )


def issuer(desk: Desk, _: Allowed, __: Visit) -> Reply:
    """What agents have to know before they ask (RFC 8414). An agent's id is the address of its metadata; nobody
    registers by themselves."""
    return _json(
        {
            "issuer": desk.address,
            "authorization_endpoint": f"{desk.address}/authorise",
            "token_endpoint": f"{desk.address}/token",
            "scopes_supported": [str(scope) for scope in for_kind(Kind.MCP)],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "client_id_metadata_document_supported": True,
            "protected_resources": [desk.agents.audience],
        },
        200,
    )


def _asked(desk: Desk, said: Mapping[str, str], person: str) -> Wish | Reply:
    try:
        return desk.agents.wish(said, person)
    except Unknown as unknown:
        return Reply(
            "state.html", {"title": say("This program cannot be let in"), "text": retold(unknown.sentence)}, 400
        )
    except Odd as odd:
        return Reply("over.html", {"address": way_back(odd, desk.address, error=odd.error), "to": say("the program")})


def _over(desk: Desk, asked: Wish, **answer: str) -> Reply:
    return Reply("over.html", {"address": way_back(asked, desk.address, **answer), "to": asked.client.name})


def _json(body: Mapping[str, object], status: int) -> Reply:
    return Reply(json=orjson.dumps(dict(body)), status=status)
