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
from shared.vocabulary.stream import ONE, Stream

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
        name,
        title,
        path=f"/reports/email_reports/{{campaign_activity_id}}/tracking/{name}",
        records="tracking_activities",
        columns=columns(text),
        pages=PAGES,
        slices=Since(look_back=LATE, field="created_time", newest_first=True),
        parent=OF_MAILING,
        scope=CONTACTS,
        optional=optional,
    )


STREAMS = (
    Stream(
        "account",
        "Account",
        path="/account/summary",
        records=ONE,
        columns=columns(table.ACCOUNT),
        query={"extra_fields": "physical_address,company_logo"},
        scope=ACCOUNT,
    ),
    Stream(
        "contact_lists",
        "Lists",
        path="/contact_lists",
        records="lists",
        columns=columns(table.CONTACT_LISTS),
        query={"status": "all", "include_membership_count": "all", "include_count": "true"},
        pages=PAGES,
        total="lists_count",
        scope=CONTACTS,
    ),
    Stream(
        # `updated_after` does not see people who opt out: that only moves the time of their address.
        "contacts",
        "Contacts",
        path="/contacts",
        records="contacts",
        columns=columns(table.CONTACTS),
        query={
            "status": "all",
            "include": "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes",
            "include_count": "true",
        },
        pages=PAGES,
        slices=Since(look_back=None, parameter="updated_after"),
        passes=(Pass(), Pass(since="optout_after", only_incremental=True)),
        total="contacts_count",
        scope=CONTACTS,
        gone="deleted_at",
    ),
    Stream(
        "contact_tags",
        "Tags",
        path="/contact_tags",
        records="tags",
        columns=columns(table.CONTACT_TAGS),
        query={"include_count": "true"},
        pages=PAGES,
        scope=CONTACTS,
    ),
    Stream(
        "contact_custom_fields",
        "Custom fields",
        path="/contact_custom_fields",
        records="custom_fields",
        columns=columns(table.CONTACT_CUSTOM_FIELDS),
        pages=Link(NEXT, 100),
        scope=CONTACTS,
    ),
    Stream(
        # By name: by date, one that is edited while we read would move to where we have been.
        "segments",
        "Segments",
        path="/segments",
        records="segments",
        columns=columns(table.SEGMENTS),
        query={"sort_by": "name"},
        pages=Link(NEXT, 1000),
        scope=CONTACTS,
    ),
    Stream(
        "contact_counts",
        "Contact counts by day",
        path="/contacts/counts",
        records=ONE,
        columns=columns(table.CONTACT_COUNTS),
        query={"include": "new_subscriber"},
        snapshot_column="day",
        keep_missing=True,
        scope=CONTACTS,
    ),
    Stream(
        "email_campaigns",
        "Email campaigns",
        path="/emails",
        records="campaigns",
        columns=columns(table.EMAIL_CAMPAIGNS),
        pages=PAGES,
        slices=Since(look_back=STILL_COUNTING, parameter="after_date"),
        scope=CAMPAIGNS,
    ),
    Stream(
        "campaign_activities",
        "Mailings of campaigns",
        path="/emails/{campaign_id}",
        records="campaign_activities",
        columns=columns(table.CAMPAIGN_ACTIVITIES),
        pages=WHOLE,
        parent=OF_CAMPAIGN,
        scope=CAMPAIGNS,
    ),
    Stream(
        "activity_detail",
        "Subjects and senders of mailings",
        path="/emails/activities/{campaign_activity_id}",
        records=ONE,
        columns=columns(table.ACTIVITY_DETAIL),
        parent=OF_ACTIVITY,
        scope=CAMPAIGNS,
        ignore=frozenset({"html_content", "document_properties", "physical_address_in_footer"}),
    ),
    Stream(
        "campaign_summaries",
        "Results of campaigns",
        path=f"{SUMMARY}/email_campaign_summaries",
        records="bulk_email_campaign_summaries",
        columns=columns(table.CAMPAIGN_SUMMARIES),
        pages=PAGES,
        slices=Since(look_back=STILL_COUNTING, field="last_sent_date", newest_first=True),
        scope=CAMPAIGNS,
    ),
    Stream(
        # One id that is gone makes the whole call a 404; reading/position.py then asks for each half.
        "campaign_stats",
        "Results of campaigns by device",
        path="/reports/stats/email_campaigns/{campaign_id}",
        records="results",
        columns=columns(table.CAMPAIGN_STATS),
        pages=WHOLE,
        parent=Parent("email_campaigns", {"campaign_id": "campaign_id"}, sent, group=150),
        scope=CAMPAIGNS,
    ),
    Stream(
        "activity_stats",
        "Results of mailings by kind of bounce",
        path="/reports/stats/email_campaign_activities/{campaign_activity_id}",
        records="results",
        columns=columns(table.ACTIVITY_STATS),
        pages=WHOLE,
        scope=CAMPAIGNS,
        parent=Parent("campaign_activities", {"campaign_activity_id": "campaign_activity_id"}, mailed, group=10),
    ),
    Stream(
        "link_clicks",
        "Clicked links",
        path="/reports/email_reports/{campaign_activity_id}/links",
        records="link_click_counts",
        columns=columns(table.LINK_CLICKS),
        pages=WHOLE,
        parent=OF_MAILING,
        scope=CAMPAIGNS,
    ),
    tracking("bounces", "Bounces", table.BOUNCES),
    tracking("optouts", "Unsubscribes", table.OPTOUTS),
    tracking("opens", "Opens by person", table.OPENS, optional=True),
    tracking("clicks", "Clicks by person", table.CLICKS, optional=True),
    tracking("sends", "Recipients of mailings", table.SENDS, optional=True),
    tracking("forwards", "Forwards by person", table.FORWARDS, optional=True),
    Stream(
        # `start_at` is required, so a first reading names a day before SMS was offered.
        "sms_summaries",
        "Results of SMS campaigns",
        path=f"{SUMMARY}/sms_campaign_summaries",
        records="bulk_sms_campaign_summaries",
        columns=columns(table.SMS_SUMMARIES),
        query={"start_at": "2015-01-01T00:00:00+00:00"},
        pages=Link(NEXT, 50),
        slices=Since(look_back=STILL_COUNTING, parameter="start_at"),
        scope=CAMPAIGNS,
    ),
)

VIEWS = (
    View(
        "list_memberships",
        "Who is on which list",
        "contacts",
        "list_memberships",
        columns(table.LIST_MEMBERSHIPS),
    ),
    View(
        "taggings",
        "Who has which tag",
        "contacts",
        "taggings",
        columns(table.TAGGINGS),
    ),
)
