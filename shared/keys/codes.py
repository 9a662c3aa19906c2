"""An agent's way in: a person is asked, and says yes; the agent trades the code that follows for tokens, with PKCE.

OAuth 2.1 as far as an agent needs it: codes only, S256 only, redirect addresses compared letter by letter, tokens bound
to one door (RFC 8707). The page that asks the person is not here; what it must be told, and what its answer is, are.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc7636.challenge import CODE_CHALLENGE_PATTERN, CODE_VERIFIER_PATTERN

from shared.audit.entry import Origin, Outcome
from shared.audit.record import record_in
from shared.clock import Clock
from shared.keys.admission import Refused
from shared.keys.digests import Digest, Digests
from shared.keys.scopes import POWERS, Scope, for_kind
from shared.keys.texts import Kind, new, read
from shared.keys.tokens import Grant, Issued, Tokens, family_path
from shared.stores.ports import Doc, Documents, Transaction

LIFETIME = timedelta(minutes=1)
KEPT = timedelta(days=1)  # a code that was used: its second use ends what the first one gave
LONGEST_STATE = 512


@dataclass(frozen=True, slots=True)
class Client:
    """An agent, as its metadata tells of it. `name` is a stranger's word; the host of its id is not."""

    id: str
    name: str
    redirects: tuple[str, ...]
    vouched: bool = True  # whether an operator has let in this one

    @property
    def host(self) -> str:
        return urlsplit(self.id).hostname or ""


class Odd(Exception):
    """The question is not one that may be asked. `back`: the agent may be told, at the address that it gave."""

    def __init__(self, error: str, sentence: str, back: str = "", state: str = "") -> None:
        super().__init__(f"{error}: {sentence}")
        self.error, self.sentence, self.back, self.state = error, sentence, back, state


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent asks a person for."""

    client: Client
    redirect: str
    challenge: str
    audience: str
    scopes: tuple[Scope, ...]
    state: str


def wish(params: Mapping[str, str], client: Client, audience: str) -> Wish:
    """Read the question. Until the redirect address is known to be the client's, nothing is sent there."""
    redirect = params.get("redirect_uri", "")
    if redirect not in client.redirects or not _proper(redirect):
        raise Odd("invalid_request", "This is not an address of the agent.")
    state = params.get("state", "")

    def refuse(error: str, sentence: str) -> NoReturn:
        raise Odd(error, sentence, redirect, state[:LONGEST_STATE])

    if len(state) > LONGEST_STATE:
        refuse("invalid_request", "This state is too long.")
    if params.get("response_type") != "code":
        refuse("unsupported_response_type", "Only codes are given out here.")
    challenge = params.get("code_challenge", "")
    if params.get("code_challenge_method") != "S256" or CODE_CHALLENGE_PATTERN.fullmatch(challenge) is None:
        refuse("invalid_request", "PKCE with S256 is asked of everybody.")
    if params.get("resource") != audience:
        refuse("invalid_target", "This is for another address than ours.")
    asked, known = params.get("scope", "").split(), for_kind(Kind.MCP)
    if any(scope not in known for scope in asked):
        refuse("invalid_scope", f"An agent can have {' '.join(known)}.")
    scopes = tuple(scope for scope in POWERS if scope in known and (scope in asked or not asked))
    return Wish(client, redirect, challenge, audience, scopes, state)


def way_back(wish: Wish | Odd, issuer: str, **answer: str) -> str:
    """The agent's address with the answer, and with who gives it (RFC 9207)."""
    redirect = wish.redirect if isinstance(wish, Wish) else wish.back
    state = {"state": wish.state} if wish.state else {}
    return str(add_params_to_uri(redirect, [*{**answer, **state, "iss": issuer}.items()]))


@dataclass(frozen=True)
class Codes:
    documents: Documents  # the database of people
    digests: Digests
    clock: Clock
    tokens: Tokens

    def give(self, by: Origin, wish: Wish, person: str, workspace: str, session: str) -> str:
        """The person said yes: a code, good once and for a minute."""
        now, code = self.clock.now(), new(Kind.CODE)
        digest = self.digests.make(code.secret)
        doc: Doc = {
            "id": code.leading,
            "digest": digest.value,
            "digest_by": digest.by,
            "client": wish.client.id,
            "redirect": wish.redirect,
            "challenge": wish.challenge,
            "audience": wish.audience,
            "scopes": [str(scope) for scope in wish.scopes],
            "person": person,
            "workspace": workspace,
            "session": session,
            "good_until": now + LIFETIME,
            "used": False,
            "family": "",
            "expires_at": now + KEPT,
        }

        def write(tx: Transaction) -> None:
            tx.create(code_path(code.leading), doc)
            told = {"client": wish.client.id, "scopes": " ".join(wish.scopes)}
            record_in(tx, by.entry(now, "agent.allowed", wish.client.id, workspace, Outcome.DONE, **told))

        self.documents.transact(write)
        return code.secret.reveal()

    def trade(self, by: Origin, form: Mapping[str, str]) -> Issued:
        """Tokens for a code. Whatever is wrong, the answer is the same, and the code is used up."""
        found, now = read(form.get("code", "")), self.clock.now()
        if found is None or found.kind != Kind.CODE:
            raise _refused()
        known = self.documents.get(code_path(found.leading))
        begun = self.tokens.beginning(replace(by, who=f"person:{known['person']}"), _grant(known)) if known else None

        def write(tx: Transaction) -> bool:
            doc = tx.get(code_path(found.leading))
            families = tx.get_many([family_path(doc["family"])]) if doc and doc["family"] else []
            ours = self.digests.compare(found.secret, Digest(doc["digest_by"], doc["digest"]) if doc else None)
            if doc is None or not ours or begun is None:
                return False
            if doc["used"]:
                for family in filter(None, families):
                    self.tokens.end_in(tx, by, family, "its code was used twice", Outcome.REFUSED)
                return False
            good = now < doc["good_until"] and _fits(doc, form)
            tx.update(code_path(found.leading), {"used": True, "family": begun[0].family if good else ""})
            if good:
                begun[1](tx)
            return good

        if not self.documents.transact(write) or begun is None:
            raise _refused()
        return begun[0]


def _grant(doc: Doc) -> Grant:
    scopes: Collection[str] = doc["scopes"]
    subject = f"person:{doc['person']}"
    return Grant(subject, doc["workspace"], tuple(scopes), doc["audience"], doc["client"], doc["session"])


def _fits(doc: Doc, form: Mapping[str, str]) -> bool:
    verifier = form.get("code_verifier", "")
    if CODE_VERIFIER_PATTERN.fullmatch(verifier) is None:
        return False
    return (
        hmac.compare_digest(create_s256_code_challenge(verifier), doc["challenge"])
        and form.get("client_id") == doc["client"]
        and form.get("redirect_uri") == doc["redirect"]
        and form.get("resource", doc["audience"]) == doc["audience"]
    )


def _refused() -> Refused:
    return Refused("invalid_grant", "This code is not good (any more).", 400)


def _proper(address: str) -> bool:
    """https, or this very machine: an agent on a desk has no other address (RFC 8252, 7.3)."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    return (parts.scheme == "https" or local) and not parts.fragment and "@" not in parts.netloc


def code_path(code: str) -> str:
    return f"codes/{code}"
