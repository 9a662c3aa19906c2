"""What is read of an account of EmailOctopus."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.emailoctopus import columns as table
from shared.platforms.emailoctopus.access import NEXT
from shared.platforms.emailoctopus.records import went_out, with_one_count
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Cursor, Once
from shared.vocabulary.platform import View
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import Stream

PAGES = Cursor(NEXT, "starting_after", 100, always="paging")
IN_LIST = Parent("lists", {"list_id": "id"})

OF_CAMPAIGN = Parent("campaigns", {"campaign_id": "id"}, went_out, settles=("sent_at", timedelta(days=90)))
NO_REPORT = frozenset({403, 404})

STREAMS = (
    Stream(
        "lists", "Lists", "/lists", "data",
        columns(table.LISTS),
        {}, PAGES, shape=with_one_count,
    ),
    Stream(
        "list_tags", "Tags", "/lists/{list_id}/tags", "data",
        columns(table.LIST_TAGS), {}, PAGES, per=IN_LIST,
    ),
    Stream(
        # Without `status` only subscribed people come. A person who moves from one status to another while we read
        # could slip through between the passes; catching up reads whoever changed meanwhile.
        "contacts", "Contacts", "/lists/{list_id}/contacts", "data",
        columns(table.CONTACTS),
        {}, PAGES, Since(look_back=None, parameter="last_updated_at.gte"), IN_LIST,
        passes=tuple(Pass({"status": status}) for status in ("subscribed", "unsubscribed", "pending")), catch_up=True,
    ),
    Stream(
        "campaigns", "Campaigns", "/campaigns", "data",
        columns(table.CAMPAIGNS),
        {}, PAGES, ignore=frozenset({"content.html"}),  # the whole mail, up to megabytes of it
    ),
    Stream(
        "campaign_summary", "Results of campaigns", "/campaigns/{campaign_id}/reports/summary", None,
        columns(table.CAMPAIGN_SUMMARY),
        per=OF_CAMPAIGN, absent=NO_REPORT,
    ),
    Stream(
        "campaign_links", "Clicked links", "/campaigns/{campaign_id}/reports/links", "data",
        columns(table.CAMPAIGN_LINKS),
        pages=Once("paging.next"), per=OF_CAMPAIGN, absent=NO_REPORT,
    ),
    Stream(
        # `status` is required and stands on the envelope only, so each row is given it.
        "campaign_contact_reports", "What people did with campaigns", "/campaigns/{campaign_id}/reports", "data",
        columns(table.CAMPAIGN_CONTACT_REPORTS),
        {}, PAGES, per=OF_CAMPAIGN, absent=NO_REPORT,
        passes=tuple(
            Pass({"status": status}, {"status": status})
            for status in ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed")
        ),
    ),
    Stream(
        # Whoever opens late is no longer listed, after a year, too. So no campaign settles here: each sync reads them
        # all, and marks who went.
        "campaign_silent_contacts", "People who did not open or click", "/campaigns/{campaign_id}/reports", "data",
        columns(table.CAMPAIGN_SILENT_CONTACTS),
        {}, PAGES, per=Parent("campaigns", {"campaign_id": "id"}, went_out), absent=NO_REPORT, optional=True,
        passes=tuple(Pass({"status": status}, {"status": status}) for status in ("not-opened", "not-clicked")),
    ),
)  # fmt: skip

VIEWS = (
    View(
        "list_fields", "Fields of lists", "lists", "fields",
        columns(table.LIST_FIELDS),
    ),
)  # fmt: skip
