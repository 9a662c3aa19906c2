"""What the calls of Mailchimp have in common: filters, sorts, pages, and trimming."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from infra.sandbox.call import Answer, Call
from infra.sandbox.mailchimp import trim
from infra.sandbox.mailchimp.world import Mailchimp
from infra.sandbox.records import Record, Table
from infra.sandbox.refusals import Refusal, missing
from infra.sandbox.times import parse

DATACENTER = "us19"
LINKS = [{"rel": "self", "href": f"https://{DATACENTER}.api.mailchimp.com/3.0/", "method": "GET"}]
Test = Callable[[Any], bool]


def between(world: Mailchimp, call: Call, name: str, value: Callable[[Any], float | None]) -> list[Test]:
    """`since_<name>` and `before_<name>`. Whether a bound includes itself is not documented: an option."""
    tests: list[Test] = []
    since, before = call.moment(f"since_{name}"), call.moment(f"before_{name}")
    inclusive = world.options["inclusive_bounds"]
    if since is not None:
        low = since if inclusive else since + 0.001
        tests.append(lambda row: (at := value(row)) is not None and at >= low)
    if before is not None:
        high = before if inclusive else before - 0.001
        tests.append(lambda row: (at := value(row)) is not None and at <= high)
    return tests


def written(name: str) -> Callable[[Record], float | None]:
    """The moment in a field of text; empty text is none."""
    return lambda row: parse(row[name]) if row.get(name) else None


def equal(call: Call, *names: str) -> list[Test]:
    """Plain filters: the field must have the value asked for."""
    asked = {name: call.query[name] for name in names if name in call.query}
    return [lambda row: all(row.get(name) == wanted for name, wanted in asked.items())] if asked else []


def sort(call: Call, rows: list[Any], by: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    chosen = call.choice("sort_field", tuple(by))
    down = (call.choice("sort_dir", ("ASC", "DESC")) or "ASC") == "DESC"
    return sorted(rows, key=by[chosen], reverse=down) if chosen else rows


def keep(rows: Sequence[Any], tests: list[Test]) -> list[Any]:
    return [row for row in rows if all(test(row) for test in tests)] if tests else list(rows)


def page(
    call: Call,
    name: str,
    rows: Sequence[Any],
    show: Callable[[Any], Record],
    key: str = "id",
    paged: bool = True,
    offset: bool = True,
    **around: Any,
) -> Answer:
    """`count` is 10 unless asked, 1000 at most; `offset` counts rows."""
    total = len(rows)
    if paged:
        count = call.number("count", 10, 1000, least=0)
        start = call.number("offset", 0, 10**9, least=0) if offset else 0
        rows = rows[start : start + count]
    records = [show(row) | {"_links": LINKS} for row in rows]
    return Answer(_trim(call, {name: records, **around, "total_items": total, "_links": LINKS}), name, key)


def one(call: Call, record: Record, key: str = "id") -> Answer:
    return Answer(_trim(call, record | {"_links": LINKS}), key=key)


def _trim(call: Call, body: Record) -> Record:
    if wanted := call.query.get("fields"):
        unknown = {path.strip().split(".")[0] for path in wanted.split(",")} - set(body)
        if unknown:
            raise Refusal("invalid", 422, f"Unknown field: {min(unknown)}.", "fields")
        body = trim.only(body, wanted)
    result: Record = trim.exclude(body, call.query.get("exclude_fields", ""))
    return result


def by_field(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Sorts that simply look at a field."""
    return {name: itemgetter(name) for name in names}


def shown(table: Table[Record], row_id: str) -> Record:
    if (row_id,) not in table:
        raise missing()
    return table.render(table[(row_id,)])
