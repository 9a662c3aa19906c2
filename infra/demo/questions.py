"""Twenty questions that somebody may have, each beside the GoogleSQL that a careful analyst would write for it.

What was published answers the one, BigQuery's stand-in the other, and neither knows of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from shared.questions.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    about: str
    question: Question
    sql: str  # `{marts}` is the workspace's dataset


def twenty(today: date) -> list[Asked]:
    """Most are about all days that there are; some about the last ones."""
    week_ago, yesterday = today - timedelta(days=7), today - timedelta(days=1)
    days = {"from": week_ago.isoformat(), "until": yesterday.isoformat()}
    between = f"BETWEEN '{week_ago}' AND '{yesterday}'"
    return list(_asked(days, between))


def _asked(days: dict[str, str], between: str) -> Iterator[Asked]:
    yield _one(
        "what was shown and clicked",
        {"mart": "ads_by_day", "measures": ["impressions", "clicks"], "dimensions": ["platform"]},
        "SELECT platform, SUM(impressions), SUM(clicks) FROM {marts}.ads_by_day GROUP BY platform",
    )
    yield _one(
        "what ads cost each month",
        {"mart": "ads_by_day", "measures": ["cost"], "dimensions": ["currency"], "grain": "month"},
        "SELECT DATE_TRUNC(date, MONTH), currency, SUM(cost) FROM {marts}.ads_by_day GROUP BY 1, 2",
    )
    yield _one(
        "how often an ad that is seen is clicked",
        {"mart": "ads_by_day", "measures": ["ctr", "conversion_rate"], "dimensions": ["platform"]},
        """SELECT platform, SAFE_DIVIDE(SUM(clicks), SUM(impressions)), SAFE_DIVIDE(SUM(conversions), SUM(clicks))
        FROM {marts}.ads_by_day GROUP BY platform""",
    )
    yield _one(
        "what ads cost each week, in one currency",
        {"mart": "ads_by_day", "measures": ["cost_converted"], "grain": "week"},
        """SELECT DATE_TRUNC(date, WEEK(MONDAY)),
          IF(COUNTIF(cost IS NOT NULL AND cost_converted IS NULL) = 0, SUM(cost_converted), NULL)
        FROM {marts}.ads_by_day GROUP BY 1""",
    )
    yield _one(
        "which campaigns are clicked, the last days",
        {
            "mart": "ads_by_campaign", "measures": ["clicks"], "dimensions": ["platform", "campaign_id"], "days": days,
            "filters": [{"column": "clicks", "min": 5}], "order": ["-clicks"],
        },
        f"""SELECT platform, campaign_id, SUM(clicks) FROM {{marts}}.ads_by_campaign WHERE date {between}
        GROUP BY 1, 2 HAVING SUM(clicks) >= 5""",
    )  # fmt: skip
    yield _one(
        "what each level of ads cost",
        {"mart": "fact_ad_performance", "measures": ["cost", "clicks"], "dimensions": ["level", "currency"]},
        "SELECT level, currency, SUM(cost), SUM(clicks) FROM {marts}.fact_ad_performance GROUP BY 1, 2",
    )
    yield _one(
        "ads of two platforms beside the week before",
        {
            "mart": "ads_by_day", "measures": ["clicks"], "dimensions": ["platform"], "days": days,
            "compare": "before", "filters": [{"column": "platform", "in": ["google_ads", "meta_ads"]}],
        },
        f"""SELECT platform, SUM(IF(date {between}, clicks, NULL)), SUM(IF(date {between}, NULL, clicks))
        FROM {{marts}}.ads_by_day
        WHERE platform IN ('google_ads', 'meta_ads')
          AND date BETWEEN DATE_SUB('{days["from"]}', INTERVAL 7 DAY) AND '{days["until"]}'
        GROUP BY platform""",
    )  # fmt: skip
    yield _one(
        "how many mails are opened",
        {"mart": "email_by_mailing", "measures": ["open_rate", "click_rate"], "dimensions": ["platform"]},
        """SELECT platform, SAFE_DIVIDE(SUM(mails_opened), SUM(delivered_told)),
          SAFE_DIVIDE(SUM(mails_clicked), SUM(delivered_told))
        FROM {marts}.email_by_mailing GROUP BY platform""",
    )
    yield _one(
        "mail of each week",
        {"mart": "email_by_week", "measures": ["mailings", "sends", "bounces"], "grain": "week"},
        "SELECT week, SUM(mailings), SUM(sends), SUM(bounces) FROM {marts}.email_by_week GROUP BY week",
    )
    yield _one(
        "when mails are opened",
        {"mart": "email_heat_map", "measures": ["opens"], "dimensions": ["weekday", "hour"]},
        "SELECT weekday, hour, SUM(opens) FROM {marts}.email_heat_map GROUP BY weekday, hour",
    )
    yield _one(
        "whether lists grow",
        {"mart": "list_growth", "measures": ["joined", "gone", "net"], "dimensions": ["platform"], "grain": "quarter"},
        """SELECT DATE_TRUNC(date, QUARTER), platform, SUM(joined), SUM(gone), SUM(net)
        FROM {marts}.list_growth GROUP BY 1, 2""",
    )
    yield _one(
        "what came of campaigns and automations",
        {"mart": "fact_email_performance", "measures": ["sends", "opens", "clicks"], "dimensions": ["kind"]},
        "SELECT kind, SUM(sends), SUM(opens), SUM(clicks) FROM {marts}.fact_email_performance GROUP BY kind",
    )
    yield _one(
        "what the shop sold each day",
        {"mart": "commerce_by_day", "measures": ["orders", "gross"], "dimensions": ["currency"], "grain": "day"},
        "SELECT date, currency, SUM(orders), SUM(gross) FROM {marts}.commerce_by_day GROUP BY date, currency",
    )
    yield _one(
        "what an order is worth",
        {"mart": "commerce_by_day", "measures": ["average_order_value"], "dimensions": ["currency"]},
        "SELECT currency, SAFE_DIVIDE(SUM(gross), SUM(orders)) FROM {marts}.commerce_by_day GROUP BY currency",
    )
    yield _one(
        "what was given back",
        {
            "mart": "fact_commerce", "measures": ["refunded"], "dimensions": ["kind", "currency"],
            "filters": [{"column": "kind", "equals": "refund"}],
        },
        "SELECT kind, currency, SUM(refunded) FROM {marts}.fact_commerce WHERE kind = 'refund' GROUP BY 1, 2",
    )  # fmt: skip
    yield _one(
        "where visits come from, and whether they stay",
        {"mart": "web_by_day", "measures": ["sessions", "engagement_rate"], "dimensions": ["channel_group"]},
        """SELECT channel_group, SUM(sessions), SAFE_DIVIDE(SUM(engaged_sessions), SUM(sessions))
        FROM {marts}.web_by_day GROUP BY channel_group""",
    )
    yield _one(
        "visits from sources with an s in their names",
        {
            "mart": "fact_web_traffic", "measures": ["sessions", "events"], "dimensions": ["source"],
            "filters": [{"column": "source", "contains": "S"}],
        },
        """SELECT source, SUM(sessions), SUM(events) FROM {marts}.fact_web_traffic
        WHERE STRPOS(LOWER(source), 's') > 0 GROUP BY source""",
    )  # fmt: skip
    yield _one(
        "what posts and profiles came to",
        {"mart": "fact_social", "measures": ["likes", "comments"], "dimensions": ["network", "is_repeated"]},
        "SELECT network, is_repeated, SUM(likes), SUM(comments) FROM {marts}.fact_social GROUP BY 1, 2",
    )
    yield _one(
        "every metric, added up",
        {"mart": "metrics_by_day", "measures": ["value"], "dimensions": ["metric", "currency"]},
        "SELECT metric, currency, SUM(value) FROM {marts}.metrics_by_day GROUP BY metric, currency",
    )
    yield _one(
        "what was read",
        {"mart": "sync_status", "measures": ["rows_read", "pages"], "dimensions": ["platform", "state"]},
        "SELECT platform, state, SUM(rows_read), SUM(pages) FROM {marts}.sync_status GROUP BY platform, state",
    )


def _one(about: str, question: dict[str, Any], sql: str) -> Asked:
    return Asked(about, msgspec.convert(question, Question), sql)
