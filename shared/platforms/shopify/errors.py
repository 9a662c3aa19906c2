"""What Shopify says when it refuses, and what its questions cost."""

from __future__ import annotations

from datetime import timedelta

from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.shapes import errors
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, at

STATUSES = {
    401: (
        Reconnect,
        Code.NOT_AUTHORISED,
        "Shopify no longer accepts this connection: the app was removed from the shop.",
    ),
    402: (Configure, "shop-frozen", "Shopify has frozen this shop; its owner must settle the bill."),
    404: (Configure, "shop-gone", "Shopify does not know this shop, or it was closed."),
    423: (Configure, "shop-locked", "Shopify has locked this shop; its owner finds the reason in Shopify."),
}
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
        return Later(Code.PLATFORM_DOWN, "Shopify has a fault of its own; it will be tried again.", detail)
    if "invalid cursor" in said:
        return Later(Code.PLACE_EXPIRED, "Shopify has forgotten how far we had come in a list.", detail, counts=False)
    return Bug("refused", "Shopify did not understand our question.", detail)


def stated_pause(answer: Answer) -> timedelta | None:
    """Until the bucket holds what a question like this one may cost: told with every answer, refused or not."""
    cost = at(answer.json, "extensions.cost")
    wanted, status = at(cost, "requestedQueryCost"), at(cost, "throttleStatus")
    left, rate = at(status, "currentlyAvailable"), at(status, "restoreRate")
    if not all(isinstance(number, (int, float)) for number in (wanted, left, rate)) or rate <= 0 or wanted <= left:
        return None
    return timedelta(seconds=min((wanted - left) / rate, 60))
