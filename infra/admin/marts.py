"""`marts`, `rates`, `query` and `trace`: the datasets that dashboards read, and where their rows came from."""

from __future__ import annotations

import argparse
import gzip
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from google.api_core.exceptions import BadRequest, NotFound
from google.cloud import bigquery

from infra.admin import deployed, output
from infra.admin.command import Group, number, workspace_of
from infra.admin.target import Wrong
from infra.stores import Stores
from shared.marts import files, statements
from shared.marts.deploy import deploy, deploy_agency
from shared.marts.placing import words
from shared.marts.refresh import refresh
from shared.model import Workspace, from_doc
from shared.stores.bigquery_rates import RateTable
from shared.stores.bigquery_tables import Tables
from shared.warehouse import names, rates

MOST_ROWS = 100
MOST_BYTES = 10 * 2**30
_READS = re.compile(r"(?is)\s*(--[^\n]*\n\s*|/\*.*?\*/\s*|\()*(select|with)\b")


def add(group: Group) -> None:
    marts = group.group("marts", "the datasets that dashboards read")
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
    inner = group.group("rates", "exchange rates, for amounts in the currency of a workspace")
    load = inner.command(
        "load",
        _load,
        "load rates from a file",
        "Loads the CSV that the European Central Bank publishes (eurofxref-hist.zip, or the CSV in it), or one of the "
        "same form: Date, then a column per currency with its units for one euro. Loading it again changes nothing.",
    )
    load.add_argument("file", type=Path)
    load.add_argument("--source", default="ECB", help="where the rates come from (default: ECB)")
    query = group.command(
        "query",
        _query,
        "ask a workspace's marts, as a dashboard would",
        "Asks one question in GoogleSQL; tables without a dataset are the marts of the workspace. It can only read.",
    )
    query.add_argument("workspace", help="or agency, for the marts of all workspaces")
    query.add_argument("sql", help='such as "select platform, sum(cost) from ads_by_day group by platform"')
    query.add_argument(
        "--rows", type=number(0, 1_000_000), default=MOST_ROWS, help=f"at most so many (default: {MOST_ROWS})"
    )
    trace = group.command(
        "trace",
        _trace,
        "the staged record that a row came from",
        "Prints the record that a row of a fact, or of a table, came from: give its _page and _line.",
    )
    trace.add_argument("workspace")
    trace.add_argument("page", help="the row's _page")
    trace.add_argument("line", type=int, help="the row's _line")


def _meant(stores: Stores, name: str) -> list[Workspace]:
    if name:
        return [workspace_of(stores, name)]
    found = [from_doc(Workspace, doc) for doc in stores.documents.find("workspaces")]
    return [workspace for workspace in found if stores.closing_since(workspace.id) is None]


def _deploy(stores: Stores, said: argparse.Namespace) -> int:
    done = {
        workspace.id: deployed.tried(partial(deploy, stores, workspace), workspace.id)
        for workspace in _meant(stores, said.workspace)
    }
    done[names.AGENCY] = deployed.tried(partial(deploy_agency, stores), names.AGENCY)
    if said.json:
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


def _show(stores: Stores, said: argparse.Namespace) -> int:
    known = {mart.name: mart for mart in files.all_marts()}
    if said.mart not in known:
        near = get_close_matches(said.mart, known, n=3) or sorted(known)
        raise Wrong(f"There is no mart “{said.mart}”; there is {', '.join(near)}.")
    mart, project = known[said.mart], stores.settings.project
    if said.workspace == names.AGENCY:
        sql = statements.united(project, [each.id for each in _meant(stores, "")], mart)
    else:
        found = _meant(stores, said.workspace)
        if len(found) != 1:
            raise Wrong(f"Say of which workspace: {', '.join(each.id for each in found) or 'there is none yet'}.")
        sql = statements.statement(project, found[0], mart)
    output.say(output.json({"name": mart.name, "statement": sql}) if said.json else sql)
    return 0


def _refresh(stores: Stores, said: argparse.Namespace) -> int:
    told = {workspace.id: refresh(stores, workspace.id) for workspace in _meant(stores, said.workspace)}
    output.say(output.json(told) if said.json else output.table(("workspace", "streams of runs"), told.items()))
    return 0


def _load(stores: Stores, said: argparse.Namespace) -> int:
    try:
        found = rates.read(said.file.read_bytes())
    except (OSError, ValueError, rates.NoRates) as reason:
        raise Wrong(f"{said.file} cannot be loaded: {reason}") from None
    client, settings = stores.bigquery, stores.settings
    Tables(client, settings.project, settings.location).dataset(names.SHARED)
    count = RateTable(client, settings.project).load(found, said.source, stores.clock.now())
    days = sorted({rate.day for rate in found})
    told = {"rates": count, "from": str(days[0]) if days else "", "until": str(days[-1]) if days else ""}
    output.say(output.json(told) if said.json else f"{count:,} rates, {told['from']} to {told['until']}.")
    return 0


def _query(stores: Stores, said: argparse.Namespace) -> int:
    dataset = said.workspace
    if dataset != names.AGENCY:
        dataset = names.marts(workspace_of(stores, said.workspace).id)
    client, project = stores.bigquery, stores.settings.project
    job = bigquery.QueryJobConfig(
        default_dataset=bigquery.DatasetReference(project, dataset), maximum_bytes_billed=MOST_BYTES
    )
    try:
        _only_reads(client, job, said.sql)
        answer = client.query(said.sql, job_config=job)
        rows = [dict(row.items()) for row in answer.result(max_results=said.rows)]
    except (BadRequest, NotFound) as error:
        raise Wrong(f"BigQuery cannot answer this: {words(error)}") from None
    read = int(answer.total_bytes_processed or 0)
    if said.json:
        output.say(output.json({"rows": [_plain(row) for row in rows], "bytes": read}))
        return 0
    output.say(output.table(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in rows], "no rows"))
    more = " (there may be more)" if len(rows) == said.rows else ""
    output.say(f"{len(rows)} rows{more}, {read:,} bytes read")
    return 0


def _only_reads(client: Any, job: Any, sql: str) -> None:
    """BigQuery itself says what kind of statement it is, before anything is done; several are refused unasked."""
    asked = bigquery.QueryJobConfig.from_api_repr(job.to_api_repr())
    asked.dry_run = True
    several = ";" in sql.strip().removesuffix(";")
    if several or not _READS.match(sql) or client.query(sql, job_config=asked).statement_type != "SELECT":
        raise Wrong("Only a question can be asked here: one SELECT, with a semicolon at its end at most.")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if hasattr(value, "isoformat") else value for name, value in row.items()}


def _trace(stores: Stores, said: argparse.Namespace) -> int:
    workspace_of(stores, said.workspace)
    if not said.page.startswith(f"{said.workspace}/raw/") or ".." in said.page:
        raise Wrong(f"This is no page of workspace {said.workspace}.")
    staged = next((each for each in stores.objects.list(said.page) if each.name == said.page), None)
    if staged is None:
        raise Wrong("This page is not there (any more): pages end after some time, rows do not.")
    record = _record(gzip.decompress(stores.objects.read(said.page)).splitlines(), said.line)
    told = {"page": said.page, "line": said.line, **staged.metadata, "record": record}
    output.say(output.json(told))
    return 0


def _record(lines: Iterable[bytes], number: int) -> Any:
    for line in lines:
        record = orjson.loads(line)
        if record.get("_line") == number:
            return record
    raise Wrong(f"The page has no line {number}.")
