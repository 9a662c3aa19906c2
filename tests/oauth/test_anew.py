"""An account that was disconnected and is connected again: nobody goes on with the access from before.

The connection has the same id again and versions begin anew, so a process that is warm must not go by these.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared import model
from shared.errors import Later, Reconnect
from shared.model import Connection, to_doc
from shared.oauth.credentials import Credentials
from shared.oauth.refresh import Opened
from shared.oauth.tokens import from_key, pack
from shared.platforms import PLATFORMS
from shared.states import ConnectionState
from tests.oauth.bench import PLATFORM, Bench
from tests.oauth.connect_flow import ConnectFlow
from tests.oauth.example_platform import ADVERTS, open_flow, to_choice

BAKERY = {"id": "1", "title": "Bakery"}
KEYS = PLATFORMS["emailoctopus"]


def warm() -> tuple[Bench, Credentials]:
    """A worker that has renewed so often that it knows the fifth version."""
    bench = Bench()
    worker = bench.worker()
    for _ in range(4):
        bench.clock.forward(days=1)
        bench.use(worker, bench.now)
    assert bench.now.secret_version == "5"
    return bench, worker


def disconnected(bench: Bench) -> None:
    bench.documents.delete(bench.where)
    bench.vault.delete(bench.connection.secret)


def test_a_warm_worker_takes_the_new_access_at_once() -> None:
    bench, worker = warm()
    old = worker.headers(PLATFORM, bench.now)
    disconnected(bench)
    again = bench.connected("another secret")
    headers = worker.headers(PLATFORM, again)
    assert headers == bench.worker().headers(PLATFORM, again) != old
    assert bench.works(headers)


def test_a_warm_worker_that_is_refused_takes_the_new_access_and_does_not_wait_for_a_fifth_version() -> None:
    bench, worker = warm()
    before = bench.now
    used = worker.headers(PLATFORM, before)
    disconnected(bench)
    bench.box.revoke()
    again = bench.connected("another secret")
    # What it is reading still names the secret from before.
    with pytest.raises(Reconnect) as caught:
        worker.rejected(PLATFORM, before, used)
    said = worker.refused(PLATFORM, before, caught.value, 0)
    assert isinstance(said, Later)
    assert bench.now.state == "active", "a refusal of the old access says nothing about the new one"
    bench.use(worker, again)


def test_a_destroyed_key_that_the_platform_would_still_take_is_never_sent_again() -> None:
    """No platform takes a key back for us, so only we can see to it that it is not used."""
    bench = Bench()
    worker = bench.worker()

    def kept(name: str, *keys: str) -> Connection:
        version = ""
        for key in keys:
            version = bench.vault.add(name, pack(from_key(key), bench.clock.now()))
        made = replace(bench.connection, platform="emailoctopus", secret=name, secret_version=version)
        bench.change(platform="emailoctopus", secret=name, secret_version=version)
        return made

    first = kept("first", "a", "b", "c", "destroyed")
    assert worker.headers(KEYS, first) == {"authorization": "Bearer destroyed"}
    bench.vault.delete("first")
    second = kept("second", "new")
    for _ in range(2):
        assert worker.headers(KEYS, second) == {"authorization": "Bearer new"}
    # Whoever still reads with what the document said before must not put the old key back for the others.
    worker._keep(first, Opened("4", from_key("destroyed"), "first"))
    assert worker.headers(KEYS, second) == {"authorization": "Bearer new"}


def test_a_renewal_under_way_in_the_former_life_has_no_say_in_the_new_one() -> None:
    bench, worker = warm()
    bench.clock.forward(days=1)
    before, exchange = bench.now, worker.refresher._exchange

    def late(*args: Any) -> Any:
        answer = exchange(*args)
        disconnected(bench)
        bench.connected("another secret")
        # By chance the new life has come to the same number.
        bench.change(refresh_fence=before.refresh_fence + 1, refresh_until=bench.clock.now())
        return answer

    object.__setattr__(worker.refresher, "_exchange", late)
    with pytest.raises(Later) as caught:
        worker.headers(PLATFORM, before)
    assert caught.value.code == "access-replaced"
    assert (bench.now.secret, bench.now.secret_version) == ("another secret", "1")
    assert before.secret not in bench.vault.secrets, "what was destroyed is not written anew"


def test_by_the_pages_an_account_that_comes_back_has_another_secret() -> None:
    flow, server = open_flow(ADVERTS, BAKERY)
    to_choice(flow)
    (first,) = flow.connections()
    worker = Credentials(flow.documents, flow.vault, flow.http, flow.clock, flow.settings)
    assert worker.headers(ADVERTS, first)["authorization"] == "Bearer MARKED-access"
    _erase(flow, first)
    server.tokens = [{"access_token": "MARKED-again", "expires_in": 3600}]
    to_choice(flow)
    (second,) = flow.connections()
    assert (second.id, second.secret_version) == (first.id, first.secret_version)
    assert second.secret != first.secret
    assert worker.headers(ADVERTS, second)["authorization"] == "Bearer MARKED-again"


def test_an_account_that_was_renewed_by_a_link_is_read_with_the_new_access() -> None:
    flow, server = open_flow(ADVERTS, BAKERY)
    to_choice(flow)
    (first,) = flow.connections()
    worker = Credentials(flow.documents, flow.vault, flow.http, flow.clock, flow.settings)
    used = worker.headers(ADVERTS, first)
    server.tokens = [{"access_token": "MARKED-again", "expires_in": 3600}]
    to_choice(flow, flow.link("adverts", reconnects=first.id))
    (second,) = flow.connections()
    assert worker.headers(ADVERTS, second)["authorization"] == "Bearer MARKED-again"
    # A slice that was taken before goes on with what it knows, and is told to come back when that is refused.
    with pytest.raises(Reconnect) as caught:
        worker.rejected(ADVERTS, first, used)
    assert isinstance(worker.refused(ADVERTS, first, caught.value, 0), Later)
    assert flow.connections() == [second]


def test_by_the_pages_what_is_being_ended_cannot_be_connected_and_the_link_stays_good() -> None:
    flow = ConnectFlow()
    flow.connect("mailchimp")
    (known,) = flow.connections()
    where = model.path("north", "connections", known.id)
    ending = {"state": ConnectionState.DISABLED, "closing_at": flow.clock.now()}
    flow.documents.set(where, {**flow.connection_doc(known), **ending})
    link = flow.link("mailchimp")
    page = flow.connect("mailchimp", link=link)
    assert (page.status, page.heading) == (409, "This connection is just being ended")
    assert flow.documents.get(where) == {**to_doc(known), **ending}
    assert flow.vault.named(f"user-north-mailchimp-{known.id}-") == [known.secret]
    flow.documents.delete(where)
    assert flow.connect("mailchimp", link=link).status == 200


def _erase(flow: ConnectFlow, connection: Connection) -> None:
    for name in flow.vault.named(f"user-north-adverts-{connection.id}-"):
        flow.vault.delete(name)
    flow.documents.delete(f"workspaces/north/connections/{connection.id}")


def test_a_link_that_names_a_stream_switches_it_on_and_a_renewal_keeps_it() -> None:
    flow = ConnectFlow()
    assert flow.connect("constant_contact", link=flow.link("constant_contact", streams=["opens"])).status == 200
    (made,) = flow.connections()
    assert made.streams_with == ["opens"]
    first = made.access_since
    assert first is not None
    flow.clock.forward(days=1)
    flow.connect("constant_contact", link=flow.link("constant_contact", streams=["clicks", "opens"]))
    (renewed,) = flow.connections()
    assert renewed.streams_with == ["opens", "clicks"]
    assert renewed.connected_at == made.connected_at
    assert renewed.access_since is not None
    assert renewed.access_since > first, "a wish that a platform told in between is out of date"
    flow.connect("constant_contact")
    assert flow.connections()[0].streams_with == ["opens", "clicks"]
