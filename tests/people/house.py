"""The console with everything around it in memory: Google's accounts, a mail server, browsers."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx2
import orjson
from flask import Request, Response
from joserfc.jwk import RSAKey
from werkzeug.test import EnvironBuilder

from infra.demo.browser import Form, Page, read_page
from infra.local.accounts import CLIENT, Accounts, LocalAccount
from infra.local.mailbox import link_in
from shared.audit.entry import Origin
from shared.console.answers import ANSWERS
from shared.console.desk import Desk
from shared.console.finders import FINDERS
from shared.console.front import Front
from shared.console.marts import Marts
from shared.console.routes import TABLE
from shared.keys.admission import Door
from shared.keys.codes import Client, Codes
from shared.keys.digests import Digests
from shared.keys.limits import Limits
from shared.keys.tokens import Tokens
from shared.letters.sending import Sender
from shared.looking.addresses import Keys, named
from shared.looking.callers import Callers
from shared.looking.looker import Looker
from shared.looking.turns import Turns
from shared.messages import LetterWanted
from shared.model import Workspace, to_doc, workspace_path
from shared.people import persons, roles
from shared.people.agents import Agents, let_in
from shared.people.google import Google
from shared.people.guard import Guard
from shared.people.levels import How, Role
from shared.people.mail_links import Recipients
from shared.people.metadata import Metadata
from shared.people.our_client import NAME, OurClient
from shared.people.persons import Person, Proof
from shared.people.sessions import Sessions
from shared.people.sign_in import SignIn
from shared.publishing.at_hand import Shelf
from shared.publishing.published import Published
from shared.questions.engine import Engine
from shared.stores.google_accounts import GoogleAccounts
from shared.strangers.fetched import Fetched, NotFetched
from tests.looking.persons import InProcess, MemoryPersons
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

HERE = "https://console.example"
AGENTS = "https://api.example/mcp"  # where agents ask
OWNER = "owner@agency.example"
OPERATOR = Origin(who="operator:tests")
CHROME = {"User-Agent": "Browser/1", "X-Forwarded-For": "203.0.113.7"}


@dataclass
class Post:
    """Keeps the letters; `fails`: what it raises instead, in this order."""

    sent: list[EmailMessage] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append(message)


@cache
def signing_key() -> RSAKey:
    """One for all tests: a key takes longer to make than a sign-in."""
    return RSAKey.generate_key(2048, {"kid": "of-all-tests"})


class House:
    def __init__(self, first_owner: str = OWNER, address: str = HERE) -> None:
        self.clock, self.people, self.engine, self.feeds = (
            Time(),
            MemoryDocuments(),
            MemoryDocuments(),
            MemoryDocuments(),
        )
        self.bus, self.vault, self.post = MemoryBus(), MemoryVault(), Post()
        self.web, self.fetched = dict[str, Fetched | str](), list[str]()
        self.objects, self.folder = (
            MemoryObjects(),
            TemporaryDirectory(),
        )  # what is published, and what of it is at hand
        shelf = Shelf(Published(self.engine, lambda _: self.objects), Path(self.folder.name))
        self.marts = Marts(self.engine, self.clock, shelf, Engine())
        self.persons = MemoryPersons()
        self.looks = InProcess(
            Looker(
                self.people,
                self.engine,
                self.persons,
                self.objects,
                self.clock,
                Callers(self.people, self.clock, timedelta(minutes=30)),
                Turns(self.people, self.clock),
                Keys(self.people),
            )
        )
        self.address = address
        self.accounts = Accounts(now=lambda: self.clock.now().timestamp(), key=signing_key())
        self.accounts.redirects = frozenset({f"{address}/sign-in/google/back"})
        self.vault.add(NAME, orjson.dumps(dict(zip(("client_id", "client_secret"), CLIENT, strict=True))))
        self.sessions = Sessions(self.people, self.clock, timedelta(minutes=30))
        self.app = self.accounts.app()
        self.google = Google(
            GoogleAccounts(transport=httpx2.WSGITransport(app=self.app)),
            self.clock,
            OurClient(self.vault),
            f"{address}/sign-in/google/back",
        )
        digests = Digests(self.people, self.vault, self.clock, "key-digests")
        door = Door(self.people, digests, Limits(self.people, self.clock), self.clock, roles.word_of(self.people))
        self.tokens = Tokens(self.people, digests, self.clock, door, self.sessions.lives)
        self.desk = Desk(
            address,
            "Agency & Sons",
            self.people,
            self.engine,
            self.bus,
            self.clock,
            Guard(self.people, self.engine, self.sessions, FINDERS),
            SignIn(self.people, self.clock, first_owner),
            self.google,
            Agents(
                self.people,
                Codes(self.people, digests, self.clock, self.tokens),
                AGENTS,
                Metadata(self.fetch, self.clock),
            ),
            TABLE,
            lambda: self.marts,
            lambda: self.looks,
            "https://connect.example/start",
            digests,
            self.feeds,
            "https://feed.example",
            "agency-project",
        )
        self.front = Front(self.desk, TABLE, ANSWERS)
        recipients = Recipients(self.people, self.clock, first_owner)
        self.sender = Sender(
            self.people, self.post, self.clock, self.desk.agency, "tributary@agency.example", recipients.decide
        )

    def fetch(self, address: str, accept: str) -> Fetched:
        """What strangers have at their addresses; a sentence: why nothing can be fetched there."""
        self.fetched.append(address)
        found = self.web.get(address, "Nobody is there.")
        if isinstance(found, str):
            raise NotFetched(found)
        return found

    # -- what is there -----------------------------------------------------------------------------

    def workspace(self, name: str, title: str = "") -> str:
        made = Workspace(name, title or name.title(), created_at=self.clock.now())
        self.engine.set(workspace_path(name), to_doc(made))
        return name

    def person(self, mail: str, google: str = "", owner: bool = False, name: str = "", both: bool = False) -> Person:
        """Somebody who has been here before. Without an account of Google's: who comes by a link."""

        def work(tx: Any) -> Person:
            return persons.make(tx, Proof(mail, google, name), OPERATOR, self.clock.now(), owner)

        made = self.people.transact(work)
        if both:
            self.people.transact(lambda tx: persons.add_way(tx, made.id, How.MAIL, mail, OPERATOR, self.clock.now()))
        return made

    def role(self, person: Person, workspace: str, role: Role) -> None:
        member = roles.Member(workspace, person.id, role, self.clock.now(), "operator")
        self.people.transact(lambda tx: roles.give(tx, member, OPERATOR))

    def account(self, sub: str, mail: str, hosted: str = "", verified: bool = True, name: str = "") -> LocalAccount:
        made = LocalAccount(sub, mail, name or mail, hosted, verified)
        self.accounts.accounts.append(made)
        return made

    def client(self, identifier: str = "https://agent.example/client.json", *redirects: str) -> Client:
        made = Client(identifier, "Agent", redirects or ("https://agent.example/back",))
        let_in(self.people, self.clock, OPERATOR, made)
        return made

    def signed_in(self, person: Person, how: How = How.GOOGLE) -> Browser:
        browser = Browser(self)
        browser.cookies[self.desk.cookies.session] = self.sessions.begin(OPERATOR, person.id, how)
        return browser

    def contacts(self, workspace: str, *addresses: str) -> list[str]:
        """People whom a mail platform knows; what they are called in the address of a page."""
        page = f"{workspace}/raw/mailchimp/2026-09-01/run/list_members/slice/000000-1.ndjson.gz"
        lines = [{"_line": line, "email": each} for line, each in enumerate(addresses)]
        self.objects.write(page, gzip.compress(b"\n".join(map(orjson.dumps, lines))), {"request": "GET /members"})
        of = {"platform": "mailchimp", "connection_id": f"{workspace}-1", "list_id": "l1", "_page": page}
        self.persons.held[workspace] = [
            {**of, "address": each, "record_id": each, "status": "subscribed", "is_subscribed": True, "_line": line}
            for line, each in enumerate(addresses)
        ]
        self.persons.done[workspace] = [
            {**of, "address": each, "kind": "open", "date": self.clock.now().date(), "hour": 7, "events": 1,
             "campaign_id": "m1", "_line": line, "place": f"2026-09-01 07 {line}"}
            for line, each in enumerate(addresses)
        ]  # fmt: skip
        key = Keys(self.people).of(workspace)
        return [named(key, each) for each in addresses]

    # -- what happens --------------------------------------------------------------------------------

    def deliver(self) -> list[EmailMessage]:
        """Letters that are wanted go out; those that did, the newest last."""
        while self.bus.waiting:
            message = self.bus.waiting.popleft()
            assert isinstance(message, LetterWanted)
            self.sender.handle(message)
        return self.post.sent

    def letter_link(self) -> str:
        return link_in(self.deliver()[-1])

    def acts(self, outcome: str = "done") -> list[str]:
        """What the audit was told."""
        entries = self.people.docs.of.get("audit_entries", {}).values()
        return [entry["act"] for entry in entries if entry["outcome"] == outcome]


