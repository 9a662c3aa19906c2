"""Accounts connected by hand: several behind one key, answers to what the pages would ask, keys that are traded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import orjson
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from infra.local.account import Given, answers, connect
from shared.errors import Configure, Problem
from shared.oauth.tokens import unpack
from shared.settings import Settings
from shared.stores.installation import Stores
from shared.vocabulary.access import Field, Key
from shared.vocabulary.platform import Platform
from tests.oauth.example_platform import ADVERTS, REGION, SHOP, WITH_SHOP, Server
from tests.oauth.test_ways import PASTED, TRADED
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

KEYED = replace(ADVERTS, auth=(Key("There.", r"\w+"),))
ACCOUNTS: list[dict[str, Any]] = [
    {"id": "1", "title": "Bakery", "currency": "EUR", "values": {"root": "9"}},
    {"id": "2", "title": "Café", "token": "own"},
    {"id": "3", "title": "Old", "closed": "It was cancelled."},
]


@pytest.fixture
def world() -> Iterator[tuple[Stores, Server]]:
    platform = Server(list(ACCOUNTS))

    @Request.application
    def serve(request: Request) -> Response:
        sent = httpx2.Request(request.method, request.url, headers=dict(request.headers), content=request.get_data())
        told = platform(sent)
        return Response(told.content, told.status_code, content_type="application/json")

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    origins = orjson.dumps({"adverts": f"http://127.0.0.1:{server.server_port}"}).decode()
    settings = Settings(project="example", bucket="example", origins_json=origins)
    yield Stores(settings, MemoryDocuments(), MemoryVault(), MemoryObjects(), Time(), MemoryBus()), platform
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_account_that_can_be_read_becomes_a_connection(world: tuple[Stores, Server]) -> None:
    stores, _ = world
    made, guessed = connect(stores, KEYED, Given(key="k"), ["ads"])
    assert [(one.account, one.title, one.streams, one.schedule) for one in made] == [
        ("1", "Bakery", ["ads"], "manual"), ("2", "Café", ["ads"], "manual"),
    ]  # fmt: skip
    assert guessed == ""
    tokens = [unpack((stores.vault.read(one.secret) or ("", b""))[1]).token.reveal() for one in made]
    assert tokens == ["k", "own"]
    assert len(stores.documents.find("workspaces/local/connections")) == 2


def test_only_the_accounts_that_were_named(world: tuple[Stores, Server]) -> None:
    stores, _ = world
    made, _ = connect(stores, KEYED, Given(key="k", accounts=["2"]), [])
    assert [one.account for one in made] == ["2"]
    for wrong, words in (("9", "shows 1, 2, 3, not 9"), ("3", "Old cannot be read: It was cancelled.")):
        with pytest.raises(Configure) as caught:
            connect(stores, KEYED, Given(key="k", accounts=[wrong]), [])
        assert words in caught.value.sentence


def test_how_far_back_days_are_read_can_be_said(world: tuple[Stores, Server]) -> None:
    stores, _ = world
    for days in (0, 30):
        made, _ = connect(stores, KEYED, Given(key="k", history_days=days), [])
        assert {one.history_days for one in made} == {days}


def test_a_server_that_does_not_know_whose_account_it_shows_is_read_all_the_same(world: tuple[Stores, Server]) -> None:
    stores, platform = world
    platform.works = "nothing"
    (made,), guessed = connect(stores, WITH_SHOP, Given(token="t", asked={"region": "Europe"}), [])
    assert (made.account, made.values) == ("account", {"shop": "example", "region": "eu"})
    assert guessed
    with pytest.raises(Problem):
        connect(stores, KEYED, Given(key="k", accounts=["1"]), [])


def test_a_key_that_is_traded_is_traded(world: tuple[Stores, Server]) -> None:
    stores, platform = world
    platform.works = "MARKED-access"
    made, guessed = connect(stores, TRADED, Given(key=PASTED), [])
    assert guessed == ""
    kept = unpack((stores.vault.read(made[0].secret) or ("", b""))[1])
    assert (kept.how, kept.token.reveal()) == ("key", "MARKED-access")
    assert kept.refresh_token is not None


def asking(*fields: Field) -> Platform:
    return replace(WITH_SHOP, auth=(Key("There.", r"\w+", asks=fields),))


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ({"shop": "https://north.adverts.example"}, {"shop": "north"}),
        ({"region": "Europe"}, {"shop": "example", "region": "eu"}),
        ({"shop": "north", "region": "Elsewhere", "more": "x"}, {"shop": "north", "region": "us", "more": "x"}),
    ],
)
def test_answers_are_read_as_the_page_reads_them(asked: dict[str, str], values: dict[str, Any]) -> None:
    assert answers(asking(SHOP, REGION), Given(key="k", asked=asked)) == values


@pytest.mark.parametrize("asked", [{"shop": "two words"}, {"region": "Mars"}])
def test_an_odd_answer_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Configure) as caught:
        answers(asking(SHOP, REGION), Given(key="k", asked=asked))
    assert "is not answered by what was given" in caught.value.sentence
