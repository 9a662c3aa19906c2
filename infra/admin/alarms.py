"""`alarm list`, `settings`, `choose`, `look`: what needs somebody, and who is told of it when."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from infra.admin import output
from infra.admin.command import workspace_of
from infra.admin.group import Group
from infra.admin.keys import by_operator, done
from infra.admin.target import UsageError
from shared.alarms import alarm as alarms
from shared.alarms import choices
from shared.alarms.kinds import KINDS, What
from shared.alarms.notice import said
from shared.messages import ROUND, LetterWanted
from shared.people import persons, roles
from shared.stores.installation import Stores


def add(group: Group) -> None:
    inner = group.group("alarm")
    listed = inner.command("list", _list, "what rings in a workspace, and what was mended lately")
    listed.add_argument("workspace")
    inner.command("kinds", _kinds, "what can ring: whose move it is, how it is found, how it is mended")
    settings = inner.command("settings", _settings, "who wants which alarms when, in a workspace")
    settings.add_argument("workspace")
    choose = inner.command(
        "choose",
        _choose,
        "say which alarms are told, and when",
        "Says it for the whole workspace, or for one of its people (--for). What is left out stays as it is.",
    )
    choose.add_argument("workspace")
    choose.add_argument("--for", dest="mail", default="", metavar="MAIL", help="one of its people; else everybody")
    choose.add_argument("--same-as-all", action="store_true", help="of one person: what holds for everybody holds")
    choose.add_argument("--without", action="append", choices=[*map(str, What), "nothing"], help="more than once")
    choose.add_argument("--quiet", metavar="FROM-UNTIL", help="such as 20:00-07:00; - for none")
    choose.add_argument("--digest", metavar="HH:MM", help="one letter a day, then; - for letters as it happens")
    choose.add_argument("--zone", help="of these times; else the workspace's")
    choose.add_argument("--letters", choices=["on", "off"])
    choose.add_argument("--budget", metavar="AMOUNT", help="of a month, such as 5000EUR; 0 for none")
    look = inner.command("look", _look, "ask for a look at a workspace now, and not within the hour")
    look.add_argument("workspace")


def _list(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    rows = [
        {
            "kind": alarm.what,
            "state": str(alarm.state),
            "move": str(KINDS[What(alarm.what)].move),
            "since": alarm.since,
            "times": alarm.number,
            "mended": alarm.mended_at,
            "sentence": said(alarm),
        }
        for alarm in alarms.of_workspace(stores.people, args.workspace)
        if alarm.what in set(What)
    ]
    output.rows(rows, args.json)
    return 0


def _kinds(stores: Stores, args: argparse.Namespace) -> int:
    rows = [
        {"kind": str(what), "move": str(kind.move), "told": f"{kind.least} and more", "found": kind.found,
         "mended": kind.mended}
        for what, kind in KINDS.items()
    ]  # fmt: skip
    output.rows(rows, args.json)
    return 0


def _settings(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    rows = []
    for person, choice in sorted(choices.of_workspace(stores.people, args.workspace).items()):
        known = persons.get(stores.people, person) if person else None
        rows.append(
            {
                "for": known.mail if known else person or "everybody",
                "letters": "on" if choice.letters else "off",
                "without": " ".join(choice.without),
                "quiet": f"{choice.quiet_from}-{choice.quiet_until}" if choice.quiet_from else "",
                "digest": choice.digest_at,
                "zone": choice.zone,
                "budget": f"{choice.budget:g} {choice.budget_currency}" if choice.budget else "",
            }
        )
    output.rows(rows, args.json)
    return 0


def _choose(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    person = _person(stores, args.workspace, args.mail) if args.mail else ""
    if args.same_as_all:
        if not person:
            raise UsageError("Of whom? Say --for.")
        choices.forget(stores.people, stores.clock, by_operator(), args.workspace, person)
        output.say(f"What holds for everybody holds for {args.mail}.")
        return 0
    if person and args.budget is not None:
        raise UsageError("A budget is the workspace's, and nobody's own.")
    known = choices.of_workspace(stores.people, args.workspace)
    choice = replace(known.get(person, known[""]), workspace=args.workspace, person=person, **_given(args))
    done(lambda: choices.keep(stores.people, stores.clock, by_operator(), choice))
    output.say("Kept.")
    return 0


def _given(args: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if args.without is not None:
        found["without"] = [each for each in args.without if each != "nothing"]
    if args.quiet is not None:
        begins, _, ends = args.quiet.partition("-")  # “-” alone: none
        found |= {"quiet_from": begins, "quiet_until": ends}
    if args.digest is not None:
        found["digest_at"] = "" if args.digest == "-" else args.digest
    if args.zone is not None:
        found["zone"] = args.zone
    if args.letters is not None:
        found["letters"] = args.letters == "on"
    if args.budget is not None:
        amount, currency = args.budget.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), args.budget.lstrip("0123456789.")
        try:
            found |= {"budget": float(amount), "budget_currency": currency}
        except ValueError:
            raise UsageError("A budget is an amount and a currency, such as 5000EUR.") from None
    return found


def _person(stores: Stores, workspace: str, mail: str) -> str:
    for member in roles.members(stores.people, workspace):
        person = persons.get(stores.people, member.person)
        if person is not None and person.mail == persons.address(mail):
            return person.id
    raise UsageError(f"Nobody in {workspace} has the address {mail}.")


def _look(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    stores.bus.publish(LetterWanted(ROUND, args.workspace))
    output.say("Asked for.")
    return 0
