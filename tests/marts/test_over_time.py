"""Numbers that are restated, days that are read again, rows that are followed home, by the real loading code."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from infra.admin import marts as commands
from infra.admin import target
from infra.admin.__main__ import main
from shared import log
from shared.marts import files, statements
from shared.marts.deploy import deploy, deploy_agency
from shared.model import Workspace, to_doc
from shared.stores.bigquery_tables import Tables
from shared.warehouse import names
from tests.contract.warehouse_backends import KINDS, WarehouseBackend, world
from tests.marts.conftest import OURS, THEIRS
from tests.marts.golden import BERLIN, google
from tests.marts.marts_fixture import TABLES, MartsFixture

pytestmark = pytest.mark.slow

FIRST = date(2026, 9, 1)
ADS, CAMPAIGNS = TABLES["google_ads_ad_daily"], TABLES["google_ads_campaign_daily"]
Row = dict[str, Any]


# -- how a day's numbers moved -----------------------------------------------------------------------


def test_each_restatement_is_told_with_its_reason(desk: MartsFixture) -> None:
    """Conversions of 1 September: 1 a day after, 2 three days after, 2.5 seven days after, by the clock of Berlin."""
    rows = desk.all(OURS, "metric_history", item_id="c1", metric="conversions", date=FIRST)
    told = [(row["days_after"], row["value"], row["change"], row["reason"]) for row in sorted(rows, key=_when)]
    assert told == [(1, 1.0, 1.0, "first reading"), (3, 2.0, 1.0, "restated"), (7, 2.5, 0.5, "restated")]
    clicks = desk.all(OURS, "metric_history", item_id="c1", metric="clicks", date=FIRST)
    assert [row["reason"] for row in clicks] == ["first reading"], "it was read three times and never changed"
    gone = sorted(desk.all(OURS, "metric_history", item_id="c4", metric="cost"), key=_when)
    assert [(row["value"], row["change"], row["reason"]) for row in gone] == [
        (1.0, 1.0, "first reading"), (0.0, -1.0, "no longer told")
    ]  # fmt: skip


def test_after_how_many_days_numbers_stand_still(desk: MartsFixture) -> None:
    """Of 2.5 conversions 1 was known after a day, 2 after three, all after seven. A day that was first read a month
    late says nothing about that, nor does one that is younger than Google goes on counting."""
    rows = sorted(desk.all(OURS, "metric_settling", metric="conversions"), key=lambda row: int(row["days_after"]))
    assert [(row["days_after"], row["known_share"]) for row in rows] == [
        (1, pytest.approx(0.4)), (3, pytest.approx(0.8)), (7, pytest.approx(1.0))
    ]  # fmt: skip
    assert {(row["settled_after"], row["days_watched"]) for row in rows} == {(7, 1)}
    cost = desk.all(OURS, "metric_settling", metric="cost")
    assert {row["settled_after"] for row in cost} == {3}, "15.00 became 15.50 on the third day after"


def test_how_fresh_and_how_sure_each_stream_is(desk: MartsFixture) -> None:
    """Two runs on 2 September, each with its row: the later one failed."""
    rows = {row["run_id"]: row for row in desk.all(OURS, "sync_status", stream="campaign_daily", connection_id="g1")}
    told = {run: (row["state"], row["proof"], row["is_newest"]) for run, row in rows.items()}
    assert told == {
        "2026-09-01T05": ("completed", "equal", False), "2026-09-02T05": ("completed", "equal", False),
        "2026-09-02T17": ("failed", "not given", True),
    }  # fmt: skip
    hours = desk.ask(OURS, "SELECT TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), TIMESTAMP '2026-09-02 05:00:00+00', HOUR) AS h")
    old = rows["2026-09-02T17"]["hours_old"]
    assert old == pytest.approx(hours[0]["h"], abs=1.1), "since the last that completed began"


def _when(row: Row) -> str:
    return str(row["read_at"])


# -- properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_sums_of_the_mart_are_sums_of_its_sources_and_a_day_restated_changes_that_day_alone(
    desk: MartsFixture, seed: int
) -> None:
    dice = random.Random(seed)
    owner = {**BERLIN, "account_id": f"r{seed}", "account_currency": dice.choice(["EUR", "USD"])}
    loading, connection = _loading(desk), f"random{seed}"
    days = [FIRST + timedelta(days=number) for number in range(4)]
    ads = {(day, f"x{number}"): _numbers(dice) for day in days for number in range(dice.randint(1, 3))}
    whole = {day: _numbers(dice) for day in days}  # of a campaign without ads
    of_ads = [google(owner, str(day), f"c1/s1/{ad}", *each) for (day, ad), each in ads.items()]
    _load(loading, ADS, connection, 1, of_ads)
    campaigns = [google(owner, str(day), "c2", *each) for day, each in whole.items()]
    campaigns += [google(owner, str(day), "c1", *_added(ads, day)) for day in days]
    _load(loading, CAMPAIGNS, connection, 1, campaigns)
    before = _told(desk, connection)
    assert before == {day: pytest.approx(_sum([_added(ads, day), whole[day]])) for day in days}
    changed = dice.choice(days)
    whole[changed] = _numbers(dice)
    _load(loading, CAMPAIGNS, connection, 2, [google(owner, str(changed), "c2", *whole[changed])])
    after = _told(desk, connection)
    assert {day for day in days if before[day] != after[day]} == {changed}
    assert after[changed] == pytest.approx(_sum([_added(ads, changed), whole[changed]]))


def _numbers(dice: random.Random) -> tuple[float, ...]:
    counts = dice.randint(1, 999), dice.randint(0, 99)
    return (*counts, dice.randint(1, 9999) / 100, dice.randint(0, 9), dice.randint(0, 99))


def _sum(many: Iterable[tuple[float, ...]]) -> list[float]:
    return [sum(each) for each in zip(*many, strict=True)]


def _added(ads: dict[tuple[date, str], tuple[float, ...]], day: date) -> tuple[float, ...]:
    return tuple(_sum([each for (of, _), each in ads.items() if of == day]))


def _told(desk: MartsFixture, connection: str) -> dict[date, list[float]]:
    rows = desk.all(OURS, "ads_by_day", connection_id=connection)
    names = ("impressions", "clicks", "cost", "conversions", "conversion_value")
    return {row["date"]: [row[name] for name in names] for row in rows}


def _loading(desk: MartsFixture) -> WarehouseBackend:
    made = world(KINDS[1])
    made.workspace = desk.id(OURS)
    return made


def _load(made: WarehouseBackend, table: Any, connection: str, hour: int, rows: Iterable[Row]) -> str:
    listed = [{key: value for key, value in row.items() if key != "connection_id"} for row in rows]
    page = made.page(listed, hour, connection)
    made.once(made.load(table, page))
    return page[0]


# -- two workspaces ----------------------------------------------------------------------------------


def test_nothing_of_a_workspace_shows_a_row_of_another(desk: MartsFixture) -> None:
    """Both hold the same ids throughout; every row says whose it is."""
    for workspace in (OURS, THEIRS):
        for mart in desk.deployed[workspace].changed:
            rows = desk.ask(workspace, f"SELECT DISTINCT workspace_id FROM {mart}")
            assert {row["workspace_id"] for row in rows} <= {desk.id(workspace)}, mart
    assert len(desk.all(OURS, "fact_commerce")) == len(desk.all(THEIRS, "fact_commerce")) == 4


def test_the_agency_sees_all_of_them_apart(desk: MartsFixture) -> None:
    rows = desk.ask(names.AGENCY, "SELECT workspace_id, COUNT(*) AS n FROM fact_commerce GROUP BY workspace_id")
    assert {row["workspace_id"]: row["n"] for row in rows} == {desk.id(OURS): 4, desk.id(THEIRS): 4}


def test_the_agency_goes_on_when_a_workspace_has_gone(desk: MartsFixture) -> None:
    client, project, gone = desk.stores.bigquery, desk.settings.project, Workspace(desk.id("gone"), "Gone")
    desk.stores.documents.set(f"workspaces/{gone.id}", to_doc(gone))
    Tables(client, project, desk.settings.location).dataset(gone.id, gone.id)
    (days,) = (mart for mart in files.all_marts() if mart.name == "dim_date")
    client.query(statements.statement(project, gone, days)).result()
    deploy_agency(desk.stores)
    asked = "SELECT DISTINCT workspace_id FROM dim_date"
    assert {row["workspace_id"] for row in desk.ask(names.AGENCY, asked)} >= {gone.id, desk.id(OURS)}
    client.delete_dataset(gone.id, delete_contents=True)
    deploy_agency(desk.stores)
    desk.stores.documents.delete(f"workspaces/{gone.id}")
    assert {row["workspace_id"] for row in desk.ask(names.AGENCY, asked)} == {desk.id(OURS), desk.id(THEIRS)}


def test_what_would_be_too_much_for_bigquery_is_left_out_whole_and_said(
    desk: MartsFixture, type_words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = f"{desk.settings.project}.{names.AGENCY}"
    there = {table.table_id for table in desk.stores.bigquery.list_tables(agency)}
    with monkeypatch.context() as patch:
        patch.setattr(statements, "MOST_READ", 60)  # as if there were many more of them
        code, out, _ = type_words("marts", "deploy", desk.id(OURS))
        left = set(deploy_agency(desk.stores).left_out)
        assert {table.table_id for table in desk.stores.bigquery.list_tables(agency)} == there - left
    assert code == 0
    assert {"metrics_by_day", "email_by_week", "missing_rates"} <= left
    assert not left & {"dim_date", "fact_ad_performance", "sync_status"}
    assert all(name in out.partition("Left out of agency")[2] for name in left)
    deploy_agency(desk.stores)
    assert {table.table_id for table in desk.stores.bigquery.list_tables(agency)} == there


def test_platforms_without_rows_leave_typed_and_empty_parts(desk: MartsFixture) -> None:
    assert desk.all(OURS, "fact_ad_performance", connection_id="nobody") == []
    assert len(desk.deployed[OURS].changed) == desk.deployed[OURS].views


# -- the commands ------------------------------------------------------------------------------------


@pytest.fixture
def type_words(desk: MartsFixture, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setattr(target, "stores", lambda local: desk.stores)
    monkeypatch.setattr(log, "stream", None)

    def type_words(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_words


def test_a_question_is_answered_and_nothing_else_is_done(desk: MartsFixture, type_words: Any) -> None:
    name = desk.id(OURS)
    asked = "select kind, sum(net) as net from fact_commerce group by kind order by net"
    code, out, _ = type_words("query", name, asked)
    assert code == 0
    assert out.splitlines()[2].split()[0] == "cancellation"
    assert "3 rows" in out
    two = "select 1; drop view fact_commerce"
    for wrong in ("DROP TABLE x", "DELETE FROM fact_commerce WHERE TRUE", two, "select"):
        assert type_words("query", name, wrong)[0] == 2, wrong
    assert type_words("query", "nobody", "select 1")[0] == 2
    assert len(desk.all(OURS, "fact_commerce")) == 4
    code, out, _ = type_words("--json", "query", name, "select order_id from fact_commerce", "--rows", "2")
    assert len(orjson.loads(out)["rows"]) == 2


def test_an_answer_may_be_csv_and_says_its_columns_also_without_a_row(desk: MartsFixture, type_words: Any) -> None:
    name = desk.id(OURS)
    asked = """
    SELECT 'a, "b"' AS text, 1.5 AS number, DATE '2026-09-01' AS day, TRUE AS yes, CAST(NULL AS STRING) AS nothing,
      [1, 2] AS several, TIMESTAMP '2026-09-01 05:00:00+00' AS moment
    """
    assert type_words("query", name, asked, "--csv")[:2] == (
        0,
        "text,number,day,yes,nothing,several,moment\n"
        '"a, ""b""",1.5,2026-09-01,true,,"[1,2]",2026-09-01T05:00:00+00:00\n',
    )
    none = "select order_id, net from fact_commerce where false"
    assert type_words("query", name, none, "--csv")[:2] == (0, "order_id,net\n")


