"""The first day of a Klaviyo account. All moments count back from the clock at creation."""

from infra.sandbox.invent import Dice
from infra.sandbox.klaviyo.people import invent_profile, short_id, ulid
from infra.sandbox.klaviyo.selling import stock
from infra.sandbox.klaviyo.world import ACCOUNT, CONVERSION, Klaviyo
from infra.sandbox.records import Record
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR, offset

COUNTS = ("profiles", "lists", "segments", "campaigns", "flows", "templates", "forms", "tags", "events")
METRICS = (
    "Received Email", "Opened Email", "Clicked Email", "Bounced Email", "Unsubscribed from Email Marketing",
    "Subscribed to List", "Active on Site", CONVERSION, "Received SMS",
)  # fmt: skip
STATUSES = ("Sent", "Sent", "Draft", "Sent", "Scheduled", "Sent", "Sent", "Cancelled: No Recipients", "Sent")
CHANNELS = ("email", "email", "email", "sms", "email", "email", "mobile_push", "email")
STEPS = ("send-email", "time-delay", "send-sms", "conditional-split", "send-email")
LIVES = {"send-email": "Email", "send-sms": "SMS"}


def build(seed: Seed) -> Klaviyo:
    world, now = Klaviyo(seed), seed.now()
    dice = Dice(seed.seed, "klaviyo", seed.options["zone"])
    public = short_id(dice)
    street = {
        "address1": "1 Mill Lane",
        "address2": None,
        "city": "Leeds",
        "region": None,
        "country": "GB",
        "zip": "LS1",
    }
    contact = {
        "default_sender_name": ACCOUNT,
        "default_sender_email": "hi@example.com",
        "website_url": "https://bakery.example.com",
        "organization_name": ACCOUNT,
        "street_address": street,
    }
    told = {"test_account": False, "contact_information": contact, "industry": "Food", "timezone": world.zone}
    told |= {"preferred_currency": seed.options["currency"], "public_api_key": public, "locale": "en-US"}
    world.account.put({"type": "account", "id": public, "attributes": told})
    _things(world, dice, now)
    _people(world, now)
    stock(world, now)
    for number in range(seed.count("campaigns", 9, 0.5)):
        own = Dice(seed.seed, "klaviyo", "campaign", number)
        sent = now - 2 * DAY - number * 11 * DAY - own.below(5 * HOUR)
        channel, status = CHANNELS[number % len(CHANNELS)], STATUSES[number % len(STATUSES)]
        # One takes two days to go out: by the end of a window of days some of it has been sent.
        add_campaign(world, own, channel, status, sent, archived=number % 4 == 3, days=2 if number == 1 else 1)
    for number in range(seed.count("flows", 4, 0.5)):
        add_flow(world, Dice(seed.seed, "klaviyo", "flow", number), now - 100 * DAY + number * 9 * DAY, number % 4 == 2)
    return world


def _things(world: Klaviyo, dice: Dice, now: int) -> None:
    seed = world.seed
    names = [str(seed.options["orders"]) if name == CONVERSION else name for name in METRICS]
    for number, name in enumerate(filter(None, names)):
        integration = {"object": "integration", "id": "0rG4eQ", "name": "Klaviyo", "category": "Internal"}
        if name == seed.options["orders"]:  # a category can be an object itself
            category = {"id": 1, "name": "Ecommerce"}
            integration = {"object": "integration", "id": "0eMvjm", "name": "Shopify", "category": category}  # type: ignore[dict-item]
        made = offset(now - 700 * DAY + number)
        told = {"name": name, "created": made, "updated": made, "integration": None if number == 6 else integration}
        world.metrics.put({"type": "metric", "id": short_id(dice), "attributes": told})
    group = {"name": "Default", "exclusive": False, "default": True}
    group_id = _uuid(dice)
    world.tag_groups.put({"type": "tag-group", "id": group_id, "attributes": group})
    for number in range(seed.count("tags", 5, 0.0)):
        add_tag(world, dice, f"Season {number}", group_id)
    for number in range(seed.count("lists", 4, 0.0)):
        add_list(world, dice, ("Newsletter", "Members", "Trade", "Old")[number % 4] + f" {number}", now - 400 * DAY)
    for number in range(seed.count("segments", 3, 0.0)):
        add_segment(world, dice, f"Segment {number}", now - 120 * DAY, active=number != 2)
    for number in range(seed.count("templates", 13, 0.0)):
        add_template(world, dice, f"Template {number}", now - 90 * DAY + number)
    for number in range(seed.count("forms", 3, 0.0)):
        add_form(world, dice, f"Form {number}", now - 80 * DAY + number * DAY)


