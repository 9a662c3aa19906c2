"""Several people at once in one process: what the module keeps is shared by threads, and a slow platform is left."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from shared.errors import Later
from shared.http import Http
from shared.oauth import accounts
from shared.oauth.clients import SigningKey
from shared.secret import Secret
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Request
from tests.oauth.connect_flow import Page
from tests.oauth.example_platform import ADVERTS, back, open_flow
from tests.support.memory import MemoryDocuments, MemoryVault, Time

PEOPLE = 16


def together(count: int, act: object) -> list[object]:
    """What each thread got, all of them let go in the same moment."""
    ready, got = threading.Barrier(count), list[object]()

    def go(number: int) -> None:
        ready.wait(10)
        got.append(act(number))  # type: ignore[operator]

    threads = [threading.Thread(target=go, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


def test_many_who_connect_the_same_account_at_once_end_in_one_connection_with_one_secret() -> None:
    flow, _ = open_flow(ADVERTS, {"id": "1", "title": "Bakery"})
    browsers = [flow.browser() for _ in range(PEOPLE)]
    addresses = [back(flow.press(browser, flow.link("adverts"))) for browser in browsers]
    pages = together(PEOPLE, lambda number: browsers[number].get(addresses[number]))
    assert [page.status for page in pages if isinstance(page, Page)] == [303] * PEOPLE
    (connection,) = flow.connections()
    assert [name for name in flow.vault.secrets if name.startswith("user-")] == [connection.secret]
    assert not flow.documents.find("intents")


def test_the_first_attempts_of_all_agree_on_one_key() -> None:
    documents, vault, clock = MemoryDocuments(), MemoryVault(), Time()
    key = SigningKey(documents, vault, clock, "signing")

    def first(number: int) -> bytes:
        try:
            return key.get()
        except Later:  # who does not make it may be told to come again
            return b""

    found = {one for one in together(PEOPLE, first) if one}
    assert found == {key.get()}
    assert list(vault.secrets["signing"]) == [1]


def test_a_platform_that_never_comes_to_an_end_is_left_in_time() -> None:
    clock, asked = Time(), list[httpx2.Request]()

    def slow(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        clock.forward(seconds=19)
        return httpx2.Response(200, json={})

    def endless(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
        while True:
            yield Request("GET", "https://api.adverts.example/v1/accounts")

    http = Http(transport=httpx2.MockTransport(slow), clock=clock)
    with pytest.raises(Later) as caught:
        accounts.discover(http, MemoryVault(), replace(ADVERTS, discover=endless), Credential(Secret("t")))
    assert caught.value.code == "discovery-slow"
    assert len(asked) == 4
    assert clock.now() - Time().now() < accounts.MOST_TIME + timedelta(seconds=20)
