"""What is kept of a person: handed to them, and erased when they ask for it.

Erasing may be killed anywhere. The person is the last that goes, so until all else is gone they can ask once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shared.audit.entry import Origin
from shared.audit.erasing import erase as erase_entries
from shared.audit.record import ENTRIES, record_in
from shared.clock import Clock
from shared.errors import Problem
from shared.people import leaving, persons, roles
from shared.people.persons import Person, person_path, way_path
from shared.people.sessions import session_path
from shared.stores.ports import Doc, Documents, Transaction

LEFT_OUT = frozenset({"digest", "digest_by", "salt", "seal", "erased_by"})  # opens something, or tells of nobody


def told(documents: Documents, person: Person) -> Doc:
    """All that is kept of somebody, by what it is."""
    known = {
        "sessions": ("sessions", "person", person.id),
        "invitations_sent": ("invitations", "by", person.id),
        "invitations_accepted": ("invitations", "used_by", person.id),
        "letters": ("letters", "to", person.mail),
        "alarm_choices": ("alarm_choices", "person", person.id),
        "notices": ("notices", "person", person.id),
        "keys": ("keys", "maker", person.id),
        "feeds": ("feeds", "maker", person.id),
        "acts": (ENTRIES, "who", f"person:{person.id}"),
        "acts_on_them": (ENTRIES, "of", person.id),
    }
    found = {name: documents.find(where, (field, "==", value)) for name, (where, field, value) in known.items()}
    return {
        "person": _plain(documents.get(person_path(person.id)) or {}),
        "roles": {workspace: str(role) for workspace, role in roles.of_person(documents, person.id).items()},
        **{name: [_plain(doc, name == "sessions") for doc in docs] for name, docs in found.items()},
    }


def _plain(doc: Doc, is_session: bool = False) -> Doc:
    """Without what opens something; of a letter not what it held, and of sessions not their names."""
    hidden = LEFT_OUT | {"values"} | ({"id"} if is_session else set())
    return {name: value for name, value in doc.items() if name not in hidden}


def erase(documents: Documents, clock: Clock, by: Origin, person: Person) -> None:
    """Their roles, ways in, sessions, letters, and who and from where in the audit log; then they themselves. Keys and
    feeds stay for the client whose they are, and work on as those of somebody who is gone."""
    now = clock.now()
    if person.owner and len(persons.owners(documents)) == 1:
        raise Problem("last-owner", "You are the only owner. Name another one first.")
    for workspace, role in roles.of_person(documents, person.id).items():
        leaving.take(documents, by, roles.Member(workspace, person.id, role, now, person.id), now)
    leaving.end_ownership(documents, by, person, now)
    _unaddressed(documents, person, now)
    nobody = Origin(who="", route=by.route)
    for field, value in (("who", f"person:{person.id}"), ("of", person.id)):
        erase_entries(documents, clock, nobody, field, value)
    sessions = [str(doc["id"]) for doc in documents.find("sessions", ("person", "==", person.id))]
    documents.transact(lambda tx: _gone(tx, person, sessions, nobody, now))


def _unaddressed(documents: Documents, person: Person, now: datetime) -> None:
    """Letters to their address, invitations that have it in them, and what they are to be told of."""
    for doc in documents.find("alarm_choices", ("person", "==", person.id)):
        documents.delete(f"alarm_choices/{doc['workspace']}.{person.id}")
    for doc in documents.find("notices", ("person", "==", person.id)):
        documents.delete(f"notices/{doc['id']}")
    for doc in documents.find("letters", ("to", "==", person.mail)):
        documents.delete(f"letters/{doc['id']}")
    for doc in documents.find("invitations", ("mail", "==", person.mail)):
        documents.delete(f"invitations/{doc['id']}")


def _gone(tx: Transaction, person: Person, sessions: Sequence[str], by: Origin, now: datetime) -> None:
    if persons.get(tx, person.id) is None:
        return
    for how, value in ((how, person.google if how == "google" else person.mail) for how in persons.ways_of(person)):
        tx.delete(way_path(how, value))
    for session in sessions:
        tx.delete(session_path(session))
    tx.delete(person_path(person.id))
    record_in(tx, by.entry(now, "person.erased", person.id))  # a name of nobody now; a restore must know it
