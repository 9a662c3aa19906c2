"""A login that sees three properties: a shop in Berlin, its branch in New York, and one it no longer may read."""

from collections.abc import Container
from datetime import date, timedelta
from typing import Any

from infra.sandbox.accounts import Account, Accounts
from infra.sandbox.google_analytics import reports
from infra.sandbox.google_analytics.facts import UNSETTLED, Site
from infra.sandbox.google_analytics.fields import REPORTS
from infra.sandbox.records import Record, Rows, Table, Truth, as_is, field
from infra.sandbox.refusals import Refusal
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, zulu

LOGIN = "owner@bakery.example.com"
DENIED = (
    "User does not have sufficient permissions for this property. To learn more about Property ID, see the API's guide."
)
# property, its title, the account above it
BAKERY, BRANCH, OLD = "331234567", "340000002", "350000003"
ACCOUNTS = {"1000": "Bakery", "2000": "Bakery abroad"}
ABOVE = {BAKERY: "1000", BRANCH: "2000", OLD: "1000"}
KEY_EVENTS = ("purchase", "form_submit")


def no_access(account: Account | None, account_id: str) -> Refusal:
    return Refusal("forbidden", 403, DENIED)


class GoogleAnalytics:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.accounts = Accounts(
            [
                Account(BAKERY, "bakery.example.com", "Europe/Berlin", "EUR"),
                Account(BRANCH, "bakery.example.com/us", "America/New_York", "USD"),
                Account(OLD, "Old shop", closed="Access to it was withdrawn."),
            ],
            no_access,
        )
        self.begins = date.fromordinal(date(1970, 1, 1).toordinal() + seed.now() // DAY) - timedelta(
            days=seed.count("days", 45, 0)
        )
        self.sites = {
            one.id: Site(seed, one.id, one.zone, one.currency, self.begins)
            for one in self.accounts.all()
            if not one.closed
        }
        self.notes: dict[str, dict[str, Any]] = {}  # of a property: what its answers say besides
        self.properties = Table("properties", field("name"), as_is, account=_owner)
        self.key_events = Table("key_events", field("name"), as_is, account=_owner)
        for one in self.accounts.all():
            if not one.closed:
                self._fill(one)
        self.reported = [Reported(self, name, *map(str.split, told)) for name, told in REPORTS.items()]
        self.tables: list[Rows] = [self.properties, self.key_events, *self.reported]

    def _fill(self, account: Account) -> None:
        made = zulu(self.now() - 900 * DAY)
        self.properties.put(
            {
                "name": f"properties/{account.id}",
                "parent": f"accounts/{ABOVE[account.id]}",
                "createTime": made,
                "updateTime": made,
                "displayName": account.title,
                "industryCategory": "FOOD_AND_DRINK",
                "timeZone": account.zone,
                "currencyCode": account.currency,
                "serviceLevel": "GOOGLE_ANALYTICS_STANDARD",
                "propertyType": "PROPERTY_TYPE_ORDINARY",
                "account": f"accounts/{ABOVE[account.id]}",
            }
        )
        for number, event in enumerate(KEY_EVENTS):
            self.add_key_event(account.id, event, number)

    # edits

    def add_key_event(self, account_id: str, event: str, number: int) -> Record:
        row: Record = {
            "name": f"properties/{account_id}/keyEvents/{int(account_id) + number}",
            "eventName": event,
            "createTime": zulu(self.now() - 800 * DAY),
            "countingMethod": "ONCE_PER_EVENT" if number % 2 else "ONCE_PER_SESSION",
        }
        if event == "purchase":  # came with the property: what is false is left out
            return self.key_events.put(row)
        worth = {"numericValue": 12.5, "currencyCode": self.accounts[account_id].currency}
        return self.key_events.put(row | {"deletable": True, "custom": True, "defaultValue": worth})

    def live(self, number: int) -> None:
        """The last days are told anew. Whatever no report shows afterwards has gone."""
        for table in self.reported:
            table.remember()
        for account_id, site in self.sites.items():
            site.live()
            if number % 2:
                self.add_key_event(account_id, f"step_{number}", 100 + number)
            else:
                name = f"properties/{account_id}/keyEvents/{int(account_id) + 99 + number}"
                if (name,) in self.key_events:
                    self.key_events.remove((name,))
            property_name = (f"properties/{account_id}",)
            self.properties.put(self.properties[property_name] | {"updateTime": zulu(self.now())})


def _owner(row: Record) -> str:
    return str(row["name"]).split("/")[1]


class Reported:
    """A report as a table: every day that is over. What the day under way shows so far is nothing to rely on."""

    def __init__(self, world: GoogleAnalytics, name: str, dimensions: list[str], metrics: list[str]) -> None:
        self.world, self.name, self.dimensions, self.metrics = world, name, dimensions, metrics
        self.once: dict[tuple[str, ...], Record] = {}

    def remember(self) -> None:
        """What it shows now of the days that may still move."""
        for account_id, site in self.world.sites.items():
            last = site.local.date() - timedelta(days=1)
            for record in self._read(account_id, last - timedelta(days=UNSETTLED), last):
                self.once[self._key(record)] = record

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        present = [
            record
            for account_id, site in self.world.sites.items()
            if accounts is None or account_id in accounts
            for record in self._read(account_id, self.world.begins, site.local.date() - timedelta(days=1))
        ]
        there = {self._key(record) for record in present}
        gone = [
            record
            for key, record in self.once.items()
            if key not in there and (accounts is None or record["account_id"] in accounts)
        ]
        return Truth(present, gone)

    def _read(self, account_id: str, first: date, last: date) -> list[Record]:
        site, account = self.world.sites[account_id], self.world.accounts[account_id]
        about = {"account_id": account_id, "account_zone": account.zone, "account_currency": account.currency}
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        found = []
        for place, values in reports.lines(site, self.dimensions, self.metrics, days, empty=False):
            record = about | dict(zip([*self.dimensions, *self.metrics], [*place, *values], strict=True))
            when = str(record["date"])
            found.append(record | {"date": f"{when[:4]}-{when[4:6]}-{when[6:]}"})
        return found

    def _key(self, record: Record) -> tuple[str, ...]:
        return tuple(str(record[name]) for name in ("account_id", *self.dimensions))
