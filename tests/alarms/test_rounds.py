"""Alarms as people meet them: once, to whoever's move it is, with the link that mends; and once when it is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from shared.alarms import choices
from shared.alarms.choices import Choice
from shared.alarms.kinds import KINDS, What
from shared.alarms.spend import Spend, spend_path
from shared.alarms.watch import Watchman
from shared.errors import Code
from shared.hooks.hook import Event
from shared.letters.reminding import QUIET, Reminder
from shared.messages import ROUND, LetterWanted
from shared.model import to_doc
from shared.oauth import links
from shared.people import roles
from shared.people.levels import Role
from shared.people.roles import Member
from shared.states import AlarmState, ConnectionState, RunState
from tests.alarms.town import ACME, BY, START, Town
from tests.support.branching import Branching, at_each, live
from tests.support.faults import Fragile, Killed

REFUSED = {"code": "grant-ended", "sentence": "The platform no longer accepts it.", "move": "client"}


@pytest.fixture
def town() -> Town:
    return Town()


def broken(town: Town) -> None:
    town.connection(state=ConnectionState.RECONNECT, problem=REFUSED)


def test_a_connection_that_needs_its_client_rings_once_with_the_very_link(town: Town) -> None:
    town.member()
    broken(town)
    for _ in range(3):
        town.round()
    ((subject, text),) = town.letters
    assert subject == "A connection needs its client · Acme works"
    assert "Acme's shop (Mailchimp) is not read any more: The platform no longer accepts it." in text
    address = next(word for word in text.split() if word.startswith(START))
    link = links.find(town.engine, links.token_of(address))
    assert link is not None
    assert (link.workspace, link.reconnects, link.platform) == (ACME, "c1", "mailchimp")
    assert town.alarms[What.RECONNECT].state is AlarmState.RINGING


def test_it_is_told_once_more_when_it_is_mended_and_rings_again_when_it_comes_back(town: Town) -> None:
    town.member()
    broken(town)
    town.round()
    town.clock.forward(minutes=5)
    town.connection()
    for _ in range(2):
        town.round()
    assert [subject.partition(" ·")[0] for subject, _ in town.letters] == [
        "A connection needs its client", "Mended: A connection needs its client",
    ]  # fmt: skip
    assert START not in town.letters[1][1]
    town.clock.forward(minutes=5)
    broken(town)
    town.round()
    assert len(town.letters) == 3
    assert town.alarms[What.RECONNECT].number == 2


def test_who_is_told(town: Town) -> None:
    town.member("admin@agency.example", Role.ADMIN)
    town.member("analyst@agency.example", Role.ANALYST)
    town.member("viewer@agency.example", Role.VIEWER)
    town.member("owner@agency.example", None, owner=True)
    broken(town)
    town.publication(differs=["mailchimp members"])
    town.round()
    assert sorted(str(letter["To"]) for letter in town.post.sent) == ["admin@agency.example", "analyst@agency.example"]


def test_an_owner_is_told_where_nobody_else_would_be(town: Town) -> None:
    town.member("owner@agency.example", None, owner=True)
    broken(town)
    town.round()
    assert [str(letter["To"]) for letter in town.post.sent] == ["owner@agency.example"]


@pytest.mark.parametrize("what", list(What))
def test_every_kind_rings_once_and_is_mended(town: Town, what: What) -> None:
    town.member()
    RING[what](town)
    for _ in range(2):
        town.round()
    assert town.alarms[what].state is AlarmState.RINGING
    assert len(town.letters) == 1, town.letters
    assert KINDS[what].title in town.letters[0][0]
    assert "…" not in town.letters[0][1], "a gap of the sentence was not filled"
    town.clock.forward(minutes=5)
    MEND[what](town)
    for _ in range(2):
        town.round()
    assert town.alarms[what].state is AlarmState.MENDED
    assert len(town.letters) == 2


def failed_twice(town: Town) -> None:
    for number in range(2):
        town.clock.forward(hours=1)
        problems = [{"sentence": "The platform has a fault of its own.", "move": "machine", "code": "platform-down"}]
        town.run(f"r{number}", RunState.FAILED, problems=problems)


def spent(**more: Any) -> Any:
    def act(town: Town) -> None:
        town.engine.set(spend_path(ACME), to_doc(Spend(ACME, 1, **more)))

    return act


def odd(jumped: bool) -> list[dict[str, Any]]:
    return [
        {"platform": "meta_ads", "currency": "EUR", "day": "2026-08-31", "jumped": jumped, "spent": 9, "usual": 3.5}
    ]


def budget(town: Town) -> None:
    choices.keep(town.people, town.clock, BY, Choice(ACME, budget=1000, budget_currency="EUR"))
    spent(month="2026-09", spent={"EUR": 1000.5})(town)


def silent(town: Town) -> None:
    _, hook = town.hooks.make(BY, ACME, "Board", "https://board.example/in", events=[Event.RUN])
    town.people.transact(lambda tx: tx.update(f"webhooks/{hook.id}", {"silent_since": town.clock.now()}))


def heard(town: Town) -> None:
    (doc,) = town.people.find("webhooks")
    town.people.transact(lambda tx: tx.update(f"webhooks/{doc['id']}", {"silent_since": None}))


def ads(town: Town, **more: Any) -> None:
    town.connection("c2", platform="shopify", title="Shop", **more)
    town.clock.moment = town.clock.moment.replace(year=2027)  # its version ends within the month
    for name in ("c1", "c2"):
        doc = town.engine.get(f"workspaces/{ACME}/connections/{name}") or {}
        town.engine.set(f"workspaces/{ACME}/connections/{name}", {**doc, "last_success_at": town.clock.now()})


def left(town: Town) -> None:
    town.engine.delete(f"workspaces/{ACME}/connections/c2")


RING: dict[What, Any] = {
    What.RECONNECT: broken,
    What.ACCESS_ENDS: lambda town: town.connection(expires_at=town.clock.now() + timedelta(days=10)),
    What.FAILED_TWICE: failed_twice,
    What.LATE: lambda town: town.connection(last_success_at=town.clock.now() - timedelta(hours=27)),
    What.DIFFERS: lambda town: town.publication(differs=["mailchimp members"]),
    What.SPEND_JUMPED: spent(odd=odd(True)),
    What.SPEND_STOPPED: spent(odd=odd(False)),
    What.BUDGET_PASSED: budget,
    What.VERSION_ENDS: ads,
    What.COST_CAP: lambda town: town.publication(problem={"code": Code.COST_CAP, "sentence": "", "move": "machine"}),
    What.WEBHOOK_SILENT: silent,
}
MEND: dict[What, Any] = {
    **dict.fromkeys(What, lambda town: (town.connection(), town.publication(), spent()(town))),
    What.FAILED_TWICE: lambda town: town.run("r9", RunState.PARTLY),
    What.VERSION_ENDS: left,
    What.WEBHOOK_SILENT: heard,
}


def test_an_access_that_ends_is_told_at_14_7_and_2_days(town: Town) -> None:
    town.member()
    ends = town.clock.now() + timedelta(days=20)
    told: list[int] = []
    for day in range(20):
        town.connection(expires_at=ends)
        town.round()
        if len(town.letters) > len(told):
            told.append(20 - day)
        town.clock.forward(days=1)
    assert told == [13, 6, 1], "less than 14, 7 and 2 whole days are left"


def test_one_failed_run_does_not_ring_and_neither_does_what_somebody_asked_for_besides(town: Town) -> None:
    town.member()
    town.run("r1", RunState.COMPLETED)
    town.clock.forward(hours=1)
    town.run("r2", RunState.FAILED)
    town.clock.forward(hours=1)
    town.run("r3", RunState.FAILED, reason="backfill")
    town.round()
    assert town.letters == []


def test_a_storm_is_one_letter(town: Town) -> None:
    town.member()
    for number in range(40):
        town.connection(f"c{number}", title=f"Shop {number}", state=ConnectionState.RECONNECT, problem=REFUSED)
    town.round()
    ((subject, text),) = town.letters
    assert subject == "A connection needs its client and 39 more · Acme works"
    assert all(f"Shop {number} " in text for number in range(40))


def test_quiet_hours_hold_letters_back_and_webhooks_not(town: Town) -> None:
    person = town.member()
    town.hooks.make(BY, ACME, "Board", "https://board.example/in")
    quiet = Choice(ACME, person, quiet_from="20:00", quiet_until="09:30", zone="Europe/Vienna")
    choices.keep(town.people, town.clock, BY, quiet)  # it is eight in Vienna
    broken(town)
    town.round()
    assert (town.letters, len(town.receiver.got)) == ([], 1)
    town.minute(minutes=89)
    assert town.letters == []
    town.minute()
    assert len(town.letters) == 1


def test_a_digest_is_one_letter_a_day(town: Town) -> None:
    town.member()
    choices.keep(town.people, town.clock, BY, Choice(ACME, digest_at="09:00"))
    broken(town)
    town.round()
    town.clock.forward(minutes=5)
    town.publication(differs=["mailchimp members"])
    town.round()
    assert town.letters == []
    town.minute(hours=1)
    assert [subject for subject, _ in town.letters] == ["A connection needs its client and 1 more · Acme works"]
    town.minute(days=1)
    assert len([subject for subject, _ in town.letters if "client" in subject]) == 1


def test_who_has_left_meanwhile_hears_no_more(town: Town) -> None:
    person = town.member()
    choices.keep(town.people, town.clock, BY, Choice(ACME, digest_at="09:00"))
    broken(town)
    town.round()
    town.people.delete(f"roles/{ACME}/members/{person}")
    town.minute(hours=1)
    assert town.letters == []
    assert town.people.find("notices") == []


def test_whose_role_is_less_meanwhile_hears_only_what_it_may(town: Town) -> None:
    """A letter that waits for its hour has a link in it by which accounts are connected."""
    person = town.member()
    choices.keep(town.people, town.clock, BY, Choice(ACME, digest_at="09:00"))
    broken(town)
    town.round()
    town.clock.forward(minutes=5)
    town.publication(differs=["mailchimp members"])
    town.round()
    less = Member(ACME, person, Role.ANALYST, town.clock.now(), "operator")
    town.people.transact(lambda tx: roles.give(tx, less, BY))
    town.minute(hours=1)
    ((subject, text),) = town.letters
    assert subject == "A proof differs · Acme works"
    assert START not in text
    assert town.people.find("notices") == []


def test_what_is_not_wanted_is_not_told(town: Town) -> None:
    person = town.member()
    town.hooks.make(BY, ACME, "Board", "https://board.example/in")
    choices.keep(town.people, town.clock, BY, Choice(ACME, without=[What.RECONNECT]))
    broken(town)
    town.round()
    assert (town.letters, town.receiver.got) == ([], [])
    choices.keep(town.people, town.clock, BY, Choice(ACME, person))  # their own word goes before the workspace's
    town.clock.forward(minutes=5)
    town.publication(differs=["mailchimp members"])
    town.round()
    assert len(town.letters) == 1


def test_webhooks_hear_of_runs_and_alarms_once(town: Town) -> None:
    town.hooks.make(BY, ACME, "Board", "https://board.example/in")
    broken(town)
    town.run("r1", RunState.COMPLETED)
    for _ in range(3):
        town.round("r1")
    said = [orjson.loads(body) for _, body, _ in town.receiver.got]
    assert sorted(each["type"] for each in said) == ["alarm.ringing", "run.changed"]
    run = next(each["data"] for each in said if each["type"] == "run.changed")
    assert (run["workspace"], run["run"], run["state"]) == (ACME, "r1", "completed")
    alarm = next(each["data"] for each in said if each["type"] == "alarm.ringing")
    assert (alarm["kind"], alarm["whose_move"], alarm["of"]) == ("reconnect", "client", "c1")
    assert START not in str(said), "what lets somebody connect goes to persons only"


def test_a_look_comes_each_minute_while_something_is_due_and_seldom_else(town: Town) -> None:
    watchman = Watchman(town.people, town.bus, town.clock)
    looks = []
    for minute in range(90):
        if minute == 25:
            town.people.set("watches/acme", {"workspace": ACME, "look_at": town.clock.now()})
        if watchman.is_due():
            looks.append(minute)
            if watchman.look():
                town.people.delete("watches/acme")
        town.clock.forward(minutes=1)
    assert looks == [0, 10, 20, 30, *range(31, 61), 70, 80]
    assert town.bus.published == [LetterWanted(ROUND, ACME)]


HOSTILE = '=cmd\r\nBcc: all@evil.example\r\n\r\n#read("/etc/passwd") {why} \u202e'


def test_hostile_names_come_out_as_text(town: Town) -> None:
    town.member()
    town.connection(title=HOSTILE, state=ConnectionState.RECONNECT, problem=REFUSED)
    town.round()
    (letter,) = town.post.sent
    assert letter["Bcc"] is None
    assert len(letter.get_all("To", [])) == 1
    assert "\nBcc:" not in letter.get_content()
    assert "{why}" in letter.get_content()


def test_of_a_client_who_left_nothing_is_left(town: Town) -> None:
    town.member()
    town.hooks.make(BY, ACME, "Board", "https://board.example/in")
    choices.keep(town.people, town.clock, BY, Choice(ACME, digest_at="09:00"))
    broken(town)
    town.round()
    town.engine.delete(f"workspaces/{ACME}")
    for _ in range(2):
        town.round()
    for collection in ("alarms", "notices", "deliveries", "webhooks", "alarm_choices", "watches"):
        assert town.people.find(collection) == [], collection
    assert town.vault.secrets == {}


@pytest.mark.parametrize("before", [True, False])
def test_killed_anywhere_everything_is_told_once(before: bool) -> None:
    def life(fate: Branching) -> None:
        town = Town()
        town.member()
        town.hooks.make(BY, ACME, "Board", "https://board.example/in")
        broken(town)
        town.run("r1", RunState.FAILED)
        wanted = [(ROUND, "r1")]
        for _ in range(4):  # Pub/Sub delivers what was not done again, and the minute what nobody was told of
            outgoing = town.outgoing(
                Fragile(town.people, "documents", fate), Fragile(town.bus, "bus", fate), None,
                Fragile(town.receiver, "receiver", fate),
            )  # fmt: skip
            try:
                while wanted:
                    letter, run = wanted[0]
                    outgoing.handle(LetterWanted(letter, ACME if letter == ROUND else "", run))
                    wanted.pop(0)
                    wanted += [(each.letter, "") for each in town.bus.waiting]  # type: ignore[union-attr]
                    town.bus.waiting.clear()
            except Killed:
                town.clock.forward(seconds=QUIET.total_seconds())
        for _ in range(4):
            town.clock.forward(seconds=QUIET.total_seconds())
            Reminder(town.people, town.bus, town.clock).remind()
            town.minute(minutes=61)
        subjects = [subject for subject, _ in town.letters]
        assert len(town.people.find("letters")) == 1
        assert 1 <= len(subjects) <= 2, "who is killed between handing over and writing that down leaves one doubt"
        assert len({letter["Message-ID"] for letter in town.post.sent}) == 1
        assert len({headers["webhook-id"] for _, _, headers in town.receiver.got}) == 2
        assert town.people.find("notices") == []
        assert {each["state"] for each in town.people.find("deliveries")} == {"delivered"}

    live(life, at_each(before))
