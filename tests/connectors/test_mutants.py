"""A suite that cannot fail proves nothing: every check has a mutant, and every mutant is noticed."""

from __future__ import annotations

import pytest

from shared.errors import Problem
from shared.platforms import PLATFORMS
from tests.connectors.breaking import Mutant
from tests.connectors.checks import CHECKS, Subject
from tests.connectors.documented import RECORDED
from tests.connectors.mutants import BY_HAND, MUTANTS
from tests.connectors.mutants_of_any import of

pytestmark = pytest.mark.slow

ALL = [*MUTANTS, *(mutant for name in PLATFORMS if name not in BY_HAND for mutant in of(PLATFORMS[name]))]


def subject(mutant: Mutant, patch: pytest.MonkeyPatch | None) -> Subject:
    name, _, stream = mutant.table.partition(".")
    platform = PLATFORMS[name]
    if patch is not None:
        platform = mutant.broken(platform, patch)
    return Subject(platform, platform.stream(stream), RECORDED[name][stream])


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name.replace(" ", "-")) for mutant in ALL])
def test_mutant_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    check = CHECKS[mutant.noticed_by]
    assert check(subject(mutant, None)) is None, "the check does not apply to what is to be broken"
    with pytest.raises((AssertionError, pytest.fail.Exception, Problem, KeyError)):
        check(subject(mutant, monkeypatch))


def test_every_check_has_a_mutant() -> None:
    assert {mutant.noticed_by for mutant in MUTANTS} == set(CHECKS)


def test_mutants_have_names_of_their_own() -> None:
    assert len({mutant.name for mutant in ALL}) == len(ALL)


@pytest.mark.parametrize("table", ["emailoctopus.list_tags", "mailchimp.list_members", "klaviyo.lists"])
def test_what_is_broken_in_any_platform_is_noticed(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a cursor, a count and links; what runs over the next platform by itself."""
    made = [mutant for mutant in of(PLATFORMS[table.partition(".")[0]]) if mutant.table == table]
    assert len(made) > 5
    for mutant in made:
        with monkeypatch.context() as patch:
            test_mutant_is_noticed(mutant, patch)
