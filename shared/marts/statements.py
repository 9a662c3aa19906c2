"""The statements that put the views in place: a mart with the datasets and the settings of a workspace in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from shared.marts.files import USED, Mart, all_marts
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.vocabulary.choosing import tells_gone
from shared.vocabulary.slicing import Days
from shared.warehouse import names
from shared.warehouse.names import literal, quoted
from shared.warehouse.schema import describe

MOST_READ = 1_000  # tables and views that BigQuery takes to one query, with all that stands behind views
_TABLE = re.compile(rf"{USED.pattern}(?P<alias>\s+AS\s+\w+)?")
_SETTING = re.compile(r"@(?P<name>[a-z_]+)")


def statement(project: str, workspace: Workspace, mart: Mart) -> str:
    """Put the view in place, with what each column means."""
    return _view(project, names.marts(workspace.id), mart, query(project, workspace, mart))


def query(
    project: str, workspace: Workspace, mart: Mart, instead: Callable[[tuple[str, str]], str | None] = lambda _: None
) -> str:
    """The query of the file with this workspace's datasets and settings in it. `instead`: of space and table, rows that
    stand in their place."""
    spaces = {
        "raw": names.raw(workspace.id),
        "history": names.history(workspace.id),
        "marts": names.marts(workspace.id),
        "shared": names.SHARED,
    }
    said = {**settings(workspace), "silent": silent(mart)}
    if "@read_again" in mart.query:
        said["read_again"] = read_again(mart)

    def place(found: re.Match[str]) -> str:
        space, table, alias = found["space"], found["table"], found["alias"] or ""
        rows = instead((space, table))
        return f"{rows}{alias or f' AS {table}'}" if rows else names.address(project, spaces[space], table) + alias

    placed = _TABLE.sub(place, mart.query)
    return _SETTING.sub(lambda found: said[found["name"]], placed)


def settings(workspace: Workspace) -> Mapping[str, str]:
    """What a query may ask of its workspace, as constants."""
    return {
        "workspace_id": names.text(workspace.id),
        "currency": names.text(workspace.currency) if workspace.currency else "CAST(NULL AS STRING)",
        "zone": names.text(workspace.zone),
        "fiscal_year_start": str(int(workspace.fiscal_year_start)),
    }


@cache
def silent(mart: Mart) -> str:
    """Those of its tables of which no platform says that a row was deleted."""
    found = (
        names.text(platform.table(stream.name))
        for platform in PLATFORMS.values()
        for stream in platform.streams
        if platform.table(stream.name) in mart.tables("raw") and not tells_gone(platform, stream)
    )
    return f"[{', '.join(found)}]"


@cache
def read_again(mart: Mart) -> str:
    """For how many days of the past each platform reads anew what the mart compares: rows of platform and look_back."""
    histories = {table for space, table in behind(mart.name) if space == "history"}
    days: dict[str, int] = {}
    for platform in PLATFORMS.values():
        for stream in platform.streams:
            rule = stream.slices
            if platform.table(stream.name) in histories and isinstance(rule, Days) and rule.look_back:
                days[platform.name] = max(days.get(platform.name, 0), rule.look_back.days)
    rows = (f"STRUCT({names.text(name)} AS platform, {number} AS look_back)" for name, number in days.items())
    return f"[{', '.join(rows)}]"


@cache
def behind(name: str) -> frozenset[tuple[str, str]]:
    """Space and table of all that a question to a mart reads in the end: the mart itself, and what stands behind it."""
    uses = next(mart for mart in all_marts() if mart.name == name).uses
    return frozenset({("marts", name), *uses}).union(*(behind(table) for space, table in uses if space == "marts"))


def most_united(mart: Mart) -> int:
    """Over how many workspaces it can be united, before a question to it would read more than BigQuery takes."""
    shared = sum(space == "shared" for space, _ in behind(mart.name))
    return (MOST_READ - 1 - shared) // (len(behind(mart.name)) - shared)


def united(project: str, workspaces: Iterable[str], mart: Mart) -> str:
    """The same mart over all of these workspaces, for the agency."""
    listed = ", ".join(quoted(column.name) for column in mart.columns)
    parts = [
        f"SELECT {listed}\nFROM {names.address(project, names.marts(each), mart.name)}" for each in sorted(workspaces)
    ]
    return _view(project, names.AGENCY, mart, "\nUNION ALL\n".join(parts))


def _view(project: str, dataset: str, mart: Mart, query: str) -> str:
    listed = ",\n  ".join(
        f"{quoted(column.name)} OPTIONS (description = {literal(describe(column))})" for column in mart.columns
    )
    return f"""\
CREATE OR REPLACE VIEW {names.address(project, dataset, mart.name)} (
  {listed}
)
OPTIONS (description = {literal(mart.description)})
AS
{query}"""
