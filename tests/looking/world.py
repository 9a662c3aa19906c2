"""Two workspaces full of contacts, with look_up between them and somebody who calls it as the console does."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx2
import orjson
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from infra.local.identity import Identity, identity
from shared.audit.entry import Origin
from shared.keys.admission import Shown
from shared.keys.keyring import Keyring
from shared.keys.scopes import Scope
from shared.keys.texts import Kind
from shared.looking.addresses import Keys, named
from shared.looking.asking import LookUp, by_session
from shared.looking.callers import Callers
from shared.looking.front import CallVerifier, Front
from shared.looking.looker import Looker
from shared.looking.turns import Turns
from shared.people.levels import How
from shared.people.persons import Person
from shared.people.roles import word_of
from shared.settings import Settings
from tests.looking.persons import MemoryPersons
from tests.people.house import OPERATOR
from tests.people.walk import World
from tests.support.memory import MemoryObjects

ADDRESS = "https://look-up.example"
CONSOLE = "console@tributary.iam.gserviceaccount.com"
SETTINGS = Settings(
    project="tributary", bucket="pages", look_up_url=ADDRESS, look_up_callers=f"{CONSOLE} api@tributary.example"
)
ORIGIN = Origin(who="", route="contacts", network="203.0.113.7", agent="Browser/1", request="r-1")


@cache
def google() -> Identity:
    """Making a key takes long."""
    return identity()


class Looking:
    """`world.a` and `world.b`, each with people and contacts. Every text of B has `zulu` in it."""

    def __init__(self) -> None:
        self.world = World()
        self.house, self.clock = self.world.house, self.world.house.clock
        self.persons, self.objects = MemoryPersons(), MemoryObjects()
        people = self.house.people
        self.keys = Keys(people)
        self.keyring = Keyring(people, self.house.tokens.digests, self.clock, word_of(people))
        self.turns = Turns(people, self.clock)
        self.looker = Looker(
            people,
            self.house.engine,
            self.persons,
            self.objects,
            self.clock,
            Callers(people, self.clock, timedelta(minutes=30)),
            self.turns,
            self.keys,
        )
        verifier = CallVerifier(SETTINGS, google().certificates(), self.clock)
        self.front = Front(self.looker, verifier)
        self.shown: dict[str, Shown] = {}  # by whose it is
        for side in (self.world.a, self.world.b):
            self.fill(side.workspace)

    def fill(self, workspace: str) -> None:
        mark = workspace.partition("_")[0]
        page = self.page(workspace)
        mails = [f"{name}@{mark}.example" for name in ("ann", "ben", "cy")]
        told = datetime(2026, 9, 1, tzinfo=UTC)
        self.persons.held[workspace] = [
            {"address": mail, "platform": "mailchimp", "told_at": told, "record_id": mail, "_page": page, "_line": n}
            for n, mail in enumerate(mails)
        ]
        self.persons.done[workspace] = [
            {"address": mails[0], "kind": f"open {mark}", "date": told.date(), "place": f"2026-09-0{9 - n}"}
            for n in range(3)
        ]
        lines = b"\n".join(orjson.dumps({"_line": n, "email": mail}) for n, mail in enumerate(mails))
        self.objects.write(page, gzip.compress(lines), {"request": f"GET https://{mark}.example", "read_at": "2026"})

    def page(self, workspace: str) -> str:
        return f"{workspace}/raw/mailchimp/2026-09-01/run/list_members/slice/000000-1.ndjson.gz"

    def contact(self, workspace: str) -> str:
        mark = workspace.partition("_")[0]
        return named(self.keys.of(workspace), f"ann@{mark}.example")

    # -- who asks ----------------------------------------------------------------------------------------------

    def session(self, person: Person, how: How = How.GOOGLE) -> Shown:
        token = self.house.sessions.begin(OPERATOR, person.id, how)
        session = self.house.sessions.find(token)
        assert session is not None
        return by_session(session)

    def key(self, workspace: str, maker: str = "operator", scopes: Sequence[Scope] = (Scope.CONTACTS_READ,)) -> Shown:
        presented = self.presented(workspace, maker, scopes)
        return self.house.tokens.door.admit(presented, [Kind.API]).shown

    def presented(self, workspace: str, maker: str, scopes: Sequence[Scope] = (Scope.CONTACTS_READ,)) -> str:
        secret, _ = self.keyring.make(OPERATOR, maker, Kind.API, workspace, "a program", scopes, timedelta(days=30))
        return secret.reveal()

    # -- what happens ------------------------------------------------------------------------------------------

    def token(self, who: str = CONSOLE, audience: str = ADDRESS, signer: Identity | None = None) -> str:
        return (signer or google()).token(who, audience, time.time())

    def client(self, token: str | None = None) -> LookUp:
        def app(environ: Any, start: Any) -> Any:
            return self.front.handle(Request(environ))(environ, start)

        return LookUp(ADDRESS, lambda: token or self.token(), httpx2.WSGITransport(app=app))

    def look(self, verb: str, workspace: str, shown: Shown, **asked: str | int) -> Mapping[str, Any]:
        return self.client().ask(verb, workspace, shown, ORIGIN, asked)

    def post(self, path: str, body: Any, **headers: str) -> Response:
        """As whoever calls without our client might."""
        said = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"Authorization": f"Bearer {self.token()}", **headers}
        built = EnvironBuilder(path, method="POST", data=said, headers=list(sent.items()), base_url=ADDRESS)
        return self.front.handle(Request(built.get_environ()))

    def entries(self, *acts: str) -> list[dict[str, Any]]:
        found = self.house.people.docs.of.get("audit_entries", {}).values()
        return [entry for entry in found if entry["act"] in (acts or ("contacts.read", "record.read"))]


def body(workspace: str, shown: Shown, **asked: Any) -> dict[str, Any]:
    told = {"route": "", "network": "", "agent": "", "request": ""}
    named_by = {"kind": shown.kind, "name": shown.name, "digest": shown.digest}
    return {"workspace": workspace, "shown": named_by, "from": told, "asked": asked}
