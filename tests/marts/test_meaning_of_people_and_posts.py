"""Consent is more than the lack of a refusal, and what a post has is told in two places."""

from __future__ import annotations

from datetime import date

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401


def test_who_never_subscribed_has_not_subscribed(engine: Engine) -> None:  # noqa: F811
    """Klaviyo says of whoever bought something, and ticked no box, that mail can be received."""
    profiles = [
        {"connection_id": "kl", "id": name, "email": f"{name}@example.com", "email_consent": consent,
         "can_receive_email": can}
        for name, consent, can in (
            ("a", "NEVER_SUBSCRIBED", True), ("b", "SUBSCRIBED", True), ("c", "SUBSCRIBED", False),
            ("d", "UNSUBSCRIBED", False), ("e", None, True),
        )
    ]  # fmt: skip
    ask = engine({"klaviyo_profiles": profiles})
    assert told(ask("contact_records"), "record_id", "is_subscribed") == [
        ("a", False), ("b", True), ("c", False), ("d", False), ("e", None)
    ]  # fmt: skip
    assert sum(row["is_subscribed"] is True for row in ask("dim_contacts")) == 1


def test_a_post_has_the_likes_and_comments_that_are_told_in_either_place(engine: Engine) -> None:  # noqa: F811
    """Instagram tells no numbers of carousels and of old posts, but the post itself has its likes and comments."""
    posts = [
        {"connection_id": "ig", "account_id": "p", "id": name, "kind": kind, "like_count": likes,
         "comments_count": comments, "posted_at": "2026-09-01T10:00:00Z"}
        for name, kind, likes, comments in (("a", "CAROUSEL", 500, 40), ("b", "IMAGE", 900, 9), ("c", "VIDEO", 70, 0))
    ]  # fmt: skip
    numbers = [{"connection_id": "ig", "media_id": "b", "kind": "IMAGE", "likes": 1000, "comments": 10}]
    ask = engine({"instagram_ig_media": posts, "instagram_ig_media_insights": numbers})
    assert told(ask("fact_social_posts"), "post_id", "likes", "comments") == [
        ("a", 500, 40), ("b", 1000, 10), ("c", 70, 0)
    ]  # fmt: skip


def test_a_post_is_of_the_day_that_the_brand_had(engine: Engine) -> None:  # noqa: F811
    """Tuesday, eight in the morning in Berlin, is Monday where Meta ends its days."""
    told_at = {"connection_id": "ig", "account_id": "p", "id": "a"}
    ask = engine({
        "instagram_fb_pages": [{"connection_id": "ig", "id": "P", "day": "2026-09-01"}],
        "instagram_ig_media": [{**told_at, "posted_at": "2026-09-01T06:00:00Z"}],
        "instagram_fb_posts": [{**told_at, "created_time": "2026-09-01T06:00:00Z"}],
        "metricool_instagram_posts": [{"connection_id": "mt", "account_id": "5", "post_id": "a",
                                       "published_day": "2026-09-01", "published_at": "2026-09-01T06:00:00Z"}],
    })  # fmt: skip
    assert [row["date"] for row in ask("fact_social_posts")] == [date(2026, 9, 1)] * 3


def test_a_metric_that_comes_back_under_another_name_is_counted_once(engine: Engine) -> None:  # noqa: F811
    series = [
        {"connection_id": "mt", "account_id": "5", "day": "2026-09-01", "subject": "account", "metric": "likes",
         "series": name, "value": value, "_synced_at": f"2026-09-0{read}T04:00:00Z"}
        for name, value, read in (("likes", 90.0, 2), ("likeCount", 100.0, 5))
    ]  # fmt: skip
    ask = engine({"metricool_tiktok_timelines": series})
    assert told(ask("fact_social"), "likes") == [(100,)]
    assert told(ask("social_series"), "series", "value") == [("likeCount", 100), ("likes", 90)], "both are told"


def test_followers_are_of_the_day_that_was_not_over_when_they_were_counted(engine: Engine) -> None:  # noqa: F811
    """1,000 at 23:00 of 1 August in California, which is 2 August in London, and 1,010 a day later. Earlier releases
    wrote London's day. A Page tells the same for the end of a day."""
    told_at = {"connection_id": "ig", "account_id": "P"}
    read = [
        {**told_at, "id": "I", "day": day, "followers_count": count, "_synced_at": f"2026-08-0{at}T06:00:00Z"}
        for day, count, at in (("2026-08-02", 1000, 2), ("2026-08-02", 1010, 3))
    ]
    read[0]["id"], read[1]["id"] = "earlier", "now"
    page = {**told_at, "date": "2026-08-01", "followers": 50}
    ask = engine({"instagram_ig_accounts": read, "instagram_fb_page_insights_daily": [page]})
    assert told(ask("social_people"), "date", "profile_id", "followers") == [
        (date(2026, 8, 1), "P", 50), (date(2026, 8, 1), "earlier", 1000), (date(2026, 8, 2), "now", 1010)
    ]  # fmt: skip
