"""Whom the allowances of connections are counted for: their documents bear these names and end by nobody."""

from __future__ import annotations

from collections.abc import Collection

from shared.errors import Problem
from shared.model import Connection, from_doc
from shared.platforms import platform as platform_named
from shared.stores.ports import Documents
from shared.sync.budgets import sharer


def counted_for(documents: Documents, leaving: Collection[Connection]) -> set[str]:
    """The connections themselves; and the logins that they share, unless somebody who stays shares them, too."""
    names = {(connection.platform, _sharer(connection)) for connection in leaving}
    ids = {(connection.workspace, connection.id) for connection in leaving}
    for platform in {connection.platform for connection in leaving}:
        others = (from_doc(Connection, doc) for doc in documents.find_all("connections", ("platform", "==", platform)))
        names -= {(platform, _sharer(each)) for each in others if (each.workspace, each.id) not in ids}
    return {connection.id for connection in leaving} | {name for _, name in names}


def _sharer(connection: Connection) -> str:
    try:
        return sharer(platform_named(connection.platform), connection)
    except Problem:  # of a platform that this release does not have
        return connection.id
