"""One attempt to sign in with Google: begun in one browser, good once and for ten minutes.

`state` travels to Google and back. Kept is its fingerprint, with that of the browser's cookie. The PKCE verifier and
the nonce are kept nowhere: both follow from the state and the cookie, which only this browser has.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.model import from_doc, to_doc
from shared.oauth.links import fingerprint, is_token, random_token
from shared.stores.ports import Documents, Transaction

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    browser: str  # fingerprint of the cookie
    expires_at: datetime
    invitation: str = ""  # fingerprint of the one that is to be accepted
    joins: str = ""  # the person that wants this account as another way
    onward: str = ""  # the page of ours that was asked for


def begin(
    documents: Documents, clock: Clock, browser: str, invitation: str = "", joins: str = "", onward: str = ""
) -> str:
    """Keep a new attempt; returns its state."""
    state = random_token()
    attempt = Attempt(fingerprint(browser), clock.now() + LIFETIME, invitation, joins, onward)
    documents.set(_path(state), to_doc(attempt))
    return state


def take(documents: Documents, clock: Clock, state: str, browser: str) -> Attempt | None:
    """Read and delete in one transaction: of two who bring the same state, one gets it. None for another browser,
    whose visit leaves the attempt to the one that began it."""
    if not is_token(state) or not is_token(browser):
        return None

    def work(tx: Transaction) -> Attempt | None:
        doc = tx.get(_path(state))
        if doc is None:
            return None
        attempt = from_doc(Attempt, doc)
        if not hmac.compare_digest(attempt.browser, fingerprint(browser)):
            return None
        tx.delete(_path(state))
        return attempt if clock.now() < attempt.expires_at else None

    return documents.transact(work)


def verifier(browser: str, state: str) -> str:
    """RFC 7636, 4.1."""
    return _derived(browser, "pkce", state)


def nonce(browser: str, state: str) -> str:
    return _derived(browser, "nonce", state)


def _derived(browser: str, purpose: str, state: str) -> str:
    digest = hmac.digest(browser.encode(), f"{purpose}\x1f{state}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _path(state: str) -> str:
    return f"attempts/{fingerprint(state)}"
