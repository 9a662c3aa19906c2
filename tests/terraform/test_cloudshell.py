"""docs/cloudshell.md is a tutorial that Cloud Shell can show, and what it has people type exists."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.terraform.drawing import ROOT

PAGE = (ROOT / "docs" / "cloudshell.md").read_text()
# https://cloud.google.com/shell/docs/cloud-shell-tutorials/directives-project-setup, …-cloud-shell-editor, and their
# neighbours (2026-11): what each may be told.
DIRECTIVES = {
    "walkthrough-tutorial-duration": {"duration"},
    "walkthrough-project-setup": {"billing"},
    "walkthrough-project-id": set[str](),
    "walkthrough-project-name": set[str](),
    "walkthrough-enable-apis": {"apis"},
    "walkthrough-editor-open-file": {"filepath"},
    "walkthrough-editor-select-regex": {"filepath", "regex"},
    "walkthrough-conclusion-trophy": set[str](),
}
ALONE = {"walkthrough-project-id", "walkthrough-project-name"}  # they stand for a text, and close themselves
# https://cloud.google.com/shell/docs/open-in-cloud-shell (2026-11)
OF_A_LINK = {
    "cloudshell_git_repo", "cloudshell_git_branch", "cloudshell_image", "cloudshell_open_in_editor", "cloudshell_print",
    "cloudshell_tutorial", "cloudshell_workspace", "ephemeral", "show",
}  # fmt: skip


class Directives(HTMLParser):
    """What is open at the end was never closed; what closes nothing is a mistake as well."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALONE, f"{tag} is closed by a tag of its own"
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def directives(page: str) -> list[tuple[str, dict[str, str]]]:
    reader = Directives()
    reader.feed(page)
    assert not reader.open, f"never closed: {reader.open}"
    return reader.found


def test_its_directives_are_those_of_cloud_shell() -> None:
    found = directives(PAGE)
    assert {"walkthrough-project-setup", "walkthrough-editor-open-file"} <= {name for name, _ in found}
    for name, told in found:
        assert name in DIRECTIVES, name
        assert set(told) <= DIRECTIVES[name], (name, told)


@pytest.mark.parametrize(
    "broken",
    [
        "<walkthrough-project-setup>",
        "</walkthrough-project-setup>",
        "<walkthrough-project-setup/>",
        "<walkthrough-project-setup></walkthrough-tutorial-duration>",
    ],
)
def test_a_directive_that_is_not_well_formed_is_noticed(broken: str) -> None:
    with pytest.raises(AssertionError):
        directives(PAGE + broken)


def test_it_has_one_title_and_each_step_has_a_heading() -> None:
    prose = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert PAGE.startswith("# ")
    assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1
    steps = re.findall(r"^## (.+)$", prose, re.MULTILINE)
    assert len(steps) == len(set(steps)) >= 8
    assert prose.rpartition("## ")[2].startswith("Congratulations")


def test_files_that_it_opens_exist() -> None:
    opened = [told["filepath"] for name, told in directives(PAGE) if "filepath" in told]
    copied = dict(re.findall(r"^cp -n (\S+) (\S+)$", PAGE, re.MULTILINE))
    made = {to: ROOT / origin for origin, to in copied.items()}
    assert opened
    for path in opened:
        assert made.get(path, ROOT / path).exists(), path


def typed() -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def test_every_command_of_it_stands_alone_so_that_one_click_types_it() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 10
    assert all(block.count("\n") == 1 for block in blocks)


def test_scripts_and_targets_and_modules_of_it_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", typed(), re.MULTILINE)) <= targets
    for script, words in re.findall(r"^(infra/\w+\.sh)(.*)$", typed(), re.MULTILINE):
        known = set(re.findall(r"^ +(--[a-z-]+)\)", (ROOT / script).read_text(), re.MULTILINE))
        assert set(re.findall(r"--[a-z-]+", words)) <= known, script
    for module in re.findall(r"-m (infra(?:\.\w+)+)", typed()):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_commands_of_terraform_are_those_of_the_documentation() -> None:
    deploy = (ROOT / "docs" / "deploy.md").read_text()
    for line in re.findall(r"^terraform .*$", typed(), re.MULTILINE):
        assert line.partition(" > ")[0] in deploy, line


@pytest.mark.parametrize("page", ["README.md", "docs/deploy.md"])
def test_it_is_opened_by_a_link(page: str) -> None:
    text = (ROOT / page).read_text()
    (link,) = re.findall(r"\(https://shell\.cloud\.google\.com/cloudshell/open\?([^)]+)\)", text)
    told = {name: values[0] for name, values in parse_qs(link, strict_parsing=True).items()}
    assert set(told) <= OF_A_LINK
    assert (ROOT / told["cloudshell_tutorial"]).read_text() == PAGE
    assert urlsplit(told["cloudshell_git_repo"]).hostname == "github.com"
    assert f"{told['cloudshell_git_repo']}.git" in (ROOT / "docs" / "deploy.md").read_text()
