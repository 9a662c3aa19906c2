"""Between consent and choice: a login sees several accounts, and a person picks among them.

The accounts wait in a document, without anything secret. The credential, and tokens of single accounts, wait in
Secret Manager under the same fingerprint: written after the document and deleted before it, so that no secret is ever
without a document that tells of it. It is deleted when it was used; when nobody chose, by whoever comes next, and in
the end by Secret Manager itself.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import orjson

from shared import log
from shared.clock import Clock
from shared.errors import Bug, Later
from shared.model import Doc
from shared.oauth.accounts import labels_of
from shared.oauth.links import Link, fingerprint, is_token, random_token
from shared.oauth.tokens import pack, unpack
from shared.secret import Secret
from shared.stores.ports import Documents, Transaction, Vault
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.platform import Platform

LIFETIME = timedelta(minutes=30)
CONNECTING = timedelta(minutes=15)  # far longer than it takes to connect what was chosen in the last moment
CHOICE_DOCUMENTS_KEPT = timedelta(
    days=30
)  # the document, so that what waits in Secret Manager is found whenever somebody comes
MOST_SHOWN = 500
MOST_BYTES = 48 * 1024  # of tokens of single accounts: what Secret Manager takes at once is 64 KiB
MOST_CHOSEN = 50  # each is written and asked for while a person waits
AT_ONCE = 5  # left-over choices that one visit clears away


@dataclass(frozen=True, slots=True)
class Choice:
    id: str  # fingerprint
    link: str
    workspace: str
    platform: str
    browser: str  # fingerprint of the cookie
    until: datetime
    used: bool
    most: int  # that may be chosen
    seen: int  # how many there are; the first of them are shown
    accounts: tuple[Account, ...]  # without their tokens

    def trouble(self, platform: str, browser: str, now: datetime) -> str:
        """Why this browser cannot choose here (the name of a refusal); empty when it can."""
        if not browser or not hmac.compare_digest(self.browser, fingerprint(browser)):
            return "attempt-elsewhere"
        if self.platform != platform:
            return "attempt-crossed"
        if self.used:
            return "choice-over"
        return "choice-late" if self.until <= now else ""


@dataclass(frozen=True)
class Choices:
    documents: Documents
    vault: Vault
    clock: Clock

    def begin(
        self, platform: Platform, link: Link, browser: str, credential: Credential, accounts: tuple[Account, ...]
    ) -> str:
        """Keep what there is to choose from; returns the token under which the choice is found."""
        token, now, shown = random_token(), self.clock.now(), _shown(accounts)
        where = fingerprint(token)
        doc = {
            "id": where,
            "link": link.id,
            "workspace": link.workspace,
            "platform": platform.name,
            "browser": fingerprint(browser),
            "until": now + LIFETIME,
            "used": False,
            "most": most_chosen(platform, credential),
            "seen": len(accounts),
            "accounts": [_doc(account) for account in shown],
            "expires_at": now + CHOICE_DOCUMENTS_KEPT,
        }
        tokens = {account.id: account.token.reveal() for account in shown if account.token}
        kept = orjson.dumps({"credential": orjson.Fragment(pack(credential, now)), "tokens": tokens})
        self.documents.set(_path(where), doc)
        labels = {**_labels(link.workspace), "platform": platform.name}
        self.vault.add(_secret(where), kept, labels, until=now + LIFETIME + CONNECTING)
        if self.documents.get(_path(where)) is None:
            self.vault.delete(_secret(where))  # its workspace was erased in that moment
        return token

    def find(self, token: str) -> Choice | None:
        doc = self.documents.get(_path(fingerprint(token))) if is_token(token) else None
        return _choice(doc) if doc else None

    def take(self, choice: Choice) -> bool:
        """Use it up. Of two who bring the same choice, one gets it."""

        def work(tx: Transaction) -> bool:
            doc = tx.get(_path(choice.id))
            if doc is None or doc["used"]:
                return False
            tx.update(_path(choice.id), {"used": True, "until": self.clock.now() + LIFETIME})
            return True

        return self.documents.transact(work)

    def open(self, choice: Choice) -> tuple[Credential, tuple[Account, ...]]:
        """The credential, and the accounts with tokens of their own."""
        found = self.vault.read(_secret(choice.id))
        if found is None:
            raise Later("choice-gone", "What was to be chosen from is no longer kept.")
        try:
            kept: Any = orjson.loads(found[1])
            tokens = {str(name): Secret(str(token)) for name, token in kept["tokens"].items()}
            credential = unpack(orjson.dumps(kept["credential"]))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            raise Bug("choice-unreadable", "What was to be chosen from cannot be read.") from None
        return credential, tuple(replace(account, token=tokens.get(account.id)) for account in choice.accounts)

    def end(self, choice: str) -> None:
        self.vault.delete(_secret(choice))
        self.documents.delete(_path(choice))

    def clear(self) -> None:
        """Choices that nobody made in time, or whose process died. Whoever comes next does this."""
        try:
            for doc in self.documents.find("choices", ("until", "<=", self.clock.now()), limit=AT_ONCE):
                self.end(doc["id"])
        except Exception as error:  # it must never stand in the way of who is connecting now
            log.failure("an old choice stays", error)


def pending_of(vault: Vault, workspace: str) -> list[str]:
    """The secrets of choices, whether a document tells of them or not."""
    return vault.named(_secret(""), _labels(workspace))


def most_chosen(platform: Platform, credential: Credential) -> int:
    """A grant whose refresh token is replaced at each use cannot be shared by several connections."""
    oauth = platform.oauth
    alone = credential.how == "oauth" and oauth is not None and oauth.rotating and credential.refresh_token is not None
    return 1 if alone else MOST_CHOSEN


def _shown(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """Those that can be chosen come first: what is cut off at the end is rather a closed one."""
    first = sorted(accounts, key=lambda account: bool(account.closed))[:MOST_SHOWN]
    sizes = accumulate(len(account.id + account.token.reveal()) + 6 if account.token else 0 for account in first)
    return tuple(account for account, size in zip(first, sizes, strict=True) if size <= MOST_BYTES)


def _path(choice: str) -> str:
    return f"choices/{choice}"


def _secret(choice: str) -> str:
    return f"pending-{choice}"


def _labels(workspace: str) -> dict[str, str]:
    return {"kind": "pending", **labels_of(workspace)}


def _doc(account: Account) -> Doc:
    return {
        "id": account.id,
        "title": account.title[:200],
        "zone": account.zone,
        "currency": account.currency,
        "values": dict(account.values),
        "closed": account.closed[:300],
    }


def _choice(doc: Doc) -> Choice:
    names = ("id", "link", "workspace", "platform", "browser", "until", "used", "most", "seen")
    accounts = tuple(Account(**found) for found in doc["accounts"])
    return Choice(**{name: doc[name] for name in names}, accounts=accounts)
