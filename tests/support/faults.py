"""Things that go wrong, on purpose: a worker is killed before or after its n-th side effect.

A kill is a BaseException, so nothing in the code under test can catch it, as nothing catches a lost machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Killed(BaseException):
    pass


# Every call that changes the world, store by store. What only reads needs no entry.
EFFECTS = {
    "documents": {"transact", "create", "create_missing", "set", "delete"},
    "bus": {"publish"},
    "objects": {"write", "delete"},
    "vault": {"add", "append", "retire", "delete"},
    "http": {"send"},
    "receiver": {"post"},  # of webhooks
    "warehouse": {"prepare", "stage", "apply", "discard"},
    "marts": {"write"},
    "bigquery": {
        "create_dataset",
        "update_dataset",
        "delete_dataset",
        "create_table",
        "update_table",
        "delete_table",
        "query",
    },
}


@dataclass
class Fate:
    """Counts side effects and kills at the one it is told; `before` or after it happened."""

    at: int | None = None
    before: bool = True
    count: int = 0
    seen: list[str] = field(default_factory=list)
    killed: bool = False
    also: Callable[[str, str], None] | None = None  # called around every effect: random faults hook in here

    def meet(self, what: str, act: Callable[[], Any]) -> Any:
        mine, self.count = self.count, self.count + 1
        self.seen.append(what)
        if mine == self.at and self.before:
            self.killed = True
            raise Killed(what)
        if self.also is not None:
            self.also("before", what)
        result = act()
        if mine == self.at:
            self.killed = True
            raise Killed(what)
        if self.also is not None:
            self.also("after", what)
        return result


@dataclass
class Fragile:
    """A store whose every side effect first meets its fate."""

    inner: Any
    name: str
    fate: Fate

    def __getattr__(self, method: str) -> Any:
        found = getattr(self.inner, method)
        if method not in EFFECTS[self.name]:
            return found

        def act(*args: Any, **named: Any) -> Any:
            return self.fate.meet(f"{self.name}.{method}", lambda: found(*args, **named))

        return act
