"""terraform/ read as text: enough of it to hold the drawing to the code where no Terraform is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TERRAFORM = ROOT / "terraform"


@dataclass(frozen=True)
class Block:
    """One function in main.tf."""

    name: str
    body: str

    def names(self, argument: str) -> set[str]:
        """A list of texts: `reads = ["slice-ready"]`."""
        found = re.search(rf"^ *{argument} *= *\[([^\]]*)\]", self.body, re.MULTILINE)
        return set(re.findall(r'"([^"]+)"', found[1])) if found else set()

    def text(self, argument: str) -> str:
        """What stands behind an argument, on its line."""
        found = re.search(rf"^ *{argument} *= *(.+)$", self.body, re.MULTILINE)
        return found[1] if found else ""

    @property
    def hears(self) -> bool:
        return bool(self.names("reads") or self.text("dead_letters"))

    def settings(self) -> set[str]:
        """Every environment variable that the function is given."""
        own = self.text("settings")
        named = {
            "local.connect": "place.tf",
            "local.console": "people.tf",
            "local.letters": "people.tf",
            "local.looks": "looking.tf",
            "local.opening": "opening.tf",
            "local.feed": "feeds.tf",
            "local.api": "api.tf",
        }
        given = variables(part(named[own], own.partition(".")[2]) if own in named else own)
        pushed = {"TRIBUTARY_PUSH_AUDIENCE", "TRIBUTARY_PUSH_IDENTITY"} if self.hears else set[str]()
        return given | pushed | variables(part("place.tf", "settings"))


def read(file: str) -> str:
    return (TERRAFORM / file).read_text()


def functions() -> dict[str, Block]:
    """The blocks of main.tf by name, in their order."""
    found = re.findall(r'^module "(\w+)" \{\n(.*?)^\}', read("main.tf"), re.MULTILINE | re.DOTALL)
    return {name: Block(name, body) for name, body in found}


def part(file: str, name: str) -> str:
    """The body of `name = { … }` in a file."""
    found = re.search(rf"^( *){name} *= *\{{\n(.*?)^\1\}}", read(file), re.MULTILINE | re.DOTALL)
    assert found, f"{name} is not in {file}"
    return found[2]


def variables(text: str) -> set[str]:
    return set(re.findall(r"\b((?:TRIBUTARY|GOOGLE)_[A-Z_]+) *=", text))


def listed(file: str, name: str, after: str = "") -> set[str]:
    """The texts of `name = […]` in a file; `after`: the first one behind the variable of that name."""
    text = read(file).partition(f'variable "{after}"')[2] if after else read(file)
    found = re.search(rf"\b{name} *= *\[([^\]]*)\]", text)
    assert found, f"{name} is not in {file}"
    return set(re.findall(r'"([^"]+)"', found[1]))
