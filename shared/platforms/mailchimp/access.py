"""Whose account a credential of Mailchimp's opens, and in which data centre."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Generator, Mapping

from shared.errors import Code, Configure, Reconnect
from shared.platforms.mailchimp.errors import refuse
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Request, at

API = "https://{dc}.api.mailchimp.com/3.0"
LOGIN = "https://login.mailchimp.com/oauth2"
DATA_CENTRE = r"[a-z]{2,4}\d{1,3}"


def authorise(credential: Credential) -> Mapping[str, str]:
    token = credential.token.reveal()
    if credential.how == "key":
        return {"authorization": "Basic " + b64encode(f"tributary:{token}".encode()).decode()}
    return {"authorization": f"Bearer {token}"}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """A key ends in its data centre; for a token the login server knows it. Then the account itself."""
    if credential.how == "key":
        dc = credential.token.reveal().rpartition("-")[2]
    else:
        token = credential.token.reveal()
        answer = yield Request("GET", f"{LOGIN}/metadata", headers={"authorization": f"OAuth {token}"})
        if problem := refuse(answer):
            raise problem
        if not at(answer.json, "api_endpoint"):  # HTTP 200 with {"error": "invalid_token"}
            raise Reconnect(Code.NOT_AUTHORISED, "Mailchimp does not accept this connection; please connect again.")
        dc = str(at(answer.json, "dc") or "")
    if not re.fullmatch(DATA_CENTRE, dc):
        raise Configure("odd-data-centre", "Mailchimp's data centre of this account is not of a known form.")
    answer = yield Request("GET", API.format(dc=dc) + "/", headers=authorise(credential))
    if problem := refuse(answer):
        raise problem
    account = answer.json
    if not at(account, "account_id"):
        raise Reconnect("no-account", "Mailchimp did not say whose account this is; please connect again.")
    found = Account(
        id=account["account_id"],
        title=account.get("account_name") or account["account_id"],
        zone=account.get("account_timezone") or "UTC",
        values={"dc": dc},
    )
    return (found,)
