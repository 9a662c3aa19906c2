"""What the newest version of a workspace's marts says of its spend; written down by whoever publishes it.

Nothing of it is anybody's row: sums of a platform and a currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared import log, model
from shared.alarms.spending import WEEKS, odd
from shared.clock import Clock
from shared.kit.calendar import day_in, is_zone
from shared.model import Connection, Doc, from_doc
from shared.platforms import PLATFORMS
from shared.publishing.at_hand import AtHand
from shared.publishing.manifest import Manifest
from shared.publishing.published import Published
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import Days, Grain, Question
from shared.states import ConnectionState
from shared.stores.ports import Documents
from shared.vocabulary.platform import Kind

SETTLED = timedelta(hours=6)  # after a day's end, before what was spent on it is told
MART = "ads_by_day"


@dataclass(frozen=True, slots=True)
class Spend:
    workspace: str
    version: int  # of what is published
    month: str = ""  # such as 2026-11
    spent: dict[str, float] = field(default_factory=dict)  # in it, by currency
    odd: list[Doc] = field(default_factory=list)  # platform, currency, day, jumped, spent, usual


def spend_path(workspace: str) -> str:
    return f"spendings/{workspace}"


@dataclass(frozen=True)
class Spender:
    documents: Documents
    published: Published
    engine: Engine
    clock: Clock

    def note(self, workspace: str) -> bool:
        """Once for each version; whether there was a new one. What goes wrong here keeps no version from being published:
        the next one is looked at again."""
        try:
            return self._noted(workspace)
        except Exception as error:
            log.failure("spend not noted", error, workspace=workspace)
            return False

    def _noted(self, workspace: str) -> bool:
        publication = self.documents.get(model.publication_path(workspace))
        if publication is None or not publication["manifest"]:
            return False
        known = self.documents.get(spend_path(workspace))
        if known is not None and known["version"] == publication["version"]:
            return False
        found = self.published.of_newest(workspace, lambda manifest: self._of(workspace, manifest))
        if found is None:
            return False
        self.documents.set(spend_path(workspace), model.to_doc(found))
        return True

    def _of(self, workspace: str, manifest: Manifest) -> Spend:
        today = self.clock.now().date()
        empty = Spend(workspace, manifest.version)
        if MART not in manifest.marts:
            return empty
        with TemporaryDirectory() as folder:  # the one mart, and no other of the version
            paths = []
            for number, file in enumerate(manifest.marts[MART].files):
                path = Path(folder, f"{number}.parquet")
                path.write_bytes(self.published.file(workspace, file))
                paths.append(str(path))
            rows = self._rows(AtHand(manifest, {MART: paths}), today)
        homes = f"{model.workspace_path(workspace)}/connections"
        connections = [from_doc(Connection, doc) for doc in self.documents.find(homes)]
        return spend_of(empty, rows, whole_days(connections), today)

    def _rows(self, there: AtHand, today: date) -> list[Mapping[str, Any]]:
        first = min(today - timedelta(weeks=WEEKS, days=7), today.replace(day=1))
        question = Question(
            mart=MART, measures=("cost",), dimensions=("platform", "currency"), grain=Grain.DAY,
            days=Days(first=first, last=today),
        )  # fmt: skip
        answer = ask(question, there, Calendar(today), self.engine)
        names = [column.name for column in answer.columns]
        return [dict(zip(names, row, strict=True)) for row in answer.rows]


def whole_days(connections: Iterable[Connection]) -> Mapping[str, date]:
    """Of each platform of ads: the last day that was over, and settled, when the last of its accounts was read."""
    found: dict[str, date] = {}
    for each in connections:
        platform = PLATFORMS.get(each.platform)
        if platform is None or platform.kind is not Kind.ADS or each.state != ConnectionState.ACTIVE:
            continue
        if each.last_success_at is None:
            found[each.platform] = date.min  # nobody can say yet
            continue
        zone = each.zone if is_zone(each.zone) else "UTC"
        day = day_in(zone, each.last_success_at - SETTLED) - timedelta(days=1)
        found[each.platform] = min(found.get(each.platform, day), day)
    return found


def spend_of(empty: Spend, rows: Iterable[Mapping[str, Any]], whole: Mapping[str, date], today: date) -> Spend:
    courses: dict[tuple[str, str], dict[date, float]] = {}
    for row in rows:
        if row["cost"] is not None and row["date"] is not None:
            course = courses.setdefault((str(row["platform"]), str(row["currency"] or "")), {})
            course[row["date"]] = course.get(row["date"], 0.0) + float(row["cost"])
    spent: dict[str, float] = {}
    found: list[Doc] = []
    for (platform, currency), course in sorted(courses.items()):
        month = sum(cost for day, cost in course.items() if (day.year, day.month) == (today.year, today.month))
        spent[currency] = spent.get(currency, 0.0) + month
        day = whole.get(platform, date.min)
        seen = odd({each: cost for each, cost in course.items() if each <= day}, day) if day > date.min else None
        if seen is not None:
            found.append(
                {
                    "platform": platform, "currency": currency, "day": day.isoformat(), "jumped": seen.jumped,
                    "spent": round(seen.spent, 2), "usual": round(seen.usual, 2),
                }
            )  # fmt: skip
    return Spend(empty.workspace, empty.version, f"{today:%Y-%m}", spent, found)
