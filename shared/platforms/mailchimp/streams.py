"""What is read of an account of Mailchimp."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.mailchimp import columns as table
from shared.platforms.mailchimp.audiences import AUDIENCES
from shared.platforms.mailchimp.lists import LINKS, PAGES, TOTAL, asking
from shared.platforms.mailchimp.records import of_automation, of_campaign, per_person_and_act
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Count
from shared.vocabulary.slicing import Parent, Since
from shared.vocabulary.stream import ONE, Stream

OF_REPORT = Parent("reports", {"campaign_id": "id"})
STILL_COUNTING = timedelta(days=90)  # opens and clicks of a campaign keep arriving for weeks

STREAMS = (
    Stream(
        "account",
        "Account",
        path="/",
        records=ONE,
        columns=columns(table.ACCOUNT),
        query={"exclude_fields": "_links"},
        ignore=LINKS,
    ),
    *AUDIENCES,
    Stream(
        # All of them each time: there is no filter for “changed since”.
        "campaigns",
        "Campaigns",
        path="/campaigns",
        records="campaigns",
        columns=columns(table.CAMPAIGNS),
        query=asking("campaigns", sort_field="create_time", sort_dir="ASC"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "reports",
        "Campaign reports",
        path="/reports",
        records="reports",
        columns=columns(table.REPORTS),
        query=asking("reports"),
        pages=PAGES,
        slices=Since(look_back=STILL_COUNTING, parameter="since_send_time"),
        shape=of_campaign,
        total=TOTAL,
        ignore=LINKS | {"share_report"},  # holds the password of the shared report
    ),
    Stream(
        # An automation keeps the time of its first mail and goes on sending for years. The list takes no kind of
        # automation for a filter, so all reports are looked at: a call for each thousand.
        "automation_reports",
        "Automation reports",
        path="/reports",
        records="reports",
        columns=columns(table.REPORTS),
        query=asking("reports"),
        pages=PAGES,
        shape=of_automation,
        total=TOTAL,
        ignore=LINKS | {"share_report"},
    ),
    Stream(
        "click_details",
        "Clicked links",
        path="/reports/{campaign_id}/click-details",
        records="urls_clicked",
        columns=columns(table.CLICK_DETAILS),
        query=asking("urls_clicked"),
        pages=PAGES,
        parent=OF_REPORT,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        # Whether the total follows `since` is not documented, so a page with nothing new is the end here.
        "email_activity",
        "Opens, clicks and bounces by person",
        path="/reports/{campaign_id}/email-activity",
        records="emails",
        columns=columns(table.EMAIL_ACTIVITY),
        query=asking("emails"),
        pages=Count(1000, total=None),
        slices=Since(look_back=timedelta(days=2), parameter="since"),
        parent=OF_REPORT,
        shape=per_person_and_act,
        ignore=LINKS,
        may_be_empty=frozenset({"url"}),
    ),
    Stream(
        "sent_to",
        "Recipients of campaigns",
        path="/reports/{campaign_id}/sent-to",
        records="sent_to",
        columns=columns(table.SENT_TO),
        query=asking("sent_to"),
        pages=PAGES,
        parent=OF_REPORT,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "unsubscribes",
        "Unsubscribes by campaign",
        path="/reports/{campaign_id}/unsubscribed",
        records="unsubscribes",
        columns=columns(table.UNSUBSCRIBES),
        query=asking("unsubscribes"),
        pages=PAGES,
        parent=OF_REPORT,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "automations",
        "Classic automations",
        path="/automations",
        records="automations",
        columns=columns(table.AUTOMATIONS),
        query=asking("automations"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "automation_emails",
        "Emails of automations",
        path="/automations/{workflow_id}/emails",
        records="emails",
        columns=columns(table.AUTOMATION_EMAILS),
        query=asking("emails"),
        parent=Parent("automations", {"workflow_id": "id"}),
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "templates",
        "Templates",
        path="/templates",
        records="templates",
        columns=columns(table.TEMPLATES),
        query=asking("templates", type="user"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        # No `offset` is documented here. More than a page of them would show as a total that disagrees.
        "landing_pages",
        "Landing pages",
        path="/landing-pages",
        records="landing_pages",
        columns=columns(table.LANDING_PAGES),
        query=asking("landing_pages", count="1000"),
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "landing_page_reports",
        "Landing page reports",
        path="/reporting/landing-pages",
        records="landing_pages",
        columns=columns(table.LANDING_PAGE_REPORTS),
        query=asking("landing_pages"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "campaign_folders",
        "Campaign folders",
        path="/campaign-folders",
        records="folders",
        columns=columns(table.FOLDERS),
        query=asking("folders"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "template_folders",
        "Template folders",
        path="/template-folders",
        records="folders",
        columns=columns(table.FOLDERS),
        query=asking("folders"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS,
    ),
)
