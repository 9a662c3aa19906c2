"""What answers take of a process's memory is bounded; usual pages never wait for giants."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson
import pytest

from infra.bench.giants import text
from infra.tools.docs import ROOT
from shared.errors import Bug, Later
from shared.http import Http
from shared.platforms import platform as platform_named
from shared.room import MIB, POOL, SHARE, Crowded, Room, TooLarge, weight
from shared.vocabulary.wire import Request
from tests.support.memory import Time
from tests.support.patience import HANG

MAILCHIMP = platform_named("mailchimp")
PROCESS = 150 * MIB  # both processes of a function with its libraries, measured (docs/performance.md)


def test_four_shares_and_the_pool_fit_into_an_instance() -> None:
    block = re.search(r'module "extract_page" \{(.*?)\n\}', (ROOT / "terraform/main.tf").read_text(), re.DOTALL)
    assert block
    memory, at_once = re.search(r'memory = "(\d)Gi"', block[1]), re.search(r"at_once = (\d+)", block[1])
    assert memory
    assert at_once
    assert PROCESS + int(at_once[1]) * SHARE + POOL <= 0.9 * int(memory[1]) * 1024 * MIB


# What one byte of such an answer took, from its arrival to its packed rows (infra/bench/giants.py, 2026-11-29).
MEASURED = {"members": 8.3, "report": 7.6, "texts": 3.1, "numbers": 9.2, "empty": 32.1}


@pytest.mark.parametrize("kind", MEASURED)
def test_what_an_answer_takes_is_never_reckoned_too_low(kind: str) -> None:
    body = b"".join(text(kind, 2 * MIB))
    assert weight(body) >= 0.95 * MEASURED[kind] * len(body)
    assert weight(body) <= 3.5 * MEASURED[kind] * len(body), "nor so high that usual pages would not fit"
    small = b"".join(text(kind, MIB))
    assert weight(small) <= SHARE, "a page of a megabyte never waits"


# -- shares and the pool ----------------------------------------------------------------------------------


@dataclass
class Held:
    """A page that needs something and is then held until it is told to end."""

    room: Room
    act: Callable[[], Any]
    said: list[Any] = field(default_factory=list)  # what came of it, once it has it or was sent away
    began: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Held:
        self.thread = threading.Thread(target=self._work)
        self.thread.start()
        return self

    def _work(self) -> None:
        with self.room.entered():
            try:
                self.said.append(self.act())
            except (Crowded, TooLarge) as error:
                self.said.append(type(error))
            self.began.set()
            self.done.wait(HANG)

    def end(self) -> None:
        self.done.set()
        self.thread.join(HANG)


def inside(room: Room, act: Callable[[], Any]) -> Held:
    """One that has what it needs, or was sent away."""
    held = Held(room, act).start()
    assert held.began.wait(HANG)
    return held


def waiting(room: Room, act: Callable[[], Any]) -> Held:
    """One that waits for another to end."""
    held = Held(room, act).start()
    while not room.waits:
        assert held.thread.is_alive()
        held.began.wait(0.01)
    return held


def test_a_share_is_everybodys_and_the_pool_is_for_who_needs_more() -> None:
    room = Room(share=10, pool=100, patience=0.0)
    with room.entered():
        room.need(10)
        assert room.taken == 0
        room.need(60)
        room.need(40)  # what it took once it keeps: it has held it, and may again
        assert room.taken == 50
        room.need(110)
        assert room.taken == 100
    assert room.taken == 0


def test_what_would_not_fit_alone_is_refused() -> None:
    room = Room(share=10, pool=100)
    with room.entered(), pytest.raises(TooLarge):
        room.need(111)
    with pytest.raises(TooLarge):
        room.need(11)  # whoever connects an account has a share and no more
    room.need(10)
    assert room.taken == 0


def test_giants_do_not_keep_usual_pages_waiting_and_no_two_wait_for_each_other() -> None:
    room = Room(share=10, pool=100, patience=HANG)
    first = inside(room, lambda: room.need(100))
    second = waiting(room, lambda: room.need(60))
    third = inside(room, lambda: room.need(70))
    assert third.said == [Crowded], "one may wait; whoever comes then is sent away"
    assert second.said == []
    with room.entered():
        room.need(10)  # at once
    first.end()
    assert second.began.wait(HANG)
    assert second.said == [None]
    second.end()
    third.end()
    assert (room.taken, room.waits) == (0, False)


def test_who_waits_too_long_comes_again_later() -> None:
    room = Room(share=10, pool=100, patience=0.01)
    first = inside(room, lambda: room.need(100))
    with room.entered(), pytest.raises(Crowded):
        room.need(60)
    assert not room.waits
    first.end()
    with room.entered():
        room.need(60)


# -- calls ------------------------------------------------------------------------------------------------


def sending(body: bytes, room: Room) -> Http:
    reply = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body))
    return Http(transport=reply, room=room, clock=Time())


def test_empty_records_are_weighed_by_what_they_become() -> None:
    """Twenty megabytes of nothing were 641 megabytes of objects; an answer is refused before it is read."""
    body = orjson.dumps({"members": [{}] * 3_000_000})
    room = Room()
    assert len(body) < 10 * MIB
    with room.entered(), pytest.raises(Bug) as refusal:
        sending(body, room).send(MAILCHIMP, Request("GET", "https://us1.api.mailchimp.com/3.0/x"))
    assert refusal.value.code == "answer-too-large", "so that less is asked for, where the platform can"


def test_an_answer_that_finds_no_room_waits_in_its_document() -> None:
    body = b"".join(text("members", 2 * MIB))
    room = Room(share=MIB, pool=30 * MIB, patience=0.0)
    other = inside(room, lambda: room.need(20 * MIB))
    http = sending(body, room)
    with room.entered(), pytest.raises(Later) as wait:
        http.send(MAILCHIMP, Request("GET", "https://us1.api.mailchimp.com/3.0/x"))
    assert (wait.value.code, wait.value.counts) == ("crowded", False)
    assert wait.value.not_before is not None
    assert wait.value.not_before > http.clock.now()
    other.end()
    with room.entered():
        assert http.send(MAILCHIMP, Request("GET", "https://us1.api.mailchimp.com/3.0/x")).is_json


def test_memory_is_claimed_while_an_answer_comes_and_free_when_its_page_is_staged() -> None:
    room = Room(share=MIB, pool=100 * MIB)
    http = sending(b"".join(text("members", 4 * MIB)), room)
    with room.entered():
        answer = http.send(MAILCHIMP, Request("GET", "https://us1.api.mailchimp.com/3.0/x"))
        assert room.taken >= 7 * len(answer.body)
    assert room.taken == 0
