"""The documentation is held true by tests: pages made from the code, links that lead somewhere, commands that exist."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.admin.commands import COMMANDS as OF_OPERATORS
from infra.cli.commands import COMMANDS, parser
from infra.cli.parsing import Commands, fill
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


def commands(told: argparse.ArgumentParser, *words: str) -> Iterator[str]:
    """Each command that does something, with the groups that it is in."""
    groups = [action for action in told._actions if isinstance(action, Commands)]
    if not groups:
        yield " ".join(words)
    for name, below in [each for group in groups for each in group.choices.items()]:
        yield from commands(below, *words, name)


def tells(text: str, command: str) -> bool:
    """Whether a page tells of it as something to type: whole, or in backticks what stands behind `tributary admin`."""
    short = command.removeprefix("admin ")
    return bool(re.search(rf"(\btributary {command}|`{short}|… {short})(?![\w-])", text))


def test_every_command_of_an_operator_is_told_on_their_page_and_every_other_somewhere() -> None:
    whole = parser()
    fill(whole)
    known = sorted(set(commands(whole)))
    assert {"admin connection edit", "platform new", "sync"} <= set(known)
    operating, text = (ROOT / "docs" / "operating.md").read_text(), "\n".join(page.read_text() for page in PAGES)
    assert [each for each in known if not tells(operating if each.startswith("admin ") else text, each)] == []


def test_a_command_that_no_page_tells_is_noticed() -> None:
    page = (
        "`tributary admin call list` says which; `failures retry`, `… report delete acme`. Show the plan of one call."
    )
    assert all(tells(page, each) for each in ("admin call list", "admin failures retry", "admin report delete"))
    assert not any(tells(page, each) for each in ("admin call show", "admin plan", "admin call lists", "report new"))


PATHS = re.compile(
    r"`((?:\.github|docs|functions|infra|shared|terraform|tests)/[\w./*-]*|\w[\w.-]*\.(?:md|yaml|toml|txt))[`#:]"
)
"""A file or a folder of ours, in backticks; `name.py:function` names a file, too."""
GUIDES = [
    ROOT / name
    for name in ("SECURITY.md", "CONTRIBUTING.md", "docs/glossary.md", "docs/where-is.md", "docs/where-to-look.md")
]


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_files_that_a_guide_names_exist(page: Path) -> None:
    named = {path for path in PATHS.findall(page.read_text()) if "NAME" not in path}
    assert named
    assert not [path for path in named if not list(ROOT.glob(path.rstrip("/")))]


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "What it costs", "When to look again"]


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem[:4])
def test_a_decision_says_what_was_weighed_and_when_to_look_again(record: Path) -> None:
    heading, *parts = re.split(r"^## ", record.read_text(), flags=re.MULTILINE)
    assert [part.partition("\n")[0] for part in parts] == PARTS
    assert all(part.partition("\n")[2].strip() for part in parts)
    assert re.match(rf"# {int(record.stem[:4])}\. \S", heading)
    assert re.search(
        r"^\*\*Status:\*\* (holds|replaced by \[\d+\]\(\S+\)) · \*\*Written:\*\* \d{4}-\d\d-\d\d$", heading, re.M
    )


def test_decisions_are_numbered_and_all_are_in_the_list() -> None:
    assert [int(record.stem[:4]) for record in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    listed = [(title, name) for title, name in re.findall(r"^\| \d+ \| \[(.+)\]\((\S+)\) \|", index, re.MULTILINE)]
    titles = [record.read_text().partition("\n")[0].partition(". ")[2] for record in DECISIONS]
    assert listed == [(title, record.name) for title, record in zip(titles, DECISIONS, strict=True)]


def test_no_page_argues_with_what_cannot_be_read_here() -> None:
    """Nor with what stood in a design of before: what was decided otherwise is a record."""
    for page in PAGES:
        assert not re.search(r"\b[Tt]he (first |original )?design\b", page.read_text()), page.name


def test_log_lines_to_look_for_are_written_and_their_alarms_are_ours() -> None:
    page = (ROOT / "docs" / "where-to-look.md").read_text()
    code = "\n".join(path.read_text() for path in [*ROOT.glob("shared/**/*.py"), *ROOT.glob("functions/*/main.py")])
    alarms = (ROOT / "terraform" / "alarms.tf").read_text()
    (table,) = re.findall(r"\| log line \|.*\n((?:\|.*\n)+)", page)
    rows = [row.split("|")[1:3] for row in table.splitlines()[1:]]
    assert len(rows) == 5
    for lines, alarm in rows:
        assert f'"{alarm.strip()}"' in alarms
        for line in re.findall(r"`([^`]+)`", lines):
            assert f'"{line}"' in code, line
            assert f'"{line}"' in alarms, line
    beside = ["slices nudged", "connection not looked at", "unknown platform", "lease lost; another worker carries on"]
    beside += ["asked another way", "waiting", "pages wait for their slice", "pages without a slice closed"]
    for line in beside:
        assert f"`{line}`" in page
        assert f'"{line}"' in code, line
