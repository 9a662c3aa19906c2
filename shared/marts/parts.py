"""What the platforms contribute to the marts, and how it is woven into a query: what comes out is plain GoogleSQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import indent

from shared.errors import Bug
from shared.platforms import PLATFORMS

FOLDER = Path(__file__).parents[1] / "platforms"

# An amount of the fact `f` in the currency of the workspace, at the rate `r` of its day, and the day of that rate.
FORMULAS = (
    (
        re.compile(r"@converted\((?P<amount>[\w.]+)\)"),
        r"IF(f.currency = @currency, \g<amount>, \g<amount> * r.reporting_per_euro / r.currency_per_euro)",
    ),
    (re.compile(r"@converted_on\b"), "IF(f.currency = @currency, f.date, r.rate_date)"),
)

_FILE = re.compile(r"(?P<says>(--[^\n]*\n)*)(/\*(?P<notes>.*?)\*/\n)?(?P<query>.*)", re.DOTALL)
_ARMS = re.compile(r"(?P<indent> *)SELECT(?P<columns>[\w\s,]+)FROM arms\.(?P<name>\w+)")
_LAYER = re.compile(r"\blayers\.(?P<name>\w+)(\((?P<rows>[\w.]+)\))?")
_EACH = re.compile(r"^(?P<indent> *)each (?P<name>\w+): (?P<line>[^\n]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Arm:
    """What one platform contributes to one mart."""

    platform: str
    says: str  # what is special about it, for the description of the view
    notes: Mapping[str, str]  # what a column means there
    query: str

    @property
    def title(self) -> str:
        return PLATFORMS[self.platform].title


@cache
def arms(name: str) -> tuple[Arm, ...]:
    """All arms of this name, in the order of the platforms."""
    files = ((platform, FOLDER / platform / "marts" / f"{name}.sql") for platform in PLATFORMS)
    found = tuple(read(platform, path.read_text()) for platform, path in files if path.exists())
    if not found:
        raise Bug("bad-mart", f"No platform has an arm {name}.sql.")
    return found


def read(platform: str, text: str) -> Arm:
    parts = _FILE.fullmatch(text)
    if parts is None:  # never, because each piece may be left out
        raise Bug("bad-mart", f"This is no arm of {platform}.")
    notes = (line.strip().partition(" ") for line in (parts["notes"] or "").splitlines() if line.strip())
    return Arm(platform, sentences(parts["says"]), {name: note for name, _, note in notes}, parts["query"].strip())


def sentences(comment: str) -> str:
    return " ".join(line.removeprefix("--").strip() for line in comment.splitlines())


@cache
def layers() -> Mapping[str, str]:
    """The queries of all layers by their names. A platform has its own, or two share those of their family."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*/marts/layers/*.sql")):
        if path.stem in found:
            raise Bug("bad-mart", f"There are two layers {path.stem}.")
        found[path.stem] = read("", path.read_text()).query
    return found


def taken(query: str) -> dict[str, tuple[str, ...]]:
    """The names of the arms that a query reads, with the columns that it takes of each."""
    return {
        found["name"]: tuple(column.strip() for column in found["columns"].split(","))
        for found in _ARMS.finditer(query)
    }


def repeated(text: str) -> str:
    """With the lines that stand once for each platform written out."""

    def lines(found: re.Match[str]) -> str:
        made = (
            found["line"].replace("{platform}", arm.platform).replace("{title}", arm.title)
            for arm in arms(found["name"])
        )
        return "\n".join(found["indent"] + line for line in made)

    return _EACH.sub(lines, text)


def woven(query: str) -> str:
    """The query with all arms, layers and formulas in it."""
    whole = _Weaving()
    rest = whole.woven(query)
    if not whole.before:
        return rest
    before = ",\n".join(f"{name} AS (\n{indent(text, '  ')}\n)" for name, text in whole.before.items())
    own = rest.removeprefix("WITH ")
    return f"WITH {before}{',' if own != rest else ''}\n{own}"


@dataclass
class _Weaving:
    """What stands before one query, each once, in an order in which each finds what it reads."""

    before: dict[str, str] = field(default_factory=dict)

    def woven(self, query: str) -> str:
        for pattern, formula in FORMULAS:
            query = pattern.sub(formula, query)
        return _LAYER.sub(self._layer, _ARMS.sub(self._arms, query))

    def _arms(self, found: re.Match[str]) -> str:
        selects = []
        for arm in arms(found["name"]):
            name = f"{found['name']}__{arm.platform}"
            self.before[name] = self.woven(arm.query)
            selects.append(f"{found['indent']}SELECT{found['columns']}FROM {name}")
        return f"\n{found['indent']}UNION ALL\n".join(selects)

    def _layer(self, found: re.Match[str]) -> str:
        rows = found["rows"] or ""
        name = f"{found['name']}__{rows.replace('.', '_')}" if rows else found["name"]
        if name not in self.before:
            text = layers().get(found["name"])
            if text is None or ("@rows" in text) != bool(rows):
                raise Bug("bad-mart", f"No layer can be read as {found[0]}.")
            self.before[name] = self.woven(text.replace("@rows", rows))
        return name
