"""Which Pages, and which Instagram accounts behind them, a login opens."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from shared.platforms.instagram.errors import TITLE, refuse
from shared.platforms.instagram.records import PACIFIC
from shared.platforms.meta import graph
from shared.secret import Secret
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Json, Request, at

INSTAGRAM, INSTAGRAM_NUMBERS = "instagram_basic", "instagram_manage_insights"
PAGE, PAGE_NUMBERS = "pages_read_engagement", "read_insights"


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """The Pages that the person chose in Meta's dialog, each with its own token and its Instagram account."""
    fields = "id,name,access_token,instagram_business_account{id,username}"
    missing = f"{TITLE} no longer lists the Pages of a login."
    rows = yield from graph.entries("/me/accounts", fields, credential, refuse, missing)
    login = yield from graph.login_of(credential)
    return tuple(account(row, login) for row in rows)


def account(row: Mapping[str, Json], login: Mapping[str, str]) -> Account:
    name, token = str(row.get("id") or ""), row.get("access_token")
    username = at(row, "instagram_business_account.username")
    return Account(
        id=name,
        title=f"{row.get('name') or name}{f' (@{username})' if username else ''}",
        zone=PACIFIC,
        values={"ig": str(at(row, "instagram_business_account.id") or ""), **login},
        token=Secret(token) if isinstance(token, str) and token else None,
        closed="" if token else "Your login has no role on this Page that lets it see its numbers.",
    )
