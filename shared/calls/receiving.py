"""A platform's request: who speaks is checked, what it says is written down and published, and it is answered at once.

Platforms wait for seconds and judge by the status: 200 it is kept · 401 not signed with our app's secret · 400 signed
and not to be understood · 404 no such address · 503 not now. What they do not hear a 200 about they send again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import flask
import orjson
from werkzeug.exceptions import HTTPException

from shared import log
from shared.calls import pages
from shared.clock import Clock
from shared.errors import Configure
from shared.messages import PlatformCalled
from shared.model import PlatformCall, call_path, from_doc, to_doc
from shared.oauth.clients import app_of
from shared.oauth.style import CSS
from shared.settings import Settings
from shared.stores.ports import Bus, Documents, Vault
from shared.vocabulary.access import App
from shared.vocabulary.demands import Call, Demand, Forged, Odd, Wish
from shared.vocabulary.platform import Platform
from shared.web import Policy, WebResponse, response

LARGEST = 512 * 1024  # bytes; a customer of a shop with thousands of orders
KNOWN_FOR = timedelta(minutes=5)  # an app's secret, so that forged calls cost nobody anything
AFTER = timedelta(minutes=2)  # the tick asks for what nobody has begun with by then
FOR_PROGRAMS = "This address is not for people: platforms tell us here, signed, what we are to know."
SHOWN = "erased"  # the end of the address of the page that says how far it is


@dataclass(frozen=True)
class Receiver:
    documents: Documents
    vault: Vault
    bus: Bus
    clock: Clock
    settings: Settings
    platforms: Mapping[str, Platform]
    apps: dict[str, tuple[datetime, App]] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return Policy(self.settings.calls_url.startswith("https://"), CSS)

    def answer(self, request: flask.Request) -> flask.Response:
        try:
            request.max_content_length = LARGEST
            return self._answered(request)
        except HTTPException as error:  # a body too large
            log.warning("call refused", status=error.code)
            return self._said(error.code or 400)
        except Exception as error:
            log.failure("a platform's call failed", error)
            return self._said(503)

    def _answered(self, request: flask.Request) -> flask.Response:
        first, last = (["", *request.path.strip("/").split("/")])[-2:]
        if request.method in {"GET", "HEAD"}:
            if last == "healthz":
                return self._said(200)
            return self._page(last) if first == SHOWN else self._in_words()
        platform = self.platforms.get(first)
        if request.method != "POST" or platform is None or last not in platform.calls:
            return self._said(404)
        return self._heard(platform, last, _call(request))

    def _heard(self, platform: Platform, name: str, call: Call) -> flask.Response:
        try:
            app = self._app(platform)
            demand = platform.calls[name](call, app)
        except Configure:
            log.warning("call refused: the app is not set up", platform=platform.name)
            return self._said(503)
        except Forged:
            log.warning("call refused: not signed with our app's secret", platform=platform.name)
            return self._said(401)
        except Odd as odd:
            log.warning("call not understood", platform=platform.name, reason=str(odd))
            return self._said(400)
        if demand is None:
            return self._said(200)
        kept = self._keep(platform, app, demand)
        self.bus.publish(PlatformCalled(kept.id))
        if (
            demand.wish is Wish.ERASE_ACCOUNT
        ):  # Meta shows both to the person; whoever does not ask for it takes any 200
            address = f"{self.settings.calls_url}/{SHOWN}/{kept.id}"
            return self._said(200, {"url": address, "confirmation_code": kept.id})
        return self._said(200)

    def _keep(self, platform: Platform, app: App, demand: Demand) -> PlatformCall:
        """Once, however often it comes."""
        now, (by, whose) = self.clock.now(), demand.whose
        made = PlatformCall(
            id=_id(app, platform, demand),
            platform=platform.name,
            wish=demand.wish,
            platforms=self._sharing(platform, app),
            by=by,
            whose=whose,
            received_at=now,
            person=demand.person,
            records=list(demand.records),
            look_at=now + AFTER,
        )
        if self.documents.create_missing({call_path(made.id): to_doc(made)}):
            log.info("a platform called", platform=platform.name, wish=demand.wish.value, call=made.id[:8])
        return made

    def _sharing(self, platform: Platform, app: App) -> list[str]:
        """One app may serve two platforms of a family, and what is told of it is told once."""
        found = [platform.name]
        for other in self.platforms.values():
            if other is platform or other.calls != platform.calls:
                continue
            try:
                if self._app(other).id == app.id:
                    found.append(other.name)
            except Configure:
                continue
        return found

    def _app(self, platform: Platform) -> App:
        now, known = self.clock.now(), self.apps.get(platform.name)
        if known is None or now >= known[0]:
            known = self.apps[platform.name] = now + KNOWN_FOR, app_of(self.vault, platform)
        return known[1]

    def _page(self, name: str) -> flask.Response:
        doc = self.documents.get(call_path(name)) if len(name) == 64 and name.isalnum() else None
        if doc is None or doc["wish"] != Wish.ERASE_ACCOUNT:
            return response(WebResponse(pages.unknown(), 404), self.policy)
        call = from_doc(PlatformCall, doc)
        return response(WebResponse(pages.state(call, self.platforms[call.platform].title)), self.policy)

    def _in_words(self) -> flask.Response:
        """To whoever opens the address in a browser."""
        return flask.Response(FOR_PROGRAMS, 404, self.policy.headers, content_type="text/plain")

    def _said(self, status: int, said: Mapping[str, str] | None = None) -> flask.Response:
        body = orjson.dumps(said) if said else b""
        kind = "application/json" if said else "text/plain"
        return flask.Response(body, status, self.policy.headers, content_type=kind)


def _call(request: flask.Request) -> Call:
    body = request.get_data()  # before the form is read, which would use it up
    headers = {name.lower(): value for name, value in request.headers.items()}
    form: Callable[[str], list[str]] = request.form.getlist
    return Call(body, headers, {name: form(name)[0] for name in request.form if len(form(name)) == 1})


def _id(app: App, platform: Platform, demand: Demand) -> str:
    """Made with the app's secret, so nobody but the platform's and we can know it; the same call has the same."""
    said = "\n".join((platform.name, demand.wish, *demand.whose, demand.call))
    return hmac.new(app.secret.reveal().encode(), said.encode(), "sha256").hexdigest()
