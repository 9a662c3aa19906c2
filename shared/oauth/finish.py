"""From a credential to the last page: connect at once, or let the person choose among the accounts first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import log
from shared.errors import Problem
from shared.model import Doc
from shared.oauth import links, pages, picking
from shared.oauth.accounts import WrongAccount
from shared.oauth.choices import Choice, Choices
from shared.oauth.connect import ConnectionWriter, LinkGone, Outcome
from shared.oauth.flow import redirect_uri
from shared.oauth.links import Link
from shared.oauth.pages import Asker
from shared.oauth.refusals import REFUSALS, Refusal, of_problem, wrong_account
from shared.oauth.start import Beginner
from shared.tongue.saying import say, say_of
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.platform import Platform
from shared.web import WebRequest, WebResponse

SHOWN = timedelta(hours=1)  # how long the page after connecting can be seen


class Refused(Exception):
    """This visit ends with a refusal. `who` asked, where that is known."""

    def __init__(self, refusal: Refusal, who: Asker | None = None) -> None:
        super().__init__(refusal.heading)
        self.refusal, self.who = refusal, who


@dataclass(frozen=True)
class Finish:
    beginner: Beginner
    connector: ConnectionWriter

    @property
    def choices(self) -> Choices:
        return Choices(self.beginner.documents, self.beginner.vault, self.beginner.clock)

    def begin(self, platform: Platform, link: Link, browser: str, state: str, credential: Credential) -> WebResponse:
        """Connect, or ask which; either way the address that holds code and state is left for a clean one."""
        self.choices.clear()
        self.connector.intents.clear()
        who = self.beginner.asker(link.workspace)
        found = self.connector.discover(platform, credential)
        try:
            only_account = self.connector.only_account(platform, link, found)
        except WrongAccount as wrong:
            raise Refused(wrong_account(wrong.expected, wrong.found), who) from None
        if only_account:
            return self._connect(platform, link, credential, only_account, links.fingerprint(state))
        token = self.choices.begin(platform, link, browser, credential, found)
        return self._on(platform, "choose", token)

    # -- the choice ------------------------------------------------------------------------------------

    def choice(self, platform: Platform, visit: WebRequest) -> WebResponse:
        """GET shows the accounts, as often as wanted; POST chooses, once."""
        choice = self.choices.find(visit.last)
        trouble = choice.trouble(platform.name, visit.browser, self.beginner.clock.now()) if choice else "choice-over"
        if choice is None or trouble:
            self.choices.clear()
            raise self.over(visit.last, trouble)
        who = self.beginner.asker(choice.workspace)
        link = links.get(self.beginner.documents, choice.link)
        spoiled = link.trouble(self.beginner.clock.now()) if link else "link-unknown"
        if link is None or spoiled:
            self.choices.end(choice.id)
            raise Refused(REFUSALS[spoiled], who)
        if visit.method == "GET":
            return WebResponse(picking.choose(who, platform, choice))
        if visit.method != "POST":
            raise Refused(REFUSALS["method"], who)
        picks = picking.read(choice, visit.form)
        if picks.looks_only:
            return WebResponse(picking.choose(who, platform, choice, picks))
        picked = picks.accounts
        if not 0 < len(picked) <= choice.most:
            wrong = _how_many(choice, len(picked), who.whose)
            return WebResponse(picking.choose(who, platform, choice, picks, wrong), 422)
        return self._chosen(platform, link, choice, picked, who)

    def _chosen(
        self, platform: Platform, link: Link, choice: Choice, picked: Sequence[Account], who: Asker
    ) -> WebResponse:
        if not self.choices.take(choice):
            raise Refused(REFUSALS["choice-over"], who)
        wanted = {account.id for account in picked}
        try:
            credential, accounts = self.choices.open(choice)
            chosen = [account for account in accounts if account.id in wanted]
            return self._connect(platform, link, credential, chosen, choice.id)
        except Problem as problem:
            log.failure("choice not connected", problem, platform=platform.name)
            raise Refused(of_problem(problem, who.agency), who) from None
        finally:
            self.choices.end(choice.id)

    # -- the end ---------------------------------------------------------------------------------------

    def _connect(
        self, platform: Platform, link: Link, credential: Credential, chosen: Sequence[Account], attempt: str
    ) -> WebResponse:
        try:
            outcome = self.connector.connect(platform, link, credential, chosen, _request(attempt))
        except LinkGone as gone:
            raise Refused(REFUSALS[gone.refusal], self.beginner.asker(link.workspace)) from None
        token = links.random_token()
        doc = outcome_doc(outcome, self.beginner.clock.now() + SHOWN)
        self.beginner.documents.set(outcome_path(token), doc)
        return self._on(platform, "connected", token)

    def connected(self, platform: Platform, visit: WebRequest) -> WebResponse:
        doc = self.beginner.documents.get(outcome_path(visit.last)) if links.is_token(visit.last) else None
        if doc is None or doc["platform"] != platform.name or doc["expires_at"] <= self.beginner.clock.now():
            raise Refused(REFUSALS["page-unknown"])
        who = self.beginner.asker(doc["workspace"])
        failed = [(one["title"], one["sentence"]) for one in doc["failed"]]
        renewed = doc["kind"] == "renewed"
        return WebResponse(pages.connected(who, platform, doc["titles"], doc["missing"], renewed, failed))

    def over(self, token: str, trouble: str) -> Refused:
        """Who comes back to what is over: with success, if it was one."""
        if trouble not in ("attempt-unknown", "choice-over") or not links.is_token(token):
            return Refused(REFUSALS[trouble])
        link = links.used_for(self.beginner.documents, _request(links.fingerprint(token)))
        return Refused(REFUSALS["already"], self.beginner.asker(link.workspace)) if link else Refused(REFUSALS[trouble])

    def _on(self, platform: Platform, page: str, token: str) -> WebResponse:
        return WebResponse(status=303, location=f"{redirect_uri(self.beginner.settings, platform)}/{page}/{token}")


def _request(attempt: str) -> str:
    """By this a connecting is known; the link that it used up names it."""
    return f"connected-{attempt[:16]}"


def _how_many(choice: Choice, picked: int, whose: str) -> str:
    if not picked:
        yet = say("Nothing is ticked yet, so nothing was connected.")
        if choice.most == 1:
            return f"{yet} {say('Please tick the one account that belongs to %(client)s.', client=whose)}"
        return f"{yet} {say('Please tick each account that belongs to %(client)s.', client=whose)}"
    return say_of(
        "Please tick one account at most. For the others, ask for another link.",
        "Please tick %(count)s accounts at most. For the others, ask for another link.",
        choice.most,
    )


def outcome_path(token: str) -> str:
    return f"outcomes/{links.fingerprint(token)}"


def outcome_doc(outcome: Outcome, until: datetime) -> Doc:
    """What the page after connecting says; nothing in it is secret, and it is gone after an hour."""
    first = outcome.connected[0].connection
    return {
        "kind": "renewed" if all(one.renewed for one in outcome.connected) else "connected",
        "platform": first.platform,
        "workspace": first.workspace,
        "titles": [one.connection.title for one in outcome.connected],
        "failed": [{"title": one.title, "sentence": one.sentence} for one in outcome.failed],
        "missing": list(outcome.missing),
        "expires_at": until,
    }
