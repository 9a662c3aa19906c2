"""What is read of an account of Constant Contact."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.constant_contact import columns as table
from shared.platforms.constant_contact.access import ACCOUNT, CAMPAIGNS, CONTACTS
from shared.platforms.constant_contact.records import mailed, sent
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Link, Once
from shared.vocabulary.platform import View
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import Stream

NEXT = "_links.next.href"
PAGES = Link(NEXT, 500)  # the last page holds `_links` or not, so a full one is asked about
WHOLE = Once(NEXT)
STILL_COUNTING = timedelta(days=90)  # opens and clicks of a campaign keep arriving for weeks
LATE = timedelta(days=3)  # what people did can be listed some time after they did it
SUMMARY = "/reports/summary_reports"

OF_CAMPAIGN = Parent("email_campaigns", {"campaign_id": "campaign_id", "campaign_status": "current_status"})
OF_ACTIVITY = Parent("campaign_activities", {"campaign_activity_id": "campaign_activity_id"})
OF_MAILING = Parent("campaign_activities", {"campaign_activity_id": "campaign_activity_id"}, when=mailed)


def tracking(name: str, title: str, text: str, optional: bool = False) -> Stream:
    """What single people did with a mailing: newest first, so the reading stops at what is known."""
    return Stream(
        name, title, f"/reports/email_reports/{{campaign_activity_id}}/tracking/{name}", "tracking_activities",
        columns(text), {}, PAGES, Since(look_back=LATE, field="created_time", newest_first=True), OF_MAILING,
        scope=CONTACTS, optional=optional,
    )  # fmt: skip


STREAMS = (
    Stream(
        "account", "Account", "/account/summary", None, columns(table.ACCOUNT),
        {"extra_fields": "physical_address,company_logo"}, scope=ACCOUNT,
    ),
    Stream(
        "contact_lists", "Lists", "/contact_lists", "lists", columns(table.CONTACT_LISTS),
        {"status": "all", "include_membership_count": "all", "include_count": "true"}, PAGES,
        total="lists_count", scope=CONTACTS,
    ),
    Stream(
        # `updated_after` does not see people who opt out: that only moves the time of their address.
        "contacts", "Contacts", "/contacts", "contacts", columns(table.CONTACTS),
        {
            "status": "all",
            "include": "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes",
            "include_count": "true",
        },
        PAGES, Since(look_back=None, parameter="updated_after"),
        passes=(Pass(), Pass(since="optout_after", only_incremental=True)), total="contacts_count", scope=CONTACTS,
        gone="deleted_at",
    ),
    Stream(
        "contact_tags", "Tags", "/contact_tags", "tags", columns(table.CONTACT_TAGS),
        {"include_count": "true"}, PAGES, scope=CONTACTS,
    ),
    Stream(
        "contact_custom_fields", "Custom fields", "/contact_custom_fields", "custom_fields",
        columns(table.CONTACT_CUSTOM_FIELDS), {}, Link(NEXT, 100), scope=CONTACTS,
    ),
    Stream(
        # By name: by date, one that is edited while we read would move to where we have been.
        "segments", "Segments", "/segments", "segments", columns(table.SEGMENTS),
        {"sort_by": "name"}, Link(NEXT, 1000), scope=CONTACTS,
    ),
    Stream(
        "contact_counts", "Contact counts by day", "/contacts/counts", None, columns(table.CONTACT_COUNTS),
        {"include": "new_subscriber"}, dated="day", keep_missing=True, scope=CONTACTS,
    ),
    Stream(
        "email_campaigns", "Email campaigns", "/emails", "campaigns", columns(table.EMAIL_CAMPAIGNS), {}, PAGES,
        Since(look_back=STILL_COUNTING, parameter="after_date"), scope=CAMPAIGNS,
    ),
    Stream(
        "campaign_activities", "Mailings of campaigns", "/emails/{campaign_id}", "campaign_activities",
        columns(table.CAMPAIGN_ACTIVITIES), pages=WHOLE, per=OF_CAMPAIGN, scope=CAMPAIGNS,
    ),
    Stream(
        "activity_detail", "Subjects and senders of mailings", "/emails/activities/{campaign_activity_id}", None,
        columns(table.ACTIVITY_DETAIL), per=OF_ACTIVITY, scope=CAMPAIGNS,
        ignore=frozenset({"html_content", "document_properties", "physical_address_in_footer"}),
    ),
    Stream(
        "campaign_summaries", "Results of campaigns", f"{SUMMARY}/email_campaign_summaries",
        "bulk_email_campaign_summaries", columns(table.CAMPAIGN_SUMMARIES), {}, PAGES,
        Since(look_back=STILL_COUNTING, field="last_sent_date", newest_first=True), scope=CAMPAIGNS,
    ),
    Stream(
        # One id that is gone makes the whole call a 404; reading/position.py then asks for each half.
        "campaign_stats", "Results of campaigns by device", "/reports/stats/email_campaigns/{campaign_id}", "results",
        columns(table.CAMPAIGN_STATS), pages=WHOLE,
        per=Parent("email_campaigns", {"campaign_id": "campaign_id"}, sent, group=150), scope=CAMPAIGNS,
    ),
    Stream(
        "activity_stats", "Results of mailings by kind of bounce",
        "/reports/stats/email_campaign_activities/{campaign_activity_id}", "results", columns(table.ACTIVITY_STATS),
        pages=WHOLE, scope=CAMPAIGNS,
        per=Parent("campaign_activities", {"campaign_activity_id": "campaign_activity_id"}, mailed, group=10),
    ),
    Stream(
        "link_clicks", "Clicked links", "/reports/email_reports/{campaign_activity_id}/links", "link_click_counts",
        columns(table.LINK_CLICKS), {}, WHOLE, per=OF_MAILING, scope=CAMPAIGNS,
    ),
    tracking("bounces", "Bounces", table.BOUNCES),
    tracking("optouts", "Unsubscribes", table.OPTOUTS),
    tracking("opens", "Opens by person", table.OPENS, optional=True),
    tracking("clicks", "Clicks by person", table.CLICKS, optional=True),
    tracking("sends", "Recipients of mailings", table.SENDS, optional=True),
    tracking("forwards", "Forwards by person", table.FORWARDS, optional=True),
    Stream(
        # `start_at` is required, so a first reading names a day before SMS was offered.
        "sms_summaries", "Results of SMS campaigns", f"{SUMMARY}/sms_campaign_summaries",
        "bulk_sms_campaign_summaries", columns(table.SMS_SUMMARIES), {"start_at": "2015-01-01T00:00:00+00:00"},
        Link(NEXT, 50), Since(look_back=STILL_COUNTING, parameter="start_at"), scope=CAMPAIGNS,
    ),
)  # fmt: skip

VIEWS = (
    View(
        "list_memberships", "Who is on which list", "contacts", "list_memberships",
        columns(table.LIST_MEMBERSHIPS),
    ),
    View(
        "taggings", "Who has which tag", "contacts", "taggings",
        columns(table.TAGGINGS),
    ),
)  # fmt: skip
