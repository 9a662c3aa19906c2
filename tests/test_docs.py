"""The documentation is held true by tests: pages made from the code, links that lead somewhere, commands that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.docs import ROOT, stale
from shared.platforms import PLATFORMS

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("infra/**/README.md"), *ROOT.glob("terraform/*.md")]
)


def test_pages_made_from_the_code_are_up_to_date() -> None:
    assert stale() == [], "run python -m infra.tools.docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{target} in {page.name}"


def test_every_platform_has_its_page_of_surprises() -> None:
    for name in PLATFORMS:
        text = (ROOT / "docs" / "platforms" / f"{name}.md").read_text()
        assert "Why it matters" in text


def test_make_targets_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("module", ["infra.admin", "infra.cost", "infra.local", "infra.sandbox", "infra.bench"])
def test_commands_of_the_documentation_start(module: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-500:]
    assert "usage" in told.stdout


def test_admin_commands_in_the_documentation_are_real() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    known = {
        line.split()[0]
        for line in subprocess.run(
            [sys.executable, "-m", "infra.admin", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        if re.match(r"^    [a-z]", line)
    }
    named = set(re.findall(r"python -m infra\.admin ([a-z-]+)", text))
    assert named <= known, named - known
