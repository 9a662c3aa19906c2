"""What is read of an account of Klaviyo."""

from __future__ import annotations

from dataclasses import replace

from shared.platforms.klaviyo import columns as table
from shared.platforms.klaviyo.conversions import place_of, with_place
from shared.platforms.klaviyo.lists import AROUND, LATE, RELATED, UNCOUNTED, UNSIZED, WHOLE, pages, simple, since
from shared.platforms.klaviyo.optional import OPTIONAL
from shared.platforms.klaviyo.records import (
    describing,
    listing_tags,
    sends,
    with_messages,
)
from shared.platforms.klaviyo.reports import (
    REPORTS,
)
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import View
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.stream import ONE, Stream

OF_LIST, OF_SEGMENT = Parent("lists", {"list_id": "id"}), Parent("segments", {"segment_id": "id"})

CHANNELS = tuple(
    Pass({"filter": f"equals(messages.channel,'{channel}'),equals(archived,{archived})"}, {"channel": channel})
    for archived in ("false", "true")
    for channel in ("email", "sms", "mobile_push")
)
SHELVES = tuple(Pass({"filter": f"equals(archived,{archived})"}) for archived in ("false", "true"))


def members(name: str, title: str, *, path: str, parent: Parent, of: str, scope: str) -> Stream:
    """Read whole, because nothing tells who left."""
    own = table.MEMBERS.format(parent=next(iter(parent.takes)), meaning=of)
    return Stream(
        name,
        title,
        path=path,
        records="data",
        columns=columns(own),
        query={"fields[profile]": "joined_group_at", "sort": "joined_group_at"},
        pages=pages(100),
        parent=parent,
        ignore=RELATED,
        scope=scope,
        allowance="l",
        unproven=UNCOUNTED,
    )


def counts(name: str, title: str, *, path: str, parent: Parent, of: str, kind: str) -> Stream:
    own = table.COUNTS.format(parent=next(iter(parent.takes)), meaning=of)
    return Stream(
        name,
        title,
        path=path,
        records=ONE,
        columns=columns(own),
        query={f"additional-fields[{kind}]": "profile_count", f"fields[{kind}]": "profile_count"},
        pages=WHOLE,
        parent=parent,
        snapshot_column="day",
        keep_missing=True,
        ignore=frozenset({"links", "data.type", "data.id", "data.links", "data.relationships"}),
        scope=f"{kind}s:read",
        allowance="xs",
        unproven="It is a count itself.",
    )


