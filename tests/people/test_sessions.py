"""Sessions and roles: how long, how many, and that what is taken away is gone at the next request."""

from __future__ import annotations

from dataclasses import fields

import pytest

from shared.audit.erasing import erase
from shared.model import closing_path
from shared.people import sessions
from shared.people.levels import How, Role
from shared.people.sessions import Session
from tests.people.house import OPERATOR, Browser, House, heading


@pytest.fixture
def browser(house: House) -> Browser:
    return house.signed_in(house.person("me@agency.example", google="5"))


def at_home(browser: Browser) -> bool:
    return browser.ask("GET", "/account").status_code == 200


def test_a_session_ends_after_half_an_hour_without_activity(house: House, browser: Browser) -> None:
    house.clock.forward(minutes=29, seconds=59)
    assert at_home(browser)
    house.clock.forward(minutes=29, seconds=59)
    assert at_home(browser)
    house.clock.forward(minutes=30)
    assert not at_home(browser)


def test_activity_is_noted_every_five_minutes_at_most(house: House, browser: Browser) -> None:
    seen = []
    for _ in range(10):
        house.clock.forward(minutes=1)
        assert at_home(browser)
        seen.append(house.people.find("sessions")[0]["seen_at"])
    assert len(set(seen)) == 3  # as it began, after five minutes, after ten
    house.clock.forward(minutes=25)
    assert at_home(browser)


def test_a_session_ends_after_twelve_hours_whatever_is_done_in_it(house: House, browser: Browser) -> None:
    for _ in range(36):
        assert at_home(browser)
        house.clock.forward(minutes=20)
    assert not at_home(browser)


def test_what_asks_by_itself_prolongs_nothing(house: House, browser: Browser) -> None:
    for _ in range(3):
        house.clock.forward(minutes=9)
        browser.headers["Sec-Purpose"] = "prefetch"
        assert at_home(browser)
    house.clock.forward(minutes=4)
    del browser.headers["Sec-Purpose"]
    assert not at_home(browser)


def test_a_request_that_polls_does_not_prolong_a_session(house: House) -> None:
    token = house.sessions.begin(OPERATOR, "p-1", How.GOOGLE)
    for _ in range(3):
        house.clock.forward(minutes=9)
        assert house.sessions.find(token, polls=True) is not None
    house.clock.forward(minutes=4)
    assert house.sessions.find(token) is None


def test_the_token_is_long_random_and_kept_nowhere(house: House) -> None:
    tokens = {house.sessions.begin(OPERATOR, "p-1", How.GOOGLE) for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}  # 256 bits
    assert not any(token in repr(house.people.docs) for token in tokens)
    assert {field.name for field in fields(Session)} >= {"how", "network", "agent"}


def test_signing_in_makes_a_new_token_and_ends_the_old_session(house: House) -> None:
    house.account("5", "me@agency.example", "agency.example")
    person = house.person("me@agency.example", google="5")
    elsewhere, browser = house.signed_in(person), Browser(house)
    back = browser.from_google(browser.press(browser.open("/sign-in"), "/sign-in/google"), "5")
    before = house.sessions.begin(OPERATOR, person.id, How.GOOGLE)
    browser.cookies[house.desk.cookies.session] = before
    browser.open(back)
    assert browser.cookies[house.desk.cookies.session] != before
    assert house.sessions.find(before) is None
    assert at_home(elsewhere)


def test_a_session_that_somebody_planted_is_not_the_one_that_is_used(house: House) -> None:
    """Fixation: a cookie that was set before signing in is worth nothing afterwards."""
    browser = Browser(house)
    browser.cookies[house.desk.cookies.session] = "a" * 43
    browser.with_google(browser.open("/sign-in"), "1001")
    assert browser.cookies[house.desk.cookies.session] != "a" * 43
    assert house.sessions.find("a" * 43) is None


