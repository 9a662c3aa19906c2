"""One step in the life of a Klaviyo account."""

from infra.sandbox.invent import Dice
from infra.sandbox.klaviyo.people import Profile
from infra.sandbox.klaviyo.seeding import (
    add_campaign,
    add_flow,
    add_form,
    add_list,
    add_segment,
    add_step,
    add_tag,
    add_template,
    add_version,
)
from infra.sandbox.klaviyo.selling import sell
from infra.sandbox.klaviyo.world import Klaviyo
from infra.sandbox.times import DAY, HOUR


def live(world: Klaviyo, dice: Dice, step: int) -> None:
    now = world.now()
    _people(world, dice, step)
    world.restate()
    add_campaign(world, dice, "email", "Sent", now - 60)
    add_campaign(world, dice, "sms", "Draft", now + 3 * DAY)
    _campaigns(world, step)
    flow = next(row for row in world.flows if not row["attributes"]["archived"])
    add_step(world, dice, flow["id"], "send-email", now - HOUR)
    world.update(world.flows, flow["id"], name=f"Flow, version {step}")
    if step % 3 == 0:
        add_flow(world, dice, now - 2 * HOUR)
        world.update(world.flows, flow["id"], archived=True, status="draft")
    group = next(iter(world.tag_groups))["id"]
    add_tag(world, dice, f"step {step}", group)
    if len(world.tags) > 4:
        gone = next(iter(world.tags))["id"]
        world.tags.remove((gone,))
        for table in (world.lists, world.segments, world.flows, world.campaigns):
            for row in table:
                if gone in row["tag_ids"]:  # moves the time of change: otherwise nobody could ever know
                    table.put(row | {"tag_ids": [each for each in row["tag_ids"] if each != gone]})
                    world.update(table, row["id"])
    add_template(world, dice, f"Template of step {step}", now)
    world.templates.remove((next(iter(world.templates))["id"],))
    add_form(world, dice, f"Form of step {step}", now)
    first = next(iter(world.forms))["id"]
    world.update(world.forms, first, status="draft")
    add_version(world, first, "B", now, rival=True)
    if step % 2 == 0:
        world.form_versions.remove((world.form_versions.of(first)[0]["id"],))
    sell(world, step)
    if step % 3 == 2:
        made = add_list(world, dice, f"List of step {step}", now)
        for profile in dice.pick(_there(world), 4):
            world.join(world.list_members, made, profile)
        add_segment(world, dice, f"Segment of step {step}", now)
    if step % 4 == 0 and len(world.lists) > 1:
        world.delete_list(next(iter(world.lists))["id"])


def _there(world: Klaviyo) -> list[Profile]:
    return sorted(world.profiles, key=lambda profile: profile.id)


def _people(world: Klaviyo, dice: Dice, step: int) -> None:
    there, now = _there(world), world.now()
    few = max(1, len(there) // 100)
    lists = [row["id"] for row in world.lists]
    chosen = iter(dice.pick(there, 7 * few))
    for _ in range(few + 1):
        added = world.add_profile()
        world.join(world.list_members, lists[0], added)
    for _, profile in zip(range(few), chosen, strict=False):
        world.update_profile(profile, favourite=f"colour {step}")
    for _, profile in zip(range(few), chosen, strict=False):
        world.unsubscribe(profile)
    for _, profile in zip(range(few), chosen, strict=False):
        world.delete_profile(profile)
    for _, profile in zip(range(2 * few), chosen, strict=False):
        world.add_event("Placed Order", profile, now - 60, **{"$value": 20.5})
        world.add_event("Active on Site", profile, now - DAY - HOUR)  # told late
        world.update_profile(profile, last_event=now - 60)
    for members in (world.list_members, world.segment_members):
        for group in sorted({member.group for member in members}):
            inside = sorted(member.profile for member in members.of(group))
            for who in dice.pick(inside, few):
                world.leave(members, group, who)
            for profile in dice.pick([each for each in _there(world) if each.id not in inside], few):
                world.join(members, group, profile)
    world.add_event("Active on Site", _there(world)[0], now + 30 * DAY)


def _campaigns(world: Klaviyo, step: int) -> None:
    rows = sorted(world.campaigns, key=lambda row: row["id"])
    draft = next((row for row in rows if row["attributes"]["status"] == "Draft"), None)
    if draft is not None and step % 2 == 0:
        world.delete_campaign(draft["id"])
    shelved = next((row for row in rows if row["attributes"]["archived"]), None)
    if shelved is not None:
        world.archive(shelved["id"], archived=False)
    world.archive(next(row for row in rows if row["attributes"]["status"] == "Sent")["id"])
    scheduled = next((row for row in rows if row["attributes"]["status"] == "Scheduled"), None)
    if scheduled is not None:
        world.update(world.campaigns, scheduled["id"], status="Sent", send_time=world.stamp())
        world.mail(scheduled, world.today())
