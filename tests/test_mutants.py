"""The report on mutants reads what pytest says, and names no suite that is not there."""

from __future__ import annotations

import re

import pytest

from tests.mutants import ROOT, SUITES, outcomes, table

REPORT = """<testsuites><testsuite>
<testcase classname="tests.flow.test_chaos" name="test_a_broken_engine_is_noticed[lost-rows]"/>
<testcase classname="tests.flow.test_chaos" name="test_a_broken_engine_is_noticed[slow]"><failure/></testcase>
<testcase classname="tests.terraform.test_terraform"
    name="test_the_suite_of_a_module_notices_each_way_to_break_it[domain]"><skipped/></testcase>
<testcase classname="tests.flow.test_chaos" name="test_another_thing"><failure/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize("node", SUITES.values())
def test_every_suite_is_one_of_ours(node: str) -> None:
    file, _, test = node.partition("::")
    assert re.search(rf"^@pytest\.mark\.parametrize.*\ndef {test}\(", (ROOT / file).read_text(), re.MULTILINE)


def test_what_lives_is_named() -> None:
    found = outcomes(REPORT)
    assert found["the engine, by chaos"].noticed == ["lost-rows"]
    assert found["the engine, by chaos"].lives == ["slow"]
    assert found["Terraform's modules"].skipped == ["domain"]
    said = "\n".join(table(found))
    assert "    lives: slow" in said
    assert re.search(r"Terraform's modules +0 noticed, 0 live, 1 not tried here", said)
    assert len(said.splitlines()) == len(SUITES) + 1  # a suite that said nothing stands there, too
