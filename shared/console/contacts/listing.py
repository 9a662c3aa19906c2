"""People of a client, a page at a time. No mail address stands in the address of a page: those are logged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from shared.console.contacts.asking import answered, look, told
from shared.console.desk import Desk
from shared.console.figures import files
from shared.console.figures.asking import title_of
from shared.console.figures.tables import Cell, Column, Listing, Name
from shared.console.tables import shown_with
from shared.console.tongue import kept, say, say_of
from shared.console.web import Reply, Visit
from shared.drawing.words import Unit, number
from shared.looking.verbs import MOST
from shared.people.guard import Allowed
from shared.people.persons import address
from shared.platforms import PLATFORMS
from shared.tongue import forms

CHOSEN = ("platform", "list", "status", "since", "until", "order", "after")
ORDERS = {"address": kept("By address"), "newest": kept("Newest first")}
LONGEST = 200
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def page(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return answered(allowed, say("Contacts"), lambda: _page(allowed, _asked(visit), _found(desk, allowed, visit)))


def find(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """By how an address begins: a whole one leads to its person at once."""
    begins = (address(visit.form.get("begins", "")) or visit.form.get("begins", "").strip().lower())[:LONGEST]

    def work() -> Reply:
        if not begins:
            return Reply(location=f"/workspaces/{allowed.workspace.id}/contacts", status=303)
        found = look(desk, allowed, visit, "contacts", begins=begins, rows=MOST)
        if len(found["contacts"]) == 1 and found["contacts"][0]["address"] == begins:
            contact = found["contacts"][0]["contact"]
            return Reply(location=f"/workspaces/{allowed.workspace.id}/contacts/{contact}", status=303)
        return _page(allowed, {}, {**found, "next": ""}, begins)

    return answered(allowed, say("Contacts"), work)


def as_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    def work() -> Reply:
        found = _found(desk, allowed, visit, MOST)
        return Reply(json=orjson.dumps({"workspace": allowed.workspace.id, **found}))

    return told(work)


def as_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    def work() -> Reply:
        table = _table(_found(desk, allowed, visit, MOST), say("Contacts"))
        return Reply(saved=(f"contacts-{allowed.workspace.id}.csv", files.of_table(table)))

    return told(work)


def _asked(visit: Visit) -> dict[str, str]:
    """What cannot be asked counts as not said."""
    said = {name: visit.query.get(name, "")[:LONGEST] for name in CHOSEN}
    if said["platform"] not in PLATFORMS:
        said["platform"] = ""
    if said["order"] not in ORDERS:
        said["order"] = ""
    for name in ("since", "until"):
        said[name] = said[name] if _DAY.fullmatch(said[name]) else ""
    return {name: value for name, value in said.items() if value}


def _found(desk: Desk, allowed: Allowed, visit: Visit, rows: int = 50) -> Mapping[str, Any]:
    return look(desk, allowed, visit, "contacts", rows=rows, **_asked(visit))


def _page(allowed: Allowed, asked: Mapping[str, str], found: Mapping[str, Any], begins: str = "") -> Reply:
    chosen = {name: asked.get(name, "") for name in CHOSEN}
    here = f"/workspaces/{allowed.workspace.id}/contacts"
    onward = urlencode({**asked, "after": found["next"]}) if found["next"] else ""
    count = found["matching"]
    return Reply(
        "contacts.html",
        {
            **shown_with(allowed),
            "title": say("Contacts"),
            "here": here,
            "chosen": chosen,
            "begins": begins,
            "orders": {name: say(words) for name, words in ORDERS.items()},
            "platforms": [(name, each.title) for name, each in PLATFORMS.items()],
            "table": _table(found, say_of("%(count)s person", "%(people)s people", count, people=forms.count(count))),
            "count": count,
            "onward": onward,
            "asked": urlencode(asked),
        },
    )


def _table(found: Mapping[str, Any], name: str) -> Listing:
    rows: list[tuple[Cell, ...]] = [
        (
            Name(each["address"], "", f"contacts/{each['contact']}"),
            ", ".join(title_of(platform) for platform in str(each.get("platforms", "")).split(", ") if platform),
            _yes(each.get("is_subscribed")),
            str(each.get("since", ""))[:10],
            str(each.get("told_at", ""))[:10],
            number(each.get("shop_orders")),
        )
        for each in found["contacts"]
    ]
    return Listing(
        key="contacts",
        name=name,
        caption=say("Looking at people is noted in the audit"),
        columns=(
            Column("address", say("Address")),
            Column("platforms", say("Known to")),
            Column("is_subscribed", say("Receives mail")),
            Column("since", say("Since")),
            Column("told_at", say("Last told of")),
            Column("shop_orders", say("Orders"), Unit()),
        ),
        rows=rows,
        is_open=True,
    )


def _yes(value: object) -> str:
    return {True: say("yes"), False: say("no")}.get(value, "") if isinstance(value, bool) else ""
