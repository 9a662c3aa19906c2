"""How Klaviyo's answers become records. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from shared.kit.calendar import zone_named
from shared.vocabulary.stream import Row, Shape
from shared.vocabulary.wire import Json, at

TOLD = ("name", "subject_line", "preview_text", "from_email", "from_label", "template_id", "body")
NO_MESSAGE = frozenset(
    {
        "action-output-split",
        "back-in-stock-delay",
        "code",
        "conditional-split",
        "countdown-delay",
        "internal-service",
        "list-update",
        "multi-branch-split",
        "send-webhook",
        "target-date",
        "time-delay",
        "trigger-split",
        "update-profile",
    }
)


def listing(relation: str, column: str) -> Shape:
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


def sends(action: Json) -> bool:
    """Delays and branches have no message; a kind that is new may have one."""
    return at(action, "attributes.definition.type") not in NO_MESSAGE
