"""The first day of a Mailchimp account. All moments count back from the clock at creation."""

from infra.sandbox.invent import PAGES, Dice, md5, person
from infra.sandbox.mailchimp.people import MOST_TAGS_SHOWN, Act, Member, Recipient, invent_member
from infra.sandbox.mailchimp.world import ACCOUNT, Mailchimp, put_all
from infra.sandbox.records import Record
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR, day, month, offset

COUNTS = ("lists", "members", "campaigns", "recipients", "automations", "templates", "landing_pages", "days")
MERGE_FIELDS = (
    ("FNAME", "First Name", "text"),
    ("LNAME", "Last Name", "text"),
    ("BIRTHDAY", "Birthday", "birthday"),
    ("ADDRESS", "Address", "address"),
    ("PHONE", "Phone", "phone"),
    ("POINTS", "Points", "number"),
)
# Newest first. The filter of /campaigns takes the first five of these only.
STATUSES = (
    "sent", "sent", "save", "sent", "schedule", "sent", "paused", "sent", "sent", "canceled", "sent", "sending",
    "archived", "sent", "sent", "sent",
)  # fmt: skip
REPORTED = ("sent", "archived")


def build(seed: Seed) -> Mailchimp:
    world = Mailchimp(seed)
    dice = Dice(seed.seed, "mailchimp", "account")
    now = seed.now()
    _account(world, dice)
    for number in range(seed.count("lists", 3, 0.0)):
        _audience(world, Dice(seed.seed, "mailchimp", "list", number), number, now)
    audiences = [row["id"] for row in world.lists]
    for number in range(seed.count("campaigns", 16, 0.5)):
        campaign_dice = Dice(seed.seed, "mailchimp", "campaign", number)
        status = STATUSES[number % len(STATUSES)]
        sent_at = now - 2 * DAY - number * 6 * DAY - campaign_dice.below(5 * HOUR)
        if audiences:
            add_campaign(world, campaign_dice, audiences[number % len(audiences)], status, sent_at)
    _the_rest(world, dice, now)
    return world


def _account(world: Mailchimp, dice: Dice) -> None:
    row = {
        "account_id": dice.hex(24),
        "login_id": "4711",
        "account_name": ACCOUNT,
        "email": "hi@example.com",
        "role": "owner",
        "account_timezone": "UTC",
        "pricing_plan_type": "monthly",
        "first_payment": "",
        "industry_stats": {"open_rate": 0.17, "bounce_rate": 0.01, "click_rate": 0.02},
    }
    world.account.put(row)


def _audience(world: Mailchimp, dice: Dice, number: int, now: int) -> None:
    list_id = dice.hex(10)
    made = now - 900 * DAY + number * 40 * DAY
    world.lists.put(
        {
            "id": list_id,
            "web_id": 4711 + number,
            "name": ("Newsletter", "Customers", "Wholesale")[number % 3] + (f" {number}" if number > 2 else ""),
            "contact": {"company": ACCOUNT, "city": "Leeds", "country": "GB"},
            "permission_reminder": "You signed up on our website.",
            "date_created": offset(made),
            "list_rating": 4,
            "email_type_option": False,
            "double_optin": number % 2 == 0,
            "has_welcome": False,
            "marketing_permissions": True,
            "visibility": "pub",
        }
    )
    for merge_id, (tag, name, kind) in enumerate(MERGE_FIELDS, 1):
        row = {"merge_id": merge_id, "tag": tag, "name": name, "type": kind, "required": False}
        world.merge_fields.put(row | {"default_value": "", "public": True, "display_order": merge_id + 1,
                                      "options": {"size": 25}, "help_text": "", "list_id": list_id})  # fmt: skip
    bits = _interests(world, dice, list_id)
    tags = _segments(world, dice, list_id, number, made, now)
    many = tags[:4]
    size = world.seed.count("members", 300)
    put_all(world.members, [invent_member(dice, list_id, n, now, bits, many) for n in range(size)])
    if number == 0 and size:  # one person with more tags than a member's row can show
        crowded = world.members.of(list_id)[0]
        world.members.put(crowded._replace(tags=tuple(tags), status="subscribed"))
    _history(world, dice, list_id, now)


def _interests(world: Mailchimp, dice: Dice, list_id: str) -> int:
    names = {"Topics": ("Bread", "Cakes", "Coffee"), "How often": ("Weekly", "Monthly")}
    for title, choices in names.items():
        category = dice.hex(10)
        kind = "checkboxes" if title == "Topics" else "radio"
        world.categories.put({"list_id": list_id, "id": category, "title": title, "display_order": 0, "type": kind})
        for order, name in enumerate(choices, 1):
            row = {"category_id": category, "list_id": list_id, "id": dice.hex(10), "name": name}
            world.interests.put(row | {"subscriber_count": str(dice.below(90)), "display_order": order})
    return sum(len(choices) for choices in names.values())


