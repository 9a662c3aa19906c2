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
from tests.oauth.example_platform import ADVERTS, Server, back, open_flow, to_choice
from tests.support.faults import Fate, Fragile, Killed

BAKERY = {"id": "1", "title": "Bakery"}
CAFE = {"id": "2", "title": "Café"}
Step = Callable[[ConnectFlow, Server], Callable[[], Page]]


def callback(flow: ConnectFlow, fate: Fate) -> None:
    """From now on every side effect of the callback meets its fate."""
    documents: Any = Fragile(flow.documents, "documents", fate)
    vault: Any = Fragile(flow.vault, "vault", fate)
    bus: Any = Fragile(flow.bus, "bus", fate)
    key = SigningKey(documents, vault, flow.clock, flow.settings.signing_secret)
    beginner = Beginner(documents, vault, flow.http, flow.clock, flow.settings, key)
    answers = Callback(beginner, ConnectionWriter(documents, vault, bus, flow.http, flow.clock), lambda name: ADVERTS)
    flow.callback = endpoint(answers.policy, answers.answer, answers.broken)


# -- ways in: what happens before, and the visit in which the process dies ---------------------------------------


def one(flow: ConnectFlow, server: Server) -> Callable[[], Page]:
    browser = flow.browser()
    address = back(flow.press(browser, flow.link("adverts")))
    return lambda: browser.get(address)


def renewing(flow: ConnectFlow, server: Server) -> Callable[[], Page]:
    to_choice(flow)
    (connection,) = flow.connections()
    flow.bus.published.clear()
    server.tokens = [{"access_token": "MARKED-newer", "expires_in": 3600}]
    browser = flow.browser()
    address = back(flow.press(browser, flow.link("adverts", reconnects=connection.id)))
    return lambda: browser.get(address)


def asking(flow: ConnectFlow, server: Server) -> Callable[[], Page]:
    server.accounts.append(CAFE)
    return one(flow, server)


def choosing(flow: ConnectFlow, server: Server) -> Callable[[], Page]:
    server.accounts.append(CAFE)
    browser, _, address = to_choice(flow)
    return lambda: browser.post(address, {"pick-0": "yes", "pick-1": "yes"})


WAYS: dict[str, Step] = {"one": one, "renewing": renewing, "asking": asking, "choosing": choosing}


def effects(way: Step) -> list[str]:
    flow, server = open_flow(ADVERTS, BAKERY)
    visit, fate = way(flow, server), Fate()
    callback(flow, fate)
    assert visit().status == 303
    return fate.seen


CASES = [
    pytest.param(name, number, before, id=f"{name}, {'before' if before else 'after'} {number}: {what}")
    for name, way in WAYS.items()
    for number, what in enumerate(effects(way))
    for before in (True, False)
]


def secrets(flow: ConnectFlow) -> set[str]:
    return {name for name in flow.vault.secrets if name.startswith(("user-", "pending-"))}


def told(flow: ConnectFlow) -> set[str]:
    """Secrets that a document tells of."""
    docs = flow.documents
    found = {connection.secret for connection in flow.connections()}
    found |= {doc["secret"] for doc in docs.find("intents")}
    return found | {f"pending-{doc['id']}" for doc in docs.find("choices")}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number", "before"), CASES)
def test_no_kill_leaves_a_secret_that_nobody_tells_of(name: str, number: int, before: bool) -> None:
    flow, server = open_flow(ADVERTS, BAKERY)
    visit = WAYS[name](flow, server)
    callback(flow, Fate(at=number, before=before))
    with pytest.raises(Killed):
        visit()
    assert secrets(flow) <= told(flow)

    for connection in flow.connections():  # whoever is connected can be read
        assert (flow.vault.read(connection.secret) or ("",))[0] == connection.secret_version

    # A day later somebody comes, and whoever was cut off tries again.
    flow.clock.forward(days=1)
    callback(flow, Fate())
    server.accounts = [BAKERY]
    to_choice(flow)
    for _ in range(3):
        to_choice(flow)
    assert secrets(flow) == {connection.secret for connection in flow.connections()}
    assert not flow.documents.find("intents")
    assert not flow.documents.find("choices")


# -- links that may not be used any more, and links that race ----------------------------------------------------


