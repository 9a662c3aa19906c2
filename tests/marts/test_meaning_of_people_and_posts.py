"""Consent is more than the lack of a refusal, and what a post has is told in two places."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from shared.marts.files import all_marts
from shared.platforms import PLATFORMS
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401

pytestmark = pytest.mark.slow


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


def record(name: str, heard: str, **more: object) -> dict[str, object]:
    return {"connection_id": "c", "id": name, "email_address": f"{name}@example.com", "status": "subscribed",
            "_synced_at": f"2026-{heard}T06:00:00Z", **more}  # fmt: skip


def test_consent_says_since_when_nothing_was_heard_of_it(engine: Engine) -> None:  # noqa: F811
    """Only Constant Contact tells who was deleted. Of the others, whoever subscribed and was not heard of since may
    be gone: Ann may, whom Mailchimp told of in March and EmailOctopus in May; Ben is known to Constant Contact, too."""
    ask = engine({
        "mailchimp_list_members": [record("ann", "03-01", list_id="l1"), record("ben", "03-01", list_id="l1")],
        "emailoctopus_contacts": [record("ann", "05-01", list_id="l2"),
                                  record("ann", "06-01", list_id="l3", status="unsubscribed"),
                                  record("eve", "06-01", list_id="l3", status="unsubscribed")],
        "constant_contact_contacts": [{"connection_id": "cc", "contact_id": "ben", "email": "ben@example.com",
                                       "permission_to_send": "explicit", "_synced_at": "2026-02-01T06:00:00Z"}],
    })  # fmt: skip
    assert told(ask("contact_records"), "platform", "list_id", "may_be_gone") == [
        ("constant_contact", None, False), ("emailoctopus", "l2", True), ("emailoctopus", "l3", True),
        ("emailoctopus", "l3", True), ("mailchimp", "l1", True), ("mailchimp", "l1", True),
    ]  # fmt: skip
    people = told(ask("dim_contacts"), "in_constant_contact", "is_subscribed", "consent_told_at", "may_be_gone")
    assert [(known, agrees, moment and f"{moment:%m-%d}", gone) for known, agrees, moment, gone in people] == [
        (False, False, None, True), (False, True, "05-01", True), (True, True, "03-01", False)
    ]  # fmt: skip


def test_one_address_is_one_person_however_it_is_spelled(engine: Engine) -> None:  # noqa: F811
    """An É can be one sign or two, and letters can be as wide as Chinese ones. A ß is not ss: that is somebody else."""
    spelled = [
        "ren\u00e9@example.com", "rene\u0301@example.com", "REN\u00c9@EXAMPLE.COM", "RENE\u0301@Example.com",
        "\uff32en\u00e9@example.com", "\u3000ren\u00e9@example.com ", "stra\u00dfe@example.com",
        "strasse@example.com",
    ]  # fmt: skip
    ask = engine({"mailchimp_list_members": [
        record(str(number), "03-01", list_id="l1", email_address=address) for number, address in enumerate(spelled)
    ]})  # fmt: skip
    person = hashlib.sha256("ren\u00e9@example.com".encode()).hexdigest()
    people = {row["person_id"]: row["records"] for row in ask("dim_contacts")}
    assert sorted(people.values()) == [1, 1, 6]
    assert people[person] == 6


def test_a_record_goes_with_its_list(engine: Engine) -> None:  # noqa: F811
    """Both platforms are silent about the people of a list that was deleted; that the list has gone is seen."""
    gone = {"connection_id": "c", "id": "old", "_deleted_at": "2026-09-01T06:00:00Z"}
    records = [record("ann", "03-01", list_id=name) for name in ("old", "new", "never read")]
    for platform, table in (("mailchimp", "list_members"), ("emailoctopus", "contacts")):
        ask = engine({f"{platform}_lists": [gone, {"connection_id": "c", "id": "new"}],
                      f"{platform}_{table}": records})  # fmt: skip
        assert told(ask("contact_records"), "list_id") == [("never read",), ("new",)]


def test_what_is_told_of_a_person_twice_is_not_added_up(engine: Engine) -> None:  # noqa: F811
    """One order of 95: the shop tells of it, and so does each audience that the shop feeds."""
    bought = {"ecommerce_orders": 1, "ecommerce_revenue": "95.00", "ecommerce_currency": "EUR"}
    ask = engine({
        "mailchimp_list_members": [record("ann", "03-01", list_id=name, **bought) for name in ("l1", "l2")],
        "shopify_customers": [{"connection_id": "sh", "customer_id": "1", "email": "ann@example.com", "orders": 1,
                               "amount_spent": "95.00", "currency": "EUR"}],
    })  # fmt: skip
    assert told(ask("contact_records"), "orders", "spent") == [(1, 95)] * 3
    assert told(ask("dim_contacts"), "shop_orders") == [(1,)]
    claimed = {
        column.name: column.adds
        for columns in (
            *(mart.columns for mart in all_marts() if mart.name == "contact_records"),
            PLATFORMS["mailchimp"].stream("list_members").columns,
        )
        for column in columns
        if column.name in ("orders", "spent", "ecommerce_orders", "ecommerce_revenue")
    }
    assert claimed == dict.fromkeys(("orders", "spent", "ecommerce_orders", "ecommerce_revenue"), False)


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
