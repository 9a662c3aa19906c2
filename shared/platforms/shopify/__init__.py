"""Shopify, GraphQL Admin API. What surprises about it: docs/platforms/shopify.md."""

from __future__ import annotations

from datetime import date, timedelta

from shared.kit.signed import by_hmac
from shared.platforms.shopify.access import API, ITS_SHOP, OAUTH, SCOPES, SHOP, UNINSTALL, VERSION, authorise, discover
from shared.platforms.shopify.errors import refuse, stated_pause
from shared.platforms.shopify.streams import STREAMS, VIEWS
from shared.platforms.shopify.webhooks import CALLS, PERSONS
from shared.vocabulary.access import Key, OAuth
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="shopify",
    title="Shopify",
    kind=Kind.SHOP,
    base=API,
    auth=(
        # Access that ends after an hour is a must for public apps; apps of a merchant's own get lasting access still.
        OAuth(
            f"{OAUTH}/authorize",
            f"{OAUTH}/access_token",
            SCOPES,
            rotating=True,
            grant_lifetime=timedelta(days=90),
            scope_separator=",",
            token_params={"expiring": "1"},
            asks=(ITS_SHOP,),
            signed=by_hmac,
            revocation=UNINSTALL,
        ),
        Key(
            "In the shop's admin under Settings, Apps and sales channels, Develop apps: the Admin API access token of "
            "an app that was made there before 2026. Shopify shows it once, when the app is installed.",
            r"shp[a-z]{2}_[A-Za-z0-9]{16,200}",
            "https://help.shopify.com/en/manual/apps/app-types/custom-apps",
            asks=(ITS_SHOP,),
            name="Admin API access token",
            form="it begins with shpat_",
        ),
    ),
    authorise=authorise,
    discover=discover,
    limits=Limits(at_once=4, stated_pause=stated_pause),  # what a question costs is told in points, not in calls
    streams=STREAMS,
    views=VIEWS,
    version=VERSION,
    version_header="x-shopify-api-version",
    sunset=date(2027, 10, 1),
    refuse=refuse,
    reads="Orders with their lines, payments and refunds, customers, products and stock.",
    values={"shop": SHOP},
    calls=CALLS,
    persons=PERSONS,
)
