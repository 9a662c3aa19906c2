"""Numbers of Meta Ads by day: of what, in which parts, and how they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.platforms.meta.graph import PAGES
from shared.platforms.meta_ads import columns as table
from shared.platforms.meta_ads.fields import OF_ACCOUNT, all_of, fields
from shared.platforms.meta_ads.records import plainly
from shared.vocabulary.columns import Column, columns
from shared.vocabulary.paging import Cursor, Report
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Stream, Totals

# Numbers change for up to 28 days, though a web purchase counts on its own day. Meta looks back 37 months.
WEEK = Days(7, look_back=timedelta(days=28), history=timedelta(days=1123), column="date_start")
FORTNIGHT = replace(WEEK, size=14)  # a report costs several calls, whatever it holds
WINDOW = '{"since":"{from}","until":"{to}"}'
# Reach is no sum: who saw two campaigns is one person.
SUMS = Totals(
    {name: (name, name) for name in ("spend", "impressions", "clicks")},
    method="GET",
    path=f"{OF_ACCOUNT}/insights",
    query={"level": "account", "fields": "spend,impressions,clicks", "time_range": WINDOW},
    rounded=frozenset({"spend"}),
)
REPORT = Report(
    id="report_run_id",
    poll="/{report}",
    state="async_status",
    percent="async_percent_completion",
    ready=frozenset({"Job Completed"}),
    failed=frozenset({"Job Failed", "Job Skipped"}),
    query={"fields": "id,async_status,async_percent_completion"},
    result="/{report}/insights",
    pages=Cursor("paging.cursors.after", "after", 500, more="paging.next"),
    first=timedelta(seconds=10),
    patience=timedelta(hours=1),
    cuts=True,
)

RESULTS = {
    "action_attribution_windows": '["1d_click","7d_click","28d_click","1d_view"]',
    "action_breakdowns": '["action_type"]',
}
# https://developers.facebook.com/documentation/ads-commerce/marketing-api/insights/breakdowns, 2026-09
ESTIMATED = "Meta says that numbers of a breakdown are estimated, so they need not add up to the account's."


def insights(level: str, title: str, made: bool) -> Stream:
    """Numbers per day. `made`: as a report that Meta makes while the slice is parked; campaigns come at once."""
    own = columns(table.INSIGHTS[level])
    if made:
        return report(f"{level}_daily", title, level, own, RESULTS, totals=SUMS)
    return Stream(
        f"insights_{level}_daily",
        title,
        path=f"{OF_ACCOUNT}/insights",
        records="data",
        columns=own,
        query={**by_day(level, own), **RESULTS},
        pages=PAGES,
        slices=WEEK,
        totals=SUMS,
    )


def parted(name: str, title: str, *by: str) -> Stream:
    """Numbers of campaigns per day and group: of ads there would be as many rows again for each ad.

    Reports, because a campaign has dozens of rows a day. What Meta knows nothing of, it may leave out of the key.
    """
    own = columns(table.parted(name))
    more = {**RESULTS, "breakdowns": json.dumps(by, separators=(",", ":"))}
    return report(
        f"campaign_{name}_daily",
        title,
        "campaign",
        own,
        more,
        by,
        may_lack=frozenset(by),
        optional=True,
        unproven=ESTIMATED,
    )


def watched(title: str) -> Stream:
    """Videos and clicks that lead away, beside the ads by day: most of their ads show no video."""
    own = columns(table.WATCHED)
    return report("ad_video_daily", title, "ad", own, {}, shape=plainly, totals=SUMS, optional=True)


def by_day(level: str, own: Iterable[Column], given: Sequence[str] = ()) -> dict[str, str]:
    """`given`: columns that come without being named."""
    asked = {"level": level, "fields": fields(own, *given), "time_range": WINDOW, "time_increment": "1"}
    return {**asked, "filtering": all_of(level)}


def report(
    name: str,
    title: str,
    level: str,
    own: tuple[Column, ...],
    more: Mapping[str, str],
    given: Sequence[str] = (),
    **declared: Any,
) -> Stream:
    return Stream(
        f"insights_{name}",
        title,
        path=f"{OF_ACCOUNT}/insights",
        records="data",
        columns=own,
        method="POST",
        form={**by_day(level, own, given), **more},
        pages=REPORT,
        slices=FORTNIGHT,
        **declared,
    )
