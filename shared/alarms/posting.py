"""Notices that are due become one letter for each person. The letter is written, and they go, in one transaction.

The link by which a client connects once more is made for the letter and can be seen there only. One that was made by
somebody who was killed before the letter stood opens with what nobody knows, and ends after a week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import model
from shared.alarms.notice import Notice, notice_path, waiting
from shared.audit.entry import Origin
from shared.errors import Problem
from shared.letters.letter import KEPT as LETTER_KEPT
from shared.letters.letter import Kind, Letter, letter_path
from shared.letters.message import line
from shared.managing import connect_links
from shared.managing.office import Office
from shared.model import Connection, Workspace, from_doc, stable_id, to_doc
from shared.oauth import links
from shared.people import persons, roles
from shared.people.levels import LEVELS, Level, Role
from shared.people.persons import Person
from shared.states import AlarmState, ConnectionState
from shared.stores.ports import Documents, Transaction

USELESS = timedelta(days=3)
BY = Origin(who="tributary:alarms", route="send_letter")


@dataclass(frozen=True)
class Poster:
    office: Office
    start_url: str  # where connect links lead
    console_url: str

    def post(self, workspace: Workspace, now: datetime) -> tuple[list[str], datetime | None]:
        """Letters that were written down, by their ids; and when the next notice is due."""
        due: dict[str, list[Notice]] = {}
        later: list[datetime] = []
        for notice in waiting(self.office.people, workspace.id):
            if notice.due_at <= now:
                due.setdefault(notice.person, []).append(notice)
            else:
                later.append(notice.due_at)
        written = [self._letter(workspace, person, notices, now) for person, notices in sorted(due.items())]
        return [letter for letter in written if letter], min(later, default=None)

    def _letter(self, workspace: Workspace, person: str, notices: Sequence[Notice], now: datetime) -> str:
        told = sorted(notices, key=lambda notice: (notice.at, notice.id))
        found = persons.get(self.office.people, person)
        opened = self._links(workspace.id, self._for(self.office.people, workspace.id, found, told))
        name = f"l-{stable_id(*(notice.id for notice in told))[:24]}"

        def work(tx: Transaction) -> str:
            there = tx.get_many([notice_path(notice.id) for notice in told])
            to = persons.get(tx, person)
            theirs = self._for(tx, workspace.id, to, told)
            if None in there:
                return ""  # somebody else is at it; what is left comes with the next round
            for notice in told:
                tx.delete(notice_path(notice.id))
            if to is None or not theirs:
                return ""
            values = {"subject": _subject(workspace, theirs), "text": self._text(workspace, theirs, opened)}
            made = Letter(name, Kind.ALARM, to.mail, now, now + USELESS, now + LETTER_KEPT, values)
            tx.set(letter_path(name), to_doc(made))
            return name

        return self.office.people.transact(work)

    def _for(
        self, people: Documents | Transaction, workspace: str, person: Person | None, notices: Sequence[Notice]
    ) -> list[Notice]:
        """What somebody may hear by the role that they have now: it may be less than when the alarm rang, or gone."""
        if person is None:
            return []
        role = roles.role_of(people, workspace, person.id)
        level = Level.OWNER if person.owner else LEVELS[role] if role else Level.PERSON
        return [notice for notice in notices if level >= LEVELS[Role(notice.least)]]

    def _links(self, workspace: str, notices: Sequence[Notice]) -> Mapping[str, str]:
        """Connection → the very link that connects it once more."""
        found: dict[str, str] = {}
        for name in {notice.connection for notice in notices if notice.connection and self.start_url}:
            doc = self.office.documents.get(model.path(workspace, "connections", name))
            connection = None if doc is None else from_doc(Connection, doc)
            if connection is None or connection.state == ConnectionState.DISABLED:
                continue
            try:
                token, _ = connect_links.give(
                    self.office, BY, workspace, connection.platform, "of an alarm", reconnects=name
                )
            except Problem:
                continue  # its platform is not known here, or it is being ended: the sentence stands without a link
            found[name] = links.address(self.start_url, token)
        return found

    def _text(self, workspace: Workspace, notices: Sequence[Notice], opened: Mapping[str, str]) -> str:
        parts = []
        for notice in notices:
            mended = notice.state == AlarmState.MENDED
            parts.append(f"{'Mended: ' if mended else ''}{notice.title}\n{line(notice.sentence)}")
            if notice.connection in opened:
                parts[-1] += f"\nFor the client, good for a week: {opened[notice.connection]}"
        where = f"\n\n{self.console_url.rstrip('/')}/workspaces/{workspace.id}" if self.console_url else ""
        return "\n\n".join(parts) + where


def _subject(workspace: Workspace, notices: Sequence[Notice]) -> str:
    ringing = [notice for notice in notices if notice.state == AlarmState.RINGING]
    first = (ringing or list(notices))[0]
    begins = first.title if ringing else f"Mended: {first.title}"
    more = f" and {len(notices) - 1} more" if len(notices) > 1 else ""
    return line(f"{begins}{more} · {workspace.name}")
