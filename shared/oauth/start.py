"""oauth_start: a connect link opens a page that says who asks and what will be read; a button begins an attempt.
Beside it stands the privacy page, which that one leads to.

GET changes nothing, so that a mail scanner or a link preview cannot use a link up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit

from markupsafe import Markup

from shared import model
from shared.clock import Clock
from shared.errors import Configure, Problem
from shared.http import Http
from shared.model import Workspace, from_doc
from shared.oauth import attempts, form_fields, forms, house, links, pages
from shared.oauth.clients import SigningKey, app_of
from shared.oauth.flow import PRIVACY, authorize_query, filled, oauth_of, privacy_url, redirect_uri, scopes_of
from shared.oauth.form_fields import NONE, Answers
from shared.oauth.house import LOGO, House, Logo
from shared.oauth.html import OPENS
from shared.oauth.links import Link
from shared.oauth.pages import Asker
from shared.oauth.privacy import privacy
from shared.oauth.refusals import REFUSALS, of_problem
from shared.settings import Settings
from shared.stores.ports import Documents, Vault
from shared.tongue.saying import kept, say
from shared.vocabulary.platform import Platform
from shared.web import Policy, WebRequest, WebResponse

STALE = kept("Please press the button once more: this page had been open for a while.")
NO_COOKIE = kept("Please press the button once more. If this comes again, allow cookies for this page.")


@dataclass(frozen=True)
class Beginner:
    """Begins attempts and makes the pages they begin with; both functions do that."""

    documents: Documents
    vault: Vault
    http: Http
    clock: Clock
    settings: Settings
    key: SigningKey

    @property
    def policy(self) -> Policy:
        """Forms go to the page's own address, and the key form to the callback."""
        target = urlsplit(self.settings.callback_url)
        return Policy(
            self.settings.secure,
            house.style(self.settings),
            (f"{target.scheme}://{target.netloc}",),
            pictures=house.pictures(self.settings),
        )

    @cached_property
    def logo(self) -> Logo:
        return Logo(self.documents, bool(self.settings.logo))

    @property
    def house(self) -> House:
        return house.house(self.settings, self.logo)

    @property
    def nobody(self) -> Asker:
        return pages.nobody(self.house)

    def asker(self, workspace: str) -> Asker:
        doc = self.documents.get(model.workspace_path(workspace))
        return pages.asker(from_doc(Workspace, doc), self.house) if doc else self.nobody

    def onward(self, platform: Platform, link: Link, browser: str, values: Mapping[str, str]) -> str:
        """A new attempt; the address at the platform where it goes on."""
        oauth, app, key = oauth_of(platform), app_of(self.vault, platform), self.key.get()
        there = self.http.address(platform, filled(platform, oauth.authorize, values))
        state = self._attempt(platform, link, "oauth", browser, values)
        query = authorize_query(
            oauth, app, redirect_uri(self.settings, platform), state, attempts.verifier(key, state, browser),
            scopes_of(platform, link.streams),
        )  # fmt: skip
        return f"{there}?{query}"

    def key_form(
        self,
        platform: Platform,
        link: Link,
        browser: str,
        wrong: str = "",
        answers: Answers = NONE,
        about_key: str = "",
    ) -> Markup:
        """A new attempt; the form it goes on with."""
        way = platform.key_way
        if way is None:
            return pages.refused(REFUSALS["platform-unknown"], self.asker(link.workspace))
        state = self._attempt(platform, link, "key", browser, {})
        action = redirect_uri(self.settings, platform)
        return forms.key_form(self.asker(link.workspace), platform, way, action, state, wrong, answers, about_key)

    def _attempt(self, platform: Platform, link: Link, how: str, browser: str, values: Mapping[str, str]) -> str:
        return attempts.begin(self.documents, self.clock, link.id, link.workspace, platform.name, how, browser, values)


