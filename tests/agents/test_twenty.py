"""The twenty questions of the demonstration, of marts full of hostile rows, asked of the API and of /mcp."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from infra.demo import programs
from infra.demo.answers import Answered, through
from infra.demo.doors import Door, Kinds, Told
from infra.demo.questions import Asked, twenty
from shared.publishing.at_hand import AtHand, Shelf
from shared.publishing.published import Published
from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.catalogue import marts
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import MOST_ROWS, Question
from tests.agents.desk import Agency
from tests.feeds.publishing import publish
from tests.questions.folder import typed
from tests.questions.invented import rows
from tests.support.memory import Time

NOW = datetime(2024, 3, 31, 9, tzinfo=UTC)
TODAY = date(2024, 3, 31)
BOTH = [programs.API, programs.AGENTS]


@pytest.fixture
def hostile(tmp_path: Path) -> Agency:
    """A workspace of which every mart is published."""
    made = Agency(tmp_path, Time(NOW))
    made.workspace(published=False)
    askable = [name for name, mart in marts().items() if not mart.persons]
    filled = {name: typed(name, rows(name)) for name in askable}
    publish(made.engine, made.objects, tmp_path / "written", "acme", filled, 2, NOW)
    return made


@pytest.fixture
def there(hostile: Agency, tmp_path: Path) -> AtHand:
    (tmp_path / "shelf").mkdir()
    found = Shelf(Published(hostile.engine, lambda _: hostile.objects), tmp_path / "shelf").fetch("acme")
    assert found is not None
    return found


def doors(agency: Agency) -> Mapping[str, Door]:
    key, agent = agency.key(), agency.agent_key()

    def send(said: programs.Said) -> programs.Said:
        answer = agency.ask("POST", "/workspaces/acme/data/query", key, said)
        assert answer.status == 200, answer.json
        told: programs.Said = answer.json
        return told

    def call(params: programs.Said) -> programs.Said:
        return agency.call(agent, params["name"], **params["arguments"])

    return {programs.API: programs.by_program(send), programs.AGENTS: programs.by_agent(call)}


def answer(one: Asked, there: AtHand) -> Answer:
    return ask(replace(one.question, limit=MOST_ROWS), there, Calendar(TODAY), Engine())


def compared(there: AtHand, *doors: Door) -> Iterator[Answered]:
    for one in twenty(TODAY):
        true = answer(one, there)
        yield from through(one, true, true.rows, doors)


def test_programs_and_agents_are_told_what_is_published(hostile: Agency, there: AtHand) -> None:
    found = list(compared(there, *doors(hostile).values()))
    assert [one for one in found if not one.equal] == []
    assert {way: sum(one.way == way for one in found) for way in BOTH} == dict.fromkeys(BOTH, 20)
    assert sum(one.rows for one in found) > 100


def one_more(told: Told) -> Told:
    """The first number that is told is one more."""
    row = dict(told[0])
    name = next(name for name, cell in row.items() if isinstance(cell, int | float) and not isinstance(cell, bool))
    return [{**row, name: row[name] + 1}, *told[1:]]


WRONG: dict[str, tuple[Callable[[Told], Told], int, int]] = {
    "a number": (one_more, 1, 1),
    "a row too few": (lambda told: told[1:], 0, 1),
    "a row twice": (lambda told: [*told, told[0]], 1, 0),
    "no text": (lambda told: [{**told[0], "platform": None}, *told[1:]], 1, 1),
}


@pytest.mark.parametrize("way", BOTH)
@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_is_wrong_is_noticed(hostile: Agency, there: AtHand, way: str, wrong: str) -> None:
    """Of the first of the twenty, and of nothing else."""
    first, (spoil, alone, lacking) = twenty(TODAY)[0].question, WRONG[wrong]
    honest = doors(hostile)[way]

    def lying(question: Question, kinds: Kinds) -> Iterator[tuple[str, Told]]:
        for name, told in honest(question, kinds):
            yield name, spoil(told) if question == replace(first, limit=MOST_ROWS) else told

    bad = [one for one in compared(there, lying) if not one.equal]
    assert [(one.way, len(one.alone), len(one.lacking)) for one in bad] == [(way, alone, lacking)]


def test_what_has_more_pages_is_asked_to_its_end() -> None:
    asked: list[Any] = []

    def send(said: programs.Said) -> programs.Said:
        asked.append(said.get("cursor"))
        place = len(asked)
        return {"rows": [{"clicks": place}], "next": f"{place}" if place < 3 else "", "rows_left_out": 3 - place}

    (told,) = programs.by_program(send)(Question(mart="ads_by_day", measures=("clicks",)), {})
    assert told == (programs.API, [{"clicks": 1}, {"clicks": 2}, {"clicks": 3}])
    assert asked == [None, "1", "2"]


def test_rows_that_are_left_out_are_not_taken_for_none() -> None:
    def send(_: programs.Said) -> programs.Said:
        return {"rows": [], "next": "", "rows_left_out": 7}

    with pytest.raises(programs.NotAnswered, match="7 rows were left out"):
        list(programs.by_program(send)(Question(mart="ads_by_day", measures=("clicks",)), {}))


def test_a_refusal_is_no_answer(hostile: Agency) -> None:
    with pytest.raises(programs.NotAnswered, match="one person"):
        list(doors(hostile)[programs.AGENTS](Question(mart="dim_contacts", dimensions=("email",)), {}))
