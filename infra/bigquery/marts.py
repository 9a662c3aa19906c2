"""Reads the files of `views/`: what each mart is, what its columns mean, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from shared.errors import Bug
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.vocabulary.choosing import tells_gone
from shared.vocabulary.columns import Column, columns
from shared.warehouse import names
from shared.warehouse.names import literal, quoted
from shared.warehouse.schema import STAGED, describe

FOLDER = Path(__file__).parent / "views"
MOST_READ = 1_000  # tables and views that BigQuery takes to one query, with all that stands behind views

# Columns that many views have.
COMMON = {
    column.name: column
    for column in columns(
        """
        platform text Platform the numbers come from, such as google_ads
        account_id text Account id on the platform
        campaign_id text Campaign id on the platform
        currency text Currency of the amounts
        reporting_currency text Currency of the workspace
        rate_date date Day of the exchange rate, or the day itself where nothing was to be converted
        """
    )
} | {column.name: column for column in STAGED}

_FILE = re.compile(r"(?P<says>(--[^\n]*\n)+)/\*(?P<columns>.*?)\*/\n(?P<query>.*)", re.DOTALL)
_SPACES = "raw|history|marts|shared"
_USED = re.compile(rf"\b(?P<space>{_SPACES})\.(?P<table>[a-z][a-z0-9_]*)")
_SETTING = re.compile(r"@(?P<name>[a-z_]+)")
_BARE = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Mart:
    name: str
    description: str
    columns: tuple[Column, ...]
    query: str  # as the file has it

    @cached_property
    def uses(self) -> frozenset[tuple[str, str]]:
        """Space and table of all that it reads."""
        return frozenset((found["space"], found["table"]) for found in _USED.finditer(self.query))

    def tables(self, *spaces: str) -> set[str]:
        return {table for space, table in self.uses if space in spaces}


@cache
def all_marts() -> tuple[Mart, ...]:
    """In an order in which each finds what it reads."""
    found = {path.stem: read(path.stem, path.read_text()) for path in sorted(FOLDER.glob("*.sql"))}
    order = TopologicalSorter({name: sorted(mart.tables("marts")) for name, mart in sorted(found.items())})
    return tuple(found[name] for name in order.static_order())


def read(name: str, text: str) -> Mart:
    parts = _FILE.fullmatch(text)
    if parts is None:
        raise Bug("bad-mart", f"The file of {name} does not begin with its description and its columns.")
    says = " ".join(line.removeprefix("--").strip() for line in parts["says"].splitlines())
    return Mart(names.table_name(name), says, tuple(_columns(parts["columns"])), parts["query"].strip())


def _columns(text: str) -> Iterable[Column]:
    for entry in re.split(r";\s|\n", text):
        word = entry.strip().rstrip(";")
        if _BARE.fullmatch(word):
            yield COMMON[word]
        else:
            yield from columns(word)


def statement(project: str, workspace: Workspace, mart: Mart) -> str:
    """Put the view in place, with what each column means."""
    return _view(project, names.marts(workspace.id), mart, query(project, workspace, mart))


def query(project: str, workspace: Workspace, mart: Mart) -> str:
    """The query of the file with this workspace's datasets and settings in it."""
    spaces = {
        "raw": names.raw(workspace.id),
        "history": names.history(workspace.id),
        "marts": names.marts(workspace.id),
        "shared": names.SHARED,
    }
    said = {**settings(workspace), "silent": silent(mart)}
    placed = _USED.sub(lambda found: names.address(project, spaces[found["space"]], found["table"]), mart.query)
    return _SETTING.sub(lambda found: said[found["name"]], placed)


def settings(workspace: Workspace) -> Mapping[str, str]:
    """What a query may ask of its workspace, as constants."""
    return {
        "workspace_id": names.text(workspace.id),
        "currency": names.text(workspace.currency) if workspace.currency else "CAST(NULL AS STRING)",
        "zone": names.text(workspace.zone),
        "fiscal_year_start": str(int(workspace.fiscal_year_start)),
    }


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
