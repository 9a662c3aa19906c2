"""What every question to Meta Ads names: the account, the fields that are to come, and what is gone, too."""

from __future__ import annotations

import json
from collections.abc import Iterable

from shared.vocabulary.columns import Column

OF_ACCOUNT = "/act_{account_id}"
# Lists leave out what was deleted or archived, insights below the account do so, too; their spend stays in the sums.
STATUSES = {
    "campaign": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES",
    "adset": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED",
    "ad": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED ADSET_PAUSED DISAPPROVED "
    "PENDING_REVIEW PENDING_BILLING_INFO PREAPPROVED",
}


def fields(of: Iterable[Column], *given: str) -> str:
    """What is to be asked for, for only what is named comes: `id,name,creative{id}`."""
    asked = dict[str, list[str]]()
    for column in of:
        if column.name not in given:
            asked.setdefault(column.path[0], []).extend(column.path[1:])
    return ",".join(f"{name}{{{','.join(inner)}}}" if inner else name for name, inner in asked.items())


def all_of(level: str) -> str:
    one = {"field": f"{level}.effective_status", "operator": "IN", "value": STATUSES[level].split()}
    return json.dumps([one], separators=(",", ":"))
