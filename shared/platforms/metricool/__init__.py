"""Metricool, public API 2.0.0. What surprises about it: docs/platforms/metricool.md.

GET is not safe there: some old addresses post, like, follow and delete. Whatever stands here, and nothing else, is
called.
"""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.metricool.access import API, authorise, discover
from shared.platforms.metricool.errors import refuse
from shared.platforms.metricool.streams import STREAMS
from shared.vocabulary.access import Field, Key
from shared.vocabulary.platform import Kind, Limits, Platform

USER = Field(
    "user_id",
    "User number",
    "In Metricool under Account settings, API, beside the token. Its own addresses have it, too, behind userId=.",
    r"(?:.*[?&]userId=)?(?P<user_id>[0-9]{1,18})(?:[&#].*)?",
    "your user number, digits only, such as 1234567. It is neither the token nor the number of a brand",
)

PLATFORM = Platform(
    name="metricool",
    title="Metricool",
    kind=Kind.SOCIAL,
    base=API,
    auth=(
        Key(
            "In Metricool under Account settings, API: the access token, a long word of letters and digits. Only the "
            "plans Advanced and Custom have it.",
            r"[A-Za-z0-9_.\-]{16,500}",
            # Where both are told apart. The page that shows where the token is leads to making it anew, which ends it
            # in every other tool (2026-11).
            "https://help.metricool.com/common-questions-and-errors-when-using-the-api-8x9nq",
            asks=(USER,),
            name="access token",
            form="it is one word of at least 16 letters, digits, dots and dashes",
        ),
    ),
    authorise=authorise,
    discover=discover,
    # No figures are published. One token opens many brands, so all of them share what one user may ask.
    limits=Limits(at_once=2, per_second=1.9, burst=2, shared_by="user_id", default_pause=timedelta(seconds=30)),
    streams=STREAMS,
    version="2.0.0",
    refuse=refuse,
    reads="Posts, reels, stories and videos of the networks connected to a brand, and their numbers by day.",
    values={"user_id": r"[0-9]{1,18}"},
    headers={"accept": "application/json"},  # asked otherwise, lists come as CSV
)
