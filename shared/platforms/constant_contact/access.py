"""Whose account a login of Constant Contact opens, and what it may be allowed to read."""

from __future__ import annotations

from collections.abc import Generator

from shared.errors import Reconnect
from shared.platforms.constant_contact.errors import refuse
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.wire import Answer, Request, at

API = "https://api.cc.email/v3"
LOGIN = "https://authz.constantcontact.com/oauth2/default/v1"
CONTACTS, CAMPAIGNS, ACCOUNT = "contact_data", "campaign_data", "account_read"


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    answer = yield Request("GET", f"{API}/account/summary", headers=bearer(credential))
    if problem := refuse(answer):
        raise problem
    account = answer.json
    if not at(account, "encoded_account_id"):
        raise Reconnect("no-account", "Constant Contact did not say whose account this is; please connect again.")
    found = Account(
        id=account["encoded_account_id"],
        title=account.get("organization_name") or account.get("contact_email") or account["encoded_account_id"],
        zone=account.get("time_zone_id") or "UTC",
    )
    return (found,)
