"""What is read of an account of Mailchimp."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from shared.platforms.mailchimp import columns as table
from shared.platforms.mailchimp.records import (
    has_more_tags,
    of_automation,
    of_campaign,
    per_person_and_act,
    with_known_place,
)
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Count
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import Stream

PAGES = Count(1000, always=True)  # 10 is the default: forgetting `count` loses data quietly
TOTAL = "total_items"
LINKS = frozenset({"_links"})
IN_LIST = Parent("lists", {"list_id": "id"})
OF_REPORT = Parent("reports", {"campaign_id": "id"})
STILL_COUNTING = timedelta(days=90)  # opens and clicks of a campaign keep arriving for weeks


def asking(records: str, **more: str) -> Mapping[str, str]:
    """Every record carries links to everything around it; they are half of the payload."""
    return {"exclude_fields": f"{records}._links,_links", **more}


STREAMS = (
    Stream("account", "Account", "/", None, columns(table.ACCOUNT), {"exclude_fields": "_links"}, ignore=LINKS),
    Stream(
        "lists", "Audiences", "/lists", "lists", columns(table.LISTS),
        asking("lists", include_total_contacts="true"), PAGES, total=TOTAL,
        ignore=LINKS | {"beamer_address"},  # whoever knows that address can create campaigns
    ),
    Stream(
        # Sorted by the time of change, so what changes while we read comes (again) at the end and nothing is missed;
        # but who comes back from the archive during the second pass is in neither, so we catch up.
        "list_members", "Audience members", "/lists/{list_id}/members", "members", columns(table.LIST_MEMBERS),
        asking("members", sort_field="last_changed", sort_dir="ASC"), Count(1000, by="last_changed", always=True),
        Since(look_back=None, parameter="since_last_changed"), IN_LIST,
        passes=(Pass(), Pass({"status": "archived"})), catch_up=True,
        shape=with_known_place, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "list_member_tags", "Tags of members with more than 50", "/lists/{list_id}/members/{member_id}/tags", "tags",
        columns(table.LIST_MEMBER_TAGS), asking("tags"), PAGES,
        per=Parent("list_members", {"list_id": "list_id", "member_id": "id"}, when=has_more_tags),
        total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "segments", "Segments", "/lists/{list_id}/segments", "segments", columns(table.SEGMENTS),
        asking("segments"), PAGES, per=IN_LIST, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        # Who is in which segment, and nothing else of the person: `list_members` has that.
        "segment_members", "Members of segments", "/lists/{list_id}/segments/{segment_id}/members", "members",
        columns(table.SEGMENT_MEMBERS),
        {"fields": "members.id,members.status,total_items", "include_cleaned": "true", "include_transactional": "true",
         "include_unsubscribed": "true"},
        PAGES, per=Parent("segments", {"list_id": "list_id", "segment_id": "id"}), total=TOTAL, optional=True,
    ),
    Stream(
        "tags", "Tags", "/lists/{list_id}/tag-search", "tags", columns(table.TAGS),
        asking("tags"), per=IN_LIST, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "merge_fields", "Audience fields", "/lists/{list_id}/merge-fields", "merge_fields",
        columns(table.MERGE_FIELDS), asking("merge_fields"), PAGES, per=IN_LIST, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "interest_categories", "Interest categories", "/lists/{list_id}/interest-categories", "categories",
        columns(table.INTEREST_CATEGORIES), asking("categories"), PAGES, per=IN_LIST, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "interests", "Interests", "/lists/{list_id}/interest-categories/{category_id}/interests", "interests",
        columns(table.INTERESTS), asking("interests"), PAGES,
        per=Parent("interest_categories", {"list_id": "list_id", "category_id": "id"}), total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "list_growth_history", "Audience growth by month", "/lists/{list_id}/growth-history", "history",
        columns(table.LIST_GROWTH_HISTORY), asking("history"), PAGES, per=IN_LIST, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        # Mailchimp shows at most 180 days, fewer than a page holds; our table keeps the older ones.
        "list_activity", "Audience activity by day", "/lists/{list_id}/activity", "activity",
        columns(table.LIST_ACTIVITY), asking("activity", count="1000"), per=IN_LIST, keep_missing=True, ignore=LINKS,
    ),
    Stream(
        "abuse_reports", "Abuse reports", "/lists/{list_id}/abuse-reports", "abuse_reports",
        columns(table.ABUSE_REPORTS), asking("abuse_reports"), PAGES, per=IN_LIST, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        # All of them each time: there is no filter for “changed since”.
        "campaigns", "Campaigns", "/campaigns", "campaigns", columns(table.CAMPAIGNS),
        asking("campaigns", sort_field="create_time", sort_dir="ASC"), PAGES, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "reports", "Campaign reports", "/reports", "reports", columns(table.REPORTS), asking("reports"), PAGES,
        Since(look_back=STILL_COUNTING, parameter="since_send_time"), shape=of_campaign, total=TOTAL,
        ignore=LINKS | {"share_report"},  # holds the password of the shared report
    ),
    Stream(
        # An automation keeps the time of its first mail and goes on sending for years. The list takes no kind of
        # automation for a filter, so all reports are looked at: a call for each thousand.
        "automation_reports", "Automation reports", "/reports", "reports", columns(table.REPORTS), asking("reports"),
        PAGES, shape=of_automation, total=TOTAL, ignore=LINKS | {"share_report"},
    ),
    Stream(
        "click_details", "Clicked links", "/reports/{campaign_id}/click-details", "urls_clicked",
        columns(table.CLICK_DETAILS), asking("urls_clicked"), PAGES, per=OF_REPORT, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        # Whether the total follows `since` is not documented, so a page with nothing new is the end here.
        "email_activity", "Opens, clicks and bounces by person", "/reports/{campaign_id}/email-activity", "emails",
        columns(table.EMAIL_ACTIVITY), asking("emails"), Count(1000, total=None),
        Since(look_back=timedelta(days=2), parameter="since"), OF_REPORT, shape=per_person_and_act, ignore=LINKS,
        may_be_empty=frozenset({"url"}),
    ),
    Stream(
        "sent_to", "Recipients of campaigns", "/reports/{campaign_id}/sent-to", "sent_to",
        columns(table.SENT_TO), asking("sent_to"), PAGES, per=OF_REPORT, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "unsubscribes", "Unsubscribes by campaign", "/reports/{campaign_id}/unsubscribed", "unsubscribes",
        columns(table.UNSUBSCRIBES), asking("unsubscribes"), PAGES, per=OF_REPORT, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "automations", "Classic automations", "/automations", "automations", columns(table.AUTOMATIONS),
        asking("automations"), PAGES, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "automation_emails", "Emails of automations", "/automations/{workflow_id}/emails", "emails",
        columns(table.AUTOMATION_EMAILS), asking("emails"), per=Parent("automations", {"workflow_id": "id"}),
        total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "templates", "Templates", "/templates", "templates", columns(table.TEMPLATES),
        asking("templates", type="user"), PAGES, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        # No `offset` is documented here. More than a page of them would show as a total that disagrees.
        "landing_pages", "Landing pages", "/landing-pages", "landing_pages", columns(table.LANDING_PAGES),
        asking("landing_pages", count="1000"), total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "landing_page_reports", "Landing page reports", "/reporting/landing-pages", "landing_pages",
        columns(table.LANDING_PAGE_REPORTS), asking("landing_pages"), PAGES, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "campaign_folders", "Campaign folders", "/campaign-folders", "folders", columns(table.FOLDERS),
        asking("folders"), PAGES, total=TOTAL, ignore=LINKS,
    ),
    Stream(
        "template_folders", "Template folders", "/template-folders", "folders", columns(table.FOLDERS),
        asking("folders"), PAGES, total=TOTAL, ignore=LINKS,
    ),
)  # fmt: skip
