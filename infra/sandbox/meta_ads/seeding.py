"""The first day: four ad accounts, all moments counted back from the clock at creation."""

from datetime import timedelta

from infra.sandbox.daily import Leaf
from infra.sandbox.invent import Dice
from infra.sandbox.meta_ads.breakdowns import AUDIENCES
from infra.sandbox.meta_ads.world import NO_CAP, NO_START, STATUS, MetaAds
from infra.sandbox.records import Record
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR

COUNTS = ("campaigns", "ad_sets", "ads", "custom_conversions", "days")
STATUSES = ("ACTIVE", "PAUSED", "ARCHIVED", "DELETED")
OBJECTIVES = ("OUTCOME_SALES", "OUTCOME_TRAFFIC", "OUTCOME_LEADS")


def build(seed: Seed) -> MetaAds:
    world = MetaAds(seed)
    for number, account in enumerate(world.accounts.all()):
        opened = world.local(account.id, seed.now() - 900 * DAY)
        hours = world.local(account.id, seed.now())[-5:]
        world.ad_account.put(
            {
                "id": f"act_{account.id}",
                "account_id": account.id,
                "name": account.title,
                "currency": account.currency,
                "timezone_name": account.zone,
                "timezone_offset_hours_utc": int(hours[:3]),
                "account_status": STATUS.get(account.id, 1),
                "disable_reason": 1 if STATUS.get(account.id) == 2 else 0,
                "amount_spent": str(1_234_567 + number),
                "balance": "4250",
                "spend_cap": "0",
                "created_time": opened,
            }
        )
        for campaign in range(seed.count("campaigns", 4, 0.0)):
            add_campaign(world, account.id, campaign, STATUSES[campaign % 4] if campaign else "ACTIVE")
        for conversion in range(seed.count("custom_conversions", 2, 0.0)):
            _conversion(world, account.id, conversion)
    return world


def add_campaign(world: MetaAds, account_id: str, number: int, status: str = "ACTIVE", days: int = 0) -> str:
    """A campaign with its ad sets and ads. `days`: how long ago it began; 0: with the first day of all."""
    seed = world.seed
    dice = Dice(seed.seed, "meta_ads", account_id, number)
    begun = days or world.days()
    made = seed.now() - begun * DAY - dice.below(5 * HOUR)
    times = {"created_time": world.local(account_id, made), "updated_time": world.local(account_id, made + HOUR)}
    own = {"account_id": account_id}
    campaign_id = f"120{account_id[-4:]}{number:06d}000"
    budget = {"lifetime_budget" if number % 3 == 2 else "daily_budget": str(1000 + dice.below(90) * 100)}
    world.campaigns.put(
        {
            "id": campaign_id, **own, "name": f"{dice.subject()} {number}", "objective": OBJECTIVES[number % 3],
            "status": status, "configured_status": status, "buying_type": "AUCTION",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP", **budget,
            "budget_remaining": str(dice.below(1000)), "spend_cap": NO_CAP,
            "start_time": NO_START if number % 7 == 6 else world.local(account_id, made + HOUR),
            "stop_time": world.local(account_id, seed.now() + 60 * DAY),
            "special_ad_categories": ["HOUSING"] if number % 5 == 4 else [], **times,
        }
    )  # fmt: skip
    for set_number in range(seed.count("ad_sets", 2, 0.0)):
        adset_id = f"121{account_id[-4:]}{number:06d}{set_number:03d}"
        world.ad_sets.put(
            {
                "id": adset_id, **own, "campaign_id": campaign_id, "name": f"People {set_number}",
                "status": "PAUSED" if set_number % 3 == 1 else "ACTIVE", "optimization_goal": "OFFSITE_CONVERSIONS",
                "billing_event": "IMPRESSIONS", "bid_strategy": "COST_CAP", "bid_amount": 250 + dice.below(500),
                "lifetime_budget": str(50_000 + dice.below(100) * 100), "budget_remaining": str(dice.below(5000)),
                "daily_budget": "0", "start_time": world.local(account_id, made + HOUR),
                "end_time": world.local(account_id, seed.now() + 50 * DAY),
                "targeting": {"age_min": 18, "age_max": 65, "geo_locations": {"countries": ["US"]}},
                "attribution_spec": [{"event_type": "CLICK_THROUGH", "window_days": 7}], **times,
            }
        )  # fmt: skip
        for ad_number in range(seed.count("ads", 2)):
            _ad(world, dice, own | times, (campaign_id, adset_id), (number, set_number, ad_number), begun)
    if status in ("DELETED", "ARCHIVED"):
        _end(world, campaign_id, begun // 2)
    return campaign_id


def _ad(
    world: MetaAds, dice: Dice, own: Record, above: tuple[str, str], place: tuple[int, int, int], begun: int
) -> None:
    account_id, (campaign_id, adset_id), (number, set_number, ad_number) = own["account_id"], above, place
    end = f"{account_id[-4:]}{number:06d}{set_number:03d}{ad_number:04d}"
    ad_id, creative_id, words = f"122{end}", f"123{end}", dice.subject()
    kind = "PHOTO" if ad_number % 2 else "VIDEO"
    world.ads.put(
        {
            "id": ad_id, **own, "campaign_id": campaign_id, "adset_id": adset_id, "name": f"{kind.title()} {ad_number}",
            "status": "ACTIVE", "creative": {"id": creative_id},
        }
    )  # fmt: skip
    world.ad_creatives.put(
        {
            "id": creative_id, "account_id": account_id, "name": words, "title": words, "body": f"{words}!",
            "status": "ACTIVE", "object_type": kind, "image_url": f"https://cdn.example.com/{creative_id}.png?oe=1",
            "thumbnail_url": f"https://cdn.example.com/{creative_id}-s.png?oe=1",
            "object_story_id": f"77_{creative_id}", "effective_object_story_id": f"77_{creative_id}",
            "call_to_action_type": "SHOP_NOW", "url_tags": "utm_source=meta",
        }
    )  # fmt: skip
    zone = world.accounts[account_id].zone
    first = world.daily.today(zone) - timedelta(days=begun)
    at = {"campaign": campaign_id, "adset": adset_id, "ad": ad_id, "format": kind}
    shown = AUDIENCES[(number + set_number + ad_number) % len(AUDIENCES)]
    world.leaves.append(Leaf(ad_id, account_id, {**at, **shown}, first, zone=zone))


def _end(world: MetaAds, campaign_id: str, days: int) -> None:
    """It stopped so many days ago."""
    world.leaves = [
        Leaf(each.id, each.account, each.at, each.begins, world.daily.today(each.zone) - timedelta(days=days),
             each.size, each.zone) if each.at["campaign"] == campaign_id else each
        for each in world.leaves
    ]  # fmt: skip


def _conversion(world: MetaAds, account_id: str, number: int) -> None:
    made = world.local(account_id, world.now() - (300 + number) * DAY)
    world.custom_conversions.put(
        {
            "id": f"990{account_id[-4:]}{number:06d}", "account_id": account_id, "name": f"Thank you {number}",
            "description": "Who reached the last page", "custom_event_type": "PURCHASE",
            "rule": '{"url":{"i_contains":"thank-you"}}', "creation_time": made, "first_fired_time": made,
            "last_fired_time": world.local(account_id, world.now() - HOUR),
            "is_archived": False, "is_unavailable": False,
        }
    )  # fmt: skip
