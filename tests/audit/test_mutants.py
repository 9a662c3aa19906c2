"""Each check of the walk, and each care of sealing and erasing, is dropped once; a test of this folder must notice."""

from __future__ import annotations

from types import ModuleType

import pytest

from shared.audit import checking, entry, erasing, record, seal, sealing
from tests.audit import test_checking, test_record, test_sealing
from tests.audit.log import Log
from tests.support.rewritten import notices, rewritten

# The module, who notices, and name → what stands in it and what stands there instead.
BROKEN: list[tuple[ModuleType, ModuleType, dict[str, tuple[str, str]]]] = [
    (
        checking,
        test_checking,
        {
            "a changed entry": ("elif leaf(doc) != leaf_:", "elif False:"),
            "what an entry tells": ('elif digest(doc) != doc["digest"]:', "elif False:"),
            "written on what was erased": ('if any(doc[each] for each in (*ERASABLE, "salt")):', "if False:"),
            "a removed entry": ("for name, (number, _) in waiting.items():", "for name, (number, _) in ():"),
            "an inserted entry": ("        elif not number:", "        elif False:"),
            "any seal that is newer": ('and _holds(documents, doc["seal"], name, leaf(doc))', ""),
            "an entry of another seal": ('elif doc["seal"] != number:', "elif False:"),
            "an entry nobody seals": ('if now - doc["at"] > SETTLED:', "if False:"),
            "an old entry": ("if moment is not None and entry[:15]", "if False and entry[:15]"),
            "sealed twice": ("if entry in held:", "if False:"),
            "in any order": ("if ids != sorted(ids):", "if False:"),
            "a changed seal": ('if doc["hash"] != seal.hash:', "if False:"),
            "a chain": ("if known and seal.previous != previous:", "if False:"),
            "a missing seal": ("for number in range(expected, seal.number):", "for number in ():"),
            "the newest are missing": ('elif head["number"] > report.last:', "elif False:"),
            "another newest": ('elif hashes.get(head["number"], head["hash"]) != head["hash"]:', "elif False:"),
            "no head": ("        if report.seals:", "        if False:"),
            "not as told": ("if told and told.get(seal.number, seal.hash) != seal.hash:", "if False:"),
            "never told": ("and seal.number not in told:", "and False:"),
            "told and gone": ("if told and max(told) > report.last:", "if False:"),
            "erased by anybody": ("if doc is not None and whole and doc", "if True or doc"),
            "erased by a changed act": ('and digest(doc) == doc["digest"]', ""),
            "erased as another": ('doc["details"].get("names") == names_digest(names)', "True"),
            "a seal before the first": ("if first > 1 and before is None:", "if False:"),
        },
    ),
    (
        sealing,
        test_sealing,
        {
            "sealed by two": ('if doc and doc["seal"] == UNSEALED)', "if doc)"),
            "entries of the next seal": ('{"seal": seal.number})', '{"seal": seal.number + 1})'),
            "the head stays": ('tx.set(HEAD, {**head, "number": seal.number, "hash": seal.hash})', "pass"),
            "told once, perhaps": (
                'missing = range(head["told"] + 1, head["number"] + 1)',
                'missing = range(head["number"], head["number"] + (head["told"] < head["number"]))',
            ),
            "told and forgotten": ('return self._moved("told", head["number"])', "return head"),
            "no end of a turn": ("self.clock.now() - began < LONGEST", "True"),
            "late and silent": ("if self.clock.now() - oldest > LATE:", "if False:"),
            "never walked": ('if head["number"] and head["walked_on"] != f"{began:%Y-%m-%d}":', "if False:"),
            "walked from the beginning": ('max(head["walked"], 1)', "1"),
            "by chance in a batch": ('key=lambda doc: str(doc["id"])', 'key=lambda doc: str(doc["salt"])'),
        },
    ),
    (
        erasing,
        test_checking,
        {
            "the salt stays": ('"salt": "", "erased_by"', '"erased_by"'),
            "nobody says so": ('"erased_by": act}', '"erased_by": "x"}'),
            "erasures are erased": ('if doc["act"] != ERASED]', "]"),
            "who stays": ("for name in ERASABLE}", 'for name in ERASABLE if name != "who"}'),
        },
    ),
    (
        record,
        test_record,
        {"another error": ("except Exception as error:", "except ZeroDivisionError as error:")},
    ),
    (
        entry,
        test_record,
        {
            "no salt": ('told = [str(doc["salt"]), [doc', "told = [0, [doc"),
            "a stranger's word of any length": ("str(value)[:LONGEST]", "str(value)"),
        },
    ),
    (
        seal,
        test_checking,
        {"a seal without its time": ("self.previous, iso(self.at), self.entries", "self.previous, self.entries")},
    ),
]
MUTANTS = {name: (module, *way, tests) for module, tests, ways in BROKEN for name, way in ways.items()}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_check_that_is_dropped_is_noticed(mutant: str) -> None:
    module, old, new, tests = MUTANTS[mutant]
    with rewritten(module, old, new):
        assert notices(tests, {"there": a_log}), "nobody noticed"


def a_log() -> Log:
    made = Log()
    made.minutes(2, 1, 0, 3)
    return made


def test_without_a_mutant_nobody_complains() -> None:
    assert [notices(module, {"there": a_log}) for module in (test_checking, test_sealing, test_record)] == [""] * 3