def _uuid(dice: Dice) -> str:
    return dice.uuid()


def _people(world: Klaviyo, now: int) -> None:
    dice = Dice(world.seed.seed, "klaviyo", "people")
    lists, segments = [row["id"] for row in world.lists], [row["id"] for row in world.segments]
    for number in range(world.seed.count("profiles", 400)):
        profile = world.profiles.put(invent_profile(dice, number, now))
        for each in lists:
            if dice.chance(0.5):
                world.join(world.list_members, each, profile, profile.created + dice.below(now - profile.created))
        for each in segments:
            if dice.chance(0.3):
                world.join(world.segment_members, each, profile, profile.created + 60)
    profiles = sorted(world.profiles, key=lambda profile: profile.id)
    for number in range(world.seed.count("events", 900)):
        profile = profiles[dice.below(len(profiles))]
        at = now - 5 * DAY - dice.below(60 * DAY) if number % 3 else now - dice.below(3 * DAY) - 1
        if number == 4:
            at = now + 300 * DAY  # a delivery date, sent as the time of the event
        names = [row["attributes"]["name"] for row in world.metrics]
        world.add_event(names[number % len(names)], profile, at, **_properties(dice, number))


def _properties(dice: Dice, number: int) -> Record:
    told: Record = {"Subject": dice.subject(), "$message": f"01HCAMP{number % 9:019d}", "Campaign Name": "Aug"}
    if number % 9 == 7:
        told |= {"$value": 12.5 + number, "Items": ["Rye", "Spelt"], "OrderId": 9_007_199_254_740_993 + number}
    return told


def add_tag(world: Klaviyo, dice: Dice, name: str, group: str) -> str:
    tag = _uuid(dice)
    related = {"tag-group": {"data": {"type": "tag-group", "id": group}}}
    world.tags.put({"type": "tag", "id": tag, "attributes": {"name": name}, "relationships": related})
    return tag


def _tags(world: Klaviyo, dice: Dice) -> list[str]:
    return [row["id"] for row in world.tags if dice.chance(0.3)]


def add_list(world: Klaviyo, dice: Dice, name: str, made: int) -> str:
    told = {"name": name, "created": offset(made), "updated": offset(made), "opt_in_process": "double_opt_in"}
    row = {"type": "list", "id": short_id(dice), "attributes": told, "tag_ids": _tags(world, dice)}
    return str(world.lists.put(row)["id"])


def add_segment(world: Klaviyo, dice: Dice, name: str, made: int, active: bool = True) -> str:
    condition = {"type": "profile-property", "property": "properties['favourite']", "filter": {"value": "blue"}}
    told = {
        "name": name,
        "definition": {"condition_groups": [{"conditions": [condition]}]},
        "created": offset(made),
        "updated": offset(made),
        "is_active": active,
        "is_processing": False,
        "is_starred": active,
    }
    row: Record = {"type": "segment", "id": short_id(dice), "attributes": told, "tag_ids": _tags(world, dice)}
    world.size(row["id"], world.local_day(made))
    return str(world.segments.put(row)["id"])


def add_template(world: Klaviyo, dice: Dice, name: str, made: int) -> None:
    told = {"name": name, "editor_type": "CODE", "created": offset(made), "updated": offset(made)}
    world.templates.put({"type": "template", "id": short_id(dice), "attributes": told})


def add_form(world: Klaviyo, dice: Dice, name: str, made: int) -> None:
    told = {"name": name, "status": "live", "ab_test": False, "created_at": offset(made), "updated_at": offset(made)}
    form = str(world.forms.put({"type": "form", "id": short_id(dice), "attributes": told})["id"])
    add_version(world, form, "A", made)
    world.form(form, world.local_day(made))


