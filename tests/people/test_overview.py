"""The overview of a client: what stands in it is what its published marts say, of the days that were asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest

from shared.model import Connection, Publication, from_doc, path, publication_path, to_doc, workspace_path
from shared.people.levels import Role
from shared.people.persons import Person
from shared.publishing.manifest import Stamp
from shared.publishing.withdrawing import withdraw
from tests.drawing.seen import Seen
from tests.people.house import Browser, House
from tests.people.publishing import publish

TODAY = date(2026, 9, 1)  # as the clock of all tests has it
HERE = "/workspaces/bakery/overview"
MONEY = {"currency": "EUR", "reporting_currency": "EUR"}
Row = dict[str, Any]


def days_ago(count: int) -> date:
    return TODAY - timedelta(days=count)


def ads(platform: str, connection: str, cost: Mapping[date, float], **more: Any) -> list[Row]:
    whose = {"workspace_id": "bakery", "connection_id": connection, "platform": platform, "account_id": connection}
    return [
        {
            **whose, **MONEY, "date": day, "impressions": 1000, "clicks": 10, "cost": each, "cost_converted": each,
            "conversions": 2, "conversion_value": each * 4, "conversion_value_converted": each * 4, **more,
        }
        for day, each in cost.items()
    ]  # fmt: skip


def covered(connection: str, platform: str, table: str, since: int, missing: Sequence[int] = ()) -> list[Row]:
    whose = {"workspace_id": "bakery", "connection_id": connection, "platform": platform, "account_id": connection}
    return [
        {
            **whose, "stream": table, "source_table": table, "date": days_ago(each),
            "state": "missing" if each in missing else "proved",
        }
        for each in range(since, 0, -1)
    ]  # fmt: skip


@dataclass
class Shown(HTMLParser):
    """What a reader of the page sees: headings, key figures, pictures, tables, links."""

    text: str
    pictures: list[Seen] = field(default_factory=list)
    sparks: list[Seen] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.pictures += self._drawn("pic")
        self.sparks += self._drawn("spark")
        self.within: list[str] = []
        self.key = self.table = ""
        self.feed(self.text)

    def _drawn(self, kind: str) -> Iterator[Seen]:
        start = 0
        while (begin := self.text.find(f'<svg class="{kind}', start)) >= 0:
            start = self.text.index("</svg>", begin) + 6
            yield Seen(self.text[begin:start])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.within.append(tag if tag not in ("li", "span") else f"{tag}.{named.get('class', '')}")
        if tag == "a":
            self.links.append(named.get("href") or "")
        if tag == "div" and named.get("role") == "region":
            self.table = named.get("aria-label") or ""
            self.tables[self.table] = []
        if tag == "tr" and self.table:
            self.tables[self.table].append([])
        if tag in ("td", "th") and self.table:
            self.tables[self.table][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop().split(".")[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = self.within[-1] if self.within else ""
        if inside == "h2" and any(each.startswith("li.") for each in self.within):
            self.key = data
        if inside == "span.fig-n":
            self.figures[self.key] = data
        if inside in ("td", "th") and self.table and self.tables[self.table]:
            self.tables[self.table][-1][-1] += data


@pytest.fixture
def browser(house: House) -> Browser:
    house.workspace("bakery", "Bakery")
    where = workspace_path("bakery")
    house.engine.transact(lambda tx: tx.update(where, {"currency": "EUR", "zone": "Europe/Berlin"}))
    viewer = house.person("viewer@a.example", google="7")
    house.role(viewer, "bakery", Role.VIEWER)
    for place, platform in enumerate(("meta_ads", "google_ads")):  # connected in this order
        since = datetime(2026, 1, 1 + place, tzinfo=UTC)
        made = Connection(f"c{place}", "bakery", platform, "1", "One", connected_at=since)
        house.engine.set(path("bakery", "connections", made.id), to_doc(made))
    return house.signed_in(viewer)


def anew(house: House) -> Browser:
    """Signed in again, when a session's time is over."""
    (doc,) = house.people.find("persons", ("google", "==", "7"))
    return house.signed_in(from_doc(Person, doc))


