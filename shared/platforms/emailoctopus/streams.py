"""What is read of an account of EmailOctopus."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.emailoctopus import columns as table
from shared.platforms.emailoctopus.access import NEXT
from shared.platforms.emailoctopus.records import went_out, with_one_count
from shared.vocabulary.columns import columns
from shared.vocabulary.meanings import GONE, On
from shared.vocabulary.paging import Cursor, Once
from shared.vocabulary.platform import View
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import ONE, Stream

PAGES = Cursor(NEXT, "starting_after", 100, always="paging")
IN_LIST = Parent("lists", {"list_id": "id"})

OF_CAMPAIGN = Parent("campaigns", {"campaign_id": "id"}, went_out, settles=("sent_at", timedelta(days=90)))
NO_REPORT = (On(403, GONE), On(404, GONE))

STREAMS = (
    Stream(
        "lists",
        "Lists",
        path="/lists",
        records="data",
        columns=columns(table.LISTS),
        pages=PAGES,
        shape=with_one_count,
    ),
    Stream(
        "list_tags",
        "Tags",
        path="/lists/{list_id}/tags",
        records="data",
        columns=columns(table.LIST_TAGS),
        pages=PAGES,
        parent=IN_LIST,
    ),
    Stream(
        # Without `status` only subscribed people come. A person who moves from one status to another while we read
        # could slip through between the passes; catching up reads whoever changed meanwhile.
        "contacts",
        "Contacts",
        path="/lists/{list_id}/contacts",
        records="data",
        columns=columns(table.CONTACTS),
        pages=PAGES,
        slices=Since(look_back=None, parameter="last_updated_at.gte"),
        parent=IN_LIST,
        passes=tuple(Pass({"status": status}) for status in ("subscribed", "unsubscribed", "pending")),
        catch_up=True,
    ),
    Stream(
        "campaigns",
        "Campaigns",
        path="/campaigns",
        records="data",
        columns=columns(table.CAMPAIGNS),
        pages=PAGES,
        ignore=frozenset({"content.html"}),  # the whole mail, up to megabytes of it
    ),
    Stream(
        "campaign_summary",
        "Results of campaigns",
        path="/campaigns/{campaign_id}/reports/summary",
        records=ONE,
        columns=columns(table.CAMPAIGN_SUMMARY),
        parent=OF_CAMPAIGN,
        answers=NO_REPORT,
    ),
    Stream(
        "campaign_links",
        "Clicked links",
        path="/campaigns/{campaign_id}/reports/links",
        records="data",
        columns=columns(table.CAMPAIGN_LINKS),
        pages=Once("paging.next"),
        parent=OF_CAMPAIGN,
        answers=NO_REPORT,
    ),
    Stream(
        # `status` is required and stands on the envelope only, so each row is given it.
        "campaign_contact_reports",
        "What people did with campaigns",
        path="/campaigns/{campaign_id}/reports",
        records="data",
        columns=columns(table.CAMPAIGN_CONTACT_REPORTS),
        pages=PAGES,
        parent=OF_CAMPAIGN,
        answers=NO_REPORT,
        passes=tuple(
            Pass({"status": status}, {"status": status})
            for status in ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed")
        ),
    ),
    Stream(
        # Whoever opens late is no longer listed, after a year, too. So no campaign settles here: each sync reads them
        # all, and marks who went.
        "campaign_silent_contacts",
        "People who did not open or click",
        path="/campaigns/{campaign_id}/reports",
        records="data",
        columns=columns(table.CAMPAIGN_SILENT_CONTACTS),
        pages=PAGES,
        parent=Parent("campaigns", {"campaign_id": "id"}, went_out),
        answers=NO_REPORT,
        optional=True,
        passes=tuple(Pass({"status": status}, {"status": status}) for status in ("not-opened", "not-clicked")),
    ),
)

VIEWS = (
    View(
        "list_fields",
        "Fields of lists",
        "lists",
        "fields",
        columns(table.LIST_FIELDS),
    ),
)
