"""The first day of an EmailOctopus account. All moments count back from the clock at creation."""

from infra.sandbox.emailoctopus.world import REPORTED, SOFT, Contact, EmailOctopus, Event
from infra.sandbox.invent import PAGES, Dice, address, person
from infra.sandbox.records import Record
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR, day, offset

ACCOUNT = "Demo Octopus"
COUNTS = ("lists", "contacts", "campaigns", "recipients")
CONTACT_STATUSES = ("subscribed",) * 85 + ("unsubscribed",) * 11 + ("pending",) * 4
CAMPAIGN_STATUSES = ("sent", "sent", "draft", "sent", "sent", "sending", "sent", "draft", "sent", "sent")
TAGS = ("vip", "2026", "events")
FIELDS: tuple[Record, ...] = (
    {"label": "First name", "tag": "FirstName", "type": "text", "fallback": None},
    {"label": "Birthday", "tag": "Birthday", "type": "date", "fallback": None},
    {"label": "Pets", "tag": "Pets", "type": "number", "fallback": None},
    {"label": "Plan", "tag": "Plan", "type": "choice_single", "choices": ["Free", "Pro"], "fallback": "Free"},
    {"label": "Topics", "tag": "Topics", "type": "choice_multiple", "choices": ["Bread", "Coffee"], "fallback": None},
)


def build(seed: Seed) -> EmailOctopus:
    world, now = EmailOctopus(seed), seed.now()
    dice = Dice(seed.seed, "emailoctopus", "account")
    for number in range(seed.count("lists", 3, 0.0)):
        list_id = dice.uuid()
        name = ("Newsletter", "Customers", "Trade")[number % 3] + (f" {number}" if number > 2 else "")
        row = {"id": list_id, "name": name, "double_opt_in": number % 2 == 0, "fields": [*FIELDS], "tags": [*TAGS]}
        times = {"created_at": offset(now - 700 * DAY), "last_updated_at": offset(now - number * DAY - HOUR)}
        world.lists.put(row | times)
        people = Dice(seed.seed, "emailoctopus", "list", number)
        for contact in range(seed.count("contacts", 250)):
            world.contacts.put(_invent(people, list_id, contact, now))
    lists = [row["id"] for row in world.lists]
    for number in range(seed.count("campaigns", 10, 0.5)):
        campaign_dice = Dice(seed.seed, "emailoctopus", "campaign", number)
        status = CAMPAIGN_STATUSES[number % len(CAMPAIGN_STATUSES)]
        sent_at = now - 2 * DAY - number * 6 * DAY - campaign_dice.below(5 * HOUR)
        if lists:
            add_campaign(world, campaign_dice, lists[number % len(lists)], status, sent_at)
    return world


def _invent(dice: Dice, list_id: str, number: int, now: int) -> Contact:
    created = now - DAY - dice.below(600 * DAY)
    updated = now - 20 * DAY if number % 10 == 9 else min(now - 60, created + dice.below(now - created))
    status = CONTACT_STATUSES[dice.below(len(CONTACT_STATUSES))]
    tags = tuple(tag for tag in TAGS if dice.chance(0.25))
    email = address(number, *person(number))
    created = min(created, updated)
    return Contact(list_id, dice.uuid(), number, email, status, created, updated, tags, dice.below(4))


def add_campaign(
    world: EmailOctopus, dice: Dice, list_id: str, status: str = "sent", sent_at: int | None = None
) -> str:
    """A campaign; once it is on its way, with all its reports."""
    now = world.now()
    sent_at = now if sent_at is None else sent_at
    campaign_id, subject = dice.uuid(), dice.subject()
    out = status in REPORTED
    row: Record = {
        "id": campaign_id,
        "status": status,
        "name": f"{subject} {day(sent_at)}",
        "subject": subject,
        "to": [list_id],
        "from": {"name": ACCOUNT, "email_address": "hi@example.com"},
        "content": {"html": f"<html><body><h1>{subject}</h1>{'<p>Bread and butter.</p>' * 200}</body></html>"},
        "created_at": offset(sent_at - 2 * DAY),
    }
    # A draft has no date of sending: null on some, absent on others.
    if out or len(world.campaigns) % 2:
        row["sent_at"] = offset(sent_at) if out else None
    world.campaigns.put(row)
    if out:
        world.sent.put({"id": campaign_id, "sent_at": sent_at})
        _deliver(world, dice, campaign_id, list_id, sent_at, now)
    return campaign_id


def _deliver(world: EmailOctopus, dice: Dice, campaign_id: str, list_id: str, sent_at: int, now: int) -> None:
    pages = dict.fromkeys(PAGES[(dice.below(4) + n) % len(PAGES)] for n in range(3))
    urls = [f"https://shop.example.com/{page}" for page in pages]
    for url in urls:
        world.links.put({"campaign_id": campaign_id, "url": url})
    subscribed = [contact for contact in world.contacts.of(list_id) if contact.status == "subscribed"]
    for contact in dice.pick(subscribed, world.seed.count("recipients", 60, 0.5)):

        def note(status: str, at: int, detail: str = "", who: Contact = contact) -> None:
            world.events.put(Event(campaign_id, status, who.id, who.email, min(now, at), detail))

        note("sent", sent_at)
        if dice.chance(0.04):
            note("bounced", sent_at + 20, SOFT if dice.chance(0.7) else "hard")
            continue
        at = sent_at
        for _ in range(dice.below(3)):
            at += 30 + dice.below(DAY)
            note("opened", at)
            if dice.chance(0.3):
                note("clicked", at + 10, urls[dice.below(len(urls))])
        if dice.chance(0.02):
            note("unsubscribed", at + 40)
        if dice.chance(0.01):
            note("complained", at + 50)
