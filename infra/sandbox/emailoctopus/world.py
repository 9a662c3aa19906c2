"""An EmailOctopus account: its tables, how they hang together, and the edits tests may make."""

from collections import Counter
from typing import Any, NamedTuple

from infra.sandbox.invent import Dice, address, person
from infra.sandbox.records import Derived, Numbers, Record, Rows, Table, as_is, field, text
from infra.sandbox.spec import Seed
from infra.sandbox.times import offset

STATUSES = ("subscribed", "unsubscribed", "pending")
REPORTED = ("sent", "sending")
NOT_DONE = ("not-opened", "not-clicked")
SOFT = "soft"


class Contact(NamedTuple):
    list_id: str
    id: str
    number: int
    email: str
    status: str
    created: int
    updated: int
    tags: tuple[str, ...]
    pets: int


class Event(NamedTuple):
    """One line of a contact report."""

    campaign_id: str
    status: str  # sent, opened, clicked, bounced, complained, unsubscribed
    contact_id: str
    email: str
    at: int
    detail: str = ""  # the url of a click, hard or soft of a bounce


class EmailOctopus:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.lists = Table("lists", field("id"), self.show_list)
        self.contacts: Table[Contact] = Table(
            "contacts", lambda c: (c.list_id, c.id), show_contact, lambda c: c.list_id, _whole_contact
        )
        self.people = Numbers(self.contacts, lambda contact: contact.number)
        self.campaigns = Table("campaigns", field("id"), as_is, whole=_without_content)
        self.sent = Table("sent", field("id"), as_is, truthful=False)  # campaigns with reports
        self.links = Table(
            "campaign_links", field("campaign_id", "url"), self.show_link, text("campaign_id"), self._whole_link
        )
        self.events: Table[Event] = Table(
            "campaign_contact_reports",
            lambda e: (e.campaign_id, e.status, e.contact_id, e.at),
            show_event,
            lambda e: f"{e.campaign_id}/{e.status}",
            lambda e: {"campaign_id": e.campaign_id, "status": e.status} | show_event(e),
        )
        self.mailed: dict[tuple[str, str], Event] = {}
        self.done: set[tuple[str, str, str]] = set()  # campaign, what was not done until then, contact
        self.events.watchers.append(self._do)
        self.silent = Derived(
            "campaign_silent_contacts", ("campaign_id", "status", "contact_id"), self.events, self.silence
        )
        self.tables: list[Rows] = [
            self.lists,
            Derived("list_fields", ("list_id", "tag"), self.lists, _fields),
            Derived("list_tags", ("list_id", "tag"), self.lists, _tags),
            self.contacts,
            self.campaigns,
            Derived("campaign_summary", ("id",), self.sent, lambda row: [self.summary(row["id"])]),
            self.links,
            self.events,
            self.silent,
        ]

    # how rows look

    def show_list(self, row: Record) -> Record:
        def count() -> Counter[tuple[str, str]]:
            return Counter((contact.list_id, contact.status) for contact in self.contacts)

        heads = self.contacts.cached("counts", count)
        counts = {status: heads[row["id"], status] for status in ("pending", "subscribed", "unsubscribed")}
        return row | {"counts": [counts] if self.options["counts_as_array"] else counts}

    def of(self, campaign_id: str, status: str) -> list[Event]:
        return self.events.of(f"{campaign_id}/{status}")

    def silence(self, event: Event) -> list[Record]:
        """What the person of a mail did not do, bounced or not; with the moment of sending."""
        if event.status != "sent":
            return []
        left = [name for name in NOT_DONE if (event.campaign_id, name, event.contact_id) not in self.done]
        return [{"campaign_id": event.campaign_id, "status": name} | show_event(event) for name in left]

    def _do(self, old: Event | None, new: Event | None) -> None:
        """Who opens or clicks is no longer listed as one who did not."""
        if new is None:
            return
        if new.status == "sent":
            self.mailed[new.campaign_id, new.contact_id] = new
        key = (new.campaign_id, f"not-{new.status}", new.contact_id)
        if key[1] in NOT_DONE and key not in self.done:
            sent = self.mailed[new.campaign_id, new.contact_id]
            self.silent.gone[key] = {"campaign_id": key[0], "status": key[1]} | show_event(sent)
            self.done.add(key)

    def summary(self, campaign_id: str) -> Record:
        rows = {status: self.of(campaign_id, status) for status in ("opened", "clicked", "bounced")}
        people = {status: len({event.contact_id for event in events}) for status, events in rows.items()}
        soft = sum(event.detail == SOFT for event in rows["bounced"])
        return {
            "id": campaign_id,
            "sent": len(self.of(campaign_id, "sent")),
            "bounced": {"hard": len(rows["bounced"]) - soft, "soft": soft},
            "opened": {"total": len(rows["opened"]), "unique": people["opened"]},
            "clicked": {"total": len(rows["clicked"]), "unique": people["clicked"]},
            "complained": len(self.of(campaign_id, "complained")),
            "unsubscribed": len(self.of(campaign_id, "unsubscribed")),
        }

    def show_link(self, row: Record) -> Record:
        clicks = [event for event in self.of(row["campaign_id"], "clicked") if event.detail == row["url"]]
        people = len({event.contact_id for event in clicks})
        return {"url": row["url"], "clicked_total": len(clicks), "clicked_unique": people}

    def _whole_link(self, row: Record) -> Record:
        return {"campaign_id": row["campaign_id"]} | self.show_link(row)

    # edits

    def add_contact(self, list_id: str, number: int | None = None, **fields: Any) -> Contact:
        if number is None:
            number = self.people.fresh()
        new_id = Dice(self.seed.seed, "eo contact", list_id, number).uuid()
        now = self.now()
        row = Contact(list_id, new_id, number, address(number, *person(number)), "subscribed", now, now, (), 0)
        return self.contacts.put(row._replace(**fields))

    def update_contact(self, contact: Contact, **fields: Any) -> Contact:
        """Any change moves `last_updated_at`; say `updated=` to place it elsewhere."""
        return self.contacts.put(contact._replace(**{"updated": self.now(), **fields}))

    def unsubscribe(self, contact: Contact) -> Contact:
        return self.update_contact(contact, status="unsubscribed")

    def delete_contact(self, contact: Contact) -> None:
        """For good, and nothing says so."""
        self.contacts.remove((contact.list_id, contact.id))

    def update_list(self, list_id: str, **fields: Any) -> None:
        self.lists.put(self.lists[(list_id,)] | {"last_updated_at": offset(self.now())} | fields)

    def delete_list(self, list_id: str) -> None:
        self.lists.remove((list_id,))
        self.contacts.remove_of(list_id)

    def restate(self, events: list[Event]) -> None:
        for event in events:
            self.events.put(event)

    def delete_campaign(self, campaign_id: str) -> None:
        if (campaign_id,) in self.sent:
            self.sent.remove((campaign_id,))
        self.links.remove_of(campaign_id)
        for status in ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed"):
            self.events.remove_of(f"{campaign_id}/{status}")
        self.campaigns.remove((campaign_id,))


