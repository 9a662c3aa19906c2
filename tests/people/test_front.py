"""What holds for every page of the console: who may post, what stands in the headers, where a redirect may lead."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from shared.audit.record import ENTRIES
from shared.console.answers import ANSWERS
from shared.console.front import Front
from shared.console.pages import HERE as CONSOLE
from shared.console.pages import environment, file, file_address
from shared.console.routes import TABLE
from shared.people.levels import How, Level, Role
from shared.people.routes import READS, Crooked, Route, Table
from shared.people.sessions import form_token
from shared.web import came_from
from tests.people.house import HERE, OPERATOR, Browser, House

POSTS = [route for route in TABLE.routes if route.method not in READS and not route.program]


@pytest.fixture
def browser(house: House) -> Browser:
    house.workspace("bakery")
    made = house.signed_in(house.person("me@agency.example", google="5", owner=True))
    made.open("/sign-in/link")
    return made


def path(route: Route) -> str:
    return re.sub(r"\{\w+\}", "bakery", route.path)


# -- forged requests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.does)
def test_no_post_from_elsewhere_is_answered(house: House, browser: Browser, route: Route, site: str) -> None:
    before = dict(house.people.docs)
    token = browser.cookies[house.desk.cookies.session]
    form = {"form": form_token(token), "mail": "a@b.example", "role": "viewer"}
    answer = browser.ask("POST", path(route), form, site=site)
    assert answer.status_code == 403
    assert dict(house.people.docs) == before
    assert not house.bus.waiting


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.does)
@pytest.mark.parametrize("form", ["", "another"])
def test_no_post_of_somebody_signed_in_goes_without_the_sessions_own_token(
    house: House, browser: Browser, route: Route, form: str
) -> None:
    before = dict(house.people.docs)
    said = {"form": form_token("x" * 43)} if form else {}
    assert browser.ask("POST", path(route), {**said, "mail": "a@b.example"}).status_code == 403
    assert dict(house.people.docs) == before


def test_no_other_site_takes_what_a_browser_has_begun_away(house: House) -> None:
    """A form that another site sends brings no cookie of ours along. The answer must not put another in its place."""
    visitor = Browser(house)
    visitor.open("/sign-in")
    kept = dict(visitor.cookies)
    elsewhere = Browser(house)  # as the server sees it: SameSite=Lax
    assert elsewhere.ask("POST", "/sign-in/mail", {"mail": "a@b.example"}, site="cross-site").status_code == 403
    assert elsewhere.ask("POST", "/sign-in/mail", {"mail": "x" * 20_000}, site="cross-site").status_code == 413
    assert elsewhere.cookies == {}
    assert kept == visitor.cookies != {}


def test_a_page_that_fails_takes_nothing_away_either(house: House) -> None:
    visitor = Browser(house)
    visitor.open("/sign-in")
    kept = dict(visitor.cookies)

    def broken(*_: Any) -> Any:
        raise RuntimeError

    failing = Front(house.desk, TABLE, {**ANSWERS, "sign_in": broken})
    house.front = failing
    assert visitor.open("/sign-in").status == 500
    assert visitor.cookies == kept


@pytest.mark.parametrize("name", ["a/b", "bakery/members", "..", ".", "/", "a/b/c/d", "x" * 1000, "\0", "é", "__x__"])
def test_a_thing_that_no_name_of_ours_can_be_is_not_there(browser: Browser, name: str) -> None:
    form = {"form": form_token(browser.cookies[browser.house.desk.cookies.session]), "workspace": name}
    assert browser.ask("POST", "/authorise", {**form, "decision": "allow"}).status_code == 404


def written(house: House) -> dict[str, object]:
    """But for what look_up writes: whose turn it was, what was looked at, and the key of names of contacts."""
    return {
        path: doc
        for path, doc in house.people.docs.items()
        if not path.startswith(("looks/", "contact_keys/")) and doc.get("act") not in ("contacts.read", "record.read")
    }


def test_a_get_changes_nothing(house: House, browser: Browser) -> None:
    before = written(house)
    for route in TABLE.routes:
        if route.method == "GET":
            browser.ask("GET", path(route))
            assert written(house) == before, route.path


def test_methods_that_no_route_has_are_not_there(browser: Browser) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert browser.ask(method, "/account").status_code == 404


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    assert browser.ask("POST", "/sign-in/mail", {"mail": "x" * 20_000}).status_code == 413


def test_a_parameter_that_is_there_twice_counts_as_not_sent(house: House) -> None:
    house.clock.forward(minutes=1)
    answer = Browser(house).ask("GET", "/sign-in?onward=/account&onward=/")
    assert 'name="onward" value="/"' in answer.get_data(as_text=True)


# -- headers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["/", "/account", "/workspaces/bakery/people", "/nowhere", "/sign-in/link"])
def test_every_page_has_strict_headers(browser: Browser, where: str) -> None:
    headers = browser.ask("GET", where).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "form-action", "connect-src")} == {"'self'"}
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert re.search(r"max-age=(\d+); includeSubDomains", headers["Strict-Transport-Security"])
    assert int(headers["Strict-Transport-Security"].split("=")[1].split(";")[0]) >= 365 * 86400


def test_files_are_kept_for_long_because_their_address_changes_with_them(browser: Browser) -> None:
    for name in ("look.css", "console.js"):
        answer = browser.ask("GET", file_address(name))
        assert answer.get_data() == file(name)
        assert "immutable" in answer.headers["Cache-Control"]
        assert not answer.headers.getlist("Set-Cookie")


class _Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in named):
            self.found.append(tag)
        self.found += [name for name in named if name == "style" or name.startswith("on")]
        self.found += [value for name, value in attrs if name in ("src", "href") and value and "//" in value]


@pytest.mark.parametrize("name", sorted(path.name for path in (CONSOLE / "templates").glob("*.html")))
def test_templates_have_nothing_that_the_policy_would_not_run_and_nothing_from_elsewhere(name: str) -> None:
    text = (CONSOLE / "templates" / name).read_text()
    looked = _Inline()
    looked.feed(text)
    assert looked.found == []
    assert "|safe" not in text.replace(" ", "")
    environment().get_template(name)  # it can be read


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.labelled, self.fields, self.headings, self.language = set[str](), list[str](), 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "label":
            self.labelled.add(named.get("for") or "")
        if tag == "select" or (tag == "input" and named.get("type") != "hidden"):
            self.fields.append(named.get("id") or "")
        self.headings += tag == "h1"
        self.language = self.language or (named.get("lang") or "" if tag == "html" else "")


def test_every_field_has_a_label_and_every_page_one_heading(house: House, browser: Browser) -> None:
    person = house.person("other@a.example", google="9")
    house.role(person, "bakery", Role.VIEWER)
    pages = [browser.open(where) for where in ("/", "/account", "/workspaces/bakery/people", "/invitation", "/nowhere")]
    pages.append(Browser(house).open("/sign-in"))
    pages.append(browser.open("/sign-in/link"))
    for page in pages:
        looked = _Fields()
        looked.feed(page.text)
        assert set(looked.fields) <= looked.labelled, page.url
        assert (looked.headings, looked.language) == (1, "en"), page.url


def test_names_that_a_template_lacks_are_errors() -> None:
    with pytest.raises(Exception, match="undefined"):
        environment().get_template("sign_in.html").render(agency="x", form="")


# -- hostile words -----------------------------------------------------------------------------------------------

HOSTILE = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "'-alert(1)-'",
    "javascript:alert(1)",
    "\u202egnirts",
    "=HYPERLINK(1)",
    "</title><script>",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_words(house: House, words: str) -> None:
    house.workspace("bakery", words)
    boss = house.person("boss@a.example", google="1", name=words)
    house.role(boss, "bakery", Role.ADMIN)
    browser = Browser(house, **{"User-Agent": words.encode("ascii", "replace").decode()})
    browser.cookies = house.signed_in(boss).cookies
    shown = [browser.open(where).text for where in ("/", "/account", "/workspaces/bakery", "/workspaces/bakery/people")]
    shown.append(browser.open(f"/sign-in?onward={words}").text)
    for text in shown:
        looked = _Inline()
        looked.feed(text)
        assert looked.found == []
        assert "<img" not in text
        assert "49" not in re.sub(r"[0-9a-f]{16,}", "", text.partition("<h1>")[2].partition("</h1>")[0])


# -- where a redirect may lead -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/account", "/account"),
        ("/workspaces/bakery?a=b", "/workspaces/bakery?a=b"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/sign-out", "/"),
        ("/sign-in", "/"),
        ("/nowhere", "/"),
        ("/account\r\nSet-Cookie: a=b", "/"),
        ("/%2f/evil.example", "/"),
        ("account", "/"),
        ("", "/"),
    ],
)
def test_a_redirect_leads_to_a_page_of_ours(house: House, asked: str, leads: str) -> None:
    assert house.desk.onward(asked) == leads


def test_after_signing_in_one_is_where_one_wanted_to_be(house: House) -> None:
    house.workspace("bakery")
    browser = Browser(house)
    page = browser.with_google(browser.open("/workspaces/bakery?days=7"), "1001")
    assert page.url == "/workspaces/bakery?days=7"


# -- the audit ------------------------------------------------------------------------------------------------------

ACTS = {
    "/sign-out": {},
    "/account/sessions/end": {},
    "/workspaces/bakery/invitations": {"mail": "a@b.example", "role": "viewer"},
}


class Full(Exception):
    pass


@pytest.mark.parametrize("act", ACTS)
def test_an_act_whose_entry_cannot_be_written_is_not_done(
    house: House, browser: Browser, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.signed_in(house.person("x@a.example", google="8"))
    (me,) = house.people.find("persons", ("google", "==", "5"))
    house.sessions.begin(OPERATOR, me["id"], How.GOOGLE)
    before = without_counts(house)
    transact = house.people.transact

    def refuse(work: Any) -> Any:
        def watched(tx: Any) -> Any:
            create = tx.create

            def created(path: str, doc: Any) -> None:
                if path.startswith(ENTRIES):
                    raise Full
                create(path, doc)

            monkeypatch.setattr(tx, "create", created)
            return work(tx)

        return transact(watched)

    monkeypatch.setattr(house.people, "transact", refuse)
    form = {"form": form_token(browser.cookies[house.desk.cookies.session]), **ACTS[act]}
    assert browser.ask("POST", act, form).status_code == 500
    assert without_counts(house) == before


def without_counts(house: House) -> dict[str, Any]:
    """How often something was asked for is counted, whatever became of it."""
    return {path: doc for path, doc in house.people.docs.items() if not path.startswith("asked/")}


# -- the table ------------------------------------------------------------------------------------------------------

KINDS = frozenset({"workspace", "member"})
W = {"workspace": "workspace"}
CROOKED = {
    "a name that stands for nothing": Route("GET", "/w/{workspace}", Level.VIEWER, "x"),
    "a kind that nobody finds": Route("GET", "/w/{workspace}/{x}", Level.VIEWER, "x", {**W, "x": "other"}),
    "a workspace for whoever is signed in": Route("GET", "/w/{workspace}", Level.PERSON, "x", W),
    "a role without a workspace": Route("GET", "/w", Level.ANALYST, "x"),
    "a thing for everybody": Route("GET", "/m/{member}", Level.NOBODY, "x", {"member": "member"}),
    "a change that polls": Route("POST", "/w/{workspace}", Level.VIEWER, "x", W, polls=True),
    "another method": Route("PUT", "/w", Level.PERSON, "x"),
    "a path with an end": Route("GET", "/w/", Level.PERSON, "x"),
    "an entry too many": Route("GET", "/w", Level.PERSON, "x", {"member": "member"}),
}


@pytest.mark.parametrize("kind", CROOKED)
def test_a_table_that_does_not_hold_together_is_refused(kind: str) -> None:
    with pytest.raises(Crooked):
        Table("test", (CROOKED[kind],), KINDS)


def test_the_same_place_twice_is_refused() -> None:
    one = Route("GET", "/w/{workspace}", Level.VIEWER, "x", W)
    with pytest.raises(Crooked, match="twice"):
        Table("test", (one, Route("GET", "/w/{other}", Level.OWNER, "y", {"other": "member"})), KINDS)


def test_an_answer_without_a_route_and_a_route_without_an_answer_fail_the_build(house: House) -> None:
    less = {name: answer for name, answer in ANSWERS.items() if name != "home"}
    with pytest.raises(Crooked, match="home"):
        Front(house.desk, TABLE, less)
    with pytest.raises(Crooked, match="stray"):
        Front(house.desk, TABLE, {**ANSWERS, "stray": ANSWERS["home"]})


# -- where somebody comes from ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forwarded", "hops", "address"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", 1, "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 34.1.1.1", 2, "203.0.113.7"),
        ("", 1, "127.0.0.1"),
        ("203.0.113.7", 2, "127.0.0.1"),
        ("203.0.113.7", 0, "127.0.0.1"),
    ],
)
def test_an_address_is_read_from_the_right(forwarded: str, hops: int, address: str) -> None:
    assert came_from(forwarded, "127.0.0.1", hops) == address


def test_the_address_of_the_console_is_never_read_from_a_request(house: House, browser: Browser) -> None:
    page = browser.ask("GET", "/account", Host="evil.example")
    assert "evil.example" not in page.get_data(as_text=True)
    assert house.desk.address == HERE
