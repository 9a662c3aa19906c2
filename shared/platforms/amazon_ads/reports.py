"""Reports of Amazon Ads by day: each is asked for, made while we wait, and fetched as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from shared.platforms.amazon_ads.errors import duplicate_of
from shared.platforms.amazon_ads.lists import SCOPE
from shared.platforms.amazon_ads.records import whole_key
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Report
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import BARE_LIST, Stream
from shared.vocabulary.wire import Json, at

Ask = Callable[[Mapping[str, Json], int], Mapping[str, Json] | None]
NO_SUMS = "A report says neither how many rows it has nor what they add up to; sums would be another report."

# Conversions count for the day of the click, up to 14 days back, and are restated for 28 days after they happened.
STILL_MOVING = timedelta(days=14 + 28)
FEW, MANY = 31, 14  # days to a report: the most that is allowed, and what keeps reports of single words small
LOST = 2  # days that a report may wait between its planning and its making, so as not to ask for one too old


def what_is_told(report: Json) -> Json:
    """By what a report is the one that was asked for."""
    told = ("adProduct", "reportTypeId", "timeUnit", "groupBy", "columns")
    asked = [at(report, "startDate"), at(report, "endDate"), *(at(report, f"configuration.{name}") for name in told)]
    return [sorted(part) if isinstance(part, list) else part for part in asked]


MADE = Report(
    "reportId",
    "/reporting/reports/{report}",
    "status",
    frozenset({"COMPLETED"}),
    frozenset({"FAILED", "CANCELLED"}),
    file="url",
    known=duplicate_of,
    alike=what_is_told,
    looks=2,
    first=timedelta(seconds=15),
)
# What Amazon calls a product, and how many days it can tell of it.
TOLD_FOR = {"sp": ("SPONSORED_PRODUCTS", 95), "sb": ("SPONSORED_BRANDS", 60), "sd": ("SPONSORED_DISPLAY", 65)}
GIVEN = {"account_id", "account_zone", "account_currency", "country_code"}


def without_refused(made_of: Mapping[str, Json], needed: frozenset[str]) -> Ask:
    """A report once more, without the columns that were refused; one without its key would be of no use."""

    def ask(given: Mapping[str, Json], refused: int) -> Mapping[str, Json] | None:
        if not refused:
            return {}
        left = [name for name in made_of["columns"] if name not in given["without"]]
        useful = needed <= {*left} and len(left) < len(made_of["columns"])
        return {"configuration": {**made_of, "columns": left}} if refused == 1 and useful else None

    return ask


def daily(
    name: str, title: str, kind: str, groups: str, text: str, size: int = FEW, kept: int = 0, loose: str = ""
) -> Stream:
    """A report by day. The columns of its table are the columns that are asked for."""
    product, days = TOLD_FOR[name[:2]]
    own = columns(text)
    asked = [column.path[0] for column in own if column.name not in GIVEN]
    made_of = {
        "adProduct": product,
        "reportTypeId": kind,
        "groupBy": groups.split(),
        "columns": asked,
        "timeUnit": "DAILY",
        "format": "GZIP_JSON",
    }
    needed = frozenset(column.path[0] for column in own if column.key and column.name not in GIVEN)
    body = {"name": f"{name} {{from}}", "startDate": "{from}", "endDate": "{to}", "configuration": made_of}
    return Stream(
        name,
        title,
        path="/reporting/reports",
        records=BARE_LIST,
        columns=own,
        pages=MADE,
        method="POST",
        body=body,
        allowance="reports",
        slices=Days(size, STILL_MOVING, timedelta(days=(kept or days) - LOST), "date", today=False),
        headers={**SCOPE, "content-type": "application/vnd.createasyncreportrequest.v3+json"},
        shape=whole_key(*loose.split()) if loose else None,
        unproven=NO_SUMS,
        narrow_query=without_refused(made_of, needed),
        may_be_empty=frozenset(column.name for column in own if column.path[0] in loose.split()),
    )
