"""What is written is used: no function, class or constant that only tests know, or nobody."""

from __future__ import annotations

import ast

import pytest

from tests import uses

# What nobody names in the code, and why it is there all the same.
ALONE = {
    "infra/local/emulators.py FIRESTORE": "Google's emulators judge our stand-ins, and tests are where they meet",
    "infra/local/emulators.py PUBSUB": "likewise",
    "infra/sandbox/exchanges.py CLIENT_CREDENTIALS": "a grant that the next platform may have: infra/sandbox/README.md",
    "infra/sandbox/exchanges.py TOKEN_EXCHANGE": "likewise",
    "infra/sandbox/exchanges.py on_its_own": "likewise",
    "infra/site/conf.py ": "Sphinx reads what it says",
    "infra/local/mailbox.py link_in": "what somebody does who reads a letter, and tests are who reads it here",
}


@pytest.fixture(scope="module")
def unused() -> set[str]:
    return {
        f"{path} {name}"
        for path, tree in uses.trees().items()
        if path.parts[0] != "functions"  # where Google's runtime calls `main`
        for name, node in uses.defined(tree)
        if not uses.is_used(name, node)
    }


def test_what_is_defined_is_used_outside_the_tests(unused: set[str]) -> None:
    assert sorted(each for each in unused if not each.startswith(tuple(ALONE))) == []


@pytest.mark.parametrize("exception", ALONE)
def test_an_exception_that_is_no_longer_needed_goes(unused: set[str], exception: str) -> None:
    assert any(each.startswith(exception) for each in unused), f"{exception}: it is used by now"


CALLED = """
def extract():
    log.info("called")
class Never_named:
    def extract(self):
        log.info("a method of a class that nobody names")
def calls_only_itself():
    log.info("never written")
    calls_only_itself()
    def extract():
        log.info("within")
"""


def test_a_name_that_only_names_itself_is_not_used() -> None:
    tree = ast.parse(CALLED)
    assert [name for name, node in uses.defined(tree) if not uses.is_used(name, node)] == [
        "Never_named",
        "calls_only_itself",
    ]


def test_a_line_in_a_function_that_nobody_calls_is_never_written() -> None:
    assert uses.said(ast.parse(CALLED)) == {"called"}
