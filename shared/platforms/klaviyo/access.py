"""Whose account a credential of Klaviyo's opens, and what each call carries."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from shared.errors import Reconnect
from shared.platforms.klaviyo.errors import refuse
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Request, at

REVISION = "2026-07-15"
API = "https://a.klaviyo.com/api"
HEADERS = {"revision": REVISION, "accept": "application/vnd.api+json"}


def authorise(credential: Credential) -> Mapping[str, str]:
    token = credential.token.reveal()
    return {"authorization": f"{'Klaviyo-API-Key' if credential.how == 'key' else 'Bearer'} {token}"}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    answer = yield Request("GET", f"{API}/accounts", headers={**HEADERS, **authorise(credential)})
    if problem := refuse(answer):
        raise problem
    accounts = at(answer.json, "data")
    if not isinstance(accounts, list) or not accounts or not at(accounts[0], "id"):
        raise Reconnect("no-account", "Klaviyo did not say whose account this is; please connect again.")
    return tuple(
        Account(
            id=account["id"],
            title=at(account, "attributes.contact_information.organization_name") or account["id"],
            zone=at(account, "attributes.timezone") or "UTC",
            currency=at(account, "attributes.preferred_currency") or "",
        )
        for account in accounts
    )
