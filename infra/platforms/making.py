"""A platform made from templates: its folder, stand-in, records and pages, and its line wherever all are listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from keyword import iskeyword
from pathlib import Path
from string import Template

from infra.platforms.kinds import AUTH, PAGES

TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
TITLE = re.compile(r"[A-Z0-9][A-Za-z0-9.&-]*( [A-Za-z0-9.&-]+)*")
REGISTRY = "shared/platforms/__init__.py"
FIRST_COLUMNS = "tests/connectors/first_columns.txt"
LEAD_TIMES = "docs/apps/README.md"
COLUMNS = {
    "lists": "id name created_at",
    "contacts": "list_id id email name status created_at updated_at",
}


class CannotBeMade(Exception):
    """What was asked for cannot be made; nothing was written."""


@dataclass(frozen=True)
class Wanted:
    name: str
    title: str
    host: str
    pages: str
    auth: str

    def words(self, today: date) -> Mapping[str, str]:
        """What stands in the templates for each of their names."""
        plain = {"name": self.name, "title": self.title, "host": self.host, "today": today.isoformat()}
        kinds = {**PAGES[self.pages], **AUTH[self.auth]}
        return {**{word: Template(text).safe_substitute(plain) for word, text in kinds.items()}, **plain}


def check(wanted: Wanted, root: Path) -> None:
    """Raises CannotBeMade where the tree, the name, the title or the host is none that can be made of."""
    if not (root / FIRST_COLUMNS).exists():
        raise CannotBeMade("A platform is made in a clone of the project, where its tests and pages are.")
    for what, text, pattern, most in (
        ("name", wanted.name, NAME, 30),
        ("title", wanted.title, TITLE, 30),
        ("host", wanted.host, HOST, 90),
    ):
        if len(text) > most or not pattern.fullmatch(text):
            raise CannotBeMade(f"“{text[:60]}” is no {what}: {pattern.pattern}, of {most} letters at most.")
    if iskeyword(wanted.name):
        raise CannotBeMade(f"“{wanted.name}” is a word of Python.")
    modules = [f"infra/sandbox/{wanted.name}.py"]  # which a folder of that name would hide
    there = [path for path in (*modules, *(path for path, _ in files(wanted, date.min))) if (root / path).exists()]
    if there:
        raise CannotBeMade(f"{there[0]} is there already.")


def files(wanted: Wanted, today: date) -> Iterator[tuple[str, str]]:
    """Each file that is made, and what it holds."""
    words = wanted.words(today)
    for template in sorted(TEMPLATES.rglob("*.txt")):
        path = str(template.relative_to(TEMPLATES)).removesuffix(".txt").replace("NAME", wanted.name)
        yield path, Template(template.read_text()).safe_substitute(words).lstrip("\n")


def make(wanted: Wanted, root: Path, today: date) -> list[str]:
    """Write what is new, and add the platform where platforms are listed; the paths of all that."""
    check(wanted, root)
    written = []
    for path, text in files(wanted, today):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        written.append(path)
    listed = {REGISTRY: registered, FIRST_COLUMNS: with_columns, LEAD_TIMES: with_lead_time}
    for path, add in listed.items():
        (root / path).write_text(add((root / path).read_text(), wanted))
    return [*written, *listed]


def registered(text: str, wanted: Wanted) -> str:
    """The registry with one more platform: in what it imports and in what it lists."""
    return re.sub(
        r"(?<=\()\n((?: +\w+,\n)+)",
        lambda block: "\n" + "".join(sorted([*block[1].splitlines(keepends=True), _like(block[1], wanted.name)])),
        text,
    )


def _like(block: str, name: str) -> str:
    return f"{block[: len(block) - len(block.lstrip())]}{name},\n"


def with_columns(text: str, wanted: Wanted) -> str:
    return text + "".join(f"{wanted.name}_{stream}: {names}\n" for stream, names in COLUMNS.items())


def with_lead_time(text: str, wanted: Wanted) -> str:
    """The table of lead times with one more row, where its name belongs."""
    row = f"| [{wanted.title}]({wanted.name}.md) {AUTH[wanted.auth]['lead_time']}\n"
    lines = text.splitlines(keepends=True)
    rows = {
        number: found[1] for number, line in enumerate(lines) if (found := re.match(r"\| \[.+?\]\((\w+)\.md\)", line))
    }
    place = next((number for number, name in rows.items() if name > wanted.name), max(rows) + 1)
    return "".join([*lines[:place], row, *lines[place:]])


def to_fill_in(wanted: Wanted, root: Path) -> list[str]:
    """Where the author's word is waited for: file and line of each."""
    return [
        f"{path}:{number}"
        for path, _ in files(wanted, date.min)
        for number, line in enumerate((root / path).read_text().splitlines(), 1)
        if re.search(r"\b[Ff]ill in\b", line)
    ]
