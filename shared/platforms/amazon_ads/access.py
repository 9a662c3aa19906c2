"""Which profiles a login of Amazon Ads opens, in which region, and what each call carries."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping

from shared.errors import Bug, Configure
from shared.platforms.amazon_ads.errors import refuse
from shared.vocabulary.access import Account, Credential, Field, bearer
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, Json, Request, at

HOSTS = ("login_host", "token_host", "api_host")
# A login is regional: what belongs to another region does not appear.
REGIONS = {
    "North America": ("www.amazon.com", "api.amazon.com", "advertising-api.amazon.com"),
    "Europe, Middle East, India": ("eu.account.amazon.com", "api.amazon.co.uk", "advertising-api-eu.amazon.com"),
    "Far East, Australia": ("apac.account.amazon.com", "api.amazon.co.jp", "advertising-api-fe.amazon.com"),
}
REGION = Field(
    "region",
    "Region",
    "Where the account advertises. Each region is connected on its own.",
    choices={name: dict(zip(HOSTS, hosts, strict=True)) for name, hosts in REGIONS.items()},
)

PROFILES = {"profileTypeFilter": "seller,vendor", "accessLevel": "view"}  # without `view`, view-only logins get nothing


def authorise(credential: Credential) -> Mapping[str, str]:
    app = credential.app.id if credential.app else ""
    return {**bearer(credential), "amazon-advertising-api-clientid": app}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    hosts = {name: credential.values.get(name, "") for name in HOSTS}
    answer = yield Request("GET", f"https://{hosts['api_host']}/v2/profiles", PROFILES, headers=authorise(credential))
    if problem := refuse(answer):
        raise problem
    if not isinstance(answer.json, list) or not all(at(profile, "profileId") for profile in answer.json):
        raise Bug("records-missing", "Amazon Ads no longer lists the profiles of a login.", excerpt(answer))
    if not answer.json:
        raise Configure(
            "no-profile",
            "This Amazon login is good, but it has no advertising account in this region. "
            "Please choose another region, or have the account shared with this login.",
        )
    return tuple(profile_account(profile, hosts) for profile in answer.json)


def profile_account(profile: Json, hosts: Mapping[str, str]) -> Account:
    country, name = str(profile.get("countryCode") or ""), at(profile, "accountInfo.name") or profile["profileId"]
    of_agency = at(profile, "accountInfo.type") == "agency"
    return Account(
        id=str(profile["profileId"]),
        title=f"{name} ({country})" if country else str(name),
        zone=profile.get("timezone") or "UTC",
        currency=profile.get("currencyCode") or "",
        values={**hosts, "country_code": country},
        closed="Accounts of agencies have no sponsored ads." if of_agency else "",
    )


def one_of(place: int) -> str:
    return "|".join(re.escape(hosts[place]) for hosts in REGIONS.values())
