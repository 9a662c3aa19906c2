"""Rows of a platform, and the truth about them: what a full correct read must find, and what is gone.

Rows are immutable: an edit puts a new row in place of the old one. That is what lets a table know, for itself and
for the tables derived from it, which records just vanished.
"""

from bisect import bisect_right
from collections.abc import Callable, Container, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

Record = dict[str, Any]
Key = tuple[Any, ...]
Row = TypeVar("Row")
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Truth:
    """`present`: what a full read finds now. `gone`: what it once found and never will again."""

    present: list[Record]
    gone: list[Record]


class Rows(Protocol):
    """What `truth()` needs of a table. `accounts`: only their rows; None: all there are."""

    name: str

    def truth(self, accounts: Container[str] | None = None) -> Truth: ...


@dataclass(frozen=True)
class View(Generic[Row]):
    """Rows in one order, to be paged by position or by key."""

    rows: list[Row]
    keys: list[Key]

    def after(self, last: Key | None, limit: int) -> tuple[list[Row], Key | None]:
        """The rows behind `last`, and the key to go on from when there are more."""
        start = bisect_right(self.keys, last) if last is not None else 0
        rows = self.rows[start : start + limit]
        more = start + limit < len(self.rows)
        return rows, self.keys[start + limit - 1] if more else None


def ordered(rows: Iterable[Row], by: Callable[[Row], Key]) -> View[Row]:
    pairs = sorted(((by(row), index, row) for index, row in enumerate(rows)), key=lambda pair: pair[:2])
    return View([row for _, _, row in pairs], [key for key, _, _ in pairs])


class Table(Generic[Row]):
    """Rows by key, grouped by parent, in the order they arrived."""

    def __init__(
        self,
        name: str,
        key: Callable[[Row], Key],
        render: Callable[[Row], Record],
        parent: Callable[[Row], str] = lambda _: "",
        whole: Callable[[Row], Record] | None = None,
        truthful: bool = True,
        account: Callable[[Row], str] | None = None,
    ) -> None:
        self.name = name
        self.key, self.parent = key, parent
        self.render = render  # as the API shows a row
        self.whole = whole or render  # as truth() shows it: with the ids of its parents
        self.truthful = truthful  # False: kept for derived tables only, no stream of its own
        self.account = account  # whose row it is, behind a login with several accounts: `account_id` in the truth
        self.rows: dict[Key, Row] = {}
        self.groups: dict[str, dict[Key, Row]] = {}
        self.sequence: dict[Key, int] = {}
        self.gone: dict[Key, Record] = {}
        self.watchers: list[Callable[[Row | None, Row | None], None]] = []
        self._kept: dict[Hashable, tuple[int, Any]] = {}
        self._version = 0
        self._arrived = 0

    def put(self, row: Row) -> Row:
        key = self.key(row)
        old = self.rows.get(key)
        if old is None:
            self._arrived += 1
            self.sequence[key] = self._arrived
            if self.gone:
                self.gone.pop(key, None)
        self.rows[key] = row
        self.groups.setdefault(self.parent(row), {})[key] = row
        self._version += 1
        for watch in self.watchers:
            watch(old, row)
        return row

    def remove(self, key: Key) -> None:
        row = self.rows[key]
        if self.truthful:
            self.gone[key] = self.told(row)
        for watch in self.watchers:
            watch(row, None)
        del self.rows[key], self.sequence[key]
        del self.groups[self.parent(row)][key]
        self._version += 1

    def remove_of(self, parent: str) -> list[Row]:
        """A parent vanished, and its rows with it."""
        rows = list(self.of(parent))
        for row in rows:
            self.remove(self.key(row))
        return rows

    def of(self, parent: str) -> list[Row]:
        return list(self.groups.get(parent, {}).values())

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self.rows.values()))

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, key: Key) -> bool:
        return key in self.rows

    def __getitem__(self, key: Key) -> Row:
        return self.rows[key]

    def cached(self, name: Hashable, build: Callable[[], Kept]) -> Kept:
        """Build a sorted, filtered list once and keep it until any row changes: the next pages only slice."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != self._version:
            if len(self._kept) > 64:
                self._kept.clear()
            kept = self._kept[name] = (self._version, build())
        value: Kept = kept[1]
        return value

    def arrival(self, row: Row) -> Key:
        """A sort key: the order in which rows were made."""
        return (self.sequence[self.key(row)],)

    def told(self, row: Row) -> Record:
        """A row as truth() shows it, with whose it is."""
        return self.whole(row) if self.account is None else {"account_id": self.account(row)} | self.whole(row)

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        return Truth(of((self.told(row) for row in self), accounts), of(self.gone.values(), accounts))


def of(records: Iterable[Record], accounts: Container[str] | None) -> list[Record]:
    """The records of these accounts. One that names no account belongs to all."""
    return [
        record
        for record in records
        if accounts is None or "account_id" not in record or record["account_id"] in accounts
    ]


class Numbers:
    """The highest number any row of a table ever had, so that a new one can be told apart."""

    def __init__(self, table: Table[Row], number: Callable[[Row], int]) -> None:
        self.highest = -1

        def look(_: Row | None, new: Row | None) -> None:
            if new is not None:
                self.highest = max(self.highest, number(new))

        table.watchers.append(look)

    def fresh(self) -> int:
        return self.highest + 1


class Derived(Generic[Row]):
    """A stream whose records are parts of another table's rows."""

    def __init__(
        self, name: str, key: tuple[str, ...], source: Table[Row], explode: Callable[[Row], list[Record]]
    ) -> None:
        self.name, self.key, self.source, self.explode = name, key, source, explode
        self.gone: dict[Key, Record] = {}
        source.watchers.append(self._watch)

    def _watch(self, old: Row | None, new: Row | None) -> None:
        if old is None and not self.gone:
            return  # a first load only adds
        after = {self._key(record) for record in self._of(new)} if new is not None else set()
        for record in self._of(old) if old is not None else []:
            if self._key(record) not in after:
                self.gone[self._key(record)] = record
        for key in after:
            self.gone.pop(key, None)

    def _key(self, record: Record) -> Key:
        return tuple(record[name] for name in self.key)

    def _of(self, row: Row) -> list[Record]:
        account = self.source.account
        return [{"account_id": account(row)} | record if account else record for record in self.explode(row)]

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        present = [record for row in self.source for record in self._of(row)]
        return Truth(of(present, accounts), of(self.gone.values(), accounts))


def field(*names: str) -> Callable[[Record], Key]:
    """The key of a row that is a plain record."""
    return lambda row: tuple(row[name] for name in names)


def text(name: str) -> Callable[[Record], str]:
    """The parent of a row that is a plain record."""
    return lambda row: str(row[name])


def without(*names: str) -> Callable[[Record], Record]:
    """Show a row without the ids that the platform leaves to the address of the call."""
    return lambda row: {name: value for name, value in row.items() if name not in names}


def as_is(row: Record) -> Record:
    return row
