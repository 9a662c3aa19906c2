"""`/insights`, of an Instagram account, a post, a story, a Page: which numbers, of which days, and what is refused."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from infra.sandbox.call import Answer, Call
from infra.sandbox.graph import refusal
from infra.sandbox.instagram.numbers import OF_KIND, Metrics
from infra.sandbox.instagram.world import ENOUGH_VIEWERS, PACIFIC, Instagram, stamp
from infra.sandbox.records import Record
from infra.sandbox.times import DAY, HOUR

MOST_OF_INSTAGRAM, MOST_OF_PAGE = 30, 90  # days of one question
FOLLOWERS_TOLD = 30
UNKNOWN = "(#100) metric[{}] must be one of the following values: {}"
INVALID = "(#100) The value must be a valid insights metric"
BREAKDOWNS = {"age", "gender", "country", "city"}


def starts(day: date) -> int:
    return int(datetime.combine(day, time(), PACIFIC).timestamp())


def ends(day: date) -> int:
    return starts(day + timedelta(days=1))


class Insights:
    def __init__(self, world: Instagram) -> None:
        self.world = world

    # -- of days -------------------------------------------------------------------------------------

    def of_instagram(self, call: Call, profile: Record) -> Answer:
        kind, period = call.query.get("metric_type", "time_series"), call.query.get("period", "day")
        asked = self._metrics(
            call, {*Metrics.SERIES, *Metrics.TOTALS, *Metrics.MORE, *Metrics.AUDIENCE, *Metrics.BY_FOLLOW}
        )
        if set(asked) & {*Metrics.AUDIENCE}:
            return self._audience(call, profile, asked, kind, period)
        if period != "day":
            raise refusal("100", "(#100) period must be one of the following values: day")
        if kind == "total_value":
            return self._totals(call, profile, asked)
        if alone := [name for name in asked if name not in Metrics.SERIES]:
            names = ", ".join(alone)
            raise refusal(
                "100",
                f"(#100) The following metrics ({names}) should be specified with parameter metric_type=total_value",
            )
        return self._series(call, profile, asked)

    def _series(self, call: Call, profile: Record, asked: Sequence[str]) -> Answer:
        days = self._days(call, MOST_OF_INSTAGRAM)
        if "follower_count" in asked:
            if days and (self.world.today() - min(days)).days > FOLLOWERS_TOLD:
                text = "metric only supports querying data for the last 30 days excluding the current day"
                raise refusal("100", f"(#100) (follower_count) {text}")
            if self.world.few(profile["id"]):
                if self.world.options["few_followers"] == "error":
                    raise refusal("100", "(#100) The Insights API does not support the follower_count metric here.")
                asked = [name for name in asked if name != "follower_count"]
        return self._by_day(call, profile["id"], asked, days)

    def _totals(self, call: Call, profile: Record, asked: Sequence[str]) -> Answer:
        """One number for all days of the window."""
        by, days = call.query.get("breakdown", ""), self._days(call, MOST_OF_INSTAGRAM, totals=True)
        found = [numbers for day in days if (numbers := self.world.day(profile["id"], day))]
        if "follows_and_unfollows" in asked and by != "follow_type":
            raise refusal("100", "(#100) (follows_and_unfollows) needs breakdown=follow_type")
        if by and (by != "follow_type" or not set(asked) <= {*Metrics.BY_FOLLOW}):
            raise refusal("100", f"(#100) Incompatible metrics ({','.join(asked)}) and breakdown")
        if not found or (by and self.world.few(profile["id"])):
            return Answer({"data": self._not_known(profile["id"], asked)}, "data", "name")
        rows = []
        for name in asked:
            value = self._by_side(by, found) if by else {"value": sum(each[name] for each in found)}
            rows.append(self._metric(profile["id"], name, "day", total_value=value))
        return Answer({"data": rows}, "data", "name")

    def _by_side(self, by: str, found: Sequence[Record]) -> Record:
        """Of a quiet time no sides are told, only that there was nobody."""
        sides = {"FOLLOWER": "follows", "NON_FOLLOWER": "unfollows"}
        people = {side: sum(each[number] for each in found) for side, number in sides.items()}
        if not any(people.values()):
            return {"value": 0}
        results = [{"dimension_values": [side], "value": number} for side, number in people.items()]
        return {"breakdowns": [{"dimension_keys": [by], "results": results}]}

    def _not_known(self, object_id: str, asked: Sequence[str]) -> list[Record]:
        """What stands for metrics that have nothing to say: nothing, or their names and descriptions."""
        bare = self.world.options["not_known"] == "bare"
        return [self._metric(object_id, name, "day") for name in asked] if bare else []

    def of_page(self, call: Call, page: Record) -> Answer:
        known = Metrics.CERTAIN if self.world.options["page_metrics"] == "certain" else Metrics.PAGE
        asked = call.query.get("metric", "").split(",")
        if not set(asked) <= set(known):
            raise refusal("100", INVALID)
        if call.query.get("period", "day") != "day":
            raise refusal("100", "(#100) This metric does not have that period")
        return self._by_day(call, page["id"], asked, self._days(call, MOST_OF_PAGE))

    def _by_day(self, call: Call, object_id: str, asked: Sequence[str], days: Sequence[date]) -> Answer:
        told = [(day, self.world.day(object_id, day)) for day in days]
        rows = [
            self._metric(
                object_id,
                name,
                "day",
                values=[{"value": numbers[name], "end_time": stamp(ends(day))} for day, numbers in told if numbers],
            )
            for name in asked
            if any(numbers for _, numbers in told)
        ] or self._not_known(object_id, asked)
        there = f"{call.host_url.rstrip('/')}{call.path}?metric={','.join(asked)}&access_token={call.token}"
        # These lead to other days, not to more of the same.
        paging = {"previous": f"{there}&since=1&until=2", "next": f"{there}&since=3&until=4"}
        return Answer({"data": rows, "paging": paging}, "data", "name")

    def _days(self, call: Call, most: int, totals: bool = False) -> list[date]:
        """The days whose ends lie in the window; of totals, those that lie in it whole."""
        since, until = (self._moment(call, name) for name in ("since", "until"))
        if since is None or until is None or since >= until:
            raise refusal("100", "(#100) since must be before until")
        # In seconds: across a change of clocks in autumn thirty days are an hour too long.
        if until - since > most * DAY + (HOUR if most == MOST_OF_PAGE else 0):
            raise refusal(
                "100", f"(#100) There cannot be more than {most} days ({most * DAY} s) between since and until"
            )
        day, found = datetime.fromtimestamp(since, PACIFIC).date() - timedelta(days=1), list[date]()
        while starts(day) < until:
            inside = ends(day) < until or (ends(day) == until and (totals or self.world.options["until_included"]))
            if inside and (starts(day) >= since if totals else ends(day) > since):
                found.append(day)
            day += timedelta(days=1)
        return found

    def _moment(self, call: Call, name: str) -> int | None:
        """Seconds since 1970, or a day, which begins in Pacific time."""
        given = call.query.get(name, "")
        if given.isdecimal():
            return int(given)
        try:
            return starts(date.fromisoformat(given)) if given else None
        except ValueError:
            raise refusal("100", f"(#100) {name} is not a valid date.") from None

    # -- of the audience -----------------------------------------------------------------------------

    def _audience(self, call: Call, profile: Record, asked: Sequence[str], kind: str, period: str) -> Answer:
        by = call.query.get("breakdown", "").split(",")
        if kind != "total_value" or period != "lifetime" or not set(by) <= BREAKDOWNS:
            raise refusal("100", "(#100) These metrics need period=lifetime, metric_type=total_value and a breakdown")
        if "engaged_audience_demographics" in asked and call.query.get("timeframe") not in ("this_month", "this_week"):
            raise refusal("100", "(#100) timeframe must be one of the following values: this_month, this_week")
        rows = []
        for name in asked:
            groups = [
                {"dimension_values": [row[each] for each in by], "value": row["people"]}
                for row in self.world.groups
                if (row["ig"], row["metric"], row["breakdown"]) == (profile["id"], name, ",".join(by))
            ]
            value = {"breakdowns": [{"dimension_keys": by, "results": groups[:45]}]}
            rows += [self._metric(profile["id"], name, "lifetime", total_value=value)] if groups else []
        return Answer({"data": rows}, "data", "name")

    # -- of posts and stories ------------------------------------------------------------------------

    def of_media(self, call: Call, media: Record) -> Answer:
        asked = self._metrics(call, Metrics.MEDIA)
        kind = "REELS" if media["media_product_type"] == "REELS" else media["media_type"]
        refused = {"views", "total_interactions"} if kind == self.world.options["without_views"] else set()
        for name in asked:
            if name not in OF_KIND[kind] or name in refused:
                raise refusal(
                    "100",
                    f"(#100) The Media Insights API does not support the {name} metric for this media product type.",
                )
        if media["without_numbers"]:
            raise refusal("100/2108006", "Invalid parameter")
        return self._lifetime(media["id"], asked, self.world.media_numbers[(media["id"],)])

    def of_story(self, call: Call, story: Record) -> Answer:
        asked = self._metrics(call, Metrics.STORY)
        numbers = self.world.story_numbers[(story["id"],)]
        if numbers["viewers"] < ENOUGH_VIEWERS:
            raise refusal("10", "(#10) Not enough viewers for the media to show insights")
        return self._lifetime(story["id"], asked, numbers)

    def of_post(self, call: Call, post: Record) -> Answer:
        asked = call.query.get("metric", "").split(",")
        if not set(asked) <= {*Metrics.POST}:
            raise refusal("100", INVALID)
        return self._lifetime(post["id"], asked, self.world.post_numbers[(post["id"],)])

    def _lifetime(self, object_id: str, asked: Sequence[str], numbers: Record) -> Answer:
        rows = [self._metric(object_id, name, "lifetime", values=[{"value": numbers[name]}]) for name in asked]
        return Answer({"data": rows}, "data", "name")

    def _metrics(self, call: Call, known: Collection[str]) -> list[str]:
        asked = call.query.get("metric", "").split(",")
        for place, name in enumerate(asked):
            if name not in known:
                raise refusal("100", UNKNOWN.format(place, ", ".join(sorted(known))))
        return asked

    def _metric(self, object_id: str, name: str, period: str, **told: Any) -> Record:
        title = name.replace("_", " ").capitalize()
        about = {"title": title, "description": f"{title}.", "id": f"{object_id}/insights/{name}/{period}"}
        return {"name": name, "period": period, **told, **about}
