"""What commands about people have in common: who types them, whom they mean, and invitations."""

from __future__ import annotations

import argparse
import getpass

from infra.admin import output
from infra.admin.target import UsageError
from shared.audit.entry import Origin
from shared.messages import LetterWanted
from shared.people import invitations, persons
from shared.people.inviting import invite
from shared.people.levels import Role
from shared.people.persons import Person, address
from shared.people.roles import OPERATOR
from shared.stores.installation import Stores


def operator(said: argparse.Namespace) -> Origin:
    """Who types the command, as the audit is told."""
    words, name = list[str](), "command"
    while word := getattr(said, name, ""):  # each level of commands is kept under the name of the one above
        words.append(word)
        name = f"{word} command"
    return Origin(who=f"operator:{_name()}", route=" ".join(words))


def _name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user of whom the machine knows the number only
        return "unknown"


def mail(text: str) -> str:
    """For argparse: a mail address."""
    found = address(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no mail address")
    return found


def person_of(stores: Stores, said: str) -> Person:
    """By id, the beginning of the id, or address."""
    everybody = persons.everybody(stores.people)
    for fits in (
        [each for each in everybody if said.strip().lower() in (each.id, each.mail)],
        [each for each in everybody if len(said) > 3 and each.id.startswith(said)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise UsageError(f"“{said}” could be any of {', '.join(each.id for each in fits)}.")
    raise UsageError(f"Nobody here is “{said}”; `member list` and `owner list` show who is.")


def invited(stores: Stores, said: argparse.Namespace, workspace: str, role: Role | None) -> int:
    """Write an invitation down, have its letter sent, and print the link: the one time it can be seen."""
    console = stores.settings.console_url.rstrip("/")
    if not console:
        raise UsageError("TRIBUTARY_CONSOLE_URL is not set: the address that invitations begin with.")
    token, invitation = invitations.new(stores.clock, said.mail, workspace, role, OPERATOR)
    letter, link = invite(stores.people, stores.clock, operator(said), console, token, invitation)
    stores.bus.publish(LetterWanted(letter))
    told = {"link": link, "id": invitation.short, "mail": invitation.mail, "ends_at": invitation.ends_at}
    output.say(output.json(told) if said.json else link)
    return 0
