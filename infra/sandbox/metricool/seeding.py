"""The first day: posts of the last weeks, fewer the further back, and plans for the next ones."""

from __future__ import annotations

from infra.sandbox.invent import Draw
from infra.sandbox.metricool.brands import BRANDS
from infra.sandbox.metricool.kinds import KINDS
from infra.sandbox.metricool.world import Metricool
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR

COUNTS = ("posts", "days", "plans")  # posts per brand and kind; days since the brands were made; plans per brand


def build(seed: Seed) -> Metricool:
    world = Metricool(seed)
    now, days = world.born, seed.count("days", 40, 0.0)
    for brand in BRANDS.values():
        for name, kind in KINDS.items():
            if kind.network not in brand.networks:
                continue
            draw = Draw(seed.seed, "posts", brand.account.id, name)
            for _ in range(seed.count("posts", 24)):
                # Some of them around midnight, where the days of two zones differ.
                at = now - draw.between(2 * HOUR, max(3 * HOUR, (days - 1) * DAY))
                world.add_post(name, brand.account.id, at if draw.chance(0.7) else at - at % DAY - HOUR)
        plans = Draw(seed.seed, "plans", brand.account.id)
        for _ in range(seed.count("plans", 8)):
            world.add_plan(brand.account.id, now + plans.between(-10 * DAY, 40 * DAY))
    return world
