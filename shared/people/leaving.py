"""What ends with a role: invitations that would give it back, and keys that stood on it.

All of it is one transaction with the role itself. So whoever is killed leaves all or nothing, and nobody who was
removed comes back by an older letter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.keys.key import Key, key_of, key_path
from shared.model import to_doc
from shared.people import client_links, first_owner, invitations, persons, roles
from shared.people.invitations import Invitation
from shared.people.persons import Person, person_path
from shared.people.roles import Member, member_path
from shared.stores.ports import Documents, Transaction

Write = Callable[[Transaction], None]


def change(documents: Documents, by: Origin, member: Member) -> bool:
    """Another role for somebody who has one; False when it was taken away meanwhile."""
    letters = _letters(documents, member.workspace)

    def work(tx: Transaction) -> bool:
        there, person = tx.get(member_path(member.workspace, member.person)), persons.get(tx, member.person)
        older = _open(tx, letters, person)
        if there is None:
            return False
        roles.give(tx, member, by)
        _withdraw(tx, older, by, member.since)
        return True

    return documents.transact(work)


def take(documents: Documents, by: Origin, member: Member, now: datetime) -> None:
    """What this person sees of the workspace ends with it, because roles are read at each request."""
    letters, keys = _letters(documents, member.workspace), _keys(documents, member.person)
    keys = [key for key in keys if key.workspace == member.workspace]

    def work(tx: Transaction) -> None:
        there, person = tx.get(member_path(member.workspace, member.person)), persons.get(tx, member.person)
        older = _open(tx, letters, person)
        orphan = _orphaning(tx, [] if person is not None and person.owner else keys, member.person, now)
        if there is None:
            return
        roles.take(tx, member, by, now)
        _withdraw(tx, older, by, now)
        orphan(tx)

    documents.transact(work)


def end_ownership(documents: Documents, by: Origin, person: Person, now: datetime) -> None:
    """They are no owner any more. Roles in workspaces stay, and keys that such a role carries."""
    letters, keys = _letters(documents, ""), _keys(documents, person.id)
    carried = roles.of_person(documents, person.id)

    def work(tx: Transaction) -> None:
        found = persons.get(tx, person.id)
        older = _open(tx, letters, found)
        orphan = _orphaning(tx, [key for key in keys if key.workspace not in carried], person.id, now)
        if found is None or not found.owner:
            return
        tx.set(person_path(person.id), to_doc(replace(found, owner=False)))
        record_in(tx, by.entry(now, "owner.ended", person.id))
        _withdraw(tx, older, by, now)
        orphan(tx)

    documents.transact(work)


def close_ownership(documents: Documents, by: Origin, now: datetime) -> None:
    """Nothing that was said before makes anybody an owner: no letter, nor the setting of the first one."""
    for each in _letters(documents, ""):
        invitations.withdraw(documents, now, by, each.id)

    def work(tx: Transaction) -> None:
        if first_owner.awaits_owner(tx):
            first_owner.came(tx, "", now)

    documents.transact(work)


def close(documents: Documents, by: Origin, workspace: str, now: datetime) -> int:
    """The workspace is being erased: nothing that leads into it leads into another one of its name. How many ended."""
    ended = 0
    for member in roles.members(documents, workspace):
        take(documents, by, member, now)
        ended += 1
    for each in invitations.of_workspace(documents, workspace):
        if each.used_at is None and each.revoked_at is None:
            invitations.withdraw(documents, now, by, each.id)
            ended += 1
    for link in client_links.of_workspace(documents, workspace):
        if link.open(now):
            client_links.take_back(documents, now, by, link)
            ended += 1
    for doc in documents.find("keys", ("workspace", "==", workspace)):
        ended += _revoked(documents, key_path(doc["id"]), by, now)
    return ended


def _revoked(documents: Documents, where: str, by: Origin, now: datetime) -> bool:
    def work(tx: Transaction) -> bool:
        doc = tx.get(where)
        if doc is None or doc["revoked_at"] is not None:
            return False
        tx.update(where, {"revoked_at": now})
        record_in(tx, by.entry(now, "key.revoked", where, doc["workspace"]))
        return True

    return documents.transact(work)


def _letters(documents: Documents, workspace: str) -> list[Invitation]:
    found = invitations.of_workspace(documents, workspace)
    return [each for each in found if each.used_at is None and each.revoked_at is None]


def _open(tx: Transaction, letters: Sequence[Invitation], person: Person | None) -> list[Invitation]:
    """Those of them that are for this person, as they are now."""
    there = [invitations.get(tx, each.id) for each in letters if person is not None and each.mail == person.mail]
    return [each for each in there if each is not None and each.used_at is None and each.revoked_at is None]


def _withdraw(tx: Transaction, older: Sequence[Invitation], by: Origin, now: datetime) -> None:
    for each in older:
        invitations.withdraw_in(tx, each, by, now)


def _keys(documents: Documents, person: str) -> list[Key]:
    return [key_of(doc) for doc in documents.find("keys", ("maker", "==", person))]


def _orphaning(tx: Transaction, keys: Sequence[Key], maker: str, now: datetime) -> Write:
    """Reads what is to be written afterwards: since when nobody stands behind these keys."""
    paths = [key_path(key.id) for key in keys]
    docs = tx.get_many(paths)
    wanted = [
        path
        for path, doc in zip(paths, docs, strict=True)
        if doc is not None and doc["maker"] == maker and doc["orphaned_at"] is None
    ]

    def write(then: Transaction) -> None:
        for path in wanted:
            then.update(path, {"orphaned_at": now})

    return write
