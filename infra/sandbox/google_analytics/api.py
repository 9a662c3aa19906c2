"""The calls of the Data API and of the Admin API that read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from infra.sandbox.accounts import Account
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.costs import entered
from infra.sandbox.google_analytics import reports
from infra.sandbox.google_analytics.fields import DIMENSIONS, METRICS
from infra.sandbox.google_analytics.tokens import Tokens, http_date
from infra.sandbox.google_analytics.world import ABOVE, ACCOUNTS, GoogleAnalytics
from infra.sandbox.paging import bad_cursor, read_cursor, write_cursor
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, missing

READ = "https://www.googleapis.com/auth/analytics.readonly"
MOST = 200


class Api:
    def __init__(self, world: GoogleAnalytics) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        one = "/v1beta/properties/<property>"
        return [
            Route("/v1beta/accountSummaries", self.summaries, READ),
            Route("/v1beta/properties", self.properties, READ),
            Route(one, self.property, READ),
            Route(f"{one}/keyEvents", self.key_events, READ),
            Route(f"{one}/metadata", self.metadata, READ),
            Route(f"{one}:runReport", self.report, READ, methods=("POST",), tier="report"),
            Route(f"{one}:checkCompatibility", self.compatible, READ, methods=("POST",)),
        ]

    # Admin API

    def summaries(self, call: Call) -> Answer:
        found = []
        for number, title in ACCOUNTS.items():
            account = f"accounts/{number}"
            below = [_short(one, account) for one in self.world.accounts.all() if ABOVE[one.id] == number]
            head = {"name": f"accountSummaries/{number}", "account": account, "displayName": title}
            found.append(head | {"propertySummaries": below})
        return self._listed(call, "accountSummaries", found)

    def properties(self, call: Call) -> Answer:
        kind, _, number = call.query.get("filter", "").partition(":accounts/")
        if kind not in ("parent", "ancestor") or number not in ACCOUNTS:
            raise reports.wrong("The filter must name an account: parent:accounts/123.")
        open_now = {f"properties/{one.id}" for one in self.world.accounts.all() if not one.closed}
        rows = [row for row in self.world.properties if row["parent"] == f"accounts/{number}"]
        return self._listed(call, "properties", [row for row in rows if row["name"] in open_now])

    def property(self, call: Call) -> Answer:
        return Answer(self.world.properties[(f"properties/{self._account(call).id}",)], key="name")

    def key_events(self, call: Call) -> Answer:
        above = f"properties/{self._account(call).id}/"
        return self._listed(call, "keyEvents", [row for row in self.world.key_events if row["name"].startswith(above)])

    def _listed(self, call: Call, name: str, rows: Sequence[Record]) -> Answer:
        """A page; an empty list is left out, and more than the most is the most."""
        size = min(call.number("pageSize", 50, 10**9, 0) or 50, MOST)
        start = 0
        if token := call.query.get("pageToken"):
            try:
                start = int(read_cursor(token))
            except (ValueError, TypeError):
                raise bad_cursor("pageToken") from None
        page = list(rows[start : start + size])
        body: Record = {name: page} if page else {}
        if start + size < len(rows):
            body["nextPageToken"] = write_cursor(start + size)
        return Answer(body, name, "name")

    # Data API

    def metadata(self, call: Call) -> Answer:
        name = f"properties/{self._account(call).id}/metadata"
        dimensions, metrics = [_dimension(one) for one in DIMENSIONS], [_metric(one) for one in METRICS]
        return Answer({"name": name, "dimensions": dimensions, "metrics": metrics})

    def compatible(self, call: Call) -> Answer:
        """Fails when what is asked for does not go together; otherwise says of every field whether it would, too."""
        self._account(call)
        dimensions, metrics = reports.fields(call.json or {})
        return Answer(
            {
                "dimensionCompatibilities": [
                    {"dimensionMetadata": _dimension(one), "compatibility": _word([*dimensions, one], metrics)}
                    for one in DIMENSIONS
                ],
                "metricCompatibilities": [
                    {"metricMetadata": _metric(one), "compatibility": _word(dimensions, [*metrics, one])}
                    for one in METRICS
                ],
            }
        )

    def report(self, call: Call) -> Answer:
        account = self._account(call)
        site = self.world.sites[account.id]
        asked = reports.read(call.json, site.local.date())
        days = (asked.first + timedelta(days=number) for number in range(asked.days))
        found = reports.lines(site, asked.dimensions, asked.metrics, days, asked.empty)
        found, lost = reports.rolled_up(
            sorted(found, key=lambda line: (-float(line[1][0]), line[0]) if line[1] else (0.0, line[0])),
            asked,
            self.world.options["most_rows"],
        )
        found = reports.in_order(found, asked, self.world.seed.seed)
        metadata = {"currencyCode": account.currency, "timeZone": account.zone, **self.world.notes.get(account.id, {})}
        if lost:
            metadata["dataLossFromOtherRow"] = True
        body = reports.answer(found, asked, metadata)
        tokens = entered(call, Tokens)
        told = tokens.spend(1 + len(asked.dimensions) * asked.days // 20) if tokens else {}
        if asked.quota:
            body["propertyQuota"] = {
                **told,
                "concurrentRequests": {"consumed": 0, "remaining": 10},
                "serverErrorsPerProjectPerHour": {"consumed": 0, "remaining": 10},
                "potentiallyThresholdedRequestsPerHour": {"consumed": 0, "remaining": 120},
            }
        return Answer(body, "rows", "dimensionValues", headers={"Date": http_date(call.now)})

    def _account(self, call: Call) -> Account:
        number = call.values["property"]
        if not number.isdecimal():
            raise missing("Requested entity was not found.")
        account = self.world.accounts.readable(number)
        if self.world.options["api_enabled"]:
            return account
        raise Refusal(
            "forbidden", 403, "The API has not been used in this project before or it is disabled.", code="api"
        )


def _short(one: Account, account: str) -> Record:
    return {
        "property": f"properties/{one.id}",
        "displayName": one.title,
        "propertyType": "PROPERTY_TYPE_ORDINARY",
        "parent": account,
        "canEdit": False,
    }


def _dimension(name: str) -> Record:
    told: Record = {"apiName": name, "uiName": _title(name), "description": _title(name), "category": DIMENSIONS[name]}
    return told | {"customDefinition": True} if ":" in name else told


def _metric(name: str) -> Record:
    metric: dict[str, Any] = {"apiName": name, "uiName": _title(name), "description": _title(name)}
    return metric | {"type": METRICS[name].type, "category": "Ecommerce" if METRICS[name].of_items else "Other"}


def _title(name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name.partition(":")[2] or name)
    return words[:1].upper() + words[1:]


def _word(dimensions: list[str], metrics: list[str]) -> str:
    return "INCOMPATIBLE" if reports.incompatible(dimensions, metrics) else "COMPATIBLE"
