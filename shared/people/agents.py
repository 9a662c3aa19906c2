"""Programs that act for a person: which there are, and that what they ask for may be asked.

What a consent is worth, and what it is traded for, are keys of a kind: `shared/keys/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.clock import Clock
from shared.keys.codes import Client, Codes, Odd, Wish, wish
from shared.keys.tokens import Issued
from shared.oauth.links import fingerprint
from shared.people.metadata import Metadata, Unknown, come_back
from shared.people.throttle import allowed as may
from shared.stores.ports import Documents, Transaction

ANY = "any"  # who is let in by this: whoever has metadata at an https address
ASKED_FOR = 30  # texts of programs that are fetched for one person in an hour


@dataclass(frozen=True)
class Agents:
    documents: Documents
    codes: Codes
    audience: str  # the one address that their tokens are bound to (RFC 8707)
    metadata: Metadata

    def wish(self, said: Mapping[str, str], person: str) -> Wish:
        """Understand what this person is asked for. Raises Unknown for them to read, and Odd for the agent to be
        told."""
        client = self._client(said.get("client_id", ""), said.get("redirect_uri", ""), person)
        try:
            return wish({"resource": self.audience, **said}, client, self.audience)
        except Odd as odd:
            if odd.back:
                raise
            raise Unknown("odd-agent", odd.sentence) from odd

    def _client(self, name: str, redirect: str, person: str) -> Client:
        """By the word of an operator, or by its own where an operator has said that this will do."""
        found = known(self.documents, name)
        if found is not None and found.redirects:
            return found
        if found is None and known(self.documents, ANY) is None:
            raise Unknown("unknown-agent", "This program is not known here.")
        said = self.metadata.at_hand(name)
        if said is None:
            if not may(self.documents, self.codes.clock, f"metadata for {person}", ASKED_FOR):
                raise Unknown("too-many-agents", "Too many programs have led you here; come again in an hour.")
            said = self.metadata.ask(name)
        return come_back(replace(said, vouched=found is not None), redirect)

    def allow(self, by: Origin, asked: Wish, person: str, workspace: str) -> str:
        """The person said yes: a code. What it gives outlives the session that it was said in, and not the person."""
        return self.codes.give(by, asked, person, workspace, session="")

    def trade(self, by: Origin, said: Mapping[str, str]) -> Issued:
        """Tokens for a code, and new ones for one that renews. Raises Refused."""
        if said.get("grant_type") == "refresh_token":
            presented, client = said.get("refresh_token", ""), said.get("client_id", "")
            return self.codes.tokens.renew(by, presented, client, self.audience)
        return self.codes.trade(by, said)


def known(documents: Documents, client: str) -> Client | None:
    """A program that was let in. Without addresses: those that its metadata names are good."""
    doc = documents.get(client_path(client)) if client else None
    return None if doc is None else Client(doc["id"], doc["name"], tuple(doc["redirects"]))


def let_in(documents: Documents, clock: Clock, by: Origin, client: Client) -> None:
    """A program may ask people from now on."""

    def work(tx: Transaction) -> None:
        doc = {"id": client.id, "name": client.name, "redirects": list(client.redirects)}
        tx.set(client_path(client.id), doc)
        record_in(tx, by.entry(clock.now(), "agent.let-in", client.id, redirects=" ".join(client.redirects)))

    documents.transact(work)


def put_out(documents: Documents, clock: Clock, by: Origin, client: str) -> None:
    """It may not ask any more. What it was given before is ended by whoever gave it."""

    def work(tx: Transaction) -> None:
        tx.delete(client_path(client))
        record_in(tx, by.entry(clock.now(), "agent.put-out", client))

    documents.transact(work)


def client_path(client: str) -> str:
    return f"clients/{fingerprint(client)}"
