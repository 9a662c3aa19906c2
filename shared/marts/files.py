"""Reads the files of `views/`: what each mart is, what its columns mean, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from shared.errors import Bug
from shared.vocabulary.columns import Column, columns
from shared.warehouse import names
from shared.warehouse.schema import STAGED

FOLDER = Path(__file__).parent / "views"

# Columns that many views have.
COMMON = {
    column.name: column
    for column in columns(
        """
        platform text Platform the numbers come from, such as google_ads
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


@dataclass(frozen=True)
class Mart:
    name: str
    description: str
    columns: tuple[Column, ...]
    query: str  # as the file has it

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
    parts = _FILE.fullmatch(text)
    if parts is None:
        raise Bug("bad-mart", f"The file of {name} does not begin with its description and its columns.")
    says = " ".join(line.removeprefix("--").strip() for line in parts["says"].splitlines())
    return Mart(names.table_name(name), says, tuple(_columns(parts["columns"])), parts["query"].strip())


def _columns(text: str) -> Iterable[Column]:
    for entry in re.split(r";\s|\n", text):
        word = entry.strip().rstrip(";")
        if _BARE.fullmatch(word):
            yield COMMON[word]
        else:
            yield from columns(word)
