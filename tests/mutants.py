"""A report on the tests themselves: what was broken on purpose, and whether a test noticed.

    make mutants
    python -m tests.mutants --list

A mutant that lives is a fault that nobody would see. Each is a test like any other, so `make test` fails with it, too;
here they stand together, suite by suite.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "build" / "mutants.xml"
SUITES = {
    "connectors, by the checks over every stream": "tests/connectors/test_mutants.py::test_mutant_is_noticed",
    "a stream that is being added": "tests/flow/test_adding_a_stream.py::test_conformance_notices_a_mistake_in_it",
    "the engine, by chaos": "tests/flow/test_chaos.py::test_a_broken_engine_is_noticed",
    "the engine, by dead letters": "tests/flow/test_dead_letters.py::test_a_broken_engine_is_noticed",
    "the statements that load": "tests/contract/test_warehouse_chance.py::test_a_wrong_statement_is_noticed",
    "the stand-ins of Google Cloud": "tests/contract/test_mutants.py::test_the_contract_notices",
    "the audit log": "tests/audit/test_mutants.py::test_a_check_that_is_dropped_is_noticed",
    "what agents send and are told": "tests/agents/test_mutants.py::test_a_check_that_is_dropped_is_noticed",
    "keys, tokens and codes": "tests/keys/test_mutants.py::test_a_check_that_is_dropped_is_noticed",
    "the marts": "tests/marts/test_sums.py::test_a_mistake_in_a_view_is_noticed",
    "the planner of questions": "tests/questions/test_mutants.py::test_a_wrong_plan_is_noticed",
    "Terraform's modules": "tests/terraform/test_terraform.py::test_the_suite_of_a_module_notices_each_way_to_break_it",
}


@dataclass
class Outcome:
    """What became of the mutants of one suite, by name."""

    noticed: list[str] = field(default_factory=list)
    lives: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # they need a program that is not here


def outcomes(report: str) -> dict[str, Outcome]:
    """Suite → outcome, read from pytest's report."""
    found: dict[str, Outcome] = {}
    for case in ElementTree.fromstring(report).iter("testcase"):
        test, _, mutant = case.get("name", "").partition("[")
        place = f"{case.get('classname', '').replace('.', '/')}.py::{test}"
        for suite in (title for title, node in SUITES.items() if node == place):
            outcome = found.setdefault(suite, Outcome())
            kinds = {part.tag for part in case}
            into = outcome.lives if kinds & {"failure", "error"} else outcome.noticed
            (outcome.skipped if "skipped" in kinds else into).append(mutant.removesuffix("]"))
    return found


def table(found: dict[str, Outcome]) -> Iterable[str]:
    for suite in SUITES:
        outcome = found.get(suite, Outcome())
        left_out = f", {len(outcome.skipped)} not tried here" if outcome.skipped else ""
        yield f"{suite:<46} {len(outcome.noticed):>4} noticed, {len(outcome.lives)} live{left_out}"
        yield from (f"    lives: {mutant}" for mutant in outcome.lives)


def names(found: dict[str, Outcome]) -> Iterable[str]:
    for suite in SUITES:
        yield suite
        yield from (f"    {mutant}" for mutant in found.get(suite, Outcome()).noticed)


def main(words: list[str]) -> int:
    REPORT.parent.mkdir(exist_ok=True)
    command = ["-m", "pytest", "-n", "auto", "--dist", "loadfile", f"--junitxml={REPORT}", *SUITES.values()]
    code = subprocess.run([sys.executable, *command], cwd=ROOT, stdout=sys.stderr, check=False).returncode
    found = outcomes(REPORT.read_text())
    for line in names(found) if "--list" in words else table(found):
        print(line)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
