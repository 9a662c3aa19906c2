"""What a platform says when it refuses, and who must act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import answer
from shared.reading import request_for
from shared.vocabulary.meanings import SKIP
from shared.vocabulary.statuses import stated_rest
from shared.vocabulary.wire import Answer, Request
from tests.connectors.checks.subject import Subject, check, one_answer, told
from tests.connectors.documented import REFUSALS
from tests.connectors.fake_platform import CREDENTIAL, TOKEN, part, walk
from tests.connectors.recorded import BEGAN, body


def problem_of(s: Subject, given: Answer) -> Problem:
    with pytest.raises(Problem) as caught:
        one_answer(s, given)
    problem = caught.value
    assert s.platform.title in problem.sentence or "platform" in problem.sentence
    assert problem.sentence.endswith((".", "."))
    return problem


@check
def limits_are_waited_for_as_stated(s: Subject) -> str | None:
    limit = REFUSALS[s.platform.name]["limit"]
    problem = problem_of(s, limit)
    assert isinstance(problem, Later)
    assert problem.code == "limited"
    assert not problem.counts, "a stated limit is no fault"
    rest = stated_rest(limit, s.platform.limits.retry_headers, BEGAN)
    stated = limit.headers.get("x-ratelimit-retry-after") or limit.headers.get("retry-after")
    assert rest == (BEGAN + timedelta(seconds=int(stated)) if stated else None)
    assert timedelta(seconds=1) <= s.platform.limits.default_pause <= timedelta(minutes=5)
    return None


@check
def used_up_day_waits_for_the_next(s: Subject) -> str | None:
    if s.platform.limits.per_day is None:
        return "the platform has no daily allowance"
    for error in ({"error_key": "quota_exceeded"}, [{"error_key": "quota_exceeded"}]):
        problem = problem_of(s, body(429, error))
        assert isinstance(problem, Later)
        assert problem.code == "daily-allowance"
        assert not problem.counts
    return None


@check
def refused_credential_asks_to_connect_again(s: Subject) -> str | None:
    assert isinstance(problem_of(s, REFUSALS[s.platform.name]["credential"]), Reconnect)
    return None


@check
def missing_permission_is_for_the_agency(s: Subject) -> str | None:
    if s.recorded.draft_is_403:
        assert s.stream.parent is not None
        assert s.stream.parent.when is not None
        return "403 says here that a draft has no report"
    permission = REFUSALS[s.platform.name]["permission"]
    if s.stream.minds(SKIP):  # one question of several goes on without it; that all are refused does not
        with pytest.raises(Configure):
            walk(s.platform, s.stream, part(s.platform, s.recorded), lambda request: permission)
        return None
    assert isinstance(problem_of(s, permission), Configure)
    return None


@check
def fault_of_the_platform_is_tried_again(s: Subject) -> str | None:
    html = b"<html>Bad Gateway</html>"
    faults = [REFUSALS[s.platform.name]["fault"], answer(502, {}, html), answer(504, {}, b""), answer(408, {}, b"")]
    for fault in faults:
        problem = problem_of(s, fault)
        assert isinstance(problem, Later)
        assert problem.counts, "a fault uses up attempts"
    return None


@check
def what_is_no_json_is_tried_again(s: Subject) -> str | None:
    html = b"<html>please wait</html>"
    assert isinstance(problem_of(s, answer(200, {}, html)), Later)
    assert isinstance(problem_of(s, answer(200, {}, b'{"half": ')), Later)
    if not s.recorded.draft_is_403:
        assert isinstance(problem_of(s, answer(403, {}, html)), Later)
    return None


@check
def parent_that_is_gone_is_no_failure(s: Subject) -> str | None:
    gone = REFUSALS[s.platform.name]["gone"]
    if not s.recorded.given:
        # Some do not tell what is gone from what may not be read: that is for the agency.
        assert isinstance(problem_of(s, gone), (Bug, Configure))
        return None
    found = walk(s.platform, s.stream, part(s.platform, s.recorded), lambda request: gone)
    assert not found.rows
    assert all(reading.absent or gone.status == 200 for reading in found.readings)  # or it is told by null
    return None


@check
def what_is_not_offered_takes_nothing_else_with_it(s: Subject) -> str | None:
    """The question is asked again without the name that spoilt it, and that less was asked is noted."""
    if not s.recorded.not_offered:
        return "no part of its question can be unknown to an account"
    rows = s.rows(5)
    found = walk(s.platform, s.stream, s.part, s.desk(rows, refused=s.recorded.not_offered))
    assert set(found.keys(*s.recorded.key)) == s.expected(rows)
    assert all(reading.narrowed for reading in found.readings if reading.records)
    whole = walk(s.platform, s.stream, s.part, s.desk(rows))
    assert not any(reading.narrowed for reading in whole.readings)
    kept = {name for row in found.rows for name in row}
    assert kept < {name for row in whole.rows for name in row}
    assert kept > set(s.recorded.key) | set(s.recorded.given)
    everything = lambda request: REFUSALS[s.platform.name]["not-offered"]  # noqa: E731
    with pytest.raises(Bug, match="not-offered"):
        walk(s.platform, s.stream, s.part, everything)
    return None


@check
def sums_that_are_refused_cost_no_rows(s: Subject) -> str | None:
    if s.stream.totals is None:
        return "the platform gives no sums of what this reads"
    rows, asked = s.rows(5), told(request_for(s.platform, s.stream, s.part, {}))
    desk, refused = s.desk(rows), REFUSALS[s.platform.name]["permission"]

    def refusing(request: Request) -> Answer:
        whole = desk(request)
        return refused if told(replace(request, headers={})) == asked else whole

    whole = walk(s.platform, s.stream, s.part, s.desk(rows), another_way=True)
    found = walk(s.platform, s.stream, s.part, refusing, another_way=True)
    assert found.keys(*s.recorded.key) == whole.keys(*s.recorded.key)
    assert found.rows
    return None


@check
def one_question_that_is_not_known_takes_no_other_with_it(s: Subject) -> str | None:
    """What is refused is named, and the rows of the others come."""
    if not s.stream.minds(SKIP) or len(s.stream.passes) == 1:
        return "asks one question, or knows of none that may be refused"
    rows, first = s.rows(45), s.stream.passes[0]
    desk, refused = s.desk(rows), REFUSALS[s.platform.name]["question"]

    def refusing(request: Request) -> Answer:
        return refused if first.query.items() <= request.query.items() else desk(request)

    found = s.read(refusing)
    whole = [row for row in s.read(s.desk(rows)).rows if not first.give.items() <= row.items()]
    assert found.rows == whole
    assert " ".join(first.query.values()) in {name for reading in found.readings for name in reading.left_out}
    return None


@check
def one_gone_of_several_takes_no_other_with_it(s: Subject) -> str | None:
    if "," not in s.recorded.path:
        return "asks for one thing at a time"
    rows = s.rows(0)
    found = walk(s.platform, s.stream, replace(part(s.platform, s.recorded), given=with_gone(s)), s.desk(rows))
    assert set(found.keys(*s.recorded.key)) == s.expected(rows)
    return None


def with_gone(s: Subject) -> dict[str, Any]:
    name, ids = next(iter(s.recorded.given.items()))
    first, *others = ids.split(",")
    return {**s.recorded.given, name: ",".join([first, "gone", *others])}


@check
def other_refusals_are_bugs_of_ours(s: Subject) -> str | None:
    for refusal in (REFUSALS[s.platform.name]["question"], body(405, {}), answer(302, {"location": "https://x"}, b"")):
        with pytest.raises(Bug):  # of several questions one may be refused, but not all of them
            s.read(lambda request, refusal=refusal: refusal)  # type: ignore[misc]
    return None


@check
def no_error_tells_the_credential(s: Subject) -> str | None:
    problems = [problem_of(s, REFUSALS[s.platform.name][kind]) for kind in ("credential", "limit", "fault")]
    problems.append(problem_of(s, answer(200, {}, b"no json")))
    for sent in (body(200, {}), body(200, []), *REFUSALS[s.platform.name].values()):
        conversation = s.platform.discover(CREDENTIAL)
        try:
            next(conversation)
            conversation.send(sent)
        except Problem as raised:
            problems.append(raised)
        except StopIteration:
            continue
    for problem in problems:
        for text in (str(problem), repr(problem), problem.detail, problem.sentence):
            assert TOKEN not in text
            assert TOKEN.partition("-")[0] not in text
    assert TOKEN not in repr(CREDENTIAL)
    return None
