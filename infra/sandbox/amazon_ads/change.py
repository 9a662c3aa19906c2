"""One step in the life of an Amazon Ads login. Nothing is ever deleted: what ends is archived and stays listed."""

from __future__ import annotations

from datetime import timedelta

from infra.sandbox.amazon_ads.invented import GOODS
from infra.sandbox.amazon_ads.making import Seeding
from infra.sandbox.amazon_ads.products import sp_campaign
from infra.sandbox.amazon_ads.world import PROFILES, AmazonAds, of_profile
from infra.sandbox.invent import Dice


def live(world: AmazonAds, dice: Dice, step: int) -> None:
    """Recent days are restated; a campaign is paused, one archived, one added; bids move."""
    world.live()
    for profile in PROFILES:
        if profile.kind == "agency":
            continue
        campaigns = of_profile(world.lists["sp_campaigns"], profile.id)
        first, other = campaigns[0], campaigns[step % len(campaigns)]
        world.edit("sp_campaigns", first, state="PAUSED" if first["state"] == "ENABLED" else "ENABLED")
        if other["campaignId"] != first["campaignId"]:
            world.put("sp_campaigns", {**other, "state": "ARCHIVED", "name": f"SP | {GOODS[step % 6]} | ended {step}"})
        for word in dice.pick(list(of_profile(world.lists["sp_keywords"], profile.id)), 2):
            world.edit("sp_keywords", word, bid=round(0.4 + dice.below(100) / 100, 2))
        display = of_profile(world.lists["sd_campaigns"], profile.id)[0]
        world.edit("sd_campaigns", display, state="archived" if display["state"] == "enabled" else "enabled")
        for name in ("sp_negative_targets", "sb_targets"):
            for target in dice.pick(list(of_profile(world.lists[name], profile.id)), 1):
                world.edit(name, target, state="archived" if name.startswith("sb") else "ARCHIVED")
        for rule in of_profile(world.lists["sp_budget_rules"], profile.id)[:1]:
            world.edit("sp_budget_rules", rule, ruleState="PAUSED" if rule["ruleState"] == "ACTIVE" else "ACTIVE")
        own = Seeding(world, profile)
        sp_campaign(own, 100 + step, own.today() - timedelta(days=1))
