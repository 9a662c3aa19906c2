"""The brands behind one token, and the ways in which Metricool writes moments and networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from infra.sandbox.accounts import Account
from infra.sandbox.metricool.kinds import NETWORKS
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal

USER = 7654321
ADS = ("facebookads", "adwords", "tiktokads")
EVERYTHING = tuple(NETWORKS)


@dataclass(frozen=True)
class Brand:
    account: Account
    networks: tuple[str, ...]
    ratio: int = 1000  # engagement is told per so many people
    personal: bool = False  # on LinkedIn it is a person

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.account.zone)


BRANDS = {
    brand.account.id: brand
    for brand in (
        Brand(Account("1234501", "Harbour Bakery", "Europe/London", "GBP"), EVERYTHING),
        Brand(
            Account("1234502", "Kitakaze Tea", "Asia/Tokyo", "JPY"), ("instagram", "youtube", "tiktok", "threads"), 100
        ),
        Brand(
            Account("1234503", "Cedar Bikes", "America/New_York", "USD"), ("facebook", "linkedin", "adwords"), 100, True
        ),
        Brand(Account("1234509", "Fjord Outdoor", "Europe/Oslo", "NOK", "No role that sees it."), ("instagram",)),
    )
}


def no_access(account: Account | None, account_id: str) -> Refusal:
    return Refusal("forbidden", 403, "You are not allowed to see this brand.", account_id)


def handle(brand: Brand, network: str, form: str) -> Any:
    name = f"{network}-{brand.account.id}"
    return name if form == "text" else {"username": name, "providerUserId": f"9{brand.account.id}", "picture": ""}


def local(moment: int, zone: str) -> Record:
    there = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))
    return {"dateTime": there.strftime("%Y-%m-%dT%H:%M:%S"), "timezone": zone}


def plainly(moment: int, zone: str) -> str:
    """As a text alone: in UTC and saying so, or in a zone that it does not name."""
    there = datetime.fromtimestamp(moment, ZoneInfo(zone or "UTC"))
    return there.strftime("%Y-%m-%dT%H:%M:%S") + ("" if zone else "Z")


def offset_of(value: Any) -> Any:
    """A moment in the one way in which the truth tells it; anything else as it is."""
    if isinstance(value, Mapping) and "dateTime" in value:
        there = datetime.fromisoformat(value["dateTime"]).replace(tzinfo=ZoneInfo(value["timezone"]))
        return there.astimezone(UTC).isoformat()
    return value
