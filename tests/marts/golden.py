"""What the tables hold. Every number is small enough to be added up by hand, and the tests say what comes of it.

Two accounts of Google Ads, in Berlin (euro) and New York (dollar), have campaigns, ad groups and ads of the same ids.
"""

from __future__ import annotations

import json
from typing import Any

Row = dict[str, Any]
ZONE = "Europe/Berlin"  # of every workspace

# Units for one euro. 4 September 2026 is a Friday: its rate holds over the weekend, and for no more than seven days.
RATES = {("USD", "2026-09-01"): "1.25", ("USD", "2026-09-04"): "1.20", ("JPY", "2026-09-01"): "160",
         ("CAD", "2026-08-28"): "1.5"}  # fmt: skip

BERLIN = {"connection_id": "g1", "account_id": "111", "account_currency": "EUR", "account_zone": "Europe/Berlin"}
NEW_YORK = {"connection_id": "g2", "account_id": "222", "account_currency": "USD", "account_zone": "America/New_York"}
AMAZON = {"connection_id": "a1", "account_id": "p1", "account_currency": "USD", "account_zone": "America/Los_Angeles"}
META = {"connection_id": "m1", "account_id": "99", "account_currency": "GBP", "date_start": "2026-09-01"}


def google(owner: Row, day: str, ids: str, *numbers: float, **more: Any) -> Row:
    """ids: campaign/ad group/ad; numbers: impressions, clicks, cost, conversions, their value."""
    campaign, group, ad = (*ids.split("/"), None, None)[:3]
    seen, clicks, cost, conversions, value = numbers
    row = {
        **owner, "date": day, "campaign_id": campaign, "impressions": seen, "clicks": clicks,
        "cost": f"{cost:.2f}", "conversions": conversions, "conversion_value": f"{value:.2f}", **more,
    }  # fmt: skip
    return {**row, "ad_group_id": group, "ad_id": ad} if group else row


def results(kind: str, amount: str) -> list[Row]:
    """The same purchases under three types, and another kind of result."""
    return [
        {"action_type": "omni_purchase", "value": amount},
        {"action_type": "purchase", "value": amount},
        {"action_type": "offsite_conversion.fb_pixel_purchase", "value": "1"},
        {"action_type": kind, "value": "500"},
    ]


# Two readings of an automation of another account.
AUTOMATION: list[Row] = [
    {"connection_id": "mc2", "id": "a1", "type": "automation-email", "emails_sent": sends, "unique_opens": opened,
     "send_time": "2024-02-05T08:00:00Z", "_synced_at": moment}
    for sends, opened, moment in ((52_000, 20_000, "2026-09-01T04:00:00Z"), (52_030, 20_012, "2026-09-02T04:00:00Z"))
]  # fmt: skip

# Ann opts in at Constant Contact in winter, and out in September; Ben is on a list of EmailOctopus, and of Klaviyo.
OPTED: list[Row] = [
    {"connection_id": "cc", "contact_id": "p1", "email": " ann@example.COM ", "created_at": "2026-03-01T00:00:00Z",
     "opt_in_date": "2026-03-01T02:00:00Z", **more}
    for more in (
        {"permission_to_send": "explicit", "_synced_at": "2026-08-20T06:00:00Z"},
        {"permission_to_send": "unsubscribed", "opt_out_date": "2026-09-02T12:00:00Z"},
    )
]  # fmt: skip
SIGNED_UP: Row = {"connection_id": "eo", "list_id": "l1", "id": "p2", "email_address": "ben@example.com",
                  "status": "subscribed", "created_at": "2026-09-01T09:00:00Z",
                  "last_updated_at": "2026-09-01T09:00:00Z"}  # fmt: skip
ON_A_LIST: Row = {"connection_id": "kl", "list_id": "L", "profile_id": "p2", "joined_group_at": "2026-09-02T02:30:00Z"}

BOUGHT: Row = {"actions": results("link_click", "3"), "action_values": results("add_to_cart", "60.00")}

