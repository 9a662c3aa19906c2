"""The files of the marts: GoogleSQL that parses, columns that are described, measures that are defined once."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from infra.tools import dictionary
from shared.errors import Bug
from shared.marts import files, parts, statements
from shared.marts.deploy import sources
from shared.marts.files import FOLDER, all_marts
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.warehouse.names import literal
from shared.warehouse.schema import day_of, describe

pytestmark = pytest.mark.slow

ACME = Workspace("acme", "Acme", currency="EUR")
MARTS = {mart.name: mart for mart in all_marts()}
STATEMENTS = {name: statements.statement("demo", ACME, mart) for name, mart in MARTS.items()}

# https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords, 2026-11
RESERVED = frozenset(
    """
    all and any array as asc assert_rows_modified at between by case cast collate contains create cross cube current
    default define desc distinct else end enum escape except exclude exists extract false fetch following for from full
    group grouping groups hash having if ignore in inner intersect interval into is join lateral left like limit lookup
    merge natural new no not null nulls of on or order outer over partition preceding proto qualify range recursive
    respect right rollup rows select set some struct tablesample then to treat true unbounded union unnest using when
    where window with within
    """.split()  # noqa: SIM905  a list of them would be a page long
)
SETTLING = ("qualify", "distinct", "having")  # where a bare NULL gets a type of its own
# A measure has one definition, wherever it stands.
RATIOS = re.compile(r"SAFE_DIVIDE\((?P<parts>[^()]+)\) AS (?P<name>\w+)")


def parsed(sql: str) -> exp.Expression:
    (tree,) = sqlglot.parse(sql, read="bigquery", error_level=ErrorLevel.RAISE)
    assert tree is not None
    assert not any(isinstance(node, exp.Command) for node in tree.walk()), "sqlglot did not understand it"
    return tree  # type: ignore[return-value]  # its own types are wider than what is returned


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_is_googlesql(name: str) -> None:
    tree = parsed(STATEMENTS[name])
    assert isinstance(tree, exp.Create)
    assert tree.kind == "VIEW"
    unquoted = {node.name.lower() for node in tree.find_all(exp.Identifier) if not node.quoted}
    assert not unquoted & RESERVED, "BigQuery keeps these words for itself"


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_columns_described_are_those_that_come_out(name: str) -> None:
    query = parsed(statements.query("demo", ACME, MARTS[name]))
    assert isinstance(query, exp.Query)
    assert query.named_selects == [column.name for column in MARTS[name].columns]


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_null_has_a_type_where_bigquery_would_give_it_one(name: str) -> None:
    """In a branch of a union a bare NULL takes the type of the others. Under QUALIFY, DISTINCT or HAVING, and out of a
    subquery, it is INT64, and a union with a date or a text is refused."""
    assert untyped(parsed(statements.query("demo", ACME, MARTS[name]))) == []


def untyped(tree: exp.Expression) -> list[str]:
    def branches(query: object) -> list[exp.Select]:
        if isinstance(query, exp.SetOperation):
            return [*branches(query.left), *branches(query.right)]
        return [query] if isinstance(query, exp.Select) else []

    alone = [[select] for select in tree.find_all(exp.Select) if any(map(select.args.get, SETTLING))]
    inner = [branches(query.this) for query in tree.find_all(exp.Subquery, exp.CTE)]
    return [
        selects[0].sql()
        for selects in (*alone, *inner)
        if len({len(select.selects) for select in selects}) == 1  # none of them takes all that there is
        for values in zip(*(select.selects for select in selects), strict=True)
        if all(isinstance(value.unalias(), exp.Null) for value in values)
    ]


def test_an_untyped_null_is_seen() -> None:
    union = "SELECT d FROM t UNION ALL SELECT NULL FROM u"
    assert untyped(parsed(union)) == []
    for wrong in (
        f"{union} QUALIFY ROW_NUMBER() OVER (ORDER BY x) = 1",
        union.replace("NULL", "DISTINCT NULL"),
        "SELECT d FROM t UNION ALL SELECT * FROM (SELECT NULL AS d FROM u)",
        "WITH v AS (SELECT NULL AS d FROM u) SELECT d FROM t UNION ALL SELECT d FROM v",
        "WITH v AS (SELECT NULL AS d FROM u UNION ALL SELECT NULL FROM w) SELECT d FROM t UNION ALL SELECT d FROM v",
    ):
        assert untyped(parsed(wrong)), wrong


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_column_and_view_is_described(name: str) -> None:
    assert MARTS[name].description
    for column in MARTS[name].columns:
        assert len(column.meaning) > 2, column.name
        assert literal(describe(column)) in STATEMENTS[name]


def test_a_column_without_a_description_is_refused() -> None:
    text = "-- Says.\n/*\ncost money+ \n*/\nSELECT 1 AS cost\n"
    with pytest.raises(ValueError):
        files.read("m", text)
    with pytest.raises(KeyError):
        files.read("m", text.replace("cost money+ ", "cost"))
    with pytest.raises(Bug):
        files.read("m", text.removeprefix("-- Says.\n"))
    assert files.read("m", text.replace("money+ ", "money+ Spent")).columns[0].adds is True


def test_facts_say_where_each_row_came_from() -> None:
    for name in MARTS:
        if name.startswith("fact_"):
            columns = [column.name for column in MARTS[name].columns]
            assert columns[-3:] == ["_synced_at", "_page", "_line"]
            assert columns[:2] == ["workspace_id", "connection_id"]


def test_what_may_not_be_added_up_stands_in_no_fact() -> None:
    """A sum over a fact is always a sum of something."""
    wrong = [
        (mart.name, column.name)
        for mart in all_marts()
        for column in mart.columns
        if mart.name.startswith("fact_") and column.adds is False
    ]
    assert wrong == []


def test_a_measure_is_defined_once() -> None:
    found: dict[str, set[str]] = {}
    for name, statement in STATEMENTS.items():
        if name.startswith(("ads_", "email_by_", "web_by_", "commerce_by_")):
            for each in RATIOS.finditer(statement):
                found.setdefault(each["name"], set()).add(re.sub(r"\b\w\.", "", each["parts"]))
    assert {"ctr", "cpc", "cpm", "cpa", "roas", "open_rate", "click_to_open_rate", "average_order_value"} <= set(found)
    more = {name: parts for name, parts in found.items() if len(parts) > 1}
    assert set(more) <= {"average_order_value"}, more  # of a mail, and of a shop


def test_nothing_divides_unsafely() -> None:
    """By hand only where the divisor is a rate, which the loader knows to be above zero, or a constant."""
    for name, statement in STATEMENTS.items():
        divided = [part.strip() for part in re.findall(r"/ ([\w.]+)", statement.partition("\nAS\n")[2])]
        assert set(divided) <= {"r.currency_per_euro", "7", "3600"}, name


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_workspace_reads_nothing_but_its_own(name: str) -> None:
    ours = {"acme", "acme_raw", "acme_history", "tributary"}
    tables = [table for table in parsed(STATEMENTS[name]).find_all(exp.Table) if table.db]
    assert {(table.catalog, table.db) for table in tables} <= {("demo", each) for each in ours}


def test_the_agencys_views_name_every_workspace_once() -> None:
    sql = statements.united("demo", ["birch", "acme"], MARTS["fact_ad_performance"])
    parsed(sql)
    assert re.findall(r"FROM `demo\.(\w+)\.fact_ad_performance`", sql) == ["acme", "birch"]
    assert sql.startswith("CREATE OR REPLACE VIEW `demo.agency.fact_ad_performance`")


def test_all_that_a_question_reads_is_counted() -> None:
    """Walked here from statement to statement, as BigQuery does."""

    def walked(name: str) -> set[tuple[str, str]]:
        read = {(table.db, table.name) for table in parsed(STATEMENTS[name]).find_all(exp.Table) if table.db}
        return read.union(*(walked(table) for dataset, table in read if dataset == "acme" and table != name))

    lists = {view.name: view.of.name for _, views in sources(all_marts()) for view in views}
    spaces = {"raw": "acme_raw", "history": "acme_history", "marts": "acme", "shared": "tributary"}
    for name, mart in MARTS.items():
        assert {(spaces[space], table) for space, table in statements.behind(name)} == walked(name), name
        read = {table for _, table in statements.behind(name)}
        assert {lists[view] for view in read & lists.keys()} <= read, "a view over lists brings its table"
        most, own = statements.most_united(mart), sum(space != "shared" for space, _ in statements.behind(name))
        shared = len(statements.behind(name)) - own
        assert 1 + shared + own * most <= 1_000 < 1 + shared + own * (most + 1), name


def test_names_that_would_lie_in_anothers_dataset_are_refused() -> None:
    for name in ("acme_raw", "acme_history", "agency", "staging", "tributary", "a`b", "A"):
        with pytest.raises(Bug):
            statements.statement("demo", Workspace(name, "x"), MARTS["dim_date"])


def test_a_setting_is_a_constant_and_cannot_be_more() -> None:
    with pytest.raises(Bug):
        statements.settings(Workspace("acme", "x", currency="EUR' OR TRUE --"))
    assert statements.settings(Workspace("acme", "x"))["currency"] == "CAST(NULL AS STRING)"


def test_a_mart_of_a_table_that_nobody_has_is_refused() -> None:
    text = "-- Says.\n/*\nworkspace_id\n*/\nSELECT workspace_id FROM raw.google_ads_nothing\n"
    with pytest.raises(Bug):
        sources([files.read("m", text)])


def test_days_are_handed_through_so_that_bigquery_can_prune() -> None:
    """Facts of daily tables hand on the very column that the table is divided by, not something made of it."""
    for name in ("fact_ad_performance", "fact_web_traffic", "fact_web_commerce", "fact_social"):
        days = {day for spec, _ in sources([MARTS[name]]) if (day := day_of(spec)) and spec.name != "tributary_runs"}
        assert days <= {"date", "date_start"}
        made = re.findall(r"([^\s,]+) AS date\b", MARTS[name].query)
        assert set(made) <= {"date_start", "n.date_start"}, made


def test_metricools_numbers_by_day_are_such_as_are_asked_for() -> None:
    """A misspelt one would be empty without a word."""
    named = set(re.findall(r"WHEN '(\w+ \w+ \w+)' THEN", MARTS["fact_social"].query))
    asked = {
        " ".join(str(each.give[name]) for name in ("network", "subject", "metric"))
        for stream in PLATFORMS["metricool"].streams
        for each in stream.passes
        if "metric" in each.give
    }
    assert len(named) > 20
    assert named <= asked


def test_lines_are_short_enough_to_be_read() -> None:
    for path in (*FOLDER.glob("*.sql"), *parts.FOLDER.glob("*/marts/**/*.sql")):
        assert all(len(line) <= 120 for line in path.read_text().splitlines()), path.name


def test_the_dictionary_and_dbts_sources_name_all_of_it() -> None:
    page, listed = dictionary.dictionary(), dictionary.sources()
    for mart in all_marts():
        assert f"### {mart.name}\n" in page
        assert f"      - name: {mart.name}\n" in listed
    assert "      - name: google_ads_campaign_daily\n" in listed
