"""Answers that lack the word of a next page: nothing is lost by them, and nothing that lives is marked as gone."""

from __future__ import annotations

import io
from typing import Any

import httpx2
import pytest

from shared import log
from shared.vocabulary.paging.ends import MOST_AGAIN
from tests.flow.bad import Trouble, trouble
from tests.flow.test_bad_input import ended_badly
from tests.flow.test_bad_values import complete, recovered

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


def forgetting(case: Trouble, name: str, times: int) -> list[str]:
    """The first answers with a list come without this; the paths of those."""
    paths: list[str] = []

    def forget(body: Any, request: httpx2.Request) -> Any:
        if len(paths) < times and body[case.records]:
            paths.append(request.url.path)
            del body[name]
        return body

    case.alter(forget)
    return paths


def test_klaviyo_profiles_without_links_are_not_a_whole_reading() -> None:
    case = trouble("klaviyo", "profiles", {"profiles": 400}, stranger="forms")
    assert forgetting(case, "links", 1) == []
    bad = ended_badly(case, case.sync("first"), {"paging-missing"})
    assert bad
    case.heal()
    later(case)
    assert case.sync("second")["state"] == "completed"
    assert len(case.rows()) == 400


def later(case: Trouble) -> None:
    case.world.clock.forward(hours=8)
    case.world.renew_access()


@pytest.mark.parametrize("which", ["lists", "list_members"])
def test_klaviyo_lists_that_live_are_not_marked_as_gone(which: str) -> None:
    case = trouble("klaviyo", "list_members", {"lists": 14, "profiles": 300}, stranger="forms")
    assert case.sync("first")["state"] == "completed"
    before = living(case)
    assert min(before.values()) > 10
    later(case)
    of_it = Trouble(case.platform, case.platform.stream(which), case.world, case.meddler)
    paths = forgetting(of_it, "links", 1)
    run = case.sync("second")
    assert paths
    assert run["state"] == "partly"
    assert {problem["code"] for problem in run["problems"]} == {"paging-missing"}
    assert living(case) == before
    case.heal()
    later(case)
    assert case.sync("third")["state"] == "completed"
    assert living(case) == before


def living(case: Trouble) -> dict[str, int]:
    tables = {f"klaviyo_{name}" for name in ("lists", "list_members")}
    rows = case.world.rows()
    return {name: sum(row.get("_deleted_at") is None for row in rows[name]) for name in tables}


@pytest.mark.parametrize("times", [1, 99])
def test_constant_contact_without_links_is_asked_again_and_never_believed(times: int) -> None:
    case = trouble("constant_contact", "contacts", {"contacts": 1_200})
    paths = forgetting(case, "_links", times)
    run = case.sync("first")
    assert len(paths) == min(times, 1 + MOST_AGAIN)
    if times == 1:
        complete(case, run)
        assert len(case.rows()) >= 1_200
    else:
        assert ended_badly(case, run, {"paging-missing"})
        assert not case.rows()
    recovered(case)
    assert len(case.rows()) >= 1_200
