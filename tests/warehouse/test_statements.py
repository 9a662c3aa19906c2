"""The SQL is plain GoogleSQL: it parses as such, stands in one transaction, and names what BigQuery may skip."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlglot
from sqlglot import exp

from infra.cost.installation import Habits
from shared.errors import Bug
from shared.vocabulary.columns import columns
from shared.warehouse import statements, views
from shared.warehouse.spec import Load, Sweep, TableSpec, ViewSpec

T = datetime(2026, 9, 1, 6, tzinfo=UTC)
MEMBERS = TableSpec(
    "m_members", columns("id* text I", "group* text G", "n int+ N", "tags json T", "names texts N"), ("id", "group")
)
LOAD = Load("acme", MEMBERS, "b1", ("x.gz",), ("c2", "c1"), T, T, (Sweep("c1", T, "sweep/r/1"),))


PARTS = {
    "usual": statements.add_changes("demo", LOAD, older=False),
    "late": statements.add_late_changes("demo", LOAD, older=False),
    "usual, older": statements.add_changes("demo", LOAD),
    "late, older": statements.add_late_changes("demo", LOAD),
    "merge": statements.merge("demo", LOAD),
    "vanished": statements.add_vanished("demo", LOAD, again=False),
    "vanished again": statements.add_vanished("demo", LOAD),
    "mark": statements.mark_vanished("demo", LOAD),
}


def parsed(sql: str) -> exp.Expr:
    (found,) = sqlglot.parse(sql, read="bigquery")
    assert found is not None
    assert not any(isinstance(node, exp.Command) for node in found.walk()), "sqlglot did not understand it"
    return found


def outline(load: Load, small: bool = False) -> list[str]:
    """The first words of each line that begins a statement."""
    starts = r"^(DECLARE|BEGIN|INSERT|MERGE|IF|UPDATE|END IF|COMMIT)\b"
    return re.findall(starts, statements.apply("demo", load, small=small), flags=re.MULTILINE)


def test_a_sweep_of_days_names_them_as_constants() -> None:
    sweep = replace(LOAD.sweeps[0], column="day", first=date(2026, 9, 1), last=date(2026, 9, 7))
    load = replace(LOAD, sweeps=(sweep,))
    for sql in (statements.mark_vanished("demo", load), statements.add_vanished("demo", load)):
        parsed(sql)
        assert "c.`day` BETWEEN DATE '2026-09-01' AND DATE '2026-09-07'" in sql


def test_one_transaction_with_all_there_is_to_do() -> None:
    rows, sweeps = ["INSERT", "MERGE"], ["IF", "INSERT", "UPDATE", "END IF"]
    assert outline(LOAD) == ["BEGIN", *rows, *sweeps, "COMMIT"]
    assert outline(replace(LOAD, sweeps=())) == ["BEGIN", *rows, "COMMIT"]
    swept = replace(LOAD, objects=(), earliest=None, latest=None, sweeps=LOAD.sweeps * 2)
    assert outline(swept) == ["BEGIN", *sweeps, "COMMIT"], "however many there are"
    assert "staging" not in statements.apply("demo", swept, small=True)


@pytest.mark.parametrize("late", [False, True])
def test_a_small_batch_is_read_once_into_a_variable_of_its_script(late: bool) -> None:
    """What is done with the rows is the same, word for word."""
    whole, small = (statements.apply("demo", LOAD, late=late, small=small) for small in (False, True))
    staging = "`demo.staging.acme__m_members__b1`"
    assert outline(LOAD, small=True) == ["DECLARE", *outline(LOAD)]
    declared = f"DECLARE batch DEFAULT (SELECT ARRAY_AGG(s) FROM {staging} AS s);\n"
    assert small.count(staging) == 1
    assert small.removeprefix(declared).replace("UNNEST(batch)", staging) == whole


def test_a_sweep_looks_first_whether_there_is_anything_to_mark() -> None:
    """Then nothing is read once more, nor written; what is looked for is what would be marked."""
    sql = statements.apply("demo", replace(LOAD, objects=()))
    (condition,) = re.findall(r"^IF (EXISTS .*) THEN$", sql, flags=re.MULTILINE)
    looked, marked = parsed(f"SELECT {condition}").find(exp.Where), parsed(PARTS["mark"]).find(exp.Where)
    assert looked is not None
    assert looked == marked


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("older", [False, True])
def test_what_cannot_be_ruled_out_is_looked_for(late: bool, again: bool, older: bool) -> None:
    whole = statements.apply("demo", LOAD, late=late, again=again, older=older)
    assert {part for part, sql in PARTS.items() if f"{sql};" in whole} == {
        ("late" if late else "usual") + (", older" if older else ""),
        "merge",
        "vanished again" if again else "vanished",
        "mark",
    }


def test_whoever_says_nothing_has_everything_looked_for() -> None:
    assert statements.apply("demo", LOAD) == statements.apply("demo", LOAD, late=True, again=True, older=True)


@pytest.mark.parametrize("part", ["usual", "late"])
def test_values_are_read_only_beside_digests_of_another_kind(part: str) -> None:
    """Every column that is named is charged for."""
    assert "TO_JSON_STRING" not in PARTS[part]
    assert PARTS[f"{part}, older"].count("TO_JSON_STRING(STRUCT(") == (3 if part == "usual" else 2)


@pytest.mark.parametrize("part", PARTS)
def test_plain_sql_on_tables_of_the_workspace(part: str) -> None:
    ours = {"demo.acme_raw.m_members", "demo.acme_history.m_members", "demo.staging.acme__m_members__b1", "reading"}
    tables = parsed(PARTS[part]).find_all(exp.Table)
    assert {".".join(piece for piece in (t.catalog, t.db, t.name) if piece) for t in tables} <= ours


def test_constants_let_bigquery_skip() -> None:
    for part in ("usual", "late", "merge"):
        assert "c.connection_id IN ('c1', 'c2')" in PARTS[part]
    assert "h.connection_id IN ('c1', 'c2')" in PARTS["late"]
    assert "connection_id = 'c1'" in PARTS["mark"]
    assert "h._synced_at IN (TIMESTAMP '2026-09-01 06:00:00.000000+00:00')" in PARTS["vanished again"], (
        "one day of history"
    )


def read(sql: str) -> set[str]:
    """The tables that a statement reads: BigQuery charges for each of them, and for the one that it changes."""
    statement = parsed(sql)
    into = statement.this if isinstance(statement, exp.Insert) else None
    inside = {id(table) for table in into.find_all(exp.Table)} if into else set()
    return {table.db for table in statement.find_all(exp.Table) if id(table) not in inside} - {""}


def test_what_a_batch_is_charged_for() -> None:
    """Least charges by table are most of a small client's bill; infra/cost counts with these."""
    assert read(PARTS["usual"]) == {"staging", "acme_raw"}
    assert read(PARTS["late"]) == {"staging", "acme_raw", "acme_history"}
    assert read(PARTS["merge"]) == {"staging", "acme_raw"}
    assert read(PARTS["vanished"]) == {"acme_raw"}
    assert read(PARTS["vanished again"]) == {"acme_raw", "acme_history"}
    assert read(PARTS["mark"]) == {"acme_raw"}
    batch, mark = [*read(PARTS["usual"]), *read(PARTS["merge"])], [*read(PARTS["vanished"]), *read(PARTS["mark"])]
    looked = read(f"SELECT {statements.some_vanished('demo', LOAD)}")
    habits = Habits()
    assert (batch.count("staging"), batch.count("acme_raw")) == (habits.staged_a_batch, habits.tables_a_batch)
    assert (looked, mark) == ({"acme_raw"}, ["acme_raw"] * 2)
    assert (len(looked), len(mark)) == (habits.tables_a_look, habits.tables_a_mark)
    small = statements.apply("demo", replace(LOAD, sweeps=()), late=False, older=False, small=True)
    assert small.count("staging") == habits.staged_a_small_batch == 1


