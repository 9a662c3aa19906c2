"""From a fresh credential to connections: keep the secret, then write the connection and use up the link.

The order matters. A connection without its secret would be a lie; a secret without a connection is litter, and a
document tells of it before it is there. Each connecting writes into a secret of its own, so what is connected already
keeps its credential until the transaction says otherwise, and nobody takes away what somebody else has written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from shared import log, model
from shared.clock import Clock
from shared.errors import Configure, Problem
from shared.http import Http
from shared.messages import SyncRequested
from shared.model import Connection, from_doc, to_doc
from shared.oauth import accounts, links
from shared.oauth.accounts import connection_of, labels_of, own
from shared.oauth.intents import Intents
from shared.oauth.links import Link, link_path
from shared.oauth.tokens import pack
from shared.stores.ports import Bus, Documents, Transaction, Vault
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.choosing import also
from shared.vocabulary.platform import Platform

SAFETY = timedelta(minutes=5)  # if the request for the first sync is lost, the minute tick asks for it after this


class LinkGone(Exception):
    """The link stopped being usable while somebody was using it; `refusal` names why."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Connected:
    connection: Connection
    renewed: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """An account that was chosen and could not be connected."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Outcome:
    connected: tuple[Connected, ...]
    failed: tuple[Failed, ...]
    missing: tuple[str, ...]  # titles of streams whose permission was not given


@dataclass(frozen=True)
class ConnectionWriter:
    """What turns a credential into connections, one for each account."""

    documents: Documents
    vault: Vault
    bus: Bus
    http: Http
    clock: Clock

    def connect(
        self, platform: Platform, link: Link, credential: Credential, chosen: Sequence[Account], request: str
    ) -> Outcome:
        """Each account becomes a connection of its own; one that fails does not stop the others.

        Raises LinkGone, or what went wrong when no account could be connected; then the link is as usable as before.
        """
        done: list[Connected] = []
        failed: list[tuple[Account, Exception]] = []
        for account in chosen:
            try:
                done.append(self._one(platform, link, own(credential, account), account, request))
            except LinkGone:
                raise
            except Exception as error:
                log.failure("account not connected", error, workspace=link.workspace, platform=platform.name)
                failed.append((account, error))
        if failed and not done:
            raise failed[0][1]
        return Outcome(
            tuple(done),
            tuple(Failed(account.title or account.id, _sentence(error)) for account, error in failed),
            missing_streams(platform, credential, link.streams),
        )

    def discover(self, platform: Platform, credential: Credential) -> tuple[Account, ...]:
        return accounts.discover(self.http, self.vault, platform, credential)

    def only_account(self, platform: Platform, link: Link, found: Sequence[Account]) -> tuple[Account, ...]:
        return accounts.only_account(self.documents, platform, link, found)

    @property
    def intents(self) -> Intents:
        return Intents(self.documents, self.vault, self.clock)

    # -- keeping ---------------------------------------------------------------------------------------

    def _one(self, platform: Platform, link: Link, credential: Credential, account: Account, request: str) -> Connected:
        now = self.clock.now()
        wanted = connection_of(link.workspace, platform, credential, account, now, request)
        title = account.title or link.label or platform.title
        wanted = replace(wanted, title=title, history_days=link.history_days, streams_with=link.streams)
        self.intents.begin(wanted)
        try:
            version = self.vault.add(wanted.secret, pack(credential, now), labels_of(wanted))
            wanted = replace(wanted, secret_version=version, next_sync_at=now + SAFETY)
            before = self._write(link, wanted, request)
        except Exception:
            self.intents.drop(wanted.secret)
            raise
        if before is not None and before.secret not in {"", wanted.secret}:
            self.intents.drop(before.secret)
        self._first_sync(wanted, before, request)
        log.info("connected", connection=wanted.id, workspace=wanted.workspace, platform=platform.name)
        return Connected(wanted, before is not None)

    def _write(self, link: Link, wanted: Connection, request: str) -> Connection | None:
        """The connection and the end of the link, together or not at all; returns the connection it renews.

        One that is being ended is not connected again before that is done: what ends it would take the new access, too.
        Whoever used the link up may go on to write the other accounts that were chosen with it.
        """
        where = model.path(wanted.workspace, "connections", wanted.id)

        def work(tx: Transaction) -> tuple[str, Connection | None]:
            current, doc = links.get(tx, link.id), tx.get(where)
            before = from_doc(Connection, doc) if doc else None
            ours = current is not None and current.used_by == request
            trouble = "" if ours else current.trouble(self.clock.now()) if current else "link-unknown"
            if not self.intents.holds(tx, wanted):
                trouble = trouble or "attempt-late"
            if not trouble and before is not None and before.closing_at is not None:
                raise Configure("connection-ending", f"The connection of {wanted.title} is just being ended.")
            if not trouble:
                self.intents.replace_secret(tx, wanted, before)
                (tx.update if before else tx.set)(where, to_doc(renew(before, wanted) if before else wanted))
                if not ours:
                    tx.update(link_path(link.id), {"used_at": self.clock.now(), "used_by": request})
            return trouble, before

        trouble, before = self.documents.transact(work)
        if trouble:
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
    already = {*before.streams, *before.streams_with}
    return replace(
        before,
        title=wanted.title,
        zone=wanted.zone,
        currency=wanted.currency,
        values=wanted.values,
        state=wanted.state,
        problem=None,
        secret=wanted.secret,
        secret_version=wanted.secret_version,
        expires_at=wanted.expires_at,
        refresh_until=None,
        refresh_fence=before.refresh_fence + 1,
        refusals={},
        next_sync_at=wanted.next_sync_at,
        connected_at=before.connected_at or wanted.connected_at,
        access_since=wanted.access_since,
        streams_with=[*before.streams_with, *(name for name in wanted.streams_with if name not in already)],
    )


def missing_streams(platform: Platform, credential: Credential, besides: Sequence[str] = ()) -> tuple[str, ...]:
    """Streams that cannot be read because a permission was not given. Keys and scopeless platforms allow everything.
    `besides`: optional ones for which it was asked."""
    oauth = platform.oauth
    if credential.how == "key" or oauth is None or not oauth.scopes:
        return ()
    given = set(credential.scopes)
    return tuple(s.title for s in also(platform, besides) if s.scope and s.scope not in given)


def _sentence(error: Exception) -> str:
    return error.sentence if isinstance(error, Problem) else "It could not be kept."
