"""Alarms of a workspace, and who wants which of them when."""

from __future__ import annotations

import msgspec

from shared.alarms import choices
from shared.alarms.alarm import of_workspace
from shared.alarms.choices import Choice
from shared.alarms.kinds import KINDS, What
from shared.alarms.notice import said
from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.people.roles import Member


def alarms(desk: Desk, call: Call) -> Reply:
    """Those that ring and those that were mended lately, the newest first."""
    told = [
        shapes.Alarm(
            id=alarm.id,
            kind=alarm.what,
            title=KINDS[What(alarm.what)].title,
            state=alarm.state,
            whose_move=KINDS[What(alarm.what)].move,
            sentence=said(alarm),
            of=alarm.of,
            times=alarm.number,
            since=alarm.since,
            mended_at=alarm.mended_at,
        )
        for alarm in of_workspace(desk.people, call.workspace.id)
        if alarm.what in set(What)
    ]
    return Reply(shapes.Alarms(alarms=told))


def alarm_settings(desk: Desk, call: Call) -> Reply:
    found = choices.of_workspace(desk.people, call.workspace.id)
    kinds = [
        shapes.AlarmKind(kind=what, title=kind.title, whose_move=kind.move, found=kind.found, mended=kind.mended)
        for what, kind in KINDS.items()
    ]
    persons = [_told(choice) for person, choice in sorted(found.items()) if person]
    return Reply(shapes.AlarmSettings(workspace=_told(found[""]), persons=persons, kinds=kinds))


def choose_alarms(desk: Desk, call: Call) -> Reply:
    return _chosen(desk, call, "")


def choose_alarms_of(desk: Desk, call: Call) -> Reply:
    """Of one person; what is left out stays as it is, and in the beginning as it is for the workspace."""
    member: Member = call.things["member"]
    return _chosen(desk, call, member.person)


def unchoose_alarms_of(desk: Desk, call: Call) -> Reply:
    """The workspace's holds for them again."""
    member: Member = call.things["member"]
    choices.forget(desk.people, desk.clock, call.by, call.workspace.id, member.person)
    return Reply(shapes.Done())


def _chosen(desk: Desk, call: Call, person: str) -> Reply:
    known = choices.of_workspace(desk.people, call.workspace.id)
    before = known.get(person, known[""])
    given = {name: value for name, value in msgspec.structs.asdict(call.body).items() if value is not None}
    fields = {name: getattr(before, name) for name in before.__slots__} | given
    fields |= {"workspace": call.workspace.id, "person": person, "without": list(fields["without"])}
    return Reply(_told(choices.keep(desk.people, desk.clock, call.by, Choice(**fields))))


def _told(choice: Choice) -> shapes.AlarmChoice:
    return shapes.AlarmChoice(
        person=choice.person,
        letters=choice.letters,
        without=choice.without,
        quiet_from=choice.quiet_from,
        quiet_until=choice.quiet_until,
        digest_at=choice.digest_at,
        zone=choice.zone,
        budget=choice.budget,
        budget_currency=choice.budget_currency,
    )
