"""Who is there, by what programs come in, and what was done."""

from __future__ import annotations

from datetime import datetime

from shared.api import paging, shapes
from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.audit.record import ENTRIES
from shared.keys.key import Key, key_of
from shared.people import persons, roles
from shared.stores.ports import Doc


def members(desk: Desk, call: Call) -> Reply:
    found = [(each, persons.get(desk.people, each.person)) for each in roles.members(desk.people, call.workspace.id)]
    told = [member_told(member, person) for member, person in found if person is not None]
    return Reply(shapes.Members(members=sorted(told, key=lambda each: each.mail)))


def keys(desk: Desk, call: Call) -> Reply:
    """The newest first; also those that ended."""
    now = desk.clock.now()
    found = [key_of(doc) for doc in desk.people.find("keys", ("workspace", "==", call.workspace.id))]
    told = [key_told(key, now) for key in sorted(found, key=lambda key: key.created_at, reverse=True)]
    return Reply(shapes.Keys(keys=told))


def member_told(member: roles.Member, person: persons.Person) -> shapes.Member:
    return shapes.Member(person=person.id, name=person.name, mail=person.mail, role=member.role, since=member.since)


def key_told(key: Key, now: datetime) -> shapes.Key:
    return shapes.Key(
        id=key.id,
        name=key.name,
        kind=key.kind,
        state=key.state(now),
        scopes=list(key.scopes),
        maker=key.maker,
        parent=key.parent,
        created_at=key.created_at,
        expires_at=key.sets_at or key.expires_at,
        used_on=key.used_on,
        used_network=key.used_network,
        used_agent=key.used_agent,
    )


def audit(desk: Desk, call: Call) -> Reply:
    """A page holds as many as were looked at; of those that were asked for, all."""
    ours, act = ("workspace", "==", call.workspace.id), call.query.act
    found, onward = paging.newest(desk.people, ENTRIES, (ours,), "at", call.query.cursor, call.query.limit)
    told = [_entry(doc) for doc in found if not act or doc["act"] == act or doc["act"].startswith(f"{act}.")]
    return Reply(shapes.Audit(entries=told, next=onward))


def _entry(doc: Doc) -> shapes.AuditEntry:
    return shapes.AuditEntry(
        at=doc["at"],
        act=doc["act"],
        outcome=doc["outcome"],
        who=doc["who"] or "",
        of=doc["of"] or "",
        route=doc["route"],
        network=doc["network"] or "",
        agent=doc["agent"] or "",
        request=doc["request"],
        details=dict(doc["details"] or {}),
    )
