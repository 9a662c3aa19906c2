"""The pages of feeds: made by who may, the key seen once, a new one, an end; and who read."""

from __future__ import annotations

import csv
import io
import re

import orjson
import pytest
from openpyxl import load_workbook

from shared.feeds.accesses import Access, Accesses
from shared.feeds.opening import opening_of
from shared.keys.texts import PATTERN
from shared.people.levels import Role
from shared.people.persons import Person
from shared.people.sessions import form_token
from shared.spreadsheets.files import FILES
from tests.people.house import Browser, House

HERE = "/workspaces/bakery/feeds"
HOSTILE = 'A<b> & "Sons" =HYPERLINK(1)'


@pytest.fixture
def ann(house: House) -> Person:
    house.workspace("bakery", HOSTILE)
    made = house.person("ann@a.example", google="1", name="Ann <i>")
    house.role(made, "bakery", Role.ANALYST)
    return made


@pytest.fixture
def browser(house: House, ann: Person) -> Browser:
    return house.signed_in(ann)


def made(browser: Browser, **said: str) -> str:
    page = browser.open(HERE)
    return browser.press(page, HERE, **{"name": "Ads", "mart": "ads_by_day", "readers": "key", **said}).text


def shown(text: str) -> list[str]:
    return [found[0] for found in PATTERN.finditer(text)]


def feed_of(house: House) -> str:
    return str(house.people.find("feeds")[-1]["id"])


def read(house: House, feed: str, status: int = 200, agent: str = "Excel/16") -> None:
    accesses = Accesses(house.feeds, house.clock)
    accesses.note("bakery", Access(
        at=house.clock.now(), feed=feed, key="feed_abc", network="203.0.113.0/24", agent=agent, status=status,
        bytes=12345, seconds=0.038,
    ))  # fmt: skip
    accesses.flush()


def test_a_feed_is_made_and_its_key_is_seen_once(house: House, browser: Browser) -> None:
    text = made(browser)
    (key,) = shown(text)
    feed = feed_of(house)
    assert f'value="{feed}"' in text
    assert shown(browser.open(f"{HERE}/{feed}").text) == []
    assert shown(browser.open(HERE).text) == []
    assert key not in str(house.people.docs)
    (opening,) = [opening_of(doc) for doc in house.feeds.find("openings")]
    assert (opening.feed, opening.workspace) == (feed, "bakery")
    assert {"feed.made", "key.made"} <= set(house.acts())


@pytest.mark.parametrize(
    "mart", ["ads_by_day", "ads_by_campaign", "commerce_by_day", "email_by_mailing", "list_growth", "web_by_day"]
)
@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("readers", ["key", "link"])
def test_each_that_is_offered_can_be_had(browser: Browser, mart: str, grain: str, readers: str) -> None:
    assert len(shown(made(browser, mart=mart, grain=grain, readers=readers))) >= 1


def test_a_link_has_its_key_in_it(house: House, browser: Browser) -> None:
    text = made(browser, readers="link")
    assert re.search(r'value="https://feed\.example/webhook/v1/\w+/data\?format=csv&amp;key=trib_feed_', text)


def test_platforms_and_days_are_kept(house: House, browser: Browser) -> None:
    for name in ("google_ads", "meta_ads"):
        house.engine.set(f"workspaces/bakery/connections/{name}", {"id": name, "platform": name})
    made(browser, days="last-28-days", google_ads="on")
    kept = orjson.loads(house.people.find("feeds")[0]["question"])
    assert kept["days"] == {"period": "last-28-days"}
    assert kept["filters"] == [{"column": "platform", "in": ["google_ads"]}]


@pytest.mark.parametrize("odd", ["mart=nothing", "mart=ads_by_day&measures=clickz", "x", "=", "mart=dim_contacts"])
def test_a_question_without_an_answer_is_refused_and_not_lost(house: House, browser: Browser, odd: str) -> None:
    text = made(browser, question=odd)
    assert browser.last is not None
    assert browser.last.status_code == 400
    assert 'role="alert"' in text
    assert house.people.find("feeds") == []


def test_a_feed_without_a_name_is_not_made(house: House, browser: Browser) -> None:
    assert "A feed needs a name." in made(browser, name="  ")
    assert house.people.find("feeds") == []


def test_a_new_key_and_the_old_one_work_side_by_side(house: House, browser: Browser) -> None:
    (first,) = shown(made(browser))
    where = f"{HERE}/{feed_of(house)}"
    (second,) = shown(browser.press(browser.open(where), f"{where}/rotate").text)
    assert second != first
    assert len(house.feeds.find("openings")) == 2


