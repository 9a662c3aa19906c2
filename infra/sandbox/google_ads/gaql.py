"""The query language, as far as connectors speak it: read, and refused in the words of the real one."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from infra.sandbox.google_ads import fields
from infra.sandbox.refusals import Refusal

PARAMETERS = {"omit_unselected_resource_names", "include_drafts"}
OLDEST = 37  # months of which days are told
RANGES = ("segments.date", fields.CHANGED)  # what is asked for from … to …
_QUERY = re.compile(
    r"SELECT\s+(?P<select>.+?)\s+FROM\s+(?P<source>\w+)(\s+WHERE\s+(?P<where>.+?))?"
    r"(\s+ORDER\s+BY\s+(?P<order>[\w.]+)(\s+(?P<way>ASC|DESC))?)?(\s+LIMIT\s+(?P<limit>\d+))?"
    r"(\s+PARAMETERS\s+(?P<parameters>.+?))?",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?P<field>[\w.]+)\s*(?:(?P<between>\sBETWEEN)\s+(?P<low>'[^']*'|\S+)\s+AND\s+(?P<high>'[^']*'|\S+)"
    r"|(?P<operator>!=|>=|<=|=|>|<)\s*(?P<value>'[^']*'|\"[^\"]*\"|[\w.]+)"
    r"|(?P<within>\s(?:NOT\s+)?IN)\s*\((?P<list>[^)]*)\))(?:\s+AND\s+|\s*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Condition:
    field: str
    operator: str
    values: tuple[str, ...]

    def holds(self, value: object) -> bool:
        """Of what is not a day; comparing is for days alone here."""
        if isinstance(value, bool):
            found = str(value).upper() in {said.upper() for said in self.values}
        else:
            found = str(value) in self.values
        return found is (self.operator in ("=", "IN"))


@dataclass(frozen=True)
class Query:
    select: tuple[str, ...]
    source: str
    where: tuple[Condition, ...] = ()
    limit: int | None = None
    order: str = ""
    descending: bool = False
    omits_names: bool = False

    def of(self, kind: str) -> list[str]:
        return [field for field in self.select if field.startswith(f"{kind}.")]

    @property
    def days(self) -> list[Condition]:
        return [condition for condition in self.where if condition.field == "segments.date"]


def query_error(code: str, message: str, kind: str = "queryError") -> Refusal:
    return Refusal("invalid", 400, message, code=f"{kind}.{code}")


def read(text: str) -> Query:
    """A query that may be asked; anything else is refused."""
    found = _QUERY.fullmatch(text.strip())
    if found is None:
        raise query_error("UNEXPECTED_INPUT", "Error in query: unexpected input.")
    select = tuple(name.strip().lower() for name in found["select"].split(","))
    source = found["source"].lower()
    query = Query(
        select,
        source,
        tuple(_conditions(found["where"] or "")),
        int(found["limit"]) if found["limit"] else None,
        (found["order"] or "").lower(),
        (found["way"] or "").upper() == "DESC",
        _parameters(found["parameters"] or "").get("omit_unselected_resource_names") == "true",
    )
    _check(query)
    return query


def _conditions(text: str) -> list[Condition]:
    conditions, place = [], 0
    while place < len(text):
        found = _CONDITION.match(text, place)
        if found is None:
            raise query_error("BAD_OPERATOR", f"Error in query: unexpected input {text[place:][:40]}.")
        place = found.end()
        name = found["field"].lower()
        if found["between"]:
            conditions.append(Condition(name, "BETWEEN", (found["low"].strip("'\""), found["high"].strip("'\""))))
        elif found["within"]:
            values = tuple(value.strip().strip("'\"") for value in found["list"].split(","))
            conditions.append(Condition(name, " ".join(found["within"].upper().split()), values))
        else:
            conditions.append(Condition(name, found["operator"], (found["value"].strip("'\""),)))
    return conditions


def _parameters(text: str) -> dict[str, str]:
    said = dict(part.strip().partition("=")[::2] for part in text.split(",") if part.strip())
    for name, value in said.items():
        if name not in PARAMETERS:
            raise query_error("BAD_PARAMETER_NAME", f"Unknown parameter: {name}.")
        if value not in ("true", "false"):
            raise query_error("BAD_PARAMETER_VALUE", f"Bad value of {name}.")
    return said


def _check(query: Query) -> None:
    if query.source not in fields.FIELDS:
        raise query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", f"{query.source} is not a valid resource name.")
    allowed = fields.allowed(query.source)
    asked = [*query.select, *(condition.field for condition in query.where), *([query.order] if query.order else [])]
    for name in asked:
        if name not in fields.EVERY:
            raise query_error("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
        if name not in allowed:
            raise query_error(_prohibited(name), f"Cannot select or filter on '{name}' from {query.source}.")
    mixed = set(asked) & fields.NOT_BY_ACTION if set(asked) & fields.BY_ACTION else set()
    if mixed:
        code = "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"
        raise query_error(code, f"Cannot select segments of conversions with {', '.join(sorted(mixed))}.")
    if query.order in fields.NOT_SORTED:
        raise query_error("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", f"Cannot sort by {query.order}.")
    for condition in query.where:
        if condition.field in fields.NOT_FILTERED:
            raise query_error("PROHIBITED_FIELD_IN_WHERE_CLAUSE", f"Cannot filter on {condition.field}.")
        if condition.field not in RANGES and condition.operator not in ("=", "!=", "IN", "NOT IN"):
            raise query_error("BAD_OPERATOR", f"{condition.operator} is not for {condition.field}.")
        segment = condition.field.startswith("segments.") and condition.field != "segments.date"
        if segment and condition.field not in query.select:
            raise query_error("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", f"{condition.field} must be selected.")


def _prohibited(name: str) -> str:
    kind = {"metrics": "METRIC", "segments": "SEGMENT"}.get(name.partition(".")[0])
    return f"PROHIBITED_{kind}_IN_SELECT_OR_WHERE_CLAUSE" if kind else "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"


def days_of(query: Query, today: date) -> tuple[date, date]:
    """The first and the last day that are asked for; both ends must be said."""
    ends = {}
    for condition in query.days:
        try:
            days = [date.fromisoformat(value) for value in condition.values]
        except ValueError:
            raise query_error("INVALID_DATE_FORMAT", "Dates are written YYYY-MM-DD.") from None
        if condition.operator in ("=", "BETWEEN"):
            ends["first"], ends["last"] = days[0], days[-1]
        elif condition.operator in (">", ">="):
            ends["first"] = days[0] + timedelta(days=condition.operator == ">")
        elif condition.operator in ("<", "<="):
            ends["last"] = days[0] - timedelta(days=condition.operator == "<")
    if len(ends) < 2:
        raise query_error("EXPECTED_FILTERS_ON_DATE_RANGE", "Both ends of the dates must be given.")
    first, last = ends["first"], ends["last"]
    if first > last:
        raise query_error("DATE_RANGE_TOO_NARROW", "The date range is too narrow.")
    if query.source == "click_view":
        _check_clicks(first, last, today)
    elif first < _months_before(today, OLDEST):
        raise query_error("DATE_RANGE_TOO_WIDE", "Days are told for the last 37 months only.")
    return first, last


def _check_clicks(first: date, last: date, today: date) -> None:
    if first != last:
        raise query_error("EXPECTED_FILTER_ON_A_SINGLE_DAY", "Clicks are told for a single day.", "clickViewError")
    if first < today - timedelta(days=90):
        raise query_error("DATE_TOO_OLD", "Clicks are told for the last 90 days only.", "clickViewError")


MOST_CHANGES, CHANGES_TOLD = 10_000, 30  # in one answer; days


def moments_of(query: Query, today: date) -> tuple[datetime, datetime]:
    """The first and the last moment of which changes are asked for, by the clock of the account."""
    ends: dict[str, datetime] = {}
    for condition in query.where:
        if condition.field == fields.CHANGED:
            try:
                moments = [datetime.fromisoformat(value) for value in condition.values]
            except ValueError:
                raise query_error("INVALID_DATE_FORMAT", "Moments are written YYYY-MM-DD HH:MM:SS.") from None
            if condition.operator in ("=", ">", ">=", "BETWEEN"):
                ends["first"] = moments[0]
            if condition.operator in ("=", "<", "<=", "BETWEEN"):
                ends["last"] = moments[-1]
    if len(ends) < 2:
        raise _change_error("CHANGE_DATE_RANGE_INFINITE", "Both ends of change_date_time must be given.")
    if ends["first"] > ends["last"]:
        raise _change_error("CHANGE_DATE_RANGE_NEGATIVE", "The range of change_date_time holds nothing.")
    if ends["first"].date() < today - timedelta(days=CHANGES_TOLD):
        raise _change_error("START_DATE_TOO_OLD", "Changes are told for the last 30 days only.")
    if query.limit is None:
        raise _change_error("LIMIT_NOT_SPECIFIED", "A LIMIT must be given.")
    if query.limit > MOST_CHANGES:
        raise _change_error("INVALID_LIMIT_CLAUSE", "The LIMIT must be 10,000 at most.")
    return ends["first"], ends["last"]


def _change_error(code: str, message: str) -> Refusal:
    return query_error(code, message, "changeEventError")


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, min(day.day, 28))
