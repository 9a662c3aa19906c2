"""What a spreadsheet reads a feed with: workbook, query, module, script, and the clicks. No key is in any of them."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.tongue import kept, say
from shared.console.web import Reply, Visit
from shared.feeds.feed import Feed
from shared.people.guard import Allowed, NotThere
from shared.spreadsheets.files import FILES, saved_as
from shared.spreadsheets.source import can_be_read, source_of

ABOUT = {
    "workbook.xlsx": kept("Excel: a workbook that asks when it is opened, and when it is refreshed"),
    "power-query.pq": kept("Power BI, and Excel’s advanced editor"),
    "module.bas": kept("Excel where queries are not allowed: VBA"),
    "apps-script.gs": kept("Google Sheets"),
    "steps.md": kept("What to click, for each of them"),
}


def offered(desk: Desk, feed: Feed) -> list[tuple[str, str]]:
    """Each file with whom it is for; none, where spreadsheets cannot read the feed."""
    return [(name, say(ABOUT[name])) for name in FILES] if can_be_read(feed, desk.feed_url) else []


def file(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    found = FILES.get(visit.segments[-1])
    if found is None:
        raise NotThere
    source = source_of(allowed.things["feed"], desk.feed_url, desk.clock.now().date())
    return Reply(saved=(saved_as(source, found), found.made(source, desk.project)))
