"""Reads the files of `views/`, with what the platforms contribute: what each mart is, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from shared.errors import Bug
from shared.marts import parts
from shared.marts.parts import Arm
from shared.platforms import PLATFORMS
from shared.vocabulary.columns import Column, columns
from shared.warehouse import names
from shared.warehouse.schema import STAGED

FOLDER = Path(__file__).parent / "views"

# A sentence of the header of a mart whose rows are about single people.
PERSONAL = "A row is about one person, so it is never published."

# Columns that many views have.
COMMON = {
    column.name: column
    for column in columns(
        """
        platform text Platform the numbers come from
        account_id text Account id on the platform
        campaign_id text Campaign id on the platform
        currency text Currency of the amounts
        reporting_currency text Currency of the workspace
        rate_date date Day of the exchange rate, or the day itself where nothing was to be converted
        """
    )
} | {column.name: column for column in STAGED}

_FILE = re.compile(r"(?P<says>(--[^\n]*\n)+)/\*(?P<columns>.*?)\*/\n(?P<query>.*)", re.DOTALL)
_SPACES = "raw|history|marts|shared"
USED = re.compile(rf"\b(?P<space>{_SPACES})\.(?P<table>[a-z][a-z0-9_]*)")
_BARE = re.compile(r"[a-z_]+")
_SAID = re.compile(r"^(?P<what>level|apart): (?P<value>.*)\n?", re.MULTILINE)


@dataclass(frozen=True)
class Mart:
    name: str
    description: str
    columns: tuple[Column, ...]
    query: str  # plain GoogleSQL, but for the names of datasets and the settings of the workspace
    # What tells a row from all others, or from all that tell the same columns (empty: nothing does).
    level: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()  # what has to be one before rows are added up

    @property
    def is_personal(self) -> bool:
        """Whether its rows are about single people: then it is asked live, and never published."""
        return PERSONAL in self.description

    @cached_property
    def uses(self) -> frozenset[tuple[str, str]]:
        """Space and table of all that it reads."""
        return frozenset((found["space"], found["table"]) for found in USED.finditer(self.query))

    def tables(self, *spaces: str) -> set[str]:
        return {table for space, table in self.uses if space in spaces}


@cache
def all_marts() -> tuple[Mart, ...]:
    """In an order in which each finds what it reads."""
    found = {path.stem: read(path.stem, path.read_text()) for path in sorted(FOLDER.glob("*.sql"))}
    order = TopologicalSorter({name: sorted(mart.tables("marts")) for name, mart in sorted(found.items())})
    return tuple(found[name] for name in order.static_order())


def read(name: str, text: str) -> Mart:
    found = _FILE.fullmatch(parts.repeated(text))
    if found is None:
        raise Bug("bad-mart", f"The file of {name} does not begin with its description and its columns.")
    query = found["query"].strip()
    taken = parts.taken(query)
    arms = [arm for group in taken for arm in parts.arms(group)]
    says = [parts.sentences(found["says"]), *(f"{arm.title}: {arm.says}" for arm in arms if arm.says)]
    tells = {arm.platform for group, named in taken.items() if "platform" in named for arm in parts.arms(group)}
    if tells:
        says.append(f"Told by {', '.join(PLATFORMS[each].title for each in PLATFORMS if each in tells)}.")
    columns = tuple(_noted(_columns(_SAID.sub("", found["columns"])), arms))
    declared = {said["what"]: said["value"] for said in _SAID.finditer(found["columns"])}
    level, apart = (_named(declared.get(what, ""), columns) for what in ("level", "apart"))
    return Mart(names.table_name(name), " ".join(says), columns, parts.woven(query), level, apart)


def _named(text: str, columns: Iterable[Column]) -> tuple[str, ...]:
    named = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := set(named) - {column.name for column in columns}:
        raise Bug("bad-mart", f"A level names columns that the view does not have: {', '.join(sorted(unknown))}.")
    return named


def _noted(columns: Iterable[Column], arms: Sequence[Arm]) -> Iterable[Column]:
    """Each with what it means on platforms where it means something of its own."""
    left = {note for arm in arms for note in arm.notes}
    for column in columns:
        said = [f"{arm.title}: {arm.notes[column.name]}" for arm in arms if column.name in arm.notes]
        left.discard(column.name)
        yield replace(column, meaning=". ".join([column.meaning, *said]))
    if left:
        raise Bug("bad-mart", f"An arm describes columns that the view does not have: {', '.join(sorted(left))}.")


def _columns(text: str) -> Iterable[Column]:
    for entry in re.split(r";\s|\n", text):
        word = entry.strip().rstrip(";")
        if _BARE.fullmatch(word):
            yield COMMON[word]
        else:
            yield from columns(word)