class Browser:
    """One person's browser: its own cookies, and what it says of itself with each request."""

    def __init__(self, house: House, **headers: str) -> None:
        self.house, self.cookies, self.headers = house, dict[str, str](), {**CHROME, **headers}
        self.last: Response | None = None

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, site: str = "same-origin", **headers: str
    ) -> Response:
        """One request, and nothing after it. `site`: where the browser says that it was made."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        fetched = {"Sec-Fetch-Site": site} if site and method != "GET" else {}
        said = {**self.headers, **fetched, **({"Cookie": cookie} if cookie else {}), **headers}
        builder = EnvironBuilder(
            path=path,
            base_url=self.house.address,
            method=method,
            data=dict(form) if form is not None else None,
            headers=list(said.items()),
        )
        answer = self.house.front.handle(Request(builder.get_environ()))
        builder.close()
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, rest = line.partition("=")
            value, gone = rest.partition(";")[0], "Max-Age=0" in line
            self.cookies.pop(name, None) if gone or not value else self.cookies.update({name: value})
        self.last = answer
        return answer

    def open(self, path: str, form: Mapping[str, str] | None = None) -> Page:
        """A page, after the redirects that lead to it. What stands behind a `#` is kept for the page's form."""
        parts = urlsplit(path)
        where = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = self.ask("GET" if form is None else "POST", where, form)
        for _ in range(5):
            if answer.status_code not in (302, 303):
                break
            where = urljoin(where, answer.headers["Location"])
            answer = self.ask("GET", where)
        page = read_page(where, answer.status_code, answer.get_data(as_text=True))
        if parts.fragment and page.forms:
            page.form(lambda each: "link" in each.fields).fields["link"] = parts.fragment
        return page

    def press(self, page: Page, action: str, **more: str) -> Page:
        """Send a form of the page: the one that goes to `action`."""
        form = page.form(lambda each: each.action == action)
        return self.open(action, {**form.fields, **more})

    def with_google(self, page: Page, sub: str, action: str = "/sign-in/google") -> Page:
        """Over to Google, choose an account there, and back."""
        return self.open(self.from_google(self.press(page, action), sub))

    def from_google(self, over: Page, sub: str) -> str:
        """Choose an account on the page that one was led to; the way back, not gone yet."""
        there = urlsplit(over.onward)
        with httpx2.Client(transport=httpx2.WSGITransport(app=self.house.app)) as client:
            said = dict(httpx2.QueryParams(there.query))
            answer = client.post(f"https://accounts.google.com{there.path}", data={**said, "sub": sub})
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}" == self.house.address
        return f"{back.path}?{back.query}"


def heading(page: Page) -> str:
    return page.text.partition("<h1>")[2].partition("</h1>")[0]


def query(**said: str) -> str:
    return urlencode(said)


__all__ = ["Browser", "Form", "House", "Post", "heading", "query"]
