"""The first day: a login, its managers and accounts, and what each account holds."""

from datetime import timedelta

from infra.sandbox.accounts import Account
from infra.sandbox.daily import Leaf
from infra.sandbox.google_ads.names import resource_name
from infra.sandbox.google_ads.world import GoogleAds
from infra.sandbox.invent import Draw
from infra.sandbox.spec import Seed

COUNTS = ("campaigns", "ad_groups", "ads", "keywords", "days")
AGENCY, GROUP, SHUT = "9000000001", "9000000002", "1110000005"
CLOSED = "The customer account can't be accessed."
# The first is reached through the agency, the second directly, the third two levels below the agency.
ACCOUNTS = (
    Account("1110000001", "Bread & Butter GmbH", "Europe/Berlin", "EUR"),
    Account("1110000002", "Harbor Outfitters", "America/New_York", "USD"),
    Account("1110000003", "Sakura Travel", "Asia/Tokyo", "JPY"),
    Account("1110000004", "Old Mill", "Europe/London", "GBP", closed=CLOSED),
    Account(SHUT, "Never set up", "UTC", "EUR", closed=CLOSED),
)
KINDS = ("SEARCH", "PERFORMANCE_MAX", "DISPLAY", "MULTI_CHANNEL")  # the last are those of apps
GROUPS = {"SEARCH": "SEARCH_STANDARD", "DISPLAY": "DISPLAY_STANDARD"}
ADS = {"SEARCH": "RESPONSIVE_SEARCH_AD", "DISPLAY": "RESPONSIVE_DISPLAY_AD", "MULTI_CHANNEL": "APP_AD"}
DEVICES = ("MOBILE", "DESKTOP", "TABLET")
COUNTRIES = ("2276", "2840", "2826", "2040")
REMEMBERED = 20  # days of changes that an account begins with, fewer than are told
WORDS = ("shoes", "bread", "tents", "lamps", "tours", "chairs", "mugs", "soap")
ACTIONS = (("Purchase", "PURCHASE", True), ("Newsletter", "SIGNUP", False))


def build(seed: Seed) -> GoogleAds:
    world = GoogleAds(seed, ACCOUNTS)
    tree = world.tree
    first, second, third, old, shut = (account.id for account in ACCOUNTS)
    tree.roots = [AGENCY, second, shut]
    tree.below = {AGENCY: [first, GROUP, old], GROUP: [third, first]}
    for manager, name in ((AGENCY, "The Agency"), (GROUP, "The Agency, Asia")):
        tree.records[manager] = _customer(Account(manager, name, "Europe/Berlin", "EUR"))
    for account in ACCOUNTS:
        tree.records[account.id] = _customer(account)
        if not account.closed:
            world.add(account.id, "customer", "customer", tree.records[account.id])
            _fill(world, account)
    return world


def _customer(account: Account) -> dict[str, object]:
    return {
        "resourceName": f"customers/{account.id}",
        "id": account.id,
        "descriptiveName": account.title,
        "currencyCode": account.currency,
        "timeZone": account.zone,
        "manager": False,
        "testAccount": False,
        "status": "CANCELED" if account.closed else "ENABLED",
        "autoTaggingEnabled": True,
    }


def _fill(world: GoogleAds, account: Account) -> None:
    for number, (name, category, primary) in enumerate(ACTIONS, 1):
        record = {
            "resourceName": resource_name(account.id, "conversionActions", str(number)),
            "id": str(number),
            "name": name,
            "category": category,
            "status": "ENABLED",
            "type": "WEBPAGE",
            "countingType": "MANY_PER_CLICK" if primary else "ONE_PER_CLICK",
            "primaryForGoal": primary,
            "clickThroughLookbackWindowDays": "30",
            "viewThroughLookbackWindowDays": "1",
        }
        world.add(account.id, "conversion_action", "conversionAction", record)
    days = world.seed.count("days", 60, 0.25)
    for number in range(world.seed.count("campaigns", 6, 0.25)):
        world.changes.quiet = days > REMEMBERED
        with world.changes.on(account.id, world.daily.today(account.zone) - timedelta(days=days), 9):
            campaign = add_campaign(world, account.id, KINDS[number % len(KINDS)], days)
        world.changes.quiet = False
        _change_budget(world, account, campaign, days)


def _change_budget(world: GoogleAds, account: Account, campaign: str, days: int) -> None:
    """Every few days somebody thinks better of what a campaign may spend, and in the end it is as in the beginning."""
    budget = world.things["campaign"][account.id, campaign]["of"]["campaign_budget"]
    amount = int(world.things["campaign_budget"][account.id, budget]["record"]["amountMicros"])
    for ago in reversed(range(3, min(days, REMEMBERED), 5)):
        for later, now in ((ago, amount + 1_000_000), (ago - 2, amount)):
            with world.changes.on(account.id, world.daily.today(account.zone) - timedelta(days=later), 10):
                world.edit(account.id, "campaign_budget", budget, amountMicros=str(now))


