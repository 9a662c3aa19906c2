"""Whole syncs of Amazon Ads: lists, and reports by day that are restated, fail, were asked for already, or get lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from shared import portions
from shared.kit.calendar import as_moments
from shared.model import Slice, from_doc
from shared.platforms.amazon_ads import PLATFORM as AMAZON_ADS
from shared.platforms.amazon_ads.access import REGIONS
from shared.platforms.amazon_ads.reports import FEW
from shared.reading import SliceContext, request_for
from shared.sync.status import stream_status
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

DAILY = ["sp_campaigns_daily", "sd_ads_daily"]

TINY = {"campaigns": 2, "ads": 2, "negatives": 1}


def world(*streams: str, **more: Any) -> Pipeline:
    return Pipeline("amazon_ads", streams=list(streams), counts=TINY, **more)


def completed(runs: list[dict[str, Any]]) -> None:
    assert [run["state"] for run in runs] == ["completed"] * len(runs), [run["problems"] for run in runs]


def test_every_profile_is_read_and_read_again_while_its_days_still_move() -> None:
    one = world(every=True)
    assert len(one.connections) == 3, "an agency's profile is none of them"
    completed(one.sync())
    assert not one.differences()
    for number in range(2):
        one.clock.forward(hours=21)  # no day ends meanwhile, wherever a profile is
        one.box.change()
        one.renew_access()
        completed(one.sync(f"again {number}"))
        assert not one.differences()


def test_rows_say_whose_they_are() -> None:
    one = world("sp_campaigns_daily", "sp_campaigns", every=True)
    completed(one.sync())
    seen = {(row["account_id"], row["country_code"], row["account_currency"]) for row in one.rows()[table("_daily")]}
    assert seen == {
        ("4410098711223", "DE", "EUR"),
        ("4410098711224", "AE", "AED"),
        ("4410098711225", "GB", "GBP"),
    }
    assert {row["account_zone"] for row in one.rows()[table("_daily")]} >= {"Asia/Dubai", "Europe/Paris"}
    days = {row["date"] for row in one.rows()[table("_daily")]}
    assert max(days) == date(2026, 8, 31).isoformat(), "the day that is not over is not read"


def table(end: str = "") -> str:
    return f"amazon_ads_sp_campaigns{end}"


def test_a_report_that_fails_is_made_anew() -> None:
    one = world(*DAILY)
    one.box.world.jobs.next("failed", times=2, why="Internal error")
    completed(one.sync())
    assert not one.differences()


def test_a_report_that_never_works_fails_its_days_and_no_other_stream() -> None:
    one = world(*DAILY)
    one.box.world.jobs.next("failed", times=None, holding="sdAdvertisedProduct")
    (run,) = one.sync()
    assert run["state"] != "completed"
    assert {problem["code"] for problem in run["problems"]} == {"report-not-made"}
    assert {problem["stream"] for problem in run["problems"]} == {"sd_ads_daily"}
    assert {line.split()[0] for line in one.differences().missing} == {"amazon_ads_sd_ads_daily"}


def test_a_refused_column_costs_that_column_and_no_row() -> None:
    one = world("sp_campaigns_daily", "sd_ads_daily", options={"lacks": "sales14d"})
    (run,) = one.sync()
    completed([run])
    assert not one.differences()
    parts = [from_doc(Slice, part) for part in one.machine.slices(run["id"])]
    told = {name: stream_status(name, [part for part in parts if part.stream == name]) for name in DAILY}
    reports = len([part for part in parts if part.stream == "sp_campaigns_daily" and part.kind != "sweep"])
    assert one.box.calls.statuses[400] == reports, "each report is asked for twice, and no more"
    assert told["sp_campaigns_daily"].narrowed > 0
    assert set(told["sp_campaigns_daily"].odd_fields) == {"left out sales14d"}
    assert told["sd_ads_daily"].narrowed == 0
    assert not told["sd_ads_daily"].odd_fields


def ask(one: Pipeline, stream: str, **otherwise: Any) -> str:
    """Somebody asks for the newest report of a stream before we do; its name."""
    yesterday = date(2026, 8, 31)
    first = date.fromordinal(yesterday.toordinal() // FEW * FEW)
    values = {**one.connection.values, "account_id": one.connection.account}
    part = SliceContext(values, {}, *as_moments((first, yesterday)), one.clock.now())
    asks = request_for(one.connector, one.connector.stream(stream), part, {})
    body = {**asks.json, "configuration": {**asks.json["configuration"], **otherwise}}
    headers = {**asks.headers, **one.keys.headers(one.connector, one.connection)}
    with httpx2.Client(transport=httpx2.WSGITransport(app=one.box.wsgi)) as client:
        return str(client.post(asks.url, json=body, headers=headers).json()["reportId"])


def test_a_report_that_was_asked_for_already_is_taken_over() -> None:
    """A worker died between asking and noting down what it was told."""
    one = world("sp_campaigns_daily")
    theirs = ask(one, "sp_campaigns_daily")
    completed(one.sync())
    assert one.box.calls.statuses[425] == 1
    assert not one.differences()
    windows = [job.asked["startDate"] for job in one.box.world.jobs.kept.values()]
    assert len(windows) == len(set(windows)), "the same days were made twice"
    assert one.box.world.jobs.kept[theirs].state == "completed"


def test_another_report_in_the_way_is_waited_for() -> None:
    """Reports in sum and by day were seen to be taken for each other: what is not ours is not read as if it were."""
    one = world("sp_campaigns_daily", options={"units_are_alike": True})
    theirs = ask(one, "sp_campaigns_daily", timeUnit="SUMMARY", columns=["campaignId", "cost"])
    completed(one.sync())
    assert one.box.calls.statuses[425] == 2, "in the way until it was made"
    assert not one.differences()
    windows = [job.asked["startDate"] for job in one.box.world.jobs.kept.values()]
    assert windows.count(one.box.world.jobs.kept[theirs].asked["startDate"]) == 2, "ours was not made"


def test_an_author_has_no_sponsored_brands_and_that_is_no_failure() -> None:
    one = world("sb_campaigns", "sb_ads", "sb_keywords", "sp_campaigns", every=True)
    completed(one.sync())
    assert not one.differences()
    assert one.box.calls.statuses[400] == 3, "each list of Sponsored Brands is refused once"


def test_a_profile_that_is_withdrawn_stops_alone() -> None:
    one = world("sp_campaigns", "sp_campaigns_daily", every=True)
    one.box.world.accounts.close(one.connections[0].account)
    first, *others = one.sync()
    completed(others)
    assert first["state"] == "failed"
    assert {problem["code"] for problem in first["problems"]} <= {"profile-closed", "revoked"}


def test_nothing_is_asked_for_that_is_too_old() -> None:
    reading = world("sb_search_terms_daily", "sp_search_terms_daily", "sb_purchased_products_daily")
    completed(reading.sync())
    asked = [job.asked for job in reading.box.world.jobs.kept.values()]
    today = date(2026, 9, 1)
    oldest = {kind(one): min(other["startDate"] for other in asked if kind(other) == kind(one)) for one in asked}
    for name, kept in (("sbSearchTerm", 60), ("spSearchTerm", 65), ("sbPurchasedProduct", 731)):
        reach = today - date.fromisoformat(oldest[name])
        assert timedelta(days=kept - 4) < reach < timedelta(days=kept)
    assert reading.box.calls.statuses[400] == 0


def kind(asked: Any) -> str:
    return str(asked["configuration"]["reportTypeId"])


def test_regions_lead_to_amazons_own_hosts_and_nowhere_else() -> None:
    platform = world("profiles").connector
    for hosts in REGIONS.values():
        assert set(hosts) <= platform.hosts


def test_a_large_file_is_read_in_portions_and_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of the account is larger than what is read at once, and a portion is a few records."""
    monkeypatch.setattr("shared.http.WHOLE_FILE", 100)
    monkeypatch.setattr(portions, "PORTION", 600)
    read: list[int] = []
    whole = portions.portions

    def watched(body: bytes, most: int) -> portions.Portions | None:
        found = whole(body, most)
        read.append(len(found or ()))
        return found

    monkeypatch.setattr("shared.http.portions", watched)
    one = world(*DAILY)
    completed(one.sync())
    assert sum(read) > 6
    assert not one.differences()


OPTIONAL = [stream.name for stream in AMAZON_ADS.streams if stream.optional]


@pytest.mark.parametrize("in_seconds", [False, True])
def test_what_is_switched_on_is_read_of_every_profile_and_keeps_up(in_seconds: bool) -> None:
    """An author has no Brands. Whether rules are dated in seconds or in milliseconds changes nothing."""
    one = world(*OPTIONAL, every=True, options={"rules_in_seconds": in_seconds})
    for number in range(3):
        completed(one.sync(f"sync {number}"))
        assert not one.differences()
        assert all(one.rows()[f"amazon_ads_{name}"] for name in OPTIONAL)
        one.clock.forward(hours=21)
        one.box.change()
        one.renew_access()
    made = {row["created_at"][:10] for row in one.rows()["amazon_ads_sp_budget_rules"]}
    assert made == {"2026-08-02"}, "thirty days before this account was made"
