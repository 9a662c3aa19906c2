"""`marts published`: how far a workspace's published marts are, and what they say of themselves."""

from __future__ import annotations

import argparse
from typing import Any

from infra.admin import output
from infra.admin.command import workspace_of
from infra.admin.group import Group
from shared import model
from shared.clock import iso
from shared.model import Publication, from_doc
from shared.publishing.published import Published
from shared.stores.installation import Stores


def add_to_marts(group: Group) -> None:
    shown = group.command(
        "published",
        _published,
        "which version of them is published, why, and what the next one waits for",
        "For each workspace the version that everybody who answers reads, why it was made and of which moment it is; "
        "then what another one waits for. `--json` has the whole stamp, and how many rows and bytes each mart has.",
    )
    shown.add_argument("workspace", nargs="?", default="", help="(default: all)")


def _published(stores: Stores, args: argparse.Namespace) -> int:
    if args.workspace:
        names = [workspace_of(stores, args.workspace).id]
    else:
        names = sorted(doc["id"] for doc in stores.documents.find("workspaces"))
    found = [_told(stores, name) for name in names]
    if args.json:
        output.say(output.json(found))
        return 0
    head = ("workspace", "version", "cause", "as of", "proved until", "waits for", "due", "problem")
    output.say(output.table(head, ([each[name.replace(" ", "_")] for name in head] for each in found)))
    return 0


def _told(stores: Stores, workspace: str) -> dict[str, Any]:
    doc = stores.documents.get(model.publication_path(workspace))
    known = from_doc(Publication, doc) if doc else Publication(workspace)
    objects = stores.published
    manifest = Published(stores.documents, lambda _: objects).latest(workspace) if objects else None
    stamp = manifest.stamp if manifest else None
    return {
        "workspace": workspace,
        "version": manifest.version if manifest else "",
        "cause": manifest.cause if manifest else "nothing is published",
        "as_of": iso(stamp.as_of) if stamp else "",
        "proved_until": stamp.proved_until.isoformat() if stamp and stamp.proved_until else "",
        "differs": list(stamp.differs) if stamp else [],
        "missing": list(stamp.missing) if stamp else [],
        "loading": list(stamp.loading) if stamp else [],
        "waits_for": ", ".join(known.causes),
        "due": iso(known.due_at) if known.due_at else "",
        "problem": (known.problem or {}).get("sentence", ""),
        "marts": {
            name: {"rows": sum(file.rows for file in mart.files), "bytes": sum(file.bytes for file in mart.files)}
            for name, mart in sorted(manifest.marts.items())
        }
        if manifest
        else {},
    }
