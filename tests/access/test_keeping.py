"""What is wished of a connection's access is done, told in its document and in the audit log, and of nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import model
from shared.access.keeper import PATIENCE, SENTENCES, Refusal
from shared.access.wishes import ACTS
from shared.audit.record import ENTRIES, Unwritten
from shared.audit.sealing import LATE
from shared.erasure.closing import LONGEST
from shared.erasure.connection import ConnectionErasure
from shared.messages import AccessWanted
from shared.model import Connection, to_doc, wish_path
from shared.oauth.keeping import Keeper
from shared.states import AccessAct, ConnectionState, WishState
from shared.sync.budgets import budget_path
from tests.access.house import BY, House
from tests.support.memory import MemoryDocuments

VALIDATE, RENEW, DISCONNECT, WITHDRAW = AccessAct
ENDS = (DISCONNECT, WITHDRAW)


@pytest.fixture
def house() -> House:
    return House()


def outcomes(house: House) -> list[tuple[str, str, str]]:
    return [(doc["act"], doc["outcome"], doc["who"]) for doc in house.log()]


# -- validate ------------------------------------------------------------------------------------------


def test_an_access_that_the_platform_takes_is_good(house: House) -> None:
    before = house.asked
    wish = house.wish(VALIDATE)
    assert (wish.state, wish.good, wish.look_at) == (WishState.DONE, True, None)
    assert wish.sentence == "Klaviyo takes the access that we have."
    assert house.asked == before + 1
    assert house.here.checked == {"at": house.clock.now(), "good": True, "sentence": wish.sentence}
    assert outcomes(house) == [(ACTS[VALIDATE], "begun", "person:ann"), (ACTS[VALIDATE], "done", "person:ann")]
    begun, done = house.log()
    assert (begun["network"], done["network"]) == (BY.network, ""), "where from is said at the door"
    assert done["of"] == f"workspaces/demo/connections/{house.connection.id}"
    assert done["details"] == {"wish": wish.id, "good": "yes"}


def test_one_that_waited_to_be_connected_again_goes_on(house: House) -> None:
    stopped = replace(house.connection, state=ConnectionState.RECONNECT, problem={"code": "not-authorised"})
    house.documents.set(model.path("demo", "connections", stopped.id), to_doc(stopped))
    assert house.wish(VALIDATE).good
    doc = to_doc(house.here)
    assert (doc["state"], doc["problem"]) == (ConnectionState.ACTIVE, None)


def test_a_key_that_was_withdrawn_is_asked_three_times_before_it_is_called_bad() -> None:
    house = House("emailoctopus")
    house.box.revoke()
    wish = house.wish(VALIDATE)
    assert (wish.state, wish.good) == (WishState.WORKING, None)
    assert "asked again before anybody has to connect anew" in wish.sentence
    assert house.here.problem is None
    wish = house.through(wish)
    assert (wish.state, wish.good) == (WishState.DONE, False)
    assert "does not accept this key" in wish.sentence
    assert timedelta(minutes=15) <= house.clock.now() - wish.asked_at <= timedelta(minutes=17)
    assert house.here.state == ConnectionState.RECONNECT
    assert house.here.checked is not None
    assert not house.here.checked["good"]
    assert house.log("done")[0]["details"]["good"] == "no"


def test_access_that_ended_is_renewed_before_it_is_asked_for(house: House) -> None:
    house.clock.forward(days=2)
    assert house.wish(VALIDATE).good
    assert (house.refreshes, house.here.secret_version) == (1, "2")


def test_access_that_the_platform_ended_before_its_time_is_renewed_and_asked_again(house: House) -> None:
    house.box.grants.expire()
    assert house.through(house.wish(VALIDATE)).good
    assert (house.refreshes, house.here.secret_version) == (1, "2")


def test_a_platform_that_is_away_is_asked_again_and_then_it_has_failed(house: House) -> None:
    house.box.faults.add(match="*", kind="status", times=None, status=503)
    first = house.wish(VALIDATE)
    assert first.state == WishState.WORKING
    assert first.look_at is not None
    assert first.look_at > house.clock.now()
    wish = house.through(first, minutes=70)
    assert (wish.state, wish.good, wish.move) == (WishState.FAILED, None, "machine")
    assert house.clock.now() - wish.asked_at >= PATIENCE
    assert house.here.state == ConnectionState.ACTIVE, "it says nothing about the access"
    assert [doc["outcome"] for doc in house.log()] == ["begun", "failed"]


def test_one_bad_account_never_keeps_a_wish_from_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real = type(house.keeper.keys).check

    def broken(keys: Any, connection: Connection) -> None:
        if connection.workspace == "demo":
            raise RuntimeError("nobody foresaw this")
        real(keys, connection)

    monkeypatch.setattr(type(house.keeper.keys), "check", broken)
    bad = house.ask(VALIDATE)
    good = house.ask(VALIDATE, house.others, workspace="other")
    house.tick()
    assert house.kept(good).state == WishState.DONE
    assert house.kept(bad).state == WishState.WORKING
    assert "goes on by itself" in house.kept(bad).sentence
    failed = house.through(bad, minutes=70)
    assert (failed.state, failed.code, failed.move) == (WishState.FAILED, "fault", "us")


def test_a_check_waits_while_the_platform_asks_for_rest(house: House) -> None:
    until = house.clock.now() + timedelta(minutes=9)
    where = budget_path(house.world.connector, house.connection.id)
    house.documents.set(where, {"blocked_until": until, "because": "Klaviyo asks us to slow down."})
    before = house.asked
    wish = house.wish(VALIDATE)
    assert (wish.look_at, wish.sentence) == (until, "Klaviyo asks us to slow down.")
    assert house.asked == before
    assert house.through(wish).good


def test_a_check_answers_every_wish_that_was_there_before_it(house: House) -> None:
    first, second = house.ask(VALIDATE), house.ask(VALIDATE, request="two")
    before = house.asked
    house.clock.forward(seconds=1)
    house.deliver(first)
    assert house.deliver(second).good
    assert house.asked == before + 1
    house.clock.forward(seconds=10)
    assert house.wish(VALIDATE, request="three").good
    assert house.asked == before + 2


# -- renew ---------------------------------------------------------------------------------------------


def test_an_access_is_renewed_now(house: House) -> None:
    wish = house.wish(RENEW)
    assert (wish.state, wish.sentence) == (WishState.DONE, "The access to Klaviyo is renewed.")
    assert (house.refreshes, house.here.secret_version, house.here.refresh_until) == (1, "2", None)


def test_a_turn_that_is_free_is_taken_though_time_passes_while_it_is_granted(house: House) -> None:
    transact = house.documents.transact

    def slow(work: Any) -> Any:
        house.clock.forward(seconds=0.05)
        return transact(work)

    wish = house.ask(RENEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.documents, "transact", slow)
        assert house.deliver(wish).state == WishState.DONE


def test_who_renews_meanwhile_does_it_for_this_wish_too(house: House) -> None:
    """Two wishes and two processes: while one waits for the platform, the other meets its lease."""
    second = house.ask(RENEW, request="two")
    other, seen, refresh = house.process(), list[str](), house.box.grants.refresh

    def answer(*said: Any) -> Any:
        seen.append("asked")
        other.handle(AccessWanted(second.id))
        return refresh(*said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.box.grants, "refresh", answer)
        assert house.wish(RENEW).state == WishState.DONE
    waiting = house.kept(second)
    assert (seen, waiting.state) == (["asked"], WishState.WORKING)
    assert "being renewed" in waiting.sentence
    assert house.through(second).state == WishState.DONE
    assert (house.refreshes, house.here.secret_version) == (1, "2")


def test_a_sync_that_renews_meanwhile_does_as_well(house: House) -> None:
    """It is through with it when the wish begins: there is an access newer than the one that the wish was about."""
    wish, renew = house.ask(RENEW), house.keeper.keys.renew

    def late(connection: Connection, beyond: str) -> None:
        house.process().keys.renew(connection, beyond)
        renew(connection, beyond)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.keeper.keys, "renew", late)
        assert house.deliver(wish).state == WishState.DONE
    assert (house.refreshes, house.here.secret_version) == (1, "2")


def test_a_key_cannot_be_renewed() -> None:
    house = House("emailoctopus")
    wish = house.wish(RENEW)
    assert (wish.state, wish.code, wish.move) == (WishState.FAILED, "not-renewable", "agency")
    assert house.here.state == ConnectionState.ACTIVE


def test_a_grant_that_has_ended_fails_the_wish_and_stops_the_connection(house: House) -> None:
    house.box.revoke()
    wish = house.wish(RENEW)
    assert (wish.state, wish.code, wish.move) == (WishState.FAILED, "grant-ended", "client")
    assert house.here.state == ConnectionState.RECONNECT


def test_what_was_connected_anew_meanwhile_is_not_renewed(house: House) -> None:
    wish = house.ask(RENEW)

    def stumble(*_: Any, **__: Any) -> Any:
        raise ConnectionError("Secret Manager is away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Keeper, "keep", stumble)
        assert house.deliver(wish).state == WishState.WORKING
    house.connect(house.here, "another link")
    house.clock.forward(minutes=5)
    wish = house.through(wish)
    assert (wish.state, wish.sentence) == (WishState.DONE, "The access was given anew meanwhile.")
    assert house.refreshes == 1


# -- disconnect and withdraw ---------------------------------------------------------------------------


@pytest.mark.parametrize("act", ENDS)
def test_access_is_given_back_and_destroyed_and_rows_stay(house: House, act: AccessAct) -> None:
    house.world.machine.warehouse.tables.clear()
    house.world.machine.objects.write("demo/raw/klaviyo/x", b"", {"connection": house.connection.id})
    wish = house.wish(act)
    assert wish.state == WishState.WORKING
    assert "given back and destroyed" in wish.sentence
    assert house.here.state == ConnectionState.DISABLED
    assert house.vault.read(house.connection.secret) is None
    assert house.revoked == 1
    wish = house.through(wish)
    assert wish.state == WishState.DONE
    assert LONGEST <= house.clock.now() - wish.asked_at <= LONGEST + timedelta(minutes=2)
    receipt = house.documents.get(f"receipts/{wish.receipt}")
    assert receipt is not None
    assert receipt["finished_at"] is not None
    assert list(receipt["grants"].values()) == ["given back"]
    assert wish.receipt in wish.sentence
    assert house.now() is None
    assert "demo/raw/klaviyo/x" in house.world.machine.objects.held
    assert house.vault.read(house.others.secret) is not None
    assert outcomes(house) == [(ACTS[act], "begun", "person:ann"), (ACTS[act], "done", "person:ann")]
    assert house.log("done")[0]["details"] == {"wish": wish.id, "receipt": wish.receipt}


def test_two_who_wish_the_same_have_one_receipt(house: House) -> None:
    first, second = house.ask(DISCONNECT), house.ask(WITHDRAW)
    assert house.through(first).receipt == house.through(second).receipt
    assert house.revoked == 1
    third = house.wish(DISCONNECT, request="three")
    assert (third.state, third.receipt) == (WishState.DONE, house.kept(first).receipt)


def test_who_connected_again_after_it_is_left_alone(house: House) -> None:
    wish = house.ask(DISCONNECT)
    again = replace(house.here, access_since=house.clock.now() + timedelta(seconds=1))
    house.documents.set(model.path("demo", "connections", again.id), to_doc(again))
    wish = house.deliver(wish)
    assert (wish.state, wish.code) == (WishState.FAILED, Refusal.CONNECTED_AGAIN)
    assert house.vault.read(house.connection.secret) is not None


def test_who_connected_again_while_it_was_ended_is_left_alone_too(house: House) -> None:
    wish = house.wish(WITHDRAW)
    again = replace(house.here, state=ConnectionState.ACTIVE, closing_at=None, problem=None)
    house.connect(again, "another link")
    wish = house.through(wish)
    assert (wish.state, wish.code) == (WishState.FAILED, Refusal.CONNECTED_AGAIN)
    assert house.vault.read(house.here.secret) is not None


# -- what is refused -----------------------------------------------------------------------------------


def refused(house: House, wish: model.AccessWish, why: Refusal) -> None:
    assert (wish.state, wish.code, wish.sentence) == (WishState.FAILED, why, SENTENCES[why])
    (entry,) = house.log("refused")
    assert (entry["who"], entry["details"]["why"]) == ("person:ann", why)


@pytest.mark.parametrize("act", list(AccessAct))
def test_a_connection_of_another_workspace_is_not_there(house: House, act: AccessAct) -> None:
    """Also where the other one has ended, and left a receipt."""
    before, asked, shelves = house.now(house.others), house.asked, dict(house.vault.secrets)
    wish = house.wish(act, of=house.others, workspace="demo")
    refused(house, wish, Refusal.NO_CONNECTION)
    assert house.log("refused")[0]["workspace"] == "demo"
    assert (house.now(house.others), house.asked, house.vault.secrets) == (before, asked, shelves)
    house.through(house.ask(DISCONNECT, house.others, workspace="other"))
    wish = house.wish(act, of=house.others, request="two", workspace="demo")
    assert wish.code == Refusal.NO_CONNECTION


@pytest.mark.parametrize(
    ("workspace", "connection", "why"),
    [
        ("nowhere", "one", Refusal.NO_WORKSPACE),
        ("demo", "one", Refusal.NO_CONNECTION),
        ("demo", "a/b", Refusal.NO_CONNECTION),
        ("demo/connections/x/y", "one", Refusal.NO_CONNECTION),
    ],
)
def test_what_is_not_there(house: House, workspace: str, connection: str, why: Refusal) -> None:
    of = replace(house.connection, id=connection)
    refused(house, house.wish(VALIDATE, of=of, workspace=workspace), why)


def test_a_workspace_that_is_being_erased(house: House) -> None:
    house.documents.set(model.closing_path("demo"), {"workspace": "demo", "since": house.clock.now()})
    refused(house, house.wish(RENEW), Refusal.WORKSPACE_ERASED)


@pytest.mark.parametrize("act", [VALIDATE, RENEW])
def test_a_connection_that_is_being_ended(house: House, act: AccessAct) -> None:
    ConnectionErasure(house.keeper.holdings, house.keeper.http, house.connection).run(drop_rows=False)
    refused(house, house.wish(act), Refusal.BEING_ENDED)


def test_a_wish_that_only_a_later_release_knows(house: House) -> None:
    wish = house.ask(VALIDATE)
    house.documents.set(wish_path(wish.id), {**to_doc(wish), "act": "share"})
    refused(house, house.deliver(wish), Refusal.UNKNOWN_WISH)
    assert house.log("refused")[0]["act"] == "access.wished"


# -- once ----------------------------------------------------------------------------------------------


def test_the_same_request_is_the_same_wish_and_in_another_workspace_another(house: House) -> None:
    wish = house.wish(VALIDATE)
    assert house.ask(VALIDATE).state == WishState.DONE, "asked again, it tells what became of it"
    assert len(house.log("begun")) == 1
    others = {house.ask(VALIDATE, workspace="other").id, house.ask(RENEW).id, house.ask(VALIDATE, request="two").id}
    assert len({wish.id, *others}) == 4


def test_a_nudge_that_is_lost_is_made_good_by_the_tick(house: House) -> None:
    wish = house.ask(VALIDATE)
    house.tick()
    assert house.kept(wish).state == WishState.DONE
    before = house.asked
    house.tick()
    assert house.asked == before


def test_while_somebody_is_at_it_nobody_else_is(house: House) -> None:
    wish = house.ask(VALIDATE)
    taken = house.process()._taken(wish.id)
    assert taken is not None
    before = house.asked
    house.deliver(wish)
    assert house.asked == before
    house.clock.forward(minutes=6)
    assert house.deliver(wish).state == WishState.DONE
    assert not house.keeper._write(taken, {"sentence": "late"}), "who lost its lease says nothing any more"


def test_a_wish_that_is_gone_or_done_is_left(house: House) -> None:
    house.keeper.handle(AccessWanted("unheard-of"))
    wish = house.wish(VALIDATE)
    before = house.asked
    assert house.deliver(wish) == wish
    assert house.asked == before


# -- the audit log -------------------------------------------------------------------------------------


class Down(MemoryDocuments):
    """The database of people, out of order."""

    def create(self, path: str, doc: dict[str, Any]) -> bool:
        raise ConnectionError("out of order")


def test_what_the_log_does_not_take_is_not_wished(house: House) -> None:
    house.people = Down()
    with pytest.raises(Unwritten):
        house.ask(DISCONNECT)
    assert house.documents.find("wishes") == []


def test_no_wish_ends_before_the_log_knows(house: House) -> None:
    wish = house.ask(RENEW)
    people, house.people = house.people, Down()
    house.keeper = house.process()
    assert house.deliver(wish).state == WishState.WORKING
    house.people = people
    house.keeper = house.process()
    finished = house.kept(wish).finished_at
    house.clock.forward(minutes=3)
    assert house.deliver(wish).state == WishState.DONE
    (entry,) = house.log("done")
    assert entry["at"] == finished, "when it was done, not when it was told"
    assert house.refreshes == 1


def test_after_an_outage_of_the_log_no_entry_looks_like_one_of_long_ago(house: House) -> None:
    wish = house.ask(VALIDATE)
    people, house.people = house.people, Down()
    house.keeper = house.process()
    for _ in range(40):
        house.tick()
    assert house.kept(wish).state == WishState.WORKING
    house.people = people
    house.keeper = house.process()
    assert house.through(wish).state == WishState.DONE
    (entry,) = house.log("done")
    assert house.clock.now() - entry["at"] < LATE
    assert entry["at"] == house.kept(wish).finished_at


def test_the_log_is_added_to_and_never_read(house: House) -> None:
    """The account of keep_access may create documents there, and nothing else (terraform/permissions.tf)."""

    class Adding:
        def __init__(self, inner: MemoryDocuments) -> None:
            self.create = inner.create

    wish = house.ask(VALIDATE)
    object.__setattr__(house.keeper, "people", Adding(house.people))
    assert house.deliver(wish).state == WishState.DONE
    assert len(list(house.people.each(ENTRIES))) == 2


def test_no_credential_is_in_what_is_told(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = [str(payload) for versions in house.vault.secrets.values() for payload in versions.values()]
    tokens = {part for text in secrets for part in text.split('"') if len(part) > 20}
    for act in (VALIDATE, RENEW, DISCONNECT):
        house.wish(act)
    told = f"{capsys.readouterr().out} {house.documents.find('wishes')} {house.log()}"
    assert "access wish ended" in told
    assert not [token for token in tokens if token in told]
