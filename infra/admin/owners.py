"""`owner list`, `invite`, `remove` and `reset`: who sees every workspace, and the way back in when nobody can."""

from __future__ import annotations

import argparse

from infra.admin import output
from infra.admin.group import Group
from infra.admin.people import invited, mail, operator, person_of
from infra.admin.target import UsageError
from shared.people import leaving, persons
from shared.people.sessions import LONGEST, Sessions
from shared.stores.installation import Stores


def add(group: Group) -> None:
    inner = group.group("owner")
    inner.command("list", show, "list the owners")
    invite = inner.command("invite", make, "invite an address as an owner, and print the invitation's link once")
    invite.add_argument("mail", type=mail)
    remove = inner.command("remove", take, "somebody is no owner any more; roles in workspaces stay")
    remove.add_argument("person", help="id or mail address")
    reset = inner.command(
        "reset",
        begin_anew,
        "when no owner can sign in: invite one, and end what the others had",
        "Takes ownership from everybody who has it, ends their sessions, withdraws what would make anybody else an "
        "owner, and prints an invitation for a new one.",
    )
    reset.add_argument("mail", type=mail)


def show(stores: Stores, said: argparse.Namespace) -> int:
    found = persons.owners(stores.people)
    rows = [{"who": each.id, "mail": each.mail, "name": each.name, "since": each.created_at} for each in found]
    output.rows(rows, said.json)
    return 0


def make(stores: Stores, said: argparse.Namespace) -> int:
    return invited(stores, said, "", None)


def take(stores: Stores, said: argparse.Namespace) -> int:
    person = person_of(stores, said.person)
    if not person.owner:
        raise UsageError(f"{person.mail} is no owner.")
    if len(persons.owners(stores.people)) == 1:
        raise UsageError("This is the last owner; invite another one first, or use `owner reset`.")
    leaving.end_ownership(stores.people, operator(said), person, stores.clock.now())
    output.say(output.json({"person": person.id}) if said.json else f"{person.mail} is no owner any more.")
    return 0


def begin_anew(stores: Stores, said: argparse.Namespace) -> int:
    """The invitation comes last: whoever is interrupted types the same command again."""
    by, sessions = operator(said), Sessions(stores.people, stores.clock, LONGEST)
    for person in persons.owners(stores.people):
        leaving.end_ownership(stores.people, by, person, stores.clock.now())
        sessions.end_all(by, person.id)
    leaving.close_ownership(stores.people, by, stores.clock.now())
    return invited(stores, said, "", None)
