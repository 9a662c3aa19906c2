"""The calls of Metricool's API that read, and some of those that do not, although they are GETs as well."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.metricool.brands import ADS, BRANDS, USER, Brand, local
from infra.sandbox.metricool.kinds import ANSWERED, KINDS, METRICS, NETWORKS, WITHOUT_SUBJECT, known
from infra.sandbox.metricool.world import Metricool
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, missing

BASE = "/api"
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)?")
MADRID = "Europe/Madrid"
HARMFUL = ("/stats/postmessage/<path:rest>", "/stats/postlike/<path:rest>", "/stats/facebook/boost/<path:rest>")


class Api:
    def __init__(self, world: Metricool) -> None:
        self.world = world

    def routes(self) -> Sequence[Route]:
        lists = [Route(f"{BASE}/v2/analytics/{kind.path}", self._posts(name)) for name, kind in KINDS.items()]
        return [
            *lists,
            Route(f"{BASE}/v2/settings/brands", self.brands),
            Route(f"{BASE}/admin/simpleProfiles", self.profiles),
            Route(f"{BASE}/v2/analytics/timelines", self.timelines),
            Route(f"{BASE}/v2/analytics/aggregation", self.aggregation),
            Route(f"{BASE}/v2/analytics/brand-summary/posts", self.summary),
            Route(f"{BASE}/v2/scheduler/posts", self.plans),
            Route(f"{BASE}/v2/advertising/campaigns", self.campaigns),
            *(Route(BASE + rule, self.harm) for rule in HARMFUL),
        ]

    # who asks, and for when

    def _user(self, call: Call) -> None:
        """The token belongs to one user, and every call says to whom."""
        if call.query.get("userId") != str(USER):
            raise Refusal("unauthorized", 401)

    def _brand(self, call: Call, network: str = "") -> Brand:
        self._user(call)
        account = self.world.accounts.readable(call.query.get("blogId", ""))
        brand = BRANDS[account.id]
        if network and network not in brand.networks:
            raise Refusal("missing", self.world.options["not_connected"], f"{network} is not connected.")
        return brand

    def _zone(self, call: Call) -> str:
        zone = call.query.get("timezone", MADRID)
        try:
            return ZoneInfo(zone).key
        except (KeyError, ValueError):
            raise Refusal("invalid", 400, f"Unknown timezone {zone}") from None

    def _window(self, call: Call, operation: str, first: str = "from", last: str = "to") -> tuple[float, float]:
        """Local times, both of them part of the window."""
        found, zone = [], self._zone(call)
        for name in (first, last):
            said = call.query.get(name, "")
            if not LOCAL.fullmatch(said):
                raise Refusal("invalid", 400, "must not be null", f"{operation}.{name}", code="ValidationError")
            moment = datetime.fromisoformat(said)
            found.append((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp())
        return found[0], found[1]

    def _days(self, call: Call, operation: str) -> tuple[date, date]:
        zone = ZoneInfo(self._zone(call))
        first, last = (datetime.fromtimestamp(moment, zone).date() for moment in self._window(call, operation))
        return first, last

    # how it answers

    def _listed(self, rows: list[Record], key: str) -> Answer:
        world = self.world
        body: Record = {"data": rows}
        if not rows and world.options["nothing"] == 204:
            return Answer(b"", status=204)
        if world.most and len(rows) > world.most:
            body = {"data": rows[: world.most]}
            if world.says_next:
                body["page"] = {"next": "c29tZXdoZXJl"}
        return Answer(body, "data", key)

    def _posts(self, name: str) -> Callable[[Call], Answer]:
        kind = KINDS[name]

        def posts(call: Call) -> Answer:
            brand = self._brand(call, kind.network)
            first, last = self._window(call, kind.operation)
            zone = self._zone(call) if self.world.options["zone_as_asked"] else MADRID
            if name == "youtube_posts" and call.query.get("postsType") != "publishedInRange":
                first = 0  # older ones were watched in the window, too
            rows = [row for row in self.world.posts[name].of(brand.account.id) if first <= row["at"] <= last]
            rows.sort(key=lambda row: -row["at"])
            shown = [self.world.show(name, row, zone) for row in rows]
            accept = call.headers.get("accept", "")
            if "text/csv" in accept or (kind.network in ("tiktok", "threads") and "application/json" not in accept):
                return _as_csv(shown)
            return self._listed(shown, kind.id)

        return posts

    def brands(self, call: Call) -> Answer:
        if self.world.options["brands"] == "older":
            raise missing()
        self._user(call)
        shown = [self.world.show_brand(brand, self.world.options["handles"]) for brand in BRANDS.values()]
        return Answer({"data": shown}, "data", "id")

    def profiles(self, call: Call) -> Answer:
        """The older list: no envelope, moments in milliseconds, and brands that were deleted."""
        self._user(call)
        shown = []
        for brand in BRANDS.values():
            account = brand.account
            row: Record = {"id": int(account.id), "userId": USER, "label": account.title, "timezone": account.zone}
            row |= {
                flat: f"{name}-{account.id}" if name in brand.networks else None for name, (_, flat) in NETWORKS.items()
            }
            shown.append(row | {"deleted": False, "joinDate": self.world.born * 1000, "engagementRatio": None})
        shown.append({"id": 1234599, "userId": USER, "label": "Closed shop", "timezone": MADRID, "deleted": True})
        return Answer(shown, "", "id")

    # days

    def _metric(self, call: Call) -> tuple[Brand, str, str, str, str]:
        """Network, subject and metric as live answers name them, in whatever case they were asked; and as asked.

        What is not known is refused with a list of what is. A metric of the account that is asked of something else is
        another matter: that breaks something.
        """
        network, subject, asked = (call.query.get(name, "") for name in ("network", "subject", "metric"))
        if network not in METRICS:
            raise _unknown(network, [*METRICS])
        brand = self._brand(call, network)
        every = known(network, brand.personal, self.world.options["words"])
        subject = subject or WITHOUT_SUBJECT.get(network, "")
        if not subject:
            raise _broken(asked, network)
        if subject not in (subjects := [*dict.fromkeys(subject for subject, _ in every)]):
            raise _unknown(subject, subjects)
        metrics = {name.lower(): name for of, name in every if of == subject}
        if asked.lower() not in metrics:
            if subject != "account" and ("account", asked) in every:
                raise _broken(asked, network)
            raise _unknown(asked, [*metrics.values()])
        name = metrics[asked.lower()]
        return brand, network, *every[subject, name], name

    def timelines(self, call: Call) -> Answer:
        brand, network, subject, metric, asked = self._metric(call)
        first, last = self._days(call, "timeline")
        hour, zone = self.world.options["hour"], ZoneInfo(self._zone(call))
        values = []
        for day, value in self.world.points(brand, network, subject, metric):
            if first <= day <= last:
                noon = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
                values.append({"dateTime": noon.strftime("%Y-%m-%dT%H:%M:%S%z"), "value": value})
        series: Record = {"metric": ANSWERED.get(asked, asked), "values": values}
        if self.world.options["aggregate"]:
            series["aggregate"] = {"aggregation": "sum", "value": sum(value["value"] for value in values)}
        return Answer({"data": [series]}, "data", "metric")

    def aggregation(self, call: Call) -> Answer:
        """One number. It is a sum for what is counted and an average for who is reached, and does not say which."""
        brand, network, subject, metric, _ = self._metric(call)
        first, last = self._days(call, "aggregation")
        values = [value for day, value in self.world.points(brand, network, subject, metric) if first <= day <= last]
        average = metric.lower() in {"reach", "engagement"}
        return Answer({"data": sum(values) / (len(values) or 1 if average else 1)})

    def summary(self, call: Call) -> Answer:
        brand = self._brand(call)
        first, last = self._window(call, "getBrandSummaryPosts")
        rows = []
        for row in self.world.summary_rows(brand):
            moment = datetime.fromisoformat(row["publicationDate"]).timestamp()
            if first <= moment <= last:
                rows.append(row | {"publicationDate": local(int(moment), self._zone(call))})
        return self._listed(rows, "id")

    # plans and ads

    def plans(self, call: Call) -> Answer:
        brand = self._brand(call)
        first, last = self._window(call, "retrievePosts", "start", "end")
        rows = [row for row in self.world.plans.of(brand.account.id) if first <= row["at"] <= last]
        return self._listed([self.world.show_plan(row, self._zone(call)) for row in rows], "id")

    def campaigns(self, call: Call) -> Answer:
        brand = self._brand(call)
        rows = self.world.campaigns(brand, *self._days(call, "getCampaigns")) if set(ADS) & set(brand.networks) else []
        return self._listed(rows, "providerCampaignId")

    def harm(self, call: Call) -> Answer:
        """A GET that posts, likes or spends."""
        self.world.harm.append(call.path)
        return Answer({"data": "done"})


def _unknown(asked: str, there: list[str]) -> Refusal:
    said = f"Invalid field '{asked}'. Valid values are: [{', '.join(there)}]"
    return Refusal("invalid", 400, said, code="InvalidEnumBaseException")


def _broken(asked: str, network: str) -> Refusal:
    return Refusal("broken", 500, f"Not implemented metric {asked} at {network.title()}AnalyticsExtractor")


def _as_csv(rows: list[Record]) -> Answer:
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(rows)
    return Answer(out.getvalue().encode(), content_type="text/csv; charset=utf-8")


def levers() -> dict[str, Any]:
    """How many records a list may have, and whether it says that there are more."""

    def most(world: Metricool, said: Any) -> dict[str, Any]:
        world.most, world.says_next = int(said["records"]), bool(said.get("says", True))
        return {"records": world.most, "says": world.says_next}

    return {"most": most}
