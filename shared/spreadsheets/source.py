"""A feed, as whatever reads it has to know it: where it is, which columns come, of which kind. Its key is not here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from shared.errors import Configure
from shared.feeds.feed import Feed
from shared.feeds.routes import BELOW
from shared.handing.table import Heading, heading
from shared.questions import parse
from shared.questions.columns import columns_of
from shared.questions.periods import Calendar
from shared.questions.rules import check

FORMAT = "csv"  # what all of them read


class NotForSheets(Configure):
    """No spreadsheet can read this feed; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    feed: str  # its id: the user name, where a password is asked for
    name: str
    root: str  # https://feed.example
    path: str  # below it, without a slash before it
    workspace: str
    mart: str
    headings: tuple[Heading, ...]

    @property
    def address(self) -> str:
        return f"{self.root}/{self.path}?format={FORMAT}"


def can_be_read(feed: Feed, begins: str) -> bool:
    """Whether there is something at an address that a spreadsheet reads."""
    return FORMAT in feed.formats and bool(urlsplit(begins).netloc)


def source_of(feed: Feed, begins: str, today: date) -> Source:
    """`begins`: what addresses of feeds begin with. Raises NotForSheets, and Refusal for a question that is no longer
    answered."""
    if FORMAT not in feed.formats:
        raise NotForSheets("no-csv", "Spreadsheets read CSV, and this feed has none: make one that has.")
    where = urlsplit(begins)
    if not where.netloc:
        raise NotForSheets("no-address", "It is not known where feeds are read: TRIBUTARY_FEED_URL is not set.")
    asked = check(parse.parse(feed.question), Calendar(today))
    return Source(
        feed=feed.id,
        name=feed.name,
        root=f"{where.scheme}://{where.netloc}",
        path=f"{where.path.strip('/')}{BELOW}/{feed.id}/data".lstrip("/"),
        workspace=feed.workspace,
        mart=asked.mart.name,
        headings=tuple(map(heading, columns_of(asked))),
    )
