"""People and keys come back as they were, and whatever opens by what may be out of date opens nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from infra.state.exporting import MANIFEST, export, file_name
from infra.state.people import Ended, known
from infra.state.restoring import Refused, restore
from infra.state.targets import Folder
from shared.audit.checking import walk
from shared.audit.seal import HEAD
from shared.audit.sealing import Sealer
from shared.feeds.projecting import Projector
from shared.feeds.register import Register
from shared.keys.codes import Client
from shared.keys.scopes import OPERATOR
from shared.keys.texts import Kind
from shared.keys.tokens import Grant
from shared.model import to_doc
from shared.people import erasing, leaving, persons, roles
from shared.people.agents import known as known_agent
from shared.people.agents import let_in, put_out
from shared.people.levels import Role
from shared.people.persons import Person, Proof, person_path
from shared.people.roles import Member
from shared.questions import query_string
from tests.keys.bench import API, BY, HERE, Bench
from tests.state.test_state import keyed, stores
from tests.support.memory import MemoryDocuments


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.documents.set("persons/ann", {"id": "ann", "mail": "ann@example.com"})
    made.documents.set("roles/acme/members/ann", {"person": "ann", "workspace": "acme", "role": "admin"})
    return made


def exported(bench: Bench, folder: Path) -> Any:
    data = MemoryDocuments()
    data.set("workspaces/acme", {"id": "acme", "name": "Acme"})
    vault = keyed()
    from_here = stores(data, vault, bench.documents)
    object.__setattr__(from_here, "clock", bench.clock)
    export(from_here, Folder(folder))
    return vault


def restored(bench: Bench, folder: Path, vault: Any, into: Any) -> Ended:
    there = stores(MemoryDocuments(), vault, into)
    object.__setattr__(there, "clock", bench.clock)
    return restore(there, Folder(folder)).people


def test_who_may_do_what_and_what_was_done_come_back(bench: Bench, tmp_path: Path) -> None:
    secret, _ = bench.key()
    Sealer(bench.documents, bench.clock).seal()
    vault = exported(bench, tmp_path)
    empty = MemoryDocuments()
    assert restored(bench, tmp_path, vault, empty) == Ended(0, 0, 0)
    lost = {path for path in bench.documents.docs if path not in empty.docs}
    assert {path.partition("/")[0] for path in lost} == {"elections"}
    assert not walk(empty, bench.clock.now()).findings
    bench.documents.docs = empty.docs
    assert bench.door.admit(secret.reveal(), {Kind.API}, HERE).workspace == "acme"
    assert secret.reveal() not in "".join(map(repr, empty.docs.values()))


def test_sessions_and_tokens_end_and_what_is_younger_is_void(bench: Bench, tmp_path: Path) -> None:
    old, key = bench.key()
    vault = exported(bench, tmp_path)
    bench.clock.forward(hours=1)
    young, _ = bench.key()
    issued = bench.tokens.begin(BY, Grant("person:ann", "acme", ("data:read",), API))
    now = bench.clock.now()
    for name, made in (("old", now - timedelta(days=2)), ("young", now)):
        bench.documents.set(
            f"invitations/{name}", {"id": name, "created_at": made, "used_at": None, "revoked_at": None}
        )
    bench.documents.set("sessions/s", {"id": "s"})
    bench.documents.set("repeats/r", {"status": 202, "body": "{}"})
    assert restored(bench, tmp_path, vault, bench.documents) == Ended(1, 1, 1)
    assert restored(bench, tmp_path, vault, bench.documents) == Ended(0, 0, 0)
    assert bench.door.admit(old.reveal(), {Kind.API}, HERE).subject == f"key:{key.id}"
    with pytest.raises(Exception, match="key-revoked"):
        bench.door.admit(young.reveal(), {Kind.API}, HERE)
    with pytest.raises(Exception, match="invalid_token"):
        bench.tokens.admit(issued.access.reveal(), API, HERE)
    assert bench.documents.docs["invitations/old"]["revoked_at"] is None
    assert bench.documents.docs["invitations/young"]["revoked_at"] == now
    assert bench.documents.get("repeats/r") is None, "the run that it told of may not be there any more"


def test_what_was_revoked_since_stays_revoked_and_open_invitations_are_withdrawn(bench: Bench, tmp_path: Path) -> None:
    secret, key = bench.key()
    for name, used in (("open", None), ("used", bench.clock.now())):
        doc = {"id": name, "created_at": bench.clock.now(), "used_at": used, "revoked_at": None}
        bench.documents.set(f"invitations/{name}", doc)
    vault = exported(bench, tmp_path)
    bench.clock.forward(hours=1)
    bench.ring.revoke(BY, key.id)
    restored(bench, tmp_path, vault, bench.documents)
    with pytest.raises(Exception, match="key-revoked"):
        bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    assert bench.documents.docs["invitations/open"]["revoked_at"] == bench.clock.now()
    assert bench.documents.docs["invitations/used"]["revoked_at"] is None


def test_who_erased_themselves_is_not_brought_back(bench: Bench, tmp_path: Path) -> None:
    ann = Person("p-ann", "Ann", "ann@a.example", bench.clock.now(), google="1")
    bench.documents.set(person_path(ann.id), to_doc(ann))
    bench.documents.set(HEAD, {"number": 0})  # the log is there, and says what was taken
    vault = exported(bench, tmp_path)
    bench.clock.forward(hours=1)
    erasing.erase(bench.documents, bench.clock, BY, ann)
    restored(bench, tmp_path, vault, bench.documents)
    assert bench.documents.get(person_path(ann.id)) is None


def test_a_chain_that_goes_on_is_not_put_back(bench: Bench, tmp_path: Path) -> None:
    bench.key()
    Sealer(bench.documents, bench.clock).seal()
    vault = exported(bench, tmp_path)
    bench.key()
    Sealer(bench.documents, bench.clock).seal()
    restored(bench, tmp_path, vault, bench.documents)
    report = walk(bench.documents, bench.clock.now())
    assert (report.seals, report.findings) == (2, [])


def test_an_export_without_a_database_of_people_is_restored(bench: Bench, tmp_path: Path) -> None:
    vault = exported(bench, tmp_path)
    manifest = orjson.loads((tmp_path / MANIFEST).read_bytes())
    manifest["files"] = [file for file in manifest["files"] if file["name"] != "people"]
    (tmp_path / MANIFEST).write_bytes(orjson.dumps(manifest))
    there = stores(MemoryDocuments(), vault, MemoryDocuments())
    assert restore(there, Folder(tmp_path), of="state").people == Ended(0, 0, 0)


def test_a_missing_file_of_people_is_refused_before_anything_is_written(bench: Bench, tmp_path: Path) -> None:
    vault = exported(bench, tmp_path)
    (tmp_path / file_name("people")).unlink()
    data, people = MemoryDocuments(), MemoryDocuments()
    with pytest.raises(Refused, match="not whole"):
        restore(stores(data, vault, people), Folder(tmp_path))
    assert not data.docs
    assert not people.docs


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("keys/api_1", True),
        ("roles/acme/members/ann", True),
        ("persons/ann", True),
        ("sessions/s", False),
        ("keys", False),
        ("keys/a/b/c", False),
        ("roles/acme/owners/ann", False),
        ("keys/..", False),
        ("roles//members/ann", False),
    ],
)
def test_only_documents_that_an_export_has_are_restored(path: str, is_known: bool) -> None:
    assert known(path) == is_known


def test_nobody_has_more_after_a_restore_than_they_had_before_it(bench: Bench, tmp_path: Path) -> None:
    """What was taken since the export stays taken: a role, ownership, a program, a key that was replaced."""
    people, now = bench.documents, bench.clock.now()
    boss, gone, less = (person(bench, name, name == "boss") for name in ("boss", "gone", "less"))
    person(bench, "other", True)
    for member in (Member("acme", who.id, Role.ADMIN, now, "operator") for who in (gone, less)):
        people.transact(partial(roles.give, member=member, by=BY))
    let_in(people, bench.clock, BY, Client("https://agent.example/c.json", "Agent", ("https://agent.example/back",)))
    old, key = bench.key()
    vault = exported(bench, tmp_path)
    bench.clock.forward(hours=1)
    now = bench.clock.now()
    leaving.take(people, BY, Member("acme", gone.id, Role.ADMIN, now, "operator"), now)
    leaving.change(people, BY, Member("acme", less.id, Role.VIEWER, now, "operator"))
    leaving.end_ownership(people, BY, boss, now)
    put_out(people, bench.clock, BY, "https://agent.example/c.json")
    bench.ring.replace(BY, key.id, timedelta(0))
    Sealer(people, bench.clock).seal()
    restored(bench, tmp_path, vault, people)
    assert roles.role_of(people, "acme", gone.id) is None
    assert roles.role_of(people, "acme", less.id) == "viewer"
    assert [each.mail for each in persons.owners(people)] == ["other@a.example"]
    assert known_agent(people, "https://agent.example/c.json") is None
    with pytest.raises(Exception, match="key-expired"):
        bench.door.admit(old.reveal(), {Kind.API}, HERE)


def test_what_was_lost_without_anybodys_doing_comes_back(bench: Bench, tmp_path: Path) -> None:
    lost = person(bench, "lost")
    member = Member("acme", lost.id, Role.ANALYST, bench.clock.now(), "operator")
    bench.documents.transact(lambda tx: roles.give(tx, member, BY))
    Sealer(bench.documents, bench.clock).seal()
    vault = exported(bench, tmp_path)
    bench.documents.delete(roles.member_path("acme", lost.id))
    restored(bench, tmp_path, vault, bench.documents)
    assert roles.role_of(bench.documents, "acme", lost.id) == "analyst"


def test_a_restore_is_in_the_audit_log_before_and_after(bench: Bench, tmp_path: Path) -> None:
    vault = exported(bench, tmp_path)
    bench.documents.set("sessions/s", {"id": "s"})
    restored(bench, tmp_path, vault, bench.documents)
    assert bench.acts()[-2:] == ["state.restored begun", "state.restored done"]
    (done,) = [doc for doc in bench.documents.find("audit_entries") if doc["outcome"] == "done"][-1:]
    assert done["details"]["sessions"] == "1"


def person(bench: Bench, name: str, owner: bool = False) -> Person:
    proof = Proof(f"{name}@a.example", google=name)
    return bench.documents.transact(lambda tx: persons.make(tx, proof, BY, bench.clock.now(), owner))


def test_feeds_come_back_and_open_by_keys_that_were_exported_only(bench: Bench, tmp_path: Path) -> None:
    feeds = MemoryDocuments()
    register = Register(bench.ring, Projector(bench.documents, feeds, bench.clock, bench.role))
    question = query_string.read("mart=ads_by_day&measures=clicks&grain=day")
    feed, _, kept = register.add(BY, OPERATOR, "acme", "Clicks", question)
    revoked, _, _ = register.add(BY, OPERATOR, "acme", "Clicks", question)
    vault = exported(bench, tmp_path)
    bench.clock.forward(minutes=1)
    register.add(BY, OPERATOR, "acme", "Clicks", question)
    register.revoke(BY, revoked.id)
    assert {doc["feed"] for doc in feeds.find("openings")} >= {feed.id}
    there = stores(MemoryDocuments(), vault, bench.documents)
    vars(there)["feeds"] = feeds
    object.__setattr__(there, "clock", bench.clock)
    restore(there, Folder(tmp_path))
    assert [doc["key"] for doc in feeds.find("openings")] == [kept.id]
