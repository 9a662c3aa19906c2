"""What comes on top of the pipeline itself: a key, a network and a domain of one's own, which somebody may choose, and
pages that are kept for a while after their end. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.installation import Installation
from infra.cost.prices import DAYS

AFTER_THEIR_END = 7 + 7  # days: as a version that is no longer current, then in the bucket's soft delete
CONNECTOR_INSTANCES = 2  # the least that a connector has; they run day and night
BALANCER_RULES = 2  # of a load balancer before the connect pages: with TLS, and without it to be sent on
ENCRYPTING = 8  # services, as in terraform/encryption.tf
SECONDS_WITH_A_KEY = 300.0  # for which a service goes on with what it has unlocked


def extras(installation: Installation, pages: float, opened: float) -> Iterator[tuple[str, float, str]]:
    """Items, quantities and why. `pages`: bytes of a month, packed; `opened`: objects, tables and secrets that are
    written or read in one, each of which may ask for the key."""
    ended = pages * AFTER_THEIR_END / DAYS if installation.months * DAYS > installation.kept_days else 0.0
    yield (
        "objects: ended",
        ended,
        f"pages older than {installation.kept_days} days can be had back for two weeks",
    )
    standing = ENCRYPTING * DAYS * 86_400 / SECONDS_WITH_A_KEY
    key = installation.own_key
    yield "key of your own: versions", 1.0 if key else 0.0, "one, not rotated"
    yield (
        "key of your own: operations",
        standing + opened if key else 0.0,
        "each object, table and secret, and eight services every five minutes; guessed",
    )
    yield (
        "network: connector",
        CONNECTOR_INSTANCES * DAYS * 24.0 if installation.network else 0.0,
        "two instances of a VPC connector, day and night; the fixed address behind it is another bill",
    )
    yield (
        "domain: balancer",
        DAYS * 24.0 if installation.domain else 0.0,
        f"{BALANCER_RULES} forwarding rules, day and night; what goes through them is next to nothing",
    )
