"""`failures list` and `failures retry`: what gave up, and another chance for it."""

from __future__ import annotations

import argparse

from infra.admin import output
from infra.admin.causes import causes, standing
from infra.admin.command import workspace_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.errors import BadMessage
from shared.messages import FLOW, decode
from shared.states import SliceState
from shared.stores.installation import Stores
from shared.stores.ports import Doc
from shared.sync.second_chance import Retrier


def add(group: Group) -> None:
    inner = group.group("failures")
    show = inner.command(
        "list",
        _list,
        "list them by what caused them",
        "Lists what failed, by connection and cause, and messages that were kept aside. What a later run has read "
        "after all is mended, and is not listed any more.",
    )
    show.add_argument("workspace", nargs="?", default="", help="(default: all)")
    show.add_argument("--slices", action="store_true", help="each slice by itself")
    retry = inner.command(
        "retry",
        _retry,
        "try failed slices or a kept message once more",
        "Makes the failed slices of a workspace that nothing has mended (or those of one run, or one slice) ready "
        "again, from where they stood; or publishes a kept message again.",
    )
    retry.add_argument("workspace")
    retry.add_argument("--run", default="", help="only the slices of this run")
    retry.add_argument("--slice", default="", help="only this slice")
    retry.add_argument("--message", default="", help="a kept message, as `failures list` shows it")


def _list(stores: Stores, args: argparse.Namespace) -> int:
    if args.workspace:
        workspace_of(stores, args.workspace)
    slices = standing(stores, _slices(stores, args.workspace))
    messages = sorted(stores.documents.find("failures"), key=lambda doc: doc["at"], reverse=True)
    if args.json:
        kept = [{**doc, "problem": doc["problem"] or {}} for doc in slices]
        output.say(output.json({"causes": causes(slices), "slices": kept, "messages": messages}))
        return 0
    output.say("Failed slices")
    output.say(_each(slices) if args.slices else _grouped(causes(slices)))
    output.say("\nKept messages")
    rows = [(doc["id"], doc["topic"], doc["reason"], doc["at"]) for doc in messages]
    output.say(output.table(("message", "topic", "why", "since"), rows))
    return 0


def _grouped(found: list[Doc]) -> str:
    head = ("workspace", "connection", "platform", "code", "slices", "streams", "runs", "since", "what")
    listed = (
        {**each, "streams": ", ".join(each["streams"]), "runs": ", ".join(each["runs"]), "what": each["sentence"]}
        for each in found
    )
    return output.table(head, [[each[name] for name in head] for each in listed])


def _each(slices: list[Doc]) -> str:
    head = ("workspace", "slice", "run", "stream", "what", "code", "since")
    rows = [
        (
            doc["workspace"],
            doc["id"],
            doc["run"],
            doc["stream"],
            (doc["problem"] or {}).get("sentence"),
            (doc["problem"] or {}).get("code"),
            doc["touched_at"],
        )
        for doc in slices
    ]
    return output.table(head, rows)


def _slices(stores: Stores, workspace: str) -> list[Doc]:
    failed = ("state", "==", SliceState.FAILED)
    if workspace:
        return stores.documents.find(f"{model.workspace_path(workspace)}/slices", failed)
    return stores.documents.find_all("slices", failed)


def _retry(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    if args.message:
        return _again(stores, args)
    retrier = Retrier(stores.documents, stores.bus, stores.clock)
    failed = _slices(stores, args.workspace)
    if args.run or args.slice:
        meant = [doc for doc in failed if args.run in ("", doc["run"]) and args.slice in ("", doc["id"])]
    else:
        meant = standing(stores, failed)
    count = sum(retrier.retry(args.workspace, doc["id"]) for doc in meant)
    if not count:
        raise UsageError("No slice failed that fits.")
    output.say(output.json({"retried": count}) if args.json else f"{count} slices are ready again.")
    return 0


def _again(stores: Stores, args: argparse.Namespace) -> int:
    doc = stores.documents.get(f"failures/{args.message}") if model.names_one(args.message) else None
    if doc is None:
        raise UsageError(f"No message {args.message} is kept; `failures list` shows those that are.")
    kind = FLOW.get(doc["topic"], (None, None))[0]
    try:
        if kind is None:
            raise BadMessage(f"{doc['topic']} is no topic of ours")
        message = decode(doc["data"].encode(), kind)  # type: ignore[type-var]
    except BadMessage as reason:
        raise UsageError(f"This message can never be understood, so it is not sent again: {reason}.") from None
    stores.bus.publish(message)
    stores.documents.delete(f"failures/{args.message}")
    output.say(output.json({"published": doc["topic"]}) if args.json else f"Published again to {doc['topic']}.")
    return 0
