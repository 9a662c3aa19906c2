"""Whose account a credential of Klaviyo's opens, and what Klaviyo says when it refuses. For `klaviyo.py`."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import timedelta

from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.statuses import excerpt, refusal
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


def refuse(answer: Answer) -> Problem | None:
    """The code says which it is, where the status alone would mix a dead credential with a missing scope."""
    problem = refusal(answer, "Klaviyo")
    if problem is None or not answer.is_json:
        return problem
    errors = at(answer.json, "errors")
    codes = {str(at(error, "code")) for error in errors} if isinstance(errors, list) else set()
    if codes & {"not_authenticated", "authentication_failed"} or isinstance(problem, Reconnect):
        return Reconnect(
            "not-authorised", "Klaviyo no longer accepts this connection; please connect again.", excerpt(answer)
        )
    if "throttled" in codes:
        return Later(Code.LIMITED, "Klaviyo asks us to slow down.", excerpt(answer), counts=False)
    if isinstance(problem, Configure):
        return Configure(
            problem.code, "Klaviyo refuses this: the key, or what was allowed to our app, does not cover it.",
            problem.detail,
        )  # fmt: skip
    return problem


def rest_after(answer: Answer) -> timedelta | None:
    """Nothing is left of this window: rest until the next. A refusal says it with Retry-After instead."""
    left, reset = answer.headers.get("ratelimit-remaining", ""), answer.headers.get("ratelimit-reset", "")
    return timedelta(seconds=int(reset)) if left == "0" and reset.isdecimal() and len(reset) < 6 else None
