"""The connect pages in every other language, chosen by the browser: nothing of them is left in English."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.errors import Configure, Later, Problem, Reconnect
from shared.oauth import form_fields, forms, pages
from shared.oauth.house import House
from shared.oauth.pages import Asker
from shared.oauth.refusals import REFUSALS, of_problem, wrong_account
from shared.platforms import PLATFORMS
from shared.tongue.catalogue import ENGLISH, names
from shared.tongue.saying import speaking
from shared.vocabulary.platform import Platform
from tests.oauth.connect_flow import START, ConnectFlow
from tests.oauth.example_platform import ADVERTS, open_flow, to_choice
from tests.oauth.test_pages import every_page
from tests.support.languages import english_left, said

OTHERS = sorted(set(names()) - {ENGLISH})
WHO = Asker(
    "Tidewater", "Northwind", "data@tidewater.example", "Europe/Vienna", House("Tidewater", notice="https://x.y")
)
UNTIL = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)
# What is written so in German as well, or is a name.
SAME = {"Mailchimp", "Profile"}

each_language = pytest.mark.parametrize("language", OTHERS)


@each_language
def test_no_page_has_english_left(flow: ConnectFlow, language: str) -> None:
    flow.language = language
    for name, page in every_page(flow).items():
        assert said(page.html).language == language, name
        assert (page.headers["Content-Language"], page.headers["Vary"]) == (language, "Accept-Language"), name
        assert english_left(page.html, language, SAME) == [], name


def test_who_asks_for_no_language_of_ours_is_answered_in_english(flow: ConnectFlow) -> None:
    for asked in ("", "tlh", "en-GB,de;q=0.5", "../de", "de;q=0"):
        flow.language = asked
        page = flow.browser().get(START)
        assert (said(page.html).language, page.headers["Content-Language"]) == (ENGLISH, ENGLISH)
        assert "Your link is being opened." in page.html


@each_language
def test_the_choice_among_accounts_has_no_english_left(language: str) -> None:
    accounts = [{"id": str(number), "title": f"Konto {number}", "currency": "EUR"} for number in range(14)]
    flow, _ = open_flow(ADVERTS, *accounts, {"id": "99", "title": "Alt", "closed": "It was closed."})
    flow.language = language
    browser, _, address = to_choice(flow)
    assert english_left(browser.get(address).html, language) == []
    for form in ({}, {"show": "found", "search": "Konto 1"}, {"show": "found", "search": "xxx"}, {"tick": "all"}):
        assert english_left(browser.post(address, form).html, language) == [], form


@each_language
@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_what_platforms_say_of_themselves_has_no_english_left(platform: Platform, language: str) -> None:
    besides = [stream.name for stream in platform.streams]
    with speaking(language):
        made = [
            pages.ask(WHO, platform, UNTIL, "l", "t", "/privacy", renews, "", besides) for renews in ("", "Northwind")
        ]
        made.append(pages.over(WHO, platform, "https://there.example"))
        made.append(pages.connected(WHO, platform, ["One"], [platform.streams[0].title], failed=[("Two", DOWN)]))
        if platform.oauth is not None and platform.oauth.asks:
            wrong = form_fields.read(platform, platform.oauth.asks, {})
            made.append(forms.asks(WHO, platform, platform.oauth.asks, "l", "t", wrong))
        if platform.key_way is not None:
            wrong = form_fields.read(platform, platform.key_way.asks, {"ask-shop": "x", "ask-user": "x"})
            made.append(forms.key_form(WHO, platform, platform.key_way, "/a", "s", "", wrong))
        assert [english_left(str(page), language, SAME) for page in made] == [[]] * len(made)


DOWN = "Mailchimp has a fault of its own; it will be tried again."
PROBLEMS = (
    Later("down", DOWN),
    Reconnect("over", "The access to Mailchimp has ended."),
    Configure("no-app", "Mailchimp does not accept our app as it is set up."),
)


@each_language
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.code)
def test_a_problem_is_said_in_the_language_and_logged_in_english(problem: Problem, language: str) -> None:
    refusal = of_problem(problem, "Tidewater")
    assert problem.sentence in refusal.text  # as logs have it
    with speaking(language):
        page = str(pages.refused(refusal, WHO))
    assert english_left(page, language) == []
    assert "Mailchimp" in page


@each_language
def test_no_refusal_has_english_left(language: str) -> None:
    with speaking(language):
        for refusal in (*REFUSALS.values(), wrong_account("One", "Two")):
            for again in ("", "https://there.example"):
                assert english_left(str(pages.refused(refusal, WHO, again)), language) == [], refusal
