"""Killed before or after any side effect of connecting: no secret is ever untold, and after a day none is left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.messages import SyncRequested
from shared.oauth import links
from shared.oauth.callback import Callback
from shared.oauth.clients import SigningKey
from shared.oauth.connect import ConnectionWriter
from shared.oauth.start import Beginner
from shared.web import endpoint
from tests.oauth.connect_flow import ConnectFlow, Page
from tests.oauth.example_platform import ADVERTS, Server, back, open_desk, to_choice
from tests.support.faults import Fate, Fragile, Killed

BAKERY = {"id": "1", "title": "Bakery"}
CAFE = {"id": "2", "title": "Café"}
Step = Callable[[ConnectFlow, Server], Callable[[], Page]]


def callback(desk: ConnectFlow, fate: Fate) -> None:
    """From now on every side effect of the callback meets its fate."""
    documents: Any = Fragile(desk.documents, "documents", fate)
    vault: Any = Fragile(desk.vault, "vault", fate)
    bus: Any = Fragile(desk.bus, "bus", fate)
    key = SigningKey(documents, vault, desk.clock, desk.settings.signing_secret)
    beginner = Beginner(documents, vault, desk.http, desk.clock, desk.settings, key)
    answers = Callback(beginner, ConnectionWriter(documents, vault, bus, desk.http, desk.clock), lambda name: ADVERTS)
    desk.callback = endpoint(answers.policy, answers.answer, answers.broken)


# -- ways in: what happens before, and the visit in which the process dies ---------------------------------------


def one(desk: ConnectFlow, server: Server) -> Callable[[], Page]:
    browser = desk.browser()
    address = back(desk.press(browser, desk.link("adverts")))
    return lambda: browser.get(address)


def renewing(desk: ConnectFlow, server: Server) -> Callable[[], Page]:
    to_choice(desk)
    (connection,) = desk.connections()
    desk.bus.published.clear()
    server.tokens = [{"access_token": "MARKED-newer", "expires_in": 3600}]
    browser = desk.browser()
    address = back(desk.press(browser, desk.link("adverts", reconnects=connection.id)))
    return lambda: browser.get(address)


def asking(desk: ConnectFlow, server: Server) -> Callable[[], Page]:
    server.accounts.append(CAFE)
    return one(desk, server)


def choosing(desk: ConnectFlow, server: Server) -> Callable[[], Page]:
    server.accounts.append(CAFE)
    browser, _, address = to_choice(desk)
    return lambda: browser.post(address, {"pick-0": "yes", "pick-1": "yes"})


WAYS: dict[str, Step] = {"one": one, "renewing": renewing, "asking": asking, "choosing": choosing}


def effects(way: Step) -> list[str]:
    desk, server = open_desk(ADVERTS, BAKERY)
    visit, fate = way(desk, server), Fate()
    callback(desk, fate)
    assert visit().status == 303
    return fate.seen


CASES = [
    pytest.param(name, number, before, id=f"{name}, {'before' if before else 'after'} {number}: {what}")
    for name, way in WAYS.items()
    for number, what in enumerate(effects(way))
    for before in (True, False)
]


def secrets(desk: ConnectFlow) -> set[str]:
    return {name for name in desk.vault.secrets if name.startswith(("user-", "pending-"))}


def told(desk: ConnectFlow) -> set[str]:
    """Secrets that a document tells of."""
    docs = desk.documents
    found = {connection.secret for connection in desk.connections()}
    found |= {doc["secret"] for doc in docs.find("intents")}
    return found | {f"pending-{doc['id']}" for doc in docs.find("choices")}


@pytest.mark.parametrize(("name", "number", "before"), CASES)
def test_no_kill_leaves_a_secret_that_nobody_tells_of(name: str, number: int, before: bool) -> None:
    desk, server = open_desk(ADVERTS, BAKERY)
    visit = WAYS[name](desk, server)
    callback(desk, Fate(at=number, before=before))
    with pytest.raises(Killed):
        visit()
    assert secrets(desk) <= told(desk)

    for connection in desk.connections():  # whoever is connected can be read
        assert (desk.vault.read(connection.secret) or ("",))[0] == connection.secret_version

    # A day later somebody comes, and whoever was cut off tries again.
    desk.clock.forward(days=1)
    callback(desk, Fate())
    server.accounts = [BAKERY]
    to_choice(desk)
    for _ in range(3):
        to_choice(desk)
    assert secrets(desk) == {connection.secret for connection in desk.connections()}
    assert not desk.documents.find("intents")
    assert not desk.documents.find("choices")


# -- links that may not be used any more, and links that race ----------------------------------------------------


def connected(desk: ConnectFlow) -> tuple[Any, bytes]:
    to_choice(desk)
    (connection,) = desk.connections()
    return connection, desk.vault.secrets[connection.secret][1]


@pytest.mark.parametrize("spoiled", ["withdrawn", "used", "run out"])
def test_a_link_that_is_spoiled_meanwhile_leaves_a_living_connection_alone(spoiled: str) -> None:
    desk, server = open_desk(ADVERTS, BAKERY)
    connection, payload = connected(desk)
    server.tokens = [{"access_token": "MARKED-foreign", "expires_in": 3600}]
    link = desk.link("adverts")
    browser = desk.browser()
    address = back(desk.press(browser, link))
    add = desk.vault.add

    def meanwhile(*args: Any) -> str:
        """The link is looked at before; what counts is how it stands when the connection is written."""
        version, known = add(*args), desk.link_doc(link)
        if spoiled == "withdrawn":
            links.revoke(desk.documents, desk.clock, known.id)
        else:
            until = {"used": {"used_at": desk.clock.now()}, "run out": {"expires_at": desk.clock.now()}}[spoiled]
            desk.documents.docs[links.link_path(known.id)] |= until
        return version

    desk.vault.add = meanwhile  # type: ignore[method-assign,assignment]
    assert browser.get(address).status == 410
    assert desk.connections() == [connection]
    assert desk.vault.secrets[connection.secret] == {1: payload}
    assert secrets(desk) == {connection.secret}
    assert not desk.documents.find("intents")


def test_the_loser_of_one_link_leaves_what_the_winner_wrote() -> None:
    desk, _ = open_desk(ADVERTS, BAKERY)
    link = desk.link("adverts")
    first, second = desk.browser(), desk.browser()
    addresses = [back(desk.press(browser, link)) for browser in (first, second)]
    add, pages = desk.vault.add, list[Page]()

    def meanwhile(*args: Any) -> str:
        desk.vault.add = add  # type: ignore[method-assign]
        version = add(*args)
        pages.append(second.get(addresses[1]))  # is quicker from here on
        return version

    desk.vault.add = meanwhile  # type: ignore[method-assign,assignment]
    pages.append(first.get(addresses[0]))
    assert [page.status for page in pages] == [303, 410]
    (connection,) = desk.connections()
    assert desk.vault.read(connection.secret) is not None
    assert secrets(desk) == {connection.secret}


def test_two_links_for_one_account_end_in_one_connection_with_its_own_secret() -> None:
    desk, _ = open_desk(ADVERTS, BAKERY)
    first, second = desk.browser(), desk.browser()
    addresses = [back(desk.press(browser, desk.link("adverts"))) for browser in (first, second)]
    add = desk.vault.add

    def meanwhile(*args: Any) -> str:
        desk.vault.add = add  # type: ignore[method-assign]
        version = add(*args)
        assert second.get(addresses[1]).status == 303
        return version

    desk.vault.add = meanwhile  # type: ignore[method-assign,assignment]
    assert first.get(addresses[0]).status == 303
    (connection,) = desk.connections()
    assert secrets(desk) == {connection.secret}
    assert len([one for one in desk.bus.published if isinstance(one, SyncRequested)]) == 2


def test_whoever_is_so_late_that_its_secret_was_cleared_away_connects_nothing() -> None:
    desk, _ = open_desk(ADVERTS, BAKERY)
    browser = desk.browser()
    address = back(desk.press(browser, desk.link("adverts", lifetime=links.LIFETIME)))
    add = desk.vault.add

    def late(*args: Any) -> str:
        desk.vault.add = add  # type: ignore[method-assign]
        version = add(*args)
        desk.clock.forward(minutes=16)
        desk.connector.intents.clear()
        return version

    desk.vault.add = late  # type: ignore[method-assign,assignment]
    assert browser.get(address).status == 410
    assert not desk.connections()
    assert secrets(desk) == set()


def test_clearing_away_spares_a_secret_that_a_connection_names() -> None:
    desk, _ = open_desk(ADVERTS, BAKERY)
    connection, _ = connected(desk)
    desk.connector.intents.begin(connection)
    desk.clock.forward(minutes=16)
    desk.connector.intents.clear()
    assert desk.vault.read(connection.secret) is not None
    assert not desk.documents.find("intents")
