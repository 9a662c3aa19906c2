"""What a platform answered reaches Secret Manager, however long that takes nothing; and nobody asks twice meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.clock import LONGEST_PAUSE
from shared.errors import Later, Reconnect
from shared.oauth.credentials import Credentials
from shared.oauth.refresh import LONGEST_REST
from tests.oauth.bench import PLATFORM, Bench, instead


def ended() -> Bench:
    bench = Bench()
    bench.clock.forward(days=1)
    return bench


@pytest.mark.parametrize("seconds", [1, 3, 10, 60, 89, 119])
def test_while_nothing_is_taken_it_is_tried_for_as_long_as_a_lease_lasts(seconds: int) -> None:
    bench = ended()
    refused = bench.refuse_writes(seconds)
    bench.use(bench.worker())
    assert refused() > 0
    assert (bench.now.state, bench.now.secret_version, bench.now.refresh_until) == ("active", "2", None)
    assert (bench.refreshes, bench.box.calls.refused_refreshes) == (1, 0)


def test_pauses_are_moments_that_grow_and_differ_by_chance() -> None:
    bench = ended()
    pauses, pause = list[float](), bench.clock.pause
    bench.clock.pause = lambda seconds: (pauses.append(seconds), pause(seconds))[1]  # type: ignore[method-assign]
    bench.refuse_writes(60)
    bench.use(bench.worker())
    assert max(pauses) <= LONGEST_PAUSE
    assert len(set(pauses)) > 20
    assert sum(pauses[5:]) / len(pauses[5:]) > 0.5 > max(pauses[:1])


def test_the_lease_is_made_longer_so_that_nobody_asks_with_what_is_used_up() -> None:
    bench = ended()
    worker, other, heard = bench.worker(), bench.worker(), list[str]()
    began, pause, exchange = bench.clock.now(), bench.clock.pause, worker.refresher._exchange

    def slow(*args: Any) -> Any:
        bench.clock.forward(seconds=30)
        return exchange(*args)

    def meanwhile(seconds: float) -> None:
        pause(seconds)
        if bench.clock.now() - began > timedelta(seconds=125) and not heard:  # the first lease was for 120
            heard.append("")
            with pytest.raises(Later) as caught:
                bench.use(other)
            heard[0] = caught.value.code

    instead(worker.refresher, "_exchange", slow)
    bench.clock.pause = meanwhile  # type: ignore[method-assign]
    bench.refuse_writes(140)
    bench.use(worker)
    assert heard == ["refresh-under-way"]
    assert (bench.refreshes, bench.box.calls.refused_refreshes) == (1, 0)


def given_up(bench: Bench) -> tuple[Credentials, Later]:
    worker = bench.worker()
    bench.refuse_writes(150)
    with pytest.raises(Later) as caught:
        bench.use(worker)
    return worker, caught.value


def test_given_up_it_stays_in_memory_and_the_next_use_writes_it() -> None:
    bench = ended()
    worker, problem = given_up(bench)
    assert (problem.code, problem.counts) == ("not-kept", False)
    assert bench.now.state == "active"
    # Others would ask with what is used up, so they have to wait.
    with pytest.raises(Later) as caught:
        bench.use(bench.worker())
    assert caught.value.code == "refresh-under-way"
    before = bench.clock.paused
    with pytest.raises(Later):
        bench.use(worker)
    assert bench.clock.paused == before, "still refused, and tried only once: somebody waits"
    bench.clock.forward(seconds=60)
    headers = bench.use(worker)
    assert bench.use(bench.worker(), bench.now) == headers
    assert (bench.now.state, bench.now.secret_version, bench.now.refresh_until) == ("active", "2", None)
    assert (bench.refreshes, bench.box.calls.refused_refreshes) == (1, 0)
    bench.clock.forward(days=1)
    bench.use(worker)
    assert bench.now.secret_version == "3"


def test_when_that_process_comes_back_too_late_it_still_brings_the_connection_back() -> None:
    bench = ended()
    worker, _ = given_up(bench)
    bench.clock.forward(seconds=LONGEST_REST.total_seconds() + 1)
    with pytest.raises(Reconnect):
        bench.use(bench.worker())
    assert bench.now.state == "reconnect"
    bench.use(worker)
    assert (bench.now.state, bench.now.problem, bench.now.secret_version) == ("active", None, "2")


def test_a_secret_that_was_destroyed_meanwhile_is_not_made_anew() -> None:
    bench = ended()
    add = bench.vault.add

    def gone(*args: object) -> str:
        bench.vault.delete("secret")
        bench.vault.add = add  # type: ignore[method-assign]
        raise ConnectionError

    bench.vault.add = gone  # type: ignore[method-assign,assignment]
    worker = bench.worker()
    with pytest.raises(Later) as caught:
        bench.use(worker)
    assert caught.value.code == "access-replaced"
    assert "secret" not in bench.vault.secrets
    assert worker.refresher.keeper.left("secret") is None


def test_a_vault_that_refused_is_not_asked_to_destroy_and_the_next_renewal_does() -> None:
    bench = ended()
    worker, retired = bench.worker(), list[str]()
    retire = bench.vault.retire
    bench.vault.retire = lambda name, before: (retired.append(before), retire(name, before))[1]  # type: ignore[method-assign]
    bench.use(worker)
    assert retired == [], "before the second version there is nothing to destroy, and nothing is asked"
    bench.clock.forward(days=1)
    bench.refuse_writes(5)
    bench.use(worker)
    assert retired == []
    assert sorted(bench.vault.secrets["secret"]) == [1, 2, 3]
    bench.clock.forward(days=1)
    bench.use(worker)
    assert retired == ["3"]
    assert sorted(bench.vault.secrets["secret"]) == [3, 4]


def test_nothing_that_waits_in_memory_can_be_printed() -> None:
    bench = ended()
    worker, _ = given_up(bench)
    left = worker.refresher.keeper.left("secret")
    assert left is not None
    assert left.credential.token.reveal() not in f"{left!r} {worker!r} {worker.refresher!r}"


def test_frozen_after_the_answer_a_good_renewal_brings_the_connection_back() -> None:
    """The next one asked with what was used up, was refused, and said so; then the first wrote what it had."""
    bench = ended()
    frozen = bench.worker()
    keep = frozen.refresher._keep

    def late(*args: Any) -> Any:
        bench.clock.forward(seconds=200)
        with pytest.raises(Reconnect):
            bench.use(bench.worker())
        assert bench.now.state == "reconnect"
        return keep(*args)

    instead(frozen.refresher, "_keep", late)
    bench.use(frozen)
    assert (bench.now.state, bench.now.problem, bench.now.secret_version) == ("active", None, "2")
    assert bench.now.next_sync_at == bench.clock.now(), "what was not read meanwhile is read at once"
    bench.use(bench.worker(), bench.now)
    assert bench.refreshes == 1


def test_what_was_stopped_for_another_reason_is_not_brought_back_by_a_late_renewal() -> None:
    bench = ended()
    frozen = bench.worker()
    keep = frozen.refresher._keep

    def late(*args: Any) -> Any:
        bench.clock.forward(seconds=200)
        bench.change(state="reconnect", problem={"code": "not-authorised"}, refresh_fence=9)
        return keep(*args)

    instead(frozen.refresher, "_keep", late)
    frozen.headers(PLATFORM, bench.connection)
    assert bench.now.state == "reconnect"


def test_the_first_pauses_are_short() -> None:
    bench = ended()
    began = bench.clock.now()
    bench.refuse_writes(0.2)
    bench.use(bench.worker())
    assert bench.clock.now() - began < timedelta(seconds=3)
