"""Every `gcloud` and `bq` command of the documentation and the scripts exists, with the flags that it is given."""

from __future__ import annotations

import importlib.util
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.commands import Command, named

COMMANDS = named()
OF_BQ = {  # `bq help undelete`, `bq help cp`, `bq help query`, `bq --help`
    "undelete": set[str](),
    "cp": set[str](),
    "query": {"--project_id", "--use_legacy_sql", "--format"},
}
# Newer than the gcloud that this was written with (528, of June 2025).
# https://cloud.google.com/sdk/gcloud/reference/firestore/databases/clone (2025-11)
NEWER: dict[tuple[str, ...], set[str]] = {
    ("firestore", "databases", "clone"): {"--source-database", "--snapshot-time", "--destination-database"}
}


@cache
def tree() -> dict[str, Any]:
    """What gcloud knows of itself: groups, commands and flags."""
    gcloud = shutil.which("gcloud")
    there = Path(gcloud).resolve().parents[1] / "data" / "cli" / "gcloud_completions.py" if gcloud else Path("none")
    if not there.exists():
        pytest.skip("needs the program gcloud with its table of commands, which is not installed here")
    spec = importlib.util.spec_from_file_location("gcloud_completions", there)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.STATIC_COMPLETION_CLI_TREE)


def test_commands_are_found() -> None:
    """So that a change of style does not leave the others without anything to look at."""
    words = {command.words[:2] for command in COMMANDS}
    assert {("projects", "create"), ("builds", "triggers"), ("firestore", "databases"), ("storage", "cp")} <= words
    assert len(COMMANDS) > 40
    flags = {flag for command in COMMANDS for flag in command.flags}
    assert {"--public-access-prevention", "--source-backup", "--data-file"} <= flags


@pytest.mark.parametrize("where", sorted({command.where for command in COMMANDS}))
def test_they_exist_with_their_flags(where: str) -> None:
    for command in COMMANDS:
        if command.where == where:
            _held(command)


def _held(command: Command) -> None:
    if command.tool == "bq":
        assert command.flags <= OF_BQ[command.words[0]], command
        return
    if command.words[:3] in NEWER:
        assert command.flags <= NEWER[command.words[:3]] | {"--project"}, command
        return
    at = tree()
    known = set(at["flags"])
    for word in command.words:
        if not at["commands"]:
            break
        assert word in at["commands"], command
        at = at["commands"][word]
    assert not at["commands"], f"{command} stops at a group"
    known |= set(at["flags"])
    assert {flag for flag in command.flags if flag.replace("--no-", "--", 1) not in known} <= known, command
