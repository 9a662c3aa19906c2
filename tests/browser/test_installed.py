"""Where there is no browser, the tests of pages say so and are skipped; where one is required, they fail."""

from __future__ import annotations

import pytest

from tests.browser import installed


def test_what_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = installed.found()
    assert isinstance(found, str)
    assert found


@pytest.mark.parametrize(("said", "required"), [("required", True), ("", False)])
def test_it_is_required_where_somebody_says_so(monkeypatch: pytest.MonkeyPatch, said: str, required: bool) -> None:
    monkeypatch.setenv("TRIBUTARY_BROWSER", said)
    assert installed.is_required() is required
