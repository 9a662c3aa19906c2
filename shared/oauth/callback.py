"""oauth_callback: the platform sends a person back, or a key or a choice is sent here; what is proven is connected.

Everything after the checks can fail without harm: the link stays usable until a connection is written with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared import log
from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.oauth import attempts, form_fields, links, pages
from shared.oauth.attempts import Attempt
from shared.oauth.clients import app_of
from shared.oauth.connect import ConnectionWriter
from shared.oauth.exchange import Exchange
from shared.oauth.finish import Finish, Refused
from shared.oauth.flow import oauth_of, redirect_uri
from shared.oauth.form_fields import NONE, Answers
from shared.oauth.html import a, listed
from shared.oauth.links import Link
from shared.oauth.pages import Asker
from shared.oauth.refusals import REFUSALS, Refusal, of_problem
from shared.oauth.start import Beginner
from shared.tongue.saying import say
from shared.tongue.sentences import retold
from shared.vocabulary.access import Credential, Key
from shared.vocabulary.platform import Platform
from shared.web import Policy, WebRequest, WebResponse

LONGEST_CODE = 4096
DENIALS = frozenset({"access_denied", "user_denied", "consent_required", "interaction_required", "login_required"})
BUSY = frozenset({"temporarily_unavailable", "server_error"})


@dataclass(frozen=True, slots=True)
class _Try:
    """An attempt whose checks are passed."""

    platform: Platform
    link: Link
    browser: str
    state: str
    values: Mapping[str, str]  # what was asked for before


@dataclass(frozen=True)
class Callback:
    beginner: Beginner
    connector: ConnectionWriter
    platform_named: Callable[[str], Platform]

    @property
    def finish(self) -> Finish:
        return Finish(self.beginner, self.connector)

    @property
    def policy(self) -> Policy:
        return self.beginner.policy

    def answer(self, visit: WebRequest) -> WebResponse:
        try:
            if len(visit.segments) >= 3 and visit.segments[-2] == "connected":
                return self.finish.connected(self._platform(visit.segments[-3]), visit)
            if len(visit.segments) >= 3 and visit.segments[-2] == "choose":
                return self.finish.choice(self._platform(visit.segments[-3]), visit)
            platform = self._platform(visit.last)
            if visit.method == "GET":
                return self._came_back(platform, visit)
            if visit.method == "POST":
                return self._key(platform, visit)
            raise Refused(REFUSALS["method"])
        except Refused as refused:
            log.info("connect attempt refused", status=refused.refusal.status, heading=refused.refusal.heading)
            who = refused.who or self.beginner.nobody
            return WebResponse(pages.refused(refused.refusal, who), refused.refusal.status)

    def broken(self) -> WebResponse:
        return WebResponse(pages.refused(REFUSALS["broken"], self.beginner.nobody), 500)

    # -- the two ways in -----------------------------------------------------------------------------

    def _came_back(self, platform: Platform, visit: WebRequest) -> WebResponse:
        """From the platform's own page, with a code or with an error."""
        found = self._check(platform, "oauth", visit, visit.query.get("state", ""))
        error = visit.query.get("error", "")
        if error:
            return self._again(found, _said_no(platform, error, self._who(found)))
        code = visit.query.get("code", "")
        if not code or len(code) > LONGEST_CODE:
            return self._again(found, REFUSALS["attempt-missing"])
        try:
            return self._finish(found, self._exchange(found, code, visit.raw_query))
        except Problem as problem:
            log.failure("connect attempt failed", problem, platform=platform.name)
            return self._again(found, of_problem(problem, self._who(found).agency))

    def _key(self, platform: Platform, visit: WebRequest) -> WebResponse:
        """From the key form: looked at, tried with the platform, and only then kept."""
        found = self._check(platform, "key", visit, visit.form.get("state", ""))
        way, key = platform.key_way, visit.form.get("key", "").strip()
        answers = form_fields.read(platform, way.asks, visit.form) if way else NONE
        if way is None or not key:
            return self._form(found, "", answers, say("Please paste it into this field."))
        if not re.fullmatch(way.pattern, key):
            return self._form(found, "", answers, _does_not_look(platform, way))
        if answers.wrong:
            named = listed(form_fields.labels(way.asks, answers))
            wrong = say(
                "Not right yet: %(fields)s. Nothing was kept, so please paste the %(key)s again, too.",
                fields=named,
                key=say(way.name),
            )
            return self._form(found, wrong, answers)
        try:
            return self._finish(found, self._exchanges.key(platform, key, answers.values))
        except Problem as problem:
            log.failure("key not kept", problem, platform=platform.name)
            return self._form(found, _about_key(platform, problem), answers)

    # -- checks --------------------------------------------------------------------------------------

    def _platform(self, name: str) -> Platform:
        try:
            return self.platform_named(name)
        except Configure:
            raise Refused(REFUSALS["platform-unknown"]) from None

    def _check(self, platform: Platform, how: str, visit: WebRequest, state: str) -> _Try:
        """Take the attempt, whatever comes of it, and see that this answer belongs to it."""
        if not state:
            raise Refused(REFUSALS["attempt-missing"])
        beginner, attempt = self.beginner, attempts.take(self.beginner.documents, state)
        if attempt is None:
            raise self.finish.over(state, "attempt-unknown")
        now = beginner.clock.now()
        trouble = attempt.trouble(platform.name, how, visit.browser, now)
        if trouble:
            raise Refused(REFUSALS[trouble])
        return _Try(platform, self._link(attempt), visit.browser, state, attempt.values)

    def _link(self, attempt: Attempt) -> Link:
        beginner = self.beginner
        link = links.get(beginner.documents, attempt.link)
        trouble = link.trouble(beginner.clock.now()) if link else "link-unknown"
        if link is None or trouble:
            raise Refused(REFUSALS[trouble], beginner.asker(attempt.workspace))
        return link

    # -- from here on the person is who began ----------------------------------------------------------

    @property
    def _exchanges(self) -> Exchange:
        return Exchange(self.beginner.vault, self.beginner.http, self.beginner.clock)

    def _exchange(self, found: _Try, code: str, raw_query: str) -> Credential:
        beginner, platform = self.beginner, found.platform
        oauth, app = oauth_of(platform), app_of(beginner.vault, platform)
        if oauth.signed is not None and not oauth.signed(raw_query, app, beginner.clock.now()):
            raise Refused(REFUSALS["attempt-crossed"])
        verifier = attempts.verifier(beginner.key.get(), found.state, found.browser)
        return self._exchanges.code(
            platform, app, code, redirect_uri(beginner.settings, platform), verifier, found.values
        )

    def _finish(self, found: _Try, credential: Credential) -> WebResponse:
        return self.finish.begin(found.platform, found.link, found.browser, found.state, credential)

    # -- another try -----------------------------------------------------------------------------------

    def _again(self, found: _Try, refusal: Refusal) -> WebResponse:
        """The refusal with a button to try again: a new attempt for the same link, in the same browser."""
        try:
            onward = self.beginner.onward(found.platform, found.link, found.browser, found.values)
        except Problem:
            onward = ""
        return WebResponse(pages.refused(refusal, self._who(found), onward), refusal.status)

    def _form(self, found: _Try, wrong: str, answers: Answers, about_key: str = "") -> WebResponse:
        page = self.beginner.key_form(found.platform, found.link, found.browser, wrong, answers, about_key)
        return WebResponse(page, 422)

    def _who(self, found: _Try) -> Asker:
        return self.beginner.asker(found.link.workspace)


def _does_not_look(platform: Platform, way: Key) -> str:
    named = {"key": a(way.name), "platform": platform.title}
    if not way.form:
        return say("This does not look like %(key)s of %(platform)s. Please copy all of it again.", **named)
    return say(
        "This does not look like %(key)s of %(platform)s: %(form)s. Please copy all of it again.",
        form=say(way.form),
        **named,
    )


def _about_key(platform: Platform, problem: Problem) -> str:
    if isinstance(problem, Reconnect):
        return say("This key did not work. %(why)s", why=retold(problem.sentence))
    if isinstance(problem, Configure):
        return retold(problem.sentence)
    return say("%(why)s The key could not be checked; please try again in a minute.", why=retold(problem.sentence))


def _said_no(platform: Platform, error: str, who: Asker) -> Refusal:
    """The platform's error on the way back. Only its kind is used; its text is never shown nor followed."""
    if error in DENIALS:
        return REFUSALS["denied"]
    if error in BUSY:
        return of_problem(Later(Code.PLATFORM_DOWN, f"{platform.title} has a fault of its own."), who.agency)
    return of_problem(
        Configure(Code.APP_REFUSED, f"{platform.title} does not accept our app as it is set up."), who.agency
    )
