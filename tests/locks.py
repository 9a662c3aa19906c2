"""Reads a file of locked requirements: one line per package, with what it says about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.requirements import Requirement

DIGEST = re.compile(r"--hash=(\S+)")


@dataclass(frozen=True)
class Locked:
    text: str  # as `name==version ; marker`
    digests: frozenset[str]

    @property
    def needed(self) -> Requirement:
        return Requirement(self.text)


def lines(text: str) -> list[str]:
    """Without comments, each command of the file on one line."""
    whole = re.sub(r"(^|\s)#.*$", "", text.replace("\\\n", " "), flags=re.MULTILINE)
    return [line.strip() for line in whole.splitlines() if line.strip()]


def options(text: str) -> list[str]:
    """What the file tells pip for all packages."""
    return [line for line in lines(text) if line.startswith("-")]


def packages(text: str) -> list[Locked]:
    return [_locked(line) for line in lines(text) if not line.startswith("-")]


def _locked(line: str) -> Locked:
    return Locked(DIGEST.sub("", line).strip(), frozenset(DIGEST.findall(line)))
