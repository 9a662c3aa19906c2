"""What stands around the code: who is asked about a change, what whoever reports is asked, how files are laid out."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from _pytest.assertion.rewrite import AssertionRewritingHook

from infra.tools.docs import ROOT

OWNERS = (ROOT / ".github" / "CODEOWNERS").read_text()
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
TEXTS = {".py", ".md", ".sql", ".tf", ".hcl", ".sh", ".yaml", ".yml", ".toml", ".in", ".txt", ".json", ".graphql"}
ROOMS = (".ci", ".github", "docs", "functions", "infra", "shared", "terraform", "tests")


def owned() -> list[tuple[str, list[str]]]:
    """Each pattern with its owners."""
    lines = [line.split() for line in OWNERS.splitlines() if line and not line.startswith("#")]
    return [(pattern, owners) for pattern, *owners in lines]


def texts() -> list[Path]:
    """Every text that somebody of us wrote."""
    found = [*ROOT.glob("*"), *(path for room in ROOMS for path in (ROOT / room).rglob("*"))]
    return [path for path in found if path.suffix in TEXTS and path.is_file() and ".terraform" not in path.parts]


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in owned()])
def test_every_room_that_has_an_owner_exists(pattern: str) -> None:
    assert pattern == "*" or list(ROOT.glob(pattern.strip("/"))), f"nothing is called {pattern}"


def test_every_owner_is_a_team_that_is_explained() -> None:
    explained = set(re.findall(r"^#   (\w+)  ", OWNERS, re.MULTILINE))
    named = {owner for _, owners in owned() for owner in owners}
    assert named == {f"@YOUR-ORGANISATION/{team}" for team in explained}
    assert all(owners for _, owners in owned())


def test_what_is_narrower_comes_later() -> None:
    """The last line that fits a file counts, so a line after a wider one would never."""
    patterns = [pattern for pattern, _ in owned()]
    for place, wider in enumerate(patterns):
        assert not [early for early in patterns[:place] if wider != early and early.startswith(wider)], wider
    assert patterns[0] == "*"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_can_be_read(path: Path) -> None:
    """By https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests (2026-11)."""
    form: dict[str, Any] = yaml.safe_load(path.read_text())
    assert {"name", "description", "body"} <= set(form) <= {"name", "description", "body", "labels", "title"}
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    names = [part["id"] for part in asked]
    assert len(set(names)) == len(names)
    for part in asked:
        assert part["type"] in {"textarea", "input", "dropdown", "checkboxes"}
        assert part["attributes"]["label"]
        assert ("options" in part["attributes"]) == (part["type"] in {"dropdown", "checkboxes"})
    assert any(part.get("validations", {}).get("required") for part in asked)


def test_a_security_problem_is_led_away_from_the_open_issues() -> None:
    links = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text())["contact_links"]
    assert [link["url"].rpartition("/security/")[2] for link in links] == ["advisories/new"]


def test_files_are_laid_out_as_editors_are_told() -> None:
    for path in texts():
        text = path.read_bytes()
        assert b"\r" not in text, path
        assert not text or text.endswith(b"\n"), path
        assert not re.search(rb"[ \t]+$", text, re.MULTILINE), path
        assert b"\t" not in text, path


def test_every_assertion_that_fails_shows_what_differs() -> None:
    """Also in the files that tests share: pytest leaves them alone unless it is told (tests/conftest.py)."""
    files = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py")]
    shared = [".".join(path.with_suffix("").parts) for path in files if path.stem not in ("__init__", "conftest")]
    assert "tests.connectors.checks.answers" in shared
    found = {name: find_spec(name) for name in shared}
    assert [
        name for name, each in found.items() if not (each and isinstance(each.loader, AssertionRewritingHook))
    ] == []
