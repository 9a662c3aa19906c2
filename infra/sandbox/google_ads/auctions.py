"""What ads could have been shown at, how high they stood, and how far their videos were watched."""

from infra.sandbox.daily import Leaf, Numbers
from infra.sandbox.invent import Draw
from infra.sandbox.records import Record

# Places that Google tells shares of, and how it names them, with or without why something was lost there.
PLACES = {"search": "search{}", "top": "search{}Top", "first": "search{}AbsoluteTop", "content": "content{}"}
QUARTILES = ("25", "50", "75", "100")
LEAST, MOST = 0.1, 0.9


def seen(leaf: Leaf, impressions: int, draw: Draw) -> dict[str, int]:
    """Numbers that can be added up; what is told of them are shares."""
    if leaf.at.get("network") == "SEARCH":
        high = impressions * draw.between(30, 90) // 100
        return {
            **_auctions("search", impressions, draw),
            **_auctions("top", high, draw),
            **_auctions("first", high * draw.between(20, 80) // 100, draw),
            **_auctions("exact", impressions * draw.between(10, 60) // 100, draw),
        }
    shown = _auctions("content", impressions, draw) if leaf.at.get("network") == "CONTENT" else {}
    watched, left = {}, impressions
    for quartile in QUARTILES:
        left = left * draw.between(40, 95) // 100
        watched[f"watched_{quartile}"] = left
    views = impressions * draw.between(10, 50) // 100
    return {**shown, **watched, "video_views": views, "watch_millis": impressions * draw.between(2_000, 15_000)}


def _auctions(place: str, shown: int, draw: Draw) -> dict[str, int]:
    """How often it could have been shown there, and how often that failed for lack of money."""
    possible = shown * draw.between(105, 1_500) // 100
    return {
        f"{place}_shown": shown,
        f"{place}_open": possible,
        f"{place}_unpaid": (possible - shown) * draw.below(101) // 100,
    }


def shares_of(numbers: Numbers) -> Record:
    """Shares are told of places that it could have been shown at; one end of each is told as one number."""
    told: Record = {}
    for place, name in PLACES.items():
        possible = numbers.get(f"{place}_open", 0)
        if possible:
            shown, unpaid = numbers[f"{place}_shown"], numbers[f"{place}_unpaid"]
            told[f"{name.format('')}ImpressionShare"] = _had(shown / possible)
            told[f"{name.format('BudgetLost')}ImpressionShare"] = _lost(unpaid / possible)
            told[f"{name.format('RankLost')}ImpressionShare"] = _lost((possible - shown - unpaid) / possible)
    if numbers.get("exact_open"):
        told["searchExactMatchImpressionShare"] = _had(numbers["exact_shown"] / numbers["exact_open"])
    return told


def _had(share: float) -> float:
    return share if share >= LEAST else 0.0999


def _lost(share: float) -> float:
    return share if share <= MOST else 0.9001


def videos_of(numbers: Numbers) -> Record:
    """Of all that was shown, as what is no video has no part that was watched."""
    shown = numbers.get("impressions", 0)

    def rate(count: int) -> float:
        return count / shown if shown else 0.0

    views = numbers.get("video_views", 0)
    return {
        **{f"videoQuartileP{quartile}Rate": rate(numbers.get(f"watched_{quartile}", 0)) for quartile in QUARTILES},
        "videoTrueviewViews": str(views),
        "videoTrueviewViewRate": rate(views),
        "videoWatchTimeDurationMillis": str(numbers.get("watch_millis", 0)),
    }
