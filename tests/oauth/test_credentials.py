"""Opening and renewing credentials: one worker asks, the others wait or come back, and nobody is cut off by mistake."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from shared import model
from shared.errors import Configure, Later, Problem, Reconnect
from shared.model import Connection, to_doc
from shared.oauth import health
from shared.oauth.refresh import open_newest
from shared.oauth.tokens import from_key, pack
from shared.platforms import PLATFORMS
from shared.secret import Secret
from shared.vocabulary.access import Credential
from tests.oauth.bench import PLATFORM, Bench, instead
from tests.support.memory import MemoryVault


def test_a_good_credential_is_opened_once_per_process() -> None:
    bench = Bench()
    worker, reads = bench.worker(), []
    read = bench.vault.read
    bench.vault.read = lambda name: reads.append(name) or read(name)  # type: ignore[method-assign,func-returns-value]
    assert bench.use(worker) == bench.use(worker)
    assert reads == ["secret"]
    assert bench.refreshes == 0


@pytest.mark.parametrize("refresh", ["rotating", "long_lived"])
def test_ten_minutes_before_its_end_it_is_renewed(refresh: Literal["rotating", "long_lived"]) -> None:
    bench = Bench(refresh)
    worker = bench.worker()
    bench.clock.forward(hours=23, minutes=49)
    bench.use(worker)
    assert bench.refreshes == 0
    bench.clock.forward(minutes=1)
    bench.use(worker)
    bench.use(worker)
    assert bench.refreshes == 1
    assert bench.now.secret_version == "2"
    assert bench.now.expires_at == bench.clock.now() + timedelta(days=180)
    assert bench.now.refresh_until is None


def test_a_hundred_days_of_renewals_keep_two_versions() -> None:
    bench = Bench()
    worker = bench.worker()
    for _ in range(100):
        bench.clock.forward(days=1)
        bench.use(worker)
    assert bench.refreshes == 100
    assert sorted(bench.vault.secrets["secret"]) == [100, 101]


def test_another_worker_finds_the_renewed_one_by_the_connections_version() -> None:
    bench = Bench()
    first, second = bench.worker(), bench.worker()
    bench.use(first)
    bench.use(second)
    bench.clock.forward(days=1)
    headers = bench.use(first)
    assert bench.use(second, bench.now) == headers
    assert bench.use(bench.worker()) == headers
    assert bench.refreshes == 1


def test_twenty_threads_of_one_process_renew_once() -> None:
    bench = Bench()
    worker = bench.worker()
    bench.clock.forward(days=1)
    problems: list[Problem] = []
    ready = threading.Barrier(20)

    def go() -> None:
        ready.wait()
        try:
            bench.use(worker)
        except Problem as problem:
            problems.append(problem)

    threads = [threading.Thread(target=go) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bench.refreshes == 1
    assert {problem.code for problem in problems} <= {"refresh-under-way"}
    assert bench.now.state == "active"


# -- who does not get the lease ------------------------------------------------------------------------


def held_by_another(bench: Bench) -> None:
    until = bench.clock.now() + timedelta(seconds=90)
    bench.documents.set(bench.where, {**to_doc(bench.connection), "refresh_until": until, "refresh_fence": 3})


def test_while_another_renews_a_token_that_is_still_good_is_used_at_once() -> None:
    bench = Bench()
    bench.clock.forward(hours=23, minutes=55)
    held_by_another(bench)
    bench.use(bench.worker())
    assert bench.refreshes == 0
    assert bench.clock.paused == 0


def test_while_another_renews_an_ended_one_the_slice_waits_a_few_seconds() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    held_by_another(bench)
    with pytest.raises(Later) as caught:
        bench.use(bench.worker())
    assert caught.value.code == "refresh-under-way"
    assert not caught.value.counts
    assert caught.value.not_before is not None
    assert timedelta(0) < caught.value.not_before - bench.clock.now() <= timedelta(seconds=5)
    assert 0 < bench.clock.paused <= 2
    assert bench.refreshes == 0


def test_a_look_later_the_renewed_one_is_there() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    held_by_another(bench)
    winner = bench.worker()
    pause = bench.clock.pause

    def meanwhile(seconds: float) -> None:
        pause(seconds)
        if bench.refreshes == 0:
            bench.documents.set(bench.where, {**bench.documents.docs[bench.where], "refresh_until": None})
            bench.use(winner)

    bench.clock.pause = meanwhile  # type: ignore[method-assign]
    bench.use(bench.worker())
    assert bench.refreshes == 1


def test_a_lease_left_by_a_dead_worker_ends_by_itself() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    held_by_another(bench)
    bench.clock.forward(seconds=121)
    bench.use(bench.worker())
    assert bench.refreshes == 1
    assert bench.now.refresh_fence == 4


def test_the_lease_is_decided_in_the_transaction_not_by_an_earlier_look() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    held_by_another(bench)
    worker = bench.worker()
    instead(worker.refresher, "_connection", lambda where: bench.connection)  # as it was a moment before
    with pytest.raises(Later):
        bench.use(worker)
    assert bench.refreshes == 0


def test_who_lost_the_lease_leaves_that_of_the_next_alone() -> None:
    bench = Bench("long_lived")
    bench.clock.forward(days=1)
    slow = bench.worker()
    exchange = slow.refresher._exchange

    def late(platform: Any, credential: Credential) -> Credential:
        held_by_another(bench)
        return exchange(platform, credential)

    instead(slow.refresher, "_exchange", late)
    before = bench.clock.now()
    bench.use(slow)  # its token is good all the same
    assert bench.now.refresh_until == before + timedelta(seconds=90)
    assert (bench.now.secret_version, bench.now.refresh_fence) == ("1", 3)


# -- crashes between the answer and the end ------------------------------------------------------------


class Crash(Exception):
    pass


def crashing(*_: object) -> Any:
    raise Crash


def test_killed_before_the_document_knew_the_next_worker_uses_what_was_kept() -> None:
    bench = Bench()
    dying, other = bench.worker(), bench.worker()
    bench.use(other)
    bench.clock.forward(days=1)
    instead(dying.refresher, "_publish", crashing)
    with pytest.raises(Crash):
        bench.use(dying)
    assert bench.now.secret_version == "1"
    bench.clock.forward(seconds=121)
    bench.use(bench.worker())
    bench.use(other)
    assert bench.refreshes == 1
    assert (bench.now.secret_version, bench.now.state) == ("2", "active")


def test_killed_before_it_was_kept_a_rotated_grant_is_lost_and_says_so() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    dying = bench.worker()
    instead(dying.refresher, "_keep", crashing)
    with pytest.raises(Crash):
        bench.use(dying)
    bench.clock.forward(seconds=121)
    with pytest.raises(Reconnect) as caught:
        bench.use(bench.worker())
    assert bench.now.state == "reconnect"
    assert bench.now.problem == {
        "code": "grant-ended",
        "sentence": caught.value.sentence,
        "move": "client",
        "at": bench.clock.now(),
    }


def test_a_vault_that_stumbles_is_tried_again_before_the_answer_is_given_up() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    add, failures = bench.vault.add, [ConnectionError(), ConnectionError()]

    def stumble(*args: Any) -> str:
        if failures:
            raise failures.pop()
        return add(*args)

    bench.vault.add = stumble  # type: ignore[method-assign,assignment]
    bench.use(bench.worker())
    assert bench.now.secret_version == "2"


def test_a_slow_worker_whose_lease_passed_on_does_not_speak_for_the_connection() -> None:
    """Its refresh token was used by a faster one meanwhile: invalid_grant, but the newest version is another."""
    bench = Bench()
    bench.clock.forward(days=1)
    slow, fast = bench.worker(), bench.worker()
    exchange = slow.refresher._exchange

    def late(platform: Any, credential: Credential) -> Credential:
        bench.clock.forward(seconds=200)
        bench.use(fast)
        return exchange(platform, credential)

    instead(slow.refresher, "_exchange", late)
    assert bench.use(slow) == bench.use(fast)
    assert bench.refreshes == 1
    assert bench.box.calls.refused_refreshes == 1
    assert bench.now.state == "active"


def test_invalid_grant_without_the_lease_is_nobodys_verdict() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    bench.box.revoke()
    slow = bench.worker()
    confirm = slow.refresher._confirm

    def late(held: Connection, *rest: Any) -> Any:
        bench.documents.set(bench.where, {**bench.documents.docs[bench.where], "refresh_fence": 99})
        return confirm(held, *rest)

    instead(slow.refresher, "_confirm", late)
    with pytest.raises(Later):
        bench.use(slow)
    assert bench.now.state == "active"


# -- answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [{"kind": "timeout"}, {"kind": "drop"}, {"kind": "status", "status": 503}, {"kind": "not_json"}, {"kind": "empty"}],
)
def test_a_lost_answer_is_no_verdict_and_the_next_attempt_asks_once_more(fault: dict[str, Any]) -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    bench.box.faults.add("POST *token", **fault)
    worker = bench.worker()
    with pytest.raises(Later):
        bench.use(worker)
    with pytest.raises(Later):  # others rest a little, too
        bench.use(bench.worker())
    bench.clock.forward(seconds=16)
    bench.use(worker)
    assert bench.refreshes == 1
    assert bench.now.state == "active"


def test_a_limit_at_the_token_endpoint_is_waited_for() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    bench.box.faults.add("POST *token", "status", status=429, headers={"Retry-After": "60"})
    with pytest.raises(Later) as caught:
        bench.use(bench.worker())
    assert (caught.value.code, caught.value.counts) == ("limited", False)
    assert bench.now.refresh_until == bench.clock.now() + timedelta(seconds=60)


def test_while_the_platform_cannot_renew_a_good_token_goes_on_working() -> None:
    bench = Bench()
    bench.clock.forward(hours=23, minutes=55)
    bench.box.faults.add("POST *token", "status", times=None, status=503)
    bench.use(bench.worker())
    bench.vault.delete("client-constant_contact")
    bench.use(bench.worker())


def test_a_wrong_secret_of_our_app_is_the_agencys_and_stops_no_connection() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    bench.vault.add("client-constant_contact", b'{"client_id":"demo-constant_contact","client_secret":"wrong"}')
    with pytest.raises(Configure):
        bench.use(bench.worker())
    assert bench.now.state == "active"


def test_a_revoked_grant_stops_this_connection_and_says_so() -> None:
    bench = Bench()
    worker = bench.worker()
    bench.use(worker)
    bench.box.revoke()
    with pytest.raises(Reconnect):
        bench.use(worker)
    assert bench.now.state == "reconnect"
    assert bench.now.problem is not None
    assert bench.now.problem["sentence"] == "Constant Contact no longer accepts the access that was given to us."
    assert bench.now.refresh_until is None


def test_a_refused_token_that_was_not_to_end_yet_is_renewed_once() -> None:
    bench = Bench()
    worker, other = bench.worker(), bench.worker()
    bench.use(worker)
    bench.use(other)
    bench.box.expire_access_tokens()
    bench.use(worker)
    bench.use(other)
    assert bench.refreshes == 1


def test_a_refused_key_is_looked_up_again_before_it_is_given_up() -> None:
    bench = Bench()
    platform = PLATFORMS["emailoctopus"]
    bench.vault.add("key", pack(from_key("first"), bench.clock.now()))
    connection = replace(bench.connection, secret="key", secret_version="1", platform="emailoctopus")
    worker = bench.worker()
    used = worker.headers(platform, connection)
    with pytest.raises(Reconnect):
        worker.rejected(platform, connection, used)
    bench.vault.add("key", pack(from_key("second"), bench.clock.now()))
    assert not worker.rejected(platform, connection, used), "it was not renewed for this"
    assert worker.headers(platform, connection) == {"authorization": "Bearer second"}


def test_an_access_without_renewal_ends_in_words() -> None:
    bench = Bench()
    end = bench.clock.now() + timedelta(hours=1)
    version = bench.vault.add("secret", pack(Credential(Secret("t"), expires_at=end.isoformat()), bench.clock.now()))
    connection = replace(bench.connection, secret_version=version)
    worker = bench.worker()
    bench.clock.forward(minutes=59)
    worker.headers(PLATFORM, connection)
    bench.clock.forward(minutes=1)
    with pytest.raises(Reconnect) as caught:
        worker.headers(PLATFORM, connection)
    assert caught.value.code == "access-ended"


def test_a_version_that_is_not_readable_yet_is_waited_for() -> None:
    """Reading the newest version may lag behind writing it; an older one would be used up already."""
    bench = Bench()
    bench.clock.forward(days=1)
    with pytest.raises(Later) as caught:
        bench.worker().headers(PLATFORM, replace(bench.connection, secret_version="2"))
    assert caught.value.code == "credential-on-its-way"
    assert bench.refreshes == bench.box.calls.refused_refreshes == 0


def test_a_refused_newer_credential_is_not_replaced_by_an_older_one() -> None:
    bench = Bench()
    worker = bench.worker()
    bench.use(worker)
    bench.clock.forward(days=1)
    used = bench.use(worker)
    old = bench.vault.secrets["secret"][1]
    bench.vault.read = lambda name: ("1", old)  # type: ignore[method-assign]
    with pytest.raises(Later) as caught:
        worker.rejected(PLATFORM, bench.connection, used)
    assert caught.value.code == "credential-on-its-way"
    assert worker.headers(PLATFORM, bench.connection) == used


def test_a_connection_or_a_secret_that_is_gone_is_told() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    bench.documents.delete(bench.where)
    with pytest.raises(Reconnect):
        bench.use(bench.worker())
    with pytest.raises(Reconnect):
        open_newest(MemoryVault(), bench.connection)


# -- stopping and counting down --------------------------------------------------------------------------


def test_stopping_twice_changes_nothing_and_a_renewal_undoes_an_old_refusal() -> None:
    bench = Bench()
    worker = bench.worker()
    worker.headers(PLATFORM, bench.connection)
    worker.stop(bench.connection, Reconnect("gone", "It is gone."))
    first = bench.documents.docs[bench.where]
    bench.clock.forward(hours=1)
    worker.stop(bench.connection, Reconnect("gone", "It is gone."))
    assert bench.documents.docs[bench.where] == first
    # The client connected again; a worker that still thinks of the old credential has no say.
    bench.documents.set(bench.where, to_doc(replace(bench.connection, secret_version="2")))
    worker.stop(bench.connection, Reconnect("gone", "It is gone."))
    assert bench.now.state == "active"


def test_what_the_agency_must_change_is_shown_and_tried_again() -> None:
    bench = Bench()
    bench.worker().stop(bench.connection, Configure("no-permission", "A right is missing."))
    assert bench.now.state == "active"
    assert bench.now.problem is not None
    assert (bench.now.problem["code"], bench.now.problem["move"]) == ("no-permission", "agency")


def test_a_disabled_connection_stays_disabled() -> None:
    bench = Bench()
    bench.documents.set(bench.where, to_doc(replace(bench.connection, state=model.DISABLED)))
    bench.worker().stop(bench.connection, Reconnect("gone", "It is gone."))
    assert bench.now.state == "disabled"


@pytest.mark.parametrize(
    ("left", "days", "threshold"),
    [
        (timedelta(days=180), 180, None),
        (timedelta(days=14), 14, None),
        (timedelta(days=13, hours=23), 13, 14),
        (timedelta(days=7), 7, 14),
        (timedelta(days=6, hours=1), 6, 7),
        (timedelta(days=2), 2, 7),
        (timedelta(days=1, hours=1), 1, 2),
        (timedelta(hours=5), 0, 2),
        (timedelta(hours=-5), 0, 2),
    ],
)
def test_the_end_is_counted_down(left: timedelta, days: int, threshold: int | None) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    connection = Connection("c", "w", "p", "a", "Bakery", expires_at=now + left)
    assert health.days_left(connection, now) == days
    told = health.countdown(connection, now)
    assert (told["threshold"] if told else None) == threshold
    assert told is None or "Bakery" in told["sentence"]
    assert health.days_left(replace(connection, expires_at=None), now) is None
    assert health.countdown(replace(connection, state="reconnect"), now) is None
