"""Reports that are made first: waited for until they are whole, and made anew when the platform fails to."""

from __future__ import annotations

import pytest

from shared.errors import Bug
from shared.vocabulary.paging import Report
from shared.vocabulary.wire import Answer, Request
from tests.connectors.checks.subject import Subject, check
from tests.connectors.fake_platform import FakePlatform, walk
from tests.connectors.recorded import body

AT_ONCE = "its rows come at once"


@check
def report_is_whole_when_it_is_fetched(s: Subject) -> str | None:
    """Nothing is fetched before the platform says, in every way that it says it, that all of it is there."""
    rule = s.stream.pages
    if not isinstance(rule, Report):
        return AT_ONCE
    desk = s.desk(s.rows(5))
    found = walk(s.platform, s.stream, s.part, desk)
    fetched = [i for i, reading in enumerate(found.readings) if reading.records]
    waits = [reading.wait for reading in found.readings[: fetched[0]] if reading.wait]
    assert len(waits) == s.recorded.waits, "asked for, being made, and perhaps said to be completed too early"
    assert all(rule.first <= wait <= rule.longest for wait in waits)
    return None


@check
def report_that_fails_is_asked_for_anew(s: Subject) -> str | None:
    rule = s.stream.pages
    if not isinstance(rule, Report):
        return AT_ONCE
    for state in s.recorded.fails or sorted(rule.failed):
        rows = s.rows(5)
        desk, failed = s.desk(rows), list[Request]()

        def failing(
            request: Request, desk: object = desk, failed: list[Request] = failed, state: str = state
        ) -> Answer:
            if request.url.endswith(rule.poll.replace("{report}", "6012345")) and not failed:
                failed.append(request)
                return body(200, {rule.state: state})
            return desk(request)  # type: ignore[operator, no-any-return]

        found = walk(s.platform, s.stream, s.part, failing)
        assert failed
        assert set(found.keys(*s.recorded.key)) == s.expected(rows), "what the second report holds is missing"
    return None


@check
def report_of_which_nothing_is_told_is_an_error(s: Subject) -> str | None:
    """By which name it goes, how far it is, and where it lies: each is said, or it is no report."""
    rule = s.stream.pages
    if not isinstance(rule, Report):
        return AT_ONCE
    for lost, code in ((rule.id, "report-missing"), (rule.state, "state-missing"), (rule.file, "file-missing")):
        desk = s.desk(s.rows(5))

        def silent(request: Request, desk: FakePlatform = desk, lost: str = lost) -> Answer:
            answered = desk(request)
            if request.bare or not isinstance(answered.json, dict):
                return answered
            return body(answered.status, {name: value for name, value in answered.json.items() if name != lost})

        if lost:
            with pytest.raises(Bug, match=code):
                walk(s.platform, s.stream, s.part, silent)
    return None
