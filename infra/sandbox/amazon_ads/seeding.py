"""The first day of an Amazon Ads login: what every profile that can be read advertises."""

from __future__ import annotations

from infra.sandbox.amazon_ads.brands import sb_campaign, sd_campaign
from infra.sandbox.amazon_ads.making import Seeding
from infra.sandbox.amazon_ads.products import sp_campaign
from infra.sandbox.amazon_ads.world import PRODUCTS, PROFILES, AmazonAds
from infra.sandbox.spec import Seed

COUNTS = ("campaigns", "ads", "negatives", "days")
OWNER = "media@nordlicht.example"


def build(seed: Seed) -> AmazonAds:
    world = AmazonAds(seed)
    for profile in PROFILES:
        if profile.kind != "agency":
            fill(Seeding(world, profile))
    return world


def fill(own: Seeding) -> None:
    for number in range(2):
        own.portfolio(number)
    for number in range(own.campaigns):
        sp_campaign(own, number, own.first_day(number))
    for number in range(0 if own.profile.author else max(2, own.campaigns // 2)):
        sb_campaign(own, number, own.first_day(number + 1))
    for number in range(max(1, own.campaigns // 2)):
        sd_campaign(own, number, own.first_day(number))
    for product in PRODUCTS:
        for number in range(0 if product == "sb" and own.profile.author else own.seed.count("negatives", 2)):
            own.rule(product, number)
