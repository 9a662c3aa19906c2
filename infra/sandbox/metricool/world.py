"""The brands behind a Metricool login: their posts on each network, their days, their plans and their ads."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from infra.sandbox.accounts import Accounts
from infra.sandbox.invent import Draw
from infra.sandbox.metricool.brands import ADS, BRANDS, USER, Brand, handle, local, no_access, offset_of, plainly
from infra.sandbox.metricool.kinds import ANSWERED, COUNTS, KINDS, METRICS, NETWORKS, SUBJECTS, known
from infra.sandbox.records import Record, Rows, Table, Truth, field, text
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, offset


def named(network: str) -> str:
    """As tables name a network."""
    return {"facebookads": "facebook_ads", "adwords": "google_ads", "tiktokads": "tiktok_ads"}.get(network, network)


@dataclass
class Told:
    """Rows that are computed, as the truth tells them. What one was told of and is not there now, nobody misses."""

    name: str
    rows: Any  # brand → records

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        wanted = [brand for name, brand in BRANDS.items() if accounts is None or name in accounts]
        return Truth([{"account_id": brand.account.id} | row for brand in wanted for row in self.rows(brand)], [])


class Metricool:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.born = seed.now()
        self.accounts = Accounts([brand.account for brand in BRANDS.values()], no_access)
        self.most = 0  # records of one list, the rest is cut off; 0: any number
        self.says_next = True  # … and the answer says that there is more
        self.harm: list[str] = []  # calls that would have changed something out there
        self.steps: list[int] = []
        self.made = 0
        self.posts = {name: self._table(name) for name in KINDS}
        self.plans: Table[Record] = Table(
            "scheduled_posts", field("account_id", "id"), lambda row: self.show_plan(row, self.zone_of(row)),
            text("account_id"), self._whole_plan, account=lambda row: str(row["account_id"]),
        )  # fmt: skip

    @property
    def tables(self) -> Sequence[Rows]:
        return [
            Told("brands", lambda brand: [self.brand_row(brand)]),
            *self.posts.values(),
            *(Told(f"{named(network)}_timelines", self._days_of(network)) for network in METRICS),
            Told("brand_summary_posts", self.summary_rows),
            self.plans,
            Told("ads_campaigns", self._ads_rows),
        ]

    def _table(self, name: str) -> Table[Record]:
        return Table(
            name, field("account_id", "id"), lambda row: self.show(name, row, self.zone_of(row)), text("account_id"),
            lambda row: self.whole(name, row), account=lambda row: str(row["account_id"]),
        )  # fmt: skip

    # time

    def zone_of(self, row: Record) -> str:
        return BRANDS[row["account_id"]].account.zone

    def day_of(self, row: Record) -> date:
        return datetime.fromtimestamp(row["at"], BRANDS[row["account_id"]].zone).date()

    def today(self, brand: Brand) -> date:
        return datetime.fromtimestamp(self.now(), brand.zone).date()

    def first_day(self, brand: Brand) -> date:
        """Nothing is known of the time before the brand was made here."""
        days = self.seed.count("days", 40, 0.0)
        return datetime.fromtimestamp(self.born - days * DAY, brand.zone).date()

    # how posts look

    def number(self, name: str, row: Record, field: str) -> int:
        draw = Draw(self.seed.seed, name, row["id"], field)
        grown: int = row["grown"]
        return max(0, draw.between(0, 900) + grown * draw.below(9))

    def show(self, name: str, row: Record, zone: str) -> Record:
        """As the API tells it, with local time in the zone that was asked for. What is not known is left out."""
        kind, brand = KINDS[name], BRANDS[row["account_id"]]
        told = plainly(row["at"], self.options["plain"]) if kind.plain else local(row["at"], zone)
        shown: Record = {kind.id: row["id"], kind.moment: told}
        shown |= {each: f"{each} {row['id']}" for each in kind.texts.split()}
        shown |= {each: self.number(name, row, each) for each in kind.numbers.split()}
        if row["number"] % 3 == 0:
            shown |= {each: self.number(name, row, each) for each in kind.rare.split()}
        shown |= {each: self.number(name, row, each) / 8 for each in kind.rates.split()}
        if "engagement" in shown and shown.get("reach"):
            shown["engagement"] = brand.ratio * shown.get("interactions", 1) / shown["reach"]
        return shown | self._own(name, row, zone)

    def _own(self, name: str, row: Record, zone: str) -> Record:
        """What only one kind has."""
        blog = {"blogId": int(row["account_id"])}
        if name == "facebook_posts":
            return blog | {"timestamp": row["at"] * 1000}
        if name.startswith("linkedin"):
            return blog
        if name == "twitter_posts":
            moments = {"created": local(row["at"], zone), "updatedAt": local(row["at"] + 3600, zone)}
            return blog | moments | {"promoted": row["number"] % 3 == 0, "truncated": False}
        if name == "instagram_posts":
            return {"hashtags": ["bread", f"no{row['number']}"]}
        if name == "threads_posts":
            return {"isQuotePost": row["number"] % 4 == 1}
        if name == "tiktok_posts":
            return {"impressionSources": {"forYou": 0.5, "follow": 0.25, "search": 0.25}}
        return {}

    def whole(self, name: str, row: Record) -> Record:
        """As a row must tell it: moments in UTC, the day in the brand's zone."""
        shown = self.show(name, row, self.zone_of(row))
        shown = {name: offset_of(value) for name, value in shown.items() if name != "blogId"}
        if KINDS[name].plain:
            shown[KINDS[name].moment] = offset(row["at"])
        return shown | {"published_day": self.day_of(row).isoformat(), "account_zone": self.zone_of(row)}

    # days

    def points(self, brand: Brand, network: str, subject: str, metric: str) -> Iterator[tuple[date, float]]:
        """The days of one metric: of an account every day, of posts those on which there were some, newest first."""
        kind = SUBJECTS.get((network, subject))
        if kind is None:
            first, last = self.first_day(brand), self.today(brand)
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                yield day, float(self._value(brand, network, subject, metric, day))
            return
        days: dict[date, list[Record]] = {}
        for row in self.posts[kind].of(brand.account.id):
            days.setdefault(self.day_of(row), []).append(row)
        for day, rows in sorted(days.items(), reverse=True):
            told = sum(self.number(kind, row, metric) for row in rows)
            yield day, float(len(rows) if metric.lower() in COUNTS else told)

    def _value(self, brand: Brand, network: str, subject: str, metric: str, day: date) -> int:
        """The last week before each step is told anew by it."""
        draw = Draw(self.seed.seed, brand.account.id, network, subject, metric, day)
        seen = [datetime.fromtimestamp(step, brand.zone).date() for step in self.steps]
        return draw.between(0, 5000) + sum(draw.below(20) for each in seen if 0 <= (each - day).days <= 7)

    def _days_of(self, network: str) -> Any:
        def rows(brand: Brand) -> Iterator[Record]:
            if network not in brand.networks:
                return
            for (_, asked), (subject, metric) in known(network, brand.personal, self.options["words"]).items():
                for day, value in self.points(brand, network, subject, metric):
                    row: Record = {"network": named(network), "subject": subject, "metric": metric}
                    row |= {"series": ANSWERED.get(asked, asked), "day": day.isoformat(), "value": value}
                    yield row | {"account_zone": brand.account.zone}

        return rows

    # the rest

    def show_brand(self, brand: Brand, handles: str) -> Record:
        account, number = brand.account, int(brand.account.id)
        joined = local(self.born - self.seed.count("days", 40, 0.0) * DAY, account.zone)
        networks = {NETWORKS[name][0]: handle(brand, name, handles) for name in brand.networks}
        return {
            "id": number, "userId": USER, "ownerUserId": USER, "label": account.title, "title": f"{account.title}!",
            "description": "", "image": f"https://img.example.com/{number}.png", "ownerUsername": "owner@example.com",
            "hash": f"h{number}", "joinDate": joined, "firstConnectionDate": joined, "timezone": account.zone,
            "engagementRatio": brand.ratio, "networksData": networks, "isShared": False,
            "brandRole": {"id": 1, "name": "owner", "actions": {"viewAnalytics": not account.closed, "viewAds": True}},
        }  # fmt: skip

    def brand_row(self, brand: Brand) -> Record:
        names = map(named, brand.networks)
        shown = {name: offset_of(value) for name, value in self.show_brand(brand, "object").items() if name != "id"}
        return {**shown, "day": self.today(brand).isoformat(), "networks": sorted(names)}

    def summary_rows(self, brand: Brand) -> Iterator[Record]:
        for name, kind in KINDS.items():
            for row in self.posts[name].of(brand.account.id):
                metrics = {"IMPRESSIONS": float(self.number(name, row, "impressions"))}
                told = {"id": row["id"], "network": kind.network, "publicationDate": offset(row["at"])}
                yield told | {"type": name.rpartition("_")[2], "text": f"text {row['id']}", "metrics": metrics}

    def show_plan(self, row: Record, zone: str) -> Record:
        shown = {name: value for name, value in row.items() if name not in ("account_id", "at", "planned", "status")}
        provider = {"network": "instagram", "id": f"p{row['id']}", "status": row["status"]}
        moments = {"publicationDate": local(row["at"], zone), "creationDate": local(row["planned"], zone)}
        return shown | moments | {"providers": [provider]}

    def _whole_plan(self, row: Record) -> Record:
        shown = {name: offset_of(value) for name, value in self.show_plan(row, self.zone_of(row)).items()}
        return shown | {"published_day": self.day_of(row).isoformat(), "account_zone": self.zone_of(row)}

    def campaigns(self, brand: Brand, first: date, last: date) -> list[Record]:
        """What each campaign did in the whole window, in one row."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        days = [day for day in days if self.first_day(brand) <= day <= self.today(brand)]
        found = []
        for network in (name for name in brand.networks if name in ADS and days):
            for number in range(2):
                name = f"{brand.account.id}{number}{len(network)}"
                clicks = [self._value(brand, network, name, "clicks", day) for day in days]
                told: Record = {"network": network, "providerCampaignId": f"23850{name}", "name": f"Spring {number}"}
                told |= {"status": "REMOVED" if number and len(self.steps) > 1 else "ACTIVE", "objective": "TRAFFIC"}
                told |= {"created": local(self.born - 50 * DAY, brand.account.zone), "biddingStrategyType": "LOWEST"}
                told |= {"dailyBudget": 50.5, "currency": brand.account.currency}
                found.append(told | {"metrics": {"clicks": sum(clicks), "spent": round(sum(clicks) * 0.21, 2)}})
        return found

    def _ads_rows(self, brand: Brand) -> Iterator[Record]:
        """Without name and status: those are of the moment of reading, and old days are not read again."""
        for number in range((self.today(brand) - self.first_day(brand)).days + 1):
            day = self.first_day(brand) + timedelta(days=number)
            for row in self.campaigns(brand, day, day):
                kept = {name: offset_of(value) for name, value in row.items() if name not in ("name", "status")}
                yield kept | {"day": day.isoformat()}

    # edits

    def add_post(self, name: str, account_id: str, at: int) -> Record:
        self.made += 1
        prefix = Draw(self.seed.seed, name, account_id).between(10**15, 10**16 - 1)
        row = {"account_id": account_id, "id": f"{prefix}{self.made:05d}", "at": at, "number": self.made, "grown": 0}
        return self.posts[name].put(row)

    def grow(self, name: str, row: Record, by: int) -> None:
        """Numbers of a post move; with less than nothing they shrink, as when comments are deleted."""
        self.posts[name].put(row | {"grown": row["grown"] + by})

    def delete_post(self, name: str, row: Record) -> None:
        self.posts[name].remove((row["account_id"], row["id"]))

    def add_plan(self, account_id: str, at: int) -> Record:
        self.made += 1
        row = {"account_id": account_id, "id": self.made, "uuid": f"u-{self.made}", "at": at, "planned": at - 9 * DAY}
        told = {
            "text": f"Plan {self.made}",
            "draft": False,
            "autoPublish": True,
            "media": ["https://img.example.com/1"],
        }
        told |= {"firstCommentText": "First", "creatorUserMail": "kim@example.com", "parentId": 7}
        return self.plans.put(row | told | {"status": "PUBLISHED" if at <= self.now() else "PENDING"})
