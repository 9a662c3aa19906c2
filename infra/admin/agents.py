"""`agent allow`, `list` and `remove`: which programs may ask people to let them look."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from infra.admin import output
from infra.admin.group import Group
from infra.admin.people import operator
from infra.admin.target import UsageError
from shared.keys.codes import Client
from shared.people import agents
from shared.people.metadata import LONGEST_NAME
from shared.stores.installation import Stores
from shared.strangers.addresses import is_callable

ADDRESS = re.compile(r"(https://|http://127\.0\.0\.1[:/]|http://localhost[:/])[!-~]{1,500}")

BY_ITSELF = "as it says itself"


def add(group: Group) -> None:
    inner = group.group("agent")
    allow = inner.command(
        "allow",
        let_in,
        "a program may ask people to let it look, and come back to these addresses",
        "With a name and addresses: as you say it. Without: as its metadata says it, which is fetched when it asks; "
        "it comes back to its own host, or to the computer of whoever is asked. “any” lets every program ask that has "
        "such metadata: the page then says that nobody here has looked at it.",
    )
    allow.add_argument("agent", help="its id: the https address of its metadata; or any")
    allow.add_argument("name", nargs="?", default="", help="as people read it on the page")
    allow.add_argument("redirect", nargs="*", help="where it may come back to, exactly")
    inner.command("list", show, "list the programs that may ask")
    remove = inner.command("remove", put_out, "a program may not ask any more; what it was given goes on until it ends")
    remove.add_argument("agent")


def let_in(stores: Stores, said: argparse.Namespace) -> int:
    name = said.name.strip()
    if name or said.redirect:
        _as_said(said.agent, name, said.redirect)
    elif said.agent != agents.ANY and not is_callable(said.agent):
        raise UsageError(
            "What a program says of itself stands at an https address: a name, no port, and where on it. Or say its "
            "name, and where it may come back to."
        )
    agents.let_in(stores.people, stores.clock, operator(said), Client(said.agent, name, tuple(said.redirect)))
    output.say(output.json({"agent": said.agent}) if said.json else "It may ask from now on.")
    return 0


def _as_said(agent: str, name: str, redirects: Sequence[str]) -> None:
    odd = [each for each in (agent, *redirects) if not ADDRESS.fullmatch(each)]
    fit = name.isprintable() and 0 < len(name) <= LONGEST_NAME and redirects
    if odd or not agent.startswith("https://") or not fit:
        raise UsageError("An agent has an https address for its id, a name, and an address to come back to.")


def show(stores: Stores, said: argparse.Namespace) -> int:
    found = sorted(stores.people.find("clients"), key=lambda doc: str(doc["id"]))
    rows = [
        {"agent": doc["id"], "name": doc["name"] or BY_ITSELF, "redirects": " ".join(doc["redirects"])} for doc in found
    ]
    output.rows(rows, said.json)
    return 0


def put_out(stores: Stores, said: argparse.Namespace) -> int:
    fit = said.agent == agents.ANY or ADDRESS.fullmatch(said.agent)
    if not fit or agents.known(stores.people, said.agent) is None:
        raise UsageError(f"No agent “{said.agent}” may ask; `agent list` shows those that may.")
    agents.put_out(stores.people, stores.clock, operator(said), said.agent)
    output.say(output.json({"agent": said.agent}) if said.json else "It may not ask any more.")
    return 0
