"""oauth_callback: the platform sends a person back, or a key form is sent here; what it proves becomes a connection.

Everything after the checks can fail without harm: the link stays usable until a connection is written with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from shared import log
from shared.connectors.spec import Credential, Platform
from shared.errors import Configure, Later, Problem, Reconnect
from shared.oauth import attempts, links, pages
from shared.oauth.attempts import Attempt
from shared.oauth.clients import client_of
from shared.oauth.connect import Connector, LinkGone, WrongAccount, outcome_doc, outcome_path
from shared.oauth.flow import code_request, oauth_of, redirect_uri
from shared.oauth.links import Link
from shared.oauth.pages import NOBODY, Asker
from shared.oauth.refusals import REFUSALS, Refusal, of_problem, wrong_account
from shared.oauth.start import Beginner
from shared.oauth.tokens import from_key, read_grant
from shared.web import Policy, Reply, Visit

SHOWN = timedelta(hours=1)  # how long the page after connecting can be seen
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


class _Refused(Exception):
    def __init__(self, refusal: Refusal, who: Asker = NOBODY) -> None:
        super().__init__(refusal.heading)
        self.refusal, self.who = refusal, who


@dataclass(frozen=True)
class Callback:
    beginner: Beginner
    connector: Connector
    platform_named: Callable[[str], Platform]

    @property
    def policy(self) -> Policy:
        return self.beginner.policy

    def answer(self, visit: Visit) -> Reply:
        try:
            if len(visit.segments) >= 3 and visit.segments[-2] == "connected":
                return self._connected(self._platform(visit.segments[-3]), visit)
            platform = self._platform(visit.last)
            if visit.method == "GET":
                return self._came_back(platform, visit)
            if visit.method == "POST":
                return self._key(platform, visit)
            raise _Refused(REFUSALS["method"])
        except _Refused as refused:
            log.info("connect attempt refused", status=refused.refusal.status, heading=refused.refusal.heading)
            return Reply(pages.refused(refused.refusal, refused.who), refused.refusal.status)

    def broken(self) -> Reply:
        return Reply(pages.refused(REFUSALS["broken"]), 500)

    # -- the two ways in -----------------------------------------------------------------------------

    def _came_back(self, platform: Platform, visit: Visit) -> Reply:
        """From the platform's own page, with a code or with an error."""
        found = self._check(platform, "oauth", visit, visit.query.get("state", ""))
        error = visit.query.get("error", "")
        if error:
            return self._again(found, _said_no(platform, error, self._who(found)))
        code = visit.query.get("code", "")
        if not code or len(code) > LONGEST_CODE:
            return self._again(found, REFUSALS["attempt-missing"])
        try:
            return self._finish(found, self._exchange(found, code))
        except Problem as problem:
            log.failure("connect attempt failed", problem, platform=platform.name)
            return self._again(found, of_problem(problem, self._who(found).agency))

    def _key(self, platform: Platform, visit: Visit) -> Reply:
        """From the key form: looked at, tried with the platform, and only then kept."""
        found = self._check(platform, "key", visit, visit.form.get("state", ""))
        way, key = platform.key_way, visit.form.get("key", "").strip()
        if way is None or not key:
            return self._form(found, "Please paste the key into the field.")
        if not re.fullmatch(way.pattern, key):
            return self._form(
                found, f"This does not look like an API key of {platform.title}. Please copy all of it once more."
            )
        try:
            return self._finish(found, from_key(key))
        except Problem as problem:
            log.failure("key not kept", problem, platform=platform.name)
            return self._form(found, _about_key(platform, problem))

    # -- checks --------------------------------------------------------------------------------------

    def _platform(self, name: str) -> Platform:
        try:
            return self.platform_named(name)
        except Configure:
            raise _Refused(REFUSALS["platform-unknown"]) from None

    def _check(self, platform: Platform, how: str, visit: Visit, state: str) -> _Try:
        """Take the attempt, whatever comes of it, and see that this answer belongs to it."""
        if not state:
            raise _Refused(REFUSALS["attempt-missing"])
        beginner, attempt = self.beginner, attempts.take(self.beginner.documents, state)
        if attempt is None:
            raise _Refused(REFUSALS["attempt-unknown"])
        now = beginner.clock.now()
        trouble = attempt.trouble(platform.name, how, visit.browser, now)
        if trouble:
            raise _Refused(REFUSALS[trouble])
        return _Try(platform, self._link(attempt), visit.browser, state)

    def _link(self, attempt: Attempt) -> Link:
        beginner = self.beginner
        link = links.get(beginner.documents, attempt.link)
        trouble = link.trouble(beginner.clock.now()) if link else "link-unknown"
        if link is None or trouble:
            raise _Refused(REFUSALS[trouble], beginner.asker(attempt.workspace))
        return link

    # -- from here on the person is who began ----------------------------------------------------------

    def _exchange(self, found: _Try, code: str) -> Credential:
        beginner, platform = self.beginner, found.platform
        oauth, client = oauth_of(platform), client_of(beginner.vault, platform)
        verifier = attempts.verifier(beginner.key.get(), found.state, found.browser)
        request = code_request(oauth, client, code, redirect_uri(beginner.settings, platform), verifier)
        asked_at = beginner.clock.now()
        return read_grant(platform, beginner.http.send(platform, request), asked_at)

    def _finish(self, found: _Try, credential: Credential) -> Reply:
        """Connect, then leave the address that holds code and state for a clean one."""
        beginner = self.beginner
        request = f"connected-{links.fingerprint(found.state)[:16]}"
        try:
            connected = self.connector.connect(found.platform, found.link, credential, request)
        except LinkGone as gone:
            raise _Refused(REFUSALS[gone.refusal], self._who(found)) from None
        except WrongAccount as wrong:
            raise _Refused(wrong_account(wrong.expected, wrong.found), self._who(found)) from None
        token = links.random_token()
        beginner.documents.set(outcome_path(token), outcome_doc(connected, beginner.clock.now() + SHOWN))
        return Reply(status=303, location=f"{redirect_uri(beginner.settings, found.platform)}/connected/{token}")

    def _connected(self, platform: Platform, visit: Visit) -> Reply:
        doc = self.beginner.documents.get(outcome_path(visit.last)) if links.is_token(visit.last) else None
        if doc is None or doc["platform"] != platform.name or doc["expires_at"] <= self.beginner.clock.now():
            raise _Refused(REFUSALS["page-unknown"])
        who = self.beginner.asker(doc["workspace"])
        return Reply(pages.connected(who, platform, doc["title"], doc["missing"], doc["kind"] == "renewed"))

    # -- another try -----------------------------------------------------------------------------------

    def _again(self, found: _Try, refusal: Refusal) -> Reply:
        """The refusal with a button to try again: a new attempt for the same link, in the same browser."""
        try:
            onward = self.beginner.onward(found.platform, found.link, found.browser)
        except Problem:
            onward = ""
        return Reply(pages.refused(refusal, self._who(found), onward), refusal.status)

    def _form(self, found: _Try, wrong: str) -> Reply:
        return Reply(self.beginner.key_form(found.platform, found.link, found.browser, wrong), 422)

    def _who(self, found: _Try) -> Asker:
        return self.beginner.asker(found.link.workspace)


def _about_key(platform: Platform, problem: Problem) -> str:
    if isinstance(problem, Reconnect):
        return f"This key did not work. {problem.sentence}"
    if isinstance(problem, Configure):
        return problem.sentence
    return f"{problem.sentence} The key could not be checked; please try again in a minute."


def _said_no(platform: Platform, error: str, who: Asker) -> Refusal:
    """The platform's error on the way back. Only its kind is used; its text is never shown nor followed."""
    if error in DENIALS:
        return REFUSALS["denied"]
    if error in BUSY:
        return of_problem(Later("platform-down", f"{platform.title} has a fault of its own."), who.agency)
    return of_problem(
        Configure("app-refused", f"{platform.title} does not accept our app as it is set up."), who.agency
    )
