"""`connection choose`: what a platform leaves open, said for one connection. The next sync goes by it."""

from __future__ import annotations

import argparse
import re

from infra.admin import output
from infra.admin.command import connection_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.model import Connection
from shared.platforms import platform as platform_named
from shared.stores.installation import Stores
from shared.stores.ports import Transaction
from shared.vocabulary.access import Field


def add_to_connections(group: Group) -> None:
    choose = group.command(
        "choose",
        _choose,
        "say what the platform leaves open, or see what was said",
        "Says for one connection what its platform leaves open, such as the conversion metric of Klaviyo; the next "
        "sync goes by it. Without a name it shows what there is to choose, without a value it takes the choice back.",
    )
    choose.add_argument("workspace")
    choose.add_argument("connection", help="its id, the beginning of it, or the platform where it is the only one")
    choose.add_argument("name", nargs="?", default="", help="what is chosen")
    choose.add_argument("value", nargs="?", default="")


def _choose(stores: Stores, args: argparse.Namespace) -> int:
    connection = connection_of(stores, args.workspace, args.connection)
    fields = platform_named(connection.platform).choices
    choices = {field.name: connection.choices.get(field.name, "") for field in fields}
    if args.name:
        field = next((each for each in fields if each.name == args.name), None)
        if field is None:
            known = ", ".join(choices) or "nothing"
            raise UsageError(f"{connection.platform} leaves {known} to be chosen, not “{args.name}”.")
        choices[field.name] = _understood(field, args.value)
        _keep(stores, connection, choices)
    if args.json:
        output.say(output.json(choices))
        return 0
    output.say(output.table(("choice", "value", "what it is"), [(f.name, choices[f.name], f.hint) for f in fields]))
    return 0


def _understood(field: Field, text: str) -> str:
    value = text.strip()
    if value and not re.fullmatch(field.pattern, value):
        raise UsageError(f"“{value}” is no {field.label.lower()}. {field.hint}")
    return value


def _keep(stores: Stores, connection: Connection, choices: dict[str, str]) -> None:
    where = model.path(connection.workspace, "connections", connection.id)

    def work(tx: Transaction) -> None:
        doc = tx.get(where)
        if doc is not None:  # it may have ended meanwhile
            tx.set(where, {**doc, "choices": {name: value for name, value in choices.items() if value}})

    stores.documents.transact(work)
