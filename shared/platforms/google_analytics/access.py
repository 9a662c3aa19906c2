"""Which properties of Google Analytics a login sees."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping

from shared.errors import Bug
from shared.platforms.google_analytics.errors import refuse
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, Json, Request

ADMIN = "https://analyticsadmin.googleapis.com/v1beta"
READ = "https://www.googleapis.com/auth/analytics.readonly"
PROPERTY = re.compile(r"properties/([0-9]{1,20})")

MOST_ASKED = 60  # accounts whose properties are looked at more closely: a person is waiting
TOO_MANY = "This login sees too many accounts at once; please connect with one that sees fewer."


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """Summaries name every property that the login sees, but not zone and currency: each account's list does."""
    summaries = yield from pages(credential, "accountSummaries", {})
    found: list[Account] = []
    for number, summary in enumerate(one for one in summaries if one.get("propertySummaries")):
        if number >= MOST_ASKED:
            found += [_account(summary, short, {}, TOO_MANY) for short in summary["propertySummaries"]]
            continue
        answered = yield from pages(credential, "properties", {"filter": f"ancestor:{summary['account']}"})
        details = {str(one.get("name")): one for one in answered}
        for short in summary["propertySummaries"]:
            detail = details.get(str(short.get("property")), {})
            closed = "" if detail else "Google Analytics does not show this property's settings to this login."
            found.append(_account(summary, short, detail, closed))
    return tuple(found)


def pages(
    credential: Credential, what: str, query: Mapping[str, str]
) -> Generator[Request, Answer, list[dict[str, Json]]]:
    """A list of the Admin API, all of its pages. An empty one is left out of the answer."""
    request = Request("GET", f"{ADMIN}/{what}", {**query, "pageSize": "200"}, headers=bearer(credential))
    found: list[dict[str, Json]] = []
    while True:
        answer = yield request
        if problem := refuse(answer):
            raise problem
        if not isinstance(answer.json, dict) or not answer.json.keys() <= {what, "nextPageToken"}:
            raise Bug("records-missing", f"The platform's answer no longer holds “{what}”.", excerpt(answer))
        found += answer.json.get(what, [])
        following = answer.json.get("nextPageToken")
        if not following or following == request.query.get("pageToken"):
            return found
        request = request.asking(pageToken=following)


def _account(summary: Json, short: Json, detail: Json, closed: str) -> Account:
    name = PROPERTY.fullmatch(str(short.get("property")))
    if name is None:
        raise Bug("odd-id", "The platform named a property in a form that is not known.")
    title, above = short.get("displayName") or name[1], summary.get("displayName")
    return Account(
        id=name[1],
        title=f"{title} ({above})" if above and above != title else title,
        zone=detail.get("timeZone") or "UTC",
        currency=detail.get("currencyCode") or "",
        closed=closed,
    )