def show_contact(contact: Contact) -> Record:
    first, _ = person(contact.number)
    number = contact.number
    fields: Record = {"FirstName": first, "Plan": ("Free", "Pro")[number % 2], "Pets": contact.pets}
    fields["Birthday"] = f"19{60 + number % 40}-04-{1 + number % 28:02d}" if number % 3 else None
    fields["Topics"] = ["Bread", "Coffee"][: number % 3]
    return {
        "id": contact.id,
        "email_address": contact.email,
        "fields": fields,
        "tags": list(contact.tags),
        "status": contact.status,
        "created_at": offset(contact.created),
        "last_updated_at": offset(contact.updated),
    }


def _whole_contact(contact: Contact) -> Record:
    return {"list_id": contact.list_id} | show_contact(contact)


def show_event(event: Event) -> Record:
    return {
        "contact_id": event.contact_id,
        "contact_email_address": event.email,
        "occurred_at": offset(event.at),
    }


def _without_content(row: Record) -> Record:
    return {name: value for name, value in row.items() if name != "content"}


def _fields(row: Record) -> list[Record]:
    return [{"list_id": row["id"]} | each for each in row["fields"]]


def _tags(row: Record) -> list[Record]:
    return [{"list_id": row["id"], "tag": tag} for tag in row["tags"]]
