"""One analyzer for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.googlesql.installed import Installed, found, is_required
from tests.googlesql.service import Service, running


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    there = found()
    if not isinstance(there, Installed):
        if is_required():
            pytest.fail(there)
        pytest.skip(there)
    with running(there) as made:
        yield made
