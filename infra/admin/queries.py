"""`query` and `trace`: what the datasets hold, and where their rows came from."""

from __future__ import annotations

import argparse
import re
from typing import Any

from google.api_core.exceptions import BadRequest, NotFound
from google.cloud import bigquery

from infra.admin import output
from infra.admin.command import number, workspace_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.looking.records import record, staged
from shared.marts.files import all_marts
from shared.marts.placing import words
from shared.platforms import PLATFORMS
from shared.stores.installation import Stores
from shared.warehouse import names

MOST_ROWS = 100
MOST_BYTES = 10 * 2**30
_READS = re.compile(r"(?is)\s*(--[^\n]*\n\s*|/\*.*?\*/\s*|\()*(select|with)\b")


def add(group: Group) -> None:
    query = group.command(
        "query",
        _query,
        description="Asks one question in GoogleSQL; tables without a dataset are the marts of the workspace. "
        "It can only read.",
    )
    query.add_argument("workspace", help="or agency, for the marts of all workspaces")
    query.add_argument(
        "sql", nargs="?", default="", help='such as "select platform, sum(cost) from ads_by_day group by platform"'
    )
    query.add_argument("--tables", action="store_true", help="what there is to be asked, instead of a question")
    query.add_argument("--csv", action="store_true", help="print CSV")
    query.add_argument(
        "--rows", type=number(0, 1_000_000), default=MOST_ROWS, help=f"at most so many (default: {MOST_ROWS})"
    )
    trace = group.command(
        "trace",
        _trace,
        description="Prints the record that a row of a fact, or of a table, came from: give its _page and _line.",
    )
    trace.add_argument("workspace")
    trace.add_argument("page", help="the row's _page")
    trace.add_argument("line", type=int, help="the row's _line")


def _query(stores: Stores, args: argparse.Namespace) -> int:
    dataset = args.workspace
    if dataset != names.AGENCY:
        dataset = names.marts(workspace_of(stores, args.workspace).id)
    if args.tables:
        output.rows(tables(stores, args.workspace, dataset), args.json)
        return 0
    if not args.sql.strip():
        raise UsageError("Say what is asked, in GoogleSQL; `--tables` lists what there is.")
    client, project = stores.bigquery, stores.settings.project
    job = bigquery.QueryJobConfig(
        default_dataset=bigquery.DatasetReference(project, dataset), maximum_bytes_billed=MOST_BYTES
    )
    try:
        _only_reads(client, job, args.sql)
        answer = client.query(args.sql, job_config=job)
        result = answer.result(max_results=args.rows)
        head = [field.name for field in result.schema]
        rows = [dict(row.items()) for row in result]
    except (BadRequest, NotFound) as error:
        raise UsageError(f"BigQuery cannot answer this: {words(error)}") from None
    read = int(answer.total_bytes_processed or 0)
    if args.json:
        output.say(output.json({"rows": [_plain(row) for row in rows], "bytes": read}))
        return 0
    if args.csv:
        output.csv(head, (row.values() for row in rows))
        return 0
    output.say(output.table(head, [tuple(row.values()) for row in rows], "no rows"))
    more = " (there may be more)" if len(rows) == args.rows else ""
    output.say(f"{len(rows)} rows{more}, {read:,} bytes read")
    return 0


def tables(stores: Stores, workspace: str, dataset: str) -> list[dict[str, Any]]:
    """What a question can be asked about: the marts that are in place, and the tables of what was read."""
    meanings = {mart.name: mart.description for mart in all_marts()}
    try:
        placed = sorted(each.table_id for each in stores.bigquery.list_tables(dataset))
    except NotFound:
        placed = []
    found = [{"table": name, "what it is": meanings.get(name, "")} for name in placed]
    if workspace != names.AGENCY:
        read = stores.tables(workspace)
        titles = {
            platform.table(stream.name): f"{platform.title}: {stream.title}"
            for platform in PLATFORMS.values()
            for stream in platform.streams
        }
        raw = names.raw(workspace)
        found += [{"table": f"{raw}.{name}", "what it is": titles.get(name, "")} for name in sorted(read)]
    return found


def _only_reads(client: Any, job: Any, sql: str) -> None:
    """BigQuery itself says what kind of statement it is, before anything is done; several are refused unasked."""
    asked = bigquery.QueryJobConfig.from_api_repr(job.to_api_repr())
    asked.dry_run = True
    several = ";" in sql.strip().removesuffix(";")
    if several or not _READS.match(sql) or client.query(sql, job_config=asked).statement_type != "SELECT":
        raise UsageError("Only a question can be asked here: one SELECT, with a semicolon at its end at most.")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if hasattr(value, "isoformat") else value for name, value in row.items()}


def _trace(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    if not args.page.startswith(f"{args.workspace}/raw/") or ".." in args.page:
        raise UsageError(f"This is no page of workspace {args.workspace}.")
    found = staged(stores.objects, args.page)
    if found is None:
        raise UsageError("This page is not there (any more): pages end after some time, rows do not.")
    held = record(stores.objects.read(args.page), args.line, MOST_BYTES)
    if held is None:
        raise UsageError(f"The page has no line {args.line}.")
    told = {"page": args.page, "line": args.line, **found.metadata, "record": held}
    output.say(output.json(told))
    return 0
