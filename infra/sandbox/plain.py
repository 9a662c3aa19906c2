"""The stand-in of a plain REST platform, made of what it declares: its tables, its pages, and how calls are let in.

A list of records is one address, a record's children are a list below it, and one call tells whose account it is. What
does not fit is a folder of its own, with `world.py` and `api.py`, as most platforms have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from infra.sandbox.access import Carried, OAuth
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.limits import Bucket
from infra.sandbox.plain_paging import Pages
from infra.sandbox.plain_world import PlainWorld, Records, live
from infra.sandbox.records import Record, View, ordered
from infra.sandbox.refusals import Refusal, Refused, missing
from infra.sandbox.spec import Demo, Platform
from infra.sandbox.times import parse


def plain(
    name: str,
    title: str,
    account: Record,
    account_path: str,
    tables: Sequence[Records],
    pages: Pages,
    api_key: str = "",
    oauth: OAuth | None = None,
    carried: tuple[Carried, ...] = (Carried(),),
    per_second: int = 10,
) -> Platform[PlainWorld]:
    """`per_second`: calls that are let in, and as many at once; a refusal says in `Retry-After` how long to wait."""

    def routes(world: PlainWorld) -> Sequence[Route]:
        lists = [Route(kind.path, _listed(world, kind, pages)) for kind in tables]
        return [Route(account_path, lambda call: Answer(account)), *lists]

    return Platform(
        name=name,
        title=title,
        account=f"owner@{name.replace('_', '-')}.example",
        build=lambda seed: PlainWorld(name, tables, seed),
        live=live,
        routes=routes,
        refuse=refuse,
        limits=lambda ticks, now: [Bucket(per_second, per_second, ticks)],
        counts=tuple(kind.name for kind in tables),
        oauth=oauth,
        api_key=api_key,
        carried=carried,
        next_link=pages.next_link,
        demo=Demo(small={kind.name: 5 if kind.parent else 2 for kind in tables}),
    )


def refuse(refusal: Refusal, path: str) -> Refused:
    return Refused({"error": {"code": refusal.code or refusal.reason, "message": str(refusal)}})


def _listed(world: PlainWorld, kind: Records, pages: Pages) -> Callable[[Call], Answer]:
    table = world.by_name[kind.name]

    def rows(call: Call) -> View[Record]:
        parent = call.values[kind.parent_id] if kind.parent else ""
        since = call.moment(kind.since) if kind.since else None

        def build() -> View[Record]:
            fits = [row for row in table.of(parent) if since is None or parse(row[kind.changed]) >= since]
            return ordered(fits, table.arrival)

        return table.cached((parent, since), build)

    def handle(call: Call) -> Answer:
        if kind.parent and (call.values[kind.parent_id],) not in world.by_name[kind.parent]:
            raise missing()
        return pages.answer(call, rows, table.render)

    return handle
