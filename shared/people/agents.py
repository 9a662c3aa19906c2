"""Programs that act for a person (OAuth 2.1): the code that a consent is worth, and what it is traded for.

Exact redirect addresses, PKCE always, and the code is good once, for a minute, to the client and address that it was
made for. What it is traded for, the tokens themselves, is another room's: here it is a port.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from shared.clock import Clock
from shared.errors import Problem
from shared.model import from_doc, to_doc
from shared.oauth.links import fingerprint, is_token, random_token
from shared.stores.ports import Documents, Transaction

LIFETIME = timedelta(minutes=1)
SCOPE = "read"  # the one there is: an agent looks, and changes nothing


@dataclass(frozen=True, slots=True)
class Client:
    """A program that asks for access."""

    id: str
    name: str
    redirects: tuple[str, ...]  # exactly these

    @property
    def host(self) -> str:
        """Who will get the access, as a person can check it."""
        parts = urlsplit(self.id if self.id.startswith("https://") else self.redirects[0])
        return parts.hostname or ""


class Clients(Protocol):
    def get(self, client: str) -> Client | None: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed a program."""

    id: str  # fingerprint of the code
    person: str
    workspace: str
    client: str
    redirect: str
    challenge: str
    resource: str
    expires_at: datetime


class Tokens(Protocol):
    """Makes the tokens of a grant."""

    def issue(self, grant: Grant) -> Mapping[str, Any]:
        """The answer of the token endpoint (RFC 6749, 5.1)."""
        ...


class Refusal(Problem):
    """A request that cannot be granted. `code` is a word of RFC 6749, 4.1.2.1 or 5.2."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for access that holds together."""

    client: Client
    redirect: str
    challenge: str
    resource: str
    given: str = field(default="")  # the program's own `state`


@dataclass(frozen=True)
class Agents:
    documents: Documents
    clock: Clock
    clients: Clients
    tokens: Tokens | None
    resource: str  # the one address that tokens are bound to (RFC 8707)

    def asked(self, said: Mapping[str, str]) -> Asked:
        """Understand a request; raises Refusal. Nothing is sent back to an address before it is known to be right."""
        client = self.clients.get(said.get("client_id", ""))
        if client is None:
            raise Refusal("invalid_client", "This program is not known here.")
        redirect = said.get("redirect_uri", "")
        if redirect not in client.redirects:
            raise Refusal("invalid_request", "The address to come back to is none of this program's.")
        challenge = said.get("code_challenge", "")
        if said.get("code_challenge_method") != "S256" or not is_token(challenge):
            raise Refusal("invalid_request", "The program did not prove itself as it has to (PKCE with S256).")
        if said.get("response_type") != "code":
            raise Refusal("unsupported_response_type", "The program asked for something else than a code.")
        if said.get("scope", SCOPE) not in ("", SCOPE):
            raise Refusal("invalid_scope", "The program asked for more than to read.")
        if said.get("resource", self.resource) != self.resource:
            raise Refusal("invalid_target", "The program asked for access to something that is not here.")
        return Asked(client, redirect, challenge, self.resource, said.get("state", "")[:500])

    def allow(self, asked: Asked, person: str, workspace: str) -> str:
        """Keep a grant; returns its code."""
        code = random_token()
        grant = Grant(
            fingerprint(code),
            person,
            workspace,
            asked.client.id,
            asked.redirect,
            asked.challenge,
            asked.resource,
            self.clock.now() + LIFETIME,
        )
        self.documents.set(_path(grant.id), to_doc(grant))
        return code

    def trade(self, said: Mapping[str, str]) -> Mapping[str, Any]:
        """Tokens for a code; raises Refusal. A code is used by whoever brings it first, right or wrong."""
        if said.get("grant_type") != "authorization_code":
            raise Refusal("unsupported_grant_type", "Only codes are traded here.")
        if self.tokens is None:
            raise Refusal("temporarily_unavailable", "No tokens are made here yet.")
        grant, now = self._taken(said.get("code", "")), self.clock.now()
        if grant is None or now >= grant.expires_at:
            raise Refusal("invalid_grant", "The code is not known, was used or has ended.")
        if (said.get("client_id"), said.get("redirect_uri")) != (grant.client, grant.redirect):
            raise Refusal("invalid_grant", "The code was made for another program or address.")
        challenge = create_s256_code_challenge(said.get("code_verifier", ""))
        if not hmac.compare_digest(challenge.encode(), grant.challenge.encode()):
            raise Refusal("invalid_grant", "The code was not asked for by this program.")
        if said.get("resource", grant.resource) != grant.resource:
            raise Refusal("invalid_target", "The code opens something else.")
        return self.tokens.issue(grant)

    def _taken(self, code: str) -> Grant | None:
        if not is_token(code):
            return None
        path = _path(fingerprint(code))

        def work(tx: Transaction) -> Grant | None:
            doc = tx.get(path)
            if doc is None:
                return None
            tx.delete(path)
            return from_doc(Grant, doc)

        return self.documents.transact(work)


@dataclass(frozen=True)
class KnownClients:
    """Programs that an operator has let in, as documents."""

    documents: Documents

    def get(self, client: str) -> Client | None:
        doc = self.documents.get(client_path(client)) if client else None
        return None if doc is None else Client(doc["id"], doc["name"], tuple(doc["redirects"]))


def client_path(client: str) -> str:
    return f"clients/{fingerprint(client)}"


def _path(grant: str) -> str:
    return f"codes/{grant}"
