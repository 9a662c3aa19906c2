"""Who is let in, with what power, and what it costs to ask: counted in work, not by the clock."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
import pytest

from shared.keys.admission import MISSES, Caller, Refused
from shared.keys.key import key_path
from shared.keys.keyring import Keyring
from shared.keys.scopes import POWERS, Scope, for_kind
from shared.keys.texts import ALPHABET, KEYS, Kind, new, read
from shared.secret import Secret
from tests.keys.bench import BY, HERE, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refused(bench: Bench, text: str, kind: Kind = Kind.API, caller: Caller = HERE) -> Refused:
    with pytest.raises(Refused) as refusal:
        bench.door.admit(text, {kind}, caller)
    return refusal.value


def forged(secret: Secret) -> str:
    """The same beginning, and another end whose checksum is right."""
    known = read(secret.reveal())
    assert known is not None
    return new(known.kind, known.leading).secret.reveal()


@pytest.mark.parametrize("kind", sorted(KEYS))
def test_a_key_opens_its_workspace_with_its_scopes(bench: Bench, kind: Kind) -> None:
    scope = for_kind(kind)[0]
    secret, key = bench.key(kind, (scope,))
    admitted = bench.door.admit(secret.reveal(), {kind}, HERE)
    assert (admitted.subject, admitted.workspace, set(admitted.scopes)) == (f"key:{key.id}", "acme", {scope})
    assert admitted.feed == ("weekly" if kind == Kind.FEED else "")
    assert admitted.headers["RateLimit-Policy"].startswith('"calls";q=')


@pytest.mark.parametrize("kind", sorted(KEYS))
def test_a_key_of_another_door_is_unknown_and_asks_nobody(bench: Bench, kind: Kind) -> None:
    secret, _ = bench.key(kind, (for_kind(kind)[0],))
    bench.documents.asked.clear()
    for other in set(Kind) - {kind}:
        assert refused(bench, secret.reveal(), other).code == "unknown-key"
    assert bench.documents.asked == []


@pytest.mark.parametrize(
    "text", ["", "Bearer", "trib_api_", "trib_api_" + "0" * 36, "x" * 10_000, "trib_api_" + "é" * 36]
)
def test_what_was_never_given_out_asks_nobody(bench: Bench, text: str) -> None:
    bench.documents.asked.clear()
    assert refused(bench, text).code == "unknown-key"
    assert bench.documents.asked == []


def test_an_unknown_key_gets_the_same_answer_for_the_same_work(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose beginning is right is as unknown as any other: the same look, the same HMAC, no write."""
    secret, key = bench.key()
    bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    worked: list[str] = []
    for name in ("digest", "compare_digest"):
        real = getattr(hmac, name)

        def counted(*said: Any, real: Callable[..., Any] = real, name: str = name) -> Any:
            worked.append(name)
            return real(*said)

        monkeypatch.setattr(hmac, name, counted)
    seen = []
    for text in (forged(secret), new(Kind.API).secret.reveal()):
        bench.documents.asked.clear()
        worked.clear()
        answer = refused(bench, text)
        seen.append((str(answer), answer.status, answer.headers, list(bench.documents.asked), list(worked)))
    assert seen[0] == seen[1]
    assert seen[0][3:] == (["get keys"], ["digest", "compare_digest"])
    assert bench.documents.docs[key_path(key.id)]["used_agent"] == "curl/9"


def test_where_nobody_made_a_key_yet_none_is_known(bench: Bench) -> None:
    assert refused(bench, new(Kind.API).secret.reveal()).code == "unknown-key"
    assert not bench.vault.secrets


