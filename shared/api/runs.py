"""Runs: the list, one with its streams, and one as it goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from shared import model
from shared.api import paging, shapes
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.api.wire import Reply, encode
from shared.model import Run, from_doc
from shared.stores.ports import Doc
from shared.sync.status import RunStatus
from shared.sync.watching import run as status_of

LONGEST = timedelta(seconds=50)  # of one stream of events; whoever wants more comes again
A_LOOK = 2.0  # seconds between two
AT_ONCE = 2  # streams of one instance: each holds one of its threads


def runs(desk: Desk, call: Call) -> Reply:
    collection, asked = f"{model.workspace_path(call.workspace.id)}/runs", call.query
    ours = [("connection", "==", asked.connection)] if asked.connection else []
    found, onward = paging.newest(desk.documents, collection, ours, "started_at", asked.cursor, asked.limit)
    return Reply(shapes.Runs(runs=[_listed(doc) for doc in found], next=onward))


def run(desk: Desk, call: Call) -> Reply:
    return Reply(_whole(status_of(desk, call.things["run"]), call.things["run"]))


@dataclass
class Places:
    """How many follow a run at the same time, in this process."""

    most: int = AT_ONCE
    _free: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.BoundedSemaphore(self.most)

    def take(self) -> None:
        if not self._free.acquire(blocking=False):
            raise Failure(
                503, "busy", "Others are following runs; look at the run itself.", headers={"Retry-After": "10"}
            )

    def give_back(self) -> None:
        self._free.release()


PLACES = Places()


def events(desk: Desk, call: Call) -> Reply:
    PLACES.take()
    return Reply(events=Following(desk, call.things["run"], PLACES), headers={"Cache-Control": "no-store"})


class Following(Iterator[bytes]):
    """The lines of one stream. Its place is given back once: when it ends, or when the reader has gone."""

    def __init__(self, desk: Desk, doc: Doc, places: Places) -> None:
        self.places, self.held = places, True
        self.lines = _followed(desk, doc)

    def __next__(self) -> bytes:
        try:
            return next(self.lines)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.held:
            self.held = False
            self.places.give_back()


def _followed(desk: Desk, doc: Doc) -> Iterator[bytes]:
    where, until = model.path(doc["workspace"], "runs", doc["id"]), desk.clock.now() + LONGEST
    said, number = b"", 0
    yield b"retry: 2000\n\n"
    while True:
        now_doc = desk.documents.get(where)
        if now_doc is None:
            yield b"event: end\ndata: {}\n\n"
            return
        told = status_of(desk, now_doc)
        text = encode(_whole(told, now_doc))
        if text != said:
            said, number = text, number + 1
            yield b"id: %d\nevent: run\ndata: %s\n\n" % (number, text)
        else:
            yield b": nothing new\n\n"
        if told.over:
            yield b"event: end\ndata: {}\n\n"
            return
        if desk.clock.now() + timedelta(seconds=A_LOOK) > until:
            return
        desk.clock.pause(A_LOOK)


def _listed(doc: Doc) -> shapes.RunListed:
    found = from_doc(Run, doc)
    return shapes.RunListed(
        id=found.id,
        connection=found.connection,
        platform=found.platform,
        reason=found.reason,
        state=found.state,
        started_at=found.started_at,
        finished_at=found.finished_at,
    )


def of_status(found: RunStatus, connection: str, platform: str) -> shapes.Run:
    return shapes.Run(**_parts(found, connection, platform))


def _whole(found: RunStatus, doc: Doc) -> shapes.RunWhole:
    streams = [
        shapes.Proof(
            stream=each.stream,
            state=each.state,
            rows=each.rows,
            pages=each.pages,
            calls=each.calls,
            proof=str(each.proof),
        )
        for each in found.streams
    ]
    return shapes.RunWhole(**_parts(found, doc["connection"], doc["platform"]), streams=streams)


def _parts(found: RunStatus, connection: str, platform: str) -> Doc:
    troubles = [
        shapes.Trouble(stream=each.stream, code=each.code, sentence=each.sentence, whose_move=each.move)
        for each in found.troubles
    ]
    return {
        "id": found.id,
        "connection": connection,
        "platform": platform,
        "reason": found.reason,
        "state": found.state,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "seconds": round(found.seconds, 1) if found.over else 0.0,
        "rows": found.rows,
        "pages": found.pages,
        "calls": found.calls,
        "slices": found.slices,
        "slices_done": found.slices_done,
        "waiting_until": found.waiting_until,
        "waiting_for": found.waiting_for,
        "troubles": troubles,
    }
