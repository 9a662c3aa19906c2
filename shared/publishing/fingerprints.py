"""Whether a mart says the same as before: a digest of all that it is made of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import blake2b

from shared.marts import statements
from shared.marts.files import Mart
from shared.model import Workspace
from shared.platforms import PLATFORMS
from shared.publishing.selection import published_columns, published_marts, sql_type, with_sources
from shared.sync.tables import views_of

Source = tuple[str, str]  # space and table
FORM = "1"  # raised when files are written another way


@cache
def sources() -> tuple[Source, ...]:
    """All tables that stand behind what is published."""
    return tuple(sorted({source for mart in _needed() for source in _read(mart.uses)}))


def _read(uses: Iterable[Source]) -> set[Source]:
    """The tables among what is read, and those that views of lists inside records are over."""
    found = {source for source in uses if source[0] != "marts"}
    return found | {("raw", over(table)) for space, table in found if space == "raw"}


def over(view: str) -> str:
    """The table whose records hold the list that a view is of; of a table, itself."""
    return _over().get(view, view)


@cache
def _over() -> Mapping[str, str]:
    """View of a list → the table whose records hold it."""
    streams = ((platform, stream) for platform in PLATFORMS.values() for stream in platform.streams)
    return {view.name: view.of.name for platform, stream in streams for view in views_of(platform, stream)}


@cache
def _needed() -> tuple[Mart, ...]:
    return with_sources(mart.name for mart in published_marts())


@cache
def behind(name: str) -> frozenset[Source]:
    """The tables that a mart reads in the end."""
    return frozenset(_read(statements.behind(name)))


def turns_with_the_day(mart: Mart) -> bool:
    return "CURRENT_DATE" in mart.query


def fingerprints(project: str, workspace: Workspace, changes: Mapping[Source, str], today: date) -> dict[str, str]:
    """Of each published mart. `changes`: when each table last changed, in whatever words."""
    found: dict[str, str] = {}
    for mart in _needed():
        reads = [found[name] for name in sorted(mart.tables("marts"))]
        tables = [f"{space}.{table} {changes[space, table]}" for space, table in sorted(_read(mart.uses))]
        day = [today.isoformat()] if turns_with_the_day(mart) else []
        columns = [f"{column.name} {sql_type(column)}" for column in published_columns(mart)]
        made_of = [FORM, statements.query(project, workspace, mart), *columns, *reads, *tables, *day]
        found[mart.name] = blake2b("\x1f".join(made_of).encode(), digest_size=16).hexdigest()
    return {mart.name: found[mart.name] for mart in published_marts()}
