"""Who is told of an alarm, and when: those of a workspace whose role reaches it, as each of them chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.alarms import choices
from shared.alarms.choices import Choice
from shared.alarms.kinds import KINDS, What
from shared.people import persons, roles
from shared.people.levels import LEVELS
from shared.people.persons import Person
from shared.people.roles import Member
from shared.stores.ports import Documents


@dataclass(frozen=True)
class Listeners:
    zone: str  # of the workspace
    members: Sequence[Member]
    owners: Sequence[Person]
    choices: Mapping[str, Choice]

    @property
    def of_all(self) -> Choice:
        return self.choices[""]

    def choice(self, person: str) -> Choice:
        return self.choices.get(person, self.of_all)

    def told(self, what: What, now: datetime) -> Mapping[str, datetime]:
        """Person → when. Owners, who see every workspace, are told where nobody else would be, or where they chose."""
        least = LEVELS[KINDS[what].least]
        found = {member.person for member in self.members if LEVELS[member.role] >= least}
        found |= {owner.id for owner in self.owners if not found or owner.id in self.choices}
        wanting = [person for person in sorted(found) if self._wants(person, what)]
        return {person: self.choice(person).due(now, self.zone) for person in wanting}

    def _wants(self, person: str, what: What) -> bool:
        choice = self.choice(person)
        return choice.letters and what not in choice.without


def listeners(people: Documents, workspace: str, zone: str) -> Listeners:
    return Listeners(
        zone, roles.members(people, workspace), persons.owners(people), choices.of_workspace(people, workspace)
    )
