"""Whose accounts a credential opens, and what each becomes when it is connected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared import model
from shared.errors import Bug, Code, Configure, Later
from shared.http import Http
from shared.model import Connection, from_doc, stable_id
from shared.oauth.clients import with_app
from shared.oauth.links import Link
from shared.oauth.tokens import ends_at
from shared.reading.addresses import check_values
from shared.stores.ports import Documents, Vault
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.platform import Platform

MOST_CALLS = 100  # of one discovery
MOST_TIME = timedelta(seconds=60)  # for all of them: somebody waits, and others want to be served


class WrongAccount(Exception):
    """A link that renews a connection ended in another account."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__("wrong account")
        self.expected, self.found = expected, found


def discover(http: Http, vault: Vault, platform: Platform, credential: Credential) -> tuple[Account, ...]:
    """Hold the platform's conversation: its requests are sent, its answers handed back."""
    talk = platform.discover(with_app(vault, platform, credential))
    until = http.clock.now() + MOST_TIME
    try:
        request = next(talk)
        for _ in range(MOST_CALLS):
            if http.clock.now() >= until:
                raise Later("discovery-slow", f"{platform.title} takes very long to say which accounts there are.")
            request = talk.send(http.send(platform, request))
    except StopIteration as end:
        accounts: tuple[Account, ...] = end.value
    else:
        raise Bug("endless-discovery", f"{platform.title} did not say which account this is.")
    if not accounts:
        means = "key" if credential.how == "key" else "login"
        raise Configure(Code.SEES_NO_ACCOUNT, f"{platform.title} shows no account to this {means}.")
    if not all(account.id for account in accounts):
        raise Bug("no-account", f"{platform.title} did not say which account this is.")
    once = {account.id: account for account in reversed(accounts)}
    return tuple(_proper(platform, account, alone=len(once) == 1) for account in reversed(once.values()))


def _proper(platform: Platform, account: Account, alone: bool) -> Account:
    """An account with odd values cannot be read; that is no reason to lose the others."""
    if account.closed:
        return account
    try:
        check_values(platform, account.values)
    except Bug as problem:
        if alone:
            raise
        return replace(account, closed=problem.sentence)
    return account


def only_account(
    documents: Documents, platform: Platform, link: Link, accounts: Sequence[Account]
) -> tuple[Account, ...]:
    """The account that is meant, when nobody has to be asked; none when there is a choice.

    A link that renews a connection means that connection's account and no other.
    """
    accounts = [_as_known(documents, platform, link.workspace, account) for account in accounts]
    if link.reconnects:
        accounts = (_meant(documents, platform, link, accounts),)
    usable = tuple(account for account in accounts if not account.closed)
    if not usable:
        why = "; ".join(f"{account.title or account.id}: {account.closed.rstrip('.')}" for account in accounts[:3])
        raise Configure(Code.SEES_NO_ACCOUNT, f"{platform.title} shows no account that can be read ({why}).")
    return usable if len(usable) == 1 else ()


def _as_known(documents: Documents, platform: Platform, workspace: str, account: Account) -> Account:
    """As the connection calls it that reads it already, where its own id can be another one by now: else it would be
    connected, and counted, twice. Cursors say what a connection has read."""
    if not account.also:
        return account
    docs = documents.find(f"{model.workspace_path(workspace)}/connections", ("platform", "==", platform.name))
    known = {doc["account"]: from_doc(Connection, doc) for doc in docs}
    ids = (account.id, *account.also)
    called = [each for each in ids if each in known]
    if not called:
        called = [each for each, connection in known.items() if _reads(documents, platform, connection, ids)]
    return replace(account, id=called[0]) if called else account


def _reads(documents: Documents, platform: Platform, connection: Connection, ids: Sequence[str]) -> bool:
    """Whether something of one of these is known to be in BigQuery."""
    streams = [stream.name for stream in platform.streams if stream.parent is not None and stream.keeps_cursor]
    names = [model.cursor_id(connection.id, stream, each) for stream in streams for each in ids]
    return any(documents.get_many([model.path(connection.workspace, "cursors", name) for name in names]))


def _meant(documents: Documents, platform: Platform, link: Link, accounts: Sequence[Account]) -> Account:
    for account in accounts:
        if connection_id(link.workspace, platform, account) == link.reconnects:
            return account
    doc = documents.get(model.path(link.workspace, "connections", link.reconnects))
    if doc is None:
        raise Configure("connection-gone", "The connection that this link renews is no longer there.")
    titles = [account.title or account.id for account in accounts]
    raise WrongAccount(doc["title"], ", ".join(titles[:3]) + (" …" if len(titles) > 3 else ""))


# -- what an account becomes ------------------------------------------------------------------------


def own(credential: Credential, account: Account) -> Credential:
    """What is kept for one account. A token of the account's own lives its own life: nothing renews or dates it."""
    if account.token is None:
        return credential
    return replace(credential, token=account.token, refresh_token=None, expires_at="", refresh_expires_at="")


def connection_id(workspace: str, platform: Platform, account: Account) -> str:
    return stable_id(workspace, platform.name, account.id)


def connection_of(
    workspace: str, platform: Platform, credential: Credential, account: Account, now: datetime, request: str = ""
) -> Connection:
    """`request`: the connecting it is for; each writes into a secret of its own."""
    wanted = Connection(
        id=connection_id(workspace, platform, account),
        workspace=workspace,
        platform=platform.name,
        account=account.id,
        title=account.title,
        zone=account.zone,
        currency=account.currency,
        values=dict(account.values),
        expires_at=ends_at(credential),
        connected_at=now,
        access_since=now,
    )
    return replace(wanted, secret=secret_name(wanted, request))


def secret_name(connection: Connection, request: str = "") -> str:
    """Of another name each time the account is connected: who knows an older one does not take it for this one."""
    generation = f"{stable_id(request)[:8]}-" if request else ""
    return f"{secrets_of(connection)}{generation}tokens"


def secrets_of(whose: Connection | str) -> str:
    """How the names of the secrets of a connection or workspace begin. No workspace's name holds a dash, and no
    connection's id another one's, so nobody else's do."""
    if isinstance(whose, str):
        return f"user-{whose}-"
    return f"user-{whose.workspace}-{whose.platform}-{whose.id}-"


def labels_of(whose: Connection | str) -> dict[str, str]:
    """What every secret of a connection or workspace bears."""
    if isinstance(whose, str):
        return {"workspace": label(whose)}
    return {**labels_of(whose.workspace), "platform": whose.platform, "connection": whose.id}


def label(text: str) -> str:
    """Labels take lower case letters, digits, dashes and underscores, 63 at most."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text.lower())[:63]