def test_a_question_can_be_told_what_there_is(desk: MartsFixture, type_words: Any) -> None:
    name = desk.id(OURS)
    code, out, _ = type_words("--json", "query", name, "--tables")
    found = {each["table"]: each["what it is"] for each in orjson.loads(out)}
    assert code == 0
    assert found["ad_reach"].startswith("People whom ads reached")
    assert {mart.name for mart in files.all_marts()} <= found.keys()
    assert found[f"{name}_raw.google_ads_campaign_daily"].startswith("Google Ads: ")
    assert type_words("query", name, f"select count(*) as n from {name}_raw.google_ads_campaign_daily")[0] == 0
    code, _, complaint = type_words("query", name)
    assert (code, "--tables" in complaint) == (2, True)


def test_a_row_is_followed_home(desk: MartsFixture, type_words: Any) -> None:
    page = _load(_loading(desk), ADS, "traced", 3, [google(BERLIN, "2026-09-02", "c1/s1/home", 7, 3, 1.5, 0, 0)])
    row = desk.one(OURS, "fact_ad_performance", connection_id="traced")
    assert row["_page"] == page
    code, out, _ = type_words("trace", desk.id(OURS), row["_page"], str(row["_line"]))
    record = orjson.loads(out)["record"]
    assert (code, record["ad_id"], record["impressions"], record["_line"]) == (0, "home", 7, 0)
    assert type_words("trace", desk.id(OURS), row["_page"], "99")[0] == 2
    assert type_words("trace", desk.id(THEIRS), row["_page"], "0")[0] == 2, "a page of another workspace"


def test_deploying_again_changes_nothing(desk: MartsFixture) -> None:
    workspace = commands._meant(desk.stores, desk.id(THEIRS))[0]
    again = deploy(desk.stores, workspace)
    assert (again.changed, again.views) == ((), desk.deployed[THEIRS].views)


def test_descriptions_reach_bigquery(desk: MartsFixture) -> None:
    view = desk.stores.bigquery.get_table(f"{desk.settings.project}.{desk.id(OURS)}.ad_reach")
    told = {field.name: field.description for field in view.schema}
    assert told["reach"].endswith("(may not be added up)")
    assert view.description.startswith("People whom ads reached")
