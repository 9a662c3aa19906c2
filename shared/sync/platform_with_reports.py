"""The platform as a workspace sees it: with the reports that it defined itself, which are streams like the others.

The one place that knows of them; planning, reading, loading and sweeping ask here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shared import log, model
from shared.errors import Configure
from shared.model import Report, from_doc
from shared.platforms import platform as platform_named
from shared.stores.ports import Documents
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream


def platform_of(documents: Documents, workspace: str, name: str, connection: str = "") -> Platform:
    """`connection`: whose streams are to be chosen; a report that is not for it is there, but not read unasked."""
    platform = platform_named(name)
    if platform.custom is None:
        return platform
    return with_reports(platform, reports_of(documents, workspace, name), connection)


def reports_of(documents: Documents, workspace: str, platform: str) -> list[Report]:
    """Withdrawn ones, too: their tables stay, and what was begun for them is finished."""
    found = documents.find(f"{model.workspace_path(workspace)}/reports", ("platform", "==", platform))
    return sorted((from_doc(Report, doc) for doc in found), key=lambda report: report.id)


def with_reports(platform: Platform, reports: Iterable[Report], connection: str = "") -> Platform:
    return replace(platform, streams=(*platform.streams, *_streams(platform, reports, connection)))


def _streams(platform: Platform, reports: Iterable[Report], connection: str) -> Iterable[Stream]:
    for report in reports:
        if platform.custom is None:
            continue
        try:
            stream = platform.custom.stream(report.id, report.title, report.definition)
        except Configure as problem:  # one that cannot be understood must not stop the others
            log.warning("report left out", report=report.id, because=problem.code)
            continue
        meant = not report.connections or connection in report.connections
        yield replace(stream, optional=report.deleted_at is not None or not meant)
