"""The bill: reckoned by hand for a small case, with free tiers, growing with the clients, and telling why."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.cost.__main__ import main
from infra.cost.bill import bill
from infra.cost.installation import Habits, Installation
from infra.cost.limits import loads_a_day, most_clients
from infra.cost.looking import one_look
from infra.cost.prices import DAYS, GIB, PRICES, TIB, Price
from infra.cost.publishing import one_version
from infra.cost.usage import Amount, one_sync, usage, versions
from shared.platforms import PLATFORMS
from shared.publishing.script import goes_straight
from shared.publishing.selection import published_marts, with_sources

SMALL = Installation(clients=2, connections=1, platforms=("emailoctopus",), syncs=1, versions=0, rows=1_000,
                     parents=3, months=1)  # fmt: skip
MIB = 2.0**20


def quantities(installation: Installation) -> dict[str, float]:
    return {amount.item: amount.quantity for amount in usage(installation)}


def test_a_sync_is_reckoned_as_by_hand() -> None:
    """EmailOctopus: 7 streams. Lists and campaigns are parents, of 3 records; contacts are a parent of nothing."""
    sync = one_sync(PLATFORMS["emailoctopus"], SMALL, Habits())
    # lists, campaigns: one slice each. Of each of 3 lists: contacts and tags. Of each of 3 campaigns: two summaries and
    # contact reports.
    assert sync.slices == 2 + 3 * 2 + 3 * 3
    assert (sync.tables, sync.loads, sync.sweeps) == (7, 7, 3)
    assert sync.held == 2 * 3 + 5 * 1_000
    # Tables of 0.8 MB are below what BigQuery charges at least. What is staged of four of them, whole each time, is too
    # large for a variable, so such a batch reads four tables, and others three. Tables of a thousand rows are listed,
    # which costs nothing; one sweep of ten finds something, and then three statements read the table.
    # And one more batch tells of the run.
    assert sync.batches == 7 + 3 + 1
    assert sync.scanned == pytest.approx((7 * 30 + 4 * 10 + 3 * 0.1 * 30 + 30) * MIB)


def test_a_month_is_reckoned_as_by_hand() -> None:
    sync, found = one_sync(PLATFORMS["emailoctopus"], SMALL, Habits()), quantities(SMALL)
    runs = 2 * 30
    rounds = runs * 2 + 2 * 24 * 30  # of alarms: with each run's beginning and end, and each hour of two workspaces
    assert found["functions: requests"] == 2 * 43_200 + runs * (3 + 17 + 11) + rounds
    assert found["Pub/Sub"] == found["functions: requests"] * 2_000
    assert found["BigQuery: queries"] == pytest.approx(runs * sync.scanned)
    assert found["Firestore: reads"] == 43_200 * 10 + runs * (10 + 17 * 10 + sync.calls * 8 + 11 * 33) + rounds * 10
    # None of it is free: another database has the free tier.
    assert found["people: reads"] == 720 * 4 * 2 + 720 * 6 * 3 + rounds * 6
    assert found["Firestore: writes"] == runs * (2 + sync.calls * 3.5 + 11 * 13) + rounds
    assert found["Secret Manager: versions"] == 2 + 0 + 1  # two API keys, no app, the signing key
    # Of each of two clients: itself, its connection, and the cursors: lists, campaigns, and one for each of three
    # parents in the four streams of children that keep one.
    assert found["hourly export: reads"] == 720 * 2 * (1 + 1 + 2 + 4 * 3)
    assert found["hourly export: writes"] == 720 * 17
    assert found["BigQuery: rows"] == pytest.approx(2 * 5_006 * 800 * (1 + 0.01 * 30))
    for sharing, slices, tables, told in (("alone", 1.4, 3.7, 1), ("together", 2, 5, 1), ("full", 4, 12, 4)):
        vcpu = (
            43_200 * (0.5 + 0.1)
            + runs * 3
            + runs * (sync.calls * 0.9 + 3) / slices
            + runs * (8 * 15 + 3 * 3 + 3) / tables
        )
        vcpu += runs * (1 + 3) / told
        vcpu += rounds * 0.5 / told
        vcpu += 2 * 4 * 120  # two workspaces, put in place with each deployment
        assert quantities(replace(SMALL, sharing=sharing))["functions: vCPU"] == pytest.approx(vcpu)
    assert SMALL.sharing == "together"


def test_what_many_slices_bring_has_a_batch_for_every_two_minutes_of_reading() -> None:
    """Metricool allows two calls a second at most, and its posts are asked for by month and network."""
    platform, habits = PLATFORMS["metricool"], Habits()
    sync = one_sync(platform, Installation(), habits)
    assert sync.calls / 1.9 > 2 * 120
    assert sync.tables + 10 < sync.loads <= sync.slices
    quick = one_sync(PLATFORMS["google_ads"], Installation(), habits)
    assert (quick.loads, quick.slices > 2 * quick.tables) == (quick.tables, True)
    more = sync.scanned - one_sync(platform, Installation(), replace(habits, least_scanned=0.0)).scanned
    assert more > sync.loads * 40 * MIB / 2


def test_an_account_is_reckoned_with_all_that_a_platform_has() -> None:
    """A page without Instagram has no posts there, but the bill is that of one which has."""
    for name, platform in PLATFORMS.items():
        whole = sum(not stream.optional for stream in platform.streams)
        assert one_sync(platform, Installation(), Habits()).tables >= 0.8 * whole, name


def test_only_what_is_beyond_the_free_tier_is_charged() -> None:
    prices = {"thing": Price("thing", 2.0, 100, "things", "https://example.com", free=50)}
    for quantity, usd in ((0, 0.0), (50, 0.0), (51, 0.02), (250, 4.0)):
        assert bill([Amount("thing", quantity, "")], prices).usd == pytest.approx(usd)
    assert bill([Amount("thing", 50, "")], prices, free_tier=False).usd == pytest.approx(1.0)


def test_the_free_tiers_of_the_price_table() -> None:
    free = {
        "Secret Manager: versions": (7, 0.06),
        "Cloud Scheduler": (4, 0.10),
        "Firestore: reads": (50_000 * DAYS + 100_000, 0.06),
        "BigQuery: queries": (2 * TIB, 6.25),
        "Pub/Sub": (10 * GIB + TIB, 40.0),
    }
    for item, (quantity, usd) in free.items():
        assert bill([Amount(item, quantity, "")]).usd == pytest.approx(usd), item


@pytest.mark.slow
def test_more_clients_never_cost_less() -> None:
    for more in ({"clients": 4}, {"connections": 6}, {"syncs": 4}, {"rows": 600}, {"months": 13, "kept_days": 430}):
        less, found = quantities(Installation()), quantities(Installation(**more))  # type: ignore[arg-type]
        assert all(found[item] >= less[item] for item in less), more
        assert sum(found.values()) > sum(less.values()), more
    bills = [bill(usage(Installation(clients=clients))).usd for clients in range(0, 40, 5)]
    assert bills == sorted(bills)
    assert len(set(bills)) == len(bills)


def test_an_idle_installation_pays_for_what_watches_it_only() -> None:
    idle = bill(usage(Installation(clients=0)))
    assert {line.item for line in idle.lines if line.usd > 0.005} == {
        "alerts: conditions",
        "alerts: readings",
        "Artifact Registry",
        "hourly export: writes",
        "people: reads",
    }
    assert bill(usage(Installation(clients=0, conditions=7, series=4))).usd < 1


@pytest.mark.slow
def test_a_key_and_a_network_of_ones_own_are_on_the_bill_when_they_are_chosen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain, chosen = (bill(usage(Installation(clients=0, own_key=yes, network=yes))) for yes in (False, True))
    assert plain.of("network") == plain.of("key of your own") == 0
    assert chosen.of("network") == pytest.approx(2 * 720 * 0.0092)  # far more than all else of an idle installation
    assert chosen.of("key of your own") == pytest.approx(0.06 + (8 * 8_640 + 720 * 17) * 0.03 / 10_000)
    assert main(["--clients", "0", "--network", "--own-key", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usd"] == pytest.approx(chosen.usd)


@pytest.mark.slow
def test_a_domain_of_ones_own_is_on_the_bill_when_it_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    plain, chosen = (bill(usage(Installation(clients=0, domain=yes))) for yes in (False, True))
    assert plain.of("domain") == 0
    assert chosen.of("domain") == pytest.approx(18)
    assert chosen.usd - plain.usd == pytest.approx(18)
    assert main(["--clients", "0", "--domain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usd"] == pytest.approx(chosen.usd)


def test_a_key_is_asked_for_each_object_that_is_written_and_read() -> None:
    used = [quantities(replace(SMALL, own_key=True, clients=clients)) for clients in (1, 2)]
    more = used[1]["objects: writes"] - used[0]["objects: writes"]
    assert used[1]["key of your own: operations"] - used[0]["key of your own: operations"] >= 2 * more > 0


def test_pages_whose_time_is_up_are_charged_for_two_weeks_more() -> None:
    month = quantities(replace(SMALL, months=1))["objects: standard"]
    young, old = (quantities(replace(SMALL, months=months, kept_days=60))["objects: ended"] for months in (2, 3))
    assert young == 0
    assert old == pytest.approx(month * 14 / 30)


def test_a_version_is_reckoned_as_by_hand() -> None:
    """Of one account of EmailOctopus: ten MiB for each of its tables that a statement names, for what tells of runs,
    and for each mart that it reads, also for its file where the mart has a table of its own."""
    rows = {PLATFORMS["emailoctopus"].table(stream.name): 1_000.0 for stream in PLATFORMS["emailoctopus"].streams}
    named = sum(table in rows for mart in with_sources(m.name for m in published_marts()) for _, table in mart.uses)
    asked = with_sources(m.name for m in published_marts())
    between = sum(len(mart.tables("marts", "shared")) for mart in asked)
    of_runs = sum("tributary_runs" in mart.tables("raw") for mart in asked)
    held = [mart.name for mart in published_marts() if not goes_straight(mart, asked)]
    assert named > 5
    assert {"sync_status", "fact_ad_performance", "metrics_every_day", "dim_date"} <= {*held}
    assert not {"ads_by_week", "moving_averages"} & {*held}
    assert one_version(rows, Habits()).scanned == (named + of_runs + between + len(held) + 4) * 10 * MIB
    none, daily = (quantities(replace(SMALL, versions=number, people=0)) for number in (0, 1))
    more = {name: daily[name] - none[name] for name in none if daily[name] != none[name]}
    assert more["BigQuery: queries"] == pytest.approx(60 * one_version({**rows}, Habits()).scanned)
    assert more["functions: requests"] == 60 * 3
    assert more["functions: vCPU"] == pytest.approx(60 * 43)
    assert (more["Firestore: reads"], more["Firestore: writes"]) == (60 * 25, 60 * 4)
    assert more["objects: writes"] == 60 * (len(published_marts()) + 3)


def test_people_who_look_are_reckoned_as_by_hand() -> None:
    """Twenty pages a day each, and an instance that begins for them twice."""
    none, ten = (quantities(replace(SMALL, versions=1, people=number)) for number in (0, 10))
    more = {name: ten[name] - none[name] for name in none if ten[name] != none[name]}
    assert more["functions: requests"] == 300 * 20
    assert more["functions: vCPU"] == pytest.approx(300 * (20 * 0.5 + 2 * 3))
    assert (more["Firestore: reads"], more["people: reads"]) == (300 * 20 * 2, 300 * 20 * 4)
    assert more["objects: reads"] == 300 * 2 * (len(published_marts()) + 1)
    nothing = [quantities(replace(SMALL, people=number)) for number in (0, 10)]
    assert nothing[0] == nothing[1], "where nothing is published there is nothing to look at"


def test_a_look_is_reckoned_as_by_hand() -> None:
    """Of one account of EmailOctopus: contacts and lists are read twice for a page of contacts, and once for a history,
    which besides reads what was opened, and the readings of lists and of who is on them."""
    rows = {PLATFORMS["emailoctopus"].table(stream.name): 1_000.0 for stream in PLATFORMS["emailoctopus"].streams}
    contacts, done = {"emailoctopus_contacts", "emailoctopus_lists"}, {"emailoctopus_campaign_contact_reports"}
    assert one_look(rows, Habits()) == (2 * 2 + 2 + len(contacts | done)) / 2 * 10 * MIB
    none, some = (quantities(replace(SMALL, looks=number)) for number in (0, 10))
    more = {name: some[name] - none[name] for name in none if some[name] != none[name]}
    assert more["BigQuery: queries"] == pytest.approx(600 * one_look(rows, Habits()))
    assert (more["functions: requests"], more["Firestore: writes"], more["people: reads"]) == (600, 1_200, 4_800)
    assert more["functions: vCPU"] == pytest.approx(600 * 6)
    assert bill(usage(Installation(clients=0, looks=100))).usd < 1


def test_the_aims() -> None:
    assert bill(usage(Installation(clients=0))).usd < 1
    everything = Installation(clients=3, people=10, connections=5, syncs=3, versions=3)
    assert bill(usage(everything)).usd < 5
    assert bill(usage(replace(everything, versions=24))).usd > 5, "it says so then"
    assert bill(usage(replace(everything, sharing="alone"))).usd > 5


def test_every_amount_has_a_price_and_a_reason_and_every_price_a_source() -> None:
    amounts = usage(Installation())
    assert [amount.item for amount in amounts] == list(dict.fromkeys(amount.item for amount in amounts))
    assert {amount.item for amount in amounts} == set(PRICES)
    assert all(len(amount.because) > 10 or amount.because == "deployments" for amount in amounts)
    for price in PRICES.values():
        assert price.source.startswith("https://cloud.google.com/")
        assert price.checked in {"page", "told", "remembered"}


def test_versions_follow_from_how_access_is_given() -> None:
    """An API key is never renewed; what is renewed keeps the version before (tests/oauth holds the vault to that)."""
    assert versions(PLATFORMS["emailoctopus"]) == 1
    assert versions(PLATFORMS["mailchimp"]) == 1
    assert versions(PLATFORMS["google_ads"]) == 2


def test_pages_that_are_moved_cost_more_than_they_save_while_they_are_small() -> None:
    stay, move = (bill(usage(Installation(colder=cold))) for cold in (False, True))
    assert move.usd > stay.usd
    heavy = Habits(bytes_a_row=20_000)
    big = [bill(usage(Installation(colder=cold), heavy)).of("objects") for cold in (False, True)]
    assert big[1] < big[0]


@pytest.mark.slow
def test_the_bill_is_printed_and_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--clients", "3", "--connections", "5", "--why"]) == 0
    shown = capsys.readouterr().out
    assert "Secret Manager: versions" in shown
    assert f"${bill(usage(Installation())).usd:.2f} a month" in shown
    assert main(["--clients", "1", "--platform", "mailchimp", "--json"]) == 0
    assert '"item": "BigQuery: queries"' in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--clients", "-1"])


def test_load_jobs_of_a_day_are_reckoned_as_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """EmailOctopus has seven tables; a run is told of by one more load, and its three sweeps load nothing."""
    assert loads_a_day(replace(SMALL, syncs=3)) == 2 * 3 * (7 + 1)
    assert most_clients(replace(SMALL, syncs=3)) == 100_000 // (2 * 24)
    assert loads_a_day(replace(SMALL, clients=0)) == most_clients(replace(SMALL, clients=0)) == 0
    assert main(["--clients", "2", "--connections", "1", "--platform", "emailoctopus"]) == 0
    assert "48 load jobs a day, of the 100,000" in capsys.readouterr().out


def test_the_documentation_says_how_many_clients_one_project_takes() -> None:
    text = " ".join((Path(__file__).parents[2] / "docs" / "costs.md").read_text().split())
    every = Installation(clients=1, connections=len(PLATFORMS))
    assert f"{loads_a_day(every):,} load jobs a day" in text
    assert f"about {most_clients(every):,} clients with everything" in text
    assert f"about {most_clients(Installation(clients=1)):,}" in text


@pytest.mark.slow
def test_the_documentation_says_what_sharing_instances_makes_of_the_bill() -> None:
    text = " ".join((Path(__file__).parents[2] / "docs" / "costs.md").read_text().split())
    for clients in (3, 20):
        low, usual, high = (
            bill(usage(Installation(clients=clients, sharing=sharing))).usd for sharing in ("full", "together", "alone")
        )
        assert f"{clients} clients pay ${usual:.2f}, ${low:.2f} at best and ${high:.2f} at worst" in text
    for syncs in (1, 2, 3):
        assert f"${bill(usage(Installation(clients=3, syncs=syncs))).usd:.2f}" in text


def test_thirty_feeds_that_are_read_every_hour_cost_less_than_a_dollar() -> None:
    found = quantities(replace(SMALL, feeds=30))
    calls = 30 * 30 * 24
    assert (found["feeds: reads"], found["feeds: writes"]) == (calls * 4, calls * 1.5)
    assert found["feeds: vCPU"] == pytest.approx(calls * 0.3 + 720 * 3)
    none, thirty = (bill(usage(Installation(feeds=number)), free_tier=False).usd for number in (0, 30))
    assert 0.1 < thirty - none < 1
