"""The people of a workspace: who is there, who is invited, and what each may do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.console.desk import Desk
from shared.console.lists import Listed
from shared.console.tongue import kept, say
from shared.console.web import Reply, Visit
from shared.errors import Problem
from shared.messages import LetterWanted
from shared.people import invitations, leaving, persons, roles
from shared.people.guard import Allowed, NotThere
from shared.people.inviting import invite as write_invitation
from shared.people.levels import LEVELS, NEEDS_GOOGLE, Role
from shared.people.persons import address
from shared.people.throttle import DAY, INVITATIONS_PER_ADDRESS, INVITATIONS_PER_WORKSPACE
from shared.people.throttle import allowed as still_allowed

NO_ADDRESS = kept("That is no mail address. It looks like name@example.com.")
TOO_MANY = kept("So many invitations have gone out today that this one has to wait until tomorrow. Nothing was sent.")


HEADS = ("id", "name", "mail", "role", "since", "signs_in_by", "sessions", "last_seen_at")
ROLES = {
    Role.VIEWER: (
        kept("viewer"),
        kept("Looks at the figures. Sees no rows of persons, and changes nothing."),
    ),
    Role.ANALYST: (kept("analyst"), kept("Also asks questions, exports, sees contacts, and makes feeds.")),
    Role.ADMIN: (kept("admin"), kept("Also connects accounts, makes keys, invites people, and erases.")),
}


def people(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _people(desk, allowed)


def people_json(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _listed(desk, allowed).as_json()


def people_csv(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _listed(desk, allowed).as_csv()


def _people(desk: Desk, allowed: Allowed, link: str = "", trouble: str = "", status: int = 200) -> Reply:
    workspace, now = allowed.workspace, desk.clock.now()
    open_ones = [each for each in invitations.of_workspace(desk.people, workspace.id) if each.standing(now) == "open"]
    return Reply(
        "people.html",
        {
            "person": allowed.person,
            "workspace": workspace,
            "members": _members(desk, workspace.id),
            "owners": sorted(persons.owners(desk.people), key=lambda each: each.mail),
            "invitations": open_ones,
            "roles": {str(role): name for role, (name, _) in ROLES.items()},
            "powers": list(ROLES.values()),
            "link": link,
            "trouble": trouble,
        },
        status,
    )


def _members(desk: Desk, workspace: str) -> list[dict[str, Any]]:
    found = [(member, persons.get(desk.people, member.person)) for member in roles.members(desk.people, workspace)]
    told = [_member(desk, member, person) for member, person in found if person is not None]
    return sorted(told, key=lambda each: str(each["person"].mail))


def _member(desk: Desk, member: roles.Member, person: persons.Person) -> dict[str, Any]:
    sessions = desk.sessions.of_person(person.id)
    return {
        "person": person,
        "role": member.role,
        "since": member.since,
        "ways": persons.ways_of(person),
        "sessions": len(sessions),
        "seen_at": sessions[0].seen_at if sessions else None,
    }


def _listed(desk: Desk, allowed: Allowed) -> Listed:
    return Listed("people", HEADS, [
        {
            "id": each["person"].id, "name": each["person"].name, "mail": each["person"].mail, "role": each["role"],
            "since": each["since"], "signs_in_by": list(each["ways"]), "sessions": each["sessions"],
            "last_seen_at": each["seen_at"],
        }
        for each in _members(desk, allowed.workspace.id)
    ])  # fmt: skip


def invite(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Its link is shown once, and goes out by mail as well."""
    mail, role = address(visit.form.get("mail", "")), _role(visit)
    if not mail or role is None:
        return _people(desk, allowed, trouble=say(NO_ADDRESS), status=400)
    if not _letters_left(desk, allowed.workspace.id, mail):
        said = say(TOO_MANY)
        return _people(desk, allowed, trouble=said, status=429)
    token, invitation = invitations.new(desk.clock, mail, allowed.workspace.id, role, allowed.person.id)
    by = desk.origin(visit, allowed.caller)
    letter, link = write_invitation(desk.people, desk.clock, by, desk.address, token, invitation)
    desk.bus.publish(LetterWanted(letter))
    return _people(desk, allowed, link=link)


def _letters_left(desk: Desk, workspace: str, mail: str) -> bool:
    """Counted for the workspace, and for the address whoever it is that invites it."""
    people, clock = desk.people, desk.clock
    return still_allowed(people, clock, f"invitations to {mail}", INVITATIONS_PER_ADDRESS, DAY) and still_allowed(
        people, clock, f"invitations of {workspace}", INVITATIONS_PER_WORKSPACE, DAY
    )


def withdraw(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    invitation = allowed.things["invitation"]
    invitations.withdraw(desk.people, desk.clock.now(), desk.origin(visit, allowed.caller), invitation.id)
    return _back(allowed)


def set_role(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    member, role = allowed.things["member"], _role(visit)
    if role is None:
        raise NotThere
    person = persons.get(desk.people, member.person)
    if LEVELS[role] >= NEEDS_GOOGLE and (person is None or not person.google):
        raise Problem("needs-google", "An admin signs in with Google; this person has not done that yet.")
    given = replace(member, role=role, since=desk.clock.now(), by=allowed.person.id)
    if not leaving.change(desk.people, desk.origin(visit, allowed.caller), given):
        raise NotThere  # removed meanwhile, in another window
    return _back(allowed)


def remove(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    member = allowed.things["member"]
    leaving.take(desk.people, desk.origin(visit, allowed.caller), member, desk.clock.now())
    return Reply(location="/", status=303) if member.person == allowed.person.id else _back(allowed)


def end_sessions_of(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    member = allowed.things["member"]
    desk.sessions.end_all(desk.origin(visit, allowed.caller), member.person)
    return _back(allowed)


def _role(visit: Visit) -> Role | None:
    said = visit.form.get("role", "")
    return Role(said) if said in list(Role) else None


def _back(allowed: Allowed) -> Reply:
    return Reply(location=f"/workspaces/{allowed.workspace.id}/people", status=303)
