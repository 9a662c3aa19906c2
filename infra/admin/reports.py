"""`report`: streams that a workspace defines itself, on platforms that answer questions instead of listing records."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import replace

from infra.admin import output
from infra.admin.command import connection_of, workspace_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.errors import Bug
from shared.http import Http
from shared.model import Connection, Report, from_doc, to_doc
from shared.oauth.credentials import Credentials
from shared.platforms import PLATFORMS
from shared.states import ConnectionState
from shared.stores.installation import Stores
from shared.sync.platform_with_reports import reports_of, with_reports
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Json

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
MOST_CALLS = 10  # of one check
ABLE = sorted(name for name, platform in PLATFORMS.items() if platform.custom)


def add(group: Group) -> None:
    own = group.group("report")
    create = own.command(
        "create",
        _create,
        "define one; the platform is asked whether it can answer it",
        "Defines a report: a table of its own, read by days like the others. The platform is asked first whether it "
        "can answer it, for each account that it is for. It cannot be changed later, only withdrawn.",
    )
    create.add_argument("--dimension", action="append", default=[], metavar="NAME", help="may be given several times")
    create.add_argument("--metric", action="append", default=[], metavar="NAME", help="may be given several times")
    create.add_argument("--title", default="", help="what people read (default: the name)")
    create.add_argument(
        "--connection", action="append", default=[], help="for this one only; may be given several times (default: all)"
    )
    listed = own.command("list", _list, "the reports of a workspace")
    delete = own.command("delete", _delete, "withdraw one: it is no longer read, its table stays")
    for parser in (create, listed, delete):
        parser.add_argument("workspace")
        parser.add_argument("--platform", choices=ABLE, default=ABLE[0], help=f"(default: {ABLE[0]})")
    for parser in (create, delete):
        parser.add_argument("name", help="small letters, digits and underscores")


def _create(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    if not NAME.fullmatch(args.name):
        raise UsageError(
            f"“{args.name}” cannot name a report: small letters, digits and underscores, two to forty of them."
        )
    platform = PLATFORMS[args.platform]
    wanted = {"dimensions": args.dimension, "metrics": args.metric}
    connections = _meant(stores, args)
    found = [_checked(stores, platform, each, wanted) for each in connections]
    if any(definition != found[0] for definition in found):
        raise UsageError("These accounts mean different things by the same names; define one report for each of them.")
    report = Report(
        id=args.name,
        workspace=args.workspace,
        platform=platform.name,
        title=args.title or args.name,
        definition=dict(found[0]),
        connections=[each.id for each in connections] if args.connection else [],
        created_at=stores.clock.now(),
    )
    _keep(stores, report)
    stream = with_reports(platform, [report]).streams[-1]
    told = {"report": report.id, "stream": stream.name, "table": platform.table(stream.name), "key": stream.key}
    output.say(output.json(told) if args.json else f"Report {report.id}: the next sync fills {told['table']}.")
    return 0


def _meant(stores: Stores, args: argparse.Namespace) -> list[Connection]:
    """The connections that a report is checked for."""
    if args.connection:
        connections = [connection_of(stores, args.workspace, name) for name in args.connection]
    else:
        docs = stores.documents.find(
            f"{model.workspace_path(args.workspace)}/connections", ("platform", "==", args.platform)
        )
        connections = [from_doc(Connection, doc) for doc in docs if doc["state"] == ConnectionState.ACTIVE]
    if wrong := [each.id for each in connections if each.platform != args.platform]:
        raise UsageError(f"Connection {', '.join(wrong)} is not one of {PLATFORMS[args.platform].title}.")
    if not connections:
        raise UsageError(f"Workspace {args.workspace} has no account of {PLATFORMS[args.platform].title} to ask.")
    return connections


def _checked(
    stores: Stores, platform: Platform, connection: Connection, wanted: Mapping[str, Json]
) -> Mapping[str, Json]:
    """Hold the platform's conversation with the credential of this connection; the definition to be kept."""
    if platform.custom is None:
        raise Bug("no-reports", f"{platform.title} has no reports of one's own.")
    http = Http(stores.settings.origins)
    keys = Credentials(stores.documents, stores.vault, http, stores.clock, stores.settings)
    talk = platform.custom.check(connection.account, wanted)
    try:
        request = next(talk)
        for _ in range(MOST_CALLS):
            headers = keys.headers(platform, connection)
            request = talk.send(http.send(platform, request.with_headers(headers)))
    except StopIteration as end:
        definition: Mapping[str, Json] = end.value
        platform.custom.stream("x", "X", definition)  # raises when no table can be made of it
        return definition
    raise Bug("endless-check", f"{platform.title} did not say whether it can answer this.")


def _keep(stores: Stores, report: Report) -> None:
    where = model.path(report.workspace, "reports", report.id)
    if stores.documents.create_missing({where: to_doc(report)}):
        return
    doc = stores.documents.get(where) or {}
    known = from_doc(Report, doc)
    if (known.platform, known.definition) != (report.platform, report.definition):
        raise UsageError(
            f"There is a report {report.id} of another kind, and its table is that of the other; take another name."
        )
    if known.deleted_at is None:
        raise UsageError(f"There is a report {report.id} already.")
    stores.documents.set(where, {**doc, **to_doc(replace(report, created_at=known.created_at))})


def _list(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    found = [each for each in reports_of(stores.documents, args.workspace, args.platform) if each.deleted_at is None]
    if args.json:
        output.say(output.json(found))
        return 0
    head = ("report", "title", "for", "dimensions", "metrics")
    rows = [
        (
            each.id,
            each.title,
            ", ".join(each.connections) or "all",
            *(", ".join(one["name"] for one in each.definition[kind]) for kind in ("dimensions", "metrics")),
        )
        for each in found
    ]
    output.say(output.table(head, rows))
    return 0


def _delete(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    where = model.path(args.workspace, "reports", args.name)
    doc = stores.documents.get(where) if model.names_one(args.name) else None
    if doc is None or doc["platform"] != args.platform or doc["deleted_at"] is not None:
        raise UsageError(f"Workspace {args.workspace} has no report “{args.name}”; `report list` shows those it has.")
    stream = with_reports(PLATFORMS[args.platform], [from_doc(Report, doc)]).streams[-1].name
    named = [
        each["id"]
        for each in stores.documents.find(f"{model.workspace_path(args.workspace)}/connections")
        if each["platform"] == args.platform and stream in each["streams"]
    ]
    if named:
        raise UsageError(f"Connection {', '.join(named)} is set up to read {stream}; take it from its streams first.")
    stores.documents.set(where, {**doc, "deleted_at": stores.clock.now()})
    told = {"report": args.name, "table": f"{args.platform}_{stream}"}
    output.say(output.json(told) if args.json else f"Report {args.name} is withdrawn; {told['table']} stays as it is.")
    return 0
