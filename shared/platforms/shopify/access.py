"""Which shop an access opens, and what it may be allowed to read."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping

from shared.errors import Configure, Reconnect
from shared.platforms.shopify.errors import refuse
from shared.platforms.shopify.lists import GRAPHQL
from shared.vocabulary.access import Account, Credential, Field, Revocation
from shared.vocabulary.wire import Answer, Request, at

DRAFTS = "read_draft_orders"

VERSION = "2026-10"
API = f"https://{{shop}}.myshopify.com/admin/api/{VERSION}"
OAUTH = "https://{shop}.myshopify.com/admin/oauth"
# https://shopify.dev/docs/apps/build/authentication-authorization/app-installation/uninstall-app-api-request (2026-11)
UNINSTALL = Revocation(
    "https://{shop}.myshopify.com/admin/api_permissions/current.json", method="DELETE", ends_all=True
)
SHOP = r"[a-zA-Z0-9][a-zA-Z0-9\-]{0,62}"


def authorise(credential: Credential) -> Mapping[str, str]:
    return {"x-shopify-access-token": credential.token.reveal()}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    shop = credential.values.get("shop", "")
    if not re.fullmatch(SHOP, shop):
        raise Configure("odd-shop", "The address of this shop at Shopify is not of a known form.")
    question = {"query": "{shop{name myshopifyDomain currencyCode ianaTimezone}}"}
    answer = yield Request("POST", API.format(shop=shop) + GRAPHQL, json=question, headers=authorise(credential))
    if problem := refuse(answer):
        raise problem
    found = at(answer.json, "data.shop") or {}
    domain = str(found.get("myshopifyDomain") or "").lower()
    named = re.fullmatch(rf"({SHOP})\.myshopify\.com", domain)
    if not named:
        raise Reconnect("no-account", "Shopify did not say which shop this is; please connect again.")
    account = Account(
        id=domain,
        title=found.get("name") or domain,
        zone=found.get("ianaTimezone") or "UTC",
        currency=found.get("currencyCode") or "",
        values={"shop": named[1]},
    )
    return (account,)


ITS_SHOP = Field(
    "shop",
    "Address of the shop",
    "As it is at Shopify, such as northwind.myshopify.com: in the admin under Settings, Domains.",
    rf"(?i)(?:https?://)?(?:admin\.shopify\.com/store/)?(?P<shop>{SHOP})(?:\.myshopify\.com)?(?:[/?#].*)?",
    "the address that the shop has at Shopify, which ends in .myshopify.com. The one that customers see is another",
)
SCOPES = ("read_orders", "read_customers", "read_products", "read_inventory", "read_locations", DRAFTS)
