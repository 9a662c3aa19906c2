"""A Constant Contact account: its tables, how they hang together, and the edits tests may make."""

from collections import Counter
from collections.abc import Container
from typing import Any

from infra.sandbox.constant_contact import numbers
from infra.sandbox.constant_contact.people import Contact, Event, show_contact
from infra.sandbox.invent import Dice, address, person
from infra.sandbox.records import Derived, Numbers, Record, Rows, Table, Truth, as_is, field, text
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, day, zulu

ACCOUNT, ZONE = "Demo Bakery", "US/Eastern"
KINDS = ("sends", "opens", "clicks", "bounces", "optouts", "forwards")
MAILED_ROLES = ("primary_email", "resend")  # a permalink has no reports


class Counts:
    """`contact_counts`: one record for the account, as of today."""

    name = "contact_counts"

    def __init__(self, world: "ConstantContact") -> None:
        self.world = world

    def record(self) -> Record:
        there = [contact for contact in self.world.contacts if contact.deleted is None]
        by = Counter(contact.permission for contact in there)
        recent = self.world.now() - 30 * DAY
        return {
            "total": len(there),
            "explicit": by["explicit"],
            "implicit": by["implicit"],
            "pending": by["pending_confirmation"],
            "unsubscribed": by["unsubscribed"],
            "new_subscriber": sum(contact.created > recent for contact in there),
        }

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        return Truth([{"day": day(self.world.now(), ZONE)} | self.record()], [])


