"""No line of a log holds a key, wherever somebody puts it and whatever breaks: console, API, feeds and `/mcp` are asked
with keys that are good, that were revoked and that are a letter off, in each place of a request where one may stand.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from shared import log
from shared.feeds.front import Front as FeedFront
from shared.keys.texts import Kind, new
from shared.keys.tokens import Grant
from shared.people.levels import How, Role
from shared.stores.ports import Documents
from tests.agents.desk import OLDER
from tests.people.house import AGENTS, OPERATOR
from tests.people.walk import KEY, LINK, LOST, World
from tests.support.memory import MemoryDocuments

pytestmark = pytest.mark.slow

API = "https://api.example/api/v1"
PREFIX = 18  # letters that say what a text is and which; what comes after opens something
Handle = Callable[[Request], Response]


@dataclass(frozen=True)
class Door:
    handle: Handle
    host: str
    paths: tuple[str, ...]  # `{}`: a word in the path
    body: str = ""  # where nothing else is posted
    headers: Mapping[str, str] = field(default_factory=dict)
    cookie: str = "session"


@dataclass(frozen=True)
class Placed:
    """One place of a request. `{}` stands for what is shown."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    in_path: bool = False
    form: str = ""
    body: str = ""


PLACES = {
    "bearer": Placed({"Authorization": "Bearer {}"}),
    "bare": Placed({"Authorization": "{}"}),
    "basic": Placed({"Authorization": "Basic {}"}),
    "header": Placed({"X-Api-Key": "{}"}),
    "cookie": Placed({"Cookie": "COOKIE={}; key={}"}),
    "agent": Placed({"User-Agent": "curl/8 {}"}),
    "referer": Placed({"Referer": "https://sheets.example/?key={}"}),
    "origin": Placed({"Origin": "https://{}.example"}),
    "etag": Placed({"If-None-Match": '"{}"'}),
    "repeat": Placed({"Idempotency-Key": "{}"}),
    "forwarded": Placed({"X-Forwarded-For": "{}"}),
    "method of mcp": Placed({"Mcp-Method": "{}", "MCP-Protocol-Version": "{}"}),
    "query": Placed(query="key={}"),
    "another query": Placed(query="{}=1&from={}"),
    "path": Placed(in_path=True),
    "form": Placed(form="{}"),
    "body": Placed(body='{"key": "{}", "jsonrpc": "2.0", "id": "{}", "method": "{}"}'),
    "what is no body": Placed(body="{}"),
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    out = io.StringIO()
    monkeypatch.setattr(log, "stream", out)
    return out


def doors(world: World) -> dict[str, Door]:
    feed, where = world.a.things["feed"], world.a.workspace
    keys = f"/api/v1/workspaces/{where}/keys"
    return {
        "console": Door(
            world.house.front.handle,
            world.house.address,
            ("/sign-in", "/{}", f"/workspaces/{where}/people", "/join/{}", "/token"),
            cookie=world.house.desk.cookies.session,
        ),
        "api": Door(
            world.service.front.handle,
            "https://api.example",
            (*(f"/api/v1/{each}" for each in ("auth/profile", "workspaces/{}", "auth/token")), f"{keys}/{{}}"),
        ),
        "mcp": Door(
            world.service.agents.handle,
            "https://api.example",
            ("/mcp", "/mcp/{}"),
            '{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}',
            {"MCP-Protocol-Version": OLDER},
        ),
        "feed": Door(
            world.kiosk.instance.front.handle,
            "https://feed.example",
            (f"/webhook/v1/{feed}/data", "/webhook/v1/{}/data", f"/webhook/v1/{feed}/{{}}"),
        ),
    }  # fmt: skip


def shown(world: World) -> list[str]:
    """Of every kind, what opens, what opened once, and what never did."""
    who, where = world.a.people[Role.ADMIN], world.a.workspace
    issued = world.house.tokens.begin(OPERATOR, Grant(f"person:{who.id}", where, ("data:read",), API))
    agents = world.house.tokens.begin(OPERATOR, Grant(f"person:{who.id}", where, ("data:read",), AGENTS))
    good = [
        world.keys[Role.ADMIN],
        world.agents[Role.ADMIN],
        *(world.a.keys[key].reveal() for key in (KEY, LINK, LOST)),
    ]
    good += [each.reveal() for pair in (issued, agents) for each in (pair.access, pair.renewal)]
    good += [world.house.sessions.begin(OPERATOR, who.id, How.GOOGLE)]
    off = [f"{text[:-1]}{'a' if text[-1] != 'a' else 'b'}" for text in good]
    return [*good, *off, *(new(kind).secret.reveal() for kind in Kind)]


def asked(door: Door, path: str, method: str, placed: Placed, text: str) -> int:
    said = b64encode(f"{path.split('/')[-2] if '/' in path[1:] else 'x'}:{text}".encode()).decode()
    headers = {
        name: value.replace("COOKIE", door.cookie).replace("{}", said if "Basic" in value else text)
        for name, value in {**door.headers, **placed.headers}.items()
    }
    usual = "" if placed.form or method == "GET" else door.body
    body = placed.body.replace("{}", text) or usual
    builder = EnvironBuilder(
        path=path.replace("{}", quote(text) if placed.in_path else "word"),
        query_string=placed.query.replace("{}", text),
        base_url=door.host,
        method=method,
        data=body.encode() if body else {"key": text, text: "1", "form": text} if placed.form else None,
        content_type="application/json" if body else None,
        headers=list(headers.items()),
    )
    try:
        answer = door.handle(Request(builder.get_environ()))
        answer.get_data()
        return answer.status_code
    finally:
        builder.close()


def walk(world: World, door: Door) -> tuple[list[str], set[int]]:
    """All that was shown, and what was answered."""
    texts, statuses = shown(world), set[int]()
    for placed in PLACES.values():
        for path in door.paths:
            for method in ("GET", "POST"):
                for text in texts:
                    statuses.add(asked(door, path, method, placed, text))
            world.turns.forward(minutes=1)
            world.house.clock.forward(minutes=1)
    return texts, statuses


def held(texts: list[str], said: str) -> list[str]:
    return sorted({text[:PREFIX] for text in texts if text in said or text[PREFIX:] in said})


@pytest.mark.parametrize("name", ["console", "api", "mcp", "feed"])
def test_no_line_of_a_log_holds_a_key(
    world: World, name: str, lines: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    texts, statuses = walk(world, doors(world)[name])
    printed = capsys.readouterr()
    assert held(texts, f"{lines.getvalue()}{printed.out}{printed.err}") == []
    assert 200 in statuses, statuses
    assert statuses & {401, 303}, statuses


@pytest.mark.parametrize("name", ["console", "api", "mcp", "feed"])
def test_nor_does_one_that_tells_of_a_failure(
    world: World, name: str, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is read fails, and says what it was asked for."""
    door, texts = doors(world)[name], shown(world)

    def broken(self: Documents, path: str, *_: Any) -> Any:
        raise RuntimeError(f"{path} {' '.join(texts)}")

    for method in ("get", "find", "get_many"):
        monkeypatch.setattr(MemoryDocuments, method, broken)
    for placed in PLACES.values():
        for path in door.paths:
            for text in texts:
                asked(door, path, "POST" if door.body else "GET", placed, text)
    printed = capsys.readouterr()
    assert '"severity":"ERROR"' in lines.getvalue()
    assert held(texts, f"{lines.getvalue()}{printed.out}{printed.err}") == []


def test_a_line_that_names_the_address_is_noticed(
    world: World, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = FeedFront.handle

    def telling(self: FeedFront, request: Request) -> Response:
        log.info("asked", where=request.full_path)
        return handle(self, request)

    monkeypatch.setattr(FeedFront, "handle", telling)
    texts, _ = walk(world, doors(world)["feed"])
    assert held(texts, lines.getvalue())