def add_campaign(world: GoogleAds, account: str, kind: str, days: int = 0) -> str:
    """A campaign with all that is in it, at work since `days` ago."""
    campaign, budget = world.number(70_000), world.number(50_000)
    begins = world.daily.today(world.accounts[account].zone) - timedelta(days=days)
    record = {
        "resourceName": resource_name(account, "campaignBudgets", budget),
        "id": budget,
        "name": f"Budget {budget}",
        "amountMicros": str(20_000_000 + int(budget) % 7 * 5_000_000),
        "period": "DAILY",
        "deliveryMethod": "STANDARD",
        "explicitlyShared": False,
        "status": "ENABLED",
    }
    world.add(account, "campaign_budget", "campaignBudget", record)
    record = {
        "resourceName": resource_name(account, "campaigns", campaign),
        "id": campaign,
        "name": f"{kind.replace('_', ' ').capitalize()} {campaign}",
        "status": "ENABLED",
        "servingStatus": "SERVING",
        "primaryStatus": "ELIGIBLE",
        "advertisingChannelType": kind,
        "biddingStrategyType": "MAXIMIZE_CONVERSIONS",
        "startDateTime": f"{begins} 00:00:00",
        "endDateTime": "2037-12-30 23:59:59",
        "campaignBudget": resource_name(account, "campaignBudgets", budget),
    }
    world.add(account, "campaign", "campaign", record, {"campaign_budget": budget})
    if kind == "PERFORMANCE_MAX":
        _asset_groups(world, account, campaign, days)
    else:
        for _ in range(world.seed.count("ad_groups", 2, 0.5)):
            add_ad_group(world, account, campaign, kind, days)
    return campaign


def _leaf(world: GoogleAds, account: str, days: int, **at: str) -> Leaf:
    """The smallest thing with numbers: what, where, on which device, and what its people buy."""
    name = "~".join((account, *at.values()))
    draw = Draw(world.seed.seed, name)
    action = 1 + draw.chance(0.3)
    at |= {
        "device": DEVICES[draw.below(len(DEVICES))],
        "country": COUNTRIES[draw.below(len(COUNTRIES))],
        "location_type": "AREA_OF_INTEREST" if draw.chance(0.2) else "LOCATION_OF_PRESENCE",
        "action": str(action),
        "primary": "yes" if ACTIONS[action - 1][2] else "no",
    }
    if "asset_group" in at:  # what it was found by; two groups of one campaign may be found by the same
        at["term"] = f"{WORDS[draw.below(2)]} near me"
    zone = world.accounts[account].zone
    return Leaf(name, account, at, world.daily.today(zone) - timedelta(days=days), zone=zone)


def _asset_groups(world: GoogleAds, account: str, campaign: str, days: int) -> None:
    """Performance Max has neither ad groups nor ads: what it spends shows in no report of those."""
    for number in range(2):
        group = world.number(60_000)
        record = {
            "resourceName": resource_name(account, "assetGroups", group),
            "id": group,
            "name": f"Assets {number + 1}",
            "status": "ENABLED",
            "campaign": resource_name(account, "campaigns", campaign),
        }
        world.add(account, "asset_group", "assetGroup", record, {"campaign": campaign})
        world.leaves.append(_leaf(world, account, days, campaign=campaign, asset_group=group, network="MIXED"))


def add_ad_group(world: GoogleAds, account: str, campaign: str, kind: str, days: int = 0) -> None:
    group = world.number(80_000)
    record = {
        "resourceName": resource_name(account, "adGroups", group),
        "id": group,
        "name": f"Ad group {group}",
        "status": "ENABLED",
        "type": GROUPS.get(kind, "UNSPECIFIED"),
        "campaign": resource_name(account, "campaigns", campaign),
        "cpcBidMicros": "1200000",
    }
    world.add(account, "ad_group", "adGroup", record, {"campaign": campaign})
    ads = [_ad(world, account, group, kind) for _ in range(world.seed.count("ads", 2, 0.25))]
    if kind != "SEARCH":
        for ad in ads:
            world.leaves.append(
                _leaf(world, account, days, campaign=campaign, ad_group=group, ad=ad, network="CONTENT")
            )
        return
    for number in range(world.seed.count("keywords", 3, 0.25)):
        keyword, text = _keyword(world, account, group, number)
        at = {"campaign": campaign, "ad_group": group, "ad": ads[number % len(ads)], "keyword": keyword}
        world.leaves.append(_leaf(world, account, days, **at, term=f"best {text}", network="SEARCH"))
    _keyword(world, account, group, 5, negative=True)


def _ad(world: GoogleAds, account: str, group: str, kind: str) -> str:
    ad = world.number(90_000)
    record = {
        "resourceName": resource_name(account, "adGroupAds", group, ad),
        "adGroup": resource_name(account, "adGroups", group),
        "status": "ENABLED",
        "adStrength": "GOOD",
        "policySummary": {"approvalStatus": "APPROVED"},
        "ad": {
            "resourceName": resource_name(account, "ads", ad),
            "id": ad,
            "type": ADS[kind],
            "finalUrls": [f"https://shop.example/{ad}"],
        },
    }
    if kind != "SEARCH":
        record["ad"] = {**record["ad"], "name": f"Banner {ad}"}  # type: ignore[dict-item]
    world.add(account, "ad_group_ad", "adGroupAd", record, {"ad_group": group})
    return ad


def _keyword(world: GoogleAds, account: str, group: str, number: int, negative: bool = False) -> tuple[str, str]:
    criterion = world.number(30_000)
    text = f"{WORDS[int(group) % len(WORDS)]} {number}"
    record = {
        "resourceName": resource_name(account, "adGroupCriteria", group, criterion),
        "adGroup": resource_name(account, "adGroups", group),
        "criterionId": criterion,
        "keyword": {"text": text, "matchType": ("EXACT", "PHRASE", "BROAD")[number % 3]},
        "type": "KEYWORD",
        "status": "ENABLED",
        "negative": negative,
    }
    if not negative:
        record |= {"cpcBidMicros": "900000", "qualityInfo": {"qualityScore": 3 + number % 7}}
    world.add(account, "ad_group_criterion", "adGroupCriterion", record, {"ad_group": group})
    return criterion, text
