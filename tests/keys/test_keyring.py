"""What becomes of keys, who may do it, and that each step stands in the audit log with what it changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.keys.key import LONGEST, Key, KeyState, key_doc, key_of, key_path
from shared.keys.keyring import LONGEST_NAME, KeyRefused, Keyring
from shared.keys.scopes import OPERATOR, POWERS, ROLES, Scope
from shared.keys.texts import KEYS, Kind
from tests.keys.bench import BY, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_key_is_kept_without_what_opens(bench: Bench) -> None:
    secret, key = bench.key()
    doc = bench.documents.docs[key_path(key.id)]
    assert key_of(doc) == key
    assert key_doc(key) == doc
    assert secret.reveal() not in str(bench.documents.docs)
    assert key.expires_at == bench.clock.now() + timedelta(days=90)
    assert key.state(bench.clock.now()) is KeyState.ACTIVE


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"lifetime": timedelta()}, "bad-lifetime"),
        ({"lifetime": LONGEST + timedelta(seconds=1)}, "bad-lifetime"),
        ({"scopes": ()}, "bad-scope"),
        ({"scopes": ("everything",)}, "bad-scope"),
        ({"scopes": ("feed:read",)}, "bad-scope"),
        ({"kind": Kind.FEED, "scopes": ("data:read",)}, "bad-scope"),
        ({"kind": Kind.MCP, "scopes": ("contacts:read",)}, "bad-scope"),
        ({"kind": Kind.TOKEN}, "no-key"),
        ({"maker": "nobody"}, "beyond-role"),
        ({"workspace": "other"}, "beyond-role"),
    ],
)
def test_a_key_that_must_not_be_is_not_made(bench: Bench, more: dict[str, Any], code: str) -> None:
    with pytest.raises(KeyRefused) as refusal:
        bench.key(**more)
    assert refusal.value.code == code
    assert not bench.acts()


@pytest.mark.parametrize(("kind", "feed"), [(Kind.FEED, ""), (Kind.API, "weekly")])
def test_a_feeds_key_is_for_one_feed_and_no_other_key_is(bench: Bench, kind: Kind, feed: str) -> None:
    scope = "feed:read" if kind == Kind.FEED else "data:read"
    with pytest.raises(KeyRefused, match="names its feed"):
        bench.ring.make(BY, "ann", kind, "acme", "", [scope], timedelta(days=1), feed=feed)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("scope", sorted(Scope))
def test_nobody_gives_more_than_they_may_themselves(bench: Bench, role: str, scope: Scope) -> None:
    bench.roles["ann", "acme"] = role
    kind = min(POWERS[scope].kinds)
    if ROLES.index(role) >= ROLES.index(POWERS[scope].role):
        assert bench.key(kind, (scope,))[1].scopes == (scope,)
        return
    with pytest.raises(KeyRefused, match="beyond-role"):
        bench.key(kind, (scope,))


def test_every_scope_has_a_power_and_none_makes_keys_or_members() -> None:
    assert set(POWERS) == set(Scope)
    assert all(power.kinds <= KEYS and power.kinds and power.role in ROLES and power.about for power in POWERS.values())
    assert not [scope for scope in Scope if scope.startswith(("keys:", "members:", "roles:"))]


def test_the_command_line_makes_keys_of_its_own(bench: Bench) -> None:
    assert bench.key(scopes=("audit:read",), maker=OPERATOR)[1].maker == OPERATOR


def test_a_successor_has_the_same_power_and_as_long_a_life(bench: Bench) -> None:
    secret, key = bench.key(scopes=("data:read", "status:read"), lifetime=timedelta(days=40))
    bench.clock.forward(days=30)
    again, made = bench.ring.replace(BY, key.id, timedelta(days=20))
    assert again != secret
    assert (made.scopes, made.workspace, made.maker, made.name) == (key.scopes, key.workspace, key.maker, key.name)
    assert made.expires_at == bench.clock.now() + timedelta(days=40)
    old = bench.ring.get(key.id)
    assert old is not None
    assert (old.successor, old.sets_at) == (made.id, key.expires_at)  # the overlap does not prolong it
    assert old.state(bench.clock.now()) is KeyState.REPLACED
    with pytest.raises(KeyRefused, match="replace its successor"):
        bench.ring.replace(BY, key.id)
    assert bench.ring.replace(BY, made.id)[1].id not in (key.id, made.id)


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=91)])
def test_an_overlap_has_an_end(bench: Bench, overlap: timedelta) -> None:
    _, key = bench.key()
    with pytest.raises(KeyRefused, match="bad-overlap"):
        bench.ring.replace(BY, key.id, overlap)


def test_what_is_over_is_neither_replaced_nor_adopted(bench: Bench) -> None:
    _, key = bench.key()
    bench.ring.revoke(BY, key.id)
    with pytest.raises(KeyRefused, match="revoked"):
        bench.ring.replace(BY, key.id)
    with pytest.raises(KeyRefused, match="revoked"):
        bench.ring.adopt(BY, key.id, "ann")


def test_who_adopts_a_key_while_it_is_replaced_stands_for_both(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = bench.key(maker="ann")
    bench.roles["ben", "acme"] = "admin"
    given = Keyring._given

    def meanwhile(ring: Keyring, *args: Any) -> Any:
        bench.ring.adopt(BY, key.id, "ben")
        return given(ring, *args)

    monkeypatch.setattr(Keyring, "_given", meanwhile)
    _, successor = bench.ring.replace(BY, key.id)
    there = bench.ring.get(successor.id)
    assert there is not None
    assert there.maker == "ben"


def test_nobody_adopts_more_than_they_may_themselves(bench: Bench) -> None:
    _, key = bench.key(scopes=("syncs:write",))
    bench.roles["ben", "acme"] = "analyst"
    with pytest.raises(KeyRefused, match="beyond-role"):
        bench.ring.adopt(BY, key.id, "ben")


@pytest.mark.parametrize("name", ["", "nothing", "../keys", "a/b", "api_00000000"])
def test_a_key_that_is_not_there(bench: Bench, name: str) -> None:
    assert bench.ring.get(name) is None
    for act in (bench.ring.revoke, bench.ring.replace):
        with pytest.raises(KeyRefused, match="no such key"):
            act(BY, name)


def test_every_step_is_in_the_audit_log_once(bench: Bench) -> None:
    _, key = bench.key()
    bench.ring.adopt(BY, key.id, "ann")
    _, successor = bench.ring.replace(BY, key.id)
    bench.ring.revoke(BY, key.id)
    bench.ring.revoke(BY, key.id)
    assert sorted(bench.acts()) == ["key.adopted done", "key.made done", "key.replaced done", "key.revoked done"]
    told = [doc for path, doc in bench.documents.docs.items() if path.startswith("audit_entries/")]
    assert {doc["who"] for doc in told} == {"person:ann"}
    assert {doc["of"] for doc in told} == {key_path(key.id)}
    assert {"successor": successor.id} in [doc["details"] for doc in told]


def test_a_step_whose_entry_cannot_be_written_is_not_made(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = bench.key()
    before = dict(bench.documents.docs)

    def down(*_: Any) -> None:
        raise ConnectionError("down")

    monkeypatch.setattr("shared.keys.keyring.record_in", down)
    for act in (lambda: bench.key(), lambda: bench.ring.replace(BY, key.id), lambda: bench.ring.revoke(BY, key.id)):
        with pytest.raises(ConnectionError):
            act()
    assert {path: doc for path, doc in bench.documents.docs.items() if path != "elections/digests"} == {
        path: doc for path, doc in before.items() if path != "elections/digests"
    }


def test_names_of_any_kind_are_cut_and_kept_as_text(bench: Bench) -> None:
    _, key = bench.ring.make(BY, "ann", Kind.API, "acme", "\ud800\n<b>" * 200, ["data:read"], timedelta(days=1))
    assert len(key.name) == LONGEST_NAME
    assert key.name.encode()


def test_those_of_a_workspace_newest_first(bench: Bench) -> None:
    bench.roles["ann", "other"] = "admin"
    made = []
    for workspace in ("acme", "other", "acme"):
        bench.clock.forward(minutes=1)
        made.append(bench.key(workspace=workspace)[1])
    assert bench.ring.of_workspace("acme") == [made[2], made[0]]


def test_of_two_who_make_the_secret_at_once_one_does(bench: Bench) -> None:
    assert [isinstance(bench.key()[1], Key) for _ in range(2)] == [True, True]
    assert list(bench.vault.secrets["key-digests"]) == [1]


def test_what_was_made_by_a_key_ends_with_it_also_where_somebody_was_killed_between(bench: Bench) -> None:
    _, first = bench.key()
    _, child = bench.ring.make(BY, "ann", Kind.API, "acme", "child", ["data:read"], timedelta(days=9), parent=first.id)
    _, after = bench.ring.replace(BY, first.id, parent=first.id)
    bench.documents.docs[key_path(first.id)]["revoked_at"] = bench.clock.now()  # and no further
    bench.ring.revoke(BY, first.id)
    for name in (first.id, child.id, after.id):
        found = bench.ring.get(name)
        assert found is not None
        assert found.state(bench.clock.now()) == KeyState.REVOKED


def test_a_key_that_is_over_makes_none(bench: Bench) -> None:
    _, first = bench.key()
    bench.ring.revoke(BY, first.id)
    with pytest.raises(KeyRefused, match="revoked"):
        bench.ring.make(BY, "ann", Kind.API, "acme", "child", ["data:read"], timedelta(days=9), parent=first.id)
    assert len(bench.documents.find("keys")) == 1