def add_version(world: Klaviyo, form: str, letter: str, made: int, rival: bool = False) -> None:
    """`rival`: it is tried against the others."""
    told: Record = {"form_type": "popup", "variation_name": f"Version {letter}", "status": "live"}
    told |= {"ab_test": {"variation_name": letter} if rival else None}
    told |= {"created_at": offset(made), "updated_at": offset(made)}
    name = str(1_000_000 + len(world.form_versions) + len(world.form_versions.gone))
    world.form_versions.put({"type": "form-version", "id": name, "form_id": form, "attributes": told})


def add_campaign(
    world: Klaviyo, dice: Dice, channel: str, status: str, sent: int, archived: bool = False, days: int = 1
) -> Record:
    """A campaign with its message; when it is sent, with numbers on the days it went out."""
    now = world.now()
    went = status == "Sent"
    made = min(now, sent - 2 * DAY)
    content: Record = {"subject": dice.subject(), "preview_text": "", "from_email": "hi@example.com"}
    content |= {"from_label": ACCOUNT, "reply_to_email": None}
    definition: Record = {"channel": channel, "label": "Main", "content": content}
    if channel != "email":
        definition = {"channel": channel, "content": {"body": "Fresh bread today"}}
    told = {
        "name": f"{dice.subject()} {len(world.campaigns)}",
        "status": status,
        "archived": archived,
        "audiences": {"included": [row["id"] for row in world.lists][:1], "excluded": []},
        "send_options": {"use_smart_sending": True},
        "tracking_options": {"add_tracking_params": True, "custom_tracking_params": [], "is_tracking_clicks": True},
        "send_strategy": {"method": "static", "datetime": offset(sent)},
        "created_at": offset(made).replace("+", ".123456+"),
        "scheduled_at": None if status == "Draft" else offset(made + HOUR),
        "updated_at": offset(min(now, sent + 600) if went else made),
        "send_time": offset(sent) if went else None,
    }
    message = {
        "message_id": ulid(dice),
        "definition": definition,
        "send_times": [{"datetime": offset(sent), "is_local": False}] if went else [],
        "created_at": offset(made),
        "updated_at": offset(made + 60),
    }
    row = {"type": "campaign", "id": ulid(dice), "attributes": told, "channel": channel, "messages": [message]}
    row["tag_ids"] = _tags(world, dice)
    if went:
        world.mail(row, world.local_day(sent), days)
    return world.campaigns.put(row)


def add_flow(world: Klaviyo, dice: Dice, made: int, archived: bool = False) -> str:
    told = {"name": f"Flow {len(world.flows)}", "status": "draft" if archived else "live", "archived": archived}
    told |= {"created": offset(made), "updated": offset(min(world.now(), made + DAY)), "trigger_type": "Added to List"}
    flow = short_id(dice)
    world.flows.put({"type": "flow", "id": flow, "attributes": told, "tag_ids": _tags(world, dice)})
    for kind in STEPS:
        add_step(world, dice, flow, kind, made)
    return flow


def add_step(world: Klaviyo, dice: Dice, flow: str, kind: str, made: int) -> None:
    name = str(10_000_000 + dice.below(80_000_000))
    times = {"created": offset(made), "updated": offset(made)}
    definition: Record = {"id": name, "type": kind, "links": {"next": None}, "data": {"status": "live"}}
    action = {"type": "flow-action", "id": name, "flow_id": flow, "attributes": {"definition": definition, **times}}
    world.flow_actions.put(action)
    if kind in LIVES:
        said: Record = {"name": f"Message {name}", "id": short_id(dice), "smart_sending_enabled": True}
        if kind == "send-email":
            said |= {"from_email": "hi@example.com", "from_label": ACCOUNT, "subject_line": dice.subject()}
            said |= {"preview_text": "", "template_id": short_id(dice)}
        else:
            said |= {"body": "Fresh bread today"}
        attributes = {"channel": LIVES[kind], "definition": said, **times}
        message = {"type": "flow-message", "id": said["id"], "flow_action_id": name, "attributes": attributes}
        world.flow_messages.put(message)
        world.flow(action, message, world.local_day(made))