def full(**more: Any) -> dict[str, list[Row]]:
    """Ads of two platforms over eight weeks: €10 a day, €20 before; Meta’s tells nothing of one day."""
    google = {days_ago(each): 10.0 if each <= 28 else 20.0 for each in range(56, 0, -1)}
    meta = {days_ago(each): 1.0 for each in range(56, 0, -1) if each not in (5, 9)}
    return {
        "ads_by_day": [*ads("google_ads", "g", google), *ads("meta_ads", "m", meta)],
        "coverage_by_day": [
            *covered("g", "google_ads", "google_ads_campaign_daily", 56),
            *covered("m", "meta_ads", "meta_ads_insights_ad_daily", 56, missing=[9]),
        ],
        **more,
    }


def shown(browser: Browser, asked: str = "") -> Shown:
    page = browser.open(HERE + asked)
    assert page.status == 200
    return Shown(page.text)


# -- what stands in it --------------------------------------------------------------------------------


def test_figures_are_of_whole_days_beside_the_days_before(house: House, browser: Browser) -> None:
    publish(house, "bakery", full())
    page = shown(browser)
    assert page.figures == {
        "Ad spend": "€306", "Return on ad spend": "4.0", "Ad clicks": "540", "Conversions": "108",
    }  # fmt: skip
    assert "from €588" in page.text
    assert "48\u00a0%" in page.text
    assert "28 whole days, 4 – 31 Aug 2026, beside 7 Jul – 3 Aug 2026" in page.text


def test_days_before_the_first_that_was_ever_told_of_are_no_comparison(house: House, browser: Browser) -> None:
    publish(
        house, "bakery", {"ads_by_day": ads("google_ads", "g", dict.fromkeys(map(days_ago, range(40, 0, -1)), 10.0))}
    )
    page = shown(browser)
    assert page.figures["Ad spend"] == "€280"
    assert "from €" not in page.text
    assert "begins on 23 Jul" in page.text
    assert "from €70" in shown(browser, "?days=last-7-days").text


def test_every_picture_can_be_read_and_has_its_figures_beneath(house: House, browser: Browser) -> None:
    publish(house, "bakery", full())
    page = shown(browser)
    assert [seen.faults() for seen in page.pictures] == [[]] * 6
    assert set(page.tables) == {"Ad spend", "Return on ad spend"}
    rows = page.tables["Ad spend"]
    assert rows[0] == ["Day", "Meta Ads", "Google Ads"]  # in the order in which they were connected
    assert rows[1] == ["Mon 31 Aug", "€1.00", "€10.00"]
    assert len(rows) == 29


def test_a_day_that_was_not_read_is_a_gap_and_one_without_spend_is_nothing(house: House, browser: Browser) -> None:
    publish(house, "bakery", full())
    page = shown(browser)
    told = {row[0]: row[1] for row in page.tables["Ad spend"]}
    assert told["Thu 27 Aug"] == "€0.00"  # read, and nothing was told
    assert told["Sun 23 Aug"] == "not read"
    assert "Not read, or not to the end: 23 Aug." in page.text
    assert "1 day not read" in page.text
    (spent,) = [each for each in page.sparks if each.title.startswith("Ad spend")]
    assert len(spent.marks("line")) == 2  # what the others spent is not all that was spent


def test_where_nobody_knows_what_was_read_a_day_that_is_not_told_is_a_gap(house: House, browser: Browser) -> None:
    publish(house, "bakery", {"ads_by_day": full()["ads_by_day"]})
    told = {row[0]: row[1] for row in shown(browser).tables["Ad spend"]}
    assert told["Thu 27 Aug"] == told["Sun 23 Aug"] == "no figure"


