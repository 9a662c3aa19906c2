"""`python -m infra.bench.pages FOLDER`: pages of a client with three years of 120 campaigns, in one process: how long
each takes from its first question until it is compressed, and how large it is then.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from infra.bench.marts_by_the_million import LAST, Folder, found
from shared.console.campaigns.choosing import Choice
from shared.console.campaigns.gathering import gather
from shared.console.campaigns.listing import There, values_of
from shared.console.figures import page
from shared.console.figures.asking import Asking
from shared.console.figures.span import span_of
from shared.console.figures.subjects import SUBJECTS
from shared.console.packing import packed
from shared.console.pages import render
from shared.console.places import menu
from shared.model import Workspace
from shared.people.levels import Level
from shared.people.persons import Person
from shared.publishing.at_hand import AtHand
from shared.questions.engine import Engine
from shared.questions.periods import Calendar

ROUNDS = 12
DAYS = ("last-28-days", "last-90-days")


def main() -> int:
    print(orjson.dumps(measured(found(Path(sys.argv[1])), ROUNDS)).decode())
    return 0


def measured(folder: Folder, rounds: int) -> dict[str, Any]:
    """`cpu_ms` and `ms`: the median of the rounds, of the process and on the wall."""
    pages = ways(folder)
    figures: dict[str, dict[str, float]] = {}
    cpu: list[float] = []
    wall: list[float] = []
    for days in DAYS:
        for name, made in pages.items():
            size, spent = len(made(days)), []
            for _ in range(rounds):
                begun, working = time.perf_counter(), time.process_time()
                made(days)
                spent.append(((time.process_time() - working) * 1000, (time.perf_counter() - begun) * 1000))
            cpu += [one for one, _ in spent]
            wall += [one for _, one in spent]
            figures[f"{name}, {days}"] = {
                "cpu_ms": round(median(one for one, _ in spent), 1),
                "ms": round(median(one for _, one in spent), 1),
                "bytes": size,
            }
    return {"pages": figures, "p95_cpu_ms": _of_hundred(cpu), "p95_ms": _of_hundred(wall)}


def _of_hundred(times: list[float]) -> float:
    """Ninety-five of a hundred take no longer."""
    return round(sorted(times)[int(len(times) * 0.95)], 1)


def ways(folder: Folder) -> dict[str, Callable[[str], bytes]]:
    """Each page, as it leaves: its name → what makes it, of these days."""
    engine, workspace = Engine(), Workspace("acme", "Acme", currency="EUR")
    there = AtHand(folder.manifest, {mart: files for mart, files in folder.files.items() if files})
    person = Person("p", "Somebody", "somebody@a.example", datetime(2026, 9, 1, tzinfo=UTC))

    def asking(days: str) -> Asking:
        return Asking(there, engine, span_of({"days": days}, Calendar(LAST)), "EUR", {"google_ads": 0, "meta_ads": 1})

    def sheet(subject: str, days: str) -> bytes:
        values = page.values_of(page.sheet_of(SUBJECTS[subject], workspace, asking(days)))
        return rendered("figures.html", subject, values)

    def campaigns(days: str) -> bytes:
        asked, choice = asking(days), Choice()
        shown = There(gather(asked, choice), choice, asked.span, folder.manifest)
        return rendered("campaigns.html", "campaigns", values_of(shown, workspace))

    def rendered(template: str, path: str, values: dict[str, Any]) -> bytes:
        beside = {"person": person, "form": "f" * 128, "menu": menu(workspace, Level.VIEWER, path)}
        return packed(render(template, {**values, **beside}, "Agency").encode())

    return {**{name: partial(sheet, name) for name in ("overview", "ads", "web")}, "campaigns": campaigns}


if __name__ == "__main__":
    sys.exit(main())
