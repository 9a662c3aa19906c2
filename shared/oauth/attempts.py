"""One attempt to connect: begun in one browser, for one link and platform, good once and for ten minutes.

`state` travels through the platform and back. Kept is only its fingerprint, with that of the browser's cookie;
the PKCE verifier is kept nowhere: it is computed from both, and from a key that only we have.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.oauth.links import fingerprint, is_token, random_token
from shared.stores.ports import Documents, Transaction

LIFETIME = timedelta(minutes=10)
FORM_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    link: str  # fingerprint
    workspace: str
    platform: str
    how: str  # oauth or key
    browser: str  # fingerprint of the cookie
    expires_at: datetime
    values: Mapping[str, str] = field(default_factory=dict)  # what the person was asked for

    def trouble(self, platform: str, how: str, browser: str, now: datetime) -> str:
        """Why this answer does not belong to this attempt (the name of a refusal); empty when it does."""
        if not browser or not hmac.compare_digest(self.browser, fingerprint(browser)):
            return "attempt-elsewhere"
        if (self.platform, self.how) != (platform, how):
            return "attempt-crossed"
        return "attempt-late" if self.expires_at <= now else ""


def begin(
    documents: Documents,
    clock: Clock,
    link: str,
    workspace: str,
    platform: str,
    how: str,
    browser: str,
    values: Mapping[str, str],
) -> str:
    """Keep a new attempt; returns its state."""
    state = random_token()
    doc = {
        "link": link,
        "workspace": workspace,
        "platform": platform,
        "how": how,
        "browser": fingerprint(browser),
        "expires_at": clock.now() + LIFETIME,
        "values": dict(values),
    }
    documents.set(f"states/{fingerprint(state)}", doc)
    return state


def take(documents: Documents, state: str) -> Attempt | None:
    """Read and delete in one transaction: of two who bring the same state, one gets it."""
    if not is_token(state):
        return None
    where = f"states/{fingerprint(state)}"

    def work(tx: Transaction) -> Attempt | None:
        doc = tx.get(where)
        if doc is None:
            return None
        tx.delete(where)
        names = ("link", "workspace", "platform", "how", "browser", "expires_at")
        return Attempt(**{name: doc[name] for name in names}, values=doc.get("values", {}))

    return documents.transact(work)


# -- what only we and this browser can compute -------------------------------------------------------


def verifier(key: bytes, state: str, browser: str) -> str:
    """The PKCE verifier (RFC 7636, 4.1) of an attempt."""
    return _seal(key, "pkce", state, browser)


def form_token(key: bytes, link: str, browser: str, now: datetime) -> str:
    """Proves that a button was pressed on our own page, opened in this browser for this link, not long ago."""
    moment = str(int(now.timestamp()))
    return f"{moment}.{_seal(key, 'form', link, browser, moment)}"


def form_token_holds(key: bytes, token: str, link: str, browser: str, now: datetime) -> bool:
    moment, _, seal = token.partition(".")
    if not browser or not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        return False
    if not hmac.compare_digest(seal.encode(), _seal(key, "form", link, browser, moment).encode()):
        return False
    age = now.timestamp() - int(moment)
    return -60 <= age <= FORM_LIFETIME.total_seconds()


def _seal(key: bytes, purpose: str, *parts: str) -> str:
    return _text(hmac.digest(key, "\x1f".join((purpose, *parts)).encode(), "sha256"))


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
