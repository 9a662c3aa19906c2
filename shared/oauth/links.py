"""Connect links: a random id that lets one person connect what one login sees, once, until a given day.

The id is shown once, to the operator who makes the link. Kept is its fingerprint, and under it what it means;
so nobody who reads the documents can use a link, and the link itself tells nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from shared import model
from shared.clock import Clock
from shared.errors import Configure
from shared.states import WorkspaceState
from shared.stores.ports import Doc, Documents, Transaction

LIFETIME = timedelta(days=7)
LONGEST = 90  # days
MOST_HISTORY = 36_500  # days; beyond what any platform tells
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits in base64url


@dataclass(frozen=True, slots=True)
class Link:
    id: str  # the fingerprint, never the id that opens it
    workspace: str
    platform: str
    label: str  # for the operator: whom it was made for
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    reconnects: str = ""  # the connection it renews; empty: it makes a new one
    history_days: int = 0  # how far back the new connections read; 0: as far as the platform tells
    streams: list[str] = field(default_factory=list)  # optional ones, for which permission is asked, too
    used_by: str = ""  # the request of the connecting that used it: it may write several connections

    def trouble(self, now: datetime) -> str:
        """Why it cannot be used (the name of a refusal); empty when it can."""
        if self.revoked_at is not None:
            return "link-revoked"
        if self.used_at is not None:
            return "link-used"
        return "link-expired" if self.expires_at <= now else ""


def random_token() -> str:
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    return TOKEN.fullmatch(text) is not None


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_path(link: str) -> str:
    return f"links/{link}"


def address(start_url: str, token: str) -> str:
    """The id stands behind the `#`: no browser sends that, so no log and no trace of a request can hold it."""
    return f"{start_url.rstrip('/')}#{token}"


def token_of(said: str) -> str:
    """The id out of what the page sends on, or of an address that somebody pasted."""
    return said.strip().rpartition("#")[2]


def create(
    documents: Documents,
    clock: Clock,
    workspace: str,
    platform: str,
    label: str = "",
    lifetime: timedelta = LIFETIME,
    reconnects: str = "",
    history_days: int = 0,
    streams: Sequence[str] = (),
) -> tuple[str, Link]:
    """A new link, and the id that opens it: the one time it can be seen."""
    home = documents.get(model.workspace_path(workspace))
    if home is not None and home.get("state") == WorkspaceState.OPENING:
        raise Configure(
            "not-open", f"Workspace {workspace} is still being opened; `workspace list` says how far it is."
        )
    token, now = random_token(), clock.now()
    link = Link(
        fingerprint(token),
        workspace,
        platform,
        label,
        now,
        now + lifetime,
        reconnects=reconnects,
        history_days=history_days,
        streams=list(streams),
    )
    documents.set(link_path(link.id), _doc(link))
    return token, link


def find(documents: Documents, token: str) -> Link | None:
    """The link that this id opens."""
    return get(documents, fingerprint(token)) if is_token(token) else None


def get(documents: Documents | Transaction, link: str) -> Link | None:
    doc = documents.get(link_path(link))
    return None if doc is None else _link(doc)


def used_for(documents: Documents, request: str) -> Link | None:
    """The link that this connecting used up."""
    return next((_link(doc) for doc in documents.find("links", ("used_by", "==", request), limit=1)), None)


def of_workspace(documents: Documents, workspace: str) -> list[Link]:
    """Newest first; links that ran out disappear by themselves after a while."""
    found = [_link(doc) for doc in documents.find("links", ("workspace", "==", workspace))]
    return sorted(found, key=lambda link: link.created_at, reverse=True)


def of_workspaces(documents: Documents, workspaces: Sequence[str], most: int) -> list[Link]:
    """Of several, in one query; so many at most."""
    return [_link(doc) for doc in documents.find("links", ("workspace", "in", list(workspaces)), limit=most)]


def revoke(documents: Documents, clock: Clock, link: str) -> Link | None:
    """Withdraw it, also while somebody is on the platform's page. A used link stays used."""

    def work(tx: Transaction) -> Link | None:
        known = get(tx, link)
        if known is not None and known.revoked_at is None and known.used_at is None:
            tx.update(link_path(link), {"revoked_at": clock.now()})
        return known

    documents.transact(work)
    return get(documents, link)


def _doc(link: Link) -> Doc:
    return {each.name: getattr(link, each.name) for each in fields(link)}


def _link(doc: Doc) -> Link:
    return Link(**{each.name: doc[each.name] for each in fields(Link) if each.name in doc})
