"""Microsoft's own parser of M reads every query that we write. `make powerquery` installs it, with npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.local.processes import ROOT
from shared.spreadsheets import m
from tests.handing.hostile import TEXTS
from tests.spreadsheets.feeds import NAMES, source

HERE, INSTALLED = Path(__file__).parent, ROOT / "build" / "powerquery"
PACKAGE = "@microsoft/powerquery-parser"
REQUIRED = "TRIBUTARY_POWERQUERY"  # set where it may not be missing: tests fail then instead of being skipped


def missing() -> str:
    """Why it cannot be asked here; empty: it can."""
    version = json.loads((HERE / "package.json").read_text())["dependencies"][PACKAGE]
    package = INSTALLED / "node_modules" / PACKAGE / "package.json"
    if shutil.which("node") is None or not package.exists():
        return "Microsoft's parser of M is not installed here: `make powerquery` does it, with npm."
    there = json.loads(package.read_text())["version"]
    return "" if there == version else f"Microsoft's parser of M is {there} here and should be {version}."


pytestmark = pytest.mark.skipif(bool(missing()) and not os.environ.get(REQUIRED), reason=missing() or "it is there")


def refused(queries: Sequence[str]) -> list[str | None]:
    command = ["node", str(HERE / "parse.js"), str(INSTALLED)]
    ended = subprocess.run(command, input=json.dumps(queries), capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, missing() or ended.stderr
    found: list[str | None] = json.loads(ended.stdout)
    return found


def test_it_reads_the_query_of_a_feed_of_any_name() -> None:
    assert refused([m.query(source(name)) for name in (*NAMES, *TEXTS)]) == [None] * len((*NAMES, *TEXTS))


def test_it_refuses_what_is_none() -> None:
    first, second, good = refused(['let a = "x in a', "let a = 1, in a", 'let a = "#(lf)" in a'])
    assert "Unterminated string" in str(first)
    assert second
    assert good is None


def test_a_text_is_one_text_to_it() -> None:
    assert refused([m.text(text) for text in (*NAMES, *TEXTS)]) == [None] * len((*NAMES, *TEXTS))
