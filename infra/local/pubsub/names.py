"""What Pub/Sub accepts as topics and subscriptions, and the defaults it fills in.

Limits: https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscription
"""

from __future__ import annotations

import re

from infra.local.refusal import Refusal, invalid, uncovered
from infra.local.wire import Proto

_RESOURCE = re.compile(r"projects/([^/]+)/(topics|subscriptions)/([A-Za-z][A-Za-z0-9\-_.~+%]{2,254})")
_WEEK = 7 * 24 * 3600


def check_name(name: str, collection: str) -> str:
    """Refuse a malformed name of a topic or subscription; gives its project."""
    match = _RESOURCE.fullmatch(name)
    if match is None or match[2] != collection or match[3].startswith("goog"):
        raise invalid(f"Invalid [{collection}] name: (name={name})")
    return match[1]


def short(name: str) -> str:
    """The last part of a name."""
    return name.rpartition("/")[2]


def project(name: str) -> str:
    """The project of a name."""
    return name.split("/")[1]


def fill_in(subscription: Proto) -> None:
    """Check a subscription's settings and fill in what the caller left out."""
    for unsupported in ("filter", "enable_message_ordering", "enable_exactly_once_delivery", "retain_acked_messages"):
        if getattr(subscription, unsupported):
            raise uncovered(f"{unsupported} is outside what this stand-in covers.")
    for unsupported in ("bigquery_config", "cloud_storage_config"):
        if subscription.HasField(unsupported):
            raise uncovered(f"{unsupported} is outside what this stand-in covers.")
    if subscription.push_config.HasField("no_wrapper"):
        raise uncovered("Unwrapped push is outside what this stand-in covers.")
    subscription.push_config.SetInParent()
    _fill_in_deadline(subscription)
    if not subscription.HasField("message_retention_duration"):
        subscription.message_retention_duration.FromSeconds(_WEEK)
    if subscription.HasField("dead_letter_policy"):
        _check_attempts(subscription.dead_letter_policy.max_delivery_attempts)
    if subscription.HasField("retry_policy"):
        for bound in (subscription.retry_policy.minimum_backoff, subscription.retry_policy.maximum_backoff):
            if not 0 <= bound.ToMicroseconds() <= 600_000_000:
                raise invalid("A backoff must be between 0 and 600 seconds.")


def _fill_in_deadline(subscription: Proto) -> None:
    seconds = subscription.ack_deadline_seconds
    if seconds == 0:
        subscription.ack_deadline_seconds = 10
    elif not 10 <= seconds <= 600:
        # Google's emulator takes shorter ones; the service does not.
        raise invalid(f"ack_deadline_seconds must be between 10 and 600; you passed {seconds}.")


def _check_attempts(attempts: int) -> None:
    if attempts and not 5 <= attempts <= 100:
        raise Refusal(
            "OUT_OF_RANGE", f"max_delivery_attempts must be between 5 and 100; you passed {attempts} in the request."
        )