def test_a_feed_ends_after_a_question(house: House, browser: Browser) -> None:
    made(browser)
    where = f"{HERE}/{feed_of(house)}"
    asked = browser.open(f"{where}/end")
    assert len(house.feeds.find("openings")) == 1  # nothing has ended by looking
    after = browser.press(asked, f"{where}/end").text
    assert house.feeds.find("openings") == []
    assert "1 that has ended" in after
    answer = browser.ask("POST", f"{where}/rotate", {"form": form_token(browser.cookies[house.desk.cookies.session])})
    assert answer.status_code == 409
    assert "no key that works" in answer.get_data(as_text=True)


def test_who_read_is_a_page_a_json_and_a_csv(house: House, browser: Browser) -> None:
    made(browser)
    feed = feed_of(house)
    read(house, feed, agent="<script>alert(1)</script>")
    read(house, feed, status=403, agent="=HYPERLINK(1)")
    text = browser.open(f"{HERE}/reads").text
    assert "2 reads in 90 days" in text
    assert "1 refused" in text
    assert "<script>alert" not in text
    told = orjson.loads(browser.ask("GET", f"{HERE}/reads.json").get_data())["reads"]
    assert sorted(each["status"] for each in told) == [200, 403]
    rows = list(csv.DictReader(io.StringIO(browser.ask("GET", f"{HERE}/reads.csv").get_data(as_text=True))))
    assert {row["agent"] for row in rows} == {"<script>alert(1)</script>", "'=HYPERLINK(1)"}
    assert "Excel" not in browser.open(f"{HERE}/reads?feed=another").text


def test_the_list_tells_of_the_last_read(house: House, browser: Browser) -> None:
    made(browser)
    assert "never" in browser.open(HERE).text
    read(house, feed_of(house))
    assert "Excel/16" in browser.open(HERE).text
    (told,) = orjson.loads(browser.ask("GET", f"{HERE}.json").get_data())["feeds"]
    assert told["last_reader"] == "Excel/16"
    assert told["state"] == "open"


def test_many_reads_are_shown_in_parts(house: House, browser: Browser) -> None:
    for _ in range(51):
        read(house, "f")
        house.clock.forward(seconds=9)
    first, second = browser.open(f"{HERE}/reads").text, browser.open(f"{HERE}/reads?page=2").text
    assert (first.count('<td class="num">12,345'), second.count('<td class="num">12,345')) == (50, 1)
    assert "page=2" in first
    for odd in ("0", "-1", "x", "99999", "²", "9" * 50):
        assert browser.ask("GET", f"{HERE}/reads?page={odd}").status_code == 200


def test_names_of_strangers_are_texts(house: House, browser: Browser) -> None:
    text = made(browser, name=HOSTILE)
    assert "A<b>" not in text + browser.open(HERE).text
    assert "Ann <i>" not in browser.open(HERE).text


def test_a_viewer_sees_no_feeds(house: House) -> None:
    house.workspace("bakery")
    person = house.person("eve@a.example", google="2")
    house.role(person, "bakery", Role.VIEWER)
    browser = house.signed_in(person)
    assert browser.ask("GET", HERE).status_code == 404
    assert "/feeds" not in browser.open("/workspaces/bakery").text


# -- what a spreadsheet reads it with ----------------------------------------------------------------------------


def test_every_file_is_offered_and_none_has_a_key_in_it(house: House, browser: Browser) -> None:
    secrets = shown(made(browser))
    assert secrets
    here = f"{HERE}/{feed_of(house)}"
    offered = re.findall(rf'href="({here}/files/[^"]+)"', browser.open(here).text)
    assert [each.rpartition("/")[2] for each in offered] == list(FILES)
    for each in offered:
        answer = browser.ask("GET", each)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Type"].split(";")[0] == FILES[each.rpartition("/")[2]].kind.split(";")[0]
        assert not any(secret.encode() in answer.get_data() for secret in secrets)


def test_the_workbook_opens_and_names_the_feed(house: House, browser: Browser) -> None:
    made(browser)
    answer = browser.ask("GET", f"{HERE}/{feed_of(house)}/files/workbook.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    assert any("Ads" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_file_that_there_is_none_of_is_not_there(house: House, browser: Browser) -> None:
    made(browser)
    assert browser.ask("GET", f"{HERE}/{feed_of(house)}/files/other.exe").status_code == 404


def test_a_link_comes_with_its_formula(house: House, browser: Browser) -> None:
    assert "=IMPORTDATA(&#34;https://feed.example/" in made(browser, readers="link")
    assert "IMPORTDATA" not in made(browser)
