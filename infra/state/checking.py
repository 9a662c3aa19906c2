"""Whether a line of an export may be restored: its path is where its kind lives, and it speaks of nobody else."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from infra.state.exporting import WITHIN
from shared import model
from shared.errors import Problem
from shared.model import from_doc, to_doc
from shared.oauth.accounts import secrets_of
from shared.oauth.links import Link
from shared.stores.ports import Doc
from shared.warehouse import names

KINDS: dict[str, type[Any]] = {
    "workspaces": model.Workspace,
    "connections": model.Connection,
    "cursors": model.Cursor,
    "debts": model.Debt,
    "reports": model.Report,
    "runs": model.Run,
    "slices": model.Slice,
    "pages": model.Page,
    "batches": model.Batch,
    "tables": model.Table,
}
_RESERVED = re.compile(r"\.|\.\.|__.*__")


class Odd(Exception):
    """No export of ours has such a line; the text says what is odd."""


def whole(collection: str, path: str, doc: Doc, workspaces: Collection[str]) -> Doc:
    """The document with the defaults of what came later than it; raises Odd."""
    parts = path.split("/")
    home = ["workspaces", parts[1] if len(parts) == 4 else "", collection] if collection in WITHIN else [collection]
    if parts[:-1] != home or any(not part or _RESERVED.fullmatch(part) for part in parts):
        raise Odd(f"{path[:120]!r} is no path of {collection}")
    if collection in WITHIN:
        _at_home(path, parts[1], doc, workspaces)
    if collection == "workspaces":
        _named(path, parts[1])
    if collection in {"links", "closings"} and not isinstance(doc.get("workspace"), str):
        raise Odd(f"{path[:120]} does not say whose it is")
    kind = KINDS.get(collection)
    if kind is None:
        return doc
    if doc.get("id") != parts[-1]:
        raise Odd(f"{path[:120]} says that it is another document")
    try:
        known = from_doc(kind, doc)
    except TypeError:
        raise Odd(f"{path[:120]} lacks what every document of its kind has") from None
    _its_own_secret(path, known)
    return {**to_doc(known), **doc}


def _named(path: str, workspace: str) -> None:
    try:
        names.marts(workspace)
    except Problem:
        raise Odd(f"{path[:120]} is no workspace that can be") from None


def _at_home(path: str, workspace: str, doc: Doc, workspaces: Collection[str]) -> None:
    if workspace not in workspaces:
        raise Odd(f"{path[:120]} is of a workspace that is not in the export")
    if doc.get("workspace") != workspace:
        raise Odd(f"{path[:120]} says that it is another workspace's")


def _its_own_secret(path: str, known: Any) -> None:
    if isinstance(known, model.Connection) and known.secret and not known.secret.startswith(secrets_of(known)):
        raise Odd(f"{path[:120]} names a secret that is not its own")


def withdrawn(doc: Doc, now: Any) -> Doc:
    """A link that is open in an export may have been used or withdrawn since, so nobody uses it any more."""
    known = {name: doc.get(name) for name in Link.__dataclass_fields__}
    return doc if known["used_at"] or known["revoked_at"] else {**doc, "revoked_at": now}
