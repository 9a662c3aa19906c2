"""What a query finds: rows of things, or rows of numbers about them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from infra.sandbox.daily import Leaf
from infra.sandbox.google_ads import fields, gaql
from infra.sandbox.google_ads.changes import of_thing
from infra.sandbox.google_ads.clicks import clicks
from infra.sandbox.google_ads.measures import metrics_of, nothing
from infra.sandbox.google_ads.names import camel
from infra.sandbox.google_ads.world import GoogleAds
from infra.sandbox.records import Record
from infra.sandbox.spoil import look

Sums = dict[str, int]


def found_by(world: GoogleAds, account: str, query: gaql.Query) -> tuple[list[Record], int]:
    """What is shown, and how much there is in all, whatever the limit."""
    rows = [row for row in _whole_rows(world, account, query) if _holds(query, row)]
    if query.order:
        path = ".".join(fields.path_of(query.order))
        rows.sort(key=lambda row: _in_order(look(row, path)), reverse=query.descending)
    shown = rows[: query.limit] if query.limit else rows
    return [picked(query, row) for row in shown], len(rows)


def _in_order(value: object) -> tuple[float, str]:
    """Whole numbers are texts, and sorted as numbers all the same."""
    text = "" if value is None else str(value)
    return (float(text) if text.isdecimal() else 0.0, text)


def _whole_rows(world: GoogleAds, account: str, query: gaql.Query) -> Iterator[Record]:
    """Rows with all that could be asked of them."""
    zone = world.tree.records[account]["timeZone"]
    if query.source == "click_view":
        first, _ = gaql.days_of(query, world.daily.today(zone))
        return clicks(world, account, first)
    if query.source == "change_event":
        return _changes(world, account, query)
    if query.of("metrics") or query.of("segments"):
        first, last = gaql.days_of(query, world.daily.today(zone))
        return _numbers(world, account, query, first, last)
    if query.source == "customer_client":
        return ({"customerClient": row} for row in _clients(world, account))
    if query.source == "customer" and world.tree.manages(account):
        return iter([{"customer": {**world.tree.records[account], "manager": True}}])
    return (world.beside(account, query.source, row["id"]) | world.beside(account, "customer", account)
            for row in world.things[query.source].of(account))  # fmt: skip


def _holds(query: gaql.Query, row: Record) -> bool:
    for condition in query.where:
        path = fields.path_of(condition.field)
        if condition.field not in gaql.RANGES and not condition.holds(look(row, ".".join(path))):
            return False
    return True


def _changes(world: GoogleAds, account: str, query: gaql.Query) -> Iterator[Record]:
    """Changes with the things that they concern, as these are now."""
    zone = world.tree.records[account]["timeZone"]
    for event in world.changes.told(account, *gaql.moments_of(query, world.daily.today(zone))):
        beside = world.beside(account, "customer", account)
        for resource in ("campaign", "ad_group"):
            beside |= world.beside(account, resource, of_thing(event, resource))
        yield beside | {"changeEvent": event}


def _numbers(world: GoogleAds, account: str, query: gaql.Query, first: date, last: date) -> Iterator[Record]:
    """Sums of everything that is the same in all that splits them. Where something does, rows of zeros are left out."""
    split = query.of("segments")
    levels = [*fields.LEVELS[query.source], *dict.fromkeys(fields.SPLITS[name] for name in split if name != DATE)]
    if query.source == "geographic_view" and query.of("campaign"):
        levels.append("campaign")
    groups: dict[tuple[Any, ...], tuple[Leaf, date, Sums]] = {}
    for leaf, day, numbers in world.daily.rows(levels, first, last, {account}):
        group = (*(leaf.at[level] for level in levels), day if DATE in split else None)
        _, _, sums = groups.setdefault(group, (leaf, day, {}))
        for name, number in numbers.items():
            sums[name] = sums.get(name, 0) + number
    if not split:
        for leaf in world.leaves:  # things without any numbers show, too, where nothing splits them
            if leaf.account == account and all(level in leaf.at for level in levels):
                groups.setdefault((*(leaf.at[level] for level in levels), None), (leaf, first, {}))
    asked = [camel(name.partition(".")[2]) for name in query.of("metrics")]
    for leaf, day, sums in groups.values():
        told = {name: value for name, value in metrics_of(sums).items() if name in asked}
        if split and nothing(told):
            continue
        yield world.context(leaf, query.source) | {"segments": world.segments(leaf, day), "metrics": told}
    if query.source == "customer" and not groups and not split:
        told = {name: value for name, value in metrics_of({}).items() if name in asked}
        yield world.beside(account, "customer", account) | {"metrics": told}


DATE = "segments.date"


def picked(query: gaql.Query, row: Record) -> Record:
    """What was selected of a row; what is not set is not there. Names of resources come along unless they must not."""
    found: Record = {}
    for name in query.select:
        path = fields.path_of(name)
        value = look(row, ".".join(path))
        if value is None:
            continue
        place = found
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    if not query.omits_names:
        for resource in {name.partition(".")[0] for name in (*query.select, f"{query.source}.")}:
            held = row.get(camel(resource)) or {}
            if "resourceName" in held:
                found.setdefault(camel(resource), {})["resourceName"] = held["resourceName"]
    return found


def _clients(world: GoogleAds, root: str) -> Iterator[Record]:
    """The account itself, and everything below it if it manages others; closed ones show, too."""
    for client, level in world.tree.clients(root):
        record = world.tree.records[client]
        yield {
            "resourceName": f"customers/{root}/customerClients/{client}",
            "clientCustomer": f"customers/{client}",
            "id": client,
            "level": str(level),
            "manager": world.tree.manages(client),
            "descriptiveName": record["descriptiveName"],
            "currencyCode": record["currencyCode"],
            "timeZone": record["timeZone"],
            "status": record["status"],
            "testAccount": False,
            "hidden": False,
        }
