"""The compact text of columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.vocabulary.columns import TYPES, columns


def test_a_text_says_path_name_type_key_measure_and_meaning() -> None:
    first, second, third, fourth = columns(
        """
        id* text Audience id; stats.member_count int+ Subscribed members
        opens.open_rate=open_rate float~ Openers, per delivered: a fraction; Some-Thing json What it holds
        """
    )
    assert (first.name, first.path, first.key, first.adds, first.sql_type) == ("id", ("id",), True, None, "STRING")
    assert (second.name, second.path, second.adds) == ("stats_member_count", ("stats", "member_count"), True)
    assert (third.name, third.adds, third.meaning) == ("open_rate", False, "Openers, per delivered: a fraction")
    assert (fourth.name, fourth.path) == ("some_thing", ("Some-Thing",))


@pytest.mark.parametrize(
    "wrong",
    ["id text", "id* txt Name", "id*text Name", "1id text Name", "id text+ ", "=x text Name", "a text A; a int+ B",
     "a.b text A; a_b text B", "x=Y text Name"],
)  # fmt: skip
def test_a_mistake_stops_the_import(wrong: str) -> None:
    with pytest.raises(ValueError):
        columns(wrong)


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9]{0,8}){0,2}", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(sorted(TYPES)), st.sampled_from(["", "+", "~"]), st.booleans()),
        unique_by=lambda entry: entry[0].replace(".", "_"),
        max_size=8,
    )
)
def test_what_is_written_is_read(entries: list[tuple[str, str, str, bool]]) -> None:
    text = "; ".join(f"{path}{'*' if key else ''} {kind}{adds} What it means" for path, kind, adds, key in entries)
    found = columns(text)
    assert [(".".join(c.path), c.kind, c.key) for c in found] == [(path, kind, key) for path, kind, _, key in entries]
    assert [c.adds for c in found] == [{"+": True, "~": False, "": None}[adds] for _, _, adds, _ in entries]
