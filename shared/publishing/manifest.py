"""What one published version of a workspace's marts consists of: its stamp, and the files and types of each mart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What goes with every answer: how fresh it is, how far it was proved, and what is wrong with it."""

    as_of: datetime  # the one moment that all marts of this version are of
    proved_until: date | None = None  # up to this day every stream was compared with its platform
    differs: tuple[str, ...] = ()  # streams whose rows are not as many as the platform counts
    missing: tuple[str, ...] = ()  # streams with days or rows that are still owed
    loading: tuple[str, ...] = ()  # streams whose rows were being loaded at that moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One object in the bucket of published marts."""

    name: str
    sha256: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMart:
    """The files stay where they are for as long as the fingerprint of what the mart is made of stays."""

    fingerprint: str
    columns: tuple[tuple[str, str], ...]  # name and GoogleSQL type, in the view's order
    files: tuple[PublishedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Written before the pointer moves to it; a version is whole or is not there."""

    workspace: str
    version: int
    cause: str
    stamp: Stamp
    marts: Mapping[str, PublishedMart]
