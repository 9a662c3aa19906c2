"""What things of an Amazon Ads profile are made with: ids, moments, portfolios, rules, and leaves for numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from infra.sandbox.amazon_ads.days import TOLD_SINCE
from infra.sandbox.amazon_ads.invented import GOODS, NUMBERS, PRODUCT
from infra.sandbox.amazon_ads.world import AmazonAds, Profile
from infra.sandbox.daily import Leaf
from infra.sandbox.invent import Dice
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, zulu


class Seeding:
    """Makes things of one profile. Ids have 17 digits: more than a float can tell apart."""

    def __init__(self, world: AmazonAds, profile: Profile) -> None:
        self.world, self.profile, self.seed = world, profile, world.seed
        self.campaigns = self.seed.count("campaigns", 4)
        self.ads = self.seed.count("ads", 3)
        self.days = min(TOLD_SINCE, self.seed.counts.get("days", TOLD_SINCE - 5))
        self.dice = Dice(self.seed.seed, "amazon", profile.id)
        self.mine: Record = {"profile": profile.id}

    def id(self, product: str, kind: str, number: int) -> str:
        return f"{PRODUCT[product]}{NUMBERS[kind]}{self.profile.id[-4:]}{number:011d}"

    def first_day(self, number: int) -> date:
        """Most have run for long, some for a few days."""
        return self.today() - timedelta(days=self.days if number % 3 else min(12, self.days))

    def today(self) -> date:
        return datetime.fromtimestamp(self.world.now(), UTC).date()

    def extended(self, status: str = "ENABLED", reasons: str = "servingStatusDetails") -> Record:
        made = self.world.now() - 200 * DAY + self.dice.below(100 * DAY)
        return {
            "creationDateTime": zulu(made, millis=True),
            "lastUpdateDateTime": zulu(made + DAY, millis=True),
            "servingStatus": status,
            reasons: [],
        }

    def extended_sb(self) -> Record:
        made = (self.world.now() - 200 * DAY + self.dice.below(100 * DAY)) * 1000
        return {
            "creationDate": made,
            "lastUpdateDate": made + 5,
            "servingStatus": "ENABLED",
            "servingStatusDetails": [],
        }

    def portfolio(self, number: int) -> None:
        budget = {"amount": 500.0 + number, "currencyCode": self.profile.currency, "policy": "MONTHLY_RECURRING"}
        row = {
            "portfolioId": self.id("", "portfolio", number),
            "name": f"{GOODS[number]} portfolio",
            "state": "ENABLED",
        }
        self.world.put("portfolios", self.mine | row | {
            "budget": budget, "inBudget": True,
            "extendedData": self.extended("PORTFOLIO_STATUS_ENABLED", "statusReasons"),
        })  # fmt: skip

    def rule(self, product: str, number: int) -> None:
        """Every other one goes by a date, the others by an event and by how things go. Moments: an option."""
        made = self.world.now() - 30 * DAY + number
        told = made * (1 if self.world.options["rules_in_seconds"] else 1000)
        dates = {"dateRangeTypeRuleDuration": {"startDate": "20260801", "endDate": "20261231"}}
        event = {"eventId": "e1", "eventName": "Prime Day", "startDate": "20260714", "endDate": "20260715"}
        details: Record = {"name": f"Rule {number}", "budgetIncreaseBy": {"type": "PERCENT", "value": 20.0 + number}}
        if number % 2:
            details |= {"ruleType": "PERFORMANCE", "duration": {"eventTypeRuleDuration": event}}
            worth = {"metricName": "ROAS", "comparisonOperator": "GREATER_THAN", "threshold": 3.5}
            details["performanceMeasureCondition"] = worth
        else:
            details |= {"ruleType": "SCHEDULE", "duration": dates}
            details["recurrence"] = {"type": "WEEKLY", "daysOfWeek": ["MONDAY", "FRIDAY"]}
        self.world.put(f"{product}_budget_rules", self.mine | {
            "ruleId": f"{product}-{self.profile.id}-{number}", "ruleState": "ACTIVE", "ruleStatus": "ACTIVE",
            "createdDate": told, "lastUpdatedDate": told, "ruleDetails": details, "made": made,
        })  # fmt: skip

    def leaf(
        self, product: str, number: int, about: Record, begun: date, at: dict[str, str], only_bought: bool = False
    ) -> None:
        name = f"{product}/{self.profile.id}/{number}"
        group, campaign = str(about["adGroupId"]), str(about["campaignId"])
        bought = {"bought": name, "group_bought": group}
        whole: dict[str, Any] = {
            **at, "campaign": campaign, "ad_group": group, "term": str(about.get("searchTerm")),
            "placement": str(about.get("placementClassification")), **bought,
        }  # fmt: skip
        levels = bought if only_bought else whole
        self.world.about[name] = about
        self.world.leaves[product].append(Leaf(name, self.profile.id, levels, begun, zone=self.profile.zone))
