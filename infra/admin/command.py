"""What the words of a command mean: workspaces, connections, streams, numbers, zones and days."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from infra.admin.target import UsageError
from shared import model
from shared.clock import of_our_time, parse
from shared.kit.calendar import is_zone
from shared.kit.currencies import CURRENCIES
from shared.model import Connection, Workspace, from_doc
from shared.stores.installation import Stores
from shared.sync.platform_with_reports import platform_of
from shared.vocabulary.choosing import unknown_streams


def workspace_of(stores: Stores, name: str) -> Workspace:
    found = stores.workspace(name)
    if found is None:
        raise UsageError(f"There is no workspace “{name}”; `workspace list` shows those there are.")
    if stores.closing_since(name) is not None:
        raise UsageError(f"Workspace {name} is being erased; `workspace delete {name}` carries on with it.")
    return found


def connection_of(stores: Stores, workspace: str, name: str) -> Connection:
    """By its id, the beginning of its id, its account, or its platform where the workspace has one only."""
    workspace_of(stores, workspace)
    if not name.strip():
        raise UsageError(f"Say which connection; `connections {workspace}` shows those it has.")
    docs = stores.documents.find(f"{model.workspace_path(workspace)}/connections")
    for fits in (
        [doc for doc in docs if doc["id"] == name],
        [doc for doc in docs if name in (doc["platform"], doc["account"])],
        [doc for doc in docs if doc["id"].startswith(name)],
    ):
        if len(fits) == 1:
            return from_doc(Connection, fits[0])
        if fits:
            raise UsageError(f"“{name}” could be any of {', '.join(doc['id'] for doc in fits)}; give more of the id.")
    raise UsageError(f"Workspace {workspace} has no connection “{name}”; `connections` shows those it has.")


def number(least: int, most: int) -> Callable[[str], int]:
    """For argparse: a whole number of this range."""

    def whole(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most:,}")
        return found

    return whole


def zone(text: str) -> str:
    """For argparse: a time zone that there is."""
    if not is_zone(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no time zone such as Europe/Vienna")
    return text


def currency(text: str) -> str:
    """For argparse: a currency that there is; empty for none."""
    code = text.strip().upper()
    if code and code not in CURRENCIES:
        raise argparse.ArgumentTypeError(f"{text!r} is no currency of ISO 4217, such as EUR")
    return code


def streams_of(stores: Stores, connection: Connection, wanted: list[str]) -> str:
    platform = platform_of(stores.documents, connection.workspace, connection.platform)
    unknown = unknown_streams(platform, wanted)
    if unknown:
        known = ", ".join(stream.name for stream in platform.streams)
        raise UsageError(f"{connection.platform} has no stream {', '.join(unknown)}; it has {known}.")
    return ",".join(platform.today(name) for name in wanted)


def date(text: str) -> datetime:
    """For argparse: an ISO date or moment."""
    try:
        return of_our_time(parse(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-01-31") from None
