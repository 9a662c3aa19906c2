"""A module with one line of it written otherwise, for as long as a mutant lives.

The code of its functions is exchanged, and nothing else: whoever imported them before has the mutant, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any


@contextmanager
def rewritten(module: ModuleType, old: str, new: str) -> Iterator[None]:
    """`old` stands once in its source."""
    path = Path(str(module.__file__))
    source = path.read_text()
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {path.name}"
    mutant = ModuleType(module.__name__)
    mutant.__file__ = module.__file__
    exec(compile(source.replace(old, new), str(path), "exec"), mutant.__dict__)
    theirs, ours = dict(_functions(mutant)), dict(_functions(module))
    before = {name: function.__code__ for name, function in ours.items()}
    changed = [name for name in ours if name in theirs and theirs[name].__code__ != before[name]]
    assert changed, f"{new!r} changes no function"
    try:
        for name in changed:
            ours[name].__code__ = theirs[name].__code__
        yield
    finally:
        for name in changed:
            ours[name].__code__ = before[name]


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield name, value
        if isinstance(value, type) and value.__module__ == module.__name__:
            for inner, method in vars(value).items():
                plain: Any = method.fget if isinstance(method, property) else method
                if isinstance(plain, FunctionType) and plain.__code__.co_filename == str(module.__file__):
                    yield f"{name}.{inner}", plain
