"""An operator makes, rotates and revokes keys, sees what was done, and whether the log of it is as it was written."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from infra.admin.audits import told_seals
from infra.admin.keys import keyring
from infra.admin.target import UsageError
from shared.audit.record import entry_path
from shared.audit.seal import seal_path
from shared.audit.sealing import TOLD, Sealer
from shared.keys.admission import Door, Refused
from shared.keys.digests import Digests
from shared.keys.limits import Limits
from shared.keys.texts import Kind
from tests.admin.conftest import Operator


@pytest.fixture
def keys(operator: Operator) -> Operator:
    return operator


def door(keys: Operator) -> Door:
    stores = keys.stores
    digests = Digests(stores.people, stores.vault, stores.clock, stores.settings.keys_secret)
    limits = Limits(stores.people, stores.clock)
    return Door(stores.people, digests, limits, stores.clock, lambda person, workspace: None)


def made(keys: Operator, *words: str) -> tuple[str, str]:
    told = keys.ask("key", "create", "demo", "a dashboard", *words)
    return told["key"], told["id"]


def test_a_key_is_shown_once_and_opens(keys: Operator) -> None:
    code, out, _ = keys.type("key", "create", "demo", "a dashboard", "--scope", "data:read", "--scope", "syncs:write")
    secret, told = out.splitlines()
    assert code == 0
    assert "data:read syncs:write in demo, until 2026-11-30" in told
    admitted = door(keys).admit(secret, {Kind.API})
    assert admitted.scopes == {"data:read", "syncs:write"}
    listed = keys.ask("key", "list", "demo")
    assert [each["state"] for each in listed] == ["active"]
    assert secret not in str(listed)
    assert secret not in str(dict(keys.stores.people.docs))  # type: ignore[attr-defined]


def test_rotated_both_work_and_revoked_one_does_not(keys: Operator) -> None:
    secret, key = made(keys)
    successor = keys.ask("key", "rotate", key, "--overlap", "3")
    assert "Sunset" in door(keys).admit(secret, {Kind.API}).headers
    assert door(keys).admit(successor["key"], {Kind.API}).workspace == "demo"
    assert keys.type("key", "revoke", successor["id"])[0] == 0
    with pytest.raises(Refused, match="revoked"):
        door(keys).admit(successor["key"], {Kind.API})
    assert {each["state"] for each in keys.ask("key", "list", "demo")} == {"revoked", "replaced"}


def test_a_feeds_key_and_an_agents(keys: Operator) -> None:
    assert made(keys, "--kind", "feed", "--feed", "weekly")[0].startswith("trib_feed_")
    assert made(keys, "--kind", "mcp")[0].startswith("trib_mcp_")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("create", "demo", "x", "--scope", "everything"), "can have"),
        (("create", "demo", "x", "--kind", "feed"), "names its feed"),
        (("create", "nowhere", "x"), "no workspace"),
        (("rotate", "api_00000000"), "no such key"),
        (("revoke", "../x"), "no such key"),
        (("adopt", "api_00000000"), "no such key"),
        (("renew-secret",), "no key yet"),
    ],
)
def test_what_cannot_be_done_is_said(keys: Operator, words: tuple[str, ...], says: str) -> None:
    code, _, err = keys.type("key", *words)
    assert code == 2
    assert says in err


def test_a_key_whose_maker_left_is_adopted(keys: Operator) -> None:
    secret, key = made(keys)
    people = keys.stores.people
    people.set(f"keys/{key}", {**(people.get(f"keys/{key}") or {}), "maker": "gone", "orphaned_at": None})
    keyring(keys.stores).orphan("gone", "demo")
    keys.world.clock.forward(days=14)
    with pytest.raises(Refused, match="paused"):
        door(keys).admit(secret, {Kind.API})
    assert keys.type("key", "adopt", key)[0] == 0
    assert door(keys).admit(secret, {Kind.API}).scopes == {"data:read"}


def test_keys_outlive_a_new_secret(keys: Operator) -> None:
    secret, _ = made(keys)
    keys.world.clock.forward(minutes=1)
    assert "number 2" in keys.type("key", "renew-secret")[1]
    assert door(keys).admit(secret, {Kind.API}).workspace == "demo"


def test_a_renewal_that_failed_is_not_told_as_done(keys: Operator) -> None:
    def told() -> list[str]:
        found = keys.stores.people.find("audit_entries", ("act", "==", "key.secret.renewed"))
        return sorted(doc["outcome"] for doc in found)

    assert keys.type("key", "renew-secret")[0] == 2
    assert told() == ["begun", "failed"]
    keys.world.clock.forward(minutes=1)
    made(keys)
    keys.world.clock.forward(minutes=1)
    assert keys.type("key", "renew-secret")[0] == 0
    assert told() == ["begun", "begun", "done", "failed"]


# -- the log ------------------------------------------------------------------------------------------------


@pytest.fixture
def logged(keys: Operator) -> Operator:
    """Three entries in two seals."""
    _, key = made(keys)
    Sealer(keys.stores.people, keys.world.clock).seal()
    keys.world.clock.forward(minutes=1)
    keys.type("key", "rotate", key)
    keys.world.clock.forward(seconds=1)  # what happens at one moment has no order
    keys.type("key", "revoke", key)
    Sealer(keys.stores.people, keys.world.clock).seal()
    return keys


def seals(logged: Operator, **changes: str) -> list[dict[str, object]]:
    docs = logged.stores.people.find("audit_seals", order="number")
    told = [{"message": TOLD, "seal": doc["number"], "hash": doc["hash"], "entries": 1} for doc in docs]
    return [{**each, **changes} if each["seal"] == 2 else each for each in told]


def test_what_was_done_the_newest_first(logged: Operator) -> None:
    acts = [each["act"] for each in logged.ask("audit", "list")]
    assert acts == ["key.revoked", "key.replaced", "key.made"]
    assert len(logged.ask("audit", "list", "--most", "1")) == 1
    assert logged.ask("audit", "list", "--act", "key.made")[0]["who"].startswith("operator:")
    assert len(logged.ask("audit", "list", "--act", "key", "--workspace", "demo")) == 3
    assert logged.ask("audit", "list", "--workspace", "other") == []
    assert logged.ask("audit", "list", "--since", "2030-01-01") == []
    assert logged.ask("audit", "list", "--who", "person:ann") == []
    _, out, _ = logged.type("audit", "list")
    assert "scopes=data:read" in out
    assert logged.type("audit", "list", "--act", "none")[1] == "nothing\n"


def test_a_chain_that_holds(logged: Operator) -> None:
    code, out, _ = logged.type("audit", "check")
    assert (code, out.splitlines()[0]) == (0, "2 seals, 3 entries.")
    assert "not compared" in out
    assert logged.ask("audit", "check", "--first", "2")["findings"] == []


def test_a_chain_that_was_broken(logged: Operator) -> None:
    (name,) = (each["id"] for each in logged.stores.people.find("audit_entries", ("act", "==", "key.revoked")))
    logged.stores.people.delete(entry_path(name))
    code, out, _ = logged.type("audit", "check")
    assert code == 1
    assert "an entry was removed" in out
    assert name in out
    assert logged.ask("audit", "check", code=1)["findings"][0]["entry"] == name


@pytest.mark.parametrize("form", ["gcloud", "lines"])
def test_against_the_log_that_nobody_can_change(logged: Operator, tmp_path: Path, form: str) -> None:
    file = tmp_path / "seals"

    def write(told: list[dict[str, object]]) -> None:
        if form == "gcloud":
            file.write_bytes(orjson.dumps([{"jsonPayload": each, "timestamp": "…"} for each in told]))
        else:
            file.write_bytes(b"\n".join([b"Serving", *(orjson.dumps(each) for each in told)]))

    write(seals(logged))
    code, out, _ = logged.type("audit", "check", "--seals", str(file))
    assert code == 0
    assert "the one that was told" in out
    write(seals(logged, hash="0" * 64))
    assert "not the one that was told" in logged.type("audit", "check", "--seals", str(file))[1]
    write(seals(logged))
    logged.stores.people.delete(seal_path(2))
    assert logged.type("audit", "check", "--seals", str(file))[0] == 1


def test_a_file_without_seals_proves_nothing(logged: Operator, tmp_path: Path) -> None:
    file = tmp_path / "seals"
    assert logged.type("audit", "check", "--seals", str(file))[0] == 2
    file.write_text("[]")
    assert logged.type("audit", "check", "--seals", str(file))[0] == 2
    with pytest.raises(UsageError, match="told twice"):
        told_seals('{"message":"audit sealed","seal":1,"hash":"a"}\n{"message":"audit sealed","seal":1,"hash":"b"}')


def test_hostile_words_in_the_log_stay_in_their_line(logged: Operator) -> None:
    people = logged.stores.people
    (doc,) = people.find("audit_entries", ("act", "==", "key.made"))
    people.set(entry_path(doc["id"]), {**doc, "network": "\x1b[2J\nkey.made", "details": {"a": "\u202eb"}})
    _, out, _ = logged.type("audit", "list")
    assert not set(out) & {"\x1b", "\u202e"}
    assert len(out.splitlines()) == 5
