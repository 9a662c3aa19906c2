"""A Klaviyo account: its tables, how they hang together, and the edits tests may make."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infra.sandbox.daily import Daily, Leaf, Life
from infra.sandbox.invent import Dice
from infra.sandbox.klaviyo import numbers
from infra.sandbox.klaviyo.people import (
    Event,
    Member,
    Profile,
    attributes,
    event_attributes,
    invent_profile,
    short_id,
    subscriptions,
)
from infra.sandbox.records import Derived, Numbers, Record, Rows, Table, Truth, as_is, field, text
from infra.sandbox.spec import Seed
from infra.sandbox.times import day, offset

ACCOUNT = "Demo Bakery"
CONVERSION = "Placed Order"


class Counts:
    """`list_counts` or `segment_counts`: how many there are today."""

    def __init__(self, name: str, parent: str, groups: Table[Record], members: Table[Member], seed: Seed) -> None:
        self.name, self.parent, self.groups, self.members, self.seed = name, parent, groups, members, seed

    def truth(self, accounts: object = None) -> Truth:
        return Truth([self._row(group["id"]) for group in self.groups], [])

    def _row(self, group: str) -> Record:
        count = len(self.members.groups.get(group, {}))
        today = day(self.seed.now(), str(self.seed.options["zone"]))
        return {"day": today, self.parent: group, "data": {"attributes": {"profile_count": count}}}


class Told:
    """A table that is worked out of others when it is asked for."""

    def __init__(self, name: str, rows: Callable[[], list[Record]]) -> None:
        self.name, self.rows = name, rows

    def truth(self, accounts: object = None) -> Truth:
        return Truth(self.rows(), [])


class Klaviyo:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.zone = str(seed.options["zone"])
        named = field("id")
        self.account = Table("account", named, as_is)
        self.lists = Table("lists", named, as_is)
        self.segments = Table("segments", named, as_is)
        self.profiles: Table[Profile] = Table("profiles", lambda p: (p.id,), show_profile)
        self.people = Numbers(self.profiles, lambda profile: profile.number)
        self.list_members = self._members("list_members", "list_id")
        self.segment_members = self._members("segment_members", "segment_id")
        self.metrics = Table("metrics", named, as_is)
        self.events: Table[Event] = Table("events", lambda e: (e.id,), show_event, lambda e: e.profile)
        self.campaigns = Table("campaigns", named, as_is)
        self.flows = Table("flows", named, as_is)
        self.flow_actions = Table("flow_actions", named, as_is, text("flow_id"))
        self.flow_messages = Table("flow_messages", named, as_is, text("flow_action_id"))
        self.templates = Table("templates", named, as_is)
        self.forms = Table("forms", named, as_is)
        self.tags = Table("tags", named, as_is)
        self.tag_groups = Table("tag_groups", named, as_is)
        self.form_versions = Table("form_versions", named, as_is, text("form_id"))
        self.reviews = Table("reviews", named, as_is)
        self.coupons = Table("coupons", named, as_is)
        self.codes = Table("coupon_codes", named, as_is, text("coupon_id"))
        self.items = Table("catalog_items", named, as_is)
        self.variants = Table("catalog_variants", named, as_is, _item_of)
        self.categories = Table("catalog_categories", named, as_is)
        self.formed: dict[str, Leaf] = {}  # by form: how often it was shown
        self.mailed: dict[str, Leaf] = {}  # by message: what campaigns sent, and when
        self.flowing: dict[str, Leaf] = {}  # by message of a flow
        self.sized: dict[str, Leaf] = {}  # by segment; its past is told after it has gone, too
        life = Life(conversion="conversions", worth="value_micros", click="clicks", cost="spend_micros")
        self.campaign_numbers = self._daily("campaigns", self.mailed, numbers.mailing, life)
        self.flow_numbers = self._daily("flows", self.flowing, numbers.mailing, life)
        self.segment_numbers = self._daily(
            "segments", self.sized, numbers.membership, Life(days=1, conversion="added", worth="", click="removed")
        )
        self.form_numbers = self._daily(
            "forms", self.formed, numbers.visiting, Life(days=1, conversion="submits", worth="", click="closed")
        )
        converting = lambda: {"conversion_metric_id": self.conversion()}  # noqa: E731
        self.tables: list[Rows] = [
            self.account, self.lists, Counts("list_counts", "list_id", self.lists, self.list_members, seed),
            self.list_members, self.segments,
            Counts("segment_counts", "segment_id", self.segments, self.segment_members, seed), self.segment_members,
            self.profiles, self.metrics, Told("conversion_metrics", self._conversions), self.events, self.campaigns,
            Derived("campaign_messages", ("id", "message_id"), self.campaigns, _messages),
            self.flows, self.flow_actions, self.flow_messages, self.templates, self.forms, self.tags, self.tag_groups,
            numbers.CampaignValues(self.campaign_numbers, self._statistics, self.conversion, self.yesterday),
            numbers.ByDay("flow_series_report", self.flow_numbers, self._statistics, converting, self.yesterday),
            numbers.ByDay("segment_series", self.segment_numbers, numbers.sizes, dict, self.yesterday),
            self.form_versions,
            numbers.ByDay("form_series_report", self.form_numbers, numbers.visits, dict, self.yesterday),
            self.reviews, self.coupons, self.codes, self.items, self.variants, self.categories,
            Derived("catalog_category_items", ("category_id", "id"), self.categories, _items_of),
        ]  # fmt: skip

    def _members(self, name: str, parent: str) -> Table[Member]:
        def show(member: Member) -> Record:
            return {"type": "profile", "id": member.profile, "attributes": {"joined_group_at": offset(member.joined)}}

        return Table(
            name,
            lambda m: (m.group, m.profile),
            show,
            lambda m: m.group,
            lambda m: {parent: m.group} | show(m),
        )

    def _daily(self, name: str, leaves: dict[str, Leaf], base: Callable[..., dict[str, int]], life: Life) -> Daily:
        return Daily((self.seed.seed, self.zone, name), self.now, leaves.values, base, life)

    # looking

    def orders(self) -> str:
        """The id of the metric of orders; an account without a shop has none."""
        return next((row["id"] for row in self.metrics if row["attributes"]["name"] == self.options["orders"]), "")

    def conversion(self) -> str:
        """The id of the metric by which reports are best asked: that of orders, or one that tells no orders."""
        return self.orders() or self.metric("Received Email")

    def _conversions(self) -> list[Record]:
        orders = self.orders()
        return [{**row, "counts": bool(orders)} for row in self.metrics if row["id"] == self.conversion()]

    def _statistics(self, told: Mapping[str, int]) -> Record:
        return numbers.statistics(told, bool(self.orders()))

    def metric(self, name: str) -> str:
        return str(next(row["id"] for row in self.metrics if row["attributes"]["name"] == name))

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), UTC).astimezone(ZoneInfo(self.zone)).date()

    def yesterday(self) -> date:
        return self.today() - timedelta(days=1)

    def local_day(self, moment: int) -> date:
        return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> str:
        """The account's, told in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC).isoformat()

    def stamp(self) -> str:
        return offset(self.now())

    # edits of people

    def add_profile(self, **fields: Any) -> Profile:
        number = self.people.fresh()
        now = self.now()
        profile = invent_profile(Dice(self.seed.seed, "profile", number), number, now)
        return self.profiles.put(profile._replace(**{"created": now, "updated": now, **fields}))

    def update_profile(self, profile: Profile, **fields: Any) -> Profile:
        """Any change moves `updated`; say `updated=` to place it elsewhere."""
        return self.profiles.put(profile._replace(**{"updated": self.now(), **fields}))

    def unsubscribe(self, profile: Profile) -> Profile:
        now = self.now()
        suppressed = (*profile.suppressed, ("UNSUBSCRIBE", now))
        kept = self.update_profile(profile, consent="UNSUBSCRIBED", consented=now, suppressed=suppressed)
        self.add_event("Unsubscribed from Email Marketing", kept)
        return kept

    def delete_profile(self, profile: Profile) -> None:
        """A request for privacy: the profile goes, and all that it did. Nothing says so."""
        for members in (self.list_members, self.segment_members):
            for member in [each for each in members if each.profile == profile.id]:
                members.remove((member.group, member.profile))
        self.events.remove_of(profile.id)
        self.profiles.remove((profile.id,))

    def join(self, members: Table[Member], group: str, profile: Profile, at: int | None = None) -> None:
        members.put(Member(group, profile.id, self.now() if at is None else at))

    def leave(self, members: Table[Member], group: str, profile: str) -> None:
        members.remove((group, profile))

    def add_event(self, metric: str, profile: Profile, at: int | None = None, **properties: Any) -> Event:
        """`at`: as its sender says, in the past or in the future."""
        number = len(self.events) + len(self.events.gone)
        at = self.now() if at is None else at
        told = {**properties, "$event_id": f"{number}:{at}"}
        name = short_id(Dice(self.seed.seed, "event", number)) + f"{number:x}"
        return self.events.put(Event(name, self.metric(metric), profile.id, at, tuple(told.items())))

    # edits of things

    def update(self, table: Table[Record], row_id: str, /, **fields: Any) -> None:
        """Any change moves the time of it, whichever way this kind writes that."""
        row = table[(row_id,)]
        kept = row["attributes"]
        stamped = {each: self.stamp() for each in ("updated", "updated_at") if each in kept}
        table.put(row | {"attributes": kept | stamped | fields})

    def delete_list(self, name: str) -> None:
        self.list_members.remove_of(name)
        self.lists.remove((name,))

    def archive(self, campaign: str, archived: bool = True) -> None:
        self.update(self.campaigns, campaign, archived=archived)

    def delete_campaign(self, campaign: str) -> None:
        """Drafts only; nothing says so."""
        self.campaigns.remove((campaign,))

    def mail(self, campaign: Record, first: date, days: int = 1) -> None:
        """A campaign goes out: from now on its messages have numbers, on the days they were sent on."""
        for message in campaign["messages"]:
            name, channel = message["message_id"], message["definition"]["channel"]
            told = "push-notification" if channel == "mobile_push" else channel
            at = {"campaign_id": campaign["id"], "campaign_message_id": name, "send_channel": told}
            self.mailed[name] = Leaf(name, campaign["id"], at, first, first + timedelta(days=days), zone=self.zone)

    def flow(self, action: Record, message: Record, first: date) -> None:
        name = message["id"]
        channel = {"SMS": "sms"}.get(message["attributes"]["channel"], "email")
        at = {"flow_id": action["flow_id"], "flow_message_id": name, "send_channel": channel}
        self.flowing[name] = Leaf(name, action["flow_id"], at, first, size=0.3, zone=self.zone)

    def size(self, segment: str, first: date) -> None:
        self.sized[segment] = Leaf(segment, segment, {"segment_id": segment}, first, zone=self.zone)

    def form(self, form: str, first: date) -> None:
        self.formed[form] = Leaf(form, form, {"form_id": form}, first, zone=self.zone)

    def restate(self) -> None:
        """Conversions arrive late, bots' clicks are taken away."""
        for daily in (self.campaign_numbers, self.flow_numbers, self.segment_numbers, self.form_numbers):
            daily.live()


def show_profile(profile: Profile) -> Record:
    """With the consent that comes when asked for."""
    told = attributes(profile) | {"subscriptions": subscriptions(profile)}
    return {"type": "profile", "id": profile.id, "attributes": told}


def show_event(event: Event) -> Record:
    related = {
        "metric": {"data": {"type": "metric", "id": event.metric}},
        "profile": {"data": {"type": "profile", "id": event.profile}},
    }
    return {"type": "event", "id": event.id, "attributes": event_attributes(event), "relationships": related}


def _item_of(variant: Record) -> str:
    return str(variant["relationships"]["item"]["data"]["id"])


def _items_of(category: Record) -> list[Record]:
    return [{"category_id": category["id"], "id": item} for item in category["items"]]


def _messages(campaign: Record) -> list[Record]:
    return [{"id": campaign["id"], **message} for message in campaign["messages"]]