def test_a_network_that_tries_keys_out_is_refused_without_a_look_and_keys_that_are_good_still_come_in(
    bench: Bench,
) -> None:
    secret, _ = bench.key()
    bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    for _ in range(MISSES):
        refused(bench, new(Kind.API).secret.reveal())
    bench.documents.asked.clear()
    assert refused(bench, new(Kind.API).secret.reveal()).code == "unknown-key"
    assert refused(bench, forged(secret), caller=Caller("192.0.2.200")).code == "unknown-key"  # the same network
    assert bench.documents.asked == ["get keys"]  # a beginning that is known is looked at
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).workspace == "acme"
    bench.documents.asked.clear()
    refused(bench, new(Kind.API).secret.reveal(), caller=Caller("198.51.100.1"))
    assert bench.documents.asked == ["get keys"]
    bench.clock.forward(minutes=1)
    refused(bench, new(Kind.API).secret.reveal())
    assert bench.documents.asked == ["get keys"] * 2


# -- power ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, "viewer", "analyst", "admin", "owner", "emperor"])
def test_power_is_the_scopes_cut_with_the_makers_role_now(bench: Bench, role: str | None) -> None:
    every = tuple(for_kind(Kind.API))
    bench.roles = {("ann", "acme"): "owner"}
    secret, key = bench.key(scopes=every)
    rank = {None: 0, "viewer": 1, "analyst": 2, "admin": 3, "owner": 4, "emperor": 0}
    bench.roles = {("ann", "acme"): role} if role else {}
    admitted = bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    least = 1 if role is None else 0  # whoever is gone leaves a viewer's power, for a while
    assert admitted.scopes == {s for s in every if rank[POWERS[s].role] <= max(rank[role], least)}
    assert key.scopes == tuple(sorted(every))


def test_a_role_in_another_workspace_gives_nothing(bench: Bench) -> None:
    secret, _ = bench.key(scopes=("contacts:read",))
    bench.roles = {("ann", "other"): "owner"}
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == frozenset()


def test_a_scope_that_this_release_does_not_know_gives_nothing(bench: Bench) -> None:
    secret, key = bench.key()
    bench.documents.docs[key_path(key.id)]["scopes"] = ["data:read", "everything:write"]
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == {Scope.DATA_READ}


def test_orphans_work_as_a_viewers_for_two_weeks_and_then_wait_for_somebody(bench: Bench) -> None:
    secret, key = bench.key(scopes=("contacts:read", "data:read"), lifetime=timedelta(days=300))
    bench.roles.clear()
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == {Scope.DATA_READ}
    bench.clock.forward(days=13, hours=23)
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == {Scope.DATA_READ}
    bench.clock.forward(hours=1)
    answer = refused(bench, secret.reveal())
    assert (answer.code, answer.status) == ("key-paused", 403)
    bench.roles["ben", "acme"] = "analyst"
    bench.ring.adopt(BY, key.id, "ben")
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == {Scope.DATA_READ, Scope.CONTACTS_READ}


def test_whoever_comes_back_finds_the_key_as_it_was(bench: Bench) -> None:
    secret, key = bench.key()
    gone = dict(bench.roles)
    bench.roles.clear()
    bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    bench.clock.forward(days=20)
    bench.roles.update(gone)
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == {Scope.DATA_READ}
    assert bench.documents.docs[key_path(key.id)]["orphaned_at"] is None
    bench.roles.clear()
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).scopes == {Scope.DATA_READ}  # two weeks begin anew


def test_the_two_weeks_begin_when_the_role_is_taken_not_when_the_key_is_used(bench: Bench) -> None:
    secret, _ = bench.key()
    bench.key(workspace="acme", scopes=("status:read",))
    bench.roles["ann", "other"] = "viewer"
    elsewhere, _ = bench.key(workspace="other")
    del bench.roles["ann", "acme"]
    assert bench.ring.orphan("ann", "acme") == 2
    assert bench.ring.orphan("ann", "acme") == 0
    bench.clock.forward(days=14)
    assert refused(bench, secret.reveal()).code == "key-paused"
    assert bench.door.admit(elsewhere.reveal(), {Kind.API}, HERE).workspace == "other"


# -- its life ---------------------------------------------------------------------------------------------


def test_a_key_ends_when_it_was_said_to(bench: Bench) -> None:
    secret, _ = bench.key(lifetime=timedelta(days=30))
    bench.clock.forward(days=30, seconds=-1)
    bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    bench.clock.forward(seconds=1)
    assert refused(bench, secret.reveal()).code == "key-expired"


