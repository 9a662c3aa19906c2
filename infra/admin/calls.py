"""`call list`, `show` and `answered`: what platforms told us, what became of it, and what is left to do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from infra.admin import output
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.calls.answering import persons_of
from shared.model import PlatformCall, from_doc
from shared.platforms import PLATFORMS
from shared.states import CallState
from shared.stores.installation import Stores
from shared.vocabulary.demands import Wish

WISHES = {
    Wish.ACCESS_ENDED: "our app was removed",
    Wish.ERASE_ACCOUNT: "erase what came from it",
    Wish.ERASE_PERSON: "clear what is said of a person",
    Wish.SHOW_PERSON: "show what is said of a person",
}


def add(group: Group) -> None:
    inner = group.group("call")
    inner.command("list", _list, "list them, the newest first")
    show = inner.command(
        "show",
        _show,
        "one call and what became of it",
        "Shows one call. Of a person who asks what is kept, it lists the rows, to be sent to whoever runs the account.",
    )
    show.add_argument("call", help="its id, or the beginning of it")
    answered = inner.command(
        "answered",
        _answered,
        "say that a person who asked was shown what is kept",
        "Closes the call of a person who asked to be shown what is kept: after the rows were sent to whoever runs the "
        "account. It is kept, without what names the person.",
    )
    answered.add_argument("call", help="its id, or the beginning of it")


def _list(stores: Stores, args: argparse.Namespace) -> int:
    calls = sorted(_calls(stores), key=lambda call: call.received_at, reverse=True)
    if args.json:
        output.say(output.json([model.to_doc(call) for call in calls]))
        return 0
    rows = [
        (call.id[:12], call.received_at, PLATFORMS[call.platform].title, WISHES[Wish(call.wish)], _state(call))
        for call in calls
    ]
    output.say(output.table(("call", "received", "platform", "what it asks for", "state"), rows))
    return 0


def _show(stores: Stores, args: argparse.Namespace) -> int:
    call = _one(stores, args.call)
    rows = list(_rows(stores, call)) if call.wish == Wish.SHOW_PERSON else []
    if args.json:
        found = [{"table": table, "row": dict(row)} for table, row in rows]
        output.say(output.json({**model.to_doc(call), "rows": found}))
        return 0
    facts = [
        ("call", call.id), ("platform", PLATFORMS[call.platform].title), ("asks for", WISHES[Wish(call.wish)]),
        (call.by, call.whose), ("received", call.received_at), ("state", _state(call)),
    ]  # fmt: skip
    output.say(output.table(("what", "value"), facts))
    if call.outcomes:
        output.say(output.table(("connection", "what became of it"), sorted(call.outcomes.items())))
    if call.cleared:
        output.say(output.table(("where", "cleared"), sorted(call.cleared.items())))
    for table, row in rows:
        told = [(name, value) for name, value in row.items() if value not in (None, [], "")]
        output.say(f"\n{table}")
        output.say(output.table(("column", "value"), told))
    return 0


def _answered(stores: Stores, args: argparse.Namespace) -> int:
    call = _one(stores, args.call)
    if call.wish != Wish.SHOW_PERSON:
        raise UsageError("Only the call of a person who asks to be shown what is kept is answered by hand.")
    done: dict[str, Any] = {
        "state": CallState.DONE,
        "look_at": None,
        "finished_at": stores.clock.now(),
        "person": "",
        "records": [],
    }
    stores.documents.transact(lambda tx: tx.update(model.call_path(call.id), done))
    output.say(
        output.json({"call": call.id, "state": CallState.DONE}) if args.json else f"Call {call.id[:12]} is done."
    )
    return 0


def _rows(stores: Stores, call: PlatformCall) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for where in call.meant or ():
        yield from persons_of(stores, PLATFORMS, call, where).rows()


def _state(call: PlatformCall) -> str:
    if call.state == CallState.DONE:
        return "done"
    return "waits for you" if call.wish == Wish.SHOW_PERSON else "under way"


def _one(stores: Stores, name: str) -> PlatformCall:
    found = [call for call in _calls(stores) if name and call.id.startswith(name)]
    if len(found) != 1:
        raise UsageError(f"{len(found) or 'No'} calls begin with “{name}”; `call list` shows those there are.")
    return found[0]


def _calls(stores: Stores) -> list[PlatformCall]:
    return [from_doc(PlatformCall, doc) for doc in stores.documents.find("calls")]