STREAMS = (
    Stream(
        "account",
        "Account",
        path="/accounts",
        records="data",
        columns=columns(table.ACCOUNT),
        pages=WHOLE,
        ignore=AROUND,
        scope="accounts:read",
        allowance="xs",
        unproven="A credential opens one account.",
    ),
    replace(
        simple(
            "lists",
            "Lists",
            path="/lists",
            text=table.LISTS,
            size=10,
            scope="lists:read",
            allowance="l",
            include="tags",
            sort="id",
        ),
        shape=listing_tags,
    ),
    counts(
        "list_counts", "Profiles per list by day", path="/lists/{list_id}", parent=OF_LIST, of="List id", kind="list"
    ),
    members(
        "list_members",
        "Who is on which list",
        path="/lists/{list_id}/profiles",
        parent=OF_LIST,
        of="List id",
        scope="lists:read",
    ),
    replace(
        simple(
            "segments",
            "Segments",
            path="/segments",
            text=table.SEGMENTS,
            size=10,
            scope="segments:read",
            allowance="l",
            include="tags",
            sort="id",
        ),
        shape=listing_tags,
    ),
    counts(
        "segment_counts",
        "Profiles per segment by day",
        path="/segments/{segment_id}",
        parent=OF_SEGMENT,
        of="Segment id",
        kind="segment",
    ),
    members(
        "segment_members",
        "Who is in which segment",
        path="/segments/{segment_id}/profiles",
        parent=OF_SEGMENT,
        of="Segment id",
        scope="segments:read",
    ),
    Stream(
        # Consent comes only when asked for.
        "profiles",
        "Profiles",
        path="/profiles",
        records="data",
        columns=columns(table.PROFILES),
        query={"additional-fields[profile]": "subscriptions", "sort": "updated"},
        pages=pages(100),
        slices=Since(None, "filter", phrase=since("updated", exclusive=True)),
        ignore=RELATED,
        scope="profiles:read",
        allowance="l",
        unproven=UNCOUNTED,
    ),
    Stream(
        "metrics",
        "Metrics",
        path="/metrics",
        records="data",
        columns=columns(table.METRICS),
        pages=UNSIZED,
        ignore=RELATED,
        scope="metrics:read",
        allowance="m",
        unproven=UNCOUNTED,
    ),
    Stream(
        "conversion_metrics",
        "Metrics that count as the conversion",
        path="/metrics",
        records="data",
        columns=columns(table.CONVERSION_METRICS),
        pages=UNSIZED,
        ignore=RELATED,
        scope="metrics:read",
        allowance="m",
        unproven=UNCOUNTED,
        best=place_of,
        shape=with_place,
    ),
    Stream(
        # The cursor is our clock, never a record's time: one event of next year would end the reading for a year.
        "events",
        "Events",
        path="/events",
        records="data",
        columns=columns(table.EVENTS),
        query={
            "fields[event]": "datetime,timestamp,uuid,event_properties",
            "include": "metric,profile",
            "fields[metric]": "name",
            "fields[profile]": "id",
            "sort": "datetime",
        },
        pages=pages(1000),
        slices=Since(LATE, "filter", phrase=since("datetime")),
        scope="events:read",
        unproven=UNCOUNTED,
        ignore=frozenset(
            {
                "type",
                "links",
                "relationships.metric.links",
                "relationships.metric.data.type",
                "relationships.profile.links",
                "relationships.profile.data.type",
                "relationships.attributions",
            }
        ),
    ),
    Stream(
        # Whatever is not asked for by its channel is not told at all; archived ones come in no order.
        "campaigns",
        "Campaigns",
        path="/campaigns",
        records="data",
        columns=columns(table.CAMPAIGNS),
        query={"include": "campaign-messages,tags", "sort": "updated_at"},
        pages=pages(100),
        slices=Since(None, "filter", phrase=since("updated_at")),
        passes=CHANNELS,
        unfold=with_messages,
        shape=listing_tags,
        ignore=RELATED,
        scope="campaigns:read",
        allowance="m",
        unproven=UNCOUNTED,
    ),
    Stream(
        "flows",
        "Flows",
        path="/flows",
        records="data",
        columns=columns(table.FLOWS),
        query={"include": "tags", "sort": "updated"},
        pages=pages(50),
        slices=Since(None, "filter", phrase=since("updated")),
        passes=SHELVES,
        shape=listing_tags,
        ignore=RELATED,
        scope="flows:read",
        allowance="s",
        unproven=UNCOUNTED,
    ),
    Stream(
        "flow_actions",
        "Steps of flows",
        path="/flows/{flow_id}/flow-actions",
        records="data",
        columns=columns(table.FLOW_ACTIONS),
        query={"sort": "id"},
        pages=pages(50),
        parent=Parent("flows", {"flow_id": "id"}),
        ignore=RELATED | {"attributes.definition.id", "attributes.definition.temporary_id"},
        scope="flows:read",
        allowance="s",
        unproven=UNCOUNTED,
    ),
    Stream(
        "flow_messages",
        "Messages of flows",
        path="/flow-actions/{flow_action_id}/flow-messages",
        records="data",
        columns=columns(table.FLOW_MESSAGES),
        query={"sort": "id"},
        pages=pages(50),
        parent=Parent("flow_actions", {"flow_action_id": "id"}, when=sends),
        shape=describing,
        ignore=RELATED,
        scope="flows:read",
        allowance="s",
        unproven=UNCOUNTED,
    ),
    replace(
        simple(
            "templates",
            "Templates",
            path="/templates",
            text=table.TEMPLATES,
            size=10,
            scope="templates:read",
            allowance="l",
            sort="id",
            **{"fields[template]": "name,editor_type,created,updated"},
        ),
        ignore=AROUND,
    ),
    simple(
        "forms",
        "Forms",
        path="/forms",
        text=table.FORMS,
        size=100,
        scope="forms:read",
        allowance="s",
        sort="created_at",
    ),
    replace(
        simple(
            "tags",
            "Tags",
            path="/tags",
            text=table.TAGS,
            size=50,
            scope="tags:read",
            allowance="s",
            include="tag-group",
            sort="id",
        ),
        ignore=frozenset(
            {
                "type",
                "links",
                "relationships.tag-group.links",
                "relationships.tag-group.data.type",
                "relationships.lists",
                "relationships.segments",
                "relationships.campaigns",
                "relationships.flows",
            }
        ),
    ),
    simple(
        "tag_groups",
        "Groups of tags",
        path="/tag-groups",
        text=table.TAG_GROUPS,
        size=25,
        scope="tags:read",
        allowance="s",
        sort="id",
    ),
    *REPORTS,
    *OPTIONAL,
)

VIEWS = (View("campaign_messages", "Messages of campaigns", "campaigns", "messages", columns(table.CAMPAIGN_MESSAGES)),)
