"""`marts` and `rates`: the datasets that dashboards read."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from infra.admin import deployed, output, published
from infra.admin.command import workspace_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.marts import files, statements
from shared.marts.deploy import deploy, deploy_agency
from shared.marts.refresh import refresh
from shared.model import Workspace, from_doc
from shared.stores.bigquery_rates import RateTable
from shared.stores.bigquery_tables import Tables
from shared.stores.installation import Stores
from shared.sync.data_changes import note_rates
from shared.warehouse import names, rates
from shared.warehouse.schema import describe


def add(group: Group) -> None:
    marts = group.group("marts")
    place = marts.command(
        "deploy",
        _deploy,
        "put them in place, and those of the agency; safe to repeat",
        "Makes the tables that the marts read, the marts of each workspace, and the agency's over all workspaces. What "
        "BigQuery refuses is named and stops nothing else; the command then ends with 1, and may be repeated. "
        "Do so after each new version, and when a workspace's settings have changed.",
    )
    tell = marts.command(
        "refresh",
        _refresh,
        "put sync_status right",
        "All marts are up to date by themselves. This looks at every run that is known, and tells BigQuery of those "
        "that sync_status lacks or tells otherwise: after a table was lost, a database restored or a message given up.",
    )
    for parser in (place, tell):
        parser.add_argument("workspace", nargs="?", default="", help="(default: all)")
    show = marts.command(
        "show",
        _show,
        "the statement that puts one of them in place",
        "Prints what `marts deploy` gives BigQuery for a mart: its file with what each platform adds to it, in one "
        "piece of GoogleSQL.",
    )
    show.add_argument("mart", help="such as fact_ad_performance")
    show.add_argument("workspace", nargs="?", default="", help="or agency (default: the only one there is)")
    marts.offline("list", _list, "which there are, and what each of them tells")
    described = marts.offline("describe", _describe, "what one tells, and what each of its columns means")
    described.add_argument("mart", choices=[mart.name for mart in files.all_marts()], metavar="MART")
    published.add_to_marts(marts)
    inner = group.group("rates")
    load = inner.command(
        "load",
        _load,
        "load rates from a file",
        "Loads the CSV that the European Central Bank publishes (eurofxref-hist.zip, or the CSV in it), or one of the "
        "same form: Date, then a column per currency with its units for one euro. Loading it again changes nothing.",
    )
    load.add_argument("file", type=Path)
    load.add_argument("--source", default="ECB", help="where the rates come from (default: ECB)")


def _meant(stores: Stores, name: str) -> list[Workspace]:
    if name:
        return [workspace_of(stores, name)]
    found = [from_doc(Workspace, doc) for doc in stores.documents.find("workspaces")]
    return [workspace for workspace in found if stores.closing_since(workspace.id) is None]


def _list(args: argparse.Namespace) -> int:
    found = [{"mart": mart.name, "what it is": mart.description} for mart in _by_name()]
    output.rows(found, args.json)
    return 0


def _by_name() -> list[files.Mart]:
    return sorted(files.all_marts(), key=lambda mart: mart.name)


def _describe(args: argparse.Namespace) -> int:
    mart = next(each for each in files.all_marts() if each.name == args.mart)
    columns = [{"column": each.name, "type": each.sql_type, "meaning": describe(each)} for each in mart.columns]
    reads = sorted(f"{space}.{table}" for space, table in mart.uses)
    if args.json:
        output.say(output.json({"mart": mart.name, "what it is": mart.description, "columns": columns, "reads": reads}))
        return 0
    output.say(f"{mart.name}: {mart.description}\n")
    output.rows(columns)
    output.say(f"\nIt reads {', '.join(reads)}." if reads else "\nIt reads no table.")
    return 0


def _deploy(stores: Stores, args: argparse.Namespace) -> int:
    done = {
        workspace.id: deployed.tried(partial(deploy, stores, workspace), workspace.id)
        for workspace in _meant(stores, args.workspace)
    }
    done[names.AGENCY] = deployed.tried(partial(deploy_agency, stores), names.AGENCY)
    if args.json:
        output.say(output.json(done))
        return deployed.complain(done)
    rows = [(name, each.views, len(each.changed), len(each.refused)) for name, each in done.items()]
    output.say(output.table(("dataset", "views", "put in place", "refused"), rows))
    if left_out := done[names.AGENCY].left_out:
        output.say(
            f"\nLeft out of {names.AGENCY}, because over so many workspaces a question would read more than BigQuery "
            f"takes ({statements.MOST_READ:,} tables and views): {', '.join(left_out)}. Each workspace has them."
        )
    return deployed.complain(done)


def _show(stores: Stores, args: argparse.Namespace) -> int:
    known = {mart.name: mart for mart in files.all_marts()}
    if args.mart not in known:
        near = get_close_matches(args.mart, known, n=3) or sorted(known)
        raise UsageError(f"There is no mart “{args.mart}”; there is {', '.join(near)}.")
    mart, project = known[args.mart], stores.settings.project
    if args.workspace == names.AGENCY:
        sql = statements.united(project, [each.id for each in _meant(stores, "")], mart)
    else:
        found = _meant(stores, args.workspace)
        if len(found) != 1:
            raise UsageError(f"Say of which workspace: {', '.join(each.id for each in found) or 'there is none yet'}.")
        sql = statements.statement(project, found[0], mart)
    output.say(output.json({"name": mart.name, "statement": sql}) if args.json else sql)
    return 0


def _refresh(stores: Stores, args: argparse.Namespace) -> int:
    told = {workspace.id: refresh(stores, workspace.id) for workspace in _meant(stores, args.workspace)}
    output.say(output.json(told) if args.json else output.table(("workspace", "streams of runs"), told.items()))
    return 0


def _load(stores: Stores, args: argparse.Namespace) -> int:
    try:
        found = rates.read(args.file.read_bytes())
    except (OSError, ValueError, rates.NoRates) as reason:
        raise UsageError(f"{args.file} cannot be loaded: {reason}") from None
    client, settings = stores.bigquery, stores.settings
    Tables(client, settings.project, settings.location).dataset(names.SHARED)
    loaded = RateTable(client, settings.project).load(found, args.source, stores.clock.now())
    if loaded.changed:
        note_rates(stores.documents, stores.clock)
    days = sorted({rate.day for rate in found})
    told = {"rates": loaded.rates, "from": str(days[0]) if days else "", "until": str(days[-1]) if days else ""}
    output.say(output.json(told) if args.json else f"{loaded.rates:,} rates, {told['from']} to {told['until']}.")
    return 0
