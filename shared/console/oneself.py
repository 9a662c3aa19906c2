"""One's own account: how one signs in and where, the language, what is kept of one, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson

from shared.audit.record import record, record_in
from shared.console.desk import Desk
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.errors import Problem
from shared.model import to_doc
from shared.people import erasing, persons
from shared.people.guard import Allowed, NotThere
from shared.people.levels import How
from shared.stores.ports import Transaction
from shared.tongue.catalogue import names


def account(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    caller, now = allowed.signed_in, desk.clock.now()
    session = caller.session
    if session is None:
        raise NotThere
    ways = persons.ways_of(caller.person)
    return Reply(
        "account.html",
        {
            "person": caller.person,
            "how": caller.how,
            "by_google": How.GOOGLE in ways,
            "by_mail": How.MAIL in ways,
            "fresh": session.fresh(now),
            "current": session.id,
            "sessions": desk.sessions.of_person(caller.person.id),
            "languages": names(),
        },
    )


def choose_language(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Empty: whichever the browser likes best."""
    said, by = visit.form.get("language", ""), desk.origin(visit, allowed.caller)
    chosen = said if said in names() else ""

    def work(tx: Transaction) -> None:
        person = persons.get(tx, allowed.person.id)
        if person is not None and person.language != chosen:
            tx.set(persons.person_path(person.id), to_doc(replace(person, language=chosen)))
            record_in(tx, by.entry(desk.clock.now(), "language.chosen", person.id, language=chosen or "the browser's"))

    desk.people.transact(work)
    return Reply(location="/account", status=303)


def export_me(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """All that is kept of whoever asks, and of nobody else."""
    person = allowed.person
    record(desk.people, desk.origin(visit, allowed.caller).entry(desk.clock.now(), "person.exported", person.id))
    told = erasing.told(desk.people, person)
    return Reply(saved=("what-is-kept-of-me.json", orjson.dumps(told, default=_said, option=orjson.OPT_INDENT_2)))


def _said(value: object) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)


def ask_erase_me(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return Reply("erase_me.html", {"person": allowed.person, "fresh": _fresh(desk, allowed)})


def erase_me(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Only for whoever has signed in a short while ago: an open browser is no proof of such a wish."""
    if not _fresh(desk, allowed):
        raise Problem("not-fresh", say("Sign in anew, and do it within 15 minutes."))
    erasing.erase(desk.people, desk.clock, desk.origin(visit, allowed.caller), allowed.person)
    text = say("Your account, your roles and your traces in the audit log are gone.")
    return Reply("state.html", {"title": say("You are erased"), "text": text}, session="")


def _fresh(desk: Desk, allowed: Allowed) -> bool:
    session = allowed.signed_in.session
    return session is not None and session.fresh(desk.clock.now())


def end_session(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    session, own = allowed.things["session"], allowed.signed_in.session
    desk.sessions.end(desk.origin(visit, allowed.caller), session)
    if own is not None and own.id == session.id:
        return Reply(location="/sign-in", status=303, session="")
    return Reply(location="/account", status=303)


def end_other_sessions(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    own = allowed.signed_in.session
    desk.sessions.end_all(desk.origin(visit, allowed.caller), allowed.person.id, but=own.id if own else "")
    return Reply(location="/account", status=303)
