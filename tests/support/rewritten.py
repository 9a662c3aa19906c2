"""A module with one line of it written otherwise, for as long as a mutant lives.

The code of its functions is exchanged, and nothing else: whoever imported them before has the mutant, too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest


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


def promises(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """Those that try things by chance come last: they take long to say what fails."""
    tests = [test for name, test in vars(module).items() if name.startswith("test_") and callable(test)]
    yield from sorted(tests, key=lambda test: getattr(test, "is_hypothesis_test", False))


def cases(test: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """The test's parameters, as pytest would give them."""
    found: list[dict[str, Any]] = [{}]
    for mark in (each for each in getattr(test, "pytestmark", []) if each.name == "parametrize"):
        names = [mark.args[0]] if isinstance(mark.args[0], str) else list(mark.args[0])
        names = [each.strip() for name in names for each in name.split(",")]
        rows = [row if len(names) > 1 else (row,) for row in mark.args[1]]
        found = [{**one, **dict(zip(names, row, strict=True))} for one in found for row in rows]
    yield from found


def notices(module: ModuleType, fixtures: Mapping[str, Callable[[], Any]]) -> str:
    """The first test of a module that fails; empty when all pass. `fixtures`: what makes their arguments."""
    for test in promises(module):
        for more in cases(test):
            with pytest.MonkeyPatch.context() as patch:
                known = {"monkeypatch": patch, **more}
                wanted = inspect.signature(test).parameters
                made = {name: make() for name, make in fixtures.items() if name in wanted}
                given = {name: value for name, value in {**known, **made}.items() if name in wanted}
                try:
                    test(**given)
                except BaseException:
                    return test.__name__
    return ""
