"""Reading a sandbox the plain way, written from the fact sheets and from nothing else."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import httpx2

from infra.sandbox import Box, Truth

Record = dict[str, Any]
Keys = dict[str, tuple[str, ...]]
START = datetime(2026, 9, 3, 12, 0, 0, tzinfo=UTC)


@dataclass
class Time:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=START)
    ticks: float = 0.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)
        self.ticks += timedelta(**by).total_seconds()


def bearer(box: Box[Any]) -> dict[str, str]:
    given = box.credential()
    return {"Authorization": f"Bearer {given.get('access_token') or given.get('api_key')}"}


def open_client(box: Box[Any], base: str, headers: Mapping[str, str] | None = None) -> httpx2.Client:
    transport = httpx2.WSGITransport(app=box.wsgi)
    return httpx2.Client(transport=transport, base_url=base, headers=bearer(box) if headers is None else headers)


def get(client: httpx2.Client, path: str, **query: Any) -> Any:
    answer = client.get(path, params=query or None)
    assert answer.status_code == 200, (answer.status_code, path, answer.text[:300])
    return answer.json()


def index(records: Iterable[Record], key: tuple[str, ...]) -> dict[tuple[Any, ...], Record]:
    """By key; a key met twice is a fault of the reader or of the server."""
    found: dict[tuple[Any, ...], Record] = {}
    for record in records:
        place = tuple(record[name] for name in key)
        assert place not in found, f"met twice: {place}"
        found[place] = record
    return found


def assert_same(
    read: Mapping[str, list[Record]], truth: Mapping[str, Truth], keys: Mapping[str, tuple[str, ...]]
) -> None:
    """Every table, every record, every field."""
    assert set(truth) == set(keys)
    assert set(read) == set(keys)
    for table, key in keys.items():
        assert index(read[table], key) == index(truth[table].present, key), table
        gone = index(truth[table].gone, key)
        assert not set(gone) & set(index(read[table], key)), table


# Mailchimp


class Mailchimp:
    KEYS: ClassVar[Keys] = {
        "account": ("account_id",),
        "lists": ("id",),
        "list_members": ("list_id", "id"),
        "list_member_tags": ("list_id", "member_id", "id"),
        "segments": ("list_id", "id"),
        "segment_members": ("list_id", "segment_id", "id"),
        "tags": ("list_id", "id"),
        "merge_fields": ("list_id", "merge_id"),
        "interest_categories": ("list_id", "id"),
        "interests": ("list_id", "id"),
        "list_growth_history": ("list_id", "month"),
        "list_activity": ("list_id", "day"),
        "abuse_reports": ("id",),
        "campaigns": ("id",),
        "reports": ("id",),
        "click_details": ("campaign_id", "id"),
        "email_activity": ("campaign_id", "email_id", "timestamp", "action", "url"),
        "sent_to": ("campaign_id", "email_id"),
        "unsubscribes": ("campaign_id", "email_id", "timestamp"),
        "automations": ("id",),
        "automation_emails": ("id",),
        "automation_reports": ("id",),
        "templates": ("id",),
        "landing_pages": ("id",),
        "landing_page_reports": ("id",),
        "campaign_folders": ("id",),
        "template_folders": ("id",),
    }
    BASE = "https://us19.api.mailchimp.com/3.0"

    def __init__(self, client: httpx2.Client, count: int = 100) -> None:
        self.client, self.count = client, count

    def pages(self, path: str, name: str, **query: Any) -> Iterator[Record]:
        offset = 0
        while True:
            asked = {**query, "count": self.count, "offset": offset, "exclude_fields": f"{name}._links,_links"}
            rows = get(self.client, path, **asked)[name]
            yield from rows
            if len(rows) < self.count:
                return
            offset += self.count

    def rows(self, path: str, name: str, **query: Any) -> list[Record]:
        return list(self.pages(path, name, **query))

    def read(self) -> dict[str, list[Record]]:
        page = self.rows
        account = get(self.client, "/")
        account.pop("_links")
        read = {"account": [account], "lists": page("/lists", "lists", include_total_contacts="true")}
        read |= {name: [] for name in self.KEYS if name not in read}
        for audience in read["lists"]:
            at, mine = f"/lists/{audience['id']}", {"list_id": audience["id"]}
            for extra in ({}, {"status": "archived"}):
                read["list_members"] += page(f"{at}/members", "members", sort_field="last_changed", **extra)
            for path, name, table in (
                ("segments", "segments", "segments"),
                ("merge-fields", "merge_fields", "merge_fields"),
                ("interest-categories", "categories", "interest_categories"),
                ("growth-history", "history", "list_growth_history"),
                ("activity", "activity", "list_activity"),
                ("abuse-reports", "abuse_reports", "abuse_reports"),
            ):
                read[table] += [mine | row for row in page(f"{at}/{path}", name)]
            tags = get(self.client, f"{at}/tag-search", exclude_fields="tags._links")["tags"]
            read["tags"] += [mine | row for row in tags]
        for segment in read["segments"]:
            mine = {"list_id": segment["list_id"], "segment_id": segment["id"]}
            path = f"/lists/{segment['list_id']}/segments/{segment['id']}/members"
            more = {f"include_{status}": "true" for status in ("cleaned", "transactional", "unsubscribed")}
            for row in page(path, "members", **more):
                read["segment_members"].append(mine | {name: row[name] for name in ("id", "status")})
        for member in read["list_members"]:
            if member["tags_count"] > 50:
                path = f"/lists/{member['list_id']}/members/{member['id']}/tags"
                mine = {"list_id": member["list_id"], "member_id": member["id"]}
                read["list_member_tags"] += [mine | row for row in page(path, "tags")]
        for category in read["interest_categories"]:
            path = f"/lists/{category['list_id']}/interest-categories/{category['id']}/interests"
            read["interests"] += page(path, "interests")
        read["campaigns"] = page("/campaigns", "campaigns")
        for report in page("/reports", "reports"):
            read["reports" if report["type"] == "regular" else "automation_reports"].append(report)
        for report in read["reports"]:
            at = f"/reports/{report['id']}"
            read["click_details"] += page(f"{at}/click-details", "urls_clicked")
            read["sent_to"] += page(f"{at}/sent-to", "sent_to")
            read["unsubscribes"] += page(f"{at}/unsubscribed", "unsubscribes")
            for person in page(f"{at}/email-activity", "emails"):
                acts = person.pop("activity")
                read["email_activity"] += [person | {"url": ""} | act for act in acts]
        read["automations"] = page("/automations", "automations")
        for automation in read["automations"]:
            path = f"/automations/{automation['id']}/emails"
            read["automation_emails"] += get(self.client, path, exclude_fields="emails._links")["emails"]
        read["templates"] = page("/templates", "templates", type="user")
        pages = get(self.client, "/landing-pages", count=1000, exclude_fields="landing_pages._links")
        read["landing_pages"] = pages["landing_pages"]
        read["landing_page_reports"] = page("/reporting/landing-pages", "landing_pages")
        read["campaign_folders"] = page("/campaign-folders", "folders")
        read["template_folders"] = page("/template-folders", "folders")
        return {f"mailchimp_{name}": rows for name, rows in read.items()}


# Constant Contact

_TRACKED = ("campaign_activity_id", "contact_id", "created_time")


class ConstantContact:
    KEYS: ClassVar[Keys] = {
        "account": ("encoded_account_id",),
        "contact_lists": ("list_id",),
        "contacts": ("contact_id",),
        "list_memberships": ("contact_id", "list_id"),
        "taggings": ("contact_id", "tag_id"),
        "contact_tags": ("tag_id",),
        "contact_custom_fields": ("custom_field_id",),
        "segments": ("segment_id",),
        "contact_counts": ("day",),
        "email_campaigns": ("campaign_id",),
        "campaign_activities": ("campaign_activity_id",),
        "activity_detail": ("campaign_activity_id",),
        "campaign_summaries": ("campaign_id",),
        "campaign_stats": ("campaign_id",),
        "activity_stats": ("campaign_activity_id",),
        "link_clicks": ("campaign_activity_id", "url_id"),
        "bounces": _TRACKED,
        "optouts": _TRACKED,
        "opens": _TRACKED,
        "clicks": (*_TRACKED, "url_id"),
        "sends": _TRACKED,
        "forwards": _TRACKED,
        "sms_summaries": ("campaign_id",),
    }
    BASE = "https://api.cc.email"
    INCLUDE = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes"

    def __init__(self, client: httpx2.Client, limit: int = 40) -> None:
        self.client, self.limit = client, limit

    def pages(self, path: str, name: str, **query: Any) -> Iterator[Record]:
        body = get(self.client, path, **({"limit": self.limit} | query))
        while True:
            yield from body[name]
            href = ((body.get("_links") or {}).get("next") or {}).get("href")
            if not href:
                return
            assert href.startswith("/v3/")
            body = get(self.client, href)

    def rows(self, path: str, name: str, **query: Any) -> list[Record]:
        return list(self.pages(path, name, **query))

    def read(self, day: str) -> dict[str, list[Record]]:
        page = self.rows
        read: dict[str, list[Record]] = {name: [] for name in self.KEYS}
        read["account"] = [get(self.client, "/v3/account/summary", extra_fields="physical_address,company_logo")]
        read["contact_lists"] = page("/v3/contact_lists", "lists", status="all", include_membership_count="all")
        read["contacts"] = page("/v3/contacts", "contacts", status="all", include=self.INCLUDE)
        for contact in read["contacts"]:
            mine = {"contact_id": contact["contact_id"]}
            read["list_memberships"] += [mine | {"list_id": each} for each in contact["list_memberships"]]
            read["taggings"] += [mine | {"tag_id": each} for each in contact["taggings"]]
        read["contact_tags"] = page("/v3/contact_tags", "tags", include_count="true")
        read["contact_custom_fields"] = page("/v3/contact_custom_fields", "custom_fields")
        read["segments"] = page("/v3/segments", "segments", sort_by="date")
        read["contact_counts"] = [{"day": day} | get(self.client, "/v3/contacts/counts")]
        read["email_campaigns"] = page("/v3/emails", "campaigns")
        for campaign in read["email_campaigns"]:
            body = get(self.client, f"/v3/emails/{campaign['campaign_id']}")
            mine = {"campaign_id": campaign["campaign_id"]}
            read["campaign_activities"] += [row | mine for row in body["campaign_activities"]]
        for row in read["campaign_activities"]:
            answer = self.client.get(f"/v3/emails/activities/{row['campaign_activity_id']}")
            read["activity_detail"] += [answer.json()] if answer.status_code == 200 else []
        reports = "/v3/reports"
        name = "bulk_email_campaign_summaries"
        read["campaign_summaries"] = page(f"{reports}/summary_reports/email_campaign_summaries", name)
        ids = [row["campaign_id"] for row in read["campaign_summaries"]]
        stats = f"{reports}/stats/email_campaigns/{','.join(ids)}"
        read["campaign_stats"] = get(self.client, stats)["results"] if ids else []
        for row in read["campaign_activities"]:
            activity_id = row["campaign_activity_id"]
            body = get(self.client, f"{reports}/stats/email_campaign_activities/{activity_id}")
            if not body["results"]:
                continue
            read["activity_stats"] += body["results"]
            at = f"{reports}/email_reports/{activity_id}"
            mine = {"campaign_activity_id": activity_id}
            read["link_clicks"] += [mine | link for link in get(self.client, f"{at}/links")["link_click_counts"]]
            for kind in ("bounces", "optouts", "opens", "clicks", "sends", "forwards"):
                read[kind] += page(f"{at}/tracking/{kind}", "tracking_activities")
        path = f"{reports}/summary_reports/sms_campaign_summaries"
        read["sms_summaries"] = page(path, "bulk_sms_campaign_summaries", start_at="2020-01-01T00:00:00Z")
        return {f"constant_contact_{name}": rows for name, rows in read.items()}


# EmailOctopus


class EmailOctopus:
    KEYS: ClassVar[Keys] = {
        "lists": ("id",),
        "list_fields": ("list_id", "tag"),
        "list_tags": ("list_id", "tag"),
        "contacts": ("list_id", "id"),
        "campaigns": ("id",),
        "campaign_summary": ("id",),
        "campaign_links": ("campaign_id", "url"),
        "campaign_contact_reports": ("campaign_id", "status", "contact_id", "occurred_at"),
        "campaign_silent_contacts": ("campaign_id", "status", "contact_id"),
    }
    BASE = "https://api.emailoctopus.com"

    def __init__(self, client: httpx2.Client, limit: int = 30) -> None:
        self.client, self.limit = client, limit

    def pages(self, path: str, **query: Any) -> Iterator[Record]:
        asked = {"limit": self.limit, **query}
        while True:
            body = get(self.client, path, **asked)
            yield from body["data"]
            way_on = body["paging"]["next"]
            if way_on is None:
                return
            asked["starting_after"] = way_on["starting_after"]

    def read(self) -> dict[str, list[Record]]:
        read: dict[str, list[Record]] = {name: [] for name in self.KEYS}
        read["lists"] = list(self.pages("/lists"))
        for row in read["lists"]:
            mine = {"list_id": row["id"]}
            read["list_fields"] += [mine | each for each in row["fields"]]
            read["list_tags"] += [mine | each for each in self.pages(f"/lists/{row['id']}/tags")]
            for status in ("subscribed", "unsubscribed", "pending"):
                found = self.pages(f"/lists/{row['id']}/contacts", status=status)
                read["contacts"] += [mine | each for each in found]
        for campaign in self.pages("/campaigns"):
            assert campaign.pop("content")["html"]
            read["campaigns"].append(campaign)
            if campaign["status"] not in ("sent", "sending"):
                continue
            at = f"/campaigns/{campaign['id']}"
            read["campaign_summary"].append(get(self.client, f"{at}/reports/summary"))
            mine = {"campaign_id": campaign["id"]}
            read["campaign_links"] += [mine | link for link in get(self.client, f"{at}/reports/links")["data"]]
            for status in ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed"):
                events = self.pages(f"{at}/reports", status=status)
                read["campaign_contact_reports"] += [mine | {"status": status} | event for event in events]
            for status in ("not-opened", "not-clicked"):
                people = self.pages(f"{at}/reports", status=status)
                read["campaign_silent_contacts"] += [mine | {"status": status} | person for person in people]
        return {f"emailoctopus_{name}": rows for name, rows in read.items()}


# Meta Ads


class MetaAds:
    _CAMPAIGN = ("account_id", "campaign_id")
    _ADSET = (*_CAMPAIGN, "adset_id")
    PARTS: ClassVar[Keys] = {
        "age_gender": ("age", "gender"),
        "country": ("country",),
        "placement": ("publisher_platform", "platform_position"),
        "device": ("device_platform",),
    }
    _LEVELS: ClassVar[Keys] = {"campaign": _CAMPAIGN, "adset": _ADSET, "ad": (*_ADSET, "ad_id")}
    KEYS: ClassVar[Keys] = {
        "ad_account": ("account_id",),
        "campaigns": ("id",),
        "ad_sets": ("id",),
        "ads": ("id",),
        "ad_creatives": ("id",),
        "custom_conversions": ("id",),
        **{f"insights_{level}_daily": (*ids, "date_start") for level, ids in _LEVELS.items()},
        **{f"{level}_{each}_daily": (*ids, "date_start", "action_type") for level, ids in _LEVELS.items()
           for each in ("actions", "action_values")},
        **{f"insights_campaign_{name}_daily": ("account_id", "campaign_id", "date_start", *by)
           for name, by in PARTS.items()},
        "insights_ad_video_daily": (*_LEVELS["ad"], "date_start"),
    }  # fmt: skip
    BASE = "https://graph.facebook.com"
    PATHS: ClassVar[dict[str, tuple[str, str, str]]] = {
        "campaigns": ("campaigns", "campaign", "objective,configured_status,buying_type,bid_strategy,daily_budget,"
                      "lifetime_budget,budget_remaining,spend_cap,start_time,stop_time,special_ad_categories,"
                      "status,effective_status,created_time,updated_time,name"),
        "ad_sets": ("adsets", "adset", "campaign_id,name,status,effective_status,optimization_goal,billing_event,"
                    "bid_amount,bid_strategy,daily_budget,lifetime_budget,budget_remaining,start_time,end_time,"
                    "targeting,attribution_spec,created_time,updated_time"),
        "ads": ("ads", "ad", "campaign_id,adset_id,name,status,effective_status,creative{id},created_time,"
                "updated_time"),
        "ad_creatives": ("adcreatives", "", "name,title,body,status,object_type,image_url,thumbnail_url,"
                         "object_story_id,effective_object_story_id,call_to_action_type,url_tags"),
        "custom_conversions": ("customconversions", "", "name,description,custom_event_type,rule,creation_time,"
                               "first_fired_time,last_fired_time,is_archived,is_unavailable"),
    }  # fmt: skip
    MONEY = (
        "daily_budget",
        "lifetime_budget",
        "budget_remaining",
        "spend_cap",
        "bid_amount",
        "amount_spent",
        "balance",
    )
    ANY = ("ACTIVE", "PAUSED", "DELETED", "ARCHIVED", "CAMPAIGN_PAUSED", "ADSET_PAUSED")
    NUMBERS = (
        "account_id,account_currency,campaign_id,adset_id,ad_id,impressions,reach,frequency,clicks,inline_link_clicks,"
        "unique_clicks,spend,cpc,cpm,ctr,actions,action_values,conversions,conversion_values,purchase_roas,objective,"
        "attribution_setting"
    )
    WATCHED = (
        "account_id,account_currency,campaign_id,adset_id,ad_id,impressions,clicks,spend,video_play_actions,"
        "video_p25_watched_actions,video_p50_watched_actions,video_p75_watched_actions,video_p95_watched_actions,"
        "video_p100_watched_actions,video_thruplay_watched_actions,video_avg_time_watched_actions,outbound_clicks,"
        "outbound_clicks_ctr"
    )

    def __init__(self, client: httpx2.Client, day: str, limit: int = 40) -> None:
        self.client, self.day, self.limit = client, day, limit

    def pages(self, path: str, **query: Any) -> Iterator[Record]:
        asked = {"limit": self.limit, **query}
        while True:
            body = get(self.client, path, **asked)
            yield from body["data"]
            if "next" not in body.get("paging", {}):
                return
            asked["after"] = body["paging"]["cursors"]["after"]

    def every(self, level: str) -> dict[str, str]:
        rule = {"field": f"{level}.effective_status", "operator": "IN", "value": self.ANY}
        return {"filtering": json.dumps([rule])} if level else {}

    def units(self, row: Record, currency: str) -> Record:
        """Dollars have cents here, yen have nothing smaller; no cap and no start are told as if there were one."""
        none = ("922337203685478", "1969-12-31T15:59:59-0800")
        row = {name: None if value in none else value for name, value in row.items()}
        cut = {name: f"{int(row[name])}" if currency == "JPY" else f"{int(row[name]) / 100:.2f}"
               for name in self.MONEY if row.get(name) is not None}  # fmt: skip
        return row | cut

    def read(self) -> dict[str, list[Record]]:
        read: dict[str, list[Record]] = {name: [] for name in self.KEYS}
        listed = self.pages("/v26.0/me/adaccounts", fields="account_id,account_status,currency")
        for account in [each for each in listed if each["account_status"] != 101]:
            at, currency = f"/v26.0/{account['id']}", account["currency"]
            fields = "account_id,name,currency,timezone_name,timezone_offset_hours_utc,account_status,disable_reason"
            whole = get(self.client, at, fields=f"{fields},amount_spent,balance,spend_cap,created_time")
            read["ad_account"].append(self.units(whole, currency))
            for table, (edge, level, names) in self.PATHS.items():
                found = self.pages(f"{at}/{edge}", fields=f"account_id,{names}", **self.every(level))
                read[table] += [self.units(row, currency) for row in found]
            for level in self._LEVELS:
                rows = list(self.insights(at, level))
                read[f"insights_{level}_daily"] += rows
                for each in ("actions", "action_values"):
                    for row in rows:
                        ids = {name: row[name] for name in (*self._LEVELS[level], "date_start")}
                        read[f"{level}_{each}_daily"] += [ids | entry for entry in row.get(each, [])]
            for name, by in self.PARTS.items():
                read[f"insights_campaign_{name}_daily"] += self.insights(at, "campaign", breakdowns=",".join(by))
            watched = self.insights(at, "ad", fields=self.WATCHED)
            read["insights_ad_video_daily"] += [
                {name: told[0]["value"] if isinstance(told, list) else told for name, told in row.items()}
                for row in watched
            ]
        return {f"meta_ads_{name}": rows for name, rows in read.items()}

    def insights(self, at: str, level: str, **more: str) -> Iterator[Record]:
        """Whole campaigns at once, all else as a report."""
        last = datetime.fromisoformat(self.day) + timedelta(days=1)
        days = {"since": (last - timedelta(days=100)).strftime("%Y-%m-%d"), "until": last.strftime("%Y-%m-%d")}
        said = {
            "level": level, "fields": self.NUMBERS, "time_range": json.dumps(days), "time_increment": "1",
            "action_attribution_windows": '["1d_click","7d_click","28d_click","1d_view"]', **self.every(level),
            **more,
        }  # fmt: skip
        if level == "campaign" and not more:
            yield from self.pages(f"{at}/insights", **said)
            return
        made = self.client.post(f"{at}/insights", data=said)
        assert made.status_code == 200, made.text
        run = f"/v26.0/{made.json()['report_run_id']}"
        for _ in range(9):
            state = get(self.client, run)
            if state["async_status"] == "Job Completed" and state["async_percent_completion"] == 100:
                break
        yield from self.pages(f"{run}/insights")


KEYS = {
    "mailchimp": Mailchimp.KEYS,
    "constant_contact": ConstantContact.KEYS,
    "emailoctopus": EmailOctopus.KEYS,
    "meta_ads": MetaAds.KEYS,
}


def keys(platform: str) -> Keys:
    """By table."""
    return {f"{platform}_{name}": key for name, key in KEYS[platform].items()}


def read_all(box: Box[Any], time: Time) -> dict[str, list[Record]]:
    """A full read of any platform, in process."""
    name = box.platform.name
    if name == "meta_ads":
        return MetaAds(open_client(box, MetaAds.BASE), time.now.strftime("%Y-%m-%d")).read()
    if name == "mailchimp":
        return Mailchimp(open_client(box, Mailchimp.BASE)).read()
    if name == "constant_contact":
        day = time.now.astimezone(ZoneInfo("US/Eastern")).date().isoformat()
        return ConstantContact(open_client(box, ConstantContact.BASE)).read(day)
    return EmailOctopus(open_client(box, EmailOctopus.BASE)).read()