def _segments(world: Mailchimp, dice: Dice, list_id: str, number: int, made: int, now: int) -> list[int]:
    """The ids of the tags. A tag is a static segment; the first audience has more than a member can show."""
    names = ["vip", "2026", "wholesale", "events"]
    names += [f"event-{n:02d}" for n in range(MOST_TAGS_SHOWN + 5)] if number == 0 else []
    tags = []
    for order, name in enumerate([*names, "Active readers", "Lapsed"]):
        kind = "static" if order < len(names) else ("saved", "fuzzy")[order - len(names)]
        segment = 1000 * (number + 1) + order
        conditions = [] if kind == "static" else [{"field": "aim", "op": "open", "value": "any"}]
        row: Record = {"id": segment, "name": name, "type": kind, "list_id": list_id}
        times = {"created_at": offset(made + order), "updated_at": offset(now - dice.below(90 * DAY) - HOUR)}
        world.segments.put(row | times | {"options": {"match": "any", "conditions": conditions}})
        tags += [segment] if kind == "static" else []
    return tags


def _history(world: Mailchimp, dice: Dice, list_id: str, now: int) -> None:
    months = sorted({month(now - n * 28 * DAY) for n in range(20)})
    existing = 100
    for name in months:
        joined, left = dice.below(30), dice.below(8)
        row = {"list_id": list_id, "month": name, "existing": existing, "imports": 0, "optins": joined}
        existing += joined - left
        world.growth.put(row | {"subscribed": existing, "unsubscribed": left, "reconfirm": 0, "cleaned": 0,
                                "pending": 0, "deleted": 0, "transactional": 0})  # fmt: skip
    for ago in range(world.seed.count("days", 180, 0.0) - 1, -1, -1):
        world.activity.put(activity_row(dice, list_id, day(now - ago * DAY)))


def activity_row(dice: Dice, list_id: str, name: str) -> Record:
    numbers = {"emails_sent": 60, "unique_opens": 40, "recipient_clicks": 9, "hard_bounce": 2, "soft_bounce": 3}
    numbers |= {"subs": 6, "unsubs": 3, "other_adds": 2, "other_removes": 2}
    return {"list_id": list_id, "day": name, **{field: dice.below(most) for field, most in numbers.items()}}


def add_campaign(world: Mailchimp, dice: Dice, list_id: str, status: str = "sent", sent_at: int | None = None) -> str:
    """A campaign; when it has gone out, with everything its report holds."""
    now = world.now()
    sent_at = now if sent_at is None else sent_at
    campaign_id, subject = dice.hex(10), dice.subject()
    out = status in REPORTED
    name = world.lists.rows[(list_id,)]["name"] if (list_id,) in world.lists else "Newsletter"
    folders = world.campaign_folders
    world.campaigns.put(
        {
            "id": campaign_id,
            "web_id": 50_000 + len(world.campaigns),
            "type": "rss" if status == "paused" else "regular",
            "made_at": sent_at - 2 * DAY,
            "status": status,
            "sent_at": sent_at if out or status in ("schedule", "sending", "canceled") else None,
            "archive_url": f"https://eepurl.example/{campaign_id}",
            "content_type": "template",
            "recipients": {
                "list_id": list_id,
                "list_name": name,
                "segment_text": "",
                "recipient_count": 0,
            },
            "settings": {
                "subject_line": subject,
                "preview_text": "",
                "title": f"{subject} {day(sent_at)}",
                "from_name": ACCOUNT,
                "reply_to": "hi@example.com",
                "folder_id": next((row["id"] for row in folders), ""),
                "template_id": 12,
            },
            "tracking": {"opens": True, "html_clicks": True, "text_clicks": False},
            "delivery_status": {"enabled": False},
        }
    )
    if out:
        title = f"{subject} {day(sent_at)}"
        report: Record = {"id": campaign_id, "campaign_title": title, "type": "regular", "list_id": list_id}
        report |= {"list_name": name, "subject_line": subject, "preview_text": "", "sent_at": sent_at}
        world.reports.put(report)
        _deliver(world, dice, campaign_id, list_id, sent_at, now)
    return campaign_id


