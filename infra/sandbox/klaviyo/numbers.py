"""What reports tell: numbers of messages by the day they were sent, and of segments by day."""

from collections import Counter
from collections.abc import Callable, Container, Iterable
from datetime import date, timedelta

from infra.sandbox.daily import Daily, Leaf, Numbers
from infra.sandbox.invent import Draw
from infra.sandbox.records import Record, Truth

WINDOW = 90  # days of campaign results that a sync asks for together
SERIES = 60  # days of a series that can be asked for together
SIZES = ("total_members", "members_added", "members_removed", "net_members_changed")


COUNTED = (
    "recipients", "delivered", "bounced", "failed", "opens_unique", "opens", "clicks_unique", "clicks", "unsubscribes",
    "spam_complaints", "conversions", "value_micros", "segments", "spend_micros",
)  # fmt: skip


def mailing(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    """What came of the messages sent on a day, up to now."""
    recipients = int(draw.between(30, 900) * leaf.size)
    bounced, failed = recipients * draw.below(3) // 100, recipients * draw.below(2) // 100
    delivered = recipients - bounced - failed
    opened = delivered * draw.between(20, 60) // 100
    clicked = opened * draw.between(5, 30) // 100
    conversions = clicked * draw.below(30) // 100
    text = leaf.at["send_channel"] == "sms"
    return {
        "recipients": recipients,
        "delivered": delivered,
        "bounced": bounced,
        "failed": failed,
        "opens_unique": 0 if text else opened,
        "opens": 0 if text else opened * 2,
        "clicks_unique": clicked,
        "clicks": clicked + clicked // 3,
        "unsubscribes": delivered * draw.below(2) // 100,
        "spam_complaints": draw.below(2),
        "conversions": conversions,
        "value_micros": conversions * draw.between(8, 120) * 1_000_000,
        "segments": recipients if text else 0,
        "spend_micros": recipients * 40_000 if text else 0,
    }


def membership(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    return {"added": draw.below(20), "removed": draw.below(12), "total": draw.between(200, 400)}


def visiting(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    """What visitors did with a form on a day."""
    views = draw.between(40, 400)
    return {
        "views": views,
        "submits": views * draw.between(1, 20) // 100,
        "closed": views * draw.between(20, 60) // 100,
    }


def statistics(told: Numbers, converting: bool = True) -> Record:
    """Every statistic there is. Counts are written with a point; rates are fractions."""
    n = {name: float(told.get(name, 0)) for name in COUNTED}
    if not converting:
        n |= {"conversions": 0.0, "value_micros": 0.0}
    value, spend, lost = n["value_micros"] / 1e6, n["spend_micros"] / 1e6, n["bounced"] + n["failed"]

    def rate(part: float, whole: float) -> float:
        return round(part / whole, 4) if whole else 0.0

    return {
        "recipients": n["recipients"],
        "delivered": n["delivered"],
        "delivery_rate": rate(n["delivered"], n["recipients"]),
        "bounced": n["bounced"],
        "bounce_rate": rate(n["bounced"], n["recipients"]),
        "failed": n["failed"],
        "failed_rate": rate(n["failed"], n["recipients"]),
        "bounced_or_failed": lost,
        "bounced_or_failed_rate": rate(lost, n["recipients"]),
        "opens": n["opens"],
        "opens_unique": n["opens_unique"],
        "open_rate": rate(n["opens_unique"], n["delivered"]),
        "clicks": n["clicks"],
        "clicks_unique": min(n["clicks_unique"], n["clicks"]),
        "click_rate": rate(n["clicks_unique"], n["delivered"]),
        "click_to_open_rate": rate(n["clicks_unique"], n["opens_unique"]),
        "unsubscribes": n["unsubscribes"],
        "unsubscribe_uniques": n["unsubscribes"],
        "unsubscribe_rate": rate(n["unsubscribes"], n["delivered"]),
        "spam_complaints": n["spam_complaints"],
        "spam_complaint_rate": rate(n["spam_complaints"], n["delivered"]),
        "conversions": n["conversions"],
        "conversion_uniques": n["conversions"],
        "conversion_rate": rate(n["conversions"], n["delivered"]),
        "conversion_value": round(value, 2),
        "average_order_value": round(value / n["conversions"], 2) if n["conversions"] else 0.0,
        "revenue_per_recipient": rate(value, n["recipients"]),
        "message_segment_count_sum": n["segments"],
        "text_message_spend": round(spend, 2),
        "text_message_roi": rate(value, spend),
        "text_message_credit_usage_amount": n["segments"] * 1.5,
    }


def sizes(told: Numbers) -> Record:
    total, added, removed = (float(told.get(name, 0)) for name in ("total", "added", "removed"))
    return dict(zip(SIZES, (total, added, removed, added - removed), strict=True))


def visits(told: Numbers) -> Record:
    """Every statistic of a form: it has one step, and one visitor in ten comes twice."""
    views, submits, closed = (float(told.get(name, 0)) for name in ("views", "submits", "closed"))
    counts = {"viewed_form": views, "viewed_form_step": views, "closed_form": closed, "qualified_form": views}
    counts |= {"submitted_form_step": submits}
    unique = {f"{name}_uniques": float(count * 9 // 10) for name, count in counts.items()}
    return {**counts, **unique, "submits": submits, "submit_rate": round(submits / views, 4) if views else 0.0}


def lived(leaf: Leaf, first: date, last: date) -> bool:
    """Whether a report of these days knows of it at all."""
    return leaf.begins <= last and (leaf.ends is None or first < leaf.ends)


def summed(daily: Daily, first: date, last: date) -> list[tuple[Leaf, Numbers]]:
    """Values: whatever was sent from the first day to the last. Nothing sent, nothing told."""
    found: list[tuple[Leaf, Numbers]] = []
    for leaf in daily.leaves():
        total: Counter[str] = Counter()
        for day in days(max(first, leaf.begins), last):
            total.update(daily.cell(leaf, day))
        if any(total.values()):
            found.append((leaf, dict(total)))
    return found


def series(daily: Daily, first: date, last: date) -> list[tuple[Leaf, list[Numbers]]]:
    """A list for each thing that lived in these days; days without anything are told, too."""
    return [
        (leaf, [daily.cell(leaf, day) for day in days(first, last)])
        for leaf in daily.leaves()
        if lived(leaf, first, last)
    ]


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def windows(leaves: Iterable[Leaf], size: int, last: date) -> list[tuple[date, date]]:
    """The windows of so many days, counted from the first day of the calendar, in which any of them lived."""
    begins = [leaf.begins.toordinal() // size * size for leaf in leaves]
    starts = range(min(begins, default=1), last.toordinal() + 1, size)
    found = [date.fromordinal(start) for start in starts]
    return [(first, min(first + timedelta(days=size - 1), last)) for first in found]


class CampaignValues:
    """`campaign_values_report`: one row per message and window, of all days that are over."""

    name = "campaign_values_report"

    def __init__(
        self, daily: Daily, show: Callable[[Numbers], Record], metric: Callable[[], str], last: Callable[[], date]
    ) -> None:
        self.daily, self.show, self.metric, self.last = daily, show, metric, last

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        leaves, present, gone = list(self.daily.leaves()), [], []
        for first, last in windows(leaves, WINDOW, self.last()):
            told = summed(self.daily, first, last)
            known = {leaf.id for leaf, _ in told}
            present += [self._row(first, leaf, self.show(numbers)) for leaf, numbers in told]
            gone += [self._row(first, leaf, {}) for leaf in leaves if leaf.id not in known]
        return Truth(present, gone)

    def _row(self, first: date, leaf: Leaf, told: Record) -> Record:
        own = {"window_start": first.isoformat(), "conversion_metric_id": self.metric()}
        return own | dict(leaf.at) | told


class ByDay:
    """`flow_series_report` and other series: a row for each day of the windows in which a thing lived."""

    def __init__(
        self,
        name: str,
        daily: Daily,
        show: Callable[[Numbers], Record],
        own: Callable[[], Record],
        last: Callable[[], date],
    ) -> None:
        self.name, self.daily, self.show, self.own, self.last = name, daily, show, own, last

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        present = [
            {"day": day.isoformat(), **self.own(), **leaf.at, **self.show(told)}
            for first, last in windows(self.daily.leaves(), SERIES, self.last())
            for leaf, numbers in series(self.daily, first, last)
            for day, told in zip(days(first, last), numbers, strict=True)
        ]
        return Truth(present, [])
