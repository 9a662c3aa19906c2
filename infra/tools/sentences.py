"""The sentences that problems and refusals are made with, out of the code: constant, or with values in them.

`f"{title} asks us to slow down."` becomes the text “%(title)s asks us to slow down.”; the page finds it again by what
stands between its gaps (`shared/tongue/sentences.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "shared"
# Where the problems are made that pages show.
ROOMS = (
    "access", "audit", "calls", "console", "http.py", "keys/digests.py", "keys/keyring.py", "feeds/register.py", "kit",
    "looking", "managing", "oauth", "opening", "parsing.py", "people", "platforms", "questions", "reading", "rows",
    "stores", "sync", "vocabulary",
)  # fmt: skip
NAMED = frozenset({"sentence", "warning", "closed", "missing", "denied"})  # arguments and entries that hold one
NO_NAMES = frozenset({"join", "sorted", "len", "str", "format", "repr", "max", "min", "set", "list"})
PROBLEM = "Problem"
BESIDES = frozenset({"Refusal", "Refused", "Unfit", "Taken"})  # sentences that are raised or shown beside problems


@dataclass(frozen=True, slots=True)
class Made:
    """A sentence, and where it is made. `text` is empty where it cannot be told from the code what it says."""

    text: str
    path: Path
    line: int


def sentences() -> Iterator[Made]:
    kinds = kinds_with_sentences()
    for path in files():
        tree = parsed(path)
        for node in ast.walk(tree):
            for expression in _said(node, kinds):
                texts = texts_of(expression, path)
                for text in texts or ("",):
                    yield Made(text, path, expression.lineno)


def files() -> Iterator[Path]:
    for room in ROOMS:
        place = SHARED / room
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def kinds_with_sentences() -> Mapping[str, int]:
    """Problem, and what is derived from it; and whatever else has a field `sentence`: at which place it is given."""
    found, bases = dict.fromkeys((PROBLEM, *BESIDES), 1), dict[str, set[str]]()
    for path in SHARED.rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                found |= _handed_on(node)
            if not isinstance(node, ast.ClassDef):
                continue
            bases.setdefault(node.name, set()).update(base.id for base in node.bases if isinstance(base, ast.Name))
            place = _place(node)
            if place is not None:
                found.setdefault(node.name, place)
    while more := {name for name, of in bases.items() if of & found.keys() and name not in found}:
        found |= {name: min(found[each] for each in bases[name] & found.keys()) for name in more}
    return found


def _handed_on(function: ast.FunctionDef) -> Mapping[str, int]:
    """A function that makes a problem of a sentence that it is given."""
    names = [each.arg for each in function.args.args]
    places = [names.index(name) for name in NAMED if name in names and names[0] != "self"]
    return {function.name: places[0]} if places and not function.name.startswith("__") else {}


def _place(kind: ast.ClassDef) -> int | None:
    for node in kind.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            names = [each.arg for each in node.args.args]
            return names.index("sentence") - 1 if "sentence" in names else None
    fields = [
        each.target.id for each in kind.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
    return fields.index("sentence") if "sentence" in fields else None


def _said(node: ast.AST, kinds: Mapping[str, int]) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign) and any(_names(target, "SENTENCES") for target in node.targets):
        yield node.value
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in NAMED:
                yield value
    if not isinstance(node, ast.Call):
        return
    yield from (each.value for each in node.keywords if each.arg in NAMED)
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in BESIDES:
        yield from (each.value if isinstance(each, ast.Starred) else each for each in node.args[:3])
        yield from (each.value for each in node.keywords if each.arg in {"text", "todo", "heading"})
    elif name in kinds:
        whole = [each.value for each in node.args if isinstance(each, ast.Starred)]
        yield from whole or node.args[kinds[name] : kinds[name] + 1]


def texts_of(said: ast.expr, path: Path) -> tuple[str, ...]:
    """What it can say, as texts of the catalogue."""
    return tuple(dict.fromkeys(text for text in _texts(said, path, 0) if " " in text))


def _texts(said: ast.expr, path: Path, depth: int) -> Iterator[str]:
    if depth > 4:
        return
    if isinstance(said, ast.Constant):
        if isinstance(said.value, str):
            yield said.value
    elif isinstance(said, ast.JoinedStr):
        yield from _with_gaps(said)
    elif isinstance(said, ast.IfExp):
        yield from (text for part in (said.body, said.orelse) for text in _texts(part, path, depth))
    elif isinstance(said, (ast.BoolOp, ast.Dict)):
        yield from (text for part in said.values for text in _texts(part, path, depth))
    elif isinstance(said, ast.Tuple):
        yield from (text for part in said.elts for text in _texts(part, path, depth))
    elif isinstance(said, ast.Subscript):
        yield from _texts(said.value, path, depth)
    elif isinstance(said, ast.Call):
        yield from _of_call(said, path, depth)
    elif isinstance(said, ast.Name):
        yield from (text for value in _assigned(said.id, path) for text in _texts(value, path, depth + 1))


def _of_call(said: ast.Call, path: Path, depth: int) -> Iterator[str]:
    if not isinstance(said.func, ast.Attribute):
        return
    if said.func.attr == "format":  # "{} asks …".format(title)
        names = [_name(each) for each in said.args]
        for text in _texts(said.func.value, path, depth):
            yield text.replace("%", "%%").format(*(f"%({name})s" for name in names))
    elif said.func.attr == "get":
        yield from (text for part in (said.func.value, *said.args[1:]) for text in _texts(part, path, depth))


def _with_gaps(made: ast.JoinedStr) -> Sequence[str]:
    """More than one, where one of two words stands in it."""
    texts, names = [""], set[str]()
    for part in made.values:
        words = _words(part)
        if not words and isinstance(part, ast.FormattedValue):
            name = _name(part.value)
            while name in names:
                name += "_"
            names.add(name)
            words = (f"%({name})s",)
        texts = [text + word for text in texts for word in words]
    return texts


def _words(part: ast.expr) -> tuple[str, ...]:
    if isinstance(part, ast.Constant):
        return (str(part.value).replace("%", "%%"),)
    either = part.value if isinstance(part, ast.FormattedValue) else None
    if isinstance(either, ast.IfExp):
        sides = [each.value for each in (either.body, either.orelse) if isinstance(each, ast.Constant)]
        return tuple(str(side).replace("%", "%%") for side in sides) if len(sides) == 2 else ()
    return ()


def _name(value: ast.expr) -> str:
    """Of a gap: as what is put there is called."""
    for node in ast.walk(value):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name and name not in NO_NAMES:
            return name.strip("_").lower()
    return "value"


def _assigned(name: str, path: Path) -> Iterator[ast.expr]:
    """All that a name stands for in this file, or where it comes from."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is not None and any(_names(target, name) for target in targets):
                yield node.value
        elif isinstance(node, ast.ImportFrom) and any(each.name == name for each in node.names) and node.module:
            there = ROOT / (node.module.replace(".", "/") + ".py")
            if there.exists() and node.module.startswith("shared.") and name.isupper():
                yield from _assigned(name, there)


def _names(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def by_text() -> Mapping[str, Path]:
    """Each text, with the first file that makes it."""
    found: dict[str, Path] = {}
    for each in sentences():
        if each.text:
            found.setdefault(each.text, each.path)
    return found
