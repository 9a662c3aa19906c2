"""Reports of Google Analytics that a workspace defines itself; checked with the platform before they are kept."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence

from shared.errors import Bug, Configure
from shared.platforms.google_analytics.errors import refuse
from shared.platforms.google_analytics.reports import DATA, EXACT, OURS, report
from shared.vocabulary.columns import Column, Kind
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Json, Request, at

MOST_DIMENSIONS, MOST_METRICS = 9, 10  # of one question
PREFIX = "custom_"  # so that no report takes the table of a stream that comes with us, now or later
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}(:[A-Za-z0-9_]{1,60})?")  # sessionSource, customEvent:plan
_KINDS: Mapping[str, Kind] = {"TYPE_INTEGER": "int", "TYPE_CURRENCY": "money"}


def stream(name: str, title: str, definition: Mapping[str, Json]) -> Stream:
    """`definition`: {"dimensions": [{"name", "title"}], "metrics": [{"name", "title", "type"}]}, as `check` made it."""
    try:
        dimensions = [_column(one, "date" if one["name"] == "date" else "text") for one in definition["dimensions"]]
        metrics = [
            _column(one, _KINDS.get(one["type"], "float"), adds=one["name"] in EXACT) for one in definition["metrics"]
        ]
    except (KeyError, TypeError, AttributeError):
        raise _wrong("This report was not kept as it should be.") from None
    columns = [*dimensions, *metrics]
    names = [column.name for column in (*OURS, *columns)]
    if twice := sorted({each for each in names if names.count(each) > 1}):
        raise _wrong(f"Two of its fields would have the same column: {', '.join(twice)}.")
    return report(PREFIX + name, title, columns)


def check(property_id: str, wanted: Mapping[str, Json]) -> Generator[Request, Answer, Mapping[str, Json]]:
    """The API answers with every field that goes with those that are asked for, or refuses when they do not."""
    dimensions = _names(wanted, "dimensions", MOST_DIMENSIONS)
    metrics = _names(wanted, "metrics", MOST_METRICS)
    if "date" not in dimensions:
        raise _wrong("A report must have the dimension date, because it is read by days.")
    dimensions = ["date", *(name for name in dimensions if name != "date")]
    answer = yield Request(
        "POST",
        f"{DATA}/properties/{property_id}:checkCompatibility",
        json={"dimensions": [{"name": one} for one in dimensions], "metrics": [{"name": one} for one in metrics]},
    )
    if problem := refuse(answer):
        raise problem
    return {
        "dimensions": [_told(answer, "dimension", name) for name in dimensions],
        "metrics": [_told(answer, "metric", name) for name in metrics],
    }


def _names(wanted: Mapping[str, Json], kind: str, most: int) -> list[str]:
    found: Sequence[Json] = wanted.get(kind) or []
    if not 1 <= len(found) <= most:
        raise _wrong(f"A report has between 1 and {most} {kind}, not {len(found)}.")
    if odd := [str(name)[:60] for name in found if not isinstance(name, str) or not _NAME.fullmatch(name)]:
        raise _wrong(f"These are no {kind}: {', '.join(odd)}.")
    if len(set(found)) != len(found):
        raise _wrong(f"One of the {kind} is named twice.")
    return list(found)


def _told(answer: Answer, kind: str, name: str) -> dict[str, str]:
    """What the API says of a field that is asked for."""
    listed = at(answer.json, f"{kind}Compatibilities")
    if not isinstance(listed, list):
        raise Bug("records-missing", f"The platform's answer no longer holds “{kind}Compatibilities”.", excerpt(answer))
    known = {str(at(one, f"{kind}Metadata.apiName")): one for one in listed}
    found = known.get(name)
    if found is None or at(found, "compatibility") != "COMPATIBLE":
        raise _wrong(f"Google Analytics does not know the {kind} {name} here, or it does not go with the others.")
    metadata = found[f"{kind}Metadata"]
    told = {"name": name, "title": str(metadata.get("uiName") or name)[:100]}
    return told if kind == "dimension" else {**told, "type": str(metadata.get("type"))}


def _column(field: Mapping[str, str], kind: Kind, adds: bool | None = None) -> Column:
    name = field["name"]
    if not _NAME.fullmatch(name):
        raise _wrong("This report was not kept as it should be.")
    meaning = re.sub(r"\s+", " ", field["title"]).strip() or name
    return Column(column_name(name), kind, meaning[:1].upper() + meaning[1:], (name,), key=adds is None, adds=adds)


def column_name(name: str) -> str:
    """sessionDefaultChannelGroup → session_default_channel_group, customEvent:plan → custom_event_plan"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace(":", "_").lower()


def _wrong(sentence: str) -> Configure:
    return Configure("odd-report", sentence)
