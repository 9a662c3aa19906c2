"""One step of life: numbers arrive late, posts are made and deleted, people come and go."""

from infra.sandbox.instagram.seeding import KINDS, add_media, add_post, add_story
from infra.sandbox.instagram.world import COUNTING, Instagram
from infra.sandbox.invent import Dice
from infra.sandbox.records import Record, Table
from infra.sandbox.times import HOUR


def live(world: Instagram, dice: Dice, step: int) -> None:
    now = world.now()
    world.instagram_days.live()
    world.page_days.live()
    for numbers in (world.media_numbers, world.post_numbers):
        for row in [row for row in numbers if now - row["at"] < COUNTING]:
            world.restate(numbers, row, dice)
    for media in [media for media in world.media if now - media["at"] < COUNTING]:
        world.media.put(media | {"like_count": media["like_count"] + dice.below(4)})
    for profile in list(world.profiles):
        for story in world.living(profile["id"]):
            world.restate(world.story_numbers, world.story_numbers[(story["id"],)], dice)
        add_media(world, dice, profile["id"], KINDS[step % len(KINDS)], now - HOUR)
        add_story(world, dice, profile["id"], now - HOUR, 30)
        if step % 2 == 1:
            world.delete_media(_youngest(world.media, profile["account_id"], 2)["id"])
        came = 0 if world.few(profile["id"]) else step
        many = len(world.media.of(profile["account_id"]))
        world.profiles.put(profile | {"followers_count": profile["followers_count"] + came, "media_count": many})
    for row in list(world.groups):
        world.groups.put(row | {"people": row["people"] + dice.below(4)})
    for page in [page for page in world.pages if page["role"]]:
        add_post(world, dice, page["id"], now - HOUR)
        if step % 2 == 1:
            world.delete_post(_youngest(world.posts, page["id"], 2)["id"])
        world.pages.put(page | {"fan_count": page["fan_count"] + dice.below(5)})


def _youngest(table: Table[Record], page: str, number: int) -> Record:
    """The newest but so many."""
    rows = sorted(table.of(page), key=lambda row: -row["at"])
    return rows[min(number, len(rows) - 1)]