def test_a_revoked_key_is_over_at_once_for_every_instance(bench: Bench) -> None:
    secret, key = bench.key()
    other = bench.another()
    other.admit(secret.reveal(), {Kind.API}, HERE)
    bench.ring.revoke(BY, key.id)
    with pytest.raises(Refused, match="key-revoked"):
        other.admit(secret.reveal(), {Kind.API}, HERE)


def test_a_replaced_key_says_when_it_sets_and_both_work_until_then(bench: Bench) -> None:
    secret, key = bench.key()
    again, successor = bench.ring.replace(BY, key.id, timedelta(days=7))
    old = bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    fresh = bench.door.admit(again.reveal(), {Kind.API}, HERE)
    assert parsedate_to_datetime(old.headers["Sunset"]) == bench.clock.now() + timedelta(days=7)
    assert "Sunset" not in fresh.headers
    assert (old.scopes, old.workspace) == (fresh.scopes, fresh.workspace)
    bench.clock.forward(days=7)
    assert refused(bench, secret.reveal()).code == "key-expired"
    assert bench.door.admit(again.reveal(), {Kind.API}, HERE).subject == f"key:{successor.id}"


def test_the_last_use_is_a_day_a_network_and_a_program_written_at_most_once_in_ten_minutes(bench: Bench) -> None:
    secret, key = bench.key()
    writes = []
    for minute, agent in enumerate(["curl/9", "curl/9", "Excel", "Excel"] * 5):
        bench.documents.asked.clear()
        bench.door.admit(secret.reveal(), {Kind.API}, Caller("2001:db8:1:2::3", agent))
        writes += [minute] * (bench.documents.asked.count("transact") > (minute == 0 or bench.clock.now().second == 0))
        doc = bench.documents.docs[key_path(key.id)]
        bench.clock.forward(minutes=1)
    assert (doc["used_on"], doc["used_network"], doc["used_agent"]) == ("2026-09-01", "2001:db8:1::/48", "Excel")
    assert writes == [0, 10]


