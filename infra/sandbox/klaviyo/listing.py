"""How a list of Klaviyo is told: its sorts and filters, how a record is shown, and the call that answers with it."""

from collections.abc import Callable, Mapping
from typing import Any

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.klaviyo.filters import Listing, listed, resource
from infra.sandbox.records import Record, Table
from infra.sandbox.refusals import missing
from infra.sandbox.times import parse


def named(row: Record) -> str:
    return str(row["id"])


def told(name: str) -> Callable[[Record], Any]:
    return lambda row: row["attributes"].get(name)


def moment(name: str) -> Callable[[Record], Any]:
    def read(row: Record) -> float | None:
        text = row["attributes"][name]
        return parse(text) if text else None

    return read


def sorts(*names: str) -> Mapping[str, Callable[[Record], Any]]:
    return {"id": named, **{name: told(name) for name in names}}


def all_of(path: str, table: Table[Any], rule: Listing, scope: str, tier: str) -> Route:
    return Route(f"/api/{path}", lambda call: listed(call, table, rule), scope, tier=tier)


def those_of(parents: Table[Record], rows: Table[Any], rule: Listing) -> Callable[[Call], Answer]:
    def handle(call: Call) -> Answer:
        name = call.values["id"]
        if (name,) not in parents:
            raise missing(f"There is nothing with the id {name}.")
        return listed(call, rows.of(name), rule)

    return handle


def plain(kind: str, path: str) -> Callable[[Record, Call], Record]:
    return lambda row, call: resource(call, kind, path, row["id"], dict(row["attributes"]))
