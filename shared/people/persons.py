"""Persons, and the ways by which each proves who it is.

A way is a document of its own, named after a digest of what is proven, so that of two who bring the same proof at once
one makes the person and the other finds it. Google's `sub` is what identifies an account; its address may change hands.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.errors import Problem
from shared.model import from_doc, to_doc
from shared.people.levels import How
from shared.settings import MAIL
from shared.stores.ports import Documents, Transaction


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    mail: str  # proven when it was written down
    created_at: datetime
    owner: bool = False
    google: str = ""  # the `sub` of the account; empty: there is none
    by_mail: bool = False  # may sign in by a link to `mail`
    language: str = ""  # chosen; empty: whichever the browser likes best


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody has shown: an account of Google's, an address, or both."""

    mail: str  # empty: none was proven
    google: str = ""
    name: str = ""

    @property
    def ways(self) -> dict[str, tuple[How, str]]:
        """Path of a way → what it is."""
        found = {way_path(How.GOOGLE, self.google): (How.GOOGLE, self.google)} if self.google else {}
        return found | ({way_path(How.MAIL, self.mail): (How.MAIL, self.mail)} if self.mail else {})


class Taken(Problem):
    """The way is another person's."""


def address(text: str) -> str:
    """The one spelling in which an address is kept and compared; empty when it is none."""
    found = text.strip().lower()
    return found if MAIL.fullmatch(found) else ""


def person_path(person: str) -> str:
    return f"persons/{person}"


def way_path(how: How, value: str) -> str:
    return f"ways/{hashlib.sha256(f'{how}:{value}'.encode()).hexdigest()}"


def get(documents: Documents | Transaction, person: str) -> Person | None:
    doc = documents.get(person_path(person))
    return None if doc is None else from_doc(Person, doc)


def by_way(documents: Documents | Transaction, how: How, value: str) -> Person | None:
    """Whose way this is."""
    way = documents.get(way_path(how, value)) if value else None
    return None if way is None else get(documents, way["person"])


def everybody(documents: Documents) -> list[Person]:
    return sorted((from_doc(Person, doc) for doc in documents.find("persons")), key=lambda person: person.mail)


def owners(documents: Documents) -> list[Person]:
    return [from_doc(Person, doc) for doc in documents.find("persons", ("owner", "==", True))]


def make(tx: Transaction, proof: Proof, by: Origin, now: datetime, owner: bool = False) -> Person:
    """A new person with the ways that were proven; raises Taken when one of them is somebody's."""
    if any(tx.get_many(list(proof.ways))):
        raise Taken("way-taken", "This way of signing in belongs to somebody else.")
    person = Person(
        f"p-{secrets.token_hex(8)}",
        proof.name or proof.mail.partition("@")[0],
        proof.mail,
        now,
        owner,
        proof.google,
        by_mail=not proof.google,
    )
    tx.set(person_path(person.id), to_doc(person))
    wanted = (How.GOOGLE, How.MAIL) if person.by_mail else (How.GOOGLE,)
    for path, (how, _) in proof.ways.items():
        if how in wanted:
            tx.set(path, {"person": person.id, "how": how, "since": now})
    record_in(tx, by.entry(now, "person.made", person.id, owner="yes" if owner else "no"))
    return person


def add_way(tx: Transaction, person: str, how: How, value: str, by: Origin, now: datetime) -> Person:
    """Another way for a person who has just shown both; raises Taken when it is somebody else's."""
    found, way = get(tx, person), tx.get(way_path(how, value))
    if found is None or (way is not None and way["person"] != person):
        raise Taken("way-taken", "This way of signing in belongs to somebody else.")
    if how is How.GOOGLE and found.google not in ("", value):
        raise Taken("another-google", "There is another Google account with this person already.")
    changed = replace(found, google=value) if how is How.GOOGLE else replace(found, by_mail=True)
    tx.set(person_path(person), to_doc(changed))
    tx.set(way_path(how, value), {"person": person, "how": how, "since": now})
    record_in(tx, by.entry(now, "way.added", person, how=how))
    return changed


def ways_of(person: Person) -> Sequence[How]:
    return [how for how, there in ((How.GOOGLE, bool(person.google)), (How.MAIL, person.by_mail)) if there]
