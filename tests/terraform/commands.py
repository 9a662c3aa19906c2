"""Commands of Google's tools that the documentation and the scripts name, read out of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from tests.terraform.drawing import ROOT

PAGES = (
    "docs/apps/README.md",
    "docs/apps/google_ads.md",
    "docs/apps/google_analytics.md",
    "docs/cloudshell.md",
    "docs/deploy.md",
    "docs/disaster-recovery.md",
    "docs/operating.md",
    "docs/upgrades.md",
    "terraform/README.md",
)
SCRIPTS = ("infra/bootstrap.sh", "infra/trial/project.sh", "infra/trial/checks.sh", "cloudbuild.yaml")
STARTS = re.compile(r"\b(gcloud|bq)(?= [a-z-])")


@dataclass(frozen=True)
class Command:
    """`words` are the tool, its groups and its command, and what they are given; `flags` without their values."""

    where: str
    tool: str
    words: tuple[str, ...]
    flags: frozenset[str]


def named() -> list[Command]:
    found = [command for page in PAGES for command in _commands(page, _blocks((ROOT / page).read_text()))]
    return found + [command for script in SCRIPTS for command in _commands(script, (ROOT / script).read_text())]


def _blocks(page: str) -> str:
    """What is to be typed: fenced blocks, and the commands within a sentence."""
    fenced = re.findall(r"^ *```sh\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^ *```.*?^ *```", "", page, flags=re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`((?:gcloud|bq) [^`]+)`", prose)
    return "\n".join([*fenced, *(" ".join(each.split()) for each in inline)])


def _commands(where: str, text: str) -> Iterator[Command]:
    text = re.sub(r" *\\\n(?:# +)?", " ", text)
    for line in text.splitlines():
        for start in STARTS.finditer(line):
            words = _words(line[start.start() :])
            if len(words) > 1:
                given = tuple(word for word in words[1:] if not word.startswith("-"))
                yield Command(
                    where, words[0], given, frozenset(w.partition("=")[0] for w in words if w.startswith("--"))
                )


def _words(line: str) -> list[str]:
    """Up to the end of the command: a comment, a bracket that closes around it, or what follows."""
    whole = re.sub(r'"\$\([^"]*\)[^"]*"|\$\([^)]*\)', "SOMEBODY", line.partition(" # ")[0])
    words: list[str] = []
    tokens = shlex.shlex(whole, posix=True, punctuation_chars="();|&<>")
    tokens.whitespace_split, tokens.commenters = True, ""
    try:
        for token in tokens:
            if set(token) <= set("();|&<>"):
                break
            words.append(token)
    except ValueError:  # a quotation mark that closes around the command
        pass
    return words
