"""The compact text of columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.vocabulary.columns import TYPES, columns


def test_a_text_says_path_name_key_kind_measure_and_meaning() -> None:
    first, second, third, fourth = columns(
        """
        id* text Audience id
        stats.member_count int+ Subscribed members

        # whatever is no column
        opens.open_rate=open_rate float~ Openers, per delivered; a fraction: 0.2 text
        """,
        "Some-Thing json What it holds",
    )
    assert (first.name, first.path, first.key, first.adds, first.sql_type) == ("id", ("id",), True, None, "STRING")
    assert (second.name, second.path, second.adds) == ("stats_member_count", ("stats", "member_count"), True)
    assert (third.name, third.adds) == ("open_rate", False)
    assert third.meaning == "Openers, per delivered; a fraction: 0.2 text", "the meaning is the rest of the line"
    assert (fourth.name, fourth.path) == ("some_thing", ("Some-Thing",))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("name txt Number that people see", "'txt' is no kind; did you mean 'text'?"),
        ("cost monye+ Spent", "'monye+' is no kind; did you mean 'money'?"),
        ("n integer N", "'integer' is no kind; did you mean 'int'?"),
        ("n Int N", "'Int' is no kind; did you mean 'int'?"),
        ("n number N", "'number' is no kind; there are text, int, float,"),
        ("n int- N", "'int-' is no kind; did you mean 'int'?"),
        ("name text", "'name' has no meaning"),
        ("name text+ ", "'name' has no meaning"),
        ("name*text Name", "'name*text' is no path"),
        ("=x text Name", "'=x' is no path"),
        ("x=Y text Name", "'x=Y' is no path"),
        ("1d_click float+ Within a day", "needs a name that begins with a letter: 1d_click=…"),
        ("id text Once more", "the column 'id' stands in line 1 already"),
        ("a.id=id text Once more", "the column 'id' stands in line 1 already"),
        ("a text A; b int+ B", "one column a line; 'b int+' begins another"),
        ("a text A; x.y=b* time B", "one column a line; 'x.y=b* time' begins another"),
    ],
)
def test_a_mistake_stops_the_import_and_says_where_it_is(line: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        columns(f"""
        id* text Id
        at time When

        {line}
        """)
    said = str(caught.value)
    assert said.startswith("line 4: ")
    assert says in said
    assert line.strip() in said, "the line itself says where to look"


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
    text = "\n".join(f"{path}{'*' if key else ''} {kind}{adds} What it means" for path, kind, adds, key in entries)
    found = columns(text)
    assert [(".".join(c.path), c.kind, c.key) for c in found] == [(path, kind, key) for path, kind, _, key in entries]
    assert [c.adds for c in found] == [{"+": True, "~": False, "": None}[adds] for _, _, adds, _ in entries]
