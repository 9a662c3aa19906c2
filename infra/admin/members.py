"""`member list`, `invite`, `role` and `remove`: who may do what in a workspace."""

from __future__ import annotations

import argparse

from infra.admin import output
from infra.admin.command import workspace_of
from infra.admin.group import Group
from infra.admin.people import invited, mail, operator, person_of
from infra.admin.target import UsageError
from shared.model import from_doc
from shared.people import invitations, leaving, persons, roles
from shared.people.levels import LEVELS, NEEDS_GOOGLE, Role
from shared.people.roles import Member
from shared.stores.installation import Stores

ROLES = [str(role) for role in Role]


def add(group: Group) -> None:
    inner = group.group("member")
    show_parser = inner.command("list", show, "list the people of a workspace, and who is invited")
    show_parser.add_argument("workspace")
    invite = inner.command("invite", make, "invite an address, and print the invitation's link once")
    invite.add_argument("workspace")
    invite.add_argument("mail", type=mail)
    invite.add_argument("--role", choices=ROLES, default=str(Role.VIEWER), help="(default: viewer)")
    role = inner.command("role", give, "give somebody another role")
    role.add_argument("workspace")
    role.add_argument("person", help="id or mail address")
    role.add_argument("role", choices=ROLES)
    remove = inner.command("remove", take, "take somebody's role away; what they see of the workspace ends at once")
    remove.add_argument("workspace")
    remove.add_argument("person", help="id or mail address")


def show(stores: Stores, said: argparse.Namespace) -> int:
    workspace_of(stores, said.workspace)
    rows = []
    for member in roles.members(stores.people, said.workspace):
        person = persons.get(stores.people, member.person)
        if person is not None:
            rows.append({"who": person.id, "mail": person.mail, "role": str(member.role), "since": member.since})
    for each in invitations.of_workspace(stores.people, said.workspace):
        if each.standing(stores.clock.now()) == "open":
            rows.append({"who": "(invited)", "mail": each.mail, "role": each.role, "since": each.created_at})
    output.rows(sorted(rows, key=lambda row: str(row["mail"])), said.json)
    return 0


def make(stores: Stores, said: argparse.Namespace) -> int:
    workspace_of(stores, said.workspace)
    return invited(stores, said, said.workspace, Role(said.role))


def give(stores: Stores, said: argparse.Namespace) -> int:
    workspace_of(stores, said.workspace)
    person, role = person_of(stores, said.person), Role(said.role)
    if LEVELS[role] >= NEEDS_GOOGLE and not person.google:
        raise UsageError("An admin signs in with Google; this person has not done that yet.")
    member = Member(said.workspace, person.id, role, stores.clock.now(), roles.OPERATOR)
    if not leaving.change(stores.people, operator(said), member):
        stores.people.transact(lambda tx: roles.give(tx, member, operator(said)))
    return _done(said, {"person": person.id, "workspace": said.workspace, "role": said.role}, "The role is given.")


def take(stores: Stores, said: argparse.Namespace) -> int:
    workspace_of(stores, said.workspace)
    person = person_of(stores, said.person)
    doc = stores.people.get(roles.member_path(said.workspace, person.id))
    if doc is None:
        raise UsageError(f"{person.mail} has no role in {said.workspace}.")
    leaving.take(stores.people, operator(said), from_doc(Member, doc), stores.clock.now())
    return _done(said, {"person": person.id, "workspace": said.workspace, "role": ""}, "The role is taken.")


def _done(said: argparse.Namespace, told: dict[str, str], sentence: str) -> int:
    output.say(output.json(told) if said.json else sentence)
    return 0
