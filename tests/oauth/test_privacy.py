"""The privacy page: it tells of all that is read, it names who reads, and its numbers are those of the program."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from shared.erasure import remaining
from shared.oauth import privacy
from shared.oauth.house import House
from shared.platforms import PLATFORMS
from shared.settings import Settings
from shared.web import COOKIE_AGE
from tests.oauth.connect_flow import HOST, START, ConnectFlow, Page
from tests.oauth.test_pages import structure

ADDRESS = f"{START}/privacy"
# What a column is called, here and there, that names somebody or says where to reach them.
OF_PEOPLE = {
    "email_address",
    "current_email_address",
    "email",
    "full_name",
    "first_name",
    "phone",
    "phone_number",
    "ip",
}
SETTINGS = Settings(project="p", bucket="b")


def text(page: Page | str) -> str:
    """What is read of a page, or of a part of one."""
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page if isinstance(page, str) else page.html, flags=re.DOTALL)
    return " ".join(unescape(shown).split()).replace(" .", ".").replace(" ,", ",")


def part(page: str, name: str) -> str:
    """From a heading to the next."""
    found = re.search(rf'<h2 id="{name}">(.*?)(?=<h2|</main>)', page, re.DOTALL)
    assert found, name
    return text(found[1])


def written(settings: Settings) -> str:
    return str(privacy.privacy(settings, House(settings.agency), PLATFORMS.values()))


@pytest.fixture
def page(flow: ConnectFlow) -> Page:
    return flow.browser().get(ADDRESS)


def test_it_is_open_to_everybody_the_same_for_all_and_sets_no_cookie(flow: ConnectFlow, page: Page) -> None:
    assert page.status == 200
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "public, max-age=3600"
    known = flow.browser()
    known.get(flow.link("mailchimp"))
    known.host = "elsewhere.example"
    for address in (ADDRESS, f"https://{HOST}/oauth_start/oauth_start/privacy", f"{ADDRESS}?link=x"):
        assert known.get(address).html == page.html
    assert flow.browser().get(ADDRESS, "HEAD").status == 200
    assert flow.browser().post(ADDRESS, {"opened": "yes", "link": "x"}).status == 405


def test_nothing_is_looked_up_for_it(flow: ConnectFlow) -> None:
    flow.documents.get = None  # type: ignore[method-assign,assignment]
    assert flow.browser().get(ADDRESS).status == 200


def test_the_page_of_a_link_leads_to_it(flow: ConnectFlow) -> None:
    asked = flow.browser().get(flow.link("mailchimp"))
    assert f'<a href="{ADDRESS}">What happens to your data</a>' in asked.html


def test_it_says_who_reads_and_whom_to_write_to(page: Page) -> None:
    assert "<dd>Tidewater &amp; Sons</dd>" in page.html
    assert page.html.count('<a href="mailto:privacy@tidewater.example">') >= 3, "at the top, for deletion, for rights"
    assert "note warn" not in page.html


@pytest.mark.parametrize("lacks", [{"agency": ""}, {"contact": ""}, {"agency": "", "contact": ""}])
def test_where_nobody_is_named_it_says_so(flow: ConnectFlow, lacks: dict[str, str]) -> None:
    html = written(replace(flow.settings, **lacks))
    structure(Page(200, {}, html))
    assert "has not put a name and an address here yet. Please ask whoever sent you the link." in html
    assert "<dd></dd>" not in html
    assert ("Ask whoever sent you the link." in part(html, "deletion")) is ("contact" in lacks)


def test_a_contact_may_be_a_page() -> None:
    html = written(replace(SETTINGS, contact="https://north.example/privacy-requests"))
    assert '<a href="https://north.example/privacy-requests">' in html


def test_a_name_stays_text() -> None:
    html = written(replace(SETTINGS, agency="<script>alert(1)</script>{0}", region="<s>", location="<u>"))
    assert not re.findall("<(?:script|s|u)>", html)
    assert "&lt;script&gt;alert(1)" in html


# -- what is read ------------------------------------------------------------------------------------


def of_platform(html: str, name: str) -> str:
    found = re.search(rf'<details class="platform" id="{name}">(.*?)</details>', html, re.DOTALL)
    assert found
    return text(found[1])


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_everything_that_is_read_is_told(page: Page, name: str) -> None:
    platform, told = PLATFORMS[name], of_platform(page.html, name)
    assert told.startswith(f"{platform.title} {platform.reads}")
    always, _, asked = told.partition("Only where the report needs it: ")
    for stream in platform.streams:
        assert stream.title in (asked if stream.optional else always), stream.name
    assert bool(asked) is any(stream.optional for stream in platform.streams)


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_where_people_are_named_is_told(page: Page, name: str) -> None:
    told = of_platform(page.html, name).partition("Names or addresses of people are in: ")[2].partition(". ")[0]
    named = {
        stream.title for stream in PLATFORMS[name].streams if OF_PEOPLE & {column.name for column in stream.columns}
    }
    assert all(title in told for title in named), named
    assert bool(told) is bool(named)


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_each_way_in_is_told_with_what_it_opens_and_how_it_ends(page: Page, name: str) -> None:
    platform, told = PLATFORMS[name], of_platform(page.html, name)
    if platform.oauth:
        for scope in platform.oauth.scopes:
            assert f"{scope} – to " in told
        assert ("is told so" in told) is (platform.oauth.revocation is not None)
        assert f"end the access in your {platform.title} account" in told
    if platform.key_way:
        assert ("Instead, you may paste" if platform.oauth else "You paste") in told
        assert f"delete it at {platform.title}" in told


# -- where, how long, who, and the end -----------------------------------------------------------------


def test_it_says_where_and_how_long_by_the_settings() -> None:
    html = written(
        replace(SETTINGS, location="US", region="us-central1", pages_days="500", backup_days="30", agency="North")
    )
    assert "BigQuery, US" in part(html, "kept")
    assert part(html, "kept").count("Google Cloud, us-central1") == 2
    assert "as they came: 500 days at most" in part(html, "how-long")
    assert "in backups for 30 days" in part(html, "how-long")
    assert "People of North" in part(html, "seen")


def test_its_numbers_are_those_of_an_erasure_s_receipt() -> None:
    assert remaining.VERSIONS + remaining.SOFT_DELETE == privacy.HAD_BACK
    assert remaining.TIME_TRAVEL + remaining.FAIL_SAFE == privacy.HAD_BACK
    assert (remaining.RECOVERY, remaining.ARCHIVE) == (privacy.RECOVERED, privacy.SAVED)
    assert (remaining.LOGS, remaining.AUDIT, remaining.JOBS) == (privacy.LOGS, privacy.AUDIT, privacy.JOBS)
    assert remaining.TRACES <= privacy.LOGS
    assert remaining.EXPORTS <= privacy.RECOVERED
    assert "in backups for 7 days" in part(written(replace(SETTINGS, backup_days="1")), "how-long")
    assert COOKIE_AGE.total_seconds() == 3600, "the cookie ends after an hour"


def test_how_it_is_deleted_has_an_address_of_its_own(page: Page) -> None:
    """Meta asks for the address of such instructions."""
    told = part(page.html, "deletion")
    for words in ("Facebook and Instagram", "end the access", "privacy@tidewater.example", "You get a receipt"):
        assert words in told


def test_limited_use_is_said_as_google_suggests(page: Page) -> None:
    """Visible to all, under 500 characters, naming the policy and Limited Use, with a link to the policy."""
    found = re.search(r'<h2 id="google">.*?<p class="note">(.*?)</p>', page.html, re.DOTALL)
    assert found
    assert text(found[1]) == (
        "Tidewater & Sons’s use and transfer to any other app of information received from Google APIs will adhere to "
        "the Google API Services User Data Policy, including the Limited Use requirements."
    )
    assert len(text(found[1])) < 500
    assert 'href="https://developers.google.com/terms/api-services-user-data-policy"' in found[1]
    assert not re.search(r"<details[^>]*>(?:(?!</details>).)*Limited Use", page.html, re.DOTALL), (
        "nobody has to open it"
    )
