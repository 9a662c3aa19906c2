"""The platforms that can be connected, by name. Each is a folder beside this file, and one entry in it."""

from __future__ import annotations

from collections.abc import Mapping

from shared.errors import Configure
from shared.platforms import (
    amazon_ads,
    constant_contact,
    emailoctopus,
    google_ads,
    google_analytics,
    instagram,
    klaviyo,
    mailchimp,
    meta_ads,
    metricool,
    shopify,
)
from shared.vocabulary.platform import Platform

PLATFORMS: Mapping[str, Platform] = {
    folder.PLATFORM.name: folder.PLATFORM
    for folder in (
        amazon_ads,
        constant_contact,
        emailoctopus,
        google_ads,
        google_analytics,
        instagram,
        klaviyo,
        mailchimp,
        meta_ads,
        metricool,
        shopify,
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
