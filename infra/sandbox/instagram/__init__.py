"""Instagram and Facebook Page insights (Graph API v26.0, Facebook Login).

Four Pages: two with an Instagram account (the second of them with too few followers for some numbers), one without,
and one on which the login has no role, so that it gets no token.

Readings of what is not documented, each an entry of `options`:

- `few_followers` ("empty"): what an account with fewer than 100 followers is told instead of its new followers:
  "empty", a list without them; "error", a refusal of the whole question;
- `without_views` ("CAROUSEL_ALBUM"): posts whose `views` and `total_interactions` are refused, by media type;
- `page_metrics` ("all"): "certain" knows only the four metrics that a maintained connector asks for;
- `not_known` ("empty"): what stands for numbers that are not known: "empty", nothing; "bare", the metrics' names and
  descriptions, without a value;
- `until_included` (True): whether a value that ends just when the window does belongs to it.

Without options: calls are counted by the hour for each Page (truly by the day, and by impressions); numbers of a
day are restated for two days after it, those of posts while they are younger than 29 days, those of stories while
they live; a story that fewer than 5 people saw has none, nor has a post from before the account was a professional
one; a token of another Page opens nothing; user tokens read Instagram, but no Page.
`counts`: media and stories per Instagram account; posts per Page; days that there are numbers of.
"""

from collections.abc import Sequence

from infra.sandbox import graph
from infra.sandbox.call import Route
from infra.sandbox.costs import LimitsBy
from infra.sandbox.instagram.api import Api
from infra.sandbox.instagram.change import live
from infra.sandbox.instagram.seeding import COUNTS, build
from infra.sandbox.instagram.world import Instagram
from infra.sandbox.limits import Ticks
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import Now

__all__ = ["STAND_IN", "Instagram"]

CALLS_AN_HOUR = 20_000
SCOPES = {
    "instagram_basic": "See the profile and the posts of your Instagram accounts",
    "instagram_manage_insights": "See the numbers of your Instagram accounts",
    "pages_show_list": "See the list of your Pages",
    "pages_read_engagement": "Read what your Pages post",
    "read_insights": "See the numbers of your Pages",
    "ads_read": "Read the ads of your businesses",
}


def limits_by(ticks: Ticks, now: Now) -> Sequence[LimitsBy]:
    """Counted for each Page's token. What a person's own token asks is hardly ever much."""
    return [
        LimitsBy(
            lambda call: call.access.subject if call.access else "",
            lambda subject: [graph.Usage(CALLS_AN_HOUR, "instagram", "80002", subject.removeprefix("page/"), ticks)],
        )
    ]


def routes(world: Instagram) -> Sequence[Route]:
    return Api(world).routes()


STAND_IN: Platform[Instagram] = Platform(
    name="instagram",
    title="Facebook",
    account="Ada Baker",
    build=build,
    live=live,
    routes=routes,
    refuse=graph.refuse,
    limits=lambda ticks, now: (),
    limits_by=limits_by,
    counts=COUNTS,
    options={
        "few_followers": "empty",
        "without_views": "CAROUSEL_ALBUM",
        "page_metrics": "all",
        "until_included": True,
        "not_known": "empty",
    },
    oauth=graph.login(SCOPES),
    api_key="EAAsystemuser0123456789abcdef0123456789abcdef",
    carried=graph.CARRIED,
    next_link=("paging", "next"),
    accounts=lambda world: world.accounts(),
    demo=Demo(
        {"media": 20, "posts": 20, "stories": 3, "days": 90},
        {"media": 5, "posts": 4, "stories": 3, "days": 20},
        accounts=("100000001",),
    ),
)
