"""Reports: asked for by POST, answered at once, and scarce."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.daily import Daily, Numbers
from infra.sandbox.klaviyo import numbers
from infra.sandbox.klaviyo.filters import next_link
from infra.sandbox.klaviyo.world import Klaviyo
from infra.sandbox.paging import bad_cursor, read_cursor
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, missing

YEAR, LONGEST_DAILY = 366, 60
EARLIEST_SIZES = date(2023, 6, 1)
VISITED = tuple(numbers.visits({}))
MAILED = tuple(numbers.statistics({}))
Given = Mapping[str, Any]


def wrong(where: str, message: str) -> Refusal:
    return Refusal("invalid", 400, message, f"/data/attributes/{where}")


class Reports:
    def __init__(self, world: Klaviyo) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        def report(rule: str, handle: Callable[[Call], Answer], scope: str) -> Route:
            return Route(f"/api/{rule}", handle, scope, methods=("POST",), tier="reports")

        return [
            report("campaign-values-reports", self.campaign_values, "campaigns:read"),
            report("flow-series-reports", self.flow_series, "flows:read"),
            report("segment-series-reports", self.segment_series, "segments:read"),
            report("form-series-reports", self.form_series, "forms:read"),
        ]

    def campaign_values(self, call: Call) -> Answer:
        """By the day of sending: what came of it later counts for that day."""
        asked = self._asked(call, "campaign-values-report", MAILED)
        first, last = self._timeframe(asked, YEAR)
        converting = self._converting(asked)
        results = [
            {"groupings": dict(leaf.at), "statistics": _chosen(asked, numbers.statistics(told, converting))}
            for leaf, told in numbers.summed(self.world.campaign_numbers, first, last)
        ]
        return self._paged(call, "campaign-values-report", results, {})

    def flow_series(self, call: Call) -> Answer:
        asked = self._asked(call, "flow-series-report", MAILED)
        first, last = self._timeframe(asked, LONGEST_DAILY)
        converting = self._converting(asked)
        show = lambda told: numbers.statistics(told, converting)  # noqa: E731
        return self._series(call, asked, "flow-series-report", self.world.flow_numbers, first, last, show)

    def segment_series(self, call: Call) -> Answer:
        asked = self._asked(call, "segment-series-report", numbers.SIZES)
        first, last = self._timeframe(asked, LONGEST_DAILY)
        if first < EARLIEST_SIZES:
            raise wrong("timeframe", "There is nothing before 1 June 2023.")
        kind = "segment-series-report"
        return self._series(call, asked, kind, self.world.segment_numbers, first, last, numbers.sizes)

    def form_series(self, call: Call) -> Answer:
        asked = self._asked(call, "form-series-report", VISITED)
        if asked.get("group_by") not in (None, ["form_id"]):
            raise wrong("group_by", "Forms are told as a whole here.")
        first, last = self._timeframe(asked, LONGEST_DAILY)
        return self._series(call, asked, "form-series-report", self.world.form_numbers, first, last, numbers.visits)

    # what is asked

    def _asked(self, call: Call, kind: str, known: Sequence[str]) -> Given:
        data = call.json.get("data") if isinstance(call.json, dict) else None
        if not isinstance(data, dict) or data.get("type") != kind or not isinstance(data.get("attributes"), dict):
            raise Refusal("invalid", 400, f"data.type must be {kind}.", "/data/type")
        asked: Given = data["attributes"]
        chosen = asked.get("statistics")
        if not isinstance(chosen, list) or not chosen or set(chosen) - set(known):
            raise wrong("statistics", "At least one statistic is needed, and known ones only.")
        return asked

    def _timeframe(self, asked: Given, longest: int) -> tuple[date, date]:
        """Days of the account, both ends included; whatever offset is written is ignored."""
        frame = asked.get("timeframe")
        try:
            first, last = (datetime.fromisoformat(frame[end]).date() for end in ("start", "end"))  # type: ignore[index]
        except (KeyError, TypeError, ValueError):
            raise wrong("timeframe", "A start and an end are needed.") from None
        if first > last or (last - first).days >= longest:
            raise wrong("timeframe", f"A timeframe has at most {longest} days here.")
        if last > self.world.today() or (last == self.world.today() and not self.world.options["reports_of_today"]):
            raise wrong("timeframe", "A timeframe cannot end in the future.")
        return first, last

    def _converting(self, asked: Given) -> bool:
        metric = asked.get("conversion_metric_id")
        if not isinstance(metric, str):
            raise wrong("conversion_metric_id", "This field is required.")
        if (metric,) not in self.world.metrics:
            raise missing(f"A metric with id {metric} does not exist.")
        return metric == self.world.orders()

    # what is answered

    def _series(
        self,
        call: Call,
        asked: Given,
        kind: str,
        daily: Daily,
        first: date,
        last: date,
        show: Callable[[Numbers], Record],
    ) -> Answer:
        if asked.get("interval") != "daily":
            raise wrong("interval", "interval must be daily here.")
        results = []
        for leaf, told in numbers.series(daily, first, last):
            days = [_chosen(asked, show(each)) for each in told]
            lists = {name: [day[name] for day in days] for name in asked["statistics"]}
            results.append({"groupings": dict(leaf.at), "statistics": lists})
        moments = [self._written(first + timedelta(days=number)) for number in range((last - first).days + 1)]
        return self._paged(call, kind, results, {"date_times": moments})

    def _written(self, day: date) -> str:
        """Midnight with an offset of nothing, or (the other reading) the account's midnight told in UTC."""
        if self.world.options["midnight"] == "plain":
            return f"{day}T00:00:00+00:00"
        return self.world.midnight(day)

    def _paged(self, call: Call, kind: str, results: list[Record], more: Record) -> Answer:
        size, start = int(self.world.options["results_per_page"]), 0
        if kind in ("segment-series-report", "form-series-report"):
            size = max(1, len(results))  # the specification knows no pages here
        if "page_cursor" in call.query:
            try:
                (start,) = read_cursor(call.query["page_cursor"])
            except (ValueError, TypeError):
                raise bad_cursor("page_cursor") from None
        attributes = {"results": results[start : start + size], **more}
        body: Record = {"data": {"type": kind, "attributes": attributes}}
        body["links"] = {"self": call.host_url.rstrip("/") + call.path}
        if start + size < len(results):
            body["links"]["next"] = next_link(call, [start + size], "page_cursor")
        return Answer(body, "data.attributes.results", "groupings")


def _chosen(asked: Given, told: Record) -> Record:
    return {name: told[name] for name in asked["statistics"]}