def test_the_cookie(house: House) -> None:
    browser = Browser(house)
    browser.with_google(browser.open("/sign-in"), "1001")
    back = browser.ask("GET", "/sign-in/google/back?state=x")
    assert "__Host-tributary-session" in browser.cookies
    page = house.signed_in(house.person("x@agency.example", google="9"))
    answer = page.ask("POST", "/sign-out", {"form": sessions.form_token(page.cookies[house.desk.cookies.session])})
    (gone,) = [each for each in answer.headers.getlist("Set-Cookie") if "session" in each]
    for mark in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert mark in gone
    assert "Domain" not in gone
    assert back.headers["Cache-Control"] == "no-store"


def test_on_this_machine_cookies_go_without_tls() -> None:
    house = House(address="http://127.0.0.1:8000")
    browser = Browser(house)
    browser.with_google(browser.open("/sign-in"), "1001")
    assert set(browser.cookies) == {"tributary-session", "tributary-browser"}
    assert "Strict-Transport-Security" not in browser.ask("GET", "/sign-in").headers


def test_everybody_sees_and_ends_their_own_sessions(house: House) -> None:
    person = house.person("me@agency.example", google="5")
    here, there, third = house.signed_in(person), house.signed_in(person), house.signed_in(person)
    other = house.signed_in(house.person("you@agency.example", google="6"))
    page = here.open("/account")
    assert page.text.count('/end"') == 3 + 1
    assert page.text.count("this one") == 1
    ended = house.sessions.find(there.cookies[house.desk.cookies.session])
    assert ended is not None
    here.press(page, f"/account/sessions/{ended.short}/end")
    assert (at_home(here), at_home(there), at_home(third)) == (True, False, True)
    here.press(here.open("/account"), "/account/sessions/end")
    assert (at_home(here), at_home(third), at_home(other)) == (True, False, True)
    own = house.sessions.find(here.cookies[house.desk.cookies.session])
    assert own is not None
    assert heading(here.press(here.open("/account"), f"/account/sessions/{own.short}/end")) == "Sign in"
    assert house.acts().count("session.ended") == 3


def test_every_page_of_somebody_signed_in_has_a_way_out(house: House) -> None:
    house.workspace("bakery")
    browser = house.signed_in(house.person("boss@agency.example", google="1", owner=True))
    for where in ("/", "/account", "/workspaces/bakery", "/workspaces/bakery/people"):
        assert any(form.action == "/sign-out" for form in browser.open(where).forms), where


def test_after_signing_out_the_back_button_shows_nothing(house: House, browser: Browser) -> None:
    answer = browser.ask("GET", "/account")
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = dict(browser.cookies)
    browser.press(browser.open("/"), "/sign-out")
    assert house.desk.cookies.session not in browser.cookies
    browser.cookies = cookie  # a browser that forgot nothing
    assert browser.ask("GET", "/account").status_code == 303


# -- roles -------------------------------------------------------------------------------------------------


def test_a_role_that_is_taken_away_ends_at_the_next_request(house: House) -> None:
    house.workspace("bakery")
    boss, member = house.person("boss@a.example", google="1"), house.person("me@a.example", google="2")
    house.role(boss, "bakery", Role.ADMIN)
    house.role(member, "bakery", Role.ANALYST)
    admin, browser = house.signed_in(boss), house.signed_in(member)
    assert browser.open("/workspaces/bakery").status == 200
    admin.press(admin.open("/workspaces/bakery/people"), f"/workspaces/bakery/members/{member.id}/remove")
    assert browser.open("/workspaces/bakery").status == 404
    assert "Bakery" not in browser.open("/").text
    assert house.acts()[-1] == "role.taken"


