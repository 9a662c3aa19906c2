"""One step in the life of a Mailchimp account."""

from infra.sandbox.invent import Dice
from infra.sandbox.mailchimp.people import Act
from infra.sandbox.mailchimp.seeding import activity_row, add_campaign, add_unsubscribe
from infra.sandbox.mailchimp.world import Mailchimp
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, HOUR, day, month, offset

LOOK_BACK = 30 * DAY


def live(world: Mailchimp, dice: Dice, step: int) -> None:
    for row in list(world.lists):
        _people(world, dice, step, row["id"])
        _history(world, dice, row["id"])
    for report in list(world.reports):
        if world.now() - report["sent_at"] < LOOK_BACK:
            _late_opens(world, dice, report)
    audiences = [row["id"] for row in world.lists]
    if audiences:
        list_id = audiences[step % len(audiences)]
        add_campaign(world, dice, list_id, "sent", world.now() - HOUR)
    if step % 3 == 0 and len(world.reports) > 2:  # an old campaign is tidied away
        oldest = min(world.reports, key=lambda row: (row["sent_at"], row["id"]))
        world.delete_campaign(oldest["id"])
    _small_things(world, dice, step)


def _people(world: Mailchimp, dice: Dice, step: int, list_id: str) -> None:
    members = sorted(world.subscribed(list_id))
    few = max(1, len(members) // 100)
    for _ in range(few + 1):
        world.add_member(list_id)
    chosen = iter(dice.pick(members, 5 * few + 1))
    for _, member in zip(range(few), chosen, strict=False):
        world.update_member(member, points=member.points + 1, birthday="02/29")
    for _, member in zip(range(few), chosen, strict=False):
        world.unsubscribe(member)
        sent = [row for row in world.reports if row["list_id"] == list_id]
        if sent:
            newest = max(sent, key=lambda row: (row["sent_at"], row["id"]))
            add_unsubscribe(world, newest["id"], list_id, member, world.now())
    for _, member in zip(range(few), chosen, strict=False):
        world.archive_member(member)
    for _, member in zip(range(few), chosen, strict=False):
        world.delete_member(member)
    for _, member in zip(range(1), chosen, strict=False):
        world.change_address(member, f"new.{step}.{member.email}")
    tags = sorted(world.tag_names(list_id))[:4]
    for _, member in zip(range(few), chosen, strict=False):
        world.update_member(member, tags=tuple(tag for tag in tags if tag not in member.tags))


def _history(world: Mailchimp, dice: Dice, list_id: str) -> None:
    """Today's numbers move; at a new day the oldest of 180 falls out of sight."""
    now = world.now()
    today = activity_row(dice, list_id, day(now))
    world.activity.put(today)
    days = sorted(row["day"] for row in world.activity.of(list_id))
    for name in days[:-180]:
        world.activity.remove((list_id, name))
    key = (list_id, month(now))
    fresh: Record = {"list_id": list_id, "month": month(now), "existing": 0, "imports": 0, "optins": 0}
    fresh |= {"subscribed": 0, "unsubscribed": 0, "reconfirm": 0, "cleaned": 0, "pending": 0, "deleted": 0}
    row = world.growth.rows.get(key, fresh | {"transactional": 0})
    subscribed = world.head_count(list_id)["subscribed"]
    world.growth.put(row | {"optins": row["optins"] + 2, "subscribed": subscribed})


def _late_opens(world: Mailchimp, dice: Dice, report: Record) -> None:
    people = [person for person in world.recipients.of(report["id"]) if person.status == "sent"]
    urls = [row["url"] for row in world.links.of(report["id"])]
    late: dict[str, list[Act]] = {}
    for person in dice.pick(people, max(1, len(people) // 10)):
        at = max([world.now() - dice.below(HOUR), *(act.at + 1 for act in person.acts)])
        late[person.email_id] = [Act("open", at, ""), Act("click", at + 1, urls[dice.below(len(urls))])]
    world.restate(report["id"], late)


def _small_things(world: Mailchimp, dice: Dice, step: int) -> None:
    stamp = offset(world.now())
    for row in [segment for segment in world.segments if segment["type"] == "saved"]:
        world.segments.put(row | {"updated_at": stamp})
    for row in world.interests.rows.copy().values():
        world.interests.put(row | {"subscriber_count": str(int(row["subscriber_count"]) + dice.below(3))})
    for table, names in ((world.landing_page_reports, ("visits",)), (world.automation_emails, ("emails_sent",))):
        for row in list(table):
            table.put(row | {name: row[name] + dice.below(9) for name in names})
    template = next((row for row in world.templates if row["active"]), None)
    if template is not None:
        world.templates.put(template | {"date_edited": stamp, "active": step % 4 != 0})
    draft = next((row for row in world.campaigns if row["status"] == "save"), None)
    if draft is not None:
        settings = draft["settings"] | {"preview_text": f"Draft no. {step}"}
        world.campaigns.put(draft | {"settings": settings})
    world.campaign_folders.put({"name": f"Folder {step}", "id": dice.hex(10), "count": 0})
