"""The documentation is held true by tests: pages made from the code, links that lead somewhere, commands that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.admin.commands import COMMANDS as OF_OPERATORS
from infra.cli.commands import COMMANDS, parser
from infra.docs import ROOT, stale
from shared.platforms import PLATFORMS

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("infra/**/README.md"), *ROOT.glob("terraform/*.md")]
)


def test_pages_made_from_the_code_are_up_to_date() -> None:
    assert stale() == [], "run python -m infra.docs"


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


def typed(text: str) -> Iterator[list[str]]:
    """The words of each command `tributary` that a page tells to type."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if told := re.match(r"\s*(?:\.venv/bin/)?tributary (.*)", line):
                yield shlex.split(re.sub(r"\$\([^)]*\)", "WORD", told[1]), comments=True)


def understood(words: list[str]) -> bool:
    try:
        return parser().parse_args(words).does is not None
    except SystemExit as ended:
        return ended.code == 0  # --help is a command that ends, too


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_the_documentation_are_understood(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in typed(page.read_text()):
        assert understood(words), f"{words}: {capsys.readouterr().err}"


def test_commands_named_in_the_documentation_are_real() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"[`(](?:\.venv/bin/)?tributary ([a-z][a-z-]+)", text))
    assert {"admin", "completion", "cost", "plan", "sync"} <= named
    assert named <= {each.name for each in COMMANDS}
    of_operators = set(re.findall(r"tributary admin ([a-z][a-z-]+)", text))
    assert len(of_operators) > 10
    assert of_operators <= {each.name for each in OF_OPERATORS}
