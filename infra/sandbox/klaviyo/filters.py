"""What all calls of Klaviyo have in common: its filter language, sorts, pages, sparse fields, related records."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from infra.sandbox.call import Answer, Call
from infra.sandbox.invent import md5
from infra.sandbox.paging import bad_cursor, read_cursor, write_cursor
from infra.sandbox.records import Record, ordered
from infra.sandbox.refusals import Refusal
from infra.sandbox.times import parse

Value = Callable[[Any], Any]
Test = Callable[[Any], bool]
BETWEEN = ("greater-or-equal", "greater-than", "less-or-equal", "less-than")
AFTER = ("greater-than",)
EITHER_SIDE = ("greater-than", "less-than")
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": lambda a, b: bool(a == b),
    "greater-or-equal": lambda a, b: bool(a >= b),
    "greater-than": lambda a, b: bool(a > b),
    "less-or-equal": lambda a, b: bool(a <= b),
    "less-than": lambda a, b: bool(a < b),
}
_TERM = re.compile(r"(?P<operator>[a-z-]+)\((?P<field>[A-Za-z_.]+),(?P<value>'[^']*'|\"[^\"]*\"|[^,()]+)\)(,|$)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


@dataclass(frozen=True)
class Field:
    """A field that may be filtered by: how a row's value is found, and by which operators."""

    value: Value
    operators: Sequence[str]
    moment: bool = True
    required: bool = False


@dataclass(frozen=True)
class Listing:
    """How one kind of record is listed. `sizes`: of a page by default and at most; None: it has a size of its own."""

    kind: str
    show: Callable[[Any, Call], Record]
    sorts: Mapping[str, Value]
    sizes: tuple[int, int] | None
    filters: Mapping[str, Field] = field(default_factory=dict)
    includes: Sequence[str] = ()
    related: Callable[[Any, str], list[Record]] = lambda row, name: []  # what `include` brings along


def filters(call: Call, allowed: Mapping[str, Field]) -> list[tuple[str, str, Any]]:
    """The terms of a filter: field, operator, value. Raises for whatever is not documented."""
    text = call.query.get("filter", "")
    if text.startswith("and(") and text.endswith(")"):
        text = text[4:-1]
    found, place = [], 0
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None:
            raise invalid("filter", "The filter is not of a known form.")
        place = term.end()
        name, operator = term["field"], term["operator"]
        if name not in allowed or operator not in allowed[name].operators:
            raise invalid("filter", f"{operator} is not an operator of {name}.")
        found.append((name, operator, _value(call, allowed[name], term["value"])))
    for name, each in allowed.items():
        if each.required and name not in {term[0] for term in found}:
            raise invalid("filter", f"A filter on {name} is required.")
    return found


def _value(call: Call, rule: Field, text: str) -> Any:
    if not rule.moment:
        if text in ("true", "false"):
            return text == "true"
        if text[0] not in "'\"":
            raise invalid("filter", "A text stands in quotes.")
        return text[1:-1]
    if not _MOMENT.fullmatch(text):
        raise invalid("filter", "A date and time with its zone is expected.")  # a blank where a plus was
    bound = int(parse(text))  # whole seconds: fractions are not looked at
    if bound > call.now:
        raise invalid("filter", "A date in the future cannot be filtered by.")
    return bound


def invalid(parameter: str, message: str) -> Refusal:
    return Refusal("invalid", 400, message, parameter)


