"""Which brands a token of Metricool opens, and the networks of each."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from shared.errors import Bug
from shared.platforms.metricool.errors import refused
from shared.platforms.metricool.records import ADS, connected
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, Json, Request, at

API = "https://app.metricool.com/api"
BRANDS, OLDER_BRANDS = "/v2/settings/brands", "/admin/simpleProfiles"


def authorise(credential: Credential) -> Mapping[str, str]:
    return {"x-mc-auth": credential.token.reveal()}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """Each brand is an account. Only the older list says which were deleted; it is asked where the newer is unknown."""
    user = credential.values.get("user_id", "")
    headers = {**authorise(credential), "accept": "application/json"}
    answer = yield Request("GET", API + BRANDS, {"userId": user}, headers=headers)
    if answer.status in {404, 405}:
        answer = yield Request("GET", API + OLDER_BRANDS, {"userId": user}, headers=headers)
    if problem := refused(answer):
        raise problem
    brands = answer.json if isinstance(answer.json, list) else at(answer.json, "data")
    if not isinstance(brands, list):
        raise Bug("records-missing", "The platform's answer no longer holds “data”.", excerpt(answer))
    return tuple(account_of(brand, user) for brand in brands if isinstance(brand, dict) and not brand.get("deleted"))


def account_of(brand: Mapping[str, Json], user: str) -> Account:
    networks = connected(brand)
    ads = " ".join(name for name in ADS if name in networks)
    denied = at(brand.get("brandRole"), "actions.viewAnalytics") is False
    return Account(
        id=str(brand["id"]),
        title=str(brand.get("label") or brand.get("title") or brand["id"]),
        zone=str(brand.get("timezone") or "Europe/Madrid"),  # Metricool's own choice where there is none
        values={"user_id": user, **networks, "ads": ads},
        closed="Your role in this brand does not allow to see its analytics." if denied else "",
    )