def connected(flow: ConnectFlow) -> tuple[Any, bytes]:
    to_choice(flow)
    (connection,) = flow.connections()
    return connection, flow.vault.secrets[connection.secret][1]


@pytest.mark.parametrize("spoiled", ["withdrawn", "used", "run out"])
def test_a_link_that_is_spoiled_meanwhile_leaves_a_living_connection_alone(spoiled: str) -> None:
    flow, server = open_flow(ADVERTS, BAKERY)
    connection, payload = connected(flow)
    server.tokens = [{"access_token": "MARKED-foreign", "expires_in": 3600}]
    link = flow.link("adverts")
    browser = flow.browser()
    address = back(flow.press(browser, link))
    add = flow.vault.add

    def meanwhile(*args: Any) -> str:
        """The link is looked at before; what counts is how it stands when the connection is written."""
        version, known = add(*args), flow.link_doc(link)
        if spoiled == "withdrawn":
            links.revoke(flow.documents, flow.clock, known.id)
        else:
            until = {"used": {"used_at": flow.clock.now()}, "run out": {"expires_at": flow.clock.now()}}[spoiled]
            flow.documents.docs[links.link_path(known.id)] |= until
        return version

    flow.vault.add = meanwhile  # type: ignore[method-assign,assignment]
    assert browser.get(address).status == 410
    assert flow.connections() == [connection]
    assert flow.vault.secrets[connection.secret] == {1: payload}
    assert secrets(flow) == {connection.secret}
    assert not flow.documents.find("intents")


def test_the_loser_of_one_link_leaves_what_the_winner_wrote() -> None:
    flow, _ = open_flow(ADVERTS, BAKERY)
    link = flow.link("adverts")
    first, second = flow.browser(), flow.browser()
    addresses = [back(flow.press(browser, link)) for browser in (first, second)]
    add, pages = flow.vault.add, list[Page]()

    def meanwhile(*args: Any) -> str:
        flow.vault.add = add  # type: ignore[method-assign]
        version = add(*args)
        pages.append(second.get(addresses[1]))  # is quicker from here on
        return version

    flow.vault.add = meanwhile  # type: ignore[method-assign,assignment]
    pages.append(first.get(addresses[0]))
    assert [page.status for page in pages] == [303, 410]
    (connection,) = flow.connections()
    assert flow.vault.read(connection.secret) is not None
    assert secrets(flow) == {connection.secret}


def test_two_links_for_one_account_end_in_one_connection_with_its_own_secret() -> None:
    flow, _ = open_flow(ADVERTS, BAKERY)
    first, second = flow.browser(), flow.browser()
    addresses = [back(flow.press(browser, flow.link("adverts"))) for browser in (first, second)]
    add = flow.vault.add

    def meanwhile(*args: Any) -> str:
        flow.vault.add = add  # type: ignore[method-assign]
        version = add(*args)
        assert second.get(addresses[1]).status == 303
        return version

    flow.vault.add = meanwhile  # type: ignore[method-assign,assignment]
    assert first.get(addresses[0]).status == 303
    (connection,) = flow.connections()
    assert secrets(flow) == {connection.secret}
    assert len([one for one in flow.bus.published if isinstance(one, SyncRequested)]) == 2


def test_whoever_is_so_late_that_its_secret_was_cleared_away_connects_nothing() -> None:
    flow, _ = open_flow(ADVERTS, BAKERY)
    browser = flow.browser()
    address = back(flow.press(browser, flow.link("adverts", lifetime=links.LIFETIME)))
    add = flow.vault.add

    def late(*args: Any) -> str:
        flow.vault.add = add  # type: ignore[method-assign]
        version = add(*args)
        flow.clock.forward(minutes=16)
        flow.connector.intents.clear()
        return version

    flow.vault.add = late  # type: ignore[method-assign,assignment]
    assert browser.get(address).status == 410
    assert not flow.connections()
    assert secrets(flow) == set()


def test_clearing_away_spares_a_secret_that_a_connection_names() -> None:
    flow, _ = open_flow(ADVERTS, BAKERY)
    connection, _ = connected(flow)
    flow.connector.intents.begin(connection)
    flow.clock.forward(minutes=16)
    flow.connector.intents.clear()
    assert flow.vault.read(connection.secret) is not None
    assert not flow.documents.find("intents")
