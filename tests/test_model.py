"""Documents and the values made of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import get_type_hints

import orjson
import pytest

from shared import model, states
from shared.model import Run, Slice, from_doc, to_doc
from shared.states import Reason, RunState, SliceKind, SliceState

KINDS = [each for each in vars(model).values() if is_dataclass(each) and each.__module__ == model.__name__]
ROOT = Path(__file__).parents[1]
RUN = Run("r", "demo", "c", "shopify", Reason.SCHEDULE, RunState.PARTLY)
WORDS = [found for found in vars(states).values() if isinstance(found, type) and issubclass(found, StrEnum)]


def test_a_state_is_written_as_its_text_and_read_as_itself() -> None:
    doc = orjson.loads(orjson.dumps(to_doc(RUN)))
    assert (doc["reason"], doc["state"]) == ("schedule", "partly")
    found = from_doc(Run, doc)
    assert found == RUN
    assert (type(found.reason), type(found.state)) == (Reason, RunState)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_field_that_is_a_word_is_read_as_one(kind: type) -> None:
    """Also one whose words are of a kind that joins later."""
    hints = get_type_hints(kind)
    words = {f.name: hints[f.name] for f in fields(kind) if isinstance(hints[f.name], type)}
    words = {name: found for name, found in words.items() if issubclass(found, StrEnum)}
    for name, members in words.items():
        for member in members:
            bare = dict.fromkeys((f.name for f in fields(kind)), "") | {name: member.value}
            assert getattr(from_doc(kind, bare), name) is member


def test_a_word_of_a_later_release_stays_a_text() -> None:
    doc = {**to_doc(Slice("s", "demo", "c", "r", "shopify", "orders")), "state": "frozen", "kind": "thaw"}
    found = from_doc(Slice, doc)
    assert (found.state, found.kind) == ("frozen", "thaw")
    assert found.state not in list(SliceState)
    assert found.kind not in list(SliceKind)
    assert to_doc(found) == doc


def test_no_text_means_two_things_of_one_kind() -> None:
    assert WORDS
    for words in WORDS:
        assert len(words) == len(words.__members__), f"{words.__name__} names one text twice"


def test_what_is_decided_by_a_code_is_decided_by_a_member() -> None:
    """A literal that is misspelt would be equal to nothing. Platforms speak of codes of their own, too."""
    for path in sorted((ROOT / "shared").rglob("*.py")):
        if "platforms" not in path.parts:
            for line in literals_compared(path.read_text()):
                raise AssertionError(f"{path.relative_to(ROOT)}:{line} compares a code with a text")


@pytest.mark.parametrize(
    "text", ['problem.code == "limited"', 'doc.get("code") in {"limited"}', 'doc["code"] != "limited"']
)
def test_a_literal_is_seen(text: str) -> None:
    assert list(literals_compared(text)) == [1]
    assert not list(literals_compared(text.replace('"limited"', "Code.LIMITED")))


def literals_compared(text: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith((".code", "get('code')", "['code']")):
            texts = (
                each.value for side in node.comparators for each in ast.walk(side) if isinstance(each, ast.Constant)
            )
            if any(isinstance(value, str) for value in texts):
                yield node.lineno
