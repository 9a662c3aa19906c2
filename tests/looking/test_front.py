"""Who may call, what is understood, how much, and what is written down before anything is answered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from infra.local.identity import identity
from shared import log
from shared.audit.record import Unwritten
from shared.errors import Later, Problem
from shared.keys.admission import Refused
from shared.keys.scopes import Scope
from shared.keys.tokens import Grant
from shared.looking.addresses import named
from shared.looking.front import FOR_PROGRAMS
from shared.looking.turns import Turns, UsedUp
from shared.people.guard import NotThere
from shared.people.levels import Role
from tests.looking.world import ADDRESS, CONSOLE, Looking, body, google
from tests.people.house import OPERATOR

DOOR = "https://api.example.com/api/v1"
HOSTILE = (
    "'; DROP TABLE x; --",
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "../../zulu",
    "%00",
    "{{7*7}}",
)


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Neither a token nor an address is ever logged."""
    out = io.StringIO()
    monkeypatch.setattr(log, "stream", out)
    yield out
    assert "eyJ" not in out.getvalue()
    assert "@" not in out.getvalue()


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the keys are that sign, for whoever finds one that it does not know."""
    monkeypatch.setattr("shared.edge.httpx2.get", lambda *_, **__: httpx2.Response(200, json=google().certificates()))


def analyst(looking: Looking) -> Any:
    return looking.session(looking.world.a.people[Role.ANALYST])


# -- who calls -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        {"who": "feed@tributary.iam.gserviceaccount.com"},
        {"who": f"x{CONSOLE}"},
        {"audience": "https://console.example"},
        {"audience": f"{ADDRESS}.evil.example"},
        {"signer": "another"},
    ],
    ids=str,
)
def test_only_a_function_that_may_call_is_answered(looking: Looking, forged: dict[str, Any]) -> None:
    made = looking.token(**{**forged, **({"signer": identity()} if "signer" in forged else {})})
    said = body(looking.world.a.workspace, analyst(looking))
    for token in (f"Bearer {made}", made, "Bearer ", ""):
        answer = looking.post("/contacts", said, Authorization=token)
        assert answer.status_code == 401
        assert b"alfa" not in answer.get_data()
    assert looking.persons.asked == []
    assert looking.post("/contacts", said).status_code == 200


def test_no_caller_is_pinned_by_an_empty_setting(looking: Looking) -> None:
    """Nobody, rather than everybody whose token names nobody."""
    verifier = looking.front.verifier
    object.__setattr__(verifier.settings, "look_up_callers", "")
    try:
        said = body(looking.world.a.workspace, analyst(looking))
        sent = {"Authorization": f"Bearer {looking.token(who='')}"}
        assert looking.post("/contacts", said, **sent).status_code == 401
    finally:
        object.__setattr__(verifier.settings, "look_up_callers", f"{CONSOLE} api@tributary.example")


# -- what is understood ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/contacts", b"{"),
        ("/contacts", []),
        ("/contacts", {}),
        ("/contacts", {"asked": {"free": "SELECT 1"}}),
        ("/contacts", {"asked": {"rows": 101}}),
        ("/contacts", {"asked": {"rows": 0}}),
        ("/contacts", {"asked": {"rows": True}}),
        ("/contacts", {"asked": {"rows": "5"}}),
        ("/contacts", {"asked": {"order": "address; DROP TABLE x"}}),
        ("/contacts", {"asked": {"platform": "myspace"}}),
        ("/contacts", {"asked": {"after": "x"}}),
        ("/contacts", {"asked": {"begins": "a" * 1101}}),
        ("/contacts", {"asked": {"begins": "a\x00b"}}),
        ("/contacts", {"asked": {"begins": ["a"]}}),
        ("/contact", {"asked": {}}),
        ("/contact", {"asked": {"contact": "a", "address": "b"}}),
        ("/history", {"asked": {}}),
        ("/record", {"asked": {"page": "x"}}),
        ("/record", {"asked": {"page": "x", "line": -1}}),
        ("/contacts", {"shown": {"kind": "session"}}),
        ("/contacts", {"shown": "session"}),
        ("/contacts", {"workspace": 7}),
        ("/contacts", {"from": {"who": "person:somebody else"}}),
        ("/contacts", b"x" * 20_000),
    ],
    ids=str,
)
def test_what_is_no_look_is_refused_and_asks_nobody(looking: Looking, path: str, said: Any) -> None:
    whole = {**body(looking.world.a.workspace, analyst(looking)), **said} if isinstance(said, dict) and said else said
    answer = looking.post(path, whole)
    assert answer.status_code in (400, 413)
    assert looking.persons.asked == []
    assert looking.entries() == []
    assert b"SELECT" not in answer.get_data()


@pytest.mark.parametrize("path", ["/", "/contacts/x", "/query", "/contacts/../record", "/records"])
def test_there_is_nothing_else(looking: Looking, path: str) -> None:
    assert looking.post(path, body(looking.world.a.workspace, analyst(looking))).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_words(looking: Looking, text: str) -> None:
    """In whatever place they come: as a value they find nobody, as a name they find nothing."""
    a, shown = looking.world.a.workspace, analyst(looking)
    assert looking.post("/contacts", body(a, shown, begins=text)).status_code == 200
    for path, asked in (
        ("/contact", {"address": text}),
        ("/contact", {"contact": text}),
        ("/history", {"contact": text}),
        ("/record", {"page": text, "line": 1}),
        ("/record", {"page": f"{a}/raw/{text}.ndjson.gz", "line": 1}),
        ("/record", {"page": f"{a}/raw/../../{looking.page(looking.world.b.workspace)}", "line": 1}),
    ):
        assert looking.post(path, body(a, shown, **asked)).status_code == 404, (path, asked)
    for workspace in (text, f"{a}/members", "..", "__x__"):
        assert looking.post("/contacts", body(workspace, shown)).status_code == 404


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "__x__", "x" * 2000, "\u0000"])
def test_hostile_proofs_prove_nobody(looking: Looking, text: str) -> None:
    for kind in ("session", "key", "token", "owner", ""):
        for name, digest in ((text, "0" * 64), ("api_00000000", text), (text, text)):
            said = body(looking.world.a.workspace, analyst(looking))
            said["shown"] = {"kind": kind, "name": name, "digest": digest}
            assert looking.post("/contacts", said).status_code == 404


# -- how long somebody's word lasts ------------------------------------------------------------------------------


def test_what_is_taken_away_is_gone_at_the_next_look(looking: Looking) -> None:
    person, a = looking.world.a.people[Role.ANALYST], looking.world.a.workspace
    shown, key = looking.session(person), looking.key(a, person.id)
    assert looking.look("contacts", a, shown)["contacts"]
    assert looking.look("contacts", a, key)["contacts"]
    looking.house.role(person, a, Role.VIEWER)
    for each in (shown, key):
        with pytest.raises(NotThere):
            looking.look("contacts", a, each)


def test_a_session_that_ended_and_a_key_that_was_revoked_show_nobody(looking: Looking) -> None:
    person, a = looking.world.a.people[Role.ADMIN], looking.world.a.workspace
    shown, key = looking.session(person), looking.key(a, person.id)
    looking.house.sessions.end_all(OPERATOR, person.id)
    looking.keyring.revoke(OPERATOR, key.name)
    for each in (shown, key):
        with pytest.raises(NotThere):
            looking.look("contacts", a, each)


def test_a_token_of_a_session_shows_nobody_when_the_session_ends(looking: Looking) -> None:
    person, a = looking.world.a.people[Role.ANALYST], looking.world.a.workspace
    here = looking.session(person)
    grant = Grant(f"person:{person.id}", a, (Scope.CONTACTS_READ,), DOOR, session=here.digest)
    issued = looking.house.tokens.begin(OPERATOR, grant)
    shown = looking.house.tokens.admit(issued.access.reveal(), DOOR).shown
    assert looking.look("contacts", a, shown)["contacts"]
    looking.house.sessions.end_all(OPERATOR, person.id)
    with pytest.raises(NotThere):
        looking.look("contacts", a, shown)
    with pytest.raises(Refused):
        looking.house.tokens.admit(issued.access.reveal(), DOOR)


def test_looking_prolongs_no_session_and_one_that_is_silent_ends(looking: Looking) -> None:
    a, shown = looking.world.a.workspace, analyst(looking)
    for _ in range(3):
        looking.clock.forward(minutes=9)
        assert looking.look("contacts", a, shown)["contacts"]
    looking.clock.forward(minutes=9)
    with pytest.raises(NotThere):
        looking.look("contacts", a, shown)


def test_a_workspace_that_is_being_erased_is_not_there(looking: Looking) -> None:
    a, shown = looking.world.a.workspace, analyst(looking)
    looking.house.engine.set(f"closings/{a}", {"id": a, "since": looking.clock.now()})
    with pytest.raises(NotThere):
        looking.look("contacts", a, shown)
    assert looking.persons.asked == []


# -- what is written down ------------------------------------------------------------------------------------------


def test_every_look_is_an_entry_that_names_no_address(looking: Looking) -> None:
    person, a = looking.world.a.people[Role.ANALYST], looking.world.a.workspace
    shown, contact = looking.session(person), looking.contact(a)
    looking.look("contacts", a, shown, begins="ann@")
    looking.look("contact", a, shown, address="ann@alfa.example")
    looking.look("history", a, shown, contact=contact)
    looking.look("record", a, shown, page=looking.page(a), line=1)
    with pytest.raises(NotThere):
        looking.look("contact", a, shown, address="nobody@alfa.example")
    told = [(each["act"], each["details"]["verb"], each["of"], each["details"]["rows"]) for each in looking.entries()]
    nobody = looking.entries()[-1]["of"]
    assert sorted(told) == sorted([
        ("contacts.read", "contacts", "contacts", "1"),
        ("contacts.read", "contact", f"contact:{contact}", "1"),
        ("contacts.read", "history", f"contact:{contact}", "3"),
        ("record.read", "record", f"{looking.page(a)}#1", "1"),
        ("contacts.read", "contact", nobody, "0"),
    ])  # fmt: skip
    for each in looking.entries():
        assert (each["who"], each["workspace"], each["network"]) == (f"person:{person.id}", a, "203.0.113.7")
        assert each["outcome"] == "done"
        assert "@" not in str({**each, "who": ""})


def test_a_look_whose_entry_cannot_be_written_is_not_answered(looking: Looking, monkeypatch: Any) -> None:
    def down(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("tests.support.documents.MemoryDocuments.create", down)
    with pytest.raises(Later) as refused:
        looking.look("contacts", looking.world.a.workspace, analyst(looking))
    assert refused.value.code == Unwritten("audit-unwritten", "").code


def test_a_look_that_came_to_nothing_is_an_entry_too(looking: Looking) -> None:
    looking.persons.fails = [Problem("look-too-large", "BigQuery would read too much.")]
    with pytest.raises(Problem, match="too much"):
        looking.look("contacts", looking.world.a.workspace, analyst(looking))
    (entry,) = looking.entries()
    assert (entry["outcome"], entry["details"]["why"]) == ("failed", "look-too-large")


def test_whatever_fails_inside_tells_nothing(looking: Looking) -> None:
    looking.persons.fails = [RuntimeError("row of ann@alfa.example")]
    answer = looking.post("/contacts", body(looking.world.a.workspace, analyst(looking)))
    assert answer.status_code == 500
    assert b"ann" not in answer.get_data()


# -- how much ------------------------------------------------------------------------------------------------------


def test_nobody_looks_more_often_than_they_may(looking: Looking) -> None:
    a, shown = looking.world.a.workspace, analyst(looking)
    object.__setattr__(looking.turns, "most", 5)
    for _ in range(5):
        looking.look("contacts", a, shown)
    again = looking.session(looking.world.a.people[Role.ANALYST])  # another session has no other turns
    for each in (shown, again):
        with pytest.raises(Refused) as refused:
            looking.look("contacts", a, each)
        assert refused.value.status == 429
        assert 0 < int(refused.value.headers["Retry-After"]) <= 3600
    assert len(looking.persons.asked) == 5
    looking.look("contacts", a, looking.session(looking.world.a.people[Role.ADMIN]))


def test_turns_of_two_instances_are_the_same_turns(looking: Looking) -> None:
    one, other = (Turns(looking.house.people, looking.clock, 4) for _ in range(2))
    for each in (one, other, one, other):
        each.take("person:x")
    with pytest.raises(UsedUp):
        one.take("person:x")
    looking.clock.forward(hours=1)
    one.take("person:x")


def test_a_turn_that_another_took_meanwhile_is_not_taken_twice(looking: Looking, monkeypatch: Any) -> None:
    people = looking.house.people
    turns = Turns(people, looking.clock, 2)
    monkeypatch.setattr(people, "count", lambda *_: 0)  # as everybody counts who looks at the same moment
    turns.take("key:x")
    turns.take("key:x")
    with pytest.raises(UsedUp):
        turns.take("key:x")


def test_pages_follow_one_another_and_no_row_is_twice(looking: Looking) -> None:
    a, shown = looking.world.a.workspace, analyst(looking)
    seen, after = [], ""
    while True:
        page = looking.look("contacts", a, shown, rows=2, **({"after": after} if after else {}))
        assert page["matching"] == 3
        seen += [each["address"] for each in page["contacts"]]
        if not page["next"]:
            break
        after = page["next"]
    assert seen == ["ann@alfa.example", "ben@alfa.example", "cy@alfa.example"]
    first = looking.look("history", a, shown, contact=looking.contact(a), rows=2)
    rest = looking.look("history", a, shown, contact=looking.contact(a), after=first["next"], rows=2)
    assert [len(first["history"]), len(rest["history"]), rest["next"]] == [2, 1, ""]


def test_who_stood_at_the_end_of_a_page_and_is_gone_is_no_end_of_the_list(looking: Looking) -> None:
    a, shown = looking.world.a.workspace, analyst(looking)
    after = looking.look("contacts", a, shown, rows=1)["next"]
    del looking.persons.held[a][0]
    with pytest.raises(NotThere):
        looking.look("contacts", a, shown, after=after)


def test_a_name_is_another_one_in_another_workspace_and_none_follows_from_the_address(looking: Looking) -> None:
    keys = [looking.keys.of(side.workspace) for side in (looking.world.a, looking.world.b)]
    names = {named(key, "Ann@Example.com ") for key in keys}
    assert len(names) == 2
    assert sha256(b"ann@example.com").hexdigest() not in names
    assert keys == [looking.keys.of(side.workspace) for side in (looking.world.a, looking.world.b)]


def test_whoever_opens_the_address_reads_that_it_is_for_programs(looking: Looking) -> None:
    for path in ("/", "/contacts"):
        answer = looking.front.handle(Request(EnvironBuilder(path).get_environ()))
        assert (answer.status_code, answer.get_data(as_text=True)) == (404, FOR_PROGRAMS)
        assert answer.headers["Content-Type"].startswith("text/plain")
