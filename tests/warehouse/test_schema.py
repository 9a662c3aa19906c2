from __future__ import annotations

import pytest

from shared.errors import Bug
from shared.vocabulary.columns import columns
from shared.warehouse import schema
from shared.warehouse.spec import TableSpec, ViewSpec


def table(text: str, *key: str) -> TableSpec:
    return TableSpec("t", columns(text), key)


def test_the_tables_say_where_each_row_came_from() -> None:
    members = table("id* text Id\nn int+ Members\nreach int~ People reached", "id")
    names = [column.name for column in schema.kept(members)]
    assert names[3:] == [
        "workspace_id", "connection_id", "_synced_at", "_page", "_line", "_hash", "_extra", "_deleted_at"
    ]  # fmt: skip
    assert schema.staged(members) == schema.kept(members)[:-1], "a page never says that a row is gone"
    assert [schema.describe(column) for column in members.columns] == [
        "Id", "Members (may be added up)", "People reached (may not be added up)"
    ]  # fmt: skip


def test_clustered_by_connection_and_key_as_far_as_bigquery_goes() -> None:
    assert schema.clustering(table("a* text A\nb text B", "a")) == ("connection_id", "a")
    wide = table("a* text A\nb* text B\nc* text C\nd* text D", "a", "b", "c", "d")
    assert schema.clustering(wide) == ("connection_id", "a", "b", "c")
    assert schema.identity(wide) == ("connection_id", "a", "b", "c", "d"), "but a row is known by its whole key"


def test_a_table_with_a_row_per_day_is_divided_by_that_day() -> None:
    assert schema.day_of(table("id* text I\nseen date D\nday* date D", "id", "day")) == "day"
    assert schema.day_of(table("id* text I\nseen date D\nat* time T", "id", "at")) == "", (
        "a day must be part of the key"
    )


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("_hash text Theirs", (), "bad-column"),
        ("_own text Theirs", (), "bad-column"),
        ("workspace_id text Theirs", (), "bad-column"),
        ("id text A\nId=ID text B", (), "bad-column"),
        ("tags* json Tags", ("tags",), "bad-key"),
        ("tags* texts Tags", ("tags",), "bad-key"),
        ("rate* float Rate", ("rate",), "bad-key"),
        ("id text Id", ("other",), "bad-key"),
    ],
)
def test_what_bigquery_would_refuse_is_refused_here(text: str, key: tuple[str, ...], code: str) -> None:
    try:
        spec = table(text, *key)
    except ValueError:
        return  # refused even earlier
    with pytest.raises(Bug) as refused:
        schema.check(spec)
    assert refused.value.code == code


def test_views_need_a_list() -> None:
    base = table("id* text Id\ntags json Tags\nnames texts Names\nn int N", "id")
    _, tags, names, number = base.columns
    schema.check_view(ViewSpec("v", base, tags, columns("id* text Id", "a text A", "b int B")))
    schema.check_view(ViewSpec("v", base, names, columns("id* text Id", "a text A")))
    for each, text in ((number, "a text A"), (names, "a text A\nb text B"), (names, "a int A"), (names, "id* text Id")):
        with pytest.raises(Bug):
            schema.check_view(ViewSpec("v", base, each, columns(text)))
