"""One person: what all platforms know of them, and what they did, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from shared.console.contacts.asking import answered, look, told
from shared.console.desk import Desk
from shared.console.figures import files
from shared.console.figures.asking import title_of
from shared.console.figures.tables import Amount, Cell, Column, Listing, Name
from shared.console.tables import shown_with
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.drawing.words import Unit, number
from shared.people.guard import Allowed

LONGEST = 1100  # of a place in a history


def page(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    contact = str(allowed.things["contact"])

    def work() -> Reply:
        known = look(desk, allowed, visit, "contact", contact=contact)
        done = _history(desk, allowed, visit, contact)
        here = f"/workspaces/{allowed.workspace.id}/contacts/{contact}"
        return Reply(
            "contact.html",
            {
                **shown_with(allowed),
                "title": known["address"],
                "here": here,
                "tables": [_records(known), _done(done["history"])],
                "more": known["more"],
                "onward": urlencode({"after": done["next"]}) if done["next"] else "",
            },
        )

    return answered(allowed, say("Contact"), work)


def as_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    contact = str(allowed.things["contact"])

    def work() -> Reply:
        known = look(desk, allowed, visit, "contact", contact=contact)
        return Reply(json=orjson.dumps({**known, **_history(desk, allowed, visit, contact)}))

    return told(work)


def as_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    contact = str(allowed.things["contact"])

    def work() -> Reply:
        table = _done(_history(desk, allowed, visit, contact)["history"])
        return Reply(saved=(f"contact-{contact[:12]}.csv", files.of_table(table)))

    return told(work)


def _history(desk: Desk, allowed: Allowed, visit: Visit, contact: str) -> Mapping[str, Any]:
    after = visit.query.get("after", "")[:LONGEST]
    return look(desk, allowed, visit, "history", contact=contact, after=after)


def _records(known: Mapping[str, Any]) -> Listing:
    """A row for each record, with what its platform tells; it leads to the record itself."""
    rows: list[tuple[Cell, ...]] = [
        (
            Name(title_of(each.get("platform", "")), str(each.get("list_id", "")), _home(each)),
            str(each.get("status", "")),
            {True: say("yes"), False: say("no")}.get(each.get("is_subscribed"), ""),
            str(each.get("since", ""))[:10],
            str(each.get("told_at", ""))[:10],
            number(each.get("orders")),
            Amount(number(each.get("spent")), str(each.get("currency", ""))),
            say("perhaps") if each.get("may_be_gone") else "",
        )
        for each in known["records"]
    ]
    return Listing(
        key="records",
        name=say("What platforms know"),
        caption=say("A row for each record; its name leads to the record as the platform sent it"),
        columns=(
            Column("platform", say("Platform and list")),
            Column("status", say("Status")),
            Column("is_subscribed", say("Receives mail")),
            Column("since", say("Since")),
            Column("told_at", say("Last told of")),
            Column("orders", say("Orders"), Unit()),
            Column("spent", say("Spent"), Unit()),
            Column("may_be_gone", say("Gone")),
        ),
        rows=rows,
        is_open=True,
    )


def _done(history: Sequence[Mapping[str, Any]]) -> Listing:
    rows: list[tuple[Cell, ...]] = [
        (
            Name(_when(each), str(each.get("time_zone", "")), _home(each)),
            title_of(each.get("platform", "")),
            str(each.get("kind", "")),
            " · ".join(str(each[name]) for name in ("campaign_id", "list_id", "order_id", "refund_id") if name in each),
            number(each.get("events")),
            Amount(number(each.get("amount")), str(each.get("currency", ""))),
        )
        for each in history
    ]
    return Listing(
        key="history",
        name=say("What they did"),
        caption=say("On all platforms, the newest first; each row leads to the record that it came from"),
        columns=(
            Column("when", say("When")),
            Column("platform", say("Platform")),
            Column("kind", say("What")),
            Column("of", say("Of")),
            Column("events", say("Times"), Unit()),
            Column("amount", say("Amount"), Unit()),
        ),
        rows=rows,
        is_open=True,
    )


def _when(each: Mapping[str, Any]) -> str:
    when = str(each.get("date", say("no day told")))
    return f"{when}, {each['hour']:02d}:00" if isinstance(each.get("hour"), int) else when


def _home(each: Mapping[str, Any]) -> str:
    if not each.get("_page") or not isinstance(each.get("_line"), int):
        return ""
    return f"record?{urlencode({'page': each['_page'], 'line': each['_line']})}"
