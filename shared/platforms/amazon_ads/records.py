"""How Amazon Ads is asked: lists by POST, lists by offset, reports by day. And how its records become rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Count, Cursor, Report
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Answer, Json, at

Ask = Callable[[Mapping[str, Json], int], Mapping[str, Json] | None]

SCOPE = {"amazon-advertising-api-scope": "{account_id}"}  # of every call but that for profiles, which refuses it
STATES = {"stateFilter": {"include": ["ENABLED", "PAUSED", "ARCHIVED"]}}
EXTENDED = {"includeExtendedDataFields": True}  # such a call weighs five: not for keywords and targets, the most rows
PAGE = 100  # records: the most that is confirmed
RULES = 30  # budget rules: the most that is documented
NO_COUNT = "Amazon Ads does not say how many of them there are."
NO_SUMS = "A report says neither how many rows it has nor what they add up to; sums would be another report."

# Conversions count for the day of the click, up to 14 days back, and are restated for 28 days after they happened.
STILL_MOVING = timedelta(days=14 + 28)
FEW, MANY = 31, 14  # days to a report: the most that is allowed, and what keeps reports of single words small
MILLISECONDS = 10**11  # as seconds that would be the year 5138
LOST = 2  # days that a report may wait between its planning and its making, so as not to ask for one too old


def words(body: Json) -> str:
    """What an error says. Reporting writes `detail`, older calls `details`."""
    return " ".join(str(at(body, name)) for name in ("code", "detail", "details", "message") if at(body, name))


# -- records, made rows --------------------------------------------------------------------------------


def as_day(text: Json) -> Json:
    """20260301, as Sponsored Display writes days."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if isinstance(text, str) and re.fullmatch(r"\d{8}", text) else text


def as_moment(millis: Json) -> Json:
    """Milliseconds since 1970, as Sponsored Brands writes moments."""
    if isinstance(millis, bool) or not isinstance(millis, (int, float)):
        return millis
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="milliseconds")