@pytest.mark.parametrize("part", PARTS)
def test_json_and_lists_are_never_compared(part: str) -> None:
    """BigQuery can neither compare nor group them: rows are compared by their digest, or as one text."""
    tree = parsed(re.sub(r"TO_JSON_STRING\(STRUCT\([^()]*\)\)", "'text'", PARTS[part]))
    assigned = {id(node) for when in tree.find_all(exp.When) for node in when.args["then"].find_all(exp.EQ)}
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.LT, exp.Window, exp.Group, exp.Distinct):
        if id(node) not in assigned:
            assert not {column.name for column in node.find_all(exp.Column)} & {"tags", "names", "_extra"}, node.sql()


def test_a_word_of_sql_as_a_column_is_quoted() -> None:
    assert "`group`" in statements.apply("demo", LOAD)


@pytest.mark.parametrize(
    "load",
    [
        replace(LOAD, workspace="acme`; DROP"),
        replace(LOAD, batch="b`1"),
        replace(LOAD, connections=("c1') OR TRUE --",)),
        replace(LOAD, sweeps=(Sweep("c1' OR TRUE --", T, "s"),)),
        replace(LOAD, sweeps=(Sweep("c1", T, "s', x"),)),
        replace(LOAD, table=replace(MEMBERS, name="m; DROP")),
    ],
)
def test_nothing_slips_in(load: Load) -> None:
    with pytest.raises(Bug):
        statements.apply("demo", load)


def test_a_view_is_one_statement_with_its_meanings() -> None:
    view = ViewSpec(
        "m_tags",
        MEMBERS,
        MEMBERS.columns[3],
        columns("id* text Member", 'a.b-c text Says "so" \\o/', "at time When"),
        "Tags",
    )
    sql = views.create("demo", "acme", view)
    (statement,) = sqlglot.parse(sql, read="bigquery")
    assert isinstance(statement, exp.Create)
    assert statement.kind == "VIEW"
    assert """`a_b_c` OPTIONS (description = "Says \\"so\\" \\\\o/")""" in sql
    assert """JSON_VALUE(entry, '$.a."b-c"') AS `a_b_c`""" in sql
    assert views.definition(view) != views.definition(replace(view, description="Other"))
    assert views.definition(view) in sql
