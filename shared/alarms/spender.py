"""Spend of a workspace, noted once for each version of its marts by whoever publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared import log, model
from shared.alarms.spend import Spend, spend_of, spend_path, whole_days
from shared.alarms.spending import WEEKS
from shared.clock import Clock
from shared.model import Connection, from_doc
from shared.publishing.at_hand import AtHand
from shared.publishing.manifest import Manifest
from shared.publishing.published import Published
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import Days, Grain, Question
from shared.stores.ports import Documents

MART = "ads_by_day"


@dataclass(frozen=True)
class Spender:
    documents: Documents
    published: Published
    engine: Engine
    clock: Clock

    def note(self, workspace: str) -> bool:
        """Once for each version; whether there was a new one. What goes wrong here keeps no version from being told:
        the next one is looked at again."""
        try:
            return self._noted(workspace)
        except Exception as error:
            log.failure("spend not noted", error, workspace=workspace)
            return False

    def _noted(self, workspace: str) -> bool:
        publication = self.documents.get(model.publication_path(workspace))
        known = self.documents.get(spend_path(workspace))
        if publication is None or not publication["manifest"]:
            if known is not None:  # it was withdrawn, and so is what it said
                self.documents.delete(spend_path(workspace))
            return False
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