def like_the_others(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """States in capitals, days and moments in the usual way."""
    row = {**record}
    if isinstance(row.get("state"), str):
        row["state"] = row["state"].upper()
    for name in {"startDate", "endDate"} & row.keys():
        row[name] = as_day(row[name])
    if isinstance(row.get("extendedData"), dict):
        told = row["extendedData"]
        moments = {name: as_moment(told[name]) for name in {"creationDate", "lastUpdateDate"} & told.keys()}
        row["extendedData"] = {**told, **moments}
    if "creative" in row:
        row["creativeType"] = at(row, "creative.type")
    yield row


def as_rule(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Days and moments of a budget rule in the usual way. That a moment is told in seconds or in milliseconds is said
    nowhere; which of them shows in its size."""
    row, details = {**record}, record.get("ruleDetails")
    for name in {"createdDate", "lastUpdatedDate"} & row.keys():
        told = row[name]
        row[name] = as_moment(told * 1000 if type(told) is int and abs(told) < MILLISECONDS else told)
    if isinstance(details, dict) and isinstance(details.get("duration"), dict):
        spans = {
            kind: {name: as_day(value) if name in {"startDate", "endDate"} else value for name, value in span.items()}
            if isinstance(span, dict)
            else span
            for kind, span in details["duration"].items()
        }
        row["ruleDetails"] = {**details, "duration": spans}
    yield row


def with_ad(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Ads of old Sponsored Brands campaigns have no id."""
    for row in like_the_others(record, given):
        yield {**row, "adId": row.get("adId") or ""}


def whole_key(*names: str) -> Callable[[Json, Mapping[str, Json]], Iterable[Row]]:
    """Parts of the key that Amazon leaves out where there is nothing to say: a target has no match type."""

    def shape(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
        yield {**record, **{name: "" for name in names if record.get(name) is None}}

    return shape


def own_profile(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """All profiles of the login are told; those that were not chosen are nobody's business here."""
    whose = record.get("profileId")
    if not isinstance(whose, (int, str)) or str(whose).strip() in {"", str(given["account_id"])}:
        yield record


# -- kinds of calls ------------------------------------------------------------------------------------


def no_brands(body: Json) -> bool:
    """Profiles that may not use Sponsored Brands (authors) are refused its lists, which is as good as empty ones."""
    return "do not have access to sponsored brands" in words(body).lower()


def found(records: str, total: str = "") -> Callable[[Json], list[Json]]:
    """A list may be left out, but only where the total beside it says that it is empty."""

    def unfold(body: Json) -> list[Json]:
        listed = [] if no_brands(body) else at(body, records)
        if listed is None and total and at(body, total) == 0:
            return []
        if not isinstance(listed, list):
            raise TypeError(records)
        return listed

    return unfold


def listed(
    name: str, title: str, path: str, kind: str, records: str, text: str, total: str = "totalResults",
    body: Mapping[str, Json] = STATES, optional: bool = False,
) -> Stream:  # fmt: skip
    """A list that is asked for by POST, with a media type of its own. `total`: where it says how many there are."""
    shape = with_ad if name == "sb_ads" else like_the_others
    media = f"application/vnd.{kind}+json"
    return Stream(
        name, title, path, records, columns(text), pages=Cursor("nextToken", "nextToken", PAGE, "maxResults"),
        method="POST", body=dict(body), headers={**SCOPE, "accept": media, "content-type": media}, shape=shape,
        total=total or None, unproven="" if total else NO_COUNT, unfold=found(records, total), optional=optional,
        may_be_empty=frozenset({"ad_id"}) if shape is with_ad else frozenset(),
    )  # fmt: skip


def in_states(*states: str) -> Mapping[str, Json]:
    """How targets of Sponsored Brands are chosen; without any filter some clients are refused."""
    return {"filters": [{"filterType": "TARGETING_STATE", "values": list(states)}]}


def rules(name: str, title: str, path: str, text: str) -> Stream:
    """Budget rules of a product, asked for by GET."""
    records = "budgetRulesForAdvertiserResponse"
    return Stream(
        name, title, path, records, columns(text), pages=Cursor("nextToken", "nextToken", RULES, "pageSize"),
        headers=SCOPE, shape=as_rule, unproven=NO_COUNT, unfold=found(records), optional=True,
    )  # fmt: skip


def counted(
    name: str, title: str, path: str, text: str, states: str = "enabled,paused,archived", optional: bool = False
) -> Stream:
    """A bare list, asked for by offset."""
    return Stream(
        name, title, path, "", columns(text), {"stateFilter": states} if states else {},
        Count(PAGE, "count", "startIndex", total=None), headers=SCOPE, shape=like_the_others, unproven=NO_COUNT,
        unfold=found(""), optional=optional,
    )  # fmt: skip


def duplicate_of(answer: Answer) -> str:
    """425: the same report is being made already, and this is its name."""
    found = re.search(r"duplicate of\s*:\s*([0-9A-Fa-f-]{36})", words(answer.json)) if answer.status == 425 else None
    return found[1] if found else ""


def what_is_told(report: Json) -> Json:
    """By what a report is the one that was asked for."""
    told = ("adProduct", "reportTypeId", "timeUnit", "groupBy", "columns")
    asked = [at(report, "startDate"), at(report, "endDate"), *(at(report, f"configuration.{name}") for name in told)]
    return [sorted(part) if isinstance(part, list) else part for part in asked]


MADE = Report(
    "reportId", "/reporting/reports/{report}", "status", frozenset({"COMPLETED"}), frozenset({"FAILED", "CANCELLED"}),
    file="url", known=duplicate_of, alike=what_is_told, looks=2,
    first=timedelta(seconds=15),
)  # fmt: skip
# What Amazon calls a product, and how many days it can tell of it.
KEPT = {"sp": ("SPONSORED_PRODUCTS", 95), "sb": ("SPONSORED_BRANDS", 60), "sd": ("SPONSORED_DISPLAY", 65)}
GIVEN = {"account_id", "account_zone", "account_currency", "country_code"}


UNKNOWN = re.compile(r"columns includes invalid values:\s*\(([^)]*)\)", re.I)


def refused_columns(body: Json) -> tuple[str, ...]:
    """The columns of a report that a refusal names: those that this kind of report does not have."""
    found = UNKNOWN.search(words(body))
    names = {name.strip() for name in found[1].split(",")} if found else set[str]()
    return tuple(sorted(name for name in names if re.fullmatch(r"\w{1,80}", name)))


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
    product, days = KEPT[name[:2]]
    own = columns(text)
    asked = [column.path[0] for column in own if column.name not in GIVEN]
    made_of = {
        "adProduct": product, "reportTypeId": kind, "groupBy": groups.split(), "columns": asked, "timeUnit": "DAILY",
        "format": "GZIP_JSON",
    }  # fmt: skip
    needed = frozenset(column.path[0] for column in own if column.key and column.name not in GIVEN)
    body = {"name": f"{name} {{from}}", "startDate": "{from}", "endDate": "{to}", "configuration": made_of}
    return Stream(
        name, title, "/reporting/reports", "", own, pages=MADE, method="POST", body=body, allowance="reports",
        slices=Days(size, STILL_MOVING, timedelta(days=(kept or days) - LOST), "date", today=False),
        headers={**SCOPE, "content-type": "application/vnd.createasyncreportrequest.v3+json"},
        shape=whole_key(*loose.split()) if loose else None, unproven=NO_SUMS, ask=without_refused(made_of, needed),
        may_be_empty=frozenset(column.name for column in own if column.path[0] in loose.split()),
    )  # fmt: skip