@dataclass(frozen=True)
class Start:
    beginner: Beginner
    platform_named: Callable[[str], Platform]
    platforms: Collection[Platform]  # that the privacy page tells of

    @property
    def policy(self) -> Policy:
        return replace(self.beginner.policy, script=OPENS)

    def answer(self, visit: WebRequest) -> WebResponse:
        """A link's id arrives in a form and never in an address, which logs and traces of requests would keep."""
        if visit.method not in {"GET", "HEAD", "POST"}:
            return self._refuse("method")
        beginner = self.beginner
        if visit.last == PRIVACY:
            return self._privacy(visit)
        if visit.last == LOGO:
            return self._logo(visit)
        if visit.method != "POST":
            return WebResponse(pages.opening(beginner.house, beginner.settings.start_url))
        token = links.token_of(visit.form.get("link", ""))
        link = links.find(beginner.documents, token)
        trouble = link.trouble(beginner.clock.now()) if link else "link-unknown"
        if link is None or trouble:
            name = "link-done" if trouble == "link-used" else trouble
            return self._refuse(name, beginner.asker(link.workspace) if link else None)
        try:
            platform = self.platform_named(link.platform)
        except Configure:
            return self._refuse("platform-unknown", beginner.asker(link.workspace))
        if visit.form.get("opened"):
            return self._ask(link, platform, token, visit.browser)
        return self._press(link, platform, token, visit)

    def broken(self) -> WebResponse:
        return self._refuse("broken")

    def _refuse(self, name: str, who: Asker | None = None) -> WebResponse:
        refusal = REFUSALS[name]
        return WebResponse(pages.refused(refusal, who or self.beginner.nobody), refusal.status)

    def _privacy(self, visit: WebRequest) -> WebResponse:
        if visit.method == "POST":
            return self._refuse("method")
        beginner = self.beginner
        return WebResponse(privacy(beginner.settings, beginner.house, self.platforms), lasting=True)

    def _logo(self, visit: WebRequest) -> WebResponse:
        """The same for everybody, like the privacy page."""
        picture = self.beginner.logo.get()
        if visit.method == "POST" or picture is None:
            return self._refuse("method" if visit.method == "POST" else "platform-unknown")
        return WebResponse(picture=picture.data, kind=picture.kind, lasting=True)

    def _ask(self, link: Link, platform: Platform, opens: str, browser: str, notice: str = "") -> WebResponse:
        beginner = self.beginner
        who = beginner.asker(link.workspace)
        renews = ""
        if link.reconnects:
            doc = beginner.documents.get(model.path(link.workspace, "connections", link.reconnects))
            if doc is None:
                return self._refuse("connection-gone", who)
            renews = str(doc["title"])
        browser = browser if links.is_token(browser) else links.random_token()
        try:
            key = beginner.key.get()
        except Problem as problem:
            return _explain(problem, who)
        token = attempts.form_token(key, link.id, browser, beginner.clock.now())
        more = privacy_url(beginner.settings)
        page = pages.ask(who, platform, link.expires_at, opens, token, more, renews, notice, link.streams)
        return WebResponse(page, 403 if notice else 200, browser=browser)

    def _press(self, link: Link, platform: Platform, opens: str, visit: WebRequest) -> WebResponse:
        """The button. It proves itself by a token made for this page in this browser."""
        beginner = self.beginner
        try:
            proof = visit.form.get("token", "")
            now = beginner.clock.now()
            if not attempts.form_token_holds(beginner.key.get(), proof, link.id, visit.browser, now):
                return self._ask(link, platform, opens, visit.browser, say(STALE if visit.browser else NO_COOKIE))
            if visit.form.get("how") == "key" or platform.oauth is None:
                return WebResponse(beginner.key_form(platform, link, visit.browser))
            return self._onward(link, platform, opens, visit)
        except Problem as problem:
            return _explain(problem, beginner.asker(link.workspace))

    def _onward(self, link: Link, platform: Platform, opens: str, visit: WebRequest) -> WebResponse:
        """On to the platform; first to a page of ours where something has to be asked for before."""
        beginner, asks, answers = self.beginner, oauth_of(platform).asks, NONE
        if asks and visit.form.get("asked"):
            answers = form_fields.read(platform, asks, visit.form)
        if asks and (answers.wrong or not visit.form.get("asked")):
            token = attempts.form_token(beginner.key.get(), link.id, visit.browser, beginner.clock.now())
            page = forms.asks(beginner.asker(link.workspace), platform, asks, opens, token, answers)
            return WebResponse(page, 422 if answers.wrong else 200)
        onward = beginner.onward(platform, link, visit.browser, answers.values)
        return WebResponse(pages.over(beginner.asker(link.workspace), platform, onward))


def _explain(problem: Problem, who: Asker) -> WebResponse:
    refusal = of_problem(problem, who.agency)
    return WebResponse(pages.refused(refusal, who), refusal.status)
