"""Roles, invitations and keys: taken away by whoever may, and given only as far as what is given ends with the key.

A key that could let people in, or make keys that outlive it, would be worth stealing even if it is soon revoked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.gate import key_asking, maker_of
from shared.api.overseeing import key_told, member_told
from shared.api.problems import Failure, not_there
from shared.api.wire import Reply
from shared.keys.key import Key
from shared.keys.scopes import Scope
from shared.keys.texts import Kind
from shared.people import invitations, leaving, persons
from shared.people.levels import LEVELS, Role
from shared.people.roles import Member
from shared.secret import Secret


def lower_role(desk: Desk, call: Call) -> Reply:
    member: Member = call.things["member"]
    role = Role(call.body.role)
    if LEVELS[role] > LEVELS[member.role]:
        raise Failure(403, "takes-only", "A key takes roles and gives none: a person does that, in the console.")
    person = persons.get(desk.people, member.person)
    given = replace(member, role=role, since=desk.clock.now(), by=maker_of(desk.gate, call.who))
    if person is None or (role != member.role and not leaving.change(desk.people, call.by, given)):
        raise not_there()
    return Reply(member_told(given if role != member.role else member, person))


def remove_member(desk: Desk, call: Call) -> Reply:
    """What they see of the workspace ends at once."""
    leaving.take(desk.people, call.by, call.things["member"], desk.clock.now())
    return Reply(shapes.Done())


def invitations_open(desk: Desk, call: Call) -> Reply:
    now = desk.clock.now()
    found = [each for each in invitations.of_workspace(desk.people, call.workspace.id) if each.standing(now) == "open"]
    told = [
        shapes.Invitation(id=each.short, mail=each.mail, role=each.role, by=each.by, ends_at=each.ends_at)
        for each in found
    ]
    return Reply(shapes.Invitations(invitations=told))


def withdraw_invitation(desk: Desk, call: Call) -> Reply:
    invitations.withdraw(desk.people, desk.clock.now(), call.by, call.things["invitation"].id)
    return Reply(shapes.Done())


def make_key(desk: Desk, call: Call) -> Reply:
    """No more than the key that asks may itself, and nothing that makes keys."""
    said, parent = call.body, _parent(desk, call)
    beyond = sorted(set(said.scopes) - (set(call.who.scopes) - {Scope.PEOPLE_WRITE}))
    if beyond:
        raise Failure(403, "insufficient-scope", "A key gives what it has, and not this scope.", {"scopes": beyond})
    secret, key = desk.ring.make(
        call.by,
        parent.maker,
        Kind(said.kind),
        call.workspace.id,
        said.name,
        said.scopes,
        timedelta(days=said.days),
        parent=parent.id,
    )
    return _given(secret, key)


def replace_key(desk: Desk, call: Call) -> Reply:
    """A successor of this key; of another one, only of what this key may itself."""
    key, parent = call.things["key"], _parent(desk, call)
    if key.feed:
        raise Failure(409, "of-a-feed", "A feed is given its new key itself: rotate it.", {"feed": key.feed})
    beyond = sorted(set(key.scopes) - set(call.who.scopes))
    if beyond:
        raise Failure(403, "insufficient-scope", "That key may more than this one.", {"scopes": beyond})
    secret, made = desk.ring.replace(call.by, key.id, timedelta(days=call.body.overlap_days), parent=parent.id)
    return _given(secret, made)


def revoke_key(desk: Desk, call: Call) -> Reply:
    """Done twice it changes nothing."""
    ended = desk.ring.revoke(call.by, call.things["key"].id)
    if ended.feed:
        desk.register.projector.project(ended.feed)
    return Reply(key_told(ended, desk.clock.now()))


def _parent(desk: Desk, call: Call) -> Key:
    """What is made ends with the key by which it was; so there has to be one."""
    found = key_asking(desk.gate, call.who)
    if found is None:
        raise Failure(403, "by-key-only", "Here a key makes keys, and no token of a person.")
    return found


def _given(secret: Secret, key: Key) -> Reply:
    told = shapes.KeyGiven(
        id=key.id, secret=secret.reveal(), kind=key.kind, scopes=list(key.scopes), expires_at=key.expires_at
    )
    return Reply(told, 201, {"Cache-Control": "no-store"})
