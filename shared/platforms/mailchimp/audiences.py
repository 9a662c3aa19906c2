"""What is read of audiences: their members, segments, tags, fields and interests."""

from __future__ import annotations

from shared.platforms.mailchimp import columns as table
from shared.platforms.mailchimp.lists import LINKS, PAGES, TOTAL, asking
from shared.platforms.mailchimp.records import has_more_tags, with_known_place
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Count
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import Stream

IN_LIST = Parent("lists", {"list_id": "id"})

AUDIENCES = (
    Stream(
        "lists",
        "Audiences",
        path="/lists",
        records="lists",
        columns=columns(table.LISTS),
        query=asking("lists", include_total_contacts="true"),
        pages=PAGES,
        total=TOTAL,
        ignore=LINKS | {"beamer_address"},  # whoever knows that address can create campaigns
    ),
    Stream(
        # Sorted by the time of change, so what changes while we read comes (again) at the end and nothing is missed;
        # but who comes back from the archive during the second pass is in neither, so we catch up.
        "list_members",
        "Audience members",
        path="/lists/{list_id}/members",
        records="members",
        columns=columns(table.LIST_MEMBERS),
        query=asking("members", sort_field="last_changed", sort_dir="ASC"),
        pages=Count(1000, by="last_changed", always=True),
        slices=Since(look_back=None, parameter="since_last_changed"),
        parent=IN_LIST,
        passes=(Pass(), Pass({"status": "archived"})),
        catch_up=True,
        shape=with_known_place,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "list_member_tags",
        "Tags of members with more than 50",
        path="/lists/{list_id}/members/{member_id}/tags",
        records="tags",
        columns=columns(table.LIST_MEMBER_TAGS),
        query=asking("tags"),
        pages=PAGES,
        parent=Parent("list_members", {"list_id": "list_id", "member_id": "id"}, when=has_more_tags),
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "segments",
        "Segments",
        path="/lists/{list_id}/segments",
        records="segments",
        columns=columns(table.SEGMENTS),
        query=asking("segments"),
        pages=PAGES,
        parent=IN_LIST,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        # Who is in which segment, and nothing else of the person: `list_members` has that.
        "segment_members",
        "Members of segments",
        path="/lists/{list_id}/segments/{segment_id}/members",
        records="members",
        columns=columns(table.SEGMENT_MEMBERS),
        query={
            "fields": "members.id,members.status,total_items",
            "include_cleaned": "true",
            "include_transactional": "true",
            "include_unsubscribed": "true",
        },
        pages=PAGES,
        parent=Parent("segments", {"list_id": "list_id", "segment_id": "id"}),
        total=TOTAL,
        optional=True,
    ),
    Stream(
        "tags",
        "Tags",
        path="/lists/{list_id}/tag-search",
        records="tags",
        columns=columns(table.TAGS),
        query=asking("tags"),
        parent=IN_LIST,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "merge_fields",
        "Audience fields",
        path="/lists/{list_id}/merge-fields",
        records="merge_fields",
        columns=columns(table.MERGE_FIELDS),
        query=asking("merge_fields"),
        pages=PAGES,
        parent=IN_LIST,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "interest_categories",
        "Interest categories",
        path="/lists/{list_id}/interest-categories",
        records="categories",
        columns=columns(table.INTEREST_CATEGORIES),
        query=asking("categories"),
        pages=PAGES,
        parent=IN_LIST,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "interests",
        "Interests",
        path="/lists/{list_id}/interest-categories/{category_id}/interests",
        records="interests",
        columns=columns(table.INTERESTS),
        query=asking("interests"),
        pages=PAGES,
        parent=Parent("interest_categories", {"list_id": "list_id", "category_id": "id"}),
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        "list_growth_history",
        "Audience growth by month",
        path="/lists/{list_id}/growth-history",
        records="history",
        columns=columns(table.LIST_GROWTH_HISTORY),
        query=asking("history"),
        pages=PAGES,
        parent=IN_LIST,
        total=TOTAL,
        ignore=LINKS,
    ),
    Stream(
        # Mailchimp shows at most 180 days, fewer than a page holds; our table keeps the older ones.
        "list_activity",
        "Audience activity by day",
        path="/lists/{list_id}/activity",
        records="activity",
        columns=columns(table.LIST_ACTIVITY),
        query=asking("activity", count="1000"),
        parent=IN_LIST,
        keep_missing=True,
        ignore=LINKS,
    ),
    Stream(
        "abuse_reports",
        "Abuse reports",
        path="/lists/{list_id}/abuse-reports",
        records="abuse_reports",
        columns=columns(table.ABUSE_REPORTS),
        query=asking("abuse_reports"),
        pages=PAGES,
        parent=IN_LIST,
        total=TOTAL,
        ignore=LINKS,
    ),
)
