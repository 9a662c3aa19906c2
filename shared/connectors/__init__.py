"""The platforms that can be connected, by name. A platform is one file beside this one."""

from __future__ import annotations

from collections.abc import Mapping

from shared.connectors.amazon_ads import AMAZON_ADS
from shared.connectors.constant_contact import CONSTANT_CONTACT
from shared.connectors.emailoctopus import EMAILOCTOPUS
from shared.connectors.google_ads import GOOGLE_ADS
from shared.connectors.google_analytics import GOOGLE_ANALYTICS
from shared.connectors.instagram import INSTAGRAM_INSIGHTS
from shared.connectors.klaviyo import KLAVIYO
from shared.connectors.mailchimp import MAILCHIMP
from shared.connectors.meta_ads import META_ADS
from shared.connectors.metricool import METRICOOL
from shared.connectors.shopify import SHOPIFY
from shared.connectors.spec import Platform
from shared.errors import Configure

PLATFORMS: Mapping[str, Platform] = {
    each.name: each
    for each in (
        AMAZON_ADS,
        CONSTANT_CONTACT,
        EMAILOCTOPUS,
        GOOGLE_ADS,
        GOOGLE_ANALYTICS,
        INSTAGRAM_INSIGHTS,
        KLAVIYO,
        MAILCHIMP,
        META_ADS,
        METRICOOL,
        SHOPIFY,
    )
}


def platform(name: str) -> Platform:
    found = PLATFORMS.get(name)
    if found is None:
        raise Configure(
            "unknown-platform", f"“{name[:40]}” is not a platform that can be connected: {', '.join(PLATFORMS)} are."
        )
    return found


__all__ = ["PLATFORMS", "platform"]