class ConstantContact:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.account = Table("account", field("encoded_account_id"), as_is)
        self.lists = Table("contact_lists", field("list_id"), self.show_list)
        self.contacts: Table[Contact] = Table("contacts", lambda c: (c.contact_id,), show_contact)
        self.people = Numbers(self.contacts, lambda contact: contact.number)
        self.tags = Table("contact_tags", field("tag_id"), self.show_tag)
        self.custom_fields = Table("contact_custom_fields", field("custom_field_id"), as_is)
        self.segments = Table("segments", field("segment_id"), _show_segment)
        self.campaigns = Table("email_campaigns", field("campaign_id"), as_is)
        self.activities = Table(
            "campaign_activities", field("campaign_activity_id"), as_is, text("campaign_id"), _short_activity
        )
        # What went out and can be reported on. Removing a campaign takes its rows out, restoring puts them back.
        self.sent = Table("sent", field("campaign_id"), as_is, truthful=False)
        self.mailings = Table("mailings", field("campaign_activity_id"), as_is, text("campaign_id"), truthful=False)
        self.links = Table(
            "links", field("campaign_activity_id", "url_id"), as_is, text("campaign_activity_id"), truthful=False
        )
        self.events: dict[str, Table[Event]] = {kind: self._tracking(kind) for kind in KINDS}
        self.urls: dict[str, str] = {}
        self.sms = Table("sms_summaries", field("campaign_id"), as_is)
        self.counts = Counts(self)
        self._removed: dict[str, list[tuple[Table[Any], list[Any]]]] = {}
        contact, activity = ("contact_id",), ("campaign_activity_id",)
        # fmt: off
        self.tables: list[Rows] = [
            self.account, self.lists, self.contacts, self.tags, self.custom_fields, self.segments, self.counts,
            Derived("list_memberships", (*contact, "list_id"), self.contacts, _memberships),
            Derived("taggings", (*contact, "tag_id"), self.contacts, _taggings),
            self.campaigns, self.activities,
            Derived("activity_detail", activity, self.activities, self._details),
            Derived("campaign_summaries", ("campaign_id",), self.sent, lambda row: [numbers.summary(self, row)]),
            Derived("campaign_stats", ("campaign_id",), self.sent, lambda row: [numbers.campaign_stats(self, row)]),
            Derived("activity_stats", activity, self.mailings, lambda row: [numbers.activity_stats(self, row)]),
            Derived("link_clicks", (*activity, "url_id"), self.links, self._clicked),
            *self.events.values(), self.sms,
        ]
        # fmt: on

    def _tracking(self, kind: str) -> Table[Event]:
        return Table(
            kind,
            lambda e: (e.activity_id, e.contact_id, e.at, e.detail if kind == "clicks" else ""),
            lambda event: self.show_event(kind, event),
            lambda event: event.activity_id,
        )

    # how rows look

    def head_count(self) -> Counter[str]:
        """Contacts by list and by tag; `active …`: only those who may be mailed."""

        def count() -> Counter[str]:
            heads: Counter[str] = Counter()
            for contact in self.contacts:
                heads.update(contact.lists)
                heads.update(contact.tags)
                if contact.active:
                    heads.update(f"active {each}" for each in contact.lists)
            return heads

        return self.contacts.cached("head count", count)

    def show_list(self, row: Record) -> Record:
        return row | {"membership_count": self.head_count()[row["list_id"]]}

    def show_tag(self, row: Record) -> Record:
        return row | {"contacts_count": self.head_count()[row["tag_id"]]}

    def show_event(self, kind: str, event: Event) -> Record:
        contact = self.contacts[(event.contact_id,)]
        first, last = person(contact.number)
        shown: Record = {
            "contact_id": event.contact_id,
            "campaign_activity_id": event.activity_id,
            "tracking_activity_type": f"em_{kind}",
            "email_address": contact.email,
            "first_name": first,
            "last_name": last,
            "created_time": zulu(event.at, millis=True),
        }
        if contact.deleted is not None:
            shown["deleted_at"] = day(contact.deleted)
        if kind in ("opens", "clicks"):
            shown["device_type"] = event.device
        if kind == "clicks":
            shown |= {"url_id": event.detail, "link_url": self.urls[event.detail]}
        if kind == "optouts":
            shown["opt_out_reason"] = event.detail
        if kind == "bounces":
            shown |= {"bounce_code": event.detail, "current_email_address": contact.email}
        return shown

    def show_link(self, row: Record) -> Record:
        clicks = self.events["clicks"].of(row["campaign_activity_id"])
        people = {event.contact_id for event in clicks if event.detail == row["url_id"]}
        return row | {"unique_clicks": len(people)}

    def _clicked(self, row: Record) -> list[Record]:
        shown = self.show_link(row)
        return [shown] if shown["unique_clicks"] else []

    def show_activity(self, row: Record) -> Record:
        status = self.campaigns[(row["campaign_id"],)]["current_status"].upper()
        return row | {"current_status": status}

    def _details(self, row: Record) -> list[Record]:
        return [] if row["removed"] else [without_mark(self.show_activity(row))]

    def mailed(self, campaign_id: str) -> list[str]:
        return [row["campaign_activity_id"] for row in self.mailings.of(campaign_id)]

    # edits

    def add_contact(self, **fields: Any) -> Contact:
        number = self.people.fresh()
        number += number % 40 == 6  # those have no address
        first, last = person(number)
        now = self.now()
        row = Contact(
            Dice(self.seed.seed, "contact", number).uuid(), number, address(number, first, last), "implicit",
            now, now, now, None, None, (), (), (),
        )  # fmt: skip
        return self.contacts.put(row._replace(**fields))

    def update_contact(self, contact: Contact, **fields: Any) -> Contact:
        """An ordinary edit moves `updated_at`; say `updated=` to place it elsewhere."""
        return self.contacts.put(contact._replace(**{"updated": self.now(), **fields}))

    def unsubscribe(self, contact: Contact) -> Contact:
        """Moves `email_address.updated_at` and `opt_out_date`, but not `updated_at`."""
        now = self.now()
        return self.contacts.put(contact._replace(permission="unsubscribed", opted_out=now, email_updated=now))

    def delete_contact(self, contact: Contact) -> Contact:
        """Softly: `deleted_at` is set, the lists are left."""
        updated = self.now() if self.options["deletion_moves_updated_at"] else contact.updated
        return self.contacts.put(contact._replace(deleted=self.now(), lists=(), updated=updated))

    def delete_list(self, list_id: str) -> None:
        """Softly: shown with `status=all` only, and left by everybody in it."""
        now = self.now()
        for contact in self.contacts:
            if list_id in contact.lists:
                self.update_contact(contact, lists=tuple(each for each in contact.lists if each != list_id))
        row = self.lists[(list_id,)]
        self.lists.put(row | {"deleted_at": zulu(now), "updated_at": zulu(now)})

    def delete_tag(self, tag_id: str) -> None:
        """For good."""
        for contact in self.contacts:
            if tag_id in contact.tags:
                self.update_contact(contact, tags=tuple(each for each in contact.tags if each != tag_id))
        self.tags.remove((tag_id,))

    def update_campaign(self, campaign_id: str, **fields: Any) -> None:
        stamp = zulu(self.now(), millis=True)
        self.campaigns.put(self.campaigns[(campaign_id,)] | {"updated_at": stamp} | fields)

    def remove_campaign(self, campaign_id: str) -> None:
        """It stays in the list as "Removed"; its activities and reports can no longer be read."""
        activities = self.activities.of(campaign_id)
        for row in activities:
            self.activities.put(row | {"removed": True})
        self.update_campaign(campaign_id, current_status="Removed")
        kept: list[tuple[Table[Any], list[Any]]] = []
        if (campaign_id,) in self.sent:
            kept.append((self.sent, [self.sent[(campaign_id,)]]))
            self.sent.remove((campaign_id,))
        ids = self.mailed(campaign_id)
        # Sums first, what they are made of last: the record of what is gone still adds up.
        rows = self.mailings.of(campaign_id)
        for row in rows:
            self.mailings.remove((row["campaign_activity_id"],))
        kept.append((self.mailings, rows))
        tables: list[Table[Any]] = [self.links, *self.events.values()]
        kept += [(table, table.remove_of(each)) for table in tables for each in ids]
        self._removed[campaign_id] = kept

    def restore_campaign(self, campaign_id: str, status: str = "Done") -> None:
        for row in self.activities.of(campaign_id):
            self.activities.put(row | {"removed": False})
        self.update_campaign(campaign_id, current_status=status)
        for table, rows in reversed(self._removed.pop(campaign_id, [])):
            for row in rows:
                table.put(row)

    def restate(self, kind: str, events: list[Event]) -> None:
        """More of one kind of event; the sums follow, and say when they were refreshed."""
        for event in events:
            self.events[kind].put(event)
        for activity_id in dict.fromkeys(event.activity_id for event in events):
            mailing = self.mailings[(activity_id,)]
            self.mailings.put(mailing | {"refreshed": self.now()})
            self.sent.put(self.sent[(mailing["campaign_id"],)] | {"refreshed": self.now()})

    def add_link(self, activity_id: str, url: str) -> str:
        """A link nobody has clicked yet: shown with `no_clicks=true` only."""
        url_id = str(1_100_407_204_171 + len(self.urls))
        self.urls[url_id] = url
        self.links.put({"campaign_activity_id": activity_id, "link_url": url, "url_id": url_id})
        return url_id


def without_mark(row: Record) -> Record:
    return {name: value for name, value in row.items() if name != "removed"}


def _short_activity(row: Record) -> Record:
    return {name: row[name] for name in ("campaign_activity_id", "role", "campaign_id")}


def _show_segment(row: Record) -> Record:
    return {name: value for name, value in row.items() if name != "edited"} | {"edited_at": zulu(row["edited"])}


def _memberships(contact: Contact) -> list[Record]:
    return [{"contact_id": contact.contact_id, "list_id": each} for each in contact.lists]


def _taggings(contact: Contact) -> list[Record]:
    return [{"contact_id": contact.contact_id, "tag_id": each} for each in contact.tags]