def test_platforms_keep_their_colour_whatever_is_asked(house: House, browser: Browser) -> None:
    publish(house, "bakery", {**full(), "ads_by_day": full()["ads_by_day"][:56]})
    kinds = {each.kind for seen in shown(browser).pictures for each in seen.marks("dot")}
    assert kinds == {"dot s2"}  # Google’s, though Meta’s is not in it


def test_today_is_in_the_pictures_and_not_in_the_figures(house: House, browser: Browser) -> None:
    house.clock.moment += timedelta(days=14)
    cost = {date(2026, 9, each): 10.0 for each in range(1, 16)}
    publish(house, "bakery", {"ads_by_day": ads("google_ads", "g", cost)})
    page = shown(anew(house), "?days=this-month")
    assert page.figures["Ad spend"] == "€140"
    assert "Today is in the pictures" in page.text
    assert page.tables["Ad spend"][1] == ["Tue 15 Sep, today", "€10.00"]
    assert all(seen.marks("line", "today") for seen in page.pictures)


def test_on_the_first_day_of_a_month_there_is_no_total_yet(house: House, browser: Browser) -> None:
    publish(house, "bakery", {"ads_by_day": ads("google_ads", "g", {TODAY: 10.0})})
    page = shown(browser, "?days=this-month")
    assert page.figures["Ad spend"] == "no total"
    assert [seen.faults() for seen in page.pictures] == [[]] * 6


def test_the_day_is_that_of_the_client(house: House, browser: Browser) -> None:
    house.clock.moment = datetime(2026, 9, 1, 22, 30, tzinfo=UTC)  # it is tomorrow in Berlin
    publish(house, "bakery", full())
    assert "5 Aug – 1 Sep 2026" in shown(anew(house)).text


def test_what_still_moves_is_lighter(house: House, browser: Browser) -> None:
    whose = {"workspace_id": "bakery", "connection_id": "g", "platform": "google_ads", "account_id": "g"}
    settling = [
        {**whose, "metric": each, "days_after": 0, "settled_after": 4} for each in ("cost", "conversion_value")
    ]  # fmt: skip
    publish(house, "bakery", full(metric_settling=settling))
    page = shown(browser)
    assert page.tables["Ad spend"][1][0] == "Mon 31 Aug, settling"
    assert all(seen.marks("line", "soft") for seen in page.pictures)
    assert "settling" in page.pictures[0].said()


def test_only_what_there_is_is_shown(house: House, browser: Browser) -> None:
    day = days_ago(3)
    whose = {"workspace_id": "bakery", "connection_id": "w", "account_id": "w", "date": day}
    publish(house, "bakery", {
        "web_by_day": [
            {
                **whose, **MONEY, "platform": "google_analytics", "channel_group": name, "sessions": count,
                "engaged_sessions": 1,
            }
            for name, count in (("Direct", 10), ("Search", 30), ("<script>", 1))
        ],
        "commerce_by_day": [{**whose, **MONEY, "platform": "shopify", "net": 90, "net_converted": 90, "orders": 3}],
        "email_by_mailing": [
            {**whose, "platform": "mailchimp", "mails_opened": 30, "mails_clicked": 3, "delivered_told": 80, "sends": 8}
        ],
    })  # fmt: skip
    page = shown(browser)
    assert page.figures == {
        "Shop revenue": "€90.00", "Orders": "3", "Mail open rate": "37.5\u00a0%", "Web sessions": "41",
        "Engaged sessions": "7.3\u00a0%", "Mail click rate": "3.8\u00a0%",
    }  # fmt: skip
    assert set(page.tables) == {"Shop revenue", "Web sessions", "Mail opens", "Where sessions come from"}
    assert page.tables["Where sessions come from"][1:] == [["Search", "30"], ["Direct", "10"], ["<script>", "1"]]
    assert "<script>" not in page.text
    assert [seen.faults() for seen in page.pictures] == [[]] * 14


