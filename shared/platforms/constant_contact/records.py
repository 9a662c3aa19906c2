"""Which records of Constant Contact have others that hang on them."""

from __future__ import annotations

from shared.vocabulary.wire import Json


def sent(campaign: Json) -> bool:
    """Reports exist for campaigns that went out. A draft costs a call of a scarce allowance and has nothing to tell."""
    return campaign.get("current_status") in {"Done", "Executing"}


def mailed(activity: Json) -> bool:
    """Of the activities of a sent campaign the mailings have reports; the web page of it (permalink) has none."""
    return activity.get("campaign_status") in {"Done", "Executing"} and activity.get("role") in {
        "primary_email",
        "resend",
    }
