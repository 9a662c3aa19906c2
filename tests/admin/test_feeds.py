"""An operator makes feeds, sees who read them, gives them new keys and ends them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyopenvba import PowerQueryWorkbook

from shared.feeds.accesses import Access, Accesses, read
from shared.spreadsheets.files import FILES
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


def test_a_link_is_shown_with_the_formula_that_reads_it(operator: Operator) -> None:
    code, out, _ = operator.type("feed", "add", "demo", "Clicks", ASKS, "--link")
    address, formula, _ = out.splitlines()
    assert code == 0
    assert formula == f'=IMPORTDATA("{address}&safe=1")'


def test_files_for_spreadsheets_are_written_without_the_key(operator: Operator, tmp_path: Path) -> None:
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS)
    told = operator.ask("feed", "files", made["feed"], "--to", str(tmp_path / "new"))
    assert [each["file"] for each in told] == [str(tmp_path / "new" / f"demo-{made['feed']}-{name}") for name in FILES]
    for each in told:
        content = Path(each["file"]).read_bytes()
        assert content
        assert made["secret"].encode() not in content
    query = (tmp_path / "new" / f"demo-{made['feed']}-power-query.pq").read_text()
    assert '"https://feed.example.com"' in query
    assert '{"clicks", Int64.Type}' in query


def test_one_file_is_written_where_one_is_asked_for(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS)
    assert operator.type("feed", "files", made["feed"], "--only", "workbook.xlsx")[0] == 0
    (written,) = tmp_path.iterdir()
    assert PowerQueryWorkbook(written).query_names() == ["Feed"]


@pytest.mark.parametrize(
    ("formats", "words", "says"),
    [
        (["--format", "json"], [], "this feed has none"),
        ([], ["--to", "/dev/null/folder"], "cannot be written"),
    ],
)
def test_files_that_cannot_be_made_are_refused(
    operator: Operator, formats: list[str], words: list[str], says: str
) -> None:
    made = operator.ask("feed", "add", "demo", "Clicks", ASKS, *formats)
    code, _, complaint = operator.type("feed", "files", made["feed"], *words)
    assert (code, says in complaint) == (2, True)


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
