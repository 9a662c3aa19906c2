"""How Shopify is asked for lists: of the whole shop, and of what a record was too long to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from shared.kit.graphql import below, goes_on, listed, of_all, of_one
from shared.platforms.shopify.search import by_id, changed, counted, pages
from shared.vocabulary.columns import columns
from shared.vocabulary.slicing import Parent, Whole
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json

GRAPHQL = "/graphql.json"
PAGE = 250
OF_ONE = ",$first:Int!,$after:String"
BY_ID = ",sortKey:ID"


def stream(
    name: str,
    title: str,
    *,
    root: str,
    text: str,
    asked: str,
    more: str = BY_ID,
    count: str = "",
    size: int = PAGE,
    by_day: bool = False,
    look_back: timedelta | None = None,
    whole: bool = False,
    number: str = "legacyResourceId",
    **besides: Json,
) -> Stream:
    """A list of the whole shop: of what changed, or of all there is. `number`: where its records hold theirs."""
    of = "window" if count and not whole else "query"
    total = f"{count}({'' if whole else 'query:$window,'}limit:null){{count precision}}" if count else ""
    return Stream(
        name,
        title,
        path=GRAPHQL,
        records=f"data.{root}.nodes",
        columns=columns(text),
        method="POST",
        body=of_all(root, asked, more, total),
        pages=pages(root, size, by_id(of, number)),
        slices=Whole() if whole else changed(of, by_day=by_day, look_back=look_back),
        total=counted(count) if count else None,
        **besides,
    )


def rest(
    name: str,
    title: str,
    *,
    root: str,
    lines: str,
    text: str,
    asked: str,
    parent: str,
    its_id: str,
    also: Mapping[str, str] | None = None,
    on: str = "",
    **besides: Json,
) -> Stream:
    """What a record did not show of a list inside it, read on behind the last one shown.

    `its_id`: our name for the id of the record; `also`: what else its row gives. `on`: the type, where `root` finds
    records of any.
    """
    found = f"{lines}(first:$first,after:$after){listed(asked)}"
    place = f"{lines}.pageInfo.endCursor"
    return Stream(
        name,
        title,
        path=GRAPHQL,
        columns=columns(text),
        method="POST",
        body=of_one(root, f"... on {on}{{{found}}}" if on else found, OF_ONE, id=f"{{{its_id}}}", after="{place}"),
        pages=pages(f"{root}.{lines}", 100),
        unfold=below(root, lines, "nodes"),
        parent=Parent(parent, {its_id: "id", **(also or {}), "place": place}, goes_on(lines)),
        **besides,
    )
