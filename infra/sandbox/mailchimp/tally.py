"""What a campaign's report adds up to: always the sum of what its recipients did."""

from dataclasses import dataclass, field

from infra.sandbox.mailchimp.people import Recipient
from infra.sandbox.records import Record


@dataclass
class Tally:
    sent: int = 0
    opens: int = 0
    openers: int = 0
    clicks: int = 0
    clickers: int = 0
    unique_clicks: int = 0  # people x links
    hard: int = 0
    soft: int = 0
    last_open: int | None = None
    last_click: int | None = None
    by_url: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # clicks, people, last

    @property
    def delivered(self) -> int:
        return self.sent - self.hard - self.soft

    def share(self, number: int) -> float:
        """A fraction 0–1 of what was delivered."""
        return round(number / self.delivered, 4) if self.delivered else 0.0


def add_up(recipients: list[Recipient]) -> Tally:
    tally = Tally(sent=len(recipients))
    for recipient in recipients:
        opened, clicked = False, set()
        tally.hard += recipient.status == "hard"
        tally.soft += recipient.status == "soft"
        for act in recipient.acts:
            if act.action == "open":
                tally.opens += 1
                opened = True
                tally.last_open = max(tally.last_open or 0, act.at)
            elif act.action == "click":
                tally.clicks += 1
                tally.last_click = max(tally.last_click or 0, act.at)
                total, people, last = tally.by_url.get(act.detail, (0, 0, 0))
                people += act.detail not in clicked
                clicked.add(act.detail)
                tally.by_url[act.detail] = (total + 1, people, max(last, act.at))
        tally.openers += opened
        tally.clickers += bool(clicked)
        tally.unique_clicks += len(clicked)
    return tally


def summary(tally: Tally) -> Record:
    """The short form a campaign carries."""
    return {
        "opens": tally.opens,
        "unique_opens": tally.openers,
        "open_rate": tally.share(tally.openers),
        "clicks": tally.clicks,
        "subscriber_clicks": tally.clickers,
        "click_rate": tally.share(tally.clickers),
        "ecommerce": {"total_orders": 0, "total_spent": 0, "total_revenue": 0},
    }
