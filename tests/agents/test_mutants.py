"""Each check of what agents send and are told is dropped once; a test of this folder must notice."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType

import pytest

from shared.agents import answers, front, gate, message, telling, tools
from tests.agents import test_access, test_message, test_tools
from tests.agents.desk import Agency, made
from tests.support.rewritten import notices, rewritten

# The module, who notices, and name → what stands in it and what stands there instead.
BROKEN: list[tuple[ModuleType, ModuleType, dict[str, tuple[str, str]]]] = [
    (
        message,
        test_message,
        {
            "headers may lie": ("if _decoded(headers[header]) != value:", "if False:"),
            "headers may be missing": ("if header not in headers:", "if False:"),
            "any new version": ("if version not in MODERN:", "if False:"),
            "any older version": ("if header not in OLDER:", "if False:"),
            "no version at all": ("if not header:", "if False:"),
            "yes is a number": ("or isinstance(id_, bool)", ""),
            "a request needs no id": ('if not method.startswith("notifications/"):', "if False:"),
            "nothing is asked of a client": ("if not isinstance(meta.get(CAPABILITIES), dict):", "if False:"),
        },
    ),
    (
        front,
        test_message,
        {
            "pages of others": ("if said.origin and said.origin not in", "if False and said.origin not in"),
            "any method of HTTP": ('if said.method != "POST":', "if False:"),
            "any kind of body": ("if said.kind != JSON:", "if False:"),
            "everybody gets every method": ("modern if message.era is Era.MODERN else older", "modern | older"),
        },
    ),
    (
        front,
        test_access,
        {
            "a scope is not named": ("if not admitted.may(tool.scope):", "if False:"),
            "nothing is written down": ("record(self.desk.people, entry)", "entry"),
            "every outcome is the same": (
                '(Outcome.REFUSED, {"why": why}) if why else',
                "(Outcome.DONE, {}) if why else",
            ),
            "limits are not told": ("headers={**admitted.headers, **shown, **reply.headers}", "headers=reply.headers"),
        },
    ),
    (
        gate,
        test_access,
        {
            "any key opens": ("{Kind.MCP}, caller", "set(Kind), caller"),
            "who shows nothing is wrong": ("if not presented:", "if False:"),
            "nobody is told where to ask": ('"resource_metadata": self.metadata_address', '"resource_metadata": ""'),
        },
    ),
    (
        telling,
        test_tools,
        {
            "what is unseen stays so": ("if unicodedata.category(sign) in _UNSEEN else sign", "if False else sign"),
            "everything is complete": ("complete=not left_out", "complete=True"),
            "nobody counts the rest": ("if data.rows_left_out:", "if False:"),
            "no better question": ("if instead is not None:", "if False:"),
        },
    ),
    (
        answers,
        test_tools,
        {
            "a day under way changed": ('(*filters, Filter("reason", any_of=RESTATED))', "tuple(filters)"),
            "all of one mart": ("columns=columns if whole else ()", "columns=columns"),
        },
    ),
    (
        tools,
        test_tools,
        {
            "what is named is not looked for": ("for name in self.names if getattr(asked, name)", "for name in ()"),
        },
    ),
]
MUTANTS = {name: (module, old, new, tests) for module, tests, ways in BROKEN for name, (old, new) in ways.items()}


class Fixtures:
    """As conftest.py has them: a key is of the service that was made last."""

    def agency(self) -> Agency:
        self.made = made(Path(mkdtemp()))
        return self.made

    def key(self) -> str:
        return self.made.agent_key()


def noticed(tests: ModuleType) -> str:
    fixtures = Fixtures()
    return notices(tests, {"agency": fixtures.agency, "key": fixtures.key})


@pytest.mark.slow
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_check_that_is_dropped_is_noticed(mutant: str) -> None:
    module, old, new, tests = MUTANTS[mutant]
    with rewritten(module, old, new):
        assert noticed(tests), "nobody noticed"


@pytest.mark.slow
def test_without_a_mutant_nobody_complains() -> None:
    assert [noticed(module) for module in (test_message, test_access, test_tools)] == [""] * 3
