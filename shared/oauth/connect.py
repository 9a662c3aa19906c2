"""From a fresh credential to a connection: whose account is it, keep the secret, then the connection, use up the link.

The order matters. A secret without a connection is litter; a connection without its secret would be a lie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from shared import log, model
from shared.clock import Clock
from shared.connectors.reading import check_values
from shared.connectors.spec import Account, Credential, Platform
from shared.errors import Bug, Configure
from shared.http import Http
from shared.messages import SyncRequested
from shared.model import Connection, Doc, from_doc, short, to_doc
from shared.oauth import links
from shared.oauth.links import Link, link_path
from shared.oauth.tokens import ends_at, pack
from shared.stores.ports import Bus, Documents, Transaction, Vault

MOST_CALLS = 100  # of one discovery
SAFETY = timedelta(minutes=5)  # if the request for the first sync is lost, the minute tick asks for it after this


class LinkGone(Exception):
    """The link stopped being usable while somebody was using it; `refusal` names why."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class WrongAccount(Exception):
    """A link that renews a connection ended in another account."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__("wrong account")
        self.expected, self.found = expected, found


@dataclass(frozen=True, slots=True)
class Connected:
    connection: Connection
    renewed: bool
    missing: tuple[str, ...]  # titles of streams whose permission was not given


@dataclass(frozen=True)
class Connector:
    """What turns a credential into a connection."""

    documents: Documents
    vault: Vault
    bus: Bus
    http: Http
    clock: Clock

    def connect(self, platform: Platform, link: Link, credential: Credential, request: str) -> Connected:
        """Raises a Problem of the platform's, LinkGone or WrongAccount; then the link is as usable as before."""
        account = self.discover(platform, credential)
        now = self.clock.now()
        wanted = Connection(
            id=short(link.workspace, platform.name, account.id),
            workspace=link.workspace,
            platform=platform.name,
            account=account.id,
            title=account.title or link.label or platform.title,
            zone=account.zone,
            currency=account.currency,
            values=dict(account.values),
            expires_at=ends_at(credential),
            connected_at=now,
        )
        wanted = replace(wanted, secret=secret_name(wanted))
        self._same_account(link, wanted)
        labels = {"workspace": label(wanted.workspace), "platform": platform.name, "connection": wanted.id}
        version = self.vault.add(wanted.secret, pack(credential, now), labels)
        wanted = replace(wanted, secret_version=version, next_sync_at=now + SAFETY)
        before = self._write(link, wanted)
        self._first_sync(wanted, before, request)
        log.info("connected", connection=wanted.id, workspace=wanted.workspace, platform=platform.name)
        return Connected(wanted, before is not None, missing_streams(platform, credential))

    def discover(self, platform: Platform, credential: Credential) -> Account:
        """Hold the platform's conversation: its requests are sent, its answers handed back."""
        talk = platform.discover(credential)
        try:
            request = next(talk)
            for _ in range(MOST_CALLS):
                request = talk.send(self.http.send(platform, request))
        except StopIteration as end:
            account: Account = end.value
        else:
            raise Bug("endless-discovery", f"{platform.title} did not say which account this is.")
        if not account.id:
            raise Bug("no-account", f"{platform.title} did not say which account this is.")
        check_values(platform, account.values)
        return account

    # -- keeping ---------------------------------------------------------------------------------------

    def _same_account(self, link: Link, wanted: Connection) -> None:
        if not link.reconnects or link.reconnects == wanted.id:
            return
        doc = self.documents.get(model.path(link.workspace, "connections", link.reconnects))
        if doc is None:
            raise Configure("connection-gone", "The connection that this link renews is no longer there.")
        raise WrongAccount(doc["title"], wanted.title)

    def _write(self, link: Link, wanted: Connection) -> Connection | None:
        """The connection and the end of the link, together or not at all; returns the connection it renews."""
        where = model.path(wanted.workspace, "connections", wanted.id)

        def work(tx: Transaction) -> tuple[str, Connection | None]:
            current, doc = links.get(tx, link.id), tx.get(where)
            before = from_doc(Connection, doc) if doc else None
            trouble = current.trouble(self.clock.now()) if current else "link-unknown"
            if not trouble:
                tx.set(where, to_doc(renew(before, wanted) if before else wanted))
                tx.update(link_path(link.id), {"used_at": self.clock.now()})
            return trouble, before

        trouble, before = self.documents.transact(work)
        if trouble:
            if before is None:
                self.vault.delete(wanted.secret)
            raise LinkGone(trouble)
        return before

    def _first_sync(self, wanted: Connection, before: Connection | None, request: str) -> None:
        """Ask for the first sync. Asked successfully, the safety net is taken away again."""
        try:
            self.bus.publish(SyncRequested(wanted.workspace, wanted.id, "connected", request))
        except Exception as error:  # connected is connected; the minute tick makes it good
            log.failure("the first sync could not be asked for", error, connection=wanted.id)
            return
        where = model.path(wanted.workspace, "connections", wanted.id)

        def work(tx: Transaction) -> None:
            doc = tx.get(where)
            if doc and doc["next_sync_at"] == wanted.next_sync_at:
                tx.update(where, {"next_sync_at": before.next_sync_at if before else None})

        self.documents.transact(work)


def renew(before: Connection, wanted: Connection) -> Connection:
    """The same account connected again: how it is set up stays, what stood in its way goes.

    The fence moves on, so that a worker that is renewing the old access cannot say so any more.
    """
    return replace(
        wanted,
        schedule=before.schedule,
        streams=before.streams,
        refresh_fence=before.refresh_fence + 1,
        connected_at=before.connected_at or wanted.connected_at,
        last_run=before.last_run,
        last_success_at=before.last_success_at,
    )


def secret_name(connection: Connection) -> str:
    return f"user-{connection.workspace}-{connection.platform}-{connection.id}-tokens"


def label(text: str) -> str:
    """Labels take lower case letters, digits, dashes and underscores, 63 at most."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text.lower())[:63]


def missing_streams(platform: Platform, credential: Credential) -> tuple[str, ...]:
    """Streams that cannot be read because a permission was not given. Keys and scopeless platforms allow everything."""
    oauth = platform.oauth
    if credential.how == "key" or oauth is None or not oauth.scopes:
        return ()
    given = set(credential.scopes)
    return tuple(s.title for s in platform.streams if s.scope and s.scope not in given and not s.optional)


def outcome_path(token: str) -> str:
    return f"outcomes/{links.fingerprint(token)}"


def outcome_doc(connected: Connected, until: object) -> Doc:
    """What the page after connecting says; nothing in it is secret, and it is gone after an hour."""
    connection = connected.connection
    return {
        "kind": "renewed" if connected.renewed else "connected",
        "platform": connection.platform,
        "workspace": connection.workspace,
        "title": connection.title,
        "missing": list(connected.missing),
        "expires_at": until,
    }
