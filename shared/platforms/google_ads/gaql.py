"""Questions in Google's query language, made of the paths at which their answers will be found; and where they go."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.vocabulary.columns import Column
from shared.vocabulary.paging import Cursor
from shared.vocabulary.wire import Json

VERSION = "v26"  # a version lives for about a year; names of fields move between versions
API = f"https://googleads.googleapis.com/{VERSION}"
SEARCH = "/customers/{account_id}/googleAds:search"
PAGES = Cursor("nextPageToken", "pageToken", 10_000, limit="")  # the size cannot be chosen


def snake(path: str) -> str:
    """`adGroupAd.ad.finalUrls` is asked for as `ad_group_ad.ad.final_urls`."""
    return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), path)


def selected(own: Iterable[Column]) -> list[str]:
    """The columns that are asked for: a path of one step is a value that the account or the parent gives."""
    return [".".join(column.path) for column in own if len(column.path) > 1]


def search(source: str, paths: Iterable[str], where: str = "", order: str = "") -> dict[str, Json]:
    """The body of a search. It asks for the count of all rows, too: what we read is held against that."""
    condition = (f" WHERE {where}" if where else "") + (f" ORDER BY {order}" if order else "")
    asked = f"SELECT {', '.join(map(snake, paths))} FROM {source}{condition}"  # noqa: S608  (no SQL, and ours)
    return {
        "query": f"{asked} PARAMETERS omit_unselected_resource_names=true",
        "searchSettings": {"returnTotalResultsCount": True},
    }


def mere_names(source: str, own: tuple[Column, ...]) -> frozenset[str]:
    """Every object may come with its name, which says no more than its ids: no data, unless it is a column."""
    head, *rest = source.split("_")
    places = {head + "".join(map(str.capitalize, rest))}
    places |= {".".join(column.path[:steps]) for column in own for steps in range(1, len(column.path))}
    names = {f"{place}.resourceName" for place in places if place not in {"metrics", "segments"}}
    return frozenset(names - {".".join(column.path) for column in own})
