"""One step in the life of a Constant Contact account."""

from infra.sandbox.constant_contact.people import Contact, Event
from infra.sandbox.constant_contact.seeding import add_campaign, add_list, add_sms, add_tag
from infra.sandbox.constant_contact.world import ConstantContact
from infra.sandbox.invent import Dice
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, HOUR, zulu

LOOK_BACK = 30 * DAY


def live(world: ConstantContact, dice: Dice, step: int) -> None:
    now = world.now()
    _people(world, dice)
    for row in list(world.sent):
        if now - row["sent_at"] < LOOK_BACK:
            _late_events(world, dice, row)
    add_campaign(world, dice, "Done", now - HOUR)
    add_sms(world, dice, now - 2 * HOUR)
    draft = next((row for row in world.campaigns if row["current_status"] == "Draft"), None)
    if draft is not None:
        world.update_campaign(draft["campaign_id"], name=f"Draft no. {step}")
    if step % 3 == 0 and len(world.sent) > 2:
        oldest = min(world.sent, key=lambda row: (row["sent_at"], row["campaign_id"]))
        world.remove_campaign(oldest["campaign_id"])
    for segment in list(world.segments)[:1]:
        world.segments.put(segment | {"edited": now})
    for custom_field in list(world.custom_fields)[:1]:
        world.custom_fields.put(custom_field | {"label": f"Field, version {step}", "updated_at": zulu(now)})
    add_tag(world, dice, f"step {step}", now)
    if len(world.tags) > 3:
        world.delete_tag(next(iter(world.tags))["tag_id"])
    if step % 3 == 2:
        added = add_list(world, dice, now, now)
        for contact in dice.pick(_there(world), 3):
            world.update_contact(contact, lists=(*contact.lists, added))
    living = [row["list_id"] for row in world.lists if "deleted_at" not in row]
    if step % 4 == 0 and len(living) > 1:
        world.delete_list(living[-1])


def _there(world: ConstantContact) -> list[Contact]:
    return sorted((c for c in world.contacts if c.active and c.email), key=lambda c: c.contact_id)


def _people(world: ConstantContact, dice: Dice) -> None:
    there = _there(world)
    few = max(1, len(there) // 100)
    lists = tuple(row["list_id"] for row in world.lists if "deleted_at" not in row)
    for _ in range(few + 1):
        world.add_contact(lists=lists[:1])
    chosen = iter(dice.pick(there, 5 * few))
    for _, contact in zip(range(few), chosen, strict=False):
        world.update_contact(contact, job=f"Baker {world.now() % 100}")
    for _, contact in zip(range(few), chosen, strict=False):
        world.unsubscribe(contact)
    for _, contact in zip(range(few), chosen, strict=False):
        world.delete_contact(contact)
    for _, contact in zip(range(few), chosen, strict=False):
        world.update_contact(contact, lists=lists[1:3] if contact.lists[:1] == lists[:1] else lists[:1])
    tags = tuple(row["tag_id"] for row in world.tags)
    for _, contact in zip(range(few), chosen, strict=False):
        world.update_contact(contact, tags=tags[-1:])


def _late_events(world: ConstantContact, dice: Dice, row: Record) -> None:
    """Opens, clicks and now and then an opt-out keep arriving for weeks."""
    for activity_id in world.mailed(row["campaign_id"]):
        sends = world.events["sends"].of(activity_id)
        links = [link["url_id"] for link in world.links.of(activity_id)]
        late = dice.pick(sends, max(1, len(sends) // 10))
        moments = [(send.contact_id, world.now() - dice.below(HOUR)) for send in late]
        opens = [Event(activity_id, who, at, "", "mobile") for who, at in moments]
        clicks = [Event(activity_id, who, at, links[dice.below(len(links))], "mobile") for who, at in moments]
        world.restate("opens", opens)
        world.restate("clicks", clicks)
        if dice.chance(0.3):
            world.restate("optouts", [Event(activity_id, who, at, "Late") for who, at in moments[:1]])
