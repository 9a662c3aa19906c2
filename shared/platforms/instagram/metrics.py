"""Which numbers of Instagram and Facebook are asked for, and which are left when one of them is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.vocabulary.wire import Json

Ask = Callable[[Mapping[str, Json], int], Mapping[str, str] | None]


def numbers(*lists: str) -> Ask:
    """The first of these lists of metrics; the next one each time one of them was refused."""
    return lambda given, refused: {"metric": lists[refused]} if refused < len(lists) else None


# Which numbers a post has goes by its kind; of a kind, too, not every post has all. Metrics that are asked for in
# vain cost a call and the post's other numbers, so the lists get shorter: all, what is sure, what every post has.
LEAST = "reach,saved"
OF_PLAIN = (
    "reach,views,likes,comments,saved,shares,total_interactions,follows,profile_visits",
    "reach,likes,comments,saved,shares,follows,profile_visits",
    LEAST,
)
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "REELS": (
        "reach,views,likes,comments,saved,shares,total_interactions,"
        "ig_reels_avg_watch_time,ig_reels_video_view_total_time,reels_skip_rate",
        "reach,likes,comments,saved,shares,ig_reels_avg_watch_time,ig_reels_video_view_total_time",
        LEAST,
    ),
    "CAROUSEL_ALBUM": (
        "reach,views,saved,shares,total_interactions,follows,profile_visits",
        "reach,saved,shares,follows,profile_visits",
        LEAST,
    ),
    "VIDEO": ("reach,views,saved,total_interactions", LEAST),
}


def numbers_of_kind(given: Mapping[str, Json], refused: int) -> Mapping[str, str] | None:
    return numbers(*OF_KIND.get(str(given["kind"]), OF_PLAIN))(given, refused)
