"""What rows and staged pages of a connection say of one person, cleared wherever it stands.

Rows stay, with what they count and add up to. A page keeps its lines, so that it loads as it did; a replay brings back
the cleared ones.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from google.api_core.exceptions import NotFound
from xxhash import xxh3_128_hexdigest

from shared.model import Connection
from shared.stores.holdings import Holdings
from shared.stores.ports import Staged
from shared.vocabulary.demands import Personal
from shared.vocabulary.platform import Platform
from shared.warehouse import clearing, names

EXTRA = "_extra"  # what no column names may be anybody's
AT_ONCE = 1_000  # records in one statement


@dataclass(frozen=True)
class Persons:
    holdings: Holdings
    platform: Platform
    connection: Connection
    person: str
    records: Sequence[str]

    @property
    def home(self) -> str:
        """How the names of its pages begin."""
        return f"{self.connection.workspace}/raw/{self.platform.name}/"

    def clear_tables(self) -> dict[str, int]:
        """Current rows and their history; how many rows of which table hold nothing of the person any more."""
        found = dict[str, int]()
        for stream, personal in self.platform.persons.items():
            table = self.platform.table(stream)
            for dataset in (names.raw(self.connection.workspace), names.history(self.connection.workspace)):
                if rows := self._clear_table(dataset, table, personal):
                    found[f"{dataset}.{table}"] = rows
        return found

    def rows(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The current rows about the person, with their table, for whoever has to show them."""
        raw = names.raw(self.connection.workspace)
        for stream, personal in self.platform.persons.items():
            table = self.platform.table(stream)
            address = names.address(self.holdings.settings.project, raw, table)
            for which in self._which(personal) if self._columns(raw, table) else ():
                sql = clearing.shown(address, self.connection.id, which)
                yield from ((table, row) for row in self._asked(sql))

    def clear_pages(self, after: str) -> Iterator[tuple[dict[str, int], str]]:
        """Page by page in the order of their names: lines cleared, and how far that is. `after`: go on from there."""
        tables = {self.platform.table(stream): personal for stream, personal in self.platform.persons.items()}
        for staged in self.holdings.objects.list(self.home):
            personal = tables.get(staged.metadata.get("table", ""))
            ours = staged.metadata.get("connection") == self.connection.id
            if personal is not None and ours and staged.name > after:
                lines = self._clear_page(staged, personal)
                yield ({"lines of pages": lines} if lines else {}), staged.name

    # -- tables ----------------------------------------------------------------------------------------

    def _clear_table(self, dataset: str, table: str, personal: Personal) -> int:
        there = self._columns(dataset, table)
        if not there:
            return 0
        known = {name: there[name] == "REPEATED" for name in (*personal.clears, EXTRA) if name in there}
        within = {column: field for column, field in personal.within.items() if column in there}
        count = 0
        for which in self._which(personal):
            address = names.address(self.holdings.settings.project, dataset, table)
            count += next(iter(self._asked(clearing.counted(address, self.connection.id, which)))).n
            self._asked(clearing.cleared(address, self.connection.id, which, known, within))
        return count

    def _columns(self, dataset: str, table: str) -> dict[str, str]:
        """Each with its mode; none: there is no such table, because nothing of it was ever read."""
        try:
            found = self.holdings.bigquery.get_table(f"{self.holdings.settings.project}.{dataset}.{table}")
        except NotFound:
            return {}
        return {field.name: field.mode for field in found.schema}

    def _which(self, personal: Personal) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Column and values by which rows are the person's."""
        name = personal.mail if "@" in self.person else personal.person
        if name and self.person:
            yield name, (self.person,)
        for start in range(0, len(self.records) if personal.record else 0, AT_ONCE):
            yield personal.record, tuple(self.records[start : start + AT_ONCE])

    def _asked(self, sql: str) -> Iterable[Any]:
        found: Iterable[Any] = self.holdings.bigquery.query_and_wait(sql)
        return found

    # -- pages -----------------------------------------------------------------------------------------

    def _clear_page(self, staged: Staged, personal: Personal) -> int:
        data = gzip.decompress(self.holdings.objects.read(staged.name))
        ids = [each.encode() for each in (self.person, *self.records) if each]
        if not any(each in data for each in ids):
            return 0
        lines, count = [], 0
        for line in data.splitlines():
            row = orjson.loads(line) if any(each in line for each in ids) else None
            if row is not None and self._is(row, personal):
                line, count = orjson.dumps(_without(row, personal)), count + 1
            lines.append(line)
        if count:
            packed = gzip.compress(b"\n".join(lines) + b"\n")
            self.holdings.objects.write(staged.name, packed, {**staged.metadata, "digest": xxh3_128_hexdigest(packed)})
        return count

    def _is(self, row: Mapping[str, Any], personal: Personal) -> bool:
        return any(row.get(column) in values for column, values in self._which(personal))


def _without(row: Mapping[str, Any], personal: Personal) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in personal.clears and name != EXTRA}
    for column, field in personal.within.items():
        if isinstance(kept.get(column), list):
            kept[column] = [
                {**each, field: None} if isinstance(each, dict) and field in each else each for each in kept[column]
            ]
    return kept
