"""EmailOctopus, API v2. What surprises about it: docs/platforms/emailoctopus.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.emailoctopus.access import API, discover
from shared.platforms.emailoctopus.errors import refuse
from shared.platforms.emailoctopus.streams import STREAMS, VIEWS
from shared.vocabulary.access import Key, bearer
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="emailoctopus",
    title="EmailOctopus",
    kind=Kind.MAIL,
    base=API,
    auth=(
        Key(
            "In EmailOctopus under Integrations & API, API keys: make a new key.",
            r"[A-Za-z0-9_\-]{16,200}",
            "https://help.emailoctopus.com/article/165-how-to-create-and-delete-api-keys",
            form="it is one word of at least 16 letters, digits, dashes and underscores",
        ),
    ),
    authorise=bearer,
    discover=discover,
    # 100 tokens, refilled by 10 a second; whoever exceeds them is blocked for up to a minute. Some are left alone:
    # a full bucket does not refill while the first calls are on their way, and later calls may arrive together.
    limits=Limits(
        at_once=4,
        per_second=9.8,
        burst=90,
        remaining_header="x-ratelimiting-remaining",
        retry_headers=("x-ratelimit-retry-after", "retry-after"),
        default_pause=timedelta(seconds=60),
    ),
    streams=STREAMS,
    views=VIEWS,
    version="2.0.0",
    refuse=refuse,
    reads="Lists and their contacts, campaigns, and what people did with them.",
)
