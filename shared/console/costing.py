"""What reading costs: calls, pages and rows of each connection and month, out of the published table of runs.

It tells what platforms were asked; what BigQuery and the rest cost is of the whole installation, and `tributary cost`
reckons it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from shared import model
from shared.console.desk import Desk
from shared.console.lists import Listed
from shared.console.web import Reply, Visit
from shared.kit.calendar import day_in
from shared.people.guard import Allowed
from shared.prices import LOOKED_UP, cents_of

if TYPE_CHECKING:
    from shared.publishing.at_hand import AtHand

MART, MEASURES = "sync_status", ("calls", "pages", "rows_read")
MONTHS = 12
HEADS = ("month", "connection", "platform", "title", "calls", "pages", "rows", "cents")
Rows = Sequence[Mapping[str, object]]


def cost(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    rows = _rows(desk, allowed)
    months: dict[object, list[Mapping[str, object]]] = {}
    for row in rows or ():
        months.setdefault(row["month"], []).append(row)
    return Reply(
        "cost.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "months": [(month, found, _sum(found)) for month, found in months.items()],
            "published": rows is not None,
            "looked_up": date.fromisoformat(LOOKED_UP),
        },
    )


def cost_json(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return Listed("cost", HEADS, _rows(desk, allowed) or ()).as_json()


def cost_csv(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return Listed("cost", HEADS, _rows(desk, allowed) or ()).as_csv()


def _sum(rows: Rows) -> dict[str, float]:
    return {name: sum(float(str(row[name])) for row in rows) for name in ("calls", "pages", "rows", "cents")}


def _rows(desk: Desk, allowed: Allowed) -> Rows | None:
    """The newest month first, and in it whatever was asked most. None: nothing is published yet."""
    from shared.questions.ask import ask
    from shared.questions.periods import Calendar
    from shared.questions.question import MOST_ROWS, Grain, Question

    workspace, marts = allowed.workspace, desk.marts()
    calendar = Calendar(day_in(workspace.zone, desk.clock.now()), workspace.fiscal_year_start)
    question = Question(
        mart=MART, measures=MEASURES, dimensions=("connection_id", "platform"), grain=Grain.MONTH, limit=MOST_ROWS
    )

    def work(there: AtHand) -> Sequence[Sequence[object]]:
        return ask(question, there, calendar, marts.engine).rows if MART in there.files else ()

    found = marts.read(workspace.id, work)
    if found is None:
        return None
    docs = desk.engine.find(f"{model.workspace_path(workspace.id)}/connections")
    titles = {doc["id"]: str(doc["title"]) for doc in docs}
    told = [_row(row, titles) for row in found]
    newest = sorted({str(row["month"]) for row in told}, reverse=True)[:MONTHS]
    shown = [row for row in told if row["month"] in newest]
    return sorted(shown, key=lambda row: (str(row["month"]), float(str(row["calls"]))), reverse=True)


def _row(row: Sequence[object], titles: Mapping[str, str]) -> dict[str, object]:
    month, connection, platform, *counts = row
    calls, pages, rows = (int(str(each or 0)) for each in counts)
    return {
        "month": f"{month:%Y-%m}",
        "connection": connection,
        "platform": platform,
        "title": titles.get(str(connection), ""),
        "calls": calls,
        "pages": pages,
        "rows": rows,
        "cents": round(cents_of(calls), 4),
    }
