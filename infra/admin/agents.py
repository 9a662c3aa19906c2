"""`agent allow`, `list` and `remove`: which programs may ask people to let them look."""

from __future__ import annotations

import argparse
import re

from infra.admin import output
from infra.admin.group import Group
from infra.admin.people import operator
from infra.admin.target import UsageError
from shared.keys.codes import Client
from shared.people import agents
from shared.stores.installation import Stores

ADDRESS = re.compile(r"(https://|http://127\.0\.0\.1[:/]|http://localhost[:/])[!-~]{1,500}")
LONGEST_NAME = 60


def add(group: Group) -> None:
    inner = group.group("agent")
    allow = inner.command("allow", let_in, "a program may ask people to let it look, and come back to these addresses")
    allow.add_argument("agent", help="its id: the https address of its metadata")
    allow.add_argument("name", help="as people read it on the page")
    allow.add_argument("redirect", nargs="+", help="where it may come back to, exactly")
    inner.command("list", show, "list the programs that may ask")
    remove = inner.command("remove", put_out, "a program may not ask any more; what it was given goes on until it ends")
    remove.add_argument("agent")


def let_in(stores: Stores, said: argparse.Namespace) -> int:
    name, odd = said.name.strip(), [each for each in (said.agent, *said.redirect) if not ADDRESS.fullmatch(each)]
    if odd or not said.agent.startswith("https://") or not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise UsageError("An agent has an https address for its id, a name, and an address to come back to.")
    agents.let_in(stores.people, stores.clock, operator(said), Client(said.agent, name, tuple(said.redirect)))
    output.say(output.json({"agent": said.agent}) if said.json else "It may ask from now on.")
    return 0


def show(stores: Stores, said: argparse.Namespace) -> int:
    found = sorted(stores.people.find("clients"), key=lambda doc: str(doc["id"]))
    rows = [{"agent": doc["id"], "name": doc["name"], "redirects": " ".join(doc["redirects"])} for doc in found]
    output.rows(rows, said.json)
    return 0


def put_out(stores: Stores, said: argparse.Namespace) -> int:
    if not ADDRESS.fullmatch(said.agent) or agents.known(stores.people, said.agent) is None:
        raise UsageError(f"No agent “{said.agent}” may ask; `agent list` shows those that may.")
    agents.put_out(stores.people, stores.clock, operator(said), said.agent)
    output.say(output.json({"agent": said.agent}) if said.json else "It may not ask any more.")
    return 0