def test_that_the_last_use_cannot_be_written_turns_nobody_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, key = bench.key()
    transact = bench.documents.transact

    def down(work: Any) -> Any:
        if "_note" in work.__qualname__:
            raise ConnectionError("down")
        return transact(work)

    monkeypatch.setattr(bench.documents, "transact", down)
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).workspace == "acme"
    assert bench.documents.docs[key_path(key.id)]["used_on"] == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        (" 192.0.2.7 ", "192.0.2.0/24"),
        ("2001:db8::1", "2001:db8::/48"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_its_network(bench: Bench, address: str, network: str) -> None:
    secret, key = bench.key()
    bench.door.admit(secret.reveal(), {Kind.API}, Caller(address, "\ud800\x1b]0;" + "x" * 900))
    doc = bench.documents.docs[key_path(key.id)]
    assert doc["used_network"] == network
    assert len(doc["used_agent"]) == 120


# -- the secret that keys are digested with ---------------------------------------------------------------


def test_keys_outlive_a_new_secret_and_are_digested_with_it_when_they_are_used(bench: Bench) -> None:
    secret, key = bench.key()
    resting, _ = bench.key()
    door = bench.another()
    door.admit(secret.reveal(), {Kind.API}, HERE)
    bench.clock.forward(minutes=1)
    assert bench.digests.renew({"1"}) == "2"
    bench.clock.forward(minutes=11)
    fresh, _ = bench.key()
    for text in (secret, resting, fresh):
        door.admit(text.reveal(), {Kind.API}, HERE)
        assert bench.another().admit(text.reveal(), {Kind.API}, HERE).workspace == "acme"
    bench.clock.forward(minutes=11)
    for text in (secret, resting):
        door.admit(text.reveal(), {Kind.API}, Caller("198.51.100.1", "later"))
    kept = {doc["digest_by"] for path, doc in bench.documents.docs.items() if path.startswith("keys/")}
    assert kept == {"2"}
    assert bench.digests.renew(kept) == "3"
    bench.clock.forward(minutes=2)
    assert bench.another().admit(secret.reveal(), {Kind.API}, HERE).subject == f"key:{key.id}"
    payload = bench.vault.read("key-digests")
    assert payload is not None
    assert set(orjson.loads(payload[1])["members"]) == {"2", "3"}


def test_a_secret_that_is_renewed_twice_in_a_moment_loses_no_key(bench: Bench) -> None:
    """Another instance goes on with what it has read for ten minutes: it makes keys with the older member, and digests
    with it anew what it takes for outdated."""
    first, _ = bench.key()
    slow = bench.another()
    other = Keyring(bench.documents, slow.digests, bench.clock, bench.role)
    other.make(BY, "ann", Kind.API, "acme", "warm", ("data:read",), timedelta(days=1))
    bench.clock.forward(minutes=1)
    assert bench.digests.renew({"1"}) == "2"
    bench.door.admit(first.reveal(), {Kind.API}, HERE)
    young, _ = bench.key()
    slow.admit(young.reveal(), {Kind.API}, HERE)
    bench.clock.forward(minutes=1)
    assert bench.digests.renew({"2"}) == "3"  # nobody had the first when the documents were looked through
    late, _ = other.make(BY, "ann", Kind.API, "acme", "late", ("data:read",), timedelta(days=1))
    for text in (first, young, late):
        assert bench.another().admit(text.reveal(), {Kind.API}, HERE).workspace == "acme"


def test_a_member_goes_when_nobody_can_have_used_it(bench: Bench) -> None:
    bench.key()
    for minutes, left in ((1, {"1", "2"}), (19, {"1", "2", "3"}), (2, {"2", "3", "4"}), (30, {"4", "5"})):
        bench.clock.forward(minutes=minutes)
        newest = bench.digests.renew(set())
        assert newest == max(left)
        payload = bench.vault.read("key-digests")
        assert payload is not None
        assert set(orjson.loads(payload[1])["members"]) == left


def test_what_is_digested_with_a_newer_member_is_not_taken_for_outdated(bench: Bench) -> None:
    secret, key = bench.key()
    slow = bench.another()
    slow.admit(secret.reveal(), {Kind.API}, HERE)
    bench.clock.forward(minutes=1)
    bench.digests.renew({"1"})
    digest = bench.digests.make(secret)
    assert digest.by == "2"
    assert not slow.digests.outdated(digest)
    assert bench.digests.outdated(key.kept)


def test_a_set_that_cannot_be_read_just_now_is_not_taken_for_fresh(bench: Bench, monkeypatch: Any) -> None:
    bench.key()
    slow = bench.another()
    slow.digests.make(Secret("x"))
    bench.clock.forward(minutes=1)
    bench.digests.renew({"1"})
    made = bench.digests.make(Secret("x"))
    bench.clock.forward(minutes=8)
    with monkeypatch.context() as patch:
        patch.setattr(bench.vault, "read", broken)
        with pytest.raises(ConnectionError):
            slow.digests.compare(Secret("x"), made)
    bench.clock.forward(minutes=1)
    assert slow.digests.make(Secret("x")).by == "2"


def broken(_: str) -> Any:
    raise ConnectionError


def test_whoever_reads_all_documents_has_no_key(bench: Bench) -> None:
    """What is kept is the beginning and an HMAC; with another secret nothing of it is a key."""
    secret, key = bench.key()
    bench.vault.secrets.clear()
    bench.door = bench.another()
    assert refused(bench, secret.reveal()).code == "unknown-key"
    bench.digests._known = None
    bench.clock.forward(minutes=1)
    bench.key()  # a new secret is made
    bench.door = bench.another()
    assert refused(bench, secret.reveal()).code == "unknown-key"
    doc = bench.documents.docs[key_path(key.id)]
    rest = secret.reveal().removeprefix("trib_api_")[8:]
    assert rest[:4] not in str(doc)
    assert set(key.id.removeprefix("api_")) <= set(ALPHABET)
