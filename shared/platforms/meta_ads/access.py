"""Which ad accounts a login opens."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from shared.platforms.meta import graph
from shared.platforms.meta_ads.errors import refuse
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Json, Request


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """All ad accounts that the person, or the system user, has a part in."""
    fields = "account_id,name,currency,timezone_name,account_status"
    missing = "Meta Ads no longer lists the accounts of a login."
    rows = yield from graph.entries("/me/adaccounts", fields, credential, refuse, missing)
    login = yield from graph.login_of(credential)
    return tuple(account(row, login) for row in rows)


def account(row: Mapping[str, Json], login: Mapping[str, str]) -> Account:
    """A disabled account, or one with an open bill, still tells its past."""
    name = str(row.get("account_id") or "")
    return Account(
        id=name,
        title=str(row.get("name") or name),
        zone=str(row.get("timezone_name") or "UTC"),
        currency=str(row.get("currency") or ""),
        values=login,
        closed="Meta says that it is not available at present." if row.get("account_status") == 101 else "",
    )