def listed(call: Call, rows: Iterable[Any], rule: Listing, unsorted: bool = False) -> Answer:
    """One page of the rows that the call asks for. `unsorted`: the sort is accepted, and not kept."""
    terms = filters(call, rule.filters)
    kept = [row for row in rows if _fits(row, terms, rule.filters)]
    sort = call.query.get("sort", "")
    if sort.lstrip("-") not in ("", *rule.sorts):
        raise invalid("sort", "This sort is not known.")
    backwards, by = sort.startswith("-"), rule.sorts.get(sort.lstrip("-"), rule.sorts["id"])
    wanted = [name for name in call.query.get("include", "").split(",") if name]
    if set(wanted) - set(rule.includes):
        raise invalid("include", f"include does not know {min(set(wanted) - set(rule.includes))}.")

    def place(row: Any) -> tuple[Any, ...]:
        name = rule.sorts["id"](row)
        return (md5(name),) if unsorted else (by(row) or 0 if by is not rule.sorts["id"] else name, name)

    view = ordered(kept, place)
    if backwards and not unsorted:
        view = type(view)(view.rows[::-1], [(-number,) for number in range(len(view.rows), 0, -1)])
    size = 200 if rule.sizes is None else call.number("page[size]", *rule.sizes)
    if rule.sizes is None and "page[size]" in call.query:
        raise invalid("page[size]", "The size of this page cannot be chosen.")
    found, after = view.after(_after(call), size)
    body: Record = {"data": [sparse(call, rule.show(row, call)) for row in found]}
    if wanted:
        apart = {
            (each["type"], each["id"]): each for row in found for name in wanted for each in rule.related(row, name)
        }
        body["included"] = [sparse(call, each) for each in apart.values()]
    following = next_link(call, after) if after else None
    body["links"] = {"self": call.host_url.rstrip("/") + call.path, "prev": None, "next": following}
    return Answer(body, "data", "id")


def _fits(row: Any, terms: list[tuple[str, str, Any]], allowed: Mapping[str, Field]) -> bool:
    for name, operator, bound in terms:
        value = allowed[name].value(row)
        if value is None or not COMPARE[operator](value, bound):
            return False
    return True


def _after(call: Call) -> tuple[Any, ...] | None:
    text = call.query.get("page[cursor]")
    if text is None:
        return None
    try:
        return tuple(read_cursor(text))
    except (ValueError, TypeError):
        raise bad_cursor("page[cursor]") from None


def next_link(call: Call, after: Sequence[Any], parameter: str = "page[cursor]") -> str:
    query = {**call.query.to_dict(), parameter: write_cursor(list(after))}
    return f"{call.host_url.rstrip('/')}{call.path}?{urlencode(query)}"


def sparse(call: Call, record: Record) -> Record:
    """Only the attributes that were asked for. `id` may be named, and is always told."""
    wanted = call.query.get(f"fields[{record['type']}]")
    if wanted is None:
        return record
    names = set(wanted.split(",")) - {"id"}
    if unknown := names - set(record.get("attributes", {})):
        raise invalid(f"fields[{record['type']}]", f"There is no field {min(unknown)}.")
    return {**record, "attributes": {name: value for name, value in record["attributes"].items() if name in names}}


def extras(call: Call, kind: str, known: Sequence[str]) -> set[str]:
    """What of a record comes only when asked for."""
    name = f"additional-fields[{kind}]"
    wanted = {each for each in call.query.get(name, "").split(",") if each}
    if wanted - set(known):
        raise invalid(name, f"There is no additional field {min(wanted - set(known))}.")
    return wanted


def included(call: Call, name: str) -> bool:
    return name in call.query.get("include", "").split(",")


def resource(call: Call, kind: str, path: str, name: str, attributes: Record, **related: Any) -> Record:
    """A record as JSON:API writes it. What it is related to is told when it was asked for, and else only linked."""
    base = f"{call.host_url.rstrip('/')}/api/{path}/{name}"
    record: Record = {"type": kind, "id": name, "attributes": attributes, "links": {"self": f"{base}/"}}
    if related:
        record["relationships"] = {
            relation.replace("_", "-"): {
                **({"data": data} if data is not None else {}),
                "links": {
                    "self": f"{base}/relationships/{relation.replace('_', '-')}/",
                    "related": f"{base}/{relation.replace('_', '-')}/",
                },
            }
            for relation, data in related.items()
        }
    return record


def refs(kind: str, names: Iterable[str]) -> list[Record]:
    return [{"type": kind, "id": name} for name in names]
