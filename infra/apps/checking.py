"""An app at a platform, looked at from outside: the secret, the address, id and secret, the consent page, scopes.

Nobody has to consent for it, and nothing is left behind: a code that never was is traded, and the consent page is asked
for by somebody who is not signed in. Neither id nor secret nor any sentence of a platform gets into a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from markupsafe import escape

from infra.apps import consenting, google, outside, trading
from infra.apps.findings import NOT_TOLD, NOT_WELL, WELL, Finding
from infra.apps.google import SignedIn
from shared.clock import Clock
from shared.errors import Configure, Problem
from shared.http import Http
from shared.oauth import form_fields
from shared.oauth.clients import app_of
from shared.oauth.flow import authorize_query, code_request, filled, privacy_url, redirect_uri, scopes_of
from shared.oauth.html import a
from shared.settings import Settings
from shared.stores.ports import Vault
from shared.vocabulary.access import App, OAuth
from shared.vocabulary.apps import Told
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer, Request

STATE = "app-check"  # of an attempt that does not exist, so that whatever comes back is refused
VERIFIER = "app-check-" * 5  # 43 to 128 characters: RFC 7636, 4.1


@dataclass(frozen=True)
class Checker:
    settings: Settings
    vault: Vault
    http: Http
    clock: Clock
    signed_in: SignedIn

    def of(self, platform: Platform, given: Mapping[str, str]) -> Iterator[Finding]:
        """`given`: what a client would be asked for before (a shop, a region), as they would type it."""
        oauth, page = platform.oauth, f"docs/apps/{platform.name}.md"
        if oauth is None:
            key = platform.key_way.name if platform.key_way else "key"
            yield Finding("app", WELL, f"Clients connect {platform.title} by {a(key)}, so there is no app.", page)
            return
        try:
            app = app_of(self.vault, platform)
        except Configure:
            app = None
        secret = f"client-{platform.name}"
        if app is None:
            do = f"gcloud secrets versions add {secret} --project {self.settings.project} --data-file=- ({page})"
            yield Finding("app", NOT_WELL, f"The secret {secret} holds no id and secret of an app.", do)
        else:
            yield Finding("app", WELL, f"The secret {secret} holds an id and a secret.")
        if not self.settings.callback_url:
            do = "Source the file of `terraform output admin_environment`."
            yield Finding("redirect address", NOT_WELL, "TRIBUTARY_CALLBACK_URL is not set.", do)
            return
        back = redirect_uri(self.settings, platform)
        yield self._served(back)
        yield self._privacy()
        if app is None:
            yield _scopes(platform, oauth, Told(), page)
            return
        yield from self._known(platform, oauth, app, back, given, page)
        yield from google.switched_on(platform, app.id, self.settings, self.http, self.signed_in)

    def _served(self, back: str) -> Finding:
        """Our own page there names the host that the functions take for theirs: forms may go nowhere else."""
        what, parts = "redirect address", urlsplit(back)
        if parts.scheme != "https":
            return Finding(what, NOT_TOLD, f"{back} is an address of this machine; it is registered nowhere.")
        do = "Compare `terraform output redirect_uris` with your .env file, and apply once more."
        try:
            answer = outside.ask(self.http, "The connect page", back)
        except Problem as problem:
            return Finding(what, NOT_WELL, f"{back}: {problem.sentence}", f"{do} A host of your own needs its DNS.")
        policy = re.search(r"form-action 'self' ([^;]+);", answer.headers.get("content-security-policy", ""))
        if policy is None:
            return Finding(what, NOT_WELL, f"{back} is not answered by oauth_callback (HTTP {answer.status}).", do)
        if policy[1] != f"{parts.scheme}://{parts.netloc}":
            return Finding(what, NOT_WELL, f"The function at {back} takes another host for its own: {policy[1]}", do)
        return Finding(what, WELL, f"{back} is answered by oauth_callback, which takes this host for its own.")

    def _privacy(self) -> Finding:
        """Where a platform asks for the address of a privacy page, it is opened by whoever reviews the app."""
        what, there, who = "privacy page", privacy_url(self.settings), self.settings.contact
        if urlsplit(there).scheme != "https":
            return Finding(what, NOT_TOLD, f"{there} is an address of this machine; nobody else can open it.")
        if not who:
            do = "Set `contact` in the tfvars, apply, and make the .env file anew; or register a page of your own."
            return Finding(what, NOT_WELL, f"{there} names nobody to write to, and platforms refuse such a page.", do)
        do = "Compare `terraform output privacy_url` with your .env file, and apply once more."
        try:
            answer = outside.ask(self.http, "The privacy page", there)
        except Problem as problem:
            return Finding(what, NOT_WELL, f"{there}: {problem.sentence}", do)
        if answer.status != 200 or escape(who).encode() not in answer.body:
            return Finding(what, NOT_WELL, f"{there} does not name {who} (HTTP {answer.status}).", do)
        return Finding(
            what, WELL, f"{there} is there and names {who}. Read it before you register it: it speaks for you."
        )

    def _known(
        self, platform: Platform, oauth: OAuth, app: App, back: str, given: Mapping[str, str], page: str
    ) -> Iterator[Finding]:
        answers = form_fields.read(platform, oauth.asks, _form(oauth, given))
        lacks = [asked for asked in oauth.asks if asked.name in answers.wrong]
        if lacks:
            do = f"Say it: {' '.join(f'--ask {asked.name}=…' for asked in lacks)}"
            seen = f"{platform.title} is asked at an address that is made of this: {lacks[0].label}."
            yield Finding("id and secret", NOT_TOLD, seen, do)
            yield Finding("registered", NOT_TOLD, seen, do)
            yield _scopes(platform, oauth, Told(), page)
            return
        traded, why = self._traded(platform, oauth, app, back, answers.values)
        shown, why_not = self._shown(platform, oauth, app, back, answers.values)
        yield _credentials(platform, traded, shown, why, page)
        yield _registered(platform, traded, shown, why_not, back, page)
        yield _scopes(platform, oauth, shown, page)

    def _traded(
        self, platform: Platform, oauth: OAuth, app: App, back: str, values: Mapping[str, str]
    ) -> tuple[Told, str]:
        request = code_request(oauth, app, trading.CODE, back, VERIFIER)
        return self._asked(platform, request, values, lambda answer: trading.told(platform, answer, self.clock.now()))

    def _shown(
        self, platform: Platform, oauth: OAuth, app: App, back: str, values: Mapping[str, str]
    ) -> tuple[Told, str]:
        asked = scopes_of(platform)
        address = f"{oauth.authorize}?{authorize_query(oauth, app, back, STATE, VERIFIER, asked)}"
        request = Request("GET", address, headers={"accept": "text/html"})
        return self._asked(platform, request, values, lambda answer: consenting.told(platform, answer, back))

    def _asked(
        self, platform: Platform, request: Request, values: Mapping[str, str], read: Callable[[Answer], Told]
    ) -> tuple[Told, str]:
        """What the answer tells; or nothing, and why there is none."""
        try:
            there = replace(request, url=filled(platform, request.url, values))
            return read(self.http.send(platform, there)), ""
        except Problem as problem:
            return Told(), problem.sentence


def _credentials(platform: Platform, traded: Told, shown: Told, why: str, page: str) -> Finding:
    what, title = "id and secret", platform.title
    copy = f"Copy both once more from {title} into a new version of client-{platform.name} ({page})."
    if traded.app is False and traded.secret is False:
        return Finding(what, NOT_WELL, f"{title} does not accept this id with this secret ({traded.word}).", copy)
    if traded.app is False or shown.app is False:
        word = traded.word if traded.app is False else shown.word
        return Finding(what, NOT_WELL, f"{title} knows no app of this id ({word}).", copy)
    if traded.secret is False:
        return Finding(what, NOT_WELL, f"{title} knows the id and not the secret ({traded.word}).", copy)
    if traded.app and traded.secret:
        seen = f"{title} accepts both: of a code that never was, it refused the code only ({traded.word})."
        return Finding(what, WELL, seen)
    if traded.app:
        seen = f"{title} knows the id ({traded.word}); of the secret it says nothing before there is a true code."
    else:
        seen = why or f"{title} answered what proves neither ({traded.word})."
    return Finding(what, NOT_TOLD, seen, "Connect an account of your own: that needs both.")


def _registered(platform: Platform, traded: Told, shown: Told, why: str, back: str, page: str) -> Finding:
    what, title = "registered", platform.title
    if traded.redirect is False or shown.redirect is False:
        word = traded.word if traded.redirect is False else shown.word
        seen = f"{title} does not know this redirect address for the app ({word})."
        return Finding(what, NOT_WELL, seen, f"Register it there, letter by letter: {back} ({page})")
    if shown.redirect:
        return Finding(what, WELL, f"{title} takes this redirect address for the app's.")
    seen = why or f"{title} does not say whether it knows this address to somebody who is not signed in."
    return Finding(what, NOT_TOLD, seen, f"Compare it there, letter by letter: {back} ({page})")


def _scopes(platform: Platform, oauth: OAuth, shown: Told, page: str) -> Finding:
    what, title = "scopes", platform.title
    if not oauth.scopes:
        return Finding(what, WELL, f"{title} has none: an app may do what the person may who lets it in.")
    asked = f"Asked for will be {', '.join(scopes_of(platform))}."
    if shown.scopes is False:
        seen = f"{title} does not give them to this app ({shown.word}). {asked}"
        return Finding(what, NOT_WELL, seen, f"Ask for them there, and wait for its review ({page}).")
    return Finding(what, NOT_TOLD, asked, f"Compare them with what the app has at {title} ({page}).")


def _form(oauth: OAuth, given: Mapping[str, str]) -> Mapping[str, str]:
    """As the page would send it. Of several choices any will do: an app is the same in all of them."""
    first = {asked.name: next(iter(asked.choices)) for asked in oauth.asks if asked.choices}
    return {form_fields.form_name(asked): {**first, **given}.get(asked.name, "") for asked in oauth.asks}
