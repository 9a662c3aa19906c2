"""One step in the life of all brands: posts that are new, grow, shrink and go; days told anew; plans that move."""

from __future__ import annotations

from infra.sandbox.invent import Dice
from infra.sandbox.metricool.brands import BRANDS
from infra.sandbox.metricool.world import Metricool
from infra.sandbox.times import DAY, HOUR

MOVING = 30 * DAY  # numbers of older posts are not looked at any more


def live(world: Metricool, dice: Dice, step: int) -> None:
    now = world.now()
    world.steps.append(now)
    for name, table in world.posts.items():
        for account_id in BRANDS:
            young = [row for row in table.of(account_id) if now - row["at"] < MOVING]
            chosen = dice.pick(young, 3)
            for row, by in zip(chosen, (40, -2), strict=False):
                world.grow(name, row, by)
            if len(chosen) == 3 and step % 2:
                world.delete_post(name, chosen[2])
            if young:
                world.add_post(name, account_id, now - dice.below(HOUR))
    for account_id in BRANDS:
        coming = [row for row in world.plans.of(account_id) if row["at"] > now + DAY]
        for row in [row for row in world.plans.of(account_id) if row["status"] == "PENDING" and row["at"] <= now]:
            world.plans.put(row | {"status": "PUBLISHED"})
        moved = dice.pick(coming, 2)
        if len(moved) == 2:
            world.plans.put(moved[0] | {"at": moved[0]["at"] + 3 * DAY})
            world.plans.remove((account_id, moved[1]["id"]))
        if coming:
            world.add_plan(account_id, now + 5 * DAY)
