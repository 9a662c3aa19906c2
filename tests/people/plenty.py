"""Plenty of everything that is published of a client, as the demonstration has it: for pages that show all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.questions.folder import Row

HOSTILE = '"><script>alert(1)</script>\u202e=HYPERLINK("https://x.example") & <b>'
MONEY = {"currency": "EUR", "reporting_currency": "EUR"}
ADS, MAIL = ("google_ads", "meta_ads"), ("mailchimp", "klaviyo")


def plenty(workspace: str, today: date, days: int = 120, campaigns: int = 6) -> dict[str, list[Row]]:
    """Of each day until yesterday; `campaigns` of ads on each of two platforms."""
    course = [today - timedelta(days=number) for number in range(days, 0, -1)]
    made: dict[str, list[Row]] = {}
    for name, rows in (
        *_ads(workspace, course, campaigns), *_mail(workspace, course), *_web(workspace, course),
        *_shop(workspace, course), *_social(workspace, course), *_proof(workspace, course),
    ):  # fmt: skip
        made.setdefault(name, []).extend(rows)
    return made


def whose(workspace: str, platform: str) -> dict[str, Any]:
    tag = platform.partition("_")[0]
    return {
        "workspace_id": workspace, "connection_id": f"{workspace}-{tag}", "platform": platform, "account_id": tag
    }  # fmt: skip


def _wave(day: date, by: int = 1) -> int:
    return 40 + 10 * day.weekday() + day.toordinal() * by % 13


def _amounts(cost: float) -> dict[str, float]:
    return {"cost": cost, "cost_converted": cost, "conversion_value": cost * 4, "conversion_value_converted": cost * 4}


def _ads(workspace: str, course: list[date], campaigns: int) -> Iterator[tuple[str, list[Row]]]:
    for by, platform in enumerate(ADS, 1):
        of = whose(workspace, platform)
        day_rows: list[Row] = []
        campaign_rows: list[Row] = []
        for day in course:
            cost = _wave(day, by)
            numbers = {**_amounts(cost), "impressions": cost * 100, "clicks": cost * 3, "conversions": cost / 8}
            day_rows.append({**of, **MONEY, "date": day, **numbers})
            for place in range(campaigns):
                part = {key: value / campaigns for key, value in numbers.items()}
                told = {key: int(part[key]) for key in ("impressions", "clicks")}
                campaign_rows.append({
                    **of, **MONEY, "date": day, **part, **told, "campaign_id": f"c/{place}",
                    "campaign_name": f"{HOSTILE} {place}" if place == 0 else f"Campaign {place}",
                })  # fmt: skip
        yield "ads_by_day", day_rows
        yield "ads_by_campaign", campaign_rows
        yield "fact_ad_performance", [
            {**of, **MONEY, **_amounts(3), "date": course[-1], "level": "ad", "campaign_id": "c/1", "ad_group_id": "g",
             "ad_id": HOSTILE, "impressions": 10, "clicks": 2}
        ]  # fmt: skip
        yield (
            "ad_reach",
            [{**of, "date": day, "level": "campaign", "campaign_id": "c/1", "reach": _wave(day)} for day in course],
        )
        yield "moving_averages", [
            {**of, "date": day, "metric": "cost", "currency": "EUR", "value": _wave(day, by), "average_7d": 60.0 + by}
            for day in course
        ]  # fmt: skip
        yield "week_over_week", [
            {**of, "week": day, "days": 7, "metric": "cost", "currency": "EUR", "value": 400, "value_before": 380,
             "change": 20, "change_share": 20 / 380}
            for day in course if day.weekday() == 0
        ]  # fmt: skip
        yield "dim_campaigns", [
            {**of, "kind": "ads", "campaign_id": f"c/{place}", "starts_on": course[0], "type": "SEARCH",
             "name": f"{HOSTILE} {place}" if place == 0 else f"Campaign {place}",
             "status": "PAUSED" if place % 3 == 2 else "ENABLED"}
            for place in range(campaigns)
        ]  # fmt: skip
        yield "dim_accounts", [{**of, "account_name": HOSTILE}]


def _mail(workspace: str, course: list[date]) -> Iterator[tuple[str, list[Row]]]:
    for by, platform in enumerate(MAIL, 1):
        of = whose(workspace, platform)
        sent = [day for day in course if day.weekday() == by]
        counts = {"sends": 1000, "delivered": 980, "bounces": 20, "unsubscribes": 3, "complaints": 1, "orders": 7.0}
        opened = {"delivered_told": 980, "mails_clicked": 50}
        yield "email_by_mailing", [
            {**of, "date": day, "kind": "campaign", "campaign_id": f"m{place}", "message_id": "", **counts, **opened,
             "mails_opened": 300 + 10 * (place % 7), "subject": HOSTILE, "campaign_name": f"Letter {place}",
             "revenue": 210, "currency": "EUR"}
            for place, day in enumerate(sent)
        ]  # fmt: skip
        yield "fact_email_performance", [
            {**of, "date": day, "kind": "campaign", "campaign_id": f"m{place}", "sends": 1000, "orders": 7.0,
             "revenue": 210, "revenue_converted": 210, **MONEY}
            for place, day in enumerate(sent)
        ]  # fmt: skip
        yield "email_uniques", [
            {**of, "kind": "campaign", "campaign_id": f"m{place}", "message_id": "", "unique_opens": 290,
             "unique_clicks": 44}
            for place, _ in enumerate(sent)
        ]  # fmt: skip
        yield "dim_campaigns", [
            {**of, "kind": "email", "campaign_id": f"m{place}", "name": f"Letter {place}", "subject": HOSTILE,
             "status": "sent", "starts_on": day}
            for place, day in enumerate(sent)
        ]  # fmt: skip
        yield "email_heat_map", [
            {**of, "date": day, "weekday": day.isoweekday(), "hour": hour, "opens": (hour * 7 + day.weekday() * 5) % 31,
             "clicks": 1}
            for day in course for hour in range(6, 23)
        ]  # fmt: skip
        yield "list_growth", [
            {**of, "date": day, "list_id": f"list-{number}", "joined": 5 + _wave(day, by) % 9, "gone": number + by,
             "net": 5 + _wave(day, by) % 9 - number - by, "known_since": course[0]}
            for day in course for number in (1, 2)
        ]  # fmt: skip
        months = sorted({day.replace(day=1) for day in course})
        yield (
            "email_open_rates",
            [
                {**of, "month": month, "campaigns": 4, "median_open_rate": 0.33, "lowest": 0.3, "highest": 0.36}
                for month in months
            ],
        )


def _web(workspace: str, course: list[date]) -> Iterator[tuple[str, list[Row]]]:
    of = whose(workspace, "google_analytics")
    channels = ("Organic Search", "Direct", "Email", "Paid Social", "Referral", HOSTILE)
    yield "web_by_day", [
        {**of, **MONEY, "date": day, "channel_group": name, "sessions": _wave(day, place), "is_exact": True,
         "engaged_sessions": _wave(day) // 2, "new_users": 9, "key_events": 2.0, "revenue": 30, "revenue_converted": 30}
        for day in course for place, name in enumerate(channels, 1)
    ]  # fmt: skip
    yield "fact_web_traffic", [
        {**of, **MONEY, "date": day, "channel_group": "Email", "source": source, "medium": "email", "sessions": 20,
         "campaign_name": name, "engaged_sessions": 11, "new_users": 3, "key_events": 1.0}
        for day in course for source, name in (("letter", HOSTILE), ("klaviyo", "Autumn"))
    ]  # fmt: skip
    yield "web_users", [{**of, "date": day, "active_users": _wave(day) * 2} for day in course]


def _shop(workspace: str, course: list[date]) -> Iterator[tuple[str, list[Row]]]:
    of = whose(workspace, "shopify")
    yield "commerce_by_day", [
        {**of, **MONEY, "date": day, "orders": 4, "items": 9, "gross": _wave(day) * 4, "net": _wave(day) * 3,
         "gross_converted": _wave(day) * 4, "net_converted": _wave(day) * 3, "refunded": _wave(day), "cancelled": 0}
        for day in course
    ]  # fmt: skip
    yield "commerce_beside_analytics", [
        {"workspace_id": workspace, "date": day, "shop_connection_id": of["connection_id"], "property_id": "p1",
         "analytics_connection_id": f"{workspace}-google", "shop_orders": 4, "analytics_purchases": 3,
         "seen_share": 0.75, "shop_gross": 200, "analytics_revenue": 150, "reporting_currency": "EUR"}
        for day in course
    ]  # fmt: skip


def _social(workspace: str, course: list[date]) -> Iterator[tuple[str, list[Row]]]:
    of = whose(workspace, "instagram")
    for place, network in enumerate(("instagram", "facebook"), 1):
        profile = {**of, "network": network, "profile_id": f"p{place}"}
        yield "fact_social", [
            {**profile, "date": day, "views": _wave(day, place) * 20, "interactions": _wave(day), "follows": 4,
             "unfollows": 1, "profile_views": 6, "clicks": 2, "is_repeated": False}
            for day in course
        ]  # fmt: skip
        yield (
            "social_people",
            [
                {**profile, "date": day, "followers": 4000 + number, "reach": _wave(day) * 9}
                for number, day in enumerate(course)
            ],
        )
        yield "fact_social_posts", [
            {**of, "network": network, "post_id": f"{network}-{number}", "date": day, "kind": "reel", "text": HOSTILE,
             "permalink": "javascript:alert(1)", "views": 900 + number, "likes": 40, "comments": 3}
            for number, day in enumerate(course[::9])
        ]  # fmt: skip


def _proof(workspace: str, course: list[date]) -> Iterator[tuple[str, list[Row]]]:
    read = datetime.combine(course[-1], datetime.min.time(), UTC)
    for platform in ADS:
        of = whose(workspace, platform)
        yield "metric_settling", [
            {**of, "metric": metric, "days_after": after, "known_share": known, "settled_after": 3, "days_watched": 40}
            for metric in ("cost", "conversions") for after, known in ((0, 0.8), (1, 0.95), (3, 1.0))
        ]  # fmt: skip
        yield "metric_history", [
            {**of, "date": day, "item_id": "c/1", "metric": metric, "currency": "EUR" if metric == "cost" else "",
             "value": 12.0, "value_before": 10.0, "change": 2.0, "reason": reason, "read_at": read, "is_exact": True,
             "days_after": (course[-1] - day).days}
            for day in course[-9:] for metric, reason in (("cost", "restated"), ("conversions", "first reading"))
        ]  # fmt: skip
        yield (
            "metrics_by_day",
            [
                {**of, "date": day, "metric": "cost", "currency": "EUR", "value": 42.0, "is_exact": True}
                for day in course
            ],
        )
        yield "coverage_by_day", [
            {**of, "stream": table, "source_table": table, "date": day, "state": "proved"}
            for day in course
            for table in (f"{platform}_campaign_daily", "meta_ads_insights_ad_daily") if table.startswith(platform)
        ]  # fmt: skip
