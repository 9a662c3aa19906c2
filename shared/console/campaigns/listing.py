"""The table of campaigns as a page, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.console.campaigns.choosing import ORDERS, ROWS, Choice, choice_of
from shared.console.campaigns.gathering import Campaign, Found, gather
from shared.console.desk import Desk
from shared.console.figures import files
from shared.console.figures.asking import Asking, title_of
from shared.console.figures.page import asked, empty, framed, not_yet
from shared.console.figures.span import Span
from shared.console.figures.tables import Amount, Cell, Column, Listing, Name
from shared.console.tongue import say, say_of
from shared.console.web import Reply, Visit
from shared.drawing.words import Unit, day
from shared.model import Workspace
from shared.people.guard import Allowed
from shared.publishing.manifest import Manifest

SHARE = Unit("share")


@dataclass(frozen=True, slots=True)
class There:
    """What the page is made of."""

    found: Found
    choice: Choice
    span: Span
    manifest: Manifest

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.found.campaigns) // ROWS))

    @property
    def at(self) -> int:
        """A page that is not there is the last one: meanwhile there may be fewer."""
        return min(self.choice.page, self.pages)

    @property
    def shown(self) -> list[Campaign]:
        return list(self.found.campaigns[(self.at - 1) * ROWS : self.at * ROWS])


def page(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    nothing = empty(desk, say("Campaigns"), "campaigns", allowed)
    there = asked(desk, allowed, visit, lambda asking: _there(asking, visit), lambda _: nothing)
    if isinstance(there, Reply):
        return there
    return Reply("campaigns.html", {**values_of(there, allowed.workspace), "person": allowed.person})


def values_of(there: There, workspace: Workspace) -> dict[str, Any]:
    return {
        **framed(workspace, there.manifest, there.span, "campaigns"),
        "title": say("Campaigns"),
        "asked": there.choice.address(there.span),
        "choice": there.choice,
        "platforms": [(each, title_of(each)) for each in there.found.platforms],
        "statuses": there.found.statuses,
        "table": table(there, there.shown, whole=False),
        "pager": _pager(there),
    }


def as_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = asked(desk, allowed, visit, lambda asking: _there(asking, visit), not_yet)
    if isinstance(there, Reply):
        return there
    told = files.head(allowed.workspace, there.manifest, there.span)
    campaigns = table(there, there.found.campaigns).told()
    return Reply(json=orjson.dumps({**told, "campaigns": campaigns, "left_out": there.found.left_out}))


def as_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = asked(desk, allowed, visit, lambda asking: _there(asking, visit), not_yet)
    if isinstance(there, Reply):
        return there
    period = there.span.period
    name = f"campaigns-{allowed.workspace.id}-{period.first}-{period.last}.csv"
    return Reply(saved=(name, files.of_table(table(there, there.found.campaigns))))


def _there(asking: Asking, visit: Visit) -> There:
    choice = choice_of(visit.query)
    return There(gather(asking, choice), choice, asking.span, asking.there.manifest)


def table(there: There, campaigns: Sequence[Campaign], whole: bool = True) -> Listing:
    """What is one sum has a total, and the others say why they have none. A page has state and day in one column."""
    choice, every = there.choice, there.found.campaigns
    names = dict(zip(ORDERS, (
        say("Campaign"), say("Since") if whole else say("State, since"), say("Spend"), say("Clicks"), say("Delivered"),
        say("Open rate"), say("Click rate"), say("Conversions"), say("Brought in"),
    ), strict=True))  # fmt: skip
    units = {"open_rate": SHARE, "click_rate": SHARE}
    columns = [
        Column(
            key, name, None if key in ("name", "since") else units.get(key, Unit()),
            f"?{choice.address(there.span, order=choice.ordering(key))}",
            ("descending" if choice.falls else "ascending") if key == choice.by else "",
        )
        for key, name in names.items()
    ]  # fmt: skip
    if whole:
        columns.insert(1, Column("status", say("State")))
    left = there.found.left_out
    return Listing(
        key="campaigns",
        name=say_of("%(num)s campaign", "%(num)s campaigns", len(every)),
        caption=say("Rates are divided from sums, and told by each platform for itself"),
        columns=tuple(columns),
        rows=[_row(each, whole) for each in campaigns],
        total=_total(there) if every else (),
        note=say("%(count)s more are not shown here.", count=left) if left else "",
        is_open=True,
    )


def _row(each: Campaign, whole: bool) -> tuple[Cell, ...]:
    under = " · ".join(filter(None, (title_of(each.platform), each.subject if each.subject != each.title else "")))
    since = "" if each.since is None else say("since %(day)s", day=f"{day(each.since)} {each.since.year}")
    state: tuple[Cell, ...] = (each.status, each.since) if whole else (Name(each.status, since),)
    return (
        Name(each.title or say("Without a name"), under, each.address if each.name.campaign else ""), *state,
        Amount(each.spend, each.currency), each.clicks, each.delivered, each.open_rate, each.click_rate,
        each.conversions, Amount(each.brought_in, each.currency),
    )  # fmt: skip


def _total(there: There) -> tuple[Cell, ...]:
    """Beneath the columns of the page."""
    every, money = there.found.campaigns, there.found.money
    spent = [each.spend for each in every if each.name.kind == "ads" and each.is_told]
    sent = [each.delivered for each in every if each.delivered is not None]
    known = [each for each in spent if each is not None]
    spend = Amount(sum(known), money.currency) if money is not None and known and len(known) == len(spent) else None
    delivered = sum(sent) if sent else None
    return (say("All %(count)s", count=len(every)), "", spend, None, delivered, None, None, None, None)


def _pager(there: There) -> dict[str, Any]:
    first = (there.at - 1) * ROWS + 1
    return {
        "first": first,
        "last": min(first + ROWS - 1, len(there.found.campaigns)),
        "all": len(there.found.campaigns),
        "before": there.choice.address(there.span, page=there.at - 1) if there.at > 1 else "",
        "after": there.choice.address(there.span, page=there.at + 1) if there.at < there.pages else "",
    }
