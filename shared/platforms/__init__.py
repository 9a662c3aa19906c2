"""The platforms that can be connected, by name. A platform is a folder beside this file."""

from __future__ import annotations

from collections.abc import Mapping

from shared.errors import Configure
from shared.platforms.amazon_ads import AMAZON_ADS
from shared.platforms.constant_contact import CONSTANT_CONTACT
from shared.platforms.emailoctopus import EMAILOCTOPUS
from shared.platforms.google_ads import GOOGLE_ADS
from shared.platforms.google_analytics import GOOGLE_ANALYTICS
from shared.platforms.instagram import INSTAGRAM_INSIGHTS
from shared.platforms.klaviyo import KLAVIYO
from shared.platforms.mailchimp import MAILCHIMP
from shared.platforms.meta_ads import META_ADS
from shared.platforms.metricool import METRICOOL
from shared.platforms.shopify import SHOPIFY
from shared.vocabulary.platform import Platform

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
