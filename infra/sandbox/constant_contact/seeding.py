"""The first day of a Constant Contact account. All moments count back from the clock at creation."""

from infra.sandbox.constant_contact.people import Contact, Event, invent_contact
from infra.sandbox.constant_contact.world import ACCOUNT, MAILED_ROLES, ZONE, ConstantContact
from infra.sandbox.invent import PAGES, Dice
from infra.sandbox.records import Record
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR, day, minus_five, zulu

COUNTS = ("lists", "contacts", "tags", "custom_fields", "segments", "campaigns", "recipients", "sms")
STATUSES = (
    "Done", "Done", "Draft", "Done", "Scheduled", "Done", "Removed", "Done", "Done", "Executing", "Done", "Done",
    "Error", "Done",
)  # fmt: skip
BOUNCE_CODES = "BDFSVXZ"
REASONS = ("Too many emails", "I never signed up", "")


def build(seed: Seed) -> ConstantContact:
    world = ConstantContact(seed)
    dice, now = Dice(seed.seed, "constant_contact", "account"), seed.now()
    world.account.put(
        {
            "encoded_account_id": "p07" + dice.hex(10),
            "organization_name": ACCOUNT,
            "contact_email": "hi@example.com",
            "contact_phone": "5550100",
            "country_code": "US",
            "state_code": "MA",
            "time_zone_id": ZONE,
            "website": "https://bakery.example.com",
            "physical_address": {
                "address_line1": "1 Mill Lane",
                "city": "Waltham",
                "state_code": "MA",
                "postal_code": "02451",
                "country_code": "US",
            },
            "company_logo": {"url": "https://bakery.example.com/logo.png", "external_url": "", "internal_id": "7"},
        }
    )
    _audience(world, dice, now)
    lists = [row["list_id"] for row in world.lists if "deleted_at" not in row]
    tags = [row["tag_id"] for row in world.tags]
    fields = [row["custom_field_id"] for row in world.custom_fields]
    people = Dice(seed.seed, "constant_contact", "people")
    for number in range(seed.count("contacts", 600)):
        world.contacts.put(invent_contact(people, number, now, lists, tags, (fields or [""])[0]))
    for number in range(seed.count("campaigns", 14, 0.5)):
        campaign_dice = Dice(seed.seed, "constant_contact", "campaign", number)
        sent_at = now - 2 * DAY - number * 6 * DAY - campaign_dice.below(5 * HOUR)
        add_campaign(world, campaign_dice, STATUSES[number % len(STATUSES)], sent_at)
    for number in range(seed.count("sms", 3, 0.0)):
        add_sms(world, dice, now - 3 * DAY - number * 20 * DAY)
    return world


def _audience(world: ConstantContact, dice: Dice, now: int) -> None:
    seed = world.seed
    for number in range(seed.count("lists", 4, 0.0)):
        add_list(world, dice, now - 600 * DAY + number * DAY, now - number * 9 * DAY - HOUR, number == 3)
    for number in range(seed.count("tags", 5, 0.0)):
        add_tag(world, dice, f"tag {number}", now - 300 * DAY + number)
    for number in range(seed.count("custom_fields", 3, 0.0)):
        kind = ("string", "date", "single_select")[number % 3]
        row: Record = {"custom_field_id": dice.uuid(), "label": f"Field {number}", "name": f"field_{number}"}
        row |= {"type": kind, "created_at": zulu(now - 400 * DAY), "updated_at": zulu(now - 200 * DAY), "version": 1}
        if kind == "single_select":
            choices = enumerate(("Free", "Pro"), 1)
            row["choices"] = [{"choice_id": dice.hex(8), "choice_label": c, "display_order": n} for n, c in choices]
        world.custom_fields.put(row)
    for number in range(seed.count("segments", 3, 0.0)):
        times = {"created_at": zulu(now - 200 * DAY), "edited": now - number * 11 * DAY - 60}
        world.segments.put({"segment_id": 30 + number, "name": f"Segment {number}", **times})


def add_list(world: ConstantContact, dice: Dice, made: int, updated: int, deleted: bool = False) -> str:
    list_id = dice.uuid()
    number = len(world.lists)
    row: Record = {"list_id": list_id, "name": ("Newsletter", "Members", "Trade", "Old")[number % 4] + f" {number}"}
    row |= {"description": "", "favorite": number == 0, "created_at": zulu(made), "updated_at": minus_five(updated)}
    world.lists.put(row | {"deleted_at": zulu(updated)} if deleted else row)
    return list_id


