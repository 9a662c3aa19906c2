"""Which names the code uses, outside tests. It is asked of the syntax, and by names alone: what shares its name with
something that is used passes, so nothing is called unused that is not."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.tools.docs import ROOT

ROOMS = ("shared", "infra", "functions")
NEW = Path("infra", "platforms")  # code that is text there becomes a platform
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def trees() -> dict[Path, ast.Module]:
    """The syntax of each file of ours but the tests."""
    files = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return {path.relative_to(ROOT): ast.parse(path.read_text()) for path in files}


@cache
def used() -> Counter[str]:
    """How often each name is used, in all of it and in what a new platform is made of."""
    found = Counter[str]()
    for tree in trees().values():
        found.update(names(tree))
    for path in (ROOT / NEW / "kinds.py", *(ROOT / NEW / "templates").rglob("*.txt")):
        found.update(re.findall(r"\w+", path.read_text()))
    return found


def names(piece: ast.AST) -> Counter[str]:
    """How often each name is used in this piece: read, called, asked of something, or imported."""
    found = Counter[str]()
    for node in ast.walk(piece):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[node.id] += 1
        elif isinstance(node, ast.Attribute):
            found[node.attr] += 1
        elif isinstance(node, ast.ImportFrom):
            found.update(alias.name for alias in node.names)
    return found


def defined(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The public functions, classes and constants of a module, with what defines each."""
    for node in tree.body:
        if isinstance(node, Named):
            found = [node.name]
        elif isinstance(node, ast.Assign):
            found = [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found = [node.target.id]
        else:
            found = []
        yield from ((name, node) for name in found if not name.startswith("_"))


def is_used(name: str, node: ast.AST) -> bool:
    """Whether anybody uses this name but the one whose it is. Python itself calls what stands between double lines."""
    return name.startswith("__") or used()[name] > names(node)[name]


def said(tree: ast.Module) -> set[str]:
    """The log lines that a file writes. One in a function that nobody uses is never written."""
    return {
        str(ast.literal_eval(node.args[0]))
        for node in _reached(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"log.info", "log.warning", "log.failure"}
    }


def _reached(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Named) or is_used(child.name, child):
            yield child
            yield from _reached(child)