def _deliver(world: Mailchimp, dice: Dice, campaign_id: str, list_id: str, sent_at: int, now: int) -> None:
    urls = [f"https://shop.example.com/{PAGES[(dice.below(4) + n) % len(PAGES)]}" for n in range(3)]
    for number, url in enumerate(dict.fromkeys(urls)):
        world.links.put({"campaign_id": campaign_id, "id": md5(f"{campaign_id}{number}")[:10], "url": url})
    people = dice.pick(world.subscribed(list_id), world.seed.count("recipients", 80, 0.5))
    for member in people:
        draw = dice.below(100)
        status = "hard" if draw < 1 else "soft" if draw < 4 else "sent"
        acts = [Act("bounce", sent_at + 60, status)] if status != "sent" else _acts(dice, sent_at, now, urls)
        world.recipients.put(Recipient(campaign_id, member.id, member.email, status, tuple(acts)))
    for member in people[:2]:
        add_unsubscribe(world, campaign_id, list_id, member, min(now, sent_at + HOUR + dice.below(DAY)))


def _acts(dice: Dice, sent_at: int, now: int, urls: list[str]) -> list[Act]:
    """No two acts of a person share a second."""
    acts, at = [], sent_at
    for _ in range(dice.below(4)):
        at += 30 + dice.below(DAY)
        if at + 20 > now:
            break
        acts.append(Act("open", at, ""))
        if dice.chance(0.3):
            acts.append(Act("click", at + 15, urls[dice.below(len(urls))]))
    return acts


def add_unsubscribe(world: Mailchimp, campaign_id: str, list_id: str, member: Member, at: int) -> None:
    row = {"email_id": member.id, "email_address": member.email, "merge_fields": {}, "vip": False}
    row |= {"timestamp": offset(at), "reason": "None given", "campaign_id": campaign_id, "list_id": list_id}
    world.unsubscribes.put(row)


def _the_rest(world: Mailchimp, dice: Dice, now: int) -> None:
    seed = world.seed
    audiences = [row["id"] for row in world.lists]
    row: Record
    for number, list_id in enumerate(audiences):
        first, last = person(number)
        row = {"id": 70 + number, "campaign_id": dice.hex(10), "list_id": list_id, "email_id": md5(f"abuse{number}")}
        row |= {"email_address": f"{number}@example.com", "merge_fields": {"FNAME": first, "LNAME": last}}
        world.abuse.put(row | {"vip": False, "date": offset(now - number * DAY - HOUR)})
    for number in range(seed.count("automations", 2, 0.0)):
        workflow = dice.hex(10)
        times = {"create_time": offset(now - 400 * DAY), "start_time": offset(now - (300 - number) * DAY)}
        row = {"id": workflow, **times, "status": ("sending", "paused", "save")[number % 3], "emails_sent": 40}
        where = {"list_id": audiences[0] if audiences else "", "list_is_active": True, "store_id": ""}
        world.automations.put(row | {"recipients": where, "settings": {"title": f"Welcome series {number}"},
                                     "trigger_settings": {"workflow_type": "emailSeries"}})  # fmt: skip
        for position in range(1, 4):
            email = {"id": dice.hex(10), "web_id": 800 + position, "workflow_id": workflow, "position": position}
            email |= {"status": "sending", "emails_sent": dice.below(50), "send_time": "", **times}
            world.automation_emails.put(email | {"settings": {"subject_line": dice.subject()}})
    for number in range(seed.count("templates", 5, 0.0)):
        row = {"id": 12 + number, "type": "user", "name": f"Template {number}", "drag_and_drop": True}
        times = {"date_created": offset(now - 500 * DAY + number), "date_edited": offset(now - number * DAY - 5)}
        world.templates.put(row | times | {"responsive": True, "category": "", "created_by": "Demo", "edited_by": "",
                                           "active": number != 3, "folder_id": "", "thumbnail": ""})  # fmt: skip
    for number in range(seed.count("landing_pages", 2, 0.0)):
        page = {"id": dice.hex(16), "name": f"Offer {number}", "title": "An offer", "status": "published"}
        page |= {"list_id": audiences[0] if audiences else "", "url": f"https://mailchi.example/{number}"}
        times = {"created_at": offset(now - 60 * DAY), "updated_at": offset(now - 9 * DAY)}
        published = {"published_at": offset(now - 59 * DAY), "unpublished_at": ""}
        world.landing_pages.put(page | times | published)
        numbers = {"visits": 40 + number, "unique_visits": 31, "subscribes": 7, "clicks": 12}
        world.landing_page_reports.put(page | published | numbers | {"conversion_rate": 0.175})
    for table, names in ((world.campaign_folders, ("2025", "2026")), (world.template_folders, ("House style",))):
        for name in names:
            table.put({"name": name, "id": dice.hex(10), "count": dice.below(9)})