def test_a_role_that_is_changed_counts_at_the_next_request(house: House) -> None:
    house.workspace("bakery")
    boss, member = house.person("boss@a.example", google="1"), house.person("me@a.example", google="2")
    house.role(boss, "bakery", Role.ADMIN)
    house.role(member, "bakery", Role.ADMIN)
    admin, browser = house.signed_in(boss), house.signed_in(member)
    assert browser.open("/workspaces/bakery/people").status == 200
    where = f"/workspaces/bakery/members/{member.id}/role"
    admin.press(admin.open("/workspaces/bakery/people"), where, role="viewer")
    assert browser.open("/workspaces/bakery/people").status == 404
    assert browser.open("/workspaces/bakery").status == 200


def test_an_admin_ends_the_sessions_of_a_member(house: House) -> None:
    house.workspace("bakery")
    boss, member = house.person("boss@a.example", google="1"), house.person("me@a.example", google="2")
    house.role(boss, "bakery", Role.ADMIN)
    house.role(member, "bakery", Role.VIEWER)
    admin, browser = house.signed_in(boss), house.signed_in(member)
    admin.press(admin.open("/workspaces/bakery/people"), f"/workspaces/bakery/members/{member.id}/sessions/end")
    assert not at_home(browser)
    assert at_home(admin)


def test_nobody_becomes_an_admin_who_comes_by_a_link(house: House) -> None:
    house.workspace("bakery")
    boss, member = house.person("boss@a.example", google="1"), house.person("me@a.example")
    house.role(boss, "bakery", Role.ADMIN)
    house.role(member, "bakery", Role.VIEWER)
    admin = house.signed_in(boss)
    where = f"/workspaces/bakery/members/{member.id}/role"
    assert admin.press(admin.open("/workspaces/bakery/people"), where, role="admin").status == 409
    assert admin.press(admin.open("/workspaces/bakery/people"), where, role="emperor").status == 404
    assert admin.press(admin.open("/workspaces/bakery/people"), where, role="analyst").status == 200


def test_whether_a_session_lives_is_asked_by_its_name(house: House) -> None:
    """By whoever holds something that ends with it; to ask prolongs nothing."""
    person = house.person("me@agency.example", google="5")
    house.sessions.begin(OPERATOR, person.id, How.GOOGLE)
    (known,) = house.sessions.of_person(person.id)
    for _ in range(3):
        assert house.sessions.lives(known.id)
        house.clock.forward(minutes=10)
    assert not house.sessions.lives(known.id)
    assert not house.sessions.lives("")
    assert not house.sessions.lives("a/b")


def test_a_session_ends_with_its_person(house: House, browser: Browser) -> None:
    (person,) = house.people.find("persons")
    house.people.delete(f"persons/{person['id']}")
    assert not at_home(browser)


def test_a_workspace_that_is_being_erased_is_not_there_any_more(house: House, browser: Browser) -> None:
    (person,) = house.people.find("persons")
    house.workspace("bakery")
    house.people.set(f"persons/{person['id']}", {**person, "owner": True})
    assert browser.open("/workspaces/bakery").status == 200
    house.engine.set(closing_path("bakery"), {"since": house.clock.now()})
    assert browser.open("/workspaces/bakery").status == 404


def test_whose_session_an_admin_ended_stands_where_an_erasure_finds_it(house: House) -> None:
    house.workspace("bakery")
    boss, who = house.person("boss@a.example", google="1"), house.person("b@c.example", google="2")
    house.role(boss, "bakery", Role.ADMIN)
    house.role(who, "bakery", Role.VIEWER)
    house.signed_in(who)
    admin = house.signed_in(boss)
    admin.press(admin.open("/workspaces/bakery/people"), f"/workspaces/bakery/members/{who.id}/sessions/end")
    (entry,) = house.people.find("audit_entries", ("act", "==", "session.ended"))
    assert (entry["who"], entry["of"]) == (f"person:{boss.id}", who.id)
    erase(house.people, house.clock, OPERATOR, "of", who.id)
    erase(house.people, house.clock, OPERATOR, "who", f"person:{who.id}")
    left = [doc for doc in house.people.find("audit_entries") if who.id in repr(doc)]
    assert left == []
