"""How Klaviyo's answers become records, and how its filters are written. Plain functions for `klaviyo.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from shared.kit.calendar import zone_named
from shared.platforms.klaviyo import columns as table
from shared.vocabulary.columns import columns
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json, at

TOLD = ("name", "subject_line", "preview_text", "from_email", "from_label", "template_id", "body")
SECOND = timedelta(seconds=1)
STATISTICS = [
    name
    for name in (column.name for column in columns(table.STATISTICS))
    if name not in {"conversion_metric_id", "account_currency", "account_zone"}
]


def since(field: str, exclusive: bool = False) -> Callable[[datetime | None, datetime | None], str]:
    """The filter on a time. `exclusive`: the platform knows no bound that is itself included, and no fractions of a
    second, so we begin a second earlier."""

    def phrase(begin: datetime | None, end: datetime | None) -> str:
        parts = []
        if begin is not None:
            word = "greater-than" if exclusive else "greater-or-equal"
            parts.append(f"{word}({field},{written(begin - SECOND if exclusive else begin)})")
        if end is not None:
            up = end if end.microsecond == 0 else end + SECOND
            parts.append(f"less-than({field},{written(up)})")
        return ",".join(parts)

    return phrase


def written(moment: datetime) -> str:
    """With Z: the plus of +00:00 would be read as a blank, and refused."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def listing(relation: str, column: str) -> Callable[[Json, Mapping[str, Json]], Iterable[Row]]:
    """What a record is related to comes as objects of type and id; a table wants the ids. Not told is not none."""

    def rows(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
        found = at(record, f"relationships.{relation}.data")
        yield record if found is None else {**record, column: [each["id"] for each in found]}

    return rows


listing_tags = listing("tags", "tag_ids")


def describing(message: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """What a message says depends on its channel: what most of them have, beside the whole."""
    definition = message["attributes"].get("definition") or {}
    yield {**message, "told": {name: definition.get(name) for name in TOLD}}


def with_messages(answer: Json) -> list[Json]:
    """Campaigns, each with its messages, which the answer holds apart from them."""
    apart = {
        each["id"]: {"message_id": each["id"], **each["attributes"]}
        for each in answer.get("included") or []
        if each["type"] == "campaign-message"
    }
    return [
        {**campaign, "messages": [apart[each["id"]] for each in campaign["relationships"]["campaign-messages"]["data"]]}
        for campaign in _list(answer["data"])
    ]


def per_message(answer: Json) -> list[Json]:
    """A report of one value for each statistic."""
    results = _list(answer["data"]["attributes"]["results"])
    return [{**result["groupings"], **result["statistics"]} for result in results]


def per_day(answer: Json) -> list[Json]:
    """A report of a list for each statistic: its values stand in the order of `date_times`."""
    attributes = answer["data"]["attributes"]
    moments = _list(attributes["date_times"])
    found = []
    for result in _list(attributes["results"]):
        values = result["statistics"]
        if any(len(each) != len(moments) for each in values.values()):
            raise ValueError("a statistic has not one value for each day")
        for place, moment in enumerate(moments):
            told = {name: each[place] for name, each in values.items()}
            found.append({"date_time": moment, **result["groupings"], **told})
    return found


def on_its_day(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    row = dict(record)
    yield {"day": day_of(row.pop("date_time"), str(given["account_zone"])), **row}


def day_of(text: str, zone: str) -> str:
    """The account's day. Midnight names its day as it is written, whatever offset follows; any other time is the
    account's midnight, told in UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.time() == time():
        return moment.date().isoformat()
    return moment.astimezone(zone_named(zone)).date().isoformat()


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def report(kind: str, statistics: list[str], **more: str) -> Json:
    """Both ends are part of it, and are days of the account whatever zone is written."""
    timeframe = {"start": "{from}T00:00:00+00:00", "end": "{to}T23:59:59+00:00"}
    return {"data": {"type": kind, "attributes": {"statistics": statistics, "timeframe": timeframe, **more}}}
