"""How records of Meta Ads become rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.kit.money import from_minor
from shared.platforms.meta_ads import columns as table
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json, at

# https://developers.facebook.com/docs/marketing-api/currencies (2026-11): these have no smaller unit here, all others
# have hundredths. It is not the list of ISO 4217.
WHOLE = frozenset(["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"])
MINOR = ("amount_spent", "balance", "bid_amount", "budget_remaining", "daily_budget", "lifetime_budget", "spend_cap")

# Recorded in other people's calls and in Meta's own Java SDK (2026-11): a cap that nobody can reach, and the beginning
# of all counting, in any zone. Both say that there is none.
NO_CAP, NO_MOMENT = "922337203685478", ("1969-12-31", "1970-01-01")


def in_units(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Budgets are told in the smallest unit of the account's currency; what says “none” is none."""
    currency = str(record.get("currency") or given["account_currency"])
    if str(record.get("spend_cap")) == NO_CAP:
        record["spend_cap"] = None
    for name in ("start_time", "stop_time", "end_time"):
        if str(record.get(name)).startswith(NO_MOMENT):
            record[name] = None
    for name in MINOR:
        if name in record:
            record[name] = from_minor(record[name], currency, lambda code: 0 if code in WHOLE else 2)
    yield record


def plainly(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """A list of one type of result is its number. One that holds something else stays as it is, and is counted."""
    for name, kind in table.ONE_TYPE.items():
        told = record.get(name)
        if isinstance(told, list) and [at(entry, "action_type") for entry in told] == [kind]:
            record[name] = told[0].get("value")
    yield record
