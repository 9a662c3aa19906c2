"""Instagram and Facebook Page insights, Graph API v26.0. What surprises about it: docs/platforms/instagram.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.instagram.access import INSTAGRAM, INSTAGRAM_NUMBERS, PAGE, PAGE_NUMBERS, discover
from shared.platforms.instagram.errors import TITLE, refuse
from shared.platforms.instagram.streams import STREAMS
from shared.platforms.meta import graph, webhooks
from shared.platforms.meta.graph import API
from shared.vocabulary.access import OAuth, bearer
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="instagram",
    title=TITLE,
    kind=Kind.SOCIAL,
    base=API,
    auth=(
        # `ads_read` reads what a role of a Business opens; `business_management` could change it and is not asked for.
        OAuth(
            graph.AUTHORIZE,
            graph.TOKEN,
            (INSTAGRAM, INSTAGRAM_NUMBERS, "pages_show_list", PAGE, PAGE_NUMBERS, "ads_read"),
            opens={
                "pages_show_list": "to see which Pages you manage, so that you can choose among them",
                "ads_read": "to see Pages that you manage through a business; it opens figures of your ads, too, "
                "which are not read here",
            },
            scope_separator=",",
            login=graph.LOGIN_WITH,
            token_by_get=True,
            exchange_for_long_lived=graph.exchange_for_long_lived,
            revocation=graph.REVOCATION,
        ),
        graph.system_user("for the Pages that it may read"),
    ),
    authorise=bearer,
    discover=discover,
    limits=Limits(at_once=4, default_pause=timedelta(minutes=5), stated_pause=graph.stated_pause),
    streams=STREAMS,
    version=graph.VERSION,
    refuse=refuse,
    reads="Instagram posts, stories, followers and audience; Facebook Page posts; their numbers, by day where it can.",
    values={"ig": r"\d{0,30}", webhooks.LOGIN: webhooks.LOGINS},
    calls=webhooks.CALLS,
)
