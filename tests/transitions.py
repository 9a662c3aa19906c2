"""Where the code gives a thing another state, found in its syntax, and what docs/states.md says of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from shared import model, states
from shared.alarms.alarm import Alarm
from shared.hooks.delivery import Delivery
from shared.letters.letter import Letter

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "states.md"
FOLDERS = ("shared", "functions", "infra/admin", "infra/state")  # what writes documents of the engine
DECLARED = ("shared/model.py", "shared/states.py")
ASKING = {"_slices_of", "_of", "get"}  # calls that look for things in a state, or count them
# Things that have a state, each with the heading of its picture. One that is made without a word has the first state.
THINGS = {
    model.Slice: "A slice",
    model.Run: "A run",
    model.Page: "A page",
    model.Batch: "A batch",
    model.Connection: "A connection",
    model.PlatformCall: "A call of a platform",
    model.AccessWish: "A wish about access",
    model.Workspace: "A workspace",
    Letter: "A letter",
    Alarm: "An alarm",
    Delivery: "A delivery to a webhook",
}
FIRST = {kind.__name__: next(f.default for f in fields(kind) if f.name == "state") for kind in THINGS}


class Set(NamedTuple):
    """A state that is set, and the file:function that does. Both are empty where it is handed on from a caller."""

    kind: str
    state: str
    where: str


class Step(NamedTuple):
    """A row of the page. `before` is empty where the thing begins, `after` where it ends."""

    kind: str
    before: str
    after: str
    where: str


def set_in_code() -> set[Set]:
    found = set[Set]()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if name not in DECLARED:
                found |= set(set_in(path.read_text(), name))
    return found


def set_in(text: str, file: str) -> Iterator[Set]:
    return _walk(ast.parse(text), file, "")


def _walk(node: ast.AST, file: str, function: str) -> Iterator[Set]:
    """Whatever names a state and neither compares it nor asks for it. Functions within a function belong to it."""
    if isinstance(node, ast.FunctionDef) and not function:
        function = node.name
    if isinstance(node, ast.Compare) or _asks(node):
        return
    where = f"{file}:{function}"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        words = getattr(states, node.value.id, None) if node.value.id.endswith("State") else None
        if words is not None:
            yield Set(node.value.id, words[node.attr].value, where)
    made = FIRST.get(node.func.id) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
    if made is not None and not any(each.arg == "state" for each in getattr(node, "keywords", ())):
        yield Set(type(made).__name__, made.value, where)
    for value in _written(node):
        if not any(isinstance(each, ast.Attribute) and each.attr.isupper() for each in ast.walk(value)):
            yield Set("", "", where)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, file, function)


def _asks(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ASKING
    if not isinstance(node, ast.Tuple) or not node.elts:
        return False
    field = node.elts[0]  # ("state", "==", …) of a query
    return len(node.elts) == 3 and isinstance(field, ast.Constant) and field.value == "state"


def _written(node: ast.AST) -> Iterator[ast.expr]:
    """Values of a keyword `state` and of an item "state"."""
    if isinstance(node, ast.keyword) and node.arg == "state":
        yield node.value
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant) and name.value == "state":
                yield value


def pictures() -> dict[str, set[tuple[str, str]]]:
    """Kind of state → the arrows that are drawn."""
    found = {}
    for kind, text in _sections().items():
        (drawing,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", text, re.DOTALL)
        found[kind] = {(_end(before), _end(after)) for before, after in re.findall(r"(\S+) --> (\S+)", drawing)}
    return found


def steps() -> list[Step]:
    found = list[Step]()
    for kind, text in _sections().items():
        for before, after, where in re.findall(r"^\| ([^|]*) \| ([^|]*) \| [^|]+ \| `([^`]+)` \|$", text, re.MULTILINE):
            found += [Step(kind, each.strip(), after.strip(), where) for each in before.split(",")]
    return found


def _sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", PAGE.read_text(), flags=re.MULTILINE)
    by_title = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {type(FIRST[kind.__name__]).__name__: by_title[title] for kind, title in THINGS.items()}


def _end(name: str) -> str:
    return "" if name == "[*]" else name