CURRENT: dict[str, list[Row]] = {
    "google_ads_account": [
        {"connection_id": "g1", "account_id": "111", "name": "Berlin", "time_zone": "Europe/Berlin", "currency": "EUR"},
        {"connection_id": "g2", "account_id": "222", "name": "New York", "time_zone": "America/New_York",
         "currency": "USD"},
    ],
    "google_ads_campaigns": [
        {**BERLIN, "campaign_id": "c1", "name": "Autumn, renamed", "status": "ENABLED", "channel_type": "SEARCH",
         "starts_at": "2026-08-01T00:00:00Z"},
        {**BERLIN, "campaign_id": "c2", "name": "Max", "status": "REMOVED", "channel_type": "PERFORMANCE_MAX",
         "_deleted_at": "2026-09-08T00:00:00Z"},
        {**NEW_YORK, "campaign_id": "c1", "name": "Fall", "status": "ENABLED", "channel_type": "SEARCH"},
    ],
    "google_ads_ad_daily": [
        google(BERLIN, "2026-09-01", "c1/s1/x1", 1000, 50, 10, 2, 40),
        google(BERLIN, "2026-09-01", "c1/s1/x2", 500, 10, 5.5, 0.5, 10),
        google(BERLIN, "2026-09-01", "c1/s1/x9", 9999, 999, 999, 9, 99, _deleted_at="2026-09-03T00:00:00Z"),
        google(NEW_YORK, "2026-09-05", "c1/s1/x1", 100, 4, 12, 1, 24),
        google(NEW_YORK, "2026-09-20", "c1/s1/x1", 50, 2, 6, 0, 0),
    ],
    "google_ads_campaign_daily": [
        google(BERLIN, "2026-09-01", "c1", 1500, 60, 15.5, 2.5, 50, campaign_name="Autumn"),
        google(BERLIN, "2026-09-01", "c2", 300, 9, 4.5, 1, 30, campaign_name="Max"),
        google(BERLIN, "2026-08-25", "c3", 200, 20, 4, 0, 0, campaign_name="Summer"),
        google(BERLIN, "2026-08-26", "c3", 100, 10, 2, 0, 0, campaign_name="Late summer"),
    ],
    "meta_ads_ad_account": [{"connection_id": "m1", "account_id": "99", "timezone_name": "Europe/London",
                             "currency": "GBP"}],
    "meta_ads_insights_ad_daily": [
        {**META, **BOUGHT, "campaign_id": "c1", "adset_id": "s1", "ad_id": "x1", "impressions": 2000, "clicks": 40,
         "spend": "8.00", "reach": 1500, "frequency": 1.3333, "unique_clicks": 35},
        {**META, "campaign_id": "c1", "adset_id": "s1", "ad_id": "x2", "impressions": 100, "clicks": 0, "spend": "0.50",
         "reach": 100},
    ],
    "meta_ads_insights_campaign_daily": [
        {**META, **BOUGHT, "campaign_id": "c1", "campaign_name": "Sale", "impressions": 2100, "clicks": 40,
         "spend": "8.50", "reach": 1550, "frequency": 1.3548},
    ],
    "amazon_ads_sp_ads_daily": [
        {**AMAZON, "date": "2026-09-01", "campaign_id": "c1", "ad_group_id": "s1", "ad_id": "x1", "impressions": 100,
         "clicks": 5, "cost": "2.50", "purchases_14d": 1, "sales_14d": "25.00", "purchases_30d": 7},
    ],
    "amazon_ads_sb_campaigns_daily": [
        {**AMAZON, "date": "2026-09-01", "campaign_id": "b1", "campaign_name": "Brand", "impressions": 50, "clicks": 2,
         "cost": "1.25", "purchases": 4, "purchases_clicks": 1, "sales": "80.00", "sales_clicks": "15.00"},
    ],
    "mailchimp_account": [{"connection_id": "mc", "account_id": "m", "account_name": "Bakery",
                           "account_timezone": "Europe/Berlin"}],
    "mailchimp_campaigns": [
        {"connection_id": "mc", "id": "k1", "title": "September", "subject_line": "Hello", "type": "regular",
         "status": "sent", "send_time": "2026-09-01T22:30:00Z"},
    ],
    "mailchimp_reports": [
        {"connection_id": "mc", "id": "k1", "campaign_title": "Older title", "type": "regular", "emails_sent": 1000,
         "hard_bounces": 10, "soft_bounces": 5, "opens": 700, "unique_opens": 394, "clicks": 300,
         "subscriber_clicks": 197, "unsubscribed": 5, "abuse_reports": 1, "orders": 4, "spent": "238.00",
         "revenue": "200.00", "currency_code": "USD", "send_time": "2026-09-01T22:30:00Z"},
        {"connection_id": "mc", "id": "k2", "type": "regular", "emails_sent": 100, "unique_opens": 20, "opens": 30,
         "subscriber_clicks": 2, "send_time": "2026-09-02T08:00:00Z"},
        {"connection_id": "mc", "id": "k3", "type": "regular", "emails_sent": 100, "unique_opens": 30, "opens": 40,
         "subscriber_clicks": 3, "send_time": "2026-09-03T08:00:00Z"},
    ],
    "mailchimp_automation_reports": AUTOMATION[-1:],
    "mailchimp_email_activity": [
        {"connection_id": "mc", "campaign_id": "k1", "email_id": "p1", "list_id": "l1", "action": action,
         "timestamp": moment, "url": ""}
        for action, moment in (("open", "2026-09-01T22:15:00Z"), ("open", "2026-09-06T22:15:00Z"),
                               ("click", "2026-09-01T22:40:00Z"), ("bounce", "2026-09-01T10:00:00Z"))
    ],
    "mailchimp_list_activity": [
        {"connection_id": "mc", "list_id": "l1", "day": "2026-09-01", "subs": 5, "other_adds": 1, "unsubs": 2},
        {"connection_id": "mc", "list_id": "l1", "day": "2026-09-02", "subs": 0, "unsubs": 0},
    ],
    "mailchimp_list_members": [
        {"connection_id": "mc", "list_id": "l1", "id": "p1", "email_address": "Ann@Example.com", "status": "subscribed",
         "timestamp_opt": "2026-01-05T00:00:00Z"},
        {"connection_id": "mc", "list_id": "l2", "id": "p1", "email_address": "ann@example.com",
         "status": "unsubscribed", "timestamp_opt": "2026-02-05T00:00:00Z"},
    ],
    "constant_contact_account": [{"connection_id": "cc", "encoded_account_id": "e", "organization_name": "Corner",
                                  "time_zone_id": "US/Eastern"}],
    "constant_contact_campaign_summaries": [
        {"connection_id": "cc", "campaign_id": "k1", "last_sent_date": "2026-09-03T02:00:00Z", "sends": 500,
         "bounces": 20, "opens": 120, "clicks": 24, "optouts": 3, "abuse": 0},
    ],
    "constant_contact_campaign_stats": [{"connection_id": "cc", "campaign_id": "k1", "opens_all": 300,
                                         "clicks_all": 40}],
    "constant_contact_contacts": OPTED[-1:],
    "emailoctopus_contacts": [SIGNED_UP],
    "klaviyo_list_members": [ON_A_LIST],
    "emailoctopus_lists": [
        {"connection_id": "eo", "id": "l2", "name": "Second", "created_at": "2025-02-01T00:00:00Z"},
        {"connection_id": "eo", "id": "l1", "name": "First", "created_at": "2025-01-01T00:00:00Z"},
    ],
    "emailoctopus_campaigns": [{"connection_id": "eo", "id": "k1", "name": "News", "subject": "New",
                                "sent_at": "2026-09-03T10:00:00Z", "status": "sent"}],
    "emailoctopus_campaign_summary": [
        {"connection_id": "eo", "id": "k1", "sent": 200, "hard_bounces": 2, "soft_bounces": 0, "opens": 90,
         "unique_opens": 66, "clicks": 30, "unique_clicks": 22, "complained": 1, "unsubscribed": 2},
    ],
    "emailoctopus_campaign_contact_reports": [
        {"connection_id": "eo", "campaign_id": "k1", "contact_id": "p1", "status": status,
         "occurred_at": "2026-09-03T11:30:00Z"}
        for status in ("sent", "opened", "complained")
    ],
    "klaviyo_account": [{"connection_id": "kl", "id": "K", "organization_name": "Cakes", "timezone": "America/New_York",
                         "preferred_currency": "USD"}],
    "klaviyo_campaigns": [{"connection_id": "kl", "id": "k1", "name": "Cake", "channel": "email", "status": "Sent",
                           "send_time": "2026-09-02T01:00:00Z"}],
    "klaviyo_campaign_values_report": [
        {"connection_id": "kl", "window_start": "2026-08-01", "campaign_id": "k1", "campaign_message_id": "n1",
         "send_channel": "email", "conversion_metric_id": metric, "account_currency": "USD", "recipients": 100,
         "delivered": 96, "bounced_or_failed": 4, "opens": 80, "opens_unique": 48, "clicks": 20, "clicks_unique": 12,
         "unsubscribes": 1, "spam_complaints": 0, "conversions": orders, "conversion_value": f"{orders}0.00",
         "_synced_at": moment}
        for metric, orders, moment in (("old", 1, "2026-09-05T00:00:00Z"), ("new", 3, "2026-09-09T00:00:00Z"))
    ],
    "klaviyo_flow_series_report": [
        {"connection_id": "kl", "day": "2026-09-02", "flow_id": "f1", "flow_message_id": "n9", "send_channel": "email",
         "conversion_metric_id": "new", "account_currency": "USD", "recipients": 10, "delivered": 10,
         "bounced_or_failed": 0, "opens": 9, "opens_unique": 6, "clicks": 3, "clicks_unique": 3, "unsubscribes": 0},
        {"connection_id": "kl", "day": "2026-09-02", "flow_id": "f1", "flow_message_id": "n9", "send_channel": "sms",
         "conversion_metric_id": "new", "recipients": 777},
    ],
    "klaviyo_metrics": [{"connection_id": "kl", "id": "q1", "name": "Opened Email"}],
    "klaviyo_events": [
        {"connection_id": "kl", "id": "v1", "metric_id": "q1", "profile_id": "p1", "datetime": "2026-09-02T01:30:00Z",
         "event_properties": {"$message": "k1"}},
    ],
    "google_analytics_properties": [{"connection_id": "ga", "account_id": "7", "title": "Site",
                                     "time_zone": "Europe/Berlin", "currency": "USD"}],
    "google_analytics_traffic_acquisition": [
        {"connection_id": "ga", "account_id": "7", "account_zone": "Europe/Berlin", "account_currency": "USD",
         "date": "2026-09-01", "channel_group": channel, "source": "s", "medium": "m", "campaign_id": "",
         "campaign_name": "", "sessions": sessions, "engaged_sessions": engaged, "new_users": 5, "events": 100,
         "key_events": keys, "total_revenue": revenue, "purchase_revenue": revenue}
        for channel, sessions, engaged, keys, revenue in (("Paid", 80, 40, 4.0, "100.00"), ("Email", 20, 15, 1.0, "25"))
    ],
    "google_analytics_daily_overview": [{"connection_id": "ga", "account_id": "7", "date": "2026-09-01",
                                         "active_users": 90, "total_users": 95, "new_users": 10}],
    "google_analytics_ecommerce_daily": [
        {"connection_id": "ga", "account_id": "7", "account_currency": "USD", "date": "2026-09-01", "transactions": 1,
         "purchases": 1, "purchase_revenue": "100.00", "purchasers": 1},
    ],
    "shopify_shop": [{"connection_id": "sh", "shop_id": "S", "name": "Bakery", "zone": "Europe/Berlin",
                      "currency": "EUR"}],
    "shopify_orders": [
        {"connection_id": "sh", "account_zone": "Europe/Berlin", "currency": "EUR", "processed_date": "2026-09-01",
         "items": 2, "test": False, **order}
        for order in (
            {"order_id": "o1", "total_price": "100.00", "subtotal_price": "80.00", "discounts": "10.00", "tax": "15.00",
             "shipping": "5.00", "refunded": "30.00", "net_payment": "70.00", "customer_id": "p1",
             "refunds": [{"id": "r1", "createdAt": "2026-09-05T22:30:00Z", "processedAt": "2026-09-05T22:30:00Z",
                          "totalRefundedSet": {"shopMoney": {"amount": "30.0", "currencyCode": "EUR"}}}]},
            {"order_id": "o2", "total_price": "50.00", "subtotal_price": "50.00", "refunded": "0", "net_payment": "0",
             "cancelled_at": "2026-09-03T08:00:00Z"},
            {"order_id": "o3", "total_price": "999.00", "refunded": "0", "net_payment": "999.00", "test": True},
        )
    ],
    "shopify_customers": [{"connection_id": "sh", "customer_id": "p1", "email": "ann@example.com", "orders": 1,
                           "email_marketing_state": "NOT_SUBSCRIBED", "amount_spent": "70.00", "currency": "EUR",
                           "created_at": "2025-12-01T00:00:00Z"}],
    "instagram_fb_pages": [{"connection_id": "ig", "id": "P", "name": "Page", "day": "2026-09-02"}],
    "instagram_ig_account_insights_totals": [
        {"connection_id": "ig", "ig": "I", "account_id": "P", "account_zone": "America/Los_Angeles",
         "date": "2026-09-01", "views": 400, "reach": 300, "accounts_engaged": 20, "total_interactions": 33,
         "likes": 30},
    ],
    "instagram_ig_follows_daily": [{"connection_id": "ig", "ig": "I", "account_id": "P", "date": "2026-09-01",
                                    "account_zone": "America/Los_Angeles", "follows": 4, "unfollows": 1}],
    "instagram_fb_page_insights_daily": [
        {"connection_id": "ig", "account_id": "P", "account_zone": "America/Los_Angeles", "date": "2026-09-01",
         "views": 50, "engagements": 6, "viewers": 40, "followers": 1000, "follows": 2, "unfollows": 0},
    ],
    "instagram_fb_posts": [{"connection_id": "ig", "id": "f1", "account_id": "P", "message": "Hi", "shares": 2,
                            "created_time": "2026-09-01T22:30:00Z", "permalink_url": "https://example.com/f1"}],
    "instagram_fb_post_insights": [{"connection_id": "ig", "post_id": "f1", "views": 90, "viewers": 70, "clicks": 3,
                                    "reactions_by_type": {"like": 5, "love": 2}}],
    "metricool_brands": [{"connection_id": "mt", "account_id": "55", "day": "2026-09-01", "label": "Brand",
                          "account_zone": "Europe/Madrid"}],
    "metricool_linkedin_posts": [{"connection_id": "mt", "account_id": "55", "post_id": "i1", "impressions": 70,
                                  "likes": 7, "clicks": 4, "reach": 60, "published_day": "2026-09-01"}],
    "metricool_gmb_timelines": [{"connection_id": "mt", "account_id": "55", "day": "2026-09-01", "subject": "account",
                                 "metric": "views", "series": "v", "value": 12.0}],
    "metricool_tiktok_timelines": [
        {"connection_id": "mt", "account_id": "55", "account_zone": "Europe/Madrid", "day": "2026-09-01",
         "subject": subject, "metric": metric, "series": metric, "value": value}
        for subject, metric, value in (("account", "video_views", 30.0), ("account", "likes", 4.0),
                                       ("account", "followers_count", 900.0), ("videos", "likes", 77.0))
    ],
    "tributary_runs": [
        {"connection_id": "g1", "run_id": run, "stream": "campaign_daily", "platform": "google_ads",
         "account_id": "111", "source_table": "google_ads_campaign_daily", "day": run[:10],
         "started_at": f"{run}:00:00Z", "finished_at": f"{run}:05:00Z",
         "state": state, "reason": "scheduled", "rows_read": 4, "proof": proof}
        for run, state, proof in (
            ("2026-09-01T05", "completed", "equal"), ("2026-09-02T05", "completed", "equal"),
            ("2026-09-02T17", "failed", "not given"),
        )
    ] + [
        {"connection_id": "g2", "run_id": "2026-09-03T05", "stream": "campaign_daily", "platform": "google_ads",
         "account_id": "222", "source_table": "google_ads_campaign_daily", "day": "2026-09-02",
         "started_at": "2026-09-02T23:00:00Z", "finished_at": "2026-09-02T23:05:00Z", "state": "completed"},
    ],
}  # fmt: skip