def add_tag(world: ConstantContact, dice: Dice, name: str, made: int) -> str:
    tag_id = dice.uuid()
    times = {"created_at": zulu(made), "updated_at": zulu(made)}
    world.tags.put({"tag_id": tag_id, "name": name, "tag_source": "Contact", **times})
    return tag_id


def add_campaign(world: ConstantContact, dice: Dice, status: str = "Done", sent_at: int | None = None) -> str:
    """A campaign with its activities; when it is done, with all that was tracked."""
    now = world.now()
    sent_at = now if sent_at is None else sent_at
    campaign_id, subject = dice.uuid(), dice.subject()
    world.campaigns.put(
        {
            "campaign_id": campaign_id,
            "created_at": zulu(sent_at - 2 * DAY, millis=True),
            "current_status": status,
            "name": f"{subject} {day(sent_at)} {len(world.campaigns)}",
            "type": "NEWSLETTER",
            "type_code": 10,
            "updated_at": zulu(min(now, sent_at + 600), millis=True),
        }
    )
    lists = [row["list_id"] for row in world.lists if "deleted_at" not in row][:1]
    roles = ["primary_email", "permalink"] + (["resend"] if len(world.campaigns) % 4 == 1 else [])
    activities = {role: dice.uuid() for role in roles}
    for role, activity_id in activities.items():
        mail = {"format_type": 5, "from_email": "hi@example.com", "from_name": ACCOUNT, "subject": subject}
        mail |= {"reply_to_email": "hi@example.com", "preheader": "", "contact_list_ids": lists, "segment_ids": [30]}
        ids = {"campaign_activity_id": activity_id, "campaign_id": campaign_id, "role": role}
        world.activities.put({**ids, **mail, "removed": status == "Removed"})
    if status == "Done":
        mailed = {"campaign_id": campaign_id, "sent_at": sent_at, "refreshed": now}
        world.sent.put(mailed)
        for role in MAILED_ROLES:
            if role in activities:
                world.mailings.put(mailed | {"campaign_activity_id": activities[role]})
                _deliver(world, dice, activities[role], sent_at + DAY * (role == "resend"), now)
    return campaign_id


def _deliver(world: ConstantContact, dice: Dice, activity_id: str, sent_at: int, now: int) -> None:
    sent_at = min(sent_at, now)
    reachable: list[Contact] = world.contacts.cached(
        "reachable", lambda: [contact for contact in world.contacts if contact.email and contact.active]
    )
    people = dice.pick(reachable, world.seed.count("recipients", 60, 0.5))
    pages = [PAGES[(dice.below(4) + n) % len(PAGES)] for n in range(3)]
    links = [world.add_link(activity_id, f"https://shop.example.com/{page}") for page in dict.fromkeys(pages)]
    for place, contact in enumerate(people):
        who = (activity_id, contact.contact_id)
        world.events["sends"].put(Event(*who, sent_at))
        if dice.chance(0.05):
            code = BOUNCE_CODES[dice.below(len(BOUNCE_CODES))]
            world.events["bounces"].put(Event(*who, sent_at + 20, code))
            if code != "V":  # a vacation reply was delivered
                continue
        at = sent_at
        for _ in range(dice.below(3)):
            at = min(now, at + 30 + dice.below(DAY))
            device = ("mobile", "desktop")[dice.below(2)]
            world.events["opens"].put(Event(*who, at, "", device))
            if dice.chance(0.3):
                world.events["clicks"].put(Event(*who, at, links[dice.below(len(links))], device))
        if place < len(links):  # so that no link stays without a click
            world.events["clicks"].put(Event(*who, min(now, sent_at + 60), links[place], "desktop"))
        if dice.chance(0.02):
            world.events["optouts"].put(Event(*who, min(now, at + 40), REASONS[dice.below(3)]))
        if dice.chance(0.03):
            world.events["forwards"].put(Event(*who, min(now, at + 50)))


def add_sms(world: ConstantContact, dice: Dice, sent_at: int) -> None:
    counts = {"sends": 90 + dice.below(20), "clicks": dice.below(20), "optouts": dice.below(3), "bounces": 1}
    row = {"campaign_id": dice.uuid(), "campaign_type": "SMS", "campaign_name": dice.subject()}
    world.sms.put(row | {"last_sent_date": zulu(sent_at, millis=True), "unique_counts": counts})
