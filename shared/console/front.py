"""Where a request to the console becomes a page: found in the table, held against who asks, answered, rendered.

The order is the security: no route, no answer; no post from elsewhere; no session, no page; no role, no thing; no form
of this session, no change; no entry in the audit, no act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from shared import log
from shared.console.desk import Desk
from shared.console.pages import render
from shared.console.places import menu
from shared.console.web import Reply, Visit, response, visit_of
from shared.errors import Later, Problem
from shared.oauth.links import random_token
from shared.people.guard import Allowed, NotThere
from shared.people.levels import Level
from shared.people.routes import READS, WORKSPACE, Route, Table
from shared.people.sessions import form_token, form_token_holds
from shared.tongue.catalogue import ENGLISH
from shared.tongue.saying import change_to, kept, say, speaking
from shared.tongue.sentences import retold

Answer = Callable[[Desk, Allowed, Visit], Reply]


@dataclass(frozen=True, slots=True)
class State:
    """A page that says what is so, and nothing else."""

    title: str
    text: str
    status: int

    def reply(self, status: int = 0) -> Reply:
        return Reply("state.html", {"title": say(self.title), "text": say(self.text)}, status or self.status)


NOT_FOUND = State(kept("Nothing is here"), kept("Or it is not for you to see."), 404)
NOT_FROM_HERE = State(kept("That was not pressed here"), kept("Open the page again and press the button there."), 403)
BROKEN = State(kept("Something went wrong"), kept("It was written down. Try again in a minute."), 500)
SILENT = State(kept("Not now"), kept("A part of this does not answer just now. Try again in a minute."), 503)


@dataclass(frozen=True)
class Front:
    desk: Desk
    table: Table
    answers: Mapping[str, Answer]

    def __post_init__(self) -> None:
        self.table.check(self.answers)

    def handle(self, request: Request) -> Response:
        """Whatever fails inside, the visitor gets a page, and only its kind is logged."""
        with speaking(ENGLISH):
            try:
                visit = visit_of(request, self.desk.cookies, self.desk.hops)
                change_to(visit.language)
                return self._shown(visit, self.answer(visit))
            except HTTPException as error:  # a body too large, a malformed form
                log.warning("request refused", status=error.code)
                return self._rendered(BROKEN.reply(error.code or 400))
            except Exception as error:
                log.failure("a page of the console failed", error)
                return self._rendered(BROKEN.reply())

    def answer(self, visit: Visit) -> Reply:
        if visit.segments == ("healthz",) and visit.method == "GET":
            return Reply(json=b'"ok"')
        found = self.table.find(visit.method, visit.segments)
        if found is None:
            return NOT_FOUND.reply()
        route, ids = found
        if self._comes_from_elsewhere(route, visit):
            return NOT_FROM_HERE.reply()
        caller = None if route.program else self.desk.guard.caller(visit.session, route.polls or visit.prefetched)
        if caller is not None:
            change_to(caller.person.language)
        if caller is None and route.level > Level.NOBODY:
            return self._to_sign_in(route, visit)
        if route.method not in READS and caller is not None and not form_token_holds(visit.session, _said(visit)):
            return NOT_FROM_HERE.reply()
        try:
            said = {name: visit.form.get(name, "") for name in route.form}
            allowed = self.desk.guard.allow(route, {**ids, **said}, caller)
            reply = self.answers[route.does](self.desk, allowed, replace(visit, route=route.does))
            return _with_menu(reply, allowed, visit) if reply.template else reply
        except NotThere:
            return NOT_FOUND.reply()
        except Later as problem:
            log.warning("a page waits", code=problem.code)
            return SILENT.reply()
        except Problem as problem:
            return Reply("state.html", {"title": say("That did not work"), "text": retold(problem.sentence)}, 409)

    def _comes_from_elsewhere(self, route: Route, visit: Visit) -> bool:
        """A browser says of each request which site made it, and no page can make it say something else."""
        return route.method not in READS and not route.program and visit.site != "same-origin"

    def _to_sign_in(self, route: Route, visit: Visit) -> Reply:
        if route.method not in READS:
            return Reply(location="/sign-in", status=303)
        return Reply(location=self.desk.sign_in_for(visit.asked), status=303)

    def _shown(self, visit: Visit, reply: Reply) -> Response:
        """Every visitor has a cookie that ties what they begin to their browser. A form from elsewhere brings none
        along, and gets none: it would take the place of the one that is there, and with it what was begun."""
        if reply.template and not visit.browser and (visit.method in READS or visit.site == "same-origin"):
            reply = replace(reply, browser=reply.browser or random_token())
        return self._rendered(reply, form_token(visit.session) if visit.session else "", visit.packs)

    def _rendered(self, reply: Reply, form: str = "", packs: bool = False) -> Response:
        text = render(reply.template, {**reply.values, "form": form}, self.desk.agency) if reply.template else ""
        return response(reply, text, self.desk.cookies, packs)


def _with_menu(reply: Reply, allowed: Allowed, visit: Visit) -> Reply:
    """Pages of a client have a menu of what else there is of it."""
    workspace = allowed.things.get(WORKSPACE)
    if workspace is None:
        return reply
    path = "/".join(visit.segments[2:3])
    return replace(reply, values={"menu": menu(workspace, allowed.level, path), **reply.values})


def _said(visit: Visit) -> str:
    return visit.form.get("form", "")
