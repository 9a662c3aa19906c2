"""Which accounts of Google Ads a login opens, its own and those below its managers."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from shared.errors import Bug, Code, Configure
from shared.platforms.google_ads import gaql
from shared.platforms.google_ads.errors import refuse
from shared.platforms.google_ads.gaql import API, PAGES, SEARCH
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, Json, Request, at

SCOPE = "https://www.googleapis.com/auth/adwords"  # the only one; there is none for reading alone


def authorise(credential: Credential) -> Mapping[str, str]:
    """The developer token means nothing since September 2026. It is sent where our app has one and is handed over."""
    token = credential.app.more.get("developer_token") if credential.app else None
    held = {"developer-token": token.reveal()} if token else {}
    return {**bearer(credential), **held}


CLIENTS = gaql.search(
    "customer_client",
    (f"customerClient.{name}" for name in ("id", "descriptiveName", "currencyCode", "timeZone", "manager", "status")),
)
OVER = {"CANCELED": "It was cancelled.", "CLOSED": "It was closed.", "SUSPENDED": "Google has suspended it."}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """The login knows accounts and managers of accounts; below each manager lies a tree, whose leaves have numbers."""
    headers = authorise(credential)
    answer = yield Request("GET", f"{API}/customers:listAccessibleCustomers", headers=headers)
    if problem := refuse(answer):
        raise problem
    names = at(answer.json, "resourceNames") if answer.json else []  # nothing at all: it knows none
    if not isinstance(names, list):
        raise Bug("records-missing", "The platform's answer no longer holds “resourceNames”.", excerpt(answer))
    roots = [str(name).removeprefix("customers/") for name in names]
    found: dict[str, Account] = {}
    for root in roots:
        for account in (yield from _below(root, headers)):
            through = "" if account.id in roots else root  # what the login knows itself is not reached through another
            known = found.get(account.id)
            if known is None or (known.closed and not account.closed):
                found[account.id] = Account(
                    account.id,
                    account.title,
                    account.zone,
                    account.currency,
                    {"login_customer_id": through},
                    closed=account.closed,
                )
    return tuple(found.values())


def _below(root: str, headers: Mapping[str, str]) -> Generator[Request, Answer, list[Account]]:
    """A root and all that hangs below it, managers left out. A root that is closed or shut to us is one of its own."""
    request = Request(
        "POST", API + SEARCH.format(account_id=root), json=CLIENTS, headers={**headers, "login-customer-id": root}
    )
    found: list[Account] = []
    position: dict[str, Json] | None = {}
    while position is not None:
        answer = yield PAGES.apply(request, position)
        problem = refuse(answer)
        if isinstance(problem, Configure) and problem.code in {Code.ACCOUNT_CLOSED, Code.NO_PERMISSION}:
            return [Account(root, dashed(root), closed=problem.sentence)]
        if problem:
            raise problem
        rows = at(answer.json, "results")
        if not isinstance(rows, list) or not all(at(row, "customerClient.id") for row in rows):
            raise Bug("records-missing", "The platform's answer no longer holds accounts.", excerpt(answer))
        found += [client_of(row["customerClient"]) for row in rows if not row["customerClient"].get("manager")]
        position = PAGES.next(request, position, answer, rows, str).position
    return found


def client_of(client: Json) -> Account:
    own = str(client["id"])
    return Account(
        own,
        client.get("descriptiveName") or dashed(own),
        client.get("timeZone") or "UTC",
        client.get("currencyCode") or "",
        closed=OVER.get(client.get("status", ""), ""),
    )


def dashed(account: str) -> str:
    """As people know it: 123-456-7890."""
    return f"{account[:3]}-{account[3:6]}-{account[6:]}"
