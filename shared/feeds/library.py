"""What feeds are answered from: the published marts of a workspace, and what is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared import model
from shared.clock import Clock
from shared.messages import DataChanged
from shared.model import Publication, Workspace, from_doc
from shared.people.guard import NotThere
from shared.publishing.at_hand import Shelf
from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import Question
from shared.stores.ports import Bus, Documents
from shared.sync.data_changes import LOOKED, SELDOM

KNOWN = timedelta(minutes=10)  # a workspace's settings, to one instance


@dataclass
class Library:
    """One for each instance. It reads the engine's documents, and writes none: who looks is said by a message."""

    documents: Documents
    shelf: Shelf
    engine: Engine
    bus: Bus
    clock: Clock
    _homes: dict[str, tuple[datetime, Workspace]] = field(default_factory=dict)
    _asked_at: dict[str, datetime] = field(default_factory=dict)

    def calendar(self, workspace: str) -> Calendar:
        """The workspace's day. Raises NotThere for one that is gone, or going."""
        now = self.clock.now()
        known = self._homes.get(workspace)
        if known is None or now - known[0] >= KNOWN:
            home, closing = self.documents.get_many([model.workspace_path(workspace), model.closing_path(workspace)])
            if home is None or closing is not None:
                raise NotThere
            known = self._homes[workspace] = (now, from_doc(Workspace, home))
        found = known[1]
        return Calendar(now.astimezone(ZoneInfo(found.zone)).date(), found.fiscal_year_start)

    def version(self, workspace: str) -> str:
        """The name of the newest version; empty: nothing is published. Who looks keeps it being published."""
        doc = self.documents.get(model.publication_path(workspace))
        publication = from_doc(Publication, doc) if doc else Publication(workspace)
        self._say_that_somebody_looks(publication)
        return publication.manifest

    def ask(self, workspace: str, question: Question, calendar: Calendar) -> Answer | None:
        """Of the newest version; None: nothing is published."""
        return self.shelf.read(workspace, lambda there: ask(question, there, calendar, self.engine))

    def _say_that_somebody_looks(self, publication: Publication) -> None:
        """Twice a day is enough while there is a version; without one, whoever publishes is asked every few minutes."""
        now, known = self.clock.now(), publication.wanted_at
        seldom = LOOKED / 2 if publication.manifest else SELDOM
        said = self._asked_at.get(publication.workspace)
        if (known is None or now - known >= seldom) and (said is None or now - said >= SELDOM):
            self._asked_at[publication.workspace] = now
            self.bus.publish(DataChanged(publication.workspace, looked="yes"))
