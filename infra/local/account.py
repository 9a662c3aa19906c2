"""An account connected by hand: what the connect pages do, without the pages, and content with less.

A server that speaks a platform's API need not know whose account it shows; then what was given and defaults serve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.stores import Stores
from shared import model
from shared.connectors.reading import check_values
from shared.connectors.spec import Account, Credential, Platform
from shared.errors import Later, Problem
from shared.http import Http
from shared.model import Connection, Workspace, short, to_doc
from shared.oauth.connect import Connector, label, secret_name
from shared.oauth.tokens import ends_at, pack

DEFAULTS = {"dc": "us1"}  # values that stand in addresses and lead nowhere when a server stands in for all of them


def connect(
    stores: Stores, platform: Platform, credential: Credential, given: Mapping[str, str], streams: Sequence[str]
) -> tuple[Connection, str]:
    """The connection, written as the connect pages write it; and why the account had to be guessed, if it had."""
    http = Http(stores.settings.origins)
    connector = Connector(stores.documents, stores.vault, stores.bus, http, stores.clock)
    guessed = ""
    try:
        account = connector.discover(platform, credential)
    except Problem as problem:
        if isinstance(problem, Later) and problem.code == "unreachable":
            raise
        guessed = problem.sentence
        account = Account(id="account", title=platform.title)
    values = {name: value for name, value in DEFAULTS.items() if name in platform.values}
    values |= {**account.values, **given}
    check_values(platform, values)
    now, workspace = stores.clock.now(), "local"
    connection = Connection(
        id=short(workspace, platform.name, account.id),
        workspace=workspace,
        platform=platform.name,
        account=account.id,
        title=account.title,
        zone=account.zone,
        currency=account.currency,
        values=values,
        schedule="manual",
        streams=list(streams),
        expires_at=ends_at(credential),
        connected_at=now,
    )
    secret = secret_name(connection)
    labels = {"workspace": label(workspace), "platform": platform.name, "connection": connection.id}
    version = stores.vault.add(secret, pack(credential, now), labels)
    doc = {**to_doc(connection), "secret": secret, "secret_version": version}
    stores.documents.set(model.workspace_path(workspace), to_doc(Workspace(workspace, "Local", created_at=now)))
    stores.documents.set(model.path(workspace, "connections", connection.id), doc)
    return model.from_doc(Connection, doc), guessed