def test_amounts_in_several_currencies_are_not_added_up(house: House, browser: Browser) -> None:
    house.engine.transact(lambda tx: tx.update(workspace_path("bakery"), {"currency": ""}))
    euros, dollars = (
        ads("google_ads", "g", {days_ago(2): 10.0}),
        ads("meta_ads", "m", {days_ago(2): 10.0}, currency="USD"),
    )
    publish(house, "bakery", {"ads_by_day": [*euros, *dollars]})
    page = shown(browser)
    assert page.figures == {}
    assert "several currencies, which do not add up" in page.text
    publish(house, "bakery", {"ads_by_day": dollars}, version=2)
    assert shown(browser).figures["Ad spend"] == "$10.00"


def test_amounts_without_a_rate_have_no_total(house: House, browser: Browser) -> None:
    rows = ads("google_ads", "g", {days_ago(each): 10.0 for each in (1, 2, 3)})
    rows[1] |= {"cost_converted": None}
    publish(house, "bakery", {"ads_by_day": rows})
    page = shown(browser)
    assert page.figures["Ad spend"] == "no total"
    assert "1 row lacks a rate" in page.text


def test_the_stamp_says_what_is_to_be_known(house: House, browser: Browser) -> None:
    stamp = Stamp(
        as_of=datetime(2026, 9, 1, 5, 40, tzinfo=UTC), proved_until=days_ago(2), missing=("meta_ads ad_daily",)
    )  # fmt: skip
    publish(house, "bakery", full(), stamp=stamp)
    text = shown(browser).text
    assert "As of <b>07:40</b>" in text
    assert "Proved until <b>30 Aug</b>" in text
    assert "1 thing to know" in text
    assert "meta_ads ad_daily" in text


# -- which days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("?days=last-7-days", "7 whole days, 25 – 31 Aug 2026, beside 18 – 24 Aug 2026."),
        ("?days=last-month", "31 whole days, 1 – 31 Aug 2026, beside 1 – 31 Jul 2026."),
        ("?from=2026-08-01&until=2026-08-10&compare=none", "10 whole days, 1 – 10 Aug 2026."),
        ("?days=last-7-days&compare=year-ago", "7 whole days, 25 – 31 Aug 2026, beside 25 – 31 Aug 2025."),
    ],
)
def test_days_stand_in_the_address(house: House, browser: Browser, asked: str, days: str) -> None:
    publish(house, "bakery", full())
    page = shown(browser, asked)
    assert days in page.text
    there = next(each for each in page.links if "overview.json" in each)
    assert orjson.loads(browser.ask("GET", there).get_data())["figures"][0]["name"] == "Ad spend"


@pytest.mark.parametrize(
    "asked",
    [
        "?days=eternity", "?compare=moon", "?from=yesterday", "?from=2026-08-10&until=2026-08-01",
        "?from=1000-01-01&until=1000-01-02", "?from=2020-01-01&until=2026-01-01",
    ],
)  # fmt: skip
def test_days_that_are_none_are_refused(house: House, browser: Browser, asked: str) -> None:
    publish(house, "bakery", full())
    page = browser.open(HERE + asked)
    assert page.status == 400
    assert "These days cannot be shown" in page.text


def test_days_of_ones_own_can_be_chosen_without_script(house: House, browser: Browser) -> None:
    publish(house, "bakery", full())
    page = browser.open(HERE + "?days=own")
    form = page.form(lambda each: each.action == HERE)
    assert form.fields == {"from": "2026-08-04", "until": "2026-08-31"}
    assert '<option value="own" selected>' in page.text


@pytest.mark.parametrize("asked", ["?from=2027-01-01&until=2027-01-10", "?from=2026-08-30&until=2027-01-10"])
def test_days_to_come_are_empty_and_no_trouble(house: House, browser: Browser, asked: str) -> None:
    publish(house, "bakery", full())
    assert [fault for seen in shown(browser, asked).pictures for fault in seen.faults()] == []


# -- nothing published ------------------------------------------------------------------------------------


