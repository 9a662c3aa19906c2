"""The page as JSON and as CSV: a viewer gets the very figures that the page shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from shared.console.figures.parts import Picture, Sheet
from shared.console.figures.span import Span
from shared.console.figures.tables import Amount, Listing, shown
from shared.console.figures.tables import plain as plain_cell
from shared.drawing.heat import best_of, named
from shared.kit.formulas import safe
from shared.model import Workspace
from shared.publishing.manifest import Manifest


def name(there: Sheet) -> str:
    return f"{there.subject}-{there.workspace.id}-{there.span.period.first}-{there.span.period.last}.csv"


def head(workspace: Workspace, manifest: Manifest, span: Span) -> dict[str, Any]:
    """What every file says first: whose it is, of which days, and of which moment."""
    stamp, whole, compared = manifest.stamp, span.whole, span.compared
    return {
        "workspace": workspace.id,
        "days": {"from": span.period.first, "until": span.period.last, "zone": workspace.zone},
        "figures_of": {"from": whole.first, "until": whole.last} if whole else None,
        "compared_with": {"from": compared.first, "until": compared.last} if compared else None,
        "stamp": {
            "version": manifest.version,
            "as_of": stamp.as_of.astimezone(UTC),
            "proved_until": stamp.proved_until,
            "differs": stamp.differs,
            "missing": stamp.missing,
            "loading": stamp.loading,
        },
    }


def plain(there: Sheet) -> dict[str, Any]:
    return {
        **head(there.workspace, there.manifest, there.span),
        "figures": [
            {
                "name": key.name, "unit": key.unit.kind, "currency": key.unit.currency or None, "value": key.value,
                "before": key.before, "remark": key.remark or None,
            }
            for key in there.keys
        ],
        "pictures": [told(picture) for picture in there.pictures],
        "tables": [{"name": each.name, "note": each.note or None, "rows": each.told()} for each in there.tables],
    }  # fmt: skip


def told(picture: Picture) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": picture.name, "unit": picture.unit.kind, "currency": picture.unit.currency or None,
        "caption": picture.caption, "note": picture.note or None,
    }  # fmt: skip
    if picture.kind == "share":
        return {**said, "rows": [{"name": name, "value": value} for name, value in picture.rows]}
    if picture.kind == "heat":
        rows = [{"weekday": place, "hours": row} for place, row in enumerate(picture.hours, 1)]
        return {**said, "best": best_of(picture.hours), "rows": rows}
    course = picture.course
    return {
        **said,
        "grain": "week" if course.by_week else "day",
        "days": course.days,
        "states": [course.state(place) or None for place in range(len(course.days))],
        "series": [{"name": each.name, "values": each.values} for each in picture.series],
        "before": picture.before or None,
    }


def lines(there: Sheet) -> bytes:
    """One row for each figure. Texts of platforms are never the beginning of a formula."""
    said = io.StringIO()
    write = csv.writer(said, lineterminator="\r\n")
    write.writerow(HEADS)
    for key in there.keys:
        unit = (key.unit.kind, key.unit.currency)
        write.writerow((key.name, "", "", _cell(key.value), *unit, _cell(key.before), key.remark))
    for picture in there.pictures:
        write.writerows(_rows(picture))
    for table in there.tables:
        write.writerows(_lines_of(table))
    return said.getvalue().encode()


HEADS = ("what", "of", "day", "value", "unit", "currency", "before", "remark")


def of_picture(picture: Picture) -> bytes:
    said = io.StringIO()
    write = csv.writer(said, lineterminator="\r\n")
    write.writerow(HEADS)
    write.writerows(_rows(picture))
    return said.getvalue().encode()


def of_table(table: Listing) -> bytes:
    """As it stands on its page, row by row; an amount has its currency beside it."""
    said = io.StringIO()
    write = csv.writer(said, lineterminator="\r\n")
    rows = table.told()
    names = list(dict.fromkeys(name for row in rows for name in row)) or [column.key for column in table.columns]
    write.writerow(names)
    write.writerows([_any(row.get(name)) for name in names] for row in rows)
    return said.getvalue().encode()


def _rows(picture: Picture) -> Iterator[tuple[object, ...]]:
    unit = (picture.unit.kind, picture.unit.currency)
    for name, value in picture.rows:
        yield picture.name, safe(name), "", _cell(value), *unit, "", ""
    for place, row in enumerate(picture.hours):
        for hour, cell in enumerate(row):
            yield picture.name, named(place, hour), "", _cell(cell), *unit, "", ""
    for each in picture.series:
        for place, when in enumerate(picture.course.days):
            then = picture.before[place] if picture.before else None
            state = picture.course.state(place)
            yield picture.name, safe(each.name), when, _cell(each.values[place]), *unit, _cell(then), state


def _lines_of(table: Listing) -> Iterator[tuple[object, ...]]:
    """A row for each figure; what else tells rows apart stands with their name."""
    for row in table.rows:
        cells = list(zip(table.columns, row, strict=True))
        said = [shown(cell, column) for column, cell in cells if column.unit is None and shown(cell, column)]
        for column, cell in cells:
            if column.unit is not None:
                currency = cell.currency if isinstance(cell, Amount) else column.unit.currency
                value = _any(plain_cell(cell))
                yield (
                    f"{table.name}: {column.name}",
                    safe(" · ".join(said)),
                    "",
                    value,
                    column.unit.kind,
                    currency,
                    "",
                    "",
                )


def _any(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return _cell(cell) if isinstance(cell, int | float) else safe(str(cell)) if cell is not None else ""


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
