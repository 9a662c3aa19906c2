"""What is made for spreadsheets knows a feed, and nothing that opens it."""

from __future__ import annotations

from datetime import date

import pytest

from shared.spreadsheets.files import FILES, File, saved_as
from shared.spreadsheets.source import NotForSheets, source_of
from tests.spreadsheets.feeds import feed, source

TODAY = date(2024, 3, 31)


def test_columns_are_those_of_the_answer_in_its_order() -> None:
    found = source_of(feed(), "https://feed.example/", TODAY)
    assert [(each.name, each.kind) for each in found.headings] == [
        ("week", "date"),
        ("platform", "text"),
        ("currency", "text"),
        ("cost", "money"),
        ("clicks", "int"),
        ("ctr", "float"),
    ]
    assert found.address == "https://feed.example/webhook/v1/0a1b2c3d4e5f/data?format=csv"


def test_a_comparison_has_columns_of_its_own() -> None:
    asks = "mart=ads_by_day&measures=clicks&grain=day&period=last-28-days&compare=before"
    found = source_of(feed(asks), "https://feed.example", TODAY)
    assert [each.name for each in found.headings] == ["date", "clicks", "clicks_before"]


def test_the_root_is_the_host_and_nothing_else() -> None:
    found = source_of(feed(), "http://127.0.0.1:8080/feeds/", TODAY)
    assert (found.root, found.path) == ("http://127.0.0.1:8080", "feeds/webhook/v1/0a1b2c3d4e5f/data")


@pytest.mark.parametrize(
    ("formats", "begins", "code"),
    [(("json", "xlsx"), "https://feed.example", "no-csv"), (("csv",), "", "no-address")],
)
def test_what_no_spreadsheet_can_read_is_refused(formats: tuple[str, ...], begins: str, code: str) -> None:
    with pytest.raises(NotForSheets) as refused:
        source_of(feed(formats=formats), begins, TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize("file", FILES.values(), ids=list(FILES))
def test_a_file_is_the_same_each_time_and_has_a_name_for_every_system(file: File) -> None:
    assert file.made(source(), "project-1") == file.made(source(), "project-1")
    assert saved_as(source("a/b"), file) == f"acme-0a1b2c3d4e5f-{file.name}"