def test_nothing_published_says_so_and_asks_for_it(house: House, browser: Browser) -> None:
    page = browser.open(HERE)
    assert page.status == 200
    assert "Nothing is published yet" in page.text
    asked = from_doc(Publication, house.engine.get(publication_path("bakery")) or {})
    assert (asked.wanted_at, asked.due_at is not None) == (house.clock.now(), True)


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_no_file_is_ever_empty(house: House, browser: Browser, ending: str) -> None:
    answer = browser.ask("GET", HERE + ending)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.content_type == "application/json"


def test_a_browser_that_only_guesses_asks_for_nothing(house: House, browser: Browser) -> None:
    browser.headers["Sec-Purpose"] = "prefetch"
    browser.ask("GET", HERE)
    assert house.engine.get(publication_path("bakery")) is None


def test_a_version_that_tells_nothing_says_so(house: House, browser: Browser) -> None:
    publish(house, "bakery", {"ads_by_day": []})
    assert "No figures yet" in shown(browser).text


def test_what_was_withdrawn_is_not_shown_any_more(house: House, browser: Browser) -> None:
    publish(house, "bakery", full())
    assert shown(browser).figures
    withdraw(house.engine, house.objects, house.clock, "bakery", lambda *_: None)
    assert "Nothing is published yet" in browser.open(HERE).text


def test_a_version_that_goes_while_it_is_read_is_read_anew(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(house, "bakery", full())
    fetch, told = house.marts.shelf.fetch, list[bool]()

    def overtaken(workspace: str) -> Any:
        there = fetch(workspace)
        if not told:
            told.append(True)
            for paths in there.files.values() if there else ():
                for each in paths:
                    (house.marts.shelf.folder / workspace / each).unlink()
        return there

    monkeypatch.setattr(type(house.marts.shelf), "fetch", lambda _, workspace: overtaken(workspace))
    assert shown(browser).figures["Ad spend"] == "€306"


# -- the same as files --------------------------------------------------------------------------------------


def test_json_and_csv_have_the_figures_of_the_page(house: House, browser: Browser) -> None:
    publish(house, "bakery", full())
    said = orjson.loads(browser.ask("GET", f"{HERE}.json").get_data())
    figures = {each["name"]: each["value"] for each in said["figures"]}
    assert figures == {"Ad spend": 306, "Return on ad spend": 4, "Ad clicks": 540, "Conversions": 108}
    assert said["stamp"]["version"] == 1
    assert said["figures_of"] == {"from": "2026-08-04", "until": "2026-08-31"}
    (spend,) = [each for each in said["pictures"] if each["name"] == "Ad spend"]
    (meta,) = [each for each in spend["series"] if each["name"] == "Meta Ads"]
    assert meta["values"][-9] is None
    assert meta["values"][-5] == 0
    answer = browser.ask("GET", f"{HERE}.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment; filename=" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert {row["what"]: float(row["value"]) for row in rows if not row["of"] and not row["day"]} == figures
    told = {row["day"]: row["value"] for row in rows if row["what"] == "Ad spend" and row["of"] == "Meta Ads"}
    assert (told["2026-08-23"], told["2026-08-27"], told["2026-08-31"]) == ("", "0", "1")


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "＝1"])
def test_no_text_of_a_platform_is_a_formula(house: House, browser: Browser, name: str) -> None:
    whose = {"workspace_id": "bakery", "connection_id": "w", "account_id": "w", "platform": "google_analytics"}
    publish(house, "bakery", {"web_by_day": [{**whose, "date": days_ago(1), "channel_group": name, "sessions": 4}]})
    rows = list(csv.reader(io.StringIO(browser.ask("GET", f"{HERE}.csv").get_data(as_text=True))))
    assert f"'{name}" in [row[1] for row in rows]


def test_pages_that_show_no_figures_load_neither_duckdb_nor_what_asks_it() -> None:
    import subprocess
    import sys

    said = "import sys, shared.console.answers; print([each for each in ('duckdb', 'msgspec') if each in sys.modules])"
    told = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
