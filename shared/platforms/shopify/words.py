"""Shopify's own words: its search syntax, its counts, its errors, and what its questions cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.paging import Cursor, Deep
from shared.vocabulary.shapes import errors
from shared.vocabulary.slicing import Since
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, Json, at

MOST = 25_000  # records that a list may be paged far
STOPPED = MOST + 1  # a count that says so may mean “more than can be counted”


def counted(name: str) -> Callable[[Json], int | None]:
    """The platform's count, unless it says that it stopped counting."""

    def told(answer: Json) -> int | None:
        count = at(answer, f"data.{name}.count")
        exact = at(answer, f"data.{name}.precision") == "EXACT"
        return count if exact and isinstance(count, int) and count != STOPPED else None

    return told


def between(name: str, by_day: bool = False) -> Callable[[datetime | None, datetime | None], str]:
    """A window in Shopify's search syntax. Unquoted, the colons of a moment would be read as filters.

    `by_day`: the filter may look at whole days, of a zone that is not told. So it ends a day later, to hide none.
    """

    def phrase(since: datetime | None, until: datetime | None) -> str:
        ends = [(">=", since), ("<", until + timedelta(days=1) if until and by_day else until)]
        return " AND ".join(f"{name}:{sign}'{moment:%Y-%m-%dT%H:%M:%SZ}'" for sign, moment in ends if moment)

    return phrase


def changed(into: str, name: str = "updated_at", by_day: bool = False, look_back: timedelta | None = None) -> Since:
    return Since(look_back, parameter=f"variables.{into}", phrase=between(name, by_day), joined=" AND ")


def pages(where: str, size: int, deep: Deep | None = None) -> Cursor:
    info = f"data.{where}.pageInfo"
    more = f"{info}.hasNextPage"
    return Cursor(f"{info}.endCursor", "variables.after", size, "variables.first", more, always=more, deep=deep)


def by_id(of: str, at: str = "legacyResourceId", name: str = "id") -> Deep:
    """Sorted by their ids, records never change places while we read. `of`: the variable with the slice's filter."""
    return Deep(MOST, at, f"variables.{of}", "variables.query", lambda number: f"{name}:>={number}")


STATUSES = {
    401: (
        Reconnect, "not-authorised", "Shopify no longer accepts this connection: the app was removed from the shop."
    ),
    402: (Configure, "shop-frozen", "Shopify has frozen this shop; its owner must settle the bill."),
    404: (Configure, "shop-gone", "Shopify does not know this shop, or it was closed."),
    423: (Configure, "shop-locked", "Shopify has locked this shop; its owner finds the reason in Shopify."),
}  # fmt: skip
DENIED = "Shopify does not let this app read this: a permission, or the approval for customers' data, is missing."


def refuse(answer: Answer) -> Problem | None:
    """Most errors come with status 200, some of them beside data: that is no page, whatever it holds."""
    problem = refusal(answer, "Shopify")
    if problem is not None:
        known = STATUSES.get(answer.status)
        return known[0](known[1], known[2], excerpt(answer)) if known else problem
    told = at(answer.json, "errors")
    if not told:
        return None
    all_ = told if isinstance(told, list) else [{"message": told}]
    codes = {str(at(error, "extensions.code") or "") for error in all_}
    said = " ".join(str(at(error, "message")) for error in all_).lower()
    detail = errors(all_)
    if "THROTTLED" in codes:
        return Later(Code.LIMITED, "Shopify asks us to slow down.", detail, counts=False)
    if "MAX_COST_EXCEEDED" in codes:
        return Later(Code.TOO_MUCH, "Shopify finds that we ask for too much at once.", detail, counts=False)
    if codes & {"ACCESS_DENIED", "FORBIDDEN"}:
        return Configure(Code.NO_PERMISSION, DENIED, detail)
    if "SHOP_INACTIVE" in codes:
        return Configure("shop-frozen", "This shop is not active at Shopify; its owner finds the reason there.", detail)
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        return Later("platform-down", "Shopify has a fault of its own; it will be tried again.", detail)
    if "invalid cursor" in said:
        return Later(Code.PLACE_EXPIRED, "Shopify has forgotten how far we had come in a list.", detail, counts=False)
    return Bug("refused", "Shopify did not understand our question.", detail)


def rest_after(answer: Answer) -> timedelta | None:
    """Until the bucket holds what a question like this one may cost: told with every answer, refused or not."""
    cost = at(answer.json, "extensions.cost")
    wanted, status = at(cost, "requestedQueryCost"), at(cost, "throttleStatus")
    left, rate = at(status, "currentlyAvailable"), at(status, "restoreRate")
    if not all(isinstance(number, (int, float)) for number in (wanted, left, rate)) or rate <= 0 or wanted <= left:
        return None
    return timedelta(seconds=min((wanted - left) / rate, 60))
