"""A version that is being made: what was decided before it was asked for, so that who takes it up does the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from shared.model import Workspace, from_doc, to_doc
from shared.stores.ports import Doc

_LISTS = ("causes", "asked", "connections", "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    name: str  # of its job and its files: nobody else's bear it
    version: int
    causes: tuple[str, ...]
    workspace: Workspace  # with the settings that its marts are asked with
    inputs: Mapping[str, str]  # mart → fingerprint of what it is made of
    asked: tuple[str, ...]  # marts that are written; of the others the files of the version before are good
    connections: tuple[str, ...]  # those that are read today: the stamp is about these
    empty: tuple[str, ...]  # tables without rows, as space.table: they are not asked
    text: str  # digest of the script: another release would write another one

    def doc(self) -> Doc:
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**plain, **lists, "inputs": dict(self.inputs), "workspace": to_doc(self.workspace)}


def attempt_of(doc: Doc) -> Attempt:
    known = {field.name: doc[field.name] for field in fields(Attempt) if field.name in doc}
    known.setdefault("empty", ())  # one that another release began: its script is another one, so it is begun anew
    lists = {name: tuple(known[name]) for name in _LISTS}
    return Attempt(**{**known, **lists, "workspace": from_doc(Workspace, doc["workspace"])})


def attempt_name(version: int, fence: int, now: datetime) -> str:
    """The fence keeps apart what two workers made of the same version; the time, what was made before the state was
    lost and put back, or by a client of the same name: BigQuery remembers jobs for half a year."""
    return f"{version:06d}-{fence:06d}-{now:%Y%m%dT%H%M%S}"


def folder(workspace: str, mart: str, fingerprint: str) -> str:
    return f"{workspace}/{mart}/{fingerprint}/"


def files_of(attempt: Attempt, mart: str, written: str) -> str:
    """How the names of its files begin, which the try `written` has left."""
    return f"{folder(attempt.workspace.id, mart, attempt.inputs[mart])}{attempt.name}-{written}-"


def manifest_name(workspace: str, attempt: str, fence: int) -> str:
    """`fence`: of whoever wrote it, because two may have taken up the same attempt."""
    return f"{workspace}/manifests/{attempt}-{fence:06d}.json.gz"
