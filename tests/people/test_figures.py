"""Pages of figures and of campaigns: what stands in them is what is published, whatever it is called."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from datetime import date
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from shared.console.figures.answers import SHEETS
from shared.kit.campaign_names import CampaignName, write
from shared.model import workspace_path
from shared.people.levels import Role
from shared.questions.engine import AT_ONCE
from tests.drawing.seen import Seen
from tests.people.connected import connected
from tests.people.house import Browser, House
from tests.people.plenty import plenty
from tests.people.publishing import publish
from tests.people.test_overview import Shown

TODAY = date(2026, 9, 1)
HERE = "/workspaces/bakery"


@pytest.fixture
def browser(house: House) -> Browser:
    return opened(house, Role.VIEWER)


def opened(house: House, role: Role, **data: Any) -> Browser:
    house.workspace("bakery", "Bakery")
    where = workspace_path("bakery")
    house.engine.transact(lambda tx: tx.update(where, {"currency": "EUR", "zone": "Europe/Berlin"}))
    person = house.person(f"{role}@a.example", google="7")
    house.role(person, "bakery", role)
    publish(house, "bakery", data or plenty("bakery", TODAY))
    return house.signed_in(person)


def seen(browser: Browser, path: str) -> Shown:
    page = browser.open(f"{HERE}/{path}")
    assert page.status == 200, page.text
    return Shown(page.text)


def said(browser: Browser, path: str) -> Any:
    answer = browser.ask("GET", f"{HERE}/{path}")
    assert answer.status_code == 200, answer.get_data()
    return orjson.loads(answer.get_data())


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = browser.ask("GET", f"{HERE}/{path}")
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


CAMPAIGN = f"campaigns/{write(CampaignName('bakery-google', 'ads', 'c/1'))}"
MAILING = f"campaigns/{write(CampaignName('bakery-mailchimp', 'email', 'm3'))}"
PAGES = [*SHEETS, "campaigns", CAMPAIGN, MAILING]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_whatever_things_are_called(browser: Browser, path: str) -> None:
    page = seen(browser, path)
    assert [fault for picture in (*page.pictures, *page.sparks) for fault in picture.faults()] == []
    assert "<script>alert" not in page.text
    assert "\u202e" not in "".join("".join(picture.root.itertext()) for picture in page.pictures)
    assert not [link for link in page.links if not link.startswith(("/", "?", "#"))]
    named = [each.root.attrib["aria-labelledby"] for each in (*page.pictures, *page.sparks)]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("path", PAGES)
def test_no_text_of_a_platform_is_a_formula_in_a_file(browser: Browser, path: str) -> None:
    where = f"{path}/all.csv" if path.startswith("campaigns/") else f"{path}.csv"
    rows = rows_of(browser, where)
    assert rows
    assert not [cell for row in rows for cell in row.values() if cell and cell[0] in "=+@\t"]


@pytest.mark.parametrize("path", PAGES)
def test_each_picture_is_a_file_of_its_own(browser: Browser, path: str) -> None:
    links = [link for link in seen(browser, path).links if "/pictures/" in link]
    assert len(links) >= 2 or path in ("campaigns", "changes")
    for link in links:
        answer = browser.ask("GET", link)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        if ".svg" in link:
            drawn = answer.get_data(as_text=True)
            assert ElementTree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
            assert "var(" not in drawn
            assert "stroke: #" in drawn or "fill: #" in drawn
            plain = drawn.replace(' xmlns="http://www.w3.org/2000/svg"', "")
            begins, ends = plain.index("<style>"), plain.index("</style>") + len("</style>")
            assert Seen(plain[:begins] + plain[ends:]).faults() == []
        else:
            assert list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


@pytest.mark.parametrize("name", ["nothing.svg", "spend.exe", "spend"])
def test_a_picture_that_is_not_there_is_not_there(browser: Browser, name: str) -> None:
    assert browser.ask("GET", f"{HERE}/ads/pictures/{name}").status_code == 404


# -- what stands in them ------------------------------------------------------------------------------------


def test_ads_are_told_by_platform_campaign_and_week(browser: Browser) -> None:
    page = seen(browser, "ads")
    assert list(page.figures) == [
        "Ad spend", "Return on ad spend", "Ad clicks", "Conversions", "Cost of a click", "Click rate",
    ]  # fmt: skip
    assert page.figures["Cost of a click"] == "€0.33"
    assert page.figures["Click rate"] == "3.0\u00a0%"
    told = said(browser, "ads.json")
    platforms = {
        row["platform"]: row for row in next(each for each in told["tables"] if each["name"] == "By platform")["rows"]
    }
    spend = next(each["value"] for each in told["figures"] if each["name"] == "Ad spend")
    assert sum(row["cost"] for row in platforms.values()) == pytest.approx(spend)
    weeks = page.tables["Week over week"]
    assert [row[1] for row in weeks[1:]] == ["Ad spend", "Ad spend"]
    assert weeks[1][3:6] == ["€400", "€380", "€20.00"]
    average = next(each for each in told["pictures"] if each["name"] == "Ad spend, average of seven days")
    assert [set(each["values"]) for each in average["series"]] == [{62.0}, {61.0}]


def test_mail_has_the_hours_of_twelve_whole_weeks(browser: Browser) -> None:
    told = said(browser, "mail.json")
    hours = next(each for each in told["pictures"] if each["name"] == "When people open")
    monday = hours["rows"][0]["hours"]
    assert monday[6] == 12 * 2 * (6 * 7 % 31)
    assert monday[0] == 0
    growth = next(each for each in told["pictures"] if each["name"] == "How lists grow")
    assert [each["name"] for each in growth["series"]] == ["came", "left"]
    assert "Newest mailings" in seen(browser, "mail").tables


def test_people_of_profiles_are_never_added_up(browser: Browser) -> None:
    told = said(browser, "social.json")
    followers = next(each for each in told["pictures"] if each["name"] == "Followers")
    assert [max(each["values"]) for each in followers["series"]] == [4119, 4119]
    profiles = next(each for each in told["tables"] if each["name"] == "Profiles")
    assert "total" not in profiles
    assert [row["more"] for row in profiles["rows"]] == [27, 27]


def test_a_shop_is_told_beside_what_the_property_saw(browser: Browser) -> None:
    page = seen(browser, "shop")
    assert page.figures["Average order"].startswith("€")
    assert page.tables["The shop beside web analytics"][1][3:] == ["4", "3", "75.0\u00a0%", "€200", "€150"]


@pytest.mark.parametrize("path", [*SHEETS, "campaigns"])
def test_a_client_of_whom_one_mart_alone_is_published_has_pages_all_the_same(house: House, path: str) -> None:
    browser = opened(house, Role.VIEWER, web_by_day=plenty("bakery", TODAY)["web_by_day"])
    assert browser.open(f"{HERE}/{path}").status == 200
    assert said(browser, f"{path}.json")["workspace"] == "bakery"


def test_lists_grow_and_do_not_add_up_to_people(browser: Browser) -> None:
    page = seen(browser, "lists")
    assert list(page.figures) == ["Came", "Left", "The difference"]
    told = said(browser, "lists.json")
    (rows,) = [each["rows"] for each in told["tables"]]
    came = next(each["value"] for each in told["figures"] if each["name"] == "Came")
    assert sum(row["joined"] for row in rows) == came
    assert [row["joined"] - row["gone"] for row in rows] == [row["net"] for row in rows]
    assert len(page.tables["Lists"]) == 1 + 4
    assert "<tfoot>" not in page.text


def test_what_was_restated_is_told_by_how_much_and_why(browser: Browser) -> None:
    rows = seen(browser, "changes").tables["What was restated"]
    assert len(rows) == 1 + 2 * 9
    assert rows[1][0].startswith("2026-08-31")
    assert rows[1][1:] == ["cost", "€2.00", "€42.00", "5.0\u00a0%", "restated"]
    assert len(seen(browser, "changes?days=last-month").tables["What was restated"]) == 19
    nothing = seen(browser, "changes?from=2026-07-01&until=2026-07-09")
    assert "What was restated" not in nothing.tables


def test_settling_is_told_by_what_the_past_shows(browser: Browser) -> None:
    rows = seen(browser, "changes").tables["When figures settle"]
    assert rows[1][1:6] == ["3", "80.0\u00a0%", "95.0\u00a0%", "100.0\u00a0%", "100.0\u00a0%"]


# -- campaigns ----------------------------------------------------------------------------------------------


def names(page: Shown) -> list[str]:
    (rows,) = page.tables.values()
    return [row[0] for row in rows[1:]]


def test_campaigns_of_ads_and_mail_stand_in_one_table(browser: Browser) -> None:
    told = said(browser, "campaigns.json")["campaigns"]
    assert len(told) == 12 + 8
    ads = next(row for row in told if row["name"] == "Campaign 1")
    assert ads["spend"] > 0
    assert ads["delivered"] is None
    mail = next(row for row in told if row["name"] == "Letter 16")
    assert (mail["delivered"], mail["brought_in"], mail["spend"]) == (980, 210, None)
    page = seen(browser, "campaigns")
    assert "20 campaigns" in page.text
    (rows,) = page.tables.values()
    assert rows[-1][0] == "All 20"
    assert rows[-1][3:] == ["no total", "7,840", *["no total"] * 4]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("platform=google_ads", 6), ("platform=google_ads&status=PAUSED", 2), ("text=letter", 8), ("text=SCRIPT", 10),
        ("text=nothing+of+this", 0), ("which=all", 12 + 34), ("days=last-7-days", 12 + 2), ("status=<b>", 0),
    ],
)  # fmt: skip
def test_campaigns_are_chosen(browser: Browser, asked: str, count: int) -> None:
    assert len(said(browser, f"campaigns.json?{asked}")["campaigns"]) == count


@pytest.mark.parametrize("by", ["name", "since", "spend", "clicks", "delivered", "open_rate", "brought_in"])
@pytest.mark.parametrize("way", ["", "-"])
def test_campaigns_are_ordered_and_what_has_no_figure_comes_last(browser: Browser, by: str, way: str) -> None:
    told = [row[by] for row in said(browser, f"campaigns.json?which=all&order={way}{by}")["campaigns"]]
    known = [value.lower() if isinstance(value, str) else value for value in told if value is not None]
    assert known == sorted(known, reverse=bool(way))
    assert told[len(known) :] == [None] * (len(told) - len(known))


def test_pages_have_each_campaign_once(browser: Browser) -> None:
    first, second = (names(seen(browser, f"campaigns?which=all&order=name&page={page}")) for page in (1, 2))
    every = [*first[:-1], *second[:-1]]  # the last row is the total
    assert len(every) == 46
    assert every == sorted(every, key=str.lower)
    assert [len(first), len(second)] == [26, 22]
    assert names(seen(browser, "campaigns?which=all&order=name&page=9999")) == second
    assert len(names(seen(browser, "campaigns?page=x&order=moon"))) == 21


def test_heads_order_and_keep_what_was_chosen(browser: Browser) -> None:
    page = seen(browser, "campaigns?platform=google_ads&days=last-7-days")
    (link,) = [each for each in page.links if each.startswith("?") and "order=-spend" in each]
    assert "platform=google_ads" in link
    assert "days=last-7-days" in link
    assert 'aria-sort="descending"' in browser.open(f"{HERE}/campaigns{link}").text


def test_a_campaign_of_ads_is_shown_whole(browser: Browser) -> None:
    page = seen(browser, CAMPAIGN)
    assert "<h1>Campaign 1</h1>" in page.text
    assert list(page.figures) == [
        "Ad spend", "Return on ad spend", "Clicks", "Click rate", "Cost of a click", "Conversions",
    ]  # fmt: skip
    assert page.figures["Return on ad spend"] == "4.0"
    assert {"Its course", "What came of it", "People reached", "Its ads"} <= set(page.tables)
    told = said(browser, f"{CAMPAIGN}/all.json")
    assert told["campaign"]["name"] == "Campaign 1"


def test_a_mailing_stands_beside_the_median_of_its_like(browser: Browser) -> None:
    page = seen(browser, MAILING)
    assert page.figures["Open rate"] == "33.7\u00a0%"
    assert "from median 32.7\u00a0%" in page.text
    assert page.tables["What came of it"][1] == ["EUR", "7", "€210"]
    assert page.tables["People"][1][2:] == ["290", "44"]
    assert 'id="days"' not in page.text


@pytest.mark.parametrize("name", ["none", "campaigns", write(CampaignName("bakery-google", "ads", "c/99"))])
def test_a_campaign_that_is_not_published_is_not_there(browser: Browser, name: str) -> None:
    assert browser.open(f"{HERE}/campaigns/{name}").status == 404


def test_amounts_of_several_currencies_keep_their_own(house: House) -> None:
    made = plenty("bakery", TODAY)
    for row in (*made["ads_by_campaign"], *made["ads_by_day"]):
        if row["platform"] == "meta_ads":
            row["currency"] = "USD"  # type: ignore[index]
    browser = opened(house, Role.VIEWER, **made)
    house.engine.transact(lambda tx: tx.update(workspace_path("bakery"), {"currency": ""}))
    told = said(browser, "campaigns.json")["campaigns"]
    assert {row["spend_currency"] for row in told if row["spend"]} == {"EUR", "USD"}
    (rows,) = seen(browser, "campaigns").tables.values()
    assert rows[-1][2] == "no total"


@pytest.mark.parametrize("path", [*SHEETS, "campaigns"])
def test_where_nothing_is_connected_the_page_leads_there_and_does_not_wait(house: House, path: str) -> None:
    house.workspace("bakery", "Bakery")
    person = house.person("admin@a.example", google="7")
    house.role(person, "bakery", Role.ADMIN)
    browser = house.signed_in(person)
    assert "Look again" not in seen(browser, path).text
    assert "Look again" in (connected(house, "bakery", "m"), seen(browser, path))[1].text


@pytest.mark.parametrize("path", [*SHEETS, "campaigns", "coverage", "coverage.json"])
def test_where_many_ask_at_once_a_page_says_that_it_is_busy_and_blames_no_days(browser: Browser, path: str) -> None:
    engine = browser.house.marts.engine
    engine.patience = 0.0
    with ExitStack() as others:
        for _ in range(AT_ONCE):
            others.enter_context(engine.reading([]))
        page = browser.open(f"{HERE}/{path}")
    assert (page.status, "Try again in a minute" in page.text) == (503, True)
    assert browser.open(f"{HERE}/{path}").status == 200


MAIL_ALONE = ("ads_by_day", "ads_by_campaign", "moving_averages", "week_over_week", "fact_ad_performance")


@pytest.mark.parametrize("empty", [(), MAIL_ALONE], ids=["one currency", "nothing of ads"])
@pytest.mark.parametrize("path", PAGES)
def test_a_client_without_a_currency_of_its_own_has_every_page(house: House, path: str, empty: tuple[str, ...]) -> None:
    data = plenty("bakery", TODAY)
    browser = opened(house, Role.VIEWER, **{name: [] if name in empty else rows for name, rows in data.items()})
    house.engine.transact(lambda tx: tx.update(workspace_path("bakery"), {"currency": ""}))
    page = seen(browser, path)
    if path == "campaigns":
        assert ("€" in page.text.partition("<tbody>")[2]) is True
