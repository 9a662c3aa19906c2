"""One step in the life of an EmailOctopus account."""

from infra.sandbox.emailoctopus.seeding import FIELDS, TAGS, add_campaign
from infra.sandbox.emailoctopus.world import Contact, EmailOctopus, Event
from infra.sandbox.invent import Dice
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, HOUR

LOOK_BACK = 30 * DAY


def live(world: EmailOctopus, dice: Dice, step: int) -> None:
    now = world.now()
    for row in list(world.lists):
        _people(world, dice, row["id"])
    for row in list(world.sent):
        if now - row["sent_at"] < LOOK_BACK:
            _late_events(world, dice, row)
    lists = [row["id"] for row in world.lists]
    if lists:
        add_campaign(world, dice, lists[step % len(lists)], "sent", now - HOUR)
        extra = {"label": f"Field {step}", "tag": f"Field{step}", "type": "text", "fallback": None}
        world.update_list(lists[0], tags=[*TAGS[1:], f"step-{step}"], fields=[*FIELDS, extra])
    draft = next((row for row in world.campaigns if row["status"] == "draft"), None)
    if draft is not None:
        world.campaigns.put(draft | {"name": f"Draft no. {step}"})
    if step % 3 == 0 and len(world.sent) > 2:
        world.delete_campaign(min(world.sent, key=lambda row: (row["sent_at"], row["id"]))["id"])


def _people(world: EmailOctopus, dice: Dice, list_id: str) -> None:
    there = sorted(c for c in world.contacts.of(list_id) if c.status == "subscribed")
    few = max(1, len(there) // 100)
    for _ in range(few + 1):
        world.add_contact(list_id)
    chosen = iter(dice.pick(there, 4 * few))

    def some() -> list[Contact]:
        return [contact for _, contact in zip(range(few), chosen, strict=False)]

    for contact in some():
        world.update_contact(contact, pets=contact.pets + 1)
    for contact in some():
        world.unsubscribe(contact)
    for contact in some():
        world.delete_contact(contact)
    for contact in some():
        world.update_contact(contact, tags=tuple(tag for tag in TAGS if tag not in contact.tags))


def _late_events(world: EmailOctopus, dice: Dice, row: Record) -> None:
    campaign_id = row["id"]
    sent = world.of(campaign_id, "sent")
    urls = [link["url"] for link in world.links.of(campaign_id)]
    for event in dice.pick(sent, max(1, len(sent) // 10)):
        at = world.now() - dice.below(HOUR)
        opened = Event(campaign_id, "opened", event.contact_id, event.email, at)
        clicked = opened._replace(status="clicked", detail=urls[dice.below(len(urls))])
        world.restate([opened, clicked])
