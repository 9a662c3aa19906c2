"""What may not become part of an address."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Bug
from shared.reading.addresses import Segments, check_values
from tests.connectors.example_platform import PLATFORM


@pytest.mark.parametrize("value", ["us1.evil.example/", "US1", "us", "us12", "", "us1\n"])
def test_values_in_addresses_have_a_strict_form(value: str) -> None:
    check_values(PLATFORM, {"dc": "us1"})
    with pytest.raises(Bug, match="odd-address"):
        check_values(PLATFORM, {"dc": value})


@pytest.mark.parametrize("value", ["a/b", "..", ".", "", "x?y=1", "a#b", "a\\b", "%2e%2e", "a\nb"])
def test_an_id_in_a_path_leads_nowhere_else(value: str) -> None:
    assert "/lists/{id}".format_map(Segments({"id": "a b.c-1"})) == "/lists/a b.c-1"
    with pytest.raises(Bug, match="odd-id"):
        "/lists/{id}".format_map(Segments({"id": value}))


def test_a_number_may_be_an_id() -> None:
    known: dict[str, Any] = {"id": 17}
    assert "/lists/{id}".format_map(Segments(known)) == "/lists/17"
