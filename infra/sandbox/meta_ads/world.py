"""The ad accounts behind one login: what hangs below them, what it did each day, and the edits tests may make."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infra.sandbox.accounts import Account, Accounts
from infra.sandbox.daily import Daily, DailyRows, Leaf, Life
from infra.sandbox.jobs import Jobs
from infra.sandbox.meta_ads.breakdowns import PARTS
from infra.sandbox.meta_ads.numbers import ACTION_TYPES, ENTRIES, KEYS, LEVELS, attention, ids_of, insight, showing
from infra.sandbox.records import Record, Rows, Table, Truth, as_is, field
from infra.sandbox.refusals import Refusal
from infra.sandbox.spec import Seed

ACCOUNTS = (
    Account("1002003004", "Northwind Shoes", "America/Los_Angeles", "USD"),
    Account("1002003005", "Kitakaze Tea", "Asia/Tokyo", "JPY"),
    Account("1002003006", "Vento Norte", "Europe/Lisbon", "EUR"),
    Account("1002003009", "Boreal Bikes", "Europe/Oslo", "NOK", "Temporarily unavailable."),
)
STATUS = {"1002003006": 2, "1002003009": 101}  # disabled, but its past can be read; not available
WHOLE = frozenset(["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"])
MINOR = ("daily_budget", "lifetime_budget", "budget_remaining", "spend_cap", "bid_amount", "amount_spent", "balance")
# What stands beside the plays of a video.
BESIDE = (*KEYS, "date_stop", "account_currency", "impressions", "clicks", "spend")
GONE = ("DELETED", "ARCHIVED")
NO_CAP, NO_START = "922337203685478", "1969-12-31T15:59:59-0800"  # as recorded in other people's calls


def no_access(account: Account | None, account_id: str) -> Refusal:
    words = f"Unsupported get request. Object with ID 'act_{account_id}' does not exist, cannot be loaded due to "
    return Refusal("forbidden", 400, words + "missing permissions, or does not support this operation.", code="100/33")


@dataclass
class Unpivoted:
    """The entries of a list in the numbers per day, each as a row."""

    name: str
    of: DailyRows
    each: str

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        rows = self.of.truth(accounts)
        present = [ids_of(row) | entry for row in rows.present for entry in row.get(self.each, ())]
        gone = [ids_of(row) | {"action_type": kind} for row in (*rows.present, *rows.gone) for kind in self._lost(row)]
        return Truth(present, gone)

    def _lost(self, row: Record) -> Iterator[str]:
        there = {entry["action_type"] for entry in row.get(self.each, ())}
        yield from (kind for kind in ACTION_TYPES if kind not in there)


class MetaAds:
    """Money of campaigns and the like is kept in the smallest unit, as the API tells it; the truth is in units."""

    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.accounts = Accounts(ACCOUNTS, no_access)
        self.most_rows = 500  # of one page; more is too much
        self.leaves: list[Leaf] = []
        self.daily = Daily(seed.seed, seed.now, lambda: self.leaves, showing, Life(days=28))
        self.jobs = Jobs(seed.seed, seed.now, polls=1, unique=False)
        self.runs: dict[str, str] = {}  # the name of a report → its job
        self.seen: set[str] = set()  # jobs that were said to be completed, a little too early
        self.whole: set[str] = set()  # … and those that can be fetched by now
        own = lambda row: str(row["account_id"])  # noqa: E731
        self.ad_account: Table[Record] = Table("ad_account", field("account_id"), as_is, whole=self.units, account=own)
        self.campaigns = self._table("campaigns")
        self.ad_sets = self._table("ad_sets")
        self.ads = self._table("ads")
        self.ad_creatives = self._table("ad_creatives")
        self.custom_conversions = self._table("custom_conversions")
        first = self.daily.today() - timedelta(days=self.days() + 2)  # two, for it may be yesterday somewhere
        daily = {
            level: DailyRows(f"insights_{level}_daily", self.daily, LEVELS[level], self._shown(level), first)
            for level in ("campaign", "adset", "ad")
        }
        parts = [
            DailyRows(
                f"insights_campaign_{name}_daily", self.daily, ("campaign", *by), self._shown("campaign", by), first
            )
            for name, by in PARTS.items()
        ]
        self.tables: list[Rows] = [
            self.ad_account, self.campaigns, self.ad_sets, self.ads, self.ad_creatives, self.custom_conversions,
            *daily.values(), *parts,
            DailyRows("insights_ad_video_daily", self.daily, LEVELS["ad"], self._watched, first),
            *(Unpivoted(f"{level}_{each}_daily", rows, each) for level, rows in daily.items() for each in ENTRIES),
        ]  # fmt: skip

    def _table(self, name: str) -> Table[Record]:
        return Table(
            name, field("id"), self.show, whole=lambda row: self.units(self.show(row)),
            account=lambda row: str(row["account_id"]),
        )  # fmt: skip

    def _shown(self, level: str, by: Sequence[str] = ()) -> Any:
        def shown(leaf: Leaf, day: date, numbers: Any) -> Record:
            """Without names: those are of the moment of reading, and old days are not read again."""
            row = insight(self, level, leaf, day, numbers, by)
            return {name: value for name, value in row.items() if not name.endswith("_name")}

        return shown

    def _watched(self, leaf: Leaf, day: date, numbers: Any) -> Record:
        """Plain numbers, where the API tells lists."""
        row = self._shown("ad")(leaf, day, numbers)
        return {name: row[name] for name in BESIDE if name in row} | (attention(numbers) if numbers else {})

    def days(self) -> int:
        return self.seed.count("days", 60, 0.0)

    # how rows look

    def show(self, row: Record) -> Record:
        """With the status that counts: what hangs on something that is paused or gone is so, too."""
        if "status" not in row or "object_type" in row:
            return row
        return row | {"effective_status": self.effective(row)}

    def effective(self, row: Record) -> str:
        above = [self.campaigns[(row["campaign_id"],)]] if "campaign_id" in row else []
        above += [self.ad_sets[(row["adset_id"],)]] if "adset_id" in row else []
        statuses = [each["status"] for each in above]
        for gone in GONE:
            if gone in (row["status"], *statuses):
                return gone
        if row["status"] != "ACTIVE":
            return str(row["status"])
        for status, word in zip(statuses, ("CAMPAIGN_PAUSED", "ADSET_PAUSED"), strict=False):
            if status == "PAUSED":
                return word
        return "ACTIVE"

    def currency(self, account_id: str) -> str:
        return self.accounts[account_id].currency

    def units(self, row: Record) -> Record:
        """As the truth tells it: 5000 is 50.00 dollars, but 5000 yen."""
        digits = 0 if self.currency(row["account_id"]) in WHOLE else 2
        none = {name: None for name, value in row.items() if value == NO_CAP or str(value).startswith("1969-12-31")}
        row = row | none
        money = {name: f"{int(row[name]) / 10**digits:.{digits}f}" for name in MINOR if row.get(name) is not None}
        return row | money

    def local(self, account_id: str, moment: int) -> str:
        zone = ZoneInfo(self.accounts[account_id].zone)
        return datetime.fromtimestamp(moment, UTC).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z")

    def today(self, account_id: str) -> date:
        return self.daily.today(self.accounts[account_id].zone)

    # edits

    def touch(self, table: Table[Record], row: Record, **fields: Any) -> None:
        table.put(row | {"updated_time": self.local(row["account_id"], self.now())} | fields)

    def delete_campaign(self, campaign_id: str, status: str = "DELETED") -> None:
        """Only its status changes. It stops, and what it did stays."""
        row = self.campaigns[(campaign_id,)]
        self.touch(self.campaigns, row, status=status, configured_status=status)
        tomorrow = self.today(row["account_id"]) + timedelta(days=1)
        self.leaves = [
            Leaf(
                leaf.id, leaf.account, leaf.at, leaf.begins, min(leaf.ends or tomorrow, tomorrow), leaf.size, leaf.zone
            )
            if leaf.at["campaign"] == campaign_id
            else leaf
            for leaf in self.leaves
        ]
