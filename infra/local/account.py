"""Accounts connected by hand: what the connect pages do, without the pages, and content with less.

A server that speaks a platform's API need not know whose account it shows; then what was given and defaults serve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared import model
from shared.errors import Code, Configure, Later, Problem
from shared.http import Http
from shared.model import Connection, Workspace, to_doc
from shared.oauth import form_fields
from shared.oauth.accounts import connection_of, discover, labels_of, own
from shared.oauth.exchange import Exchange
from shared.oauth.tokens import pack
from shared.reading.addresses import check_values
from shared.secret import Secret
from shared.states import Schedule
from shared.stores.installation import Stores
from shared.stores.ports import Doc
from shared.vocabulary.access import Account, Credential, Field
from shared.vocabulary.platform import Platform

WORKSPACE = "local"
# Values that stand in addresses and lead nowhere when a server stands in for all of them.
DEFAULTS = {"dc": "us1", "shop": "example"}


@dataclass(frozen=True, slots=True)
class Given:
    """What is given instead of a consent: a key or a token, what the pages would ask for, and which accounts."""

    key: str = ""
    token: str = ""
    asked: Mapping[str, str] = field(
        default_factory=dict
    )  # answers to the platform's questions, as a person gives them
    values: Mapping[str, str] = field(default_factory=dict)  # of the account, beyond what discovery says
    accounts: Sequence[str] = ()  # ids; none: all that can be read
    history_days: int = 0  # how far back streams of days are read; 0: as far as the platform tells


def connect(stores: Stores, platform: Platform, given: Given, streams: Sequence[str]) -> tuple[list[Connection], str]:
    """The connections, written as the connect pages write them; and why the account had to be guessed, if it had."""
    http = Http(stores.settings.origins)
    values = answers(platform, given)
    if given.key:
        credential = Exchange(stores.vault, http, stores.clock).key(platform, given.key, values)
    else:
        credential = Credential(Secret(given.token), values=values)
    guessed = ""
    try:
        seen = discover(http, stores.vault, platform, credential)
    except Problem as problem:
        if given.accounts or (isinstance(problem, Later) and problem.code == Code.UNREACHABLE):
            raise
        guessed = problem.sentence
        seen = (Account(id="account", title=platform.title),)
    stores.documents.set(
        model.workspace_path(WORKSPACE), to_doc(Workspace(WORKSPACE, "Local", created_at=stores.clock.now()))
    )
    defaults = {name: value for name, value in DEFAULTS.items() if name in platform.values}
    accounts = [
        replace(account, values={**defaults, **values, **account.values, **given.values})
        for account in _chosen(platform, seen, given.accounts)
    ]
    for account in accounts:
        check_values(platform, account.values)
    return [
        _write(stores, platform, own(credential, account), account, streams, given.history_days) for account in accounts
    ], guessed


def answers(platform: Platform, given: Given) -> dict[str, str]:
    """What follows from the answers. A choice stands for several values; whatever nobody asks for is taken as it is."""
    way = platform.key_way if given.key else platform.oauth
    asks = {asked.name: asked for asked in (way.asks if way else ())}
    values: dict[str, str] = {name: value for name, value in DEFAULTS.items() if name in asks}
    for name, text in given.asked.items():
        values.update(_follows(platform, asks[name], text) if name in asks else {name: text})
    return values


def _follows(platform: Platform, asked: Field, text: str) -> Mapping[str, str]:
    found = form_fields.read(platform, (asked,), {form_fields.form_name(asked): text})
    if found.wrong:
        known = f" It is one of: {', '.join(asked.choices)}." if asked.choices else ""
        raise Configure("odd-answer", f"“{asked.label}” is not answered by what was given.{known}")
    return found.values


def _chosen(platform: Platform, accounts: Sequence[Account], wanted: Sequence[str]) -> list[Account]:
    known = {account.id: account for account in accounts}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Configure("no-such-account", f"{platform.title} shows {', '.join(known)}, not {', '.join(unknown)}.")
    picked = [known[name] for name in dict.fromkeys(wanted)] or [one for one in accounts if not one.closed]
    shut = [account for account in (picked or accounts) if account.closed]
    if shut:
        raise Configure("closed-account", f"{shut[0].title or shut[0].id} cannot be read: {shut[0].closed}")
    return picked


def _write(
    stores: Stores,
    platform: Platform,
    credential: Credential,
    account: Account,
    streams: Sequence[str],
    history_days: int,
) -> Connection:
    connection = connection_of(WORKSPACE, platform, credential, account, stores.clock.now())
    version = stores.vault.add(connection.secret, pack(credential, stores.clock.now()), labels_of(connection))
    doc: Doc = {**to_doc(connection), "schedule": Schedule.MANUAL, "streams": list(streams), "secret_version": version}
    doc["history_days"] = history_days
    stores.documents.set(model.path(WORKSPACE, "connections", connection.id), doc)
    return model.from_doc(Connection, doc)