# The same campaign and day, read three times; and a day that came into the history long after it was over.
HISTORY: dict[str, list[Row]] = {
    "mailchimp_automation_reports": AUTOMATION,
    "constant_contact_contacts": OPTED,
    "emailoctopus_contacts": [SIGNED_UP],
    "klaviyo_list_members": [ON_A_LIST],
    "google_ads_campaign_daily": [
        google(BERLIN, "2026-09-01", "c1", 1500, 60, 15.0, 1, 20, _synced_at="2026-09-02T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c1", 1500, 60, 15.5, 2, 40, _synced_at="2026-09-04T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c1", 1500, 60, 15.5, 2.5, 50, _synced_at="2026-09-07T22:30:00Z"),
        google(BERLIN, "2026-08-01", "c1", 10, 1, 1, 1, 5, _synced_at="2026-09-02T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c4", 10, 1, 1, 0, 0, _synced_at="2026-09-02T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c4", 10, 1, 1, 0, 0, _synced_at="2026-09-03T04:00:00Z",
               _deleted_at="2026-09-03T04:00:00Z"),
        # A month later, so that what was read before is old enough to have settled.
        google(BERLIN, "2026-10-05", "c9", 0, 0, 0, 0, 0, _synced_at="2026-10-06T04:00:00Z"),
    ],
}  # fmt: skip

assert json.dumps(CURRENT), "all of it is what a staged page could hold"
