"""The calls of Constant Contact's API v3 that read: people, lists, campaigns. Reports are next door."""

from collections.abc import Callable, Sequence
from typing import Any

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.constant_contact.people import INCLUDABLE, Contact
from infra.sandbox.constant_contact.world import ConstantContact, without_mark
from infra.sandbox.paging import onward, resume
from infra.sandbox.records import Key, Record, View, ordered
from infra.sandbox.refusals import Refusal, missing
from infra.sandbox.times import parse

STATUSES = ("all", "active", "deleted", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
# How the last page says so: three ways are documented, each is used somewhere.
NO_LINKS: Record = {}
EMPTY_LINKS: Record = {"_links": {}}
EXTRA = {"physical_address", "company_logo"}  # of the account: only when they are asked for
NULL_LINK: Record = {"_links": {"next": {"href": None}}}


def page(
    call: Call,
    last: Key | None,
    name: str,
    view: View[Any],
    show: Callable[[Any], Record],
    key: str,
    limits: tuple[int, int],
    end: Record,
    around: Callable[[Sequence[Record]], Record] = lambda _: {},
) -> Answer:
    """`limits`: what comes without `limit`, and the most that may be asked for."""
    rows, after = view.after(last, call.number("limit", *limits))
    shown = [show(row) for row in rows]
    href = f"{call.path}?cursor={onward(call, after)}" if after else ""
    links = {"_links": {"next": {"href": href}}} if href else end
    return Answer({name: shown} | around(shown) | links, name, key)


def bounded(world: ConstantContact, call: Call, after: str, before: str) -> Callable[[float | None], bool]:
    """Whether a bound includes itself is not documented: an option."""
    low, high = call.moment(after), call.moment(before)
    inclusive = world.options["inclusive_bounds"]

    def within(at: float | None) -> bool:
        if at is None:
            return low is None and high is None
        above = low is None or at > low or (inclusive and at == low)
        return above and (high is None or at < high or (inclusive and at == high))

    return within


class Api:
    def __init__(self, world: ConstantContact) -> None:
        self.world = world
        self._asked_segments: set[str] = set()

    def routes(self) -> list[Route]:
        def contacts(rule: str, handle: Callable[[Call], Answer]) -> Route:
            return Route(f"/v3{rule}", handle, "contact_data")

        return [
            Route("/v3/account/summary", self.account, "account_read"),
            Route("/v3/account/user/privileges", self.privileges),
            contacts("/contact_lists", self.lists),
            contacts("/contacts", self.contacts),
            contacts("/contacts/counts", self.counts),
            contacts("/contacts/<contact_id>", self.contact),
            contacts("/contact_tags", self.tags),
            contacts("/contact_custom_fields", self.custom_fields),
            contacts("/segments", self.segments),
            Route("/v3/emails", self.campaigns, "campaign_data"),
            Route("/v3/emails/<campaign_id>", self.campaign, "campaign_data"),
            Route("/v3/emails/activities/<activity_id>", self.activity, "campaign_data"),
        ]

    def account(self, call: Call) -> Answer:
        left = EXTRA - {*call.query.get("extra_fields", "").split(",")}
        told = next(iter(self.world.account))
        return Answer({name: each for name, each in told.items() if name not in left}, key="encoded_account_id")

    def privileges(self, call: Call) -> Answer:
        names = ("contacts:read", "campaigns:read")
        return Answer([{"privilege_id": n, "privilege_name": name} for n, name in enumerate(names)], key="privilege_id")

    def lists(self, call: Call) -> Answer:
        call, last = resume(call)
        w = self.world
        status = call.choice("status", ("active", "all", "deleted")) or "active"
        counted = call.choice("include_membership_count", ("all", "active"))
        rows = [row for row in w.lists if status == "all" or ("deleted_at" in row) == (status == "deleted")]
        total = {"lists_count": len(rows)} if call.flag("include_count") else {}

        def show(row: Record) -> Record:
            if counted is None:
                return row
            prefix = "active " if counted == "active" else ""
            return row | {"membership_count": w.head_count()[prefix + row["list_id"]]}

        most = int(w.options["lists_limit"])
        view = ordered(rows, w.lists.arrival)
        return page(call, last, "lists", view, show, "list_id", (50, most), EMPTY_LINKS, lambda _: total)

    def contacts(self, call: Call) -> Answer:
        """Deleted people are hidden unless asked for. Order: as they came (not documented)."""
        call, last = resume(call)
        w = self.world
        if "segment_id" in call.query:
            return self._segment(call, last)
        status = call.choice("status", STATUSES)
        wanted = set(filter(None, call.query.get("include", "").split(",")))
        if wanted - set(INCLUDABLE):
            raise Refusal("invalid", 400, f"include does not know {min(wanted - set(INCLUDABLE))}.", "include")
        updated = bounded(w, call, "updated_after", "updated_before")
        created = bounded(w, call, "created_after", "created_before")
        opted_out = bounded(w, call, "optout_after", "optout_before")
        asked = {name: set(call.query[name].split(",")) for name in ("lists", "tags") if name in call.query}

        def fits(contact: Contact) -> bool:
            return (
                _has(contact, status)
                and updated(contact.updated)
                and created(contact.created)
                and opted_out(contact.opted_out)
                and all(each & set(getattr(contact, name)) for name, each in asked.items())
                and call.query.get("email", contact.email) == contact.email
            )

        def build() -> View[Contact]:
            return ordered(filter(fits, w.contacts), w.contacts.arrival)

        filters = {name: value for name, value in call.query.items() if name not in ("limit", "include")}
        view = w.contacts.cached(("contacts", *sorted(filters.items())), build)
        total = {"contacts_count": len(view.rows)} if call.flag("include_count") else {}
        hidden = [name for name in INCLUDABLE if name not in wanted]

        def show(contact: Contact) -> Record:
            shown = w.contacts.render(contact)
            for name in hidden:
                del shown[name]
            return shown

        return page(call, last, "contacts", view, show, "contact_id", (50, 500), NO_LINKS, lambda _: total)

    def _segment(self, call: Call, last: Key | None) -> Answer:
        """The first question starts the work (202); the same question later is answered."""
        segment, w = call.query["segment_id"], self.world
        if set(call.query) - {"segment_id", "limit"}:
            raise Refusal("invalid", 400, "segment_id can only be combined with limit.", "segment_id")
        if not segment.isdecimal() or (int(segment),) not in w.segments:
            raise missing()
        if segment not in self._asked_segments:
            self._asked_segments.add(segment)
            return Answer({"message": "The segment is still processing. Try again later."}, status=202)
        view = ordered((c for c in w.contacts if c.active and c.number % 3 == int(segment) % 3), w.contacts.arrival)
        return page(call, last, "contacts", view, w.contacts.render, "contact_id", (50, 500), NO_LINKS)

    def contact(self, call: Call) -> Answer:
        key = (call.values["contact_id"],)
        if key not in self.world.contacts:
            raise missing()
        return Answer(self.world.contacts.render(self.world.contacts[key]), key="contact_id")

    def counts(self, call: Call) -> Answer:
        return Answer(self.world.counts.record(), key="total")

    def tags(self, call: Call) -> Answer:
        call, last = resume(call)
        w = self.world
        show = w.tags.render if call.flag("include_count") else dict
        view = ordered(w.tags, w.tags.arrival)
        return page(call, last, "tags", view, show, "tag_id", (50, 500), EMPTY_LINKS)

    def custom_fields(self, call: Call) -> Answer:
        call, last = resume(call)
        w = self.world
        view = ordered(w.custom_fields, w.custom_fields.arrival)
        return page(call, last, "custom_fields", view, dict, "custom_field_id", (50, 100), EMPTY_LINKS)

    def segments(self, call: Call) -> Answer:
        call, last = resume(call)
        w = self.world
        by_name = call.choice("sort_by", ("name", "date")) == "name"
        view = ordered(w.segments, lambda row: (row["name"] if by_name else -row["edited"], row["segment_id"]))
        return page(call, last, "segments", view, w.segments.render, "segment_id", (1000, 1000), EMPTY_LINKS)

    def campaigns(self, call: Call) -> Answer:
        """Removed ones included. Dates look at `updated_at`. Order: as they were made (not documented)."""
        call, last = resume(call)
        w = self.world
        within = bounded(w, call, "after_date", "before_date")
        rows = [row for row in w.campaigns if within(parse(row["updated_at"]))]
        view = ordered(rows, w.campaigns.arrival)
        return page(call, last, "campaigns", view, dict, "campaign_id", (50, 500), {"_links": {"next": None}})

    def campaign(self, call: Call) -> Answer:
        w, campaign_id = self.world, call.values["campaign_id"]
        if (campaign_id,) not in w.campaigns:
            raise missing()
        names = ("campaign_activity_id", "role")
        activities = [{name: row[name] for name in names} for row in w.activities.of(campaign_id)]
        body = w.campaigns[(campaign_id,)] | {"campaign_activities": activities}
        return Answer(body, "campaign_activities", "campaign_activity_id")

    def activity(self, call: Call) -> Answer:
        row = self.world.activities.rows.get((call.values["activity_id"],))
        if row is None or row["removed"]:
            raise missing()
        return Answer(without_mark(self.world.show_activity(row)), key="campaign_activity_id")


def _has(contact: Contact, status: str | None) -> bool:
    if status == "all":
        return True
    if status == "deleted" or contact.deleted is not None:
        return status == "deleted" and contact.deleted is not None
    return status is None or (contact.active if status == "active" else contact.permission == status)
