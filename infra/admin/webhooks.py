"""`webhook add`, `list`, `rotate`, `end`, `test`, `deliveries`, `again`: addresses that are told of runs and alarms."""

from __future__ import annotations

import argparse
import secrets
from datetime import timedelta

from infra.admin import output
from infra.admin.command import number, workspace_of
from infra.admin.group import Group
from infra.admin.keys import ONCE, by_operator, done
from infra.admin.target import UsageError
from shared.alarms.rounds import forget
from shared.hooks import delivery as deliveries
from shared.hooks import hook
from shared.hooks.hook import OVERLAP, TOLD, Event, Hook, Shape
from shared.hooks.register import Hooks
from shared.managing.office import Office
from shared.model import names_one
from shared.secret import Secret
from shared.stores.installation import Stores


def add(group: Group) -> None:
    inner = group.group("webhook")
    make = inner.command(
        "add",
        _add,
        "tell runs and alarms of a workspace to an address",
        "Makes a webhook. Its key is shown this one time: what comes is signed with it, as Standard Webhooks say. The "
        "address is kept as a secret, too. Slack's and Google Chat's get text, and are not signed.",
    )
    make.add_argument("workspace")
    make.add_argument("name", help="what it is called")
    make.add_argument("address", help="https://…")
    make.add_argument("--shape", choices=[*map(str, Shape)], default=Shape.STANDARD.value)
    make.add_argument("--event", action="append", choices=[*map(str, TOLD)], help="one or more; else all")
    listed = inner.command("list", _list, "the webhooks of a workspace, the newest first")
    listed.add_argument("workspace")
    rotate = inner.command("rotate", _rotate, "give a webhook another key; both sign for a while")
    rotate.add_argument("webhook", help="its id")
    hours = int(OVERLAP.total_seconds() // 3600)
    rotate.add_argument("--overlap", type=number(0, 720), default=hours, metavar="HOURS", help="both sign")
    end = inner.command("end", _end, "end a webhook at once; its secrets are destroyed")
    end.add_argument("webhook", help="its id")
    test = inner.command("test", _test, "tell a webhook something that means nothing")
    test.add_argument("webhook", help="its id")
    told = inner.command("deliveries", _deliveries, "what a webhook was told, and what it answered")
    told.add_argument("webhook", help="its id")
    again = inner.command("again", _again, "hand a delivery over once more")
    again.add_argument("delivery", help="its id")


def hooks(stores: Stores) -> Hooks:
    return Hooks(stores.people, stores.vault, stores.bus, stores.clock)


def forget_all(stores: Stores, workspace: str) -> None:
    """Of a client who leaves: nobody is told anything any more, and what was is forgotten."""
    forget(Office(stores.people, stores.documents, stores.bus, stores.clock), stores.vault, workspace)


def _add(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    events = [Event(each) for each in args.event or TOLD]
    made = done(
        lambda: hooks(stores).make(
            by_operator(), args.workspace, args.name, args.address, Shape(args.shape), events
        )
    )  # fmt: skip
    return _given(*made, args.json)


def _rotate(stores: Stores, args: argparse.Namespace) -> int:
    overlap = timedelta(hours=args.overlap)
    return _given(*done(lambda: hooks(stores).rotate(by_operator(), args.webhook, overlap)), args.json)


def _given(key: Secret | None, made: Hook, as_json: bool) -> int:
    shown = key.reveal() if key is not None else ""
    if as_json:
        output.say(output.json({"webhook": made.id, "host": made.host, "secret": shown}))
        return 0
    output.say(f"{made.id}, at {made.host}")
    if shown:
        output.say(shown)
        output.say(ONCE)
    return 0


def _list(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    rows = [
        {
            "webhook": each.id,
            "name": each.name,
            "host": each.host,
            "shape": str(each.shape),
            "events": " ".join(each.events),
            "state": each.standing,
            "keys": len(each.keys),
            "silent since": each.silent_since,
        }
        for each in hook.of_workspace(stores.people, args.workspace)
    ]
    output.rows(rows, args.json)
    return 0


def _end(stores: Stores, args: argparse.Namespace) -> int:
    ended = done(lambda: hooks(stores).end(by_operator(), args.webhook))
    output.say(f"Webhook {ended.id} ({ended.name}) is told nothing any more.")
    return 0


def _test(stores: Stores, args: argparse.Namespace) -> int:
    made = done(lambda: hooks(stores).test(by_operator(), args.webhook, secrets.token_hex(8)))
    output.say(f"{made.id} is on its way; `webhook deliveries {args.webhook}` says what became of it.")
    return 0


def _deliveries(stores: Stores, args: argparse.Namespace) -> int:
    known = done(lambda: hooks(stores).get(args.webhook))
    rows = []
    for each in deliveries.of_webhook(stores.people, known.id):
        last = each.log[-1] if each.log else {}
        rows.append(
            {
                "delivery": each.id,
                "event": each.event,
                "at": each.created_at,
                "state": str(each.state),
                "tries": len(each.log),
                "answer": last.get("status") or "",
                "problem": last.get("sentence", ""),
                "next": each.look_at,
            }
        )
    output.rows(rows, args.json)
    return 0


def _again(stores: Stores, args: argparse.Namespace) -> int:
    found = deliveries.get(stores.people, args.delivery) if names_one(args.delivery) else None
    if found is None:
        raise UsageError("There is no such delivery; `webhook deliveries` lists those there are.")
    done(lambda: hooks(stores).again(by_operator(), found))
    output.say("On its way.")
    return 0
