"""Every check over every stream of every platform."""

from __future__ import annotations

import pytest

from shared.platforms import PLATFORMS
from tests.connectors.checks import CHECKS, Check, Subject
from tests.connectors.documented import RECORDED

SUBJECTS = {
    platform.table(stream.name): Subject(platform, stream, RECORDED[platform.name][stream.name])
    for platform in PLATFORMS.values()
    for stream in platform.streams
}

# The table of each platform that has most columns: those checks are quick together, and all of them take minutes.
WIDEST = {
    platform.table(max(platform.streams, key=lambda stream: len(stream.columns)).name)
    for platform in PLATFORMS.values()
}


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(subject, id=name, marks=() if name in WIDEST else pytest.mark.slow)
        for name, subject in SUBJECTS.items()
    ],
)
@pytest.mark.parametrize("check", [pytest.param(check, id=name) for name, check in CHECKS.items()])
def test_conformance(check: Check, subject: Subject) -> None:
    """A check that has nothing to look at in a stream says so in words; `test_mutants.py` shows that each one bites."""
    why_not = check(subject)
    assert why_not is None or len(why_not.split()) > 2


@pytest.mark.parametrize("check", [pytest.param(check, id=name) for name, check in CHECKS.items()])
def test_every_check_looks_at_some_stream(check: Check) -> None:
    assert any(check(subject) is None for subject in SUBJECTS.values())


def test_every_stream_is_recorded_and_every_record_is_of_a_stream() -> None:
    for platform in PLATFORMS.values():
        assert set(RECORDED[platform.name]) == {stream.name for stream in platform.streams}
