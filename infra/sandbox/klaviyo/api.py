"""The calls of Klaviyo that read people and things. Reports, and what a shop told, are next door."""

from collections.abc import Callable
from typing import Any

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.klaviyo.filters import (
    AFTER,
    BETWEEN,
    EITHER_SIDE,
    Field,
    Listing,
    extras,
    included,
    listed,
    refs,
    resource,
    sparse,
)
from infra.sandbox.klaviyo.listing import all_of, moment, plain, sorts, those_of, told
from infra.sandbox.klaviyo.people import Event, Member, Profile, attributes, event_attributes, subscriptions
from infra.sandbox.klaviyo.world import Klaviyo
from infra.sandbox.records import Record, Table
from infra.sandbox.refusals import missing
from infra.sandbox.times import offset

PREDICTIONS = {"historic_clv": 0.0, "predicted_clv": 0.0, "total_clv": 0.0, "churn_probability": 0.1}


class Api:
    def __init__(self, world: Klaviyo) -> None:
        self.world = world
        w = world
        campaign = {name: Field(moment(name), BETWEEN) for name in ("created_at", "scheduled_at", "updated_at")}
        channel = Field(lambda row: row["channel"], ("equals",), moment=False, required=True)
        archived = Field(told("archived"), ("equals",), moment=False)
        between = {name: Field(moment(name), ("equals", *BETWEEN)) for name in ("created", "updated")}
        after = {name: Field(moment(name), AFTER) for name in ("created", "updated")}
        by_form = {name: Field(moment(name), BETWEEN) for name in ("created_at", "updated_at")}
        joined = {"joined_group_at": Field(lambda member: member.joined, BETWEEN)}
        self.accounts_ = Listing("account", plain("account", "accounts"), sorts(), None)
        self.lists_ = Listing(
            "list", self._tagged("list", "lists"), sorts("created", "updated", "name"), (10, 10), after, ("tags",),
            self._tags,
        )  # fmt: skip
        self.segments_ = Listing(
            "segment", self._tagged("segment", "segments"), sorts("created", "updated", "name"), (10, 10), after,
            ("tags",), self._tags,
        )  # fmt: skip
        self.members_ = Listing(
            "profile", self._member, {"id": lambda m: m.profile, "joined_group_at": lambda m: m.joined}, (20, 100),
            joined,
        )  # fmt: skip
        self.profiles_ = Listing(
            "profile", self._profile,
            {"id": lambda p: p.id, "created": lambda p: p.created, "updated": lambda p: p.updated,
             "email": lambda p: p.email or ""}, (20, 100),
            {"created": Field(lambda p: p.created, EITHER_SIDE), "updated": Field(lambda p: p.updated, EITHER_SIDE)},
        )  # fmt: skip
        self.metrics_ = Listing("metric", plain("metric", "metrics"), sorts(), None)
        most = int(w.options["events_per_page"])
        self.events_ = Listing(
            "event", self._event, {"id": lambda e: e.id, "datetime": lambda e: e.at, "timestamp": lambda e: e.at},
            (200, most),
            {
                "datetime": Field(lambda e: e.at, BETWEEN), "metric_id": Field(lambda e: e.metric, ("equals",), False),
                "profile_id": Field(lambda e: e.profile, ("equals",), False),
            },
            ("attributions", "metric", "profile"), self._of_event,
        )  # fmt: skip
        self.campaigns_ = Listing(
            "campaign", self._campaign, sorts("created_at", "updated_at", "name"), (100, 100),
            {**campaign, "messages.channel": channel, "archived": archived}, ("campaign-messages", "tags"),
            self._of_campaign,
        )  # fmt: skip
        self.flows_ = Listing(
            "flow", self._tagged("flow", "flows"), sorts("created", "updated", "name", "status"), (50, 50),
            {**between, "archived": archived}, ("tags",), self._tags,
        )  # fmt: skip
        self.actions_ = Listing(
            "flow-action", plain("flow-action", "flow-actions"), sorts("created", "updated"), (50, 50), between
        )  # fmt: skip
        self.messages_ = Listing(
            "flow-message", plain("flow-message", "flow-messages"), sorts("created", "updated"), (50, 50), between
        )  # fmt: skip
        self.templates_ = Listing("template", self._template, sorts("created", "updated", "name"), (10, 10), between)
        self.forms_ = Listing("form", plain("form", "forms"), sorts("created_at", "updated_at"), (20, 100), by_form)
        self.versions_ = Listing(
            "form-version", plain("form-version", "form-versions"), sorts("created_at", "updated_at"), (20, 100),
            by_form,
        )  # fmt: skip
        self.tags_ = Listing("tag", self._tag, sorts("name"), (50, 50), {}, ("tag-group",), self._group)
        self.groups_ = Listing("tag-group", plain("tag-group", "tag-groups"), sorts("name"), (25, 25))

    def routes(self) -> list[Route]:
        w = self.world
        return [
            all_of("accounts", w.account, self.accounts_, "accounts:read", "xs"),
            all_of("lists", w.lists, self.lists_, "lists:read", "l"),
            Route("/api/lists/<id>", self._one(w.lists, w.list_members, self.lists_), "lists:read", tier="counted"),
            Route("/api/lists/<id>/profiles", self._within(w.lists, w.list_members), "lists:read", tier="l"),
            all_of("segments", w.segments, self.segments_, "segments:read", "l"),
            Route(
                "/api/segments/<id>", self._one(w.segments, w.segment_members, self.segments_), "segments:read",
                tier="counted",
            ),
            Route("/api/segments/<id>/profiles", self._within(w.segments, w.segment_members), "segments:read",
                  tier="l"),
            all_of("profiles", w.profiles, self.profiles_, "profiles:read", "l"),
            all_of("metrics", w.metrics, self.metrics_, "metrics:read", "m"),
            all_of("events", w.events, self.events_, "events:read", "xl"),
            Route("/api/campaigns", self.campaigns, "campaigns:read", tier="m"),
            all_of("flows", w.flows, self.flows_, "flows:read", "s"),
            Route("/api/flows/<id>/flow-actions", those_of(w.flows, w.flow_actions, self.actions_), "flows:read",
                  tier="s"),
            Route("/api/flow-actions/<id>/flow-messages", those_of(w.flow_actions, w.flow_messages, self.messages_),
                  "flows:read", tier="s"),
            all_of("templates", w.templates, self.templates_, "templates:read", "l"),
            all_of("forms", w.forms, self.forms_, "forms:read", "s"),
            Route("/api/forms/<id>/form-versions", those_of(w.forms, w.form_versions, self.versions_), "forms:read",
                  tier="s"),
            all_of("tags", w.tags, self.tags_, "tags:read", "s"),
            all_of("tag-groups", w.tag_groups, self.groups_, "tags:read", "s"),
        ]  # fmt: skip

    def campaigns(self, call: Call) -> Answer:
        """Those that were archived come in no order, whatever was asked for."""
        shelved = "archived,true" in call.query.get("filter", "")
        return listed(call, self.world.campaigns, self.campaigns_, unsorted=shelved)

    # ways to answer

    def _one(self, table: Table[Record], members: Table[Member], rule: Listing) -> Callable[[Call], Answer]:
        def handle(call: Call) -> Answer:
            name = call.values["id"]
            if (name,) not in table:
                raise missing(f"A {rule.kind} with id {name} does not exist.")
            record = rule.show(table[(name,)], call)
            if "profile_count" in extras(call, rule.kind, ("profile_count",)):
                count = len(members.groups.get(name, {}))
                record = {**record, "attributes": {**record["attributes"], "profile_count": count}}
            return Answer({"data": sparse(call, record), "links": record["links"]}, key="data.id")

        return handle

    def _within(self, table: Table[Record], members: Table[Member]) -> Callable[[Call], Answer]:
        return those_of(table, members, self.members_)

    # how rows are shown

    def _tagged(self, kind: str, path: str) -> Callable[[Record, Call], Record]:
        def show(row: Record, call: Call) -> Record:
            tags = refs("tag", row["tag_ids"]) if included(call, "tags") else None
            return resource(call, kind, path, row["id"], dict(row["attributes"]), tags=tags)

        return show

    def _tags(self, row: Record, _: str) -> list[Record]:
        return [self.world.tags[(each,)] for each in row["tag_ids"] if (each,) in self.world.tags]

    def _profile(self, profile: Profile, call: Call) -> Record:
        more = extras(call, "profile", ("subscriptions", "predictive_analytics"))
        shown = attributes(profile)
        if "subscriptions" in more:
            shown["subscriptions"] = subscriptions(profile)
        if "predictive_analytics" in more:
            shown["predictive_analytics"] = PREDICTIONS
        return resource(call, "profile", "profiles", profile.id, shown, lists=None, segments=None)

    def _member(self, member: Member, call: Call) -> Record:
        shown = attributes(self.world.profiles[(member.profile,)]) | {"joined_group_at": offset(member.joined)}
        return resource(call, "profile", "profiles", member.profile, shown, lists=None, segments=None)

    def _event(self, event: Event, call: Call) -> Record:
        related: dict[str, Any] = {
            "profile": {"type": "profile", "id": event.profile} if included(call, "profile") else None,
            "metric": {"type": "metric", "id": event.metric} if included(call, "metric") else None,
            "attributions": [] if included(call, "attributions") else None,
        }
        return resource(call, "event", "events", event.id, event_attributes(event), **related)

    def _of_event(self, event: Event, name: str) -> list[Record]:
        if name == "attributions":
            return []
        if name == "metric":
            return [self.world.metrics[(event.metric,)]]
        profile = self.world.profiles[(event.profile,)]
        return [{"type": "profile", "id": profile.id, "attributes": attributes(profile)}]

    def _campaign(self, row: Record, call: Call) -> Record:
        ids = [each["message_id"] for each in row["messages"]]
        messages = refs("campaign-message", ids) if included(call, "campaign-messages") else None
        tags = refs("tag", row["tag_ids"]) if included(call, "tags") else None
        return resource(
            call, "campaign", "campaigns", row["id"], dict(row["attributes"]), campaign_messages=messages, tags=tags
        )

    def _of_campaign(self, row: Record, name: str) -> list[Record]:
        if name == "tags":
            return self._tags(row, name)
        return [
            {
                "type": "campaign-message",
                "id": each["message_id"],
                "attributes": {name: value for name, value in each.items() if name != "message_id"},
            }
            for each in row["messages"]
        ]

    def _template(self, row: Record, call: Call) -> Record:
        heavy = {"html": "<html><body>Bread</body></html>", "text": "Bread", "amp": None}
        return resource(call, "template", "templates", row["id"], {**row["attributes"], **heavy})

    def _tag(self, row: Record, call: Call) -> Record:
        group = row["relationships"]["tag-group"]["data"] if included(call, "tag-group") else None
        return resource(call, "tag", "tags", row["id"], dict(row["attributes"]), tag_group=group, lists=None)

    def _group(self, row: Record, _: str) -> list[Record]:
        return [self.world.tag_groups[(row["relationships"]["tag-group"]["data"]["id"],)]]
