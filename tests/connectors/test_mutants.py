"""A suite that cannot fail proves nothing: every check has a mutant, and every mutant is noticed."""

from __future__ import annotations

import pytest

from shared.errors import Problem
from shared.platforms import PLATFORMS
from tests.connectors.breaking import Mutant
from tests.connectors.checks import CHECKS, Subject
from tests.connectors.documented import RECORDED
from tests.connectors.mutants import MUTANTS


def subject(mutant: Mutant, patch: pytest.MonkeyPatch | None) -> Subject:
    name, _, stream = mutant.table.partition(".")
    platform = PLATFORMS[name]
    if patch is not None:
        platform = mutant.broken(platform, patch)
    return Subject(platform, platform.stream(stream), RECORDED[name][stream])


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name.replace(" ", "-")) for mutant in MUTANTS])
def test_mutant_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    check = CHECKS[mutant.noticed_by]
    assert check(subject(mutant, None)) is None, "the check does not apply to what is to be broken"
    with pytest.raises((AssertionError, pytest.fail.Exception, Problem, KeyError)):
        check(subject(mutant, monkeypatch))


def test_every_check_has_a_mutant() -> None:
    assert {mutant.noticed_by for mutant in MUTANTS} == set(CHECKS)


def test_mutants_have_names_of_their_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
