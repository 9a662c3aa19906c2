"""The page as JSON and as CSV: a viewer gets the very figures that the page shows."""

from __future__ import annotations

import csv
import io
from datetime import UTC
from typing import Any

from shared.console.overview.parts import Overview, Picture
from shared.console.saved import safe


def name(there: Overview) -> str:
    return f"overview-{there.workspace.id}-{there.span.period.first}-{there.span.period.last}.csv"


def plain(there: Overview) -> dict[str, Any]:
    span, stamp = there.span, there.manifest.stamp
    whole, compared = span.whole, span.compared
    return {
        "workspace": there.workspace.id,
        "days": {"from": span.period.first, "until": span.period.last, "zone": there.workspace.zone},
        "figures_of": {"from": whole.first, "until": whole.last} if whole else None,
        "compared_with": {"from": compared.first, "until": compared.last} if compared else None,
        "stamp": {
            "version": there.manifest.version,
            "as_of": stamp.as_of.astimezone(UTC),
            "proved_until": stamp.proved_until,
            "differs": stamp.differs,
            "missing": stamp.missing,
            "loading": stamp.loading,
        },
        "figures": [
            {
                "name": key.name, "unit": key.unit.kind, "currency": key.unit.currency or None, "value": key.value,
                "before": key.before, "remark": key.remark or None,
            }
            for key in there.keys
        ],
        "pictures": [_told(picture) for picture in there.pictures],
    }  # fmt: skip


def _told(picture: Picture) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": picture.name, "unit": picture.unit.kind, "currency": picture.unit.currency or None,
        "caption": picture.caption, "note": picture.note or None,
    }  # fmt: skip
    if picture.kind == "share":
        return {**said, "rows": [{"name": name, "value": value} for name, value in picture.rows]}
    course = picture.course
    return {
        **said,
        "grain": "week" if course.by_week else "day",
        "days": course.days,
        "states": [course.state(place) or None for place in range(len(course.days))],
        "series": [{"name": each.name, "values": each.values} for each in picture.series],
        "before": picture.before or None,
    }


def lines(there: Overview) -> bytes:
    """One row for each figure. Texts of platforms are never the beginning of a formula."""
    said = io.StringIO()
    write = csv.writer(said, lineterminator="\r\n")
    write.writerow(("what", "of", "day", "value", "unit", "currency", "before", "remark"))
    for key in there.keys:
        unit = (key.unit.kind, key.unit.currency)
        write.writerow((key.name, "", "", _cell(key.value), *unit, _cell(key.before), key.remark))
    for picture in there.pictures:
        unit = (picture.unit.kind, picture.unit.currency)
        for name, value in picture.rows:
            write.writerow((picture.name, safe(name), "", _cell(value), *unit, "", ""))
        for each in picture.series:
            for place, when in enumerate(picture.course.days):
                then = picture.before[place] if picture.before else None
                state = picture.course.state(place)
                write.writerow(
                    (picture.name, safe(each.name), when, _cell(each.values[place]), *unit, _cell(then), state)
                )
    return said.getvalue().encode()


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
