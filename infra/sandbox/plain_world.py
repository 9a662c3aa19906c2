"""The data of a plain REST platform: tables that are declared, rows that are invented, and one step of their life."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from infra.sandbox.invent import Dice, address, person
from infra.sandbox.records import Record, Table, field, text, without
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, offset

Field = Callable[["Drawn"], object]


@dataclass(frozen=True)
class Drawn:
    """What a field of a row is made of: chance, the number of the row in its table, and the moment."""

    dice: Dice
    number: int
    now: int


@dataclass(frozen=True)
class Records:
    """One kind of record. Each has an `id`, and besides it the `fields`, in their order.

    `parent`: the table on whose rows it hangs; the id of that row stands in the path, under the name `parent_id`, and
    not in the record. `changed`: the field that moves with every change; `since`: the parameter of the query that
    shows only what changed from a moment on. `edited`: the field that life gives another value.
    """

    name: str
    path: str
    fields: Mapping[str, Field]
    edited: str
    count: int = 3  # for each parent
    parent: str = ""
    parent_id: str = ""
    changed: str = ""
    since: str = ""


# -- how fields are invented -------------------------------------------------------------------------


def email(drawn: Drawn) -> str:
    return address(drawn.number, *person(drawn.number))


def full_name(drawn: Drawn) -> str:
    return " ".join(person(drawn.number))


def subject(drawn: Drawn) -> str:
    return f"{drawn.dice.subject()} {drawn.number}"


def one_of(*choices: str) -> Field:
    return lambda drawn: choices[drawn.dice.below(len(choices))]


def made(drawn: Drawn) -> str:
    """Some time in the last two years, the longer ago the lower its number."""
    return offset(drawn.now - 700 * DAY + min(drawn.number, 600) * DAY)


def moved(drawn: Drawn) -> str:
    """Some time in the last three months."""
    return offset(drawn.now - 60 - drawn.dice.below(90 * DAY))


# -- the world ---------------------------------------------------------------------------------------


class PlainWorld:
    def __init__(self, name: str, declared: Sequence[Records], seed: Seed) -> None:
        self.name, self.seed, self.now = name, seed, seed.now
        self.declared = {each.name: each for each in declared}
        self.numbers = dict.fromkeys(self.declared, 0)
        self.tables: list[Table[Record]] = [_table(each) for each in declared]
        self.by_name = {table.name: table for table in self.tables}
        for each in declared:
            for parent in self.parents(each):
                for _ in range(seed.count(each.name, each.count)):
                    self.add(each, parent)

    def parents(self, kind: Records) -> list[str]:
        """The ids of the rows that rows of this kind hang on; one without a name where they hang on none."""
        return [row["id"] for row in self.by_name[kind.parent]] if kind.parent else [""]

    def add(self, kind: Records, parent: str = "", **fields: object) -> Record:
        number = self.numbers[kind.name]
        self.numbers[kind.name] += 1
        drawn = Drawn(Dice(self.seed.seed, self.name, kind.name, number), number, self.now())
        above = {kind.parent_id: parent} if kind.parent else {}
        row = {**above, "id": drawn.dice.uuid(), **{name: make(drawn) for name, make in kind.fields.items()}, **fields}
        return self.by_name[kind.name].put(row)

    def edit(self, kind: Records, row: Record, dice: Dice) -> Record:
        """Another value for its field that life edits, of somebody new; the moment of change moves with it."""
        number = self.numbers[kind.name]
        self.numbers[kind.name] += 1
        value = kind.fields[kind.edited](Drawn(dice, number, self.now()))
        return self.by_name[kind.name].put(row | {kind.edited: value} | self._moved(kind))

    def remove(self, kind: Records, row: Record) -> None:
        """For good, with all that hangs on it."""
        for below in (each for each in self.declared.values() if each.parent == kind.name):
            for child in self.by_name[below.name].of(row["id"]):
                self.remove(below, child)
        table = self.by_name[kind.name]
        table.remove(table.key(row))

    def _moved(self, kind: Records) -> Record:
        return {kind.changed: offset(self.now())} if kind.changed else {}


def live(world: PlainWorld, dice: Dice, step: int) -> None:
    """Of each kind, below each parent: one comes, one changes, and one goes where enough are left."""
    for kind in world.declared.values():
        for parent in world.parents(kind):
            there = dice.pick(world.by_name[kind.name].of(parent), 2)
            if there:
                world.edit(kind, there[0], dice)
            if len(there) > 1 and (kind.parent or step % 3 == 0):
                world.remove(kind, there[1])
            world.add(kind, parent, **world._moved(kind))


def _table(kind: Records) -> Table[Record]:
    if not kind.parent:
        return Table(kind.name, field("id"), dict)
    names = (kind.parent_id, "id")
    return Table(kind.name, field(*names), without(kind.parent_id), text(kind.parent_id), dict)
