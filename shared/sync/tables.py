"""The tables and views that a platform's streams fill."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Bug, Configure
from shared.platforms import PLATFORMS
from shared.stores.ports import Documents
from shared.sync.platform_with_reports import platform_of
from shared.vocabulary.platform import Platform, View
from shared.vocabulary.stream import Stream
from shared.warehouse import runs
from shared.warehouse.spec import TableSpec, ViewSpec


@dataclass(frozen=True, slots=True)
class Filled:
    """A table, the views over it, and the stream that fills it; none fills the one that tells of runs."""

    table: TableSpec
    views: tuple[ViewSpec, ...] = ()
    stream: Stream | None = None


def filled(documents: Documents, workspace: str, table: str) -> Filled:
    """What the loader must know of a table there."""
    if table == runs.TABLE.name:
        return Filled(runs.TABLE)
    platform, stream = stream_of(documents, workspace, table)
    return Filled(table_of(platform, stream), tuple(views_of(platform, stream)), stream)


def table_of(platform: Platform, stream: Stream) -> TableSpec:
    title = f"{platform.title}: {stream.title}"
    return TableSpec(platform.table(stream.name), stream.columns, stream.key, title, stream.may_lack)


def view_of(platform: Platform, view: View) -> ViewSpec:
    base = platform.stream(view.of)
    each = next(column for column in base.columns if column.name == view.each)
    return ViewSpec(
        platform.table(view.name), table_of(platform, base), each, view.columns, f"{platform.title}: {view.title}"
    )


def stream_of(documents: Documents, workspace: str, table: str) -> tuple[Platform, Stream]:
    """Which stream fills a table there. Platform names hold underscores, so the longest that fits is the one."""
    name = max((name for name in PLATFORMS if table.startswith(name + "_")), key=len, default="")
    try:
        platform = platform_of(documents, workspace, name)
        return platform, platform.stream(table.removeprefix(name + "_"))
    except (Configure, KeyError):  # of a release that had it, or of a replay of what that one staged
        raise Bug("unknown-table", "This version does not know what fills this table.", table) from None


def views_of(platform: Platform, stream: Stream) -> list[ViewSpec]:
    return [view_of(platform, view) for view in platform.views if view.of == stream.name]
