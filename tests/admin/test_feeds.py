"""An operator makes feeds, sees who read them, gives them new keys and ends them."""

from __future__ import annotations

import pytest

from shared.feeds.accesses import Access, Accesses, read
from tests.admin.conftest import Operator
from tests.support.tables import MemoryBigQuery

ASKS = "mart=ads_by_day&measures=clicks&grain=day"


def test_a_feed_is_shown_once_and_all_its_rows_are_meant(operator: Operator) -> None:
    code, out, _ = operator.type("feed", "add", "demo", "Clicks", ASKS)
    address, words, told = out.splitlines()
    assert code == 0
    (feed,) = operator.ask("feed", "list", "demo")
    assert address.endswith(f"/webhook/v1/{feed['feed']}/data")
    assert words.startswith(f"user name {feed['feed']}, password trib_feed_")
    assert "until 2026-11-30" in told
    assert words.rpartition(" ")[2] not in str(dict(operator.stores.people.docs))  # type: ignore[attr-defined]
    (doc,) = operator.stores.people.find("feeds")
    assert '"limit":100000' in doc["question"]


@pytest.mark.parametrize("asks", [f"{ASKS}&limit=5", '{"mart":"ads_by_day","measures":["clicks"],"limit":5}'])
def test_the_first_few_stay_the_first_few(operator: Operator, asks: str) -> None:
    operator.ask("feed", "add", "demo", "Clicks", asks)
    (doc,) = operator.stores.people.find("feeds")
    assert '"limit":5' in doc["question"]


def test_a_question_in_json_means_all_rows_too(operator: Operator) -> None:
    operator.ask("feed", "add", "demo", "Clicks", '{"mart":"ads_by_day","measures":["clicks"]}')
    (doc,) = operator.stores.people.find("feeds")
    assert '"limit":100000' in doc["question"]


def test_a_link_has_its_key_in_the_address(operator: Operator) -> None:
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS, "--link", "--format", "csv")
    assert made["address"].endswith(f"/data?format=csv&key={made['secret']}")


def test_a_feed_is_given_a_new_key_and_ended(operator: Operator) -> None:
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS)
    renewed = operator.ask("feed", "rotate", made["feed"], "--overlap", "3")
    assert renewed["key"] != made["key"]
    assert len(operator.stores.feeds.find("openings")) == 2
    assert operator.type("key", "revoke", renewed["key"])[0] == 0
    assert [doc["key"] for doc in operator.stores.feeds.find("openings")] == [made["key"]]
    assert operator.type("feed", "revoke", made["feed"])[0] == 0
    assert operator.stores.feeds.find("openings") == []
    (listed,) = operator.ask("feed", "list", "demo")
    assert listed["state"] == "revoked"


def test_who_read_it_is_told(operator: Operator) -> None:
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS)
    now, log = operator.stores.clock.now(), Accesses(operator.stores.feeds, operator.stores.clock)
    log.note("demo", Access(at=now, feed=made["feed"], key=made["key"], network="", agent="Excel", status=200, bytes=9,
                            seconds=0.1))  # fmt: skip
    log.flush()
    (listed,) = operator.ask("feed", "list", "demo")
    assert (listed["by"], listed["in 7 days"]) == ("Excel", 1)


def test_feeds_of_a_client_who_leaves_end_first(operator: Operator) -> None:
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS)
    now, log = operator.stores.clock.now(), Accesses(operator.stores.feeds, operator.stores.clock)
    log.note("demo", Access(at=now, feed=made["feed"], key=made["key"], network="", agent="Excel", status=200, bytes=9,
                            seconds=0.1))  # fmt: skip
    log.flush()
    vars(operator.stores)["bigquery"] = MemoryBigQuery(operator.world.warehouse)
    operator.type("workspace", "delete", "demo", "--yes", "demo")
    assert operator.stores.feeds.find("openings") == []
    assert list(read(operator.stores.feeds, "demo")) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "demo", "x", "mart=nothing&measures=clicks"), "No mart is called nothing"),
        (("add", "demo", "x", "{"), "This is no question"),
        (("add", "demo", "x", "mart=contact_records&dimensions=list_id"), "tells of one person"),
        (("add", "nowhere", "x", ASKS), "no workspace"),
        (("add", "demo", "x", "mart=dim_campaigns&dimensions=campaign_id", "--link"), "A link opens numbers"),
        (("rotate", "nothing"), "no such feed"),
        (("revoke", "../x"), "no such feed"),
    ],
)
def test_what_cannot_be_done_is_said(operator: Operator, words: tuple[str, ...], says: str) -> None:
    code, _, err = operator.type("feed", *words)
    assert code == 2
    assert says in err
